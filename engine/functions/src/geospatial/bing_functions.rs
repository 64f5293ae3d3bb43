//! Functions of Bing tiles.

use std::sync::Arc;

use arrow::array::{ArrayRef, Int8Array, Int32Array, Int64Array, StructArray};
use arrow::buffer::NullBuffer;
use arrow::datatypes::{DataType, Int32Type};
use datafusion::common::exec_err;
use datafusion::error::Result;

use super::bing_tile::{BingTile, LATITUDE_MAX, LONGITUDE_MAX, check_zoom_level, tiles_per_row};
use super::rows::{Shapes, lists, rows, shapes, texts};
use super::shape::Shape;
use super::{tile_circle, tile_cover};
use crate::call::Call;
use crate::definition::Definition;
use crate::error::FunctionError;

pub(super) fn definitions() -> Vec<Definition> {
    vec![
        Definition::new(
            "bing_tile",
            "Bing tile of its coordinates and zoom level, or of its quadkey",
        )
        .strict("(integer, integer, integer) -> BingTile", tile)
        .strict("(varchar) -> BingTile", |call| {
            let keys = call.strings(0)?;
            tiles(rows(call, |row| {
                BingTile::of_quad_key(keys.value(row)).map(Some)
            })?)
        }),
        Definition::new("bing_tile_at", "Bing tile around a place at a zoom level").strict(
            "(double, double, integer) -> BingTile",
            |call| {
                tiles(places(call, |latitude, longitude, zoom_level, _| {
                    Ok(BingTile::at(latitude, longitude, zoom_level))
                })?)
            },
        ),
        Definition::new(
            "bing_tiles_around",
            "Bing tiles beside the tile around a place, or within a radius in kilometers",
        )
        .strict("(double, double, integer) -> array(BingTile)", |call| {
            tile_lists(
                call,
                places(call, |latitude, longitude, zoom_level, _| {
                    Ok(neighbors(BingTile::at(latitude, longitude, zoom_level)))
                })?,
            )
        })
        .strict(
            "(double, double, integer, double) -> array(BingTile)",
            |call| {
                let radii = call.doubles(3)?;
                tile_lists(
                    call,
                    places(call, |latitude, longitude, zoom_level, row| {
                        tile_circle::tiles_within(latitude, longitude, zoom_level, radii.value(row))
                    })?,
                )
            },
        ),
        Definition::new("bing_tile_coordinates", "Column and row of a Bing tile")
            .strict("(BingTile) -> row(x integer, y integer)", coordinates),
        Definition::new("bing_tile_zoom_level", "Zoom level of a Bing tile").strict(
            "(BingTile) -> tinyint",
            |call| {
                let levels = each(call, |tile| i8::try_from(tile.zoom_level).ok())?;
                Ok(Arc::new(Int8Array::from(levels)))
            },
        ),
        Definition::new("bing_tile_quadkey", "Quadkey of a Bing tile")
            .strict("(BingTile) -> varchar", |call| {
                texts(each(call, |tile| Some(tile.quad_key()))?)
            }),
        Definition::new("bing_tile_polygon", "Polygon that a Bing tile covers").strict(
            "(BingTile) -> Geometry",
            |call| {
                shapes(each(call, |tile| {
                    Some(Shape::Polygon(tile.bounds().polygon()))
                })?)
            },
        ),
        Definition::new(
            "geometry_to_bing_tiles",
            "Bing tiles of a zoom level that cover a geometry",
        )
        .strict("(Geometry, integer) -> array(BingTile)", |call| {
            let (values, levels) = (Shapes::of(call, 0)?, call.primitives::<Int32Type>(1)?);
            let covers = rows(call, |row| {
                tile_cover::tiles_of(values.get(row)?.as_ref(), levels.value(row)).map(Some)
            })?;
            tile_lists(call, covers)
        }),
    ]
}

