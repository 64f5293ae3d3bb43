//! GeoJSON, as it is read and as Trino writes it.

use geo::{Coord, LineString, Polygon};
use serde_json::Value;

use super::java_number;
use super::shape::{Shape, polygon_of, rings};
use super::wkb::DEPTH_MAX;
use crate::error::FunctionError;

/// Coordinates are written with so many parts of a unit: eight digits.
const PARTS_PER_UNIT: f64 = 1e8;

/// The geometry's GeoJSON. Exterior rings run clockwise in it.
pub(super) fn write(shape: &Shape) -> String {
    let mut text = String::new();
    write_into(&shape.clockwise(), &mut text);
    text
}

fn write_into(shape: &Shape, text: &mut String) {
    text.push_str("{\"type\":\"");
    text.push_str(shape.kind().class_name());
    text.push_str(if matches!(shape, Shape::Collection(_)) {
        "\",\"geometries\":"
    } else {
        "\",\"coordinates\":"
    });
    match shape {
        Shape::Point(Some(at)) => write_coordinate(at, text),
        Shape::Point(None) => text.push_str("[]"),
        Shape::MultiPoint(points) => write_coordinates(points, text),
        Shape::Line(line) => write_coordinates(&line.0, text),
        Shape::MultiLine(lines) => {
            write_list(lines, text, |line, text| write_coordinates(&line.0, text))
        }
        Shape::Polygon(polygon) => write_polygon(polygon, text),
        Shape::MultiPolygon(polygons) => write_list(polygons, text, write_polygon),
        Shape::Collection(shapes) => write_list(shapes, text, write_into),
    }
    text.push('}');
}

fn write_list<T>(items: &[T], text: &mut String, write: impl Fn(&T, &mut String)) {
    text.push('[');
    for (place, item) in items.iter().enumerate() {
        if place > 0 {
            text.push(',');
        }
        write(item, text);
    }
    text.push(']');
}

fn write_coordinates(coordinates: &[Coord], text: &mut String) {
    write_list(coordinates, text, write_coordinate);
}

fn write_coordinate(at: &Coord, text: &mut String) {
    text.push('[');
    text.push_str(&number(at.x));
    text.push(',');
    text.push_str(&number(at.y));
    text.push(']');
}

fn write_polygon(polygon: &Polygon, text: &mut String) {
    let written: Vec<_> = rings(polygon).filter(|ring| !ring.0.is_empty()).collect();
    write_list(&written, text, |ring, text| {
        write_coordinates(&ring.0, text)
    });
}

/// Numbers of ordinary size are rounded, and whole ones have no fraction.
fn number(value: f64) -> String {
    if value.abs() < 1e-3 || value >= 1e7 || !value.is_finite() {
        return java_number::double(value);
    }
    let rounded = (value * PARTS_PER_UNIT + 0.5).floor() / PARTS_PER_UNIT;
    if rounded.fract() == 0.0 && rounded.abs() < 1e15 {
        format!("{rounded}")
    } else {
        java_number::double(rounded)
    }
}

/// Reads a geometry, or the geometry of a feature, or all of a collection of features.
pub(super) fn read(text: &str) -> Result<Shape, FunctionError> {
    let value = serde_json::from_str(text).map_err(|error| invalid(&syntax(text, &error)))?;
    shape_of(&value, 0).map_err(|reason| invalid(&reason))
}

fn invalid(reason: &str) -> FunctionError {
    FunctionError::argument(format!("Invalid GeoJSON: {reason}"))
}

/// What is wrong with text that is no JSON, in the words of Trino's parser.
fn syntax(text: &str, error: &serde_json::Error) -> String {
    let before: usize = text
        .split_inclusive('\n')
        .take(error.line().saturating_sub(1))
        .map(str::len)
        .sum();
    let offset = (before + error.column()).saturating_sub(1);
    let position = text
        .get(..offset)
        .map_or(offset, |before| before.chars().count());
    match text.get(offset..).and_then(|rest| rest.chars().next()) {
        None => format!("Unexpected token END OF FILE at position {position}."),
        _ if error.is_eof() => format!(
            "Unexpected token END OF FILE at position {}.",
            text.chars().count()
        ),
        Some(found) => {
            let token = match found {
                '{' => "LEFT BRACE({)",
                '}' => "RIGHT BRACE(})",
                '[' => "LEFT SQUARE([)",
                ']' => "RIGHT SQUARE(])",
                ',' => "COMMA(,)",
                ':' => "COLON(:)",
                other => return format!("Unexpected character ({other}) at position {position}."),
            };
            format!("Unexpected token {token} at position {position}.")
        }
    }
}

