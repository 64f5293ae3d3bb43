//! The Bing tiles that cover a geometry.

use geo::{Coord, Geometry};

use super::accessors::point_count;
use super::bing_tile::{BingTile, LATITUDE_MAX, LONGITUDE_MAX, check_zoom_level};
use super::bounds::Bounds;
use super::relations::{covers, meet};
use super::shape::Shape;
use crate::error::FunctionError;

/// From this level on, larger tiles are tried first.
const COARSE_ZOOM_LEVEL: i32 = 10;
const TILES_MAX: i64 = 1_000_000;
const COMPLEXITY_MAX: i64 = 25_000_000;
const TOO_COMPLEX: &str = "The zoom level is too high or the geometry is too complex to compute a set of covering Bing tiles. Please use a lower zoom level or convert the geometry to its bounding box using the ST_Envelope function.";

pub(super) fn tiles_of(shape: &Shape, zoom_level: i32) -> Result<Vec<BingTile>, FunctionError> {
    check_zoom_level(zoom_level)?;
    let Some(bounds) = shape.bounds() else {
        return Ok(vec![]);
    };
    check_bounds(&bounds)?;
    let first = BingTile::at(bounds.y_max, bounds.x_min, zoom_level);
    let last = last_tile(&bounds, zoom_level);
    let plain = is_point_or_rectangle(shape, &bounds);
    check_complexity(shape, &bounds, plain, first, last)?;

    let all = |first: BingTile, last: BingTile| {
        (first.x..=last.x)
            .flat_map(move |x| (first.y..=last.y).map(move |y| BingTile { x, y, ..first }))
    };
    if plain {
        return Ok(all(first, last).collect());
    }
    let cover = Cover {
        parts: parts_of(shape)?,
        zoom_level,
    };
    let mut found = Vec::new();
    if zoom_level <= COARSE_ZOOM_LEVEL {
        for tile in all(first, last) {
            if cover.meets(&tile)? {
                found.push(tile);
            }
        }
        return Ok(found);
    }
    let shift = zoom_level - COARSE_ZOOM_LEVEL;
    let coarse = |tile: BingTile| BingTile {
        x: tile.x >> shift,
        y: tile.y >> shift,
        zoom_level: COARSE_ZOOM_LEVEL,
    };
    for tile in all(coarse(first), coarse(last)) {
        cover.add_within(tile, &mut found)?;
    }
    Ok(found)
}

fn check_bounds(bounds: &Bounds) -> Result<(), FunctionError> {
    let latitudes = -LATITUDE_MAX..=LATITUDE_MAX;
    if !latitudes.contains(&bounds.y_min) || !latitudes.contains(&bounds.y_max) {
        return Err(FunctionError::argument(
            "Latitude span for the geometry must be in [-85.05, 85.05] range",
        ));
    }
    let longitudes = -LONGITUDE_MAX..=LONGITUDE_MAX;
    if !longitudes.contains(&bounds.x_min) || !longitudes.contains(&bounds.x_max) {
        return Err(FunctionError::argument(
            "Longitude span for the geometry must be in [-180.00, 180.00] range",
        ));
    }
    Ok(())
}

/// The tile of the lower right corner; where that only touches it, the one before.
fn last_tile(bounds: &Bounds, zoom_level: i32) -> BingTile {
    let tile = BingTile::at(bounds.y_min, bounds.x_max, zoom_level);
    let corner = tile.corner();
    tile.beside(
        -i32::from(corner.x == bounds.x_max),
        -i32::from(corner.y == bounds.y_min),
    )
}

fn is_point_or_rectangle(shape: &Shape, bounds: &Bounds) -> bool {
    match shape {
        Shape::Point(_) => true,
        Shape::Polygon(polygon) if polygon.interiors().is_empty() => {
            let ring = &polygon.exterior().0;
            let is_corner = |at: &Coord| {
                (at.x == bounds.x_min || at.x == bounds.x_max)
                    && (at.y == bounds.y_min || at.y == bounds.y_max)
            };
            ring.len() == 5 && ring.iter().all(is_corner)
        }
        _ => false,
    }
}

fn check_complexity(
    shape: &Shape,
    bounds: &Bounds,
    plain: bool,
    first: BingTile,
    last: BingTile,
) -> Result<(), FunctionError> {
    let span = |first: i32, last: i32| i64::from(last) - i64::from(first) + 1;
    let count = span(first.x, last.x) * span(first.y, last.y);
    if plain {
        if count > TILES_MAX {
            let Bounds {
                x_min,
                y_min,
                x_max,
                y_max,
            } = bounds;
            let zoom_level = first.zoom_level;
            return Err(FunctionError::argument(format!(
                "The number of tiles covering input rectangle exceeds the limit of 1M. Number of tiles: {count}. Rectangle: xMin={x_min:.2}, yMin={y_min:.2}, xMax={x_max:.2}, yMax={y_max:.2}. Zoom level: {zoom_level}."
            )));
        }
        return Ok(());
    }
    if i32::try_from(count).is_err() {
        return Err(FunctionError::argument(
            "The zoom level is too high to compute a set of covering Bing tiles.",
        ));
    }
    let points = i64::try_from(point_count(shape)).unwrap_or(i64::MAX);
    match count.checked_mul(points) {
        Some(complexity) if complexity <= COMPLEXITY_MAX => Ok(()),
        _ => Err(FunctionError::argument(TOO_COMPLEX)),
    }
}

/// The geometries of a collection, however deep.
fn parts_of(shape: &Shape) -> Result<Vec<Geometry>, FunctionError> {
    Ok(match shape.to_geo()? {
        Geometry::GeometryCollection(collection) => collection.0,
        single => vec![single],
    })
}

struct Cover {
    parts: Vec<Geometry>,
    zoom_level: i32,
}

impl Cover {
    fn meets(&self, tile: &BingTile) -> Result<bool, FunctionError> {
        let area = Geometry::Polygon(tile.bounds().polygon());
        for part in &self.parts {
            if meet(part, &area)? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn contains(&self, tile: &BingTile) -> Result<bool, FunctionError> {
        let area = Geometry::Polygon(tile.bounds().polygon());
        for part in &self.parts {
            if matches!(part, Geometry::Polygon(_) | Geometry::MultiPolygon(_))
                && covers(part, &area)?
            {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Adds the tiles within a larger one that meet the geometry. It goes no deeper than zoom levels.
    fn add_within(&self, tile: BingTile, found: &mut Vec<BingTile>) -> Result<(), FunctionError> {
        if !self.meets(&tile)? {
            return Ok(());
        }
        if tile.zoom_level == self.zoom_level {
            found.push(tile);
            return Ok(());
        }
        if self.contains(&tile)? {
            let shift = self.zoom_level - tile.zoom_level;
            let range = |place: i32| place << shift..(place + 1) << shift;
            for x in range(tile.x) {
                found.extend(range(tile.y).map(|y| BingTile {
                    x,
                    y,
                    zoom_level: self.zoom_level,
                }));
            }
            return Ok(());
        }
        for (column, row) in [(0, 0), (0, 1), (1, 0), (1, 1)] {
            let quarter = BingTile {
                x: 2 * tile.x + column,
                y: 2 * tile.y + row,
                zoom_level: tile.zoom_level + 1,
            };
            self.add_within(quarter, found)?;
        }
        Ok(())
    }
}