fn each<T>(call: &Call<'_>, compute: impl Fn(BingTile) -> Option<T>) -> Result<Vec<Option<T>>> {
    let values = call.bigints(0)?;
    rows(call, |row| Ok(compute(BingTile::decode(values.value(row)))))
}

fn tiles(values: Vec<Option<BingTile>>) -> Result<ArrayRef> {
    Ok(Arc::new(
        values
            .iter()
            .map(|tile| tile.map(|tile| tile.encode()))
            .collect::<Int64Array>(),
    ))
}

fn tile_lists(call: &Call<'_>, values: Vec<Option<Vec<BingTile>>>) -> Result<ArrayRef> {
    let lengths = values
        .iter()
        .map(|list| list.as_ref().map_or(0, Vec::len))
        .collect();
    let nulls: NullBuffer = values.iter().map(Option::is_some).collect();
    let elements: Int64Array = values
        .iter()
        .flatten()
        .flatten()
        .map(|tile| Some(tile.encode()))
        .collect();
    lists(call, lengths, Arc::new(elements), nulls)
}

fn tile(call: &Call<'_>) -> Result<ArrayRef> {
    let [xs, ys, levels] = [
        call.primitives::<Int32Type>(0)?,
        call.primitives::<Int32Type>(1)?,
        call.primitives::<Int32Type>(2)?,
    ];
    tiles(rows(call, |row| {
        let (x, y, zoom_level) = (xs.value(row), ys.value(row), levels.value(row));
        check_zoom_level(zoom_level)?;
        let bound = tiles_per_row(zoom_level);
        if !(0..bound).contains(&x) || !(0..bound).contains(&y) {
            return Err(FunctionError::argument(format!(
                "XY coordinates for a Bing tile at zoom level {zoom_level} must be within [0, {bound}) range"
            )));
        }
        Ok(Some(BingTile { x, y, zoom_level }))
    })?)
}

/// Computes something of each place and zoom level.
fn places<T>(
    call: &Call<'_>,
    compute: impl Fn(f64, f64, i32, usize) -> Result<T, FunctionError>,
) -> Result<Vec<Option<T>>> {
    let (latitudes, longitudes, levels) = (
        call.doubles(0)?,
        call.doubles(1)?,
        call.primitives::<Int32Type>(2)?,
    );
    rows(call, |row| {
        let (latitude, longitude, zoom_level) = (
            latitudes.value(row),
            longitudes.value(row),
            levels.value(row),
        );
        if !(-LATITUDE_MAX..=LATITUDE_MAX).contains(&latitude) {
            return Err(FunctionError::argument(
                "Latitude must be between -85.05112878 and 85.05112878",
            ));
        }
        if !(-LONGITUDE_MAX..=LONGITUDE_MAX).contains(&longitude) {
            return Err(FunctionError::argument(
                "Longitude must be between -180.0 and 180.0",
            ));
        }
        check_zoom_level(zoom_level)?;
        compute(latitude, longitude, zoom_level, row).map(Some)
    })
}

/// A tile and those around it, column by column.
fn neighbors(tile: BingTile) -> Vec<BingTile> {
    let on_map = 0..tiles_per_row(tile.zoom_level);
    (-1..=1)
        .flat_map(|columns| (-1..=1).map(move |rows| tile.beside(columns, rows)))
        .filter(|tile| on_map.contains(&tile.x) && on_map.contains(&tile.y))
        .collect()
}

fn coordinates(call: &Call<'_>) -> Result<ArrayRef> {
    let DataType::Struct(fields) = call.returns().arrow() else {
        return exec_err!("the result is no row");
    };
    let xs = Int32Array::from(each(call, |tile| Some(tile.x))?);
    let ys = Int32Array::from(each(call, |tile| Some(tile.y))?);
    Ok(Arc::new(StructArray::try_new(
        fields,
        vec![Arc::new(xs), Arc::new(ys)],
        None,
    )?))
}