fn shape_of(value: &Value, depth: usize) -> Result<Shape, String> {
    let parse = |what: &str| format!("Could not parse {what} from GeoJson string.");
    if depth > DEPTH_MAX {
        return Err(parse("GeometryCollection"));
    }
    let kind = value.get("type").and_then(Value::as_str).ok_or_else(|| {
        "Could not parse Geometry from Json string.  No 'type' property found.".to_owned()
    })?;
    let coordinates = value.get("coordinates").filter(|value| !value.is_null());
    Ok(match kind {
        "Point" => Shape::Point(match coordinates {
            None => None,
            Some(value) if value.as_array().is_some_and(Vec::is_empty) => None,
            Some(value) => Some(coordinate(value).ok_or_else(|| parse("Point"))?),
        }),
        "MultiPoint" => Shape::MultiPoint(line(coordinates).ok_or_else(|| parse("MultiPoint"))?),
        "LineString" => Shape::Line(checked_line(
            line(coordinates).ok_or_else(|| parse("LineString"))?,
        )?),
        "MultiLineString" => {
            let lines = list(coordinates, |value| line(Some(value)))
                .ok_or_else(|| parse("MultiLineString"))?;
            let lines = lines
                .into_iter()
                .map(checked_line)
                .collect::<Result<Vec<_>, _>>()?;
            Shape::MultiLine(
                lines
                    .into_iter()
                    .filter(|line| !line.0.is_empty())
                    .collect(),
            )
        }
        "Polygon" => {
            let rings =
                list(coordinates, |value| line(Some(value))).ok_or_else(|| parse("Polygon"))?;
            Shape::Polygon(checked_polygon(rings)?)
        }
        "MultiPolygon" => {
            let polygons = list(coordinates, |value| {
                list(Some(value), |value| line(Some(value)))
            })
            .ok_or_else(|| parse("MultiPolygon"))?;
            let polygons = polygons
                .into_iter()
                .map(checked_polygon)
                .collect::<Result<Vec<_>, _>>()?;
            Shape::MultiPolygon(
                polygons
                    .into_iter()
                    .filter(|polygon| !polygon.exterior().0.is_empty())
                    .collect(),
            )
        }
        "GeometryCollection" => {
            collection(value.get("geometries"), depth, &parse("GeometryCollection"))?
        }
        "FeatureCollection" => {
            collection(value.get("features"), depth, &parse("FeatureCollection"))?
        }
        "Feature" => match value.get("geometry") {
            Some(geometry) if geometry.is_object() => shape_of(geometry, depth + 1)?,
            _ => return Err(parse("Feature")),
        },
        other => {
            return Err(format!(
                "Could not parse geometry from GeoJson string.  Unsupported 'type':{other}"
            ));
        }
    })
}

fn collection(members: Option<&Value>, depth: usize, failure: &str) -> Result<Shape, String> {
    let members = match members {
        None | Some(Value::Null) => return Ok(Shape::Collection(vec![])),
        Some(Value::Array(members)) => members,
        Some(_) => return Err(failure.to_owned()),
    };
    Ok(Shape::Collection(
        members
            .iter()
            .map(|member| shape_of(member, depth + 1))
            .collect::<Result<_, _>>()?,
    ))
}

fn list<T>(value: Option<&Value>, item: impl Fn(&Value) -> Option<T>) -> Option<Vec<T>> {
    match value {
        None | Some(Value::Null) => Some(vec![]),
        Some(value) => value.as_array()?.iter().map(item).collect(),
    }
}

fn line(value: Option<&Value>) -> Option<Vec<Coord>> {
    list(value, coordinate)
}

fn coordinate(value: &Value) -> Option<Coord> {
    match value.as_array()?.as_slice() {
        [x, y, ..] => Some(Coord {
            x: x.as_f64()?,
            y: y.as_f64()?,
        }),
        _ => None,
    }
}

fn checked_line(line: Vec<Coord>) -> Result<LineString, String> {
    if line.len() == 1 {
        return Err(
            "Invalid number of points in LineString (found 1 - must be 0 or >= 2)".to_owned(),
        );
    }
    Ok(LineString(line))
}

fn checked_polygon(rings: Vec<Vec<Coord>>) -> Result<Polygon, String> {
    for ring in &rings {
        if ring.first() != ring.last() {
            return Err("Points of LinearRing do not form a closed linestring".to_owned());
        }
        let found = ring.len();
        if (1..4).contains(&found) {
            return Err(format!(
                "Invalid number of points in LinearRing (found {found} - must be 0 or >= 4)"
            ));
        }
    }
    Ok(polygon_of(rings))
}
