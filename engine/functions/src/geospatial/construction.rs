//! Geometries made of other values, and written as others.

use std::sync::Arc;

use arrow::array::ArrayRef;
use datafusion::error::Result;
use geo::{Coord, LineString};

use super::kind::Kind;
use super::rows::{Computed, Shapes, each, list_of_shapes, rows, shapes, texts};
use super::shape::{Shape, require};
use super::{geojson, hadoop_shape, polyline, well_known_text, wkb};
use crate::call::Call;
use crate::definition::Definition;
use crate::error::FunctionError;

pub(super) fn definitions() -> Vec<Definition> {
    vec![
        Definition::new("st_geometryfromtext", "Geometry of its well-known text")
            .strict("(varchar) -> Geometry", |call| {
                from_text(call, well_known_text::read)
            }),
        Definition::new("st_linefromtext", "LineString of its well-known text")
            .strict("(varchar) -> Geometry", |call| {
                from_text(call, |text| of_kind("ST_LineFromText", text, Kind::Line))
            }),
        Definition::new("st_polygon", "Polygon of its well-known text")
            .strict("(varchar) -> Geometry", |call| {
                from_text(call, |text| of_kind("ST_Polygon", text, Kind::Polygon))
            }),
        Definition::new("st_geomfrombinary", "Geometry of its well-known binary")
            .strict("(varbinary) -> Geometry", |call| {
                from_bytes(call, wkb::read)
            }),
        Definition::new(
            "geometry_from_hadoop_shape",
            "Geometry as the Spatial Framework for Hadoop stores it",
        )
        .strict("(varbinary) -> Geometry", |call| {
            from_bytes(call, hadoop_shape::read)
        }),
        Definition::new("st_point", "Point of its coordinates")
            .strict("(double, double) -> Geometry", point),
        Definition::new("st_linestring", "LineString through the points of an array")
            .strict("(array(Geometry)) -> Geometry", |call| {
                of_list(call, line_of)
            }),
        Definition::new("st_multipoint", "MultiPoint of the points of an array")
            .strict("(array(Geometry)) -> Geometry", |call| {
                of_list(call, multi_point_of)
            }),
        Definition::new("st_astext", "Well-known text of a geometry")
            .strict("(Geometry) -> varchar", |call| {
                texts(each(call, |shape| Ok(Some(well_known_text::write(shape))))?)
            }),
        Definition::new("st_asbinary", "Well-known binary of a geometry")
            .strict("(Geometry) -> varbinary", |call| call.array(0)),
        Definition::new("to_geojson_geometry", "GeoJSON of a geometry")
            .strict("(SphericalGeography) -> varchar", to_geojson)
            .strict("(Geometry) -> varchar", to_geojson),
        Definition::new(
            "from_geojson_geometry",
            "Spherical geography of its GeoJSON",
        )
        .strict("(varchar) -> SphericalGeography", |call| {
            from_text(call, geojson::read)
        }),
        Definition::new(
            "to_encoded_polyline",
            "Encoded polyline of a LineString or MultiPoint",
        )
        .strict("(Geometry) -> varchar", |call| {
            texts(each(call, to_polyline)?)
        }),
        Definition::new("from_encoded_polyline", "LineString of an encoded polyline")
            .strict("(varchar) -> Geometry", |call| {
                from_text(call, polyline::decode)
            }),
    ]
}

fn from_text(
    call: &Call<'_>,
    read: impl Fn(&str) -> Result<Shape, FunctionError>,
) -> Result<ArrayRef> {
    let values = call.strings(0)?;
    shapes(rows(call, |row| read(values.value(row)).map(Some))?)
}

fn from_bytes(
    call: &Call<'_>,
    read: impl Fn(&[u8]) -> Result<Shape, FunctionError>,
) -> Result<ArrayRef> {
    let values = call.binaries(0)?;
    shapes(rows(call, |row| read(values.value(row)).map(Some))?)
}

