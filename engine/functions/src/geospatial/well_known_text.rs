//! Well-known text, as it is read and as Trino writes it.

use geo::{Coord, LineString, Polygon};

use super::java_number::seventeen_digits;
use super::shape::{Shape, polygon_of, rings};
use super::wkb::DEPTH_MAX;
use crate::error::FunctionError;

/// Reads a geometry; further dimensions (Z, M) are dropped.
pub(super) fn read(text: &str) -> Result<Shape, FunctionError> {
    let mut reader = Reader { rest: text };
    reader
        .shape(0)
        .filter(|_| reader.rest.trim().is_empty())
        .ok_or_else(|| FunctionError::argument(format!("Invalid WKT: {text}")))
}

struct Reader<'a> {
    rest: &'a str,
}

impl<'a> Reader<'a> {
    fn take(&mut self, symbol: char) -> bool {
        self.rest = self.rest.trim_start();
        match self.rest.strip_prefix(symbol) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    fn split(&mut self, within: impl Fn(char) -> bool) -> &'a str {
        self.rest = self.rest.trim_start();
        let end = self.rest.find(|c| !within(c)).unwrap_or(self.rest.len());
        let (taken, rest) = self.rest.split_at(end);
        self.rest = rest;
        taken
    }

    fn word(&mut self) -> String {
        self.split(|c| c.is_ascii_alphabetic()).to_ascii_uppercase()
    }

    /// Takes `EMPTY` if it is next.
    fn empty(&mut self) -> bool {
        let before = self.rest;
        let found = self.word() == "EMPTY";
        if !found {
            self.rest = before;
        }
        found
    }

    fn number(&mut self) -> Option<f64> {
        let text = self.split(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.'));
        if text.eq_ignore_ascii_case("nan") {
            return Some(f64::NAN);
        }
        // Rust also reads "inf" and the like, which are no coordinates.
        text.bytes()
            .all(|c| c.is_ascii_digit() || matches!(c, b'+' | b'-' | b'.' | b'e' | b'E'))
            .then(|| text.parse().ok())?
    }

    fn coordinate(&mut self, dimensions: usize) -> Option<Coord> {
        let at = Coord {
            x: self.number()?,
            y: self.number()?,
        };
        for _ in 2..dimensions {
            self.number()?;
        }
        Some(at)
    }

    /// `(item, item, …)`, or `EMPTY`.
    fn list<T>(&mut self, mut item: impl FnMut(&mut Self) -> Option<T>) -> Option<Vec<T>> {
        if self.empty() {
            return Some(vec![]);
        }
        if !self.take('(') {
            return None;
        }
        let mut items = vec![item(self)?];
        while self.take(',') {
            items.push(item(self)?);
        }
        self.take(')').then_some(items)
    }

    fn coordinates(&mut self, dimensions: usize) -> Option<Vec<Coord>> {
        self.list(|reader| reader.coordinate(dimensions))
    }

    fn polygon(&mut self, dimensions: usize) -> Option<Polygon> {
        Some(polygon_of(
            self.list(|reader| reader.coordinates(dimensions))?,
        ))
    }

    fn shape(&mut self, depth: usize) -> Option<Shape> {
        if depth > DEPTH_MAX {
            return None;
        }
        let name = self.word();
        let before = self.rest;
        let dimensions = match self.word().as_str() {
            "Z" | "M" => 3,
            "ZM" => 4,
            _ => {
                self.rest = before;
                2
            }
        };
        Some(match name.as_str() {
            "POINT" => {
                let points = self.coordinates(dimensions)?;
                if points.len() > 1 {
                    return None;
                }
                Shape::Point(
                    points
                        .first()
                        .copied()
                        .filter(|at| !at.x.is_nan() && !at.y.is_nan()),
                )
            }
            "LINESTRING" => Shape::Line(LineString(self.coordinates(dimensions)?)),
            "POLYGON" => Shape::Polygon(self.polygon(dimensions)?),
            "MULTIPOINT" => {
                let points = self.list(|reader| {
                    if reader.rest.trim_start().starts_with('(')
                        || reader.rest.trim_start().starts_with(['e', 'E'])
                    {
                        let points = reader.coordinates(dimensions)?;
                        (points.len() < 2).then(|| points.first().copied())
                    } else {
                        reader.coordinate(dimensions).map(Some)
                    }
                })?;
                Shape::MultiPoint(points.into_iter().flatten().collect())
            }
            "MULTILINESTRING" => {
                let lines = self.list(|reader| reader.coordinates(dimensions))?;
                Shape::MultiLine(
                    lines
                        .into_iter()
                        .filter(|line| !line.is_empty())
                        .map(LineString)
                        .collect(),
                )
            }
            "MULTIPOLYGON" => {
                let polygons = self.list(|reader| reader.polygon(dimensions))?;
                Shape::MultiPolygon(
                    polygons
                        .into_iter()
                        .filter(|polygon| !polygon.exterior().0.is_empty())
                        .collect(),
                )
            }
            "GEOMETRYCOLLECTION" => Shape::Collection(self.list(|reader| reader.shape(depth + 1))?),
            _ => return None,
        })
    }
}

/// The geometry's text.
pub(super) fn write(shape: &Shape) -> String {
    let mut text = String::new();
    write_into(shape, &mut text);
    text
}

fn write_into(shape: &Shape, text: &mut String) {
    match shape {
        Shape::Point(at) => {
            text.push_str("POINT ");
            write_coordinates(at.as_slice(), text);
        }
        Shape::Line(line) => {
            text.push_str("LINESTRING ");
            write_coordinates(&line.0, text);
        }
        Shape::Polygon(polygon) => {
            text.push_str("POLYGON ");
            write_polygon(polygon, text);
        }
        Shape::MultiPoint(points) => {
            text.push_str("MULTIPOINT ");
            write_list(points, text, |at, text| {
                write_coordinates(std::slice::from_ref(at), text)
            });
        }
        Shape::MultiLine(lines) => {
            text.push_str("MULTILINESTRING ");
            write_list(lines, text, |line, text| write_coordinates(&line.0, text));
        }
        Shape::MultiPolygon(polygons) => {
            text.push_str("MULTIPOLYGON ");
            write_list(polygons, text, write_polygon);
        }
        Shape::Collection(shapes) => {
            text.push_str("GEOMETRYCOLLECTION ");
            write_list(shapes, text, write_into);
        }
    }
}

fn write_list<T>(items: &[T], text: &mut String, write: impl Fn(&T, &mut String)) {
    if items.is_empty() {
        text.push_str("EMPTY");
        return;
    }
    text.push('(');
    for (place, item) in items.iter().enumerate() {
        if place > 0 {
            text.push_str(", ");
        }
        write(item, text);
    }
    text.push(')');
}

fn write_coordinates(coordinates: &[Coord], text: &mut String) {
    write_list(coordinates, text, |at, text| {
        text.push_str(&seventeen_digits(at.x));
        text.push(' ');
        text.push_str(&seventeen_digits(at.y));
    });
}

fn write_polygon(polygon: &Polygon, text: &mut String) {
    let written: Vec<_> = rings(polygon).filter(|ring| !ring.0.is_empty()).collect();
    write_list(&written, text, |ring, text| {
        write_coordinates(&ring.0, text)
    });
}
