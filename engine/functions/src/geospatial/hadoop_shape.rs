//! Geometries as the Spatial Framework for Hadoop stores them: a reference system, an OGC type, and an Esri shape.

use geo::{Coord, CoordinatePosition, LineString, Polygon, coordinate_position::CoordPos};

use super::shape::{Shape, polygon_of, twice_signed_area};
use crate::error::FunctionError;

/// Esri's numbers below this stand for NaN.
const NAN_BELOW: f64 = -1.0e38;

/// Where the OGC type stands, and where the shape begins.
const TYPE_OFFSET: usize = 4;
const SHAPE_OFFSET: usize = 5;

/// The bytes of a rectangle around a shape.
const BOUNDS_BYTES: usize = 32;

/// Reads a geometry.
pub(super) fn read(bytes: &[u8]) -> Result<Shape, FunctionError> {
    let (Some(code), Some(shape)) = (
        bytes.get(TYPE_OFFSET),
        bytes.get(SHAPE_OFFSET..).filter(|shape| !shape.is_empty()),
    ) else {
        return Err(FunctionError::argument("Hadoop shape input is too short"));
    };
    if *code > 6 {
        let code = code.cast_signed();
        return Err(FunctionError::argument(format!(
            "Invalid Hadoop shape type: {code}"
        )));
    }
    esri_shape(shape)
        .and_then(|shape| as_type(shape, *code))
        .ok_or_else(|| FunctionError::argument("Invalid Hadoop shape"))
}

/// The shape as the OGC type, if it can be one.
fn as_type(shape: Shape, code: u8) -> Option<Shape> {
    Some(match (code, shape) {
        (0, Shape::MultiLine(mut lines)) if lines.len() == 1 => Shape::Line(lines.pop()?),
        (0, Shape::MultiPolygon(mut polygons)) if polygons.len() == 1 => {
            Shape::Polygon(polygons.pop()?)
        }
        (0, shape) => shape,
        (1, Shape::Point(at)) => Shape::Point(at),
        (2, Shape::MultiLine(mut lines)) if lines.len() < 2 => {
            Shape::Line(lines.pop().unwrap_or_else(|| LineString(vec![])))
        }
        (3, Shape::MultiPolygon(mut polygons)) if polygons.len() < 2 => polygons
            .pop()
            .map_or_else(Shape::empty_polygon, Shape::Polygon),
        (4, Shape::MultiPoint(points)) => Shape::MultiPoint(points),
        (5, Shape::MultiLine(lines)) => Shape::MultiLine(lines),
        (6, Shape::MultiPolygon(polygons)) => Shape::MultiPolygon(polygons),
        _ => return None,
    })
}

/// What follows the coordinates (Z, M) is passed over.
fn esri_shape(bytes: &[u8]) -> Option<Shape> {
    let mut reader = Reader { rest: bytes };
    match reader.number()? {
        1 | 11 | 21 => {
            let at = reader.coordinate()?;
            let is_point =
                !(at.x.is_nan() || at.y.is_nan() || at.x < NAN_BELOW || at.y < NAN_BELOW);
            Some(Shape::Point(is_point.then_some(at)))
        }
        8 | 18 | 28 => {
            reader.skip(BOUNDS_BYTES)?;
            let count = reader.count(16)?;
            Some(Shape::MultiPoint(
                (0..count)
                    .map(|_| reader.coordinate())
                    .collect::<Option<_>>()?,
            ))
        }
        3 | 13 | 23 => Some(Shape::MultiLine(
            reader.paths()?.into_iter().map(LineString).collect(),
        )),
        5 | 15 | 25 => Some(Shape::MultiPolygon(polygons_of(reader.paths()?))),
        _ => None,
    }
}

/// Clockwise rings are exteriors. The others are holes of the exterior around them, or else of the one before.
fn polygons_of(rings: Vec<Vec<Coord>>) -> Vec<Polygon> {
    let (holes, exteriors): (Vec<_>, Vec<_>) = rings
        .into_iter()
        .partition(|ring| twice_signed_area(ring) > 0.0);
    let mut polygons: Vec<Vec<Vec<Coord>>> = exteriors.into_iter().map(|ring| vec![ring]).collect();
    for hole in holes {
        let around = polygons.iter().position(|polygon| {
            let exterior = polygon_of(polygon.iter().take(1).cloned().collect());
            hole.first()
                .is_some_and(|at| exterior.coordinate_position(at) != CoordPos::Outside)
        });
        match around.and_then(|place| polygons.get_mut(place)) {
            Some(polygon) => polygon.push(hole),
            None => match polygons.last_mut() {
                Some(polygon) => polygon.push(hole),
                None => polygons.push(vec![hole]),
            },
        }
    }
    polygons.into_iter().map(polygon_of).collect()
}

struct Reader<'a> {
    rest: &'a [u8],
}

impl Reader<'_> {
    fn skip(&mut self, bytes: usize) -> Option<()> {
        self.rest = self.rest.get(bytes..)?;
        Some(())
    }

    fn number(&mut self) -> Option<u32> {
        let (bytes, rest) = self.rest.split_first_chunk::<4>()?;
        self.rest = rest;
        Some(u32::from_le_bytes(*bytes))
    }

    fn double(&mut self) -> Option<f64> {
        let (bytes, rest) = self.rest.split_first_chunk::<8>()?;
        self.rest = rest;
        Some(f64::from_le_bytes(*bytes))
    }

    fn coordinate(&mut self) -> Option<Coord> {
        Some(Coord {
            x: self.double()?,
            y: self.double()?,
        })
    }

    /// A count of items that each take so many bytes, which must be there.
    fn count(&mut self, bytes_each: usize) -> Option<usize> {
        let count = usize::try_from(self.number()?).ok()?;
        (count.checked_mul(bytes_each)? <= self.rest.len()).then_some(count)
    }

    fn paths(&mut self) -> Option<Vec<Vec<Coord>>> {
        self.skip(BOUNDS_BYTES)?;
        let path_count = self.count(4)?;
        let point_count = usize::try_from(self.number()?).ok()?;
        let mut starts = (0..path_count)
            .map(|_| self.number().and_then(|start| usize::try_from(start).ok()))
            .collect::<Option<Vec<_>>>()?;
        if point_count.checked_mul(16)? > self.rest.len() {
            return None;
        }
        let points = (0..point_count)
            .map(|_| self.coordinate())
            .collect::<Option<Vec<_>>>()?;
        starts.push(point_count);
        starts
            .windows(2)
            .map(|range| match range {
                [start, end] => points.get(*start..*end).map(<[Coord]>::to_vec),
                _ => None,
            })
            .collect()
    }
}
