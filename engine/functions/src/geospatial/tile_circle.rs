//! The Bing tiles within a radius of a place.

use geo::Coord;

use super::bing_tile::{BingTile, LATITUDE_MAX, LONGITUDE_MAX, tiles_per_row};
use super::spherical::{EARTH_RADIUS_KILOMETERS, kilometers, radians};
use crate::error::FunctionError;

const RADIUS_KILOMETERS_MAX: f64 = 1000.0;
const TILES_MAX: i64 = 1_000_000;

/// The tiles in Trino's order: the row of the centre, its column, then the quarters to the right and to the left.
pub(super) fn tiles_within(
    latitude: f64,
    longitude: f64,
    zoom_level: i32,
    radius_kilometers: f64,
) -> Result<Vec<BingTile>, FunctionError> {
    if radius_kilometers.is_nan() || radius_kilometers < 0.0 {
        return Err(FunctionError::argument("Radius must be >= 0"));
    }
    if radius_kilometers > RADIUS_KILOMETERS_MAX {
        return Err(FunctionError::argument("Radius must be <= 1,000 km"));
    }
    let centre = BingTile::at(latitude, longitude, zoom_level);
    let angle = radius_kilometers / EARTH_RADIUS_KILOMETERS;
    let top = BingTile::at(latitude_beside(latitude, angle, 1.0), longitude, zoom_level).y;
    let bottom = BingTile::at(
        latitude_beside(latitude, angle, -1.0),
        longitude,
        zoom_level,
    )
    .y;
    let left = BingTile::at(
        latitude,
        longitude_beside(latitude, longitude, angle, -1.0),
        zoom_level,
    )
    .x;
    let right = BingTile::at(
        latitude,
        longitude_beside(latitude, longitude, angle, 1.0),
        zoom_level,
    )
    .x;

    let per_row = tiles_per_row(zoom_level);
    // West of the left edge is the right edge.
    let columns = if right < left {
        right + per_row - left + 1
    } else {
        right - left + 1
    };
    let total = i64::from(columns) * i64::from(bottom - top + 1);
    if total > TILES_MAX {
        return Err(FunctionError::argument(format!(
            "The number of tiles covering input rectangle exceeds the limit of 1M. Number of tiles: {total}. Radius: {radius_kilometers:.1} km. Zoom level: {zoom_level}."
        )));
    }

    let tile = |x: i32, y: i32| BingTile {
        x: x.rem_euclid(per_row),
        y,
        zoom_level,
    };
    let mut found: Vec<BingTile> = (0..columns)
        .map(|column| tile(left + column, centre.y))
        .collect();
    found.extend(
        (top..=bottom)
            .filter(|y| *y != centre.y)
            .map(|y| tile(centre.x, y)),
    );

    let place = Coord {
        x: longitude,
        y: latitude,
    };
    // A tile is within the radius if its corner towards the centre is, and so are those between it and the centre.
    let mut add = |x: i32, rows: &mut dyn Iterator<Item = i32>, corner: (i32, i32)| {
        let mut within = false;
        for y in rows {
            let tile = tile(x, y);
            within = within
                || kilometers(place, tile.beside(corner.0, corner.1).corner()) <= radius_kilometers;
            if within {
                found.push(tile);
            }
        }
    };
    let right_columns = (right - centre.x).rem_euclid(per_row);
    for x in (1..=right_columns).rev().map(|column| centre.x + column) {
        add(x, &mut (top..centre.y), (0, 1));
        add(x, &mut (centre.y + 1..=bottom).rev(), (0, 0));
    }
    let left_columns = (centre.x - left).rem_euclid(per_row);
    for x in (1..=left_columns).rev().map(|column| centre.x - column) {
        add(x, &mut (top..centre.y), (1, 1));
        add(x, &mut (centre.y + 1..=bottom).rev(), (1, 0));
    }
    Ok(found)
}

/// The latitude so far to the north (1) or south (-1).
fn latitude_beside(latitude: f64, angle: f64, direction: f64) -> f64 {
    let (sin, cos) = radians(latitude).sin_cos();
    let found = (sin * angle.cos() + cos * angle.sin() * direction)
        .asin()
        .to_degrees();
    found.clamp(-LATITUDE_MAX, LATITUDE_MAX)
}

/// The longitude so far to the east (1) or west (-1).
fn longitude_beside(latitude: f64, longitude: f64, angle: f64, direction: f64) -> f64 {
    let (sin, cos) = radians(latitude).sin_cos();
    let turned = (direction * angle.sin() * cos).atan2(angle.cos() - sin * sin);
    let found = (radians(longitude) + turned).to_degrees();
    if found > LONGITUDE_MAX {
        found - 2.0 * LONGITUDE_MAX
    } else if found < -LONGITUDE_MAX {
        found + 2.0 * LONGITUDE_MAX
    } else {
        found
    }
}