fn of_kind(function: &str, text: &str, kind: Kind) -> Result<Shape, FunctionError> {
    let shape = well_known_text::read(text)?;
    require(function, &shape, &[kind])?;
    Ok(shape)
}

fn point(call: &Call<'_>) -> Result<ArrayRef> {
    let (xs, ys) = (call.doubles(0)?, call.doubles(1)?);
    shapes(rows(call, |row| {
        let (x, y) = (xs.value(row), ys.value(row));
        let is_point = !x.is_nan() && !y.is_nan();
        Ok(Some(Shape::Point(is_point.then_some(Coord { x, y }))))
    })?)
}

fn of_list(
    call: &Call<'_>,
    build: impl Fn(&[Option<Shape>]) -> Computed<Shape>,
) -> Result<ArrayRef> {
    let lists = call.lists(0)?;
    let mut built = Vec::with_capacity(call.rows);
    for row in 0..call.rows {
        built.push(if call.is_null(row) {
            None
        } else {
            build(&list_of_shapes(&lists.value(row))?)?
        });
    }
    shapes(built)
}

fn line_of(members: &[Option<Shape>]) -> Computed<Shape> {
    let mut line: Vec<Coord> = Vec::with_capacity(members.len());
    for (index, member) in members
        .iter()
        .enumerate()
        .map(|(place, member)| (place + 1, member))
    {
        let refused = |what: &str| {
            FunctionError::argument(format!(
                "Invalid input to ST_LineString: {what} at index {index}"
            ))
        };
        let at = match member {
            None => return Err(refused("null point")),
            Some(Shape::Point(None)) => return Err(refused("empty point")),
            Some(Shape::Point(Some(at))) => *at,
            Some(other) => {
                return Err(FunctionError::argument(format!(
                    "ST_LineString takes only an array of valid points, {} was passed",
                    other.kind().class_name()
                )));
            }
        };
        if line.last() == Some(&at) {
            return Err(refused("consecutive duplicate points"));
        }
        line.push(at);
    }
    if line.len() < 2 {
        line.clear();
    }
    Ok(Some(Shape::Line(LineString(line))))
}

fn multi_point_of(members: &[Option<Shape>]) -> Computed<Shape> {
    let mut points = Vec::with_capacity(members.len());
    for (index, member) in members
        .iter()
        .enumerate()
        .map(|(place, member)| (place + 1, member))
    {
        let refused = |what: String| {
            FunctionError::argument(format!(
                "Invalid input to ST_MultiPoint: {what} at index {index}"
            ))
        };
        match member {
            None => return Err(refused("null".to_owned())),
            Some(Shape::Point(None)) => return Err(refused("empty point".to_owned())),
            Some(Shape::Point(Some(at))) => points.push(*at),
            Some(other) => {
                return Err(refused(format!(
                    "geometry is not a point: {}",
                    other.kind().class_name()
                )));
            }
        }
    }
    Ok((!points.is_empty()).then_some(Shape::MultiPoint(points)))
}

fn to_geojson(call: &Call<'_>) -> Result<ArrayRef> {
    texts(each(call, |shape| Ok(Some(geojson::write(shape))))?)
}

fn to_polyline(shape: &Shape) -> Computed<String> {
    require("encode_polyline", shape, &[Kind::MultiPoint, Kind::Line])?;
    Ok(Some(polyline::encode(&shape.vertices())))
}

/// Keeps the geometries of a call if all pass a check.
pub(super) fn checked(
    call: &Call<'_>,
    check: impl Fn(&Shape) -> Result<(), FunctionError>,
) -> Result<ArrayRef> {
    let values = Shapes::of(call, 0)?;
    rows(call, |row| {
        check(values.get(row)?.as_ref())?;
        Ok(Some(()))
    })?;
    let array = call.array(0)?;
    Ok(Arc::clone(&array))
}
