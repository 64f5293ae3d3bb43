//! Bing tiles: squares of the Mercator map, each divided into four at the next zoom level.

use geo::Coord;

use super::bounds::Bounds;
use crate::error::FunctionError;

/// The greatest zoom level.
pub(super) const ZOOM_LEVEL_MAX: i32 = 23;

/// The latitudes between which the map is a square.
pub(super) const LATITUDE_MAX: f64 = 85.051_128_78;
pub(super) const LONGITUDE_MAX: f64 = 180.0;

const TILE_PIXELS: i64 = 256;

/// A tile: its column from the west, its row from the north, and its level.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct BingTile {
    pub(super) x: i32,
    pub(super) y: i32,
    pub(super) zoom_level: i32,
}

impl BingTile {
    /// The tile around a place; places beyond the map count as on its edge.
    pub(super) fn at(latitude: f64, longitude: f64, zoom_level: i32) -> BingTile {
        let pixels = map_pixels(zoom_level);
        let sin = (latitude * std::f64::consts::PI / 180.0).sin();
        let down = 0.5 - ((1.0 + sin) / (1.0 - sin)).ln() / (4.0 * std::f64::consts::PI);
        let place = |axis: f64| {
            // Clamped to the map, it fits. The map has at most 2^31 pixels.
            let pixel = (axis * pixels).clamp(0.0, pixels - 1.0) as i64;
            i32::try_from(pixel / TILE_PIXELS).unwrap_or(i32::MAX)
        };
        BingTile {
            x: place((longitude + 180.0) / 360.0),
            y: place(down),
            zoom_level,
        }
    }

    /// The tile's upper left corner as longitude and latitude.
    pub(super) fn corner(&self) -> Coord {
        let tiles = f64::from(1_i32.wrapping_shl(self.zoom_level.cast_unsigned()));
        let share = |place: i32| (f64::from(place) / tiles).clamp(0.0, 1.0);
        let up = 0.5 - share(self.y);
        let pi = std::f64::consts::PI;
        Coord {
            x: 360.0 * (share(self.x) - 0.5),
            y: 90.0 - 360.0 * (-up * 2.0 * pi).exp().atan() / pi,
        }
    }

    /// The tile so many columns to the right and rows down.
    pub(super) fn beside(&self, columns: i32, rows: i32) -> BingTile {
        BingTile {
            x: self.x.saturating_add(columns),
            y: self.y.saturating_add(rows),
            ..*self
        }
    }

    /// What the tile covers.
    pub(super) fn bounds(&self) -> Bounds {
        let (upper_left, lower_right) = (self.corner(), self.beside(1, 1).corner());
        Bounds {
            x_min: upper_left.x,
            y_min: lower_right.y,
            x_max: lower_right.x,
            y_max: upper_left.y,
        }
    }

    /// Trino's encoding: the column above 28 bits of which the row takes 23 and the level five.
    pub(super) fn encode(&self) -> i64 {
        (i64::from(self.x) << 28) + (i64::from(self.y) << 5) + i64::from(self.zoom_level)
    }

    pub(super) fn decode(encoded: i64) -> BingTile {
        let part = |bits: i64| i32::try_from(bits).unwrap_or(0);
        BingTile {
            x: part(encoded >> 28),
            y: part((encoded & 0x0fff_ffff) >> 5),
            zoom_level: part(encoded & 0x1f),
        }
    }

    /// A digit of each level that says which quarter holds the tile.
    pub(super) fn quad_key(&self) -> String {
        (0..self.zoom_level)
            .rev()
            .map(
                |level| match ((self.x >> level) & 1, (self.y >> level) & 1) {
                    (0, 0) => '0',
                    (_, 0) => '1',
                    (0, _) => '2',
                    _ => '3',
                },
            )
            .collect()
    }

    pub(super) fn of_quad_key(key: &str) -> Result<BingTile, FunctionError> {
        let zoom_level = i32::try_from(key.len()).unwrap_or(i32::MAX);
        if zoom_level == 0 {
            return Err(FunctionError::argument("QuadKey must not be empty string"));
        }
        if zoom_level > ZOOM_LEVEL_MAX {
            return Err(FunctionError::argument(
                "QuadKey must be 23 characters or less",
            ));
        }
        let mut tile = BingTile {
            x: 0,
            y: 0,
            zoom_level,
        };
        for digit in key.chars() {
            let (x, y) = match digit {
                '0' => (0, 0),
                '1' => (1, 0),
                '2' => (0, 1),
                '3' => (1, 1),
                _ => {
                    return Err(FunctionError::argument(format!(
                        "Invalid QuadKey digit sequence: {key}"
                    )));
                }
            };
            tile.x = (tile.x << 1) | x;
            tile.y = (tile.y << 1) | y;
        }
        Ok(tile)
    }
}

fn map_pixels(zoom_level: i32) -> f64 {
    f64::from(1_i32.wrapping_shl(zoom_level.cast_unsigned())) * 256.0
}

pub(super) fn check_zoom_level(zoom_level: i32) -> Result<(), FunctionError> {
    if zoom_level <= 0 {
        return Err(FunctionError::argument("Zoom level must be > 0"));
    }
    if zoom_level > ZOOM_LEVEL_MAX {
        return Err(FunctionError::argument("Zoom level must be <= 23"));
    }
    Ok(())
}

/// The number of tiles in a row of the map.
pub(super) fn tiles_per_row(zoom_level: i32) -> i32 {
    1_i32.wrapping_shl(zoom_level.cast_unsigned())
}
