//! Well-known binary, in which geometries are stored: ISO, little endian, two dimensions.

use geo::{Coord, LineString, Polygon};

use super::shape::{Shape, polygon_of, rings};
use crate::error::FunctionError;

/// How deep collections may nest.
pub(super) const DEPTH_MAX: usize = 64;

/// Reads a geometry; further dimensions (Z, M) are dropped.
pub(super) fn read(bytes: &[u8]) -> Result<Shape, FunctionError> {
    Reader { rest: bytes }
        .shape(0)
        .ok_or_else(|| FunctionError::argument("Invalid WKB"))
}

/// A cursor over bytes.
struct Reader<'a> {
    rest: &'a [u8],
}

/// What a geometry's header says.
struct Header {
    little: bool,
    kind: u32,
    dimensions: usize,
}

impl Reader<'_> {
    fn byte(&mut self) -> Option<u8> {
        let (byte, rest) = self.rest.split_first()?;
        self.rest = rest;
        Some(*byte)
    }

    fn number(&mut self, little: bool) -> Option<u32> {
        let (bytes, rest) = self.rest.split_first_chunk::<4>()?;
        self.rest = rest;
        Some(if little {
            u32::from_le_bytes(*bytes)
        } else {
            u32::from_be_bytes(*bytes)
        })
    }

    fn double(&mut self, little: bool) -> Option<f64> {
        let (bytes, rest) = self.rest.split_first_chunk::<8>()?;
        self.rest = rest;
        Some(if little {
            f64::from_le_bytes(*bytes)
        } else {
            f64::from_be_bytes(*bytes)
        })
    }

    /// A count of items that each take so many bytes at least, which must be there.
    fn count(&mut self, little: bool, bytes_each: usize) -> Option<usize> {
        let count = usize::try_from(self.number(little)?).ok()?;
        (count.checked_mul(bytes_each)? <= self.rest.len()).then_some(count)
    }

    fn header(&mut self) -> Option<Header> {
        let little = match self.byte()? {
            0 => false,
            1 => true,
            _ => return None,
        };
        let code = self.number(little)?;
        let dimensions = match code / 1000 {
            0 => 2,
            1 | 2 => 3,
            3 => 4,
            _ => return None,
        };
        Some(Header {
            little,
            kind: code % 1000,
            dimensions,
        })
    }

    fn coordinate(&mut self, header: &Header) -> Option<Coord> {
        let x = self.double(header.little)?;
        let y = self.double(header.little)?;
        for _ in 2..header.dimensions {
            self.double(header.little)?;
        }
        Some(Coord { x, y })
    }

    fn coordinates(&mut self, header: &Header) -> Option<Vec<Coord>> {
        let count = self.count(header.little, header.dimensions * 8)?;
        (0..count).map(|_| self.coordinate(header)).collect()
    }

    fn polygon(&mut self, header: &Header) -> Option<Polygon> {
        let count = self.count(header.little, 4)?;
        let rings = (0..count)
            .map(|_| self.coordinates(header))
            .collect::<Option<Vec<_>>>()?;
        Some(polygon_of(rings))
    }

    fn shape(&mut self, depth: usize) -> Option<Shape> {
        if depth > DEPTH_MAX {
            return None;
        }
        let header = self.header()?;
        if header.kind == 1 {
            let at = self.coordinate(&header)?;
            return Some(Shape::Point(
                (!at.x.is_nan() && !at.y.is_nan()).then_some(at),
            ));
        }
        if header.kind == 2 {
            return Some(Shape::Line(LineString(self.coordinates(&header)?)));
        }
        if header.kind == 3 {
            return Some(Shape::Polygon(self.polygon(&header)?));
        }
        // A geometry has a byte order, a type, and a count at least.
        let count = self.count(header.little, 9)?;
        let members = (0..count)
            .map(|_| self.shape(depth + 1))
            .collect::<Option<Vec<_>>>()?;
        collected(header.kind, members)
    }
}

