//! Simplification that keeps the topology: no part of a line is flattened where it would cross another.

use geo::kernels::{Kernel, RobustKernel};
use geo::{Coord, LineString, Orientation, Polygon};

use super::nearest::nearest_on_segment;
use super::rows::{Computed, each_with_double, shapes};
use super::shape::{Shape, check_finite, polygon_of, rings};
use crate::definition::Definition;
use crate::error::FunctionError;

/// The fewest points of a ring and of an open line.
const RING_POINTS_MIN: usize = 4;
const LINE_POINTS_MIN: usize = 2;

pub(super) fn definitions() -> Vec<Definition> {
    vec![
        Definition::new(
            "simplify_geometry",
            "Geometry with fewer vertices, within a distance of the given one",
        )
        .strict("(Geometry, double) -> Geometry", |call| {
            shapes(each_with_double(call, simplified)?)
        }),
    ]
}

fn simplified(shape: &Shape, tolerance: f64) -> Computed<Shape> {
    if tolerance.is_nan() {
        return Err(FunctionError::argument("distanceTolerance is NaN"));
    }
    if tolerance < 0.0 {
        return Err(FunctionError::argument("distanceTolerance is negative"));
    }
    if tolerance == 0.0 {
        return Ok(Some(shape.clone()));
    }
    check_finite(&shape.vertices())?;
    // Trino simplifies rings as they run clockwise.
    let shape = shape.clockwise();
    let parts = shape.parts();
    let lines = parts.lines.iter().copied();
    let ring_lines = parts.polygons.iter().flat_map(|polygon| rings(polygon));
    let mut simplifier = Simplifier {
        input: lines.chain(ring_lines).flat_map(segments).collect(),
        output: Vec::new(),
        tolerance,
    };
    Ok(Some(simplifier.shape(&shape)))
}

fn segments(line: &LineString) -> impl Iterator<Item = (Coord, Coord)> {
    line.0.iter().copied().zip(line.0.iter().copied().skip(1))
}

struct Simplifier {
    /// The segments of all lines.
    input: Vec<(Coord, Coord)>,
    /// Those that replace others so far.
    output: Vec<(Coord, Coord)>,
    tolerance: f64,
}

impl Simplifier {
    fn shape(&mut self, shape: &Shape) -> Shape {
        match shape {
            Shape::Line(line) => Shape::Line(self.line(line)),
            Shape::MultiLine(lines) => {
                Shape::MultiLine(lines.iter().map(|line| self.line(line)).collect())
            }
            Shape::Polygon(polygon) => Shape::Polygon(self.polygon(polygon)),
            Shape::MultiPolygon(polygons) => Shape::MultiPolygon(
                polygons
                    .iter()
                    .map(|polygon| self.polygon(polygon))
                    .collect(),
            ),
            Shape::Collection(shapes) => {
                Shape::Collection(shapes.iter().map(|shape| self.shape(shape)).collect())
            }
            points => points.clone(),
        }
    }

    fn polygon(&mut self, polygon: &Polygon) -> Polygon {
        polygon_of(rings(polygon).map(|ring| self.line(ring).0).collect())
    }

    /// Sections are flattened as a whole, or else in two at the vertex that is farthest off.
    fn line(&mut self, line: &LineString) -> LineString {
        let points = &line.0;
        let (Some(first), true) = (points.first(), points.len() > 2) else {
            return line.clone();
        };
        let least = if points.first() == points.last() {
            RING_POINTS_MIN
        } else {
            LINE_POINTS_MIN
        };
        let mut kept = vec![*first];
        let mut sections = vec![(0, points.len() - 1, 1_usize)];
        while let Some((start, end, depth)) = sections.pop() {
            let (Some(from), Some(to)) = (points.get(start), points.get(end)) else {
                continue;
            };
            if start + 1 >= end {
                kept.push(*to);
                continue;
            }
            let inner = points.get(start + 1..end).unwrap_or_default();
            let mut farthest = (start + 1, -1.0);
            for (place, at) in inner.iter().enumerate() {
                let on = nearest_on_segment(*at, *from, *to).0;
                let away = (at.x - on.x).hypot(at.y - on.y);
                if away > farthest.1 {
                    farthest = (start + 1 + place, away);
                }
            }
            // So deep, the result would have a point more than that at worst.
            let too_few = kept.len() < least && depth + 1 < least;
            let section = points.get(start..=end).unwrap_or_default();
            if !too_few && farthest.1 <= self.tolerance && !self.crosses((*from, *to), section) {
                kept.push(*to);
                self.output.push((*from, *to));
            } else {
                sections.push((farthest.0, end, depth + 1));
                sections.push((start, farthest.0, depth + 1));
            }
        }
        LineString(kept)
    }

    /// Whether a segment would cross a segment of the result, or one of the input that it does not replace.
    fn crosses(&self, candidate: (Coord, Coord), section: &[Coord]) -> bool {
        let replaced = |segment: &(Coord, Coord)| {
            section
                .windows(2)
                .any(|edge| matches!(edge, [from, to] if (*from, *to) == *segment))
        };
        self.output
            .iter()
            .any(|segment| meet_within(candidate, *segment))
            || self
                .input
                .iter()
                .any(|segment| meet_within(candidate, *segment) && !replaced(segment))
    }
}

/// Whether segments meet other than at a common end.
fn meet_within(one: (Coord, Coord), other: (Coord, Coord)) -> bool {
    let apart = one.0.x.max(one.1.x) < other.0.x.min(other.1.x)
        || other.0.x.max(other.1.x) < one.0.x.min(one.1.x)
        || one.0.y.max(one.1.y) < other.0.y.min(other.1.y)
        || other.0.y.max(other.1.y) < one.0.y.min(one.1.y);
    if apart {
        return false;
    }
    let side = |line: (Coord, Coord), at: Coord| RobustKernel::orient2d(line.0, line.1, at);
    let on = |line: (Coord, Coord), at: Coord| {
        at != line.0
            && at != line.1
            && side(line, at) == Orientation::Collinear
            && at.x >= line.0.x.min(line.1.x)
            && at.x <= line.0.x.max(line.1.x)
            && at.y >= line.0.y.min(line.1.y)
            && at.y <= line.0.y.max(line.1.y)
    };
    if on(one, other.0) || on(one, other.1) || on(other, one.0) || on(other, one.1) {
        return true;
    }
    let parted = |line, from, to| {
        let (from, to) = (side(line, from), side(line, to));
        from != Orientation::Collinear && to != Orientation::Collinear && from != to
    };
    parted(one, other.0, other.1) && parted(other, one.0, one.1)
}
