//! Convex hulls.

use geo::kernels::{Kernel, RobustKernel};
use geo::{Coord, LineString, Orientation};

use super::kind::Kind;
use super::rows::{each, shapes};
use super::shape::{Shape, check_finite, polygon_of};
use crate::definition::Definition;
use crate::error::FunctionError;

pub(super) fn definitions() -> Vec<Definition> {
    vec![
        Definition::new(
            "st_convexhull",
            "Smallest convex geometry around a geometry",
        )
        .strict("(Geometry) -> Geometry", |call| {
            shapes(each(call, |shape| convex_hull(shape).map(Some))?)
        }),
    ]
}

pub(super) fn convex_hull(shape: &Shape) -> Result<Shape, FunctionError> {
    if shape.is_empty() || shape.kind() == Kind::Point {
        return Ok(shape.clone());
    }
    let mut points = shape.vertices();
    check_finite(&points)?;
    points.sort_by(|a, b| a.x.total_cmp(&b.x).then(a.y.total_cmp(&b.y)));
    points.dedup();
    Ok(match points.as_slice() {
        [only] => Shape::Point(Some(*only)),
        [first, last] => Shape::Line(LineString(vec![*first, *last])),
        sorted => {
            let mut ring = chain(sorted.iter());
            let mut upper = chain(sorted.iter().rev());
            match (ring.as_slice(), upper.as_slice()) {
                ([first, last], [_, _]) => Shape::Line(LineString(vec![*first, *last])),
                _ => {
                    ring.pop();
                    ring.append(&mut upper);
                    Shape::Polygon(polygon_of(vec![ring]))
                }
            }
        }
    })
}

/// The points of a sorted sequence that a taut string below it touches.
fn chain<'a>(sorted: impl Iterator<Item = &'a Coord>) -> Vec<Coord> {
    let mut chain: Vec<Coord> = Vec::new();
    for next in sorted {
        while let [.., before, last] = chain.as_slice() {
            if RobustKernel::orient2d(*before, *last, *next) == Orientation::CounterClockwise {
                break;
            }
            chain.pop();
        }
        chain.push(*next);
    }
    chain
}