/// A multi-geometry of geometries that must be of its kind.
fn collected(kind: u32, members: Vec<Shape>) -> Option<Shape> {
    Some(match kind {
        4 => {
            let mut points = Vec::with_capacity(members.len());
            for member in members {
                let Shape::Point(at) = member else {
                    return None;
                };
                points.extend(at);
            }
            Shape::MultiPoint(points)
        }
        5 => {
            let mut lines = Vec::with_capacity(members.len());
            for member in members {
                let Shape::Line(line) = member else {
                    return None;
                };
                lines.extend(Some(line).filter(|line| !line.0.is_empty()));
            }
            Shape::MultiLine(lines)
        }
        6 => {
            let mut polygons = Vec::with_capacity(members.len());
            for member in members {
                let Shape::Polygon(polygon) = member else {
                    return None;
                };
                polygons.extend(Some(polygon).filter(|polygon| !polygon.exterior().0.is_empty()));
            }
            Shape::MultiPolygon(polygons)
        }
        7 => Shape::Collection(members),
        _ => return None,
    })
}

/// The geometry's bytes.
pub(super) fn write(shape: &Shape) -> Vec<u8> {
    let mut bytes = Vec::new();
    write_into(shape, &mut bytes);
    bytes
}

fn write_into(shape: &Shape, bytes: &mut Vec<u8>) {
    match shape {
        Shape::Point(at) => write_point(
            at.unwrap_or(Coord {
                x: f64::NAN,
                y: f64::NAN,
            }),
            bytes,
        ),
        Shape::Line(line) => write_line(line, bytes),
        Shape::Polygon(polygon) => write_polygon(polygon, bytes),
        Shape::MultiPoint(points) => {
            write_header(4, points.len(), bytes);
            points.iter().for_each(|at| write_point(*at, bytes));
        }
        Shape::MultiLine(lines) => {
            write_header(5, lines.len(), bytes);
            lines.iter().for_each(|line| write_line(line, bytes));
        }
        Shape::MultiPolygon(polygons) => {
            write_header(6, polygons.len(), bytes);
            polygons
                .iter()
                .for_each(|polygon| write_polygon(polygon, bytes));
        }
        Shape::Collection(shapes) => {
            write_header(7, shapes.len(), bytes);
            shapes.iter().for_each(|shape| write_into(shape, bytes));
        }
    }
}

fn write_kind(kind: u32, bytes: &mut Vec<u8>) {
    bytes.push(1);
    bytes.extend(kind.to_le_bytes());
}

/// Arrow's binary columns are smaller than what a count cannot hold.
fn write_count(count: usize, bytes: &mut Vec<u8>) {
    bytes.extend(u32::try_from(count).unwrap_or(u32::MAX).to_le_bytes());
}

fn write_header(kind: u32, count: usize, bytes: &mut Vec<u8>) {
    write_kind(kind, bytes);
    write_count(count, bytes);
}

fn write_coordinate(at: Coord, bytes: &mut Vec<u8>) {
    bytes.extend(at.x.to_le_bytes());
    bytes.extend(at.y.to_le_bytes());
}

fn write_coordinates(line: &LineString, bytes: &mut Vec<u8>) {
    write_count(line.0.len(), bytes);
    line.0.iter().for_each(|at| write_coordinate(*at, bytes));
}

fn write_point(at: Coord, bytes: &mut Vec<u8>) {
    write_kind(1, bytes);
    write_coordinate(at, bytes);
}

fn write_line(line: &LineString, bytes: &mut Vec<u8>) {
    write_kind(2, bytes);
    write_coordinates(line, bytes);
}

fn write_polygon(polygon: &Polygon, bytes: &mut Vec<u8>) {
    let stored: Vec<_> = rings(polygon).filter(|ring| !ring.0.is_empty()).collect();
    write_header(3, stored.len(), bytes);
    stored
        .iter()
        .for_each(|ring| write_coordinates(ring, bytes));
}
