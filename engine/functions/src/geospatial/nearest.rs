//! The points where two geometries come closest.

use std::sync::Arc;

use arrow::array::{ArrayRef, StructArray};
use arrow::buffer::NullBuffer;
use arrow::datatypes::DataType;
use datafusion::common::exec_err;
use datafusion::error::Result;
use geo::line_intersection::{LineIntersection, line_intersection};
use geo::{Coord, CoordinatePosition, Line, coordinate_position::CoordPos};

use super::rows::{Computed, binary, each_pair};
use super::shape::{Parts, Shape, check_finite, rings};
use crate::call::Call;
use crate::definition::Definition;
use crate::error::FunctionError;

pub(super) fn definitions() -> Vec<Definition> {
    vec![
        Definition::new(
            "geometry_nearest_points",
            "Points where two geometries come closest",
        )
        .strict(
            "(Geometry, Geometry) -> row(Geometry, Geometry)",
            nearest_points,
        ),
    ]
}

/// A point of each geometry, and how far apart they are.
#[derive(Debug, Clone, Copy)]
pub(super) struct Nearest {
    pub(super) left: Coord,
    pub(super) right: Coord,
    pub(super) distance: f64,
}

fn nearest_points(call: &Call<'_>) -> Result<ArrayRef> {
    let found = each_pair(call, nearest)?;
    let side = |of: fn(&Nearest) -> Coord| -> ArrayRef {
        let points: Vec<_> = found
            .iter()
            .map(|pair| pair.as_ref().map(|pair| Shape::Point(Some(of(pair)))))
            .collect();
        Arc::new(binary(points.iter().map(Option::as_ref)))
    };
    let DataType::Struct(fields) = call.returns().arrow() else {
        return exec_err!("the result is no row");
    };
    let nulls: NullBuffer = found.iter().map(Option::is_some).collect();
    let columns = vec![side(|pair| pair.left), side(|pair| pair.right)];
    Ok(Arc::new(StructArray::try_new(
        fields,
        columns,
        Some(nulls),
    )?))
}

/// The nearest points, unless a geometry is empty.
pub(super) fn nearest(left: &Shape, right: &Shape) -> Computed<Nearest> {
    if let (Shape::Point(Some(left)), Shape::Point(Some(right))) = (left, right) {
        return Ok(Some(pair(*left, *right)));
    }
    if left.is_empty() || right.is_empty() {
        return Ok(None);
    }
    check_finite(&left.vertices())?;
    check_finite(&right.vertices())?;
    let (left, right) = (left.clockwise(), right.clockwise());
    let (left, right) = (left.parts(), right.parts());
    if let Some(at) = inside(&left, &right).or_else(|| inside(&right, &left)) {
        return Ok(Some(Nearest {
            left: at,
            right: at,
            distance: 0.0,
        }));
    }
    facets(&left, &right)
}

/// A point of one geometry that lies in a polygon of the other; each connected part is tried at one of its points.
fn inside(areas: &Parts<'_>, others: &Parts<'_>) -> Option<Coord> {
    if areas.polygons.is_empty() {
        return None;
    }
    let lines = others
        .lines
        .iter()
        .filter_map(|line| line.0.first().copied());
    let polygons = others
        .polygons
        .iter()
        .filter_map(|polygon| polygon.exterior().0.first().copied());
    others
        .points
        .iter()
        .copied()
        .chain(lines)
        .chain(polygons)
        .find(|at| {
            areas
                .polygons
                .iter()
                .any(|polygon| polygon.coordinate_position(at) != CoordPos::Outside)
        })
}

fn facets(left: &Parts<'_>, right: &Parts<'_>) -> Computed<Nearest> {
    let (left_segments, right_segments) = (segments(left), segments(right));
    let mut best: Option<Nearest> = None;
    let mut offer = |found: Nearest| {
        if best.is_none_or(|best| found.distance < best.distance) {
            best = Some(found);
        }
        found.distance > 0.0
    };
    for first in &left_segments {
        for second in &right_segments {
            if !offer(between_segments(*first, *second)) {
                return Ok(best);
            }
        }
    }
    for (from, to) in &left_segments {
        for at in &right.points {
            offer(pair(nearest_on_segment(*at, *from, *to).0, *at));
        }
    }
    for at in &left.points {
        for (from, to) in &right_segments {
            offer(pair(*at, nearest_on_segment(*at, *from, *to).0));
        }
        for other in &right.points {
            offer(pair(*at, *other));
        }
    }
    best.map(Some)
        .ok_or_else(|| FunctionError::argument("Geometry is not valid for this operation"))
}

/// The segments of lines and rings; a line of one point is a segment without length.
fn segments(parts: &Parts<'_>) -> Vec<(Coord, Coord)> {
    let ring_lines = parts.polygons.iter().flat_map(|polygon| rings(polygon));
    parts
        .lines
        .iter()
        .copied()
        .chain(ring_lines)
        .flat_map(|line| {
            let only = match line.0.as_slice() {
                [at] => Some((*at, *at)),
                _ => None,
            };
            line.0
                .iter()
                .copied()
                .zip(line.0.iter().copied().skip(1))
                .chain(only)
        })
        .collect()
}

fn pair(left: Coord, right: Coord) -> Nearest {
    let (dx, dy) = (right.x - left.x, right.y - left.y);
    Nearest {
        left,
        right,
        distance: (dx * dx + dy * dy).sqrt(),
    }
}

fn between_segments(first: (Coord, Coord), second: (Coord, Coord)) -> Nearest {
    if let Some(meeting) =
        line_intersection(Line::new(first.0, first.1), Line::new(second.0, second.1))
    {
        let at = match meeting {
            LineIntersection::SinglePoint { intersection, .. } => intersection,
            LineIntersection::Collinear { intersection } => intersection.start,
        };
        return Nearest {
            left: at,
            right: at,
            distance: 0.0,
        };
    }
    let candidates = [
        pair(nearest_on_segment(second.0, first.0, first.1).0, second.0),
        pair(nearest_on_segment(second.1, first.0, first.1).0, second.1),
        pair(first.0, nearest_on_segment(first.0, second.0, second.1).0),
        pair(first.1, nearest_on_segment(first.1, second.0, second.1).0),
    ];
    let [start, rest @ ..] = candidates;
    rest.into_iter().fold(start, |best, next| {
        if next.distance < best.distance {
            next
        } else {
            best
        }
    })
}

/// The point of a segment that is closest to a point, and at which fraction of the segment it is.
pub(super) fn nearest_on_segment(at: Coord, from: Coord, to: Coord) -> (Coord, f64) {
    let (dx, dy) = (to.x - from.x, to.y - from.y);
    let squared = dx * dx + dy * dy;
    if squared <= 0.0 || at == from {
        return (from, 0.0);
    }
    if at == to {
        return (to, 1.0);
    }
    let fraction = ((at.x - from.x) * dx + (at.y - from.y) * dy) / squared;
    if fraction <= 0.0 {
        (from, 0.0)
    } else if fraction >= 1.0 {
        (to, 1.0)
    } else {
        (
            Coord {
                x: from.x + fraction * dx,
                y: from.y + fraction * dy,
            },
            fraction,
        )
    }
}
