//! How two geometries lie to each other.

use arrow::array::ArrayRef;
use datafusion::error::Result;
use geo::relate::IntersectionMatrix;
use geo::{
    Coord, CoordinatePosition, Geometry, Intersects, Point, Relate, coordinate_position::CoordPos,
};

use super::bounds::Bounds;
use super::rows::{Computed, Shapes, booleans, guarded, rows};
use super::shape::Shape;
use crate::call::Call;
use crate::definition::Definition;
use crate::error::FunctionError;

pub(super) fn definitions() -> Vec<Definition> {
    let predicate = |name, description, kernel| {
        Definition::new(name, description).strict("(Geometry, Geometry) -> boolean", kernel)
    };
    vec![
        predicate(
            "st_intersects",
            "Whether geometries share a point",
            |call| each(call, intersects),
        ),
        predicate("st_disjoint", "Whether geometries share no point", |call| {
            each(call, |left, right| {
                intersects(left, right).map(|found| !found)
            })
        }),
        predicate(
            "st_contains",
            "Whether no point of the second geometry is outside the first, and the interiors meet",
            |call| each(call, contains),
        ),
        predicate(
            "st_within",
            "Whether no point of the first geometry is outside the second, and the interiors meet",
            |call| each(call, |left, right| contains(right, left)),
        ),
        predicate(
            "st_equals",
            "Whether geometries cover the same points",
            |call| {
                each(call, |left, right| {
                    Ok(left.bounds == right.bounds
                        && related(left, right, IntersectionMatrix::is_equal_topo)?)
                })
            },
        ),
        predicate(
            "st_crosses",
            "Whether geometries share some of their interiors, but not all",
            |call| {
                each(call, |left, right| {
                    related(left, right, IntersectionMatrix::is_crosses)
                })
            },
        ),
        predicate(
            "st_overlaps",
            "Whether geometries of one dimension share some of their interiors, but not all",
            |call| {
                each(call, |left, right| {
                    related(left, right, IntersectionMatrix::is_overlaps)
                })
            },
        ),
        predicate(
            "st_touches",
            "Whether geometries share points, but none of their interiors",
            |call| {
                each(call, |left, right| {
                    related(left, right, IntersectionMatrix::is_touches)
                })
            },
        ),
        Definition::new(
            "st_relate",
            "Whether the relation of two geometries has a pattern of the nine-intersection model",
        )
        .strict("(Geometry, Geometry, varchar) -> boolean", relate),
    ]
}

/// A geometry of a row, ready for algorithms.
struct Side {
    geometry: Geometry,
    bounds: Option<Bounds>,
}

impl Side {
    fn of(shape: &Shape) -> Result<Side, FunctionError> {
        Ok(Side {
            geometry: shape.to_geo()?,
            bounds: shape.bounds(),
        })
    }

    /// The coordinates of a geometry that is a point.
    fn point(&self) -> Option<Coord> {
        match &self.geometry {
            Geometry::Point(Point(at)) => Some(*at),
            _ => None,
        }
    }

    /// Where a point lies; a collection's parts would not tell it together.
    fn position(&self, at: &Coord) -> Option<CoordPos> {
        match &self.geometry {
            Geometry::GeometryCollection(_) => None,
            other => Some(other.coordinate_position(at)),
        }
    }
}

/// The geometries of an argument; a constant is prepared once.
enum Sides {
    Constant(Side),
    Column(Shapes),
}

impl Sides {
    fn of(call: &Call<'_>, place: usize) -> Result<Sides> {
        Ok(match Shapes::of(call, place)? {
            Shapes::Constant(shape) => Sides::Constant(Side::of(&shape)?),
            column => Sides::Column(column),
        })
    }

    fn with<T>(
        &self,
        row: usize,
        use_side: impl FnOnce(&Side) -> Result<T, FunctionError>,
    ) -> Result<T, FunctionError> {
        match self {
            Sides::Constant(side) => use_side(side),
            Sides::Column(shapes) => use_side(&Side::of(shapes.get(row)?.as_ref())?),
        }
    }
}

fn each(
    call: &Call<'_>,
    holds: impl Fn(&Side, &Side) -> Result<bool, FunctionError>,
) -> Result<ArrayRef> {
    let (left, right) = (Sides::of(call, 0)?, Sides::of(call, 1)?);
    booleans(rows(call, |row| {
        left.with(row, |left| right.with(row, |right| holds(left, right)))
            .map(Some)
    })?)
}

fn intersects(left: &Side, right: &Side) -> Result<bool, FunctionError> {
    let meet = left
        .bounds
        .zip(right.bounds)
        .is_some_and(|(left, right)| left.meets(&right));
    Ok(meet && guarded(|| left.geometry.intersects(&right.geometry))?)
}

fn contains(outer: &Side, inner: &Side) -> Result<bool, FunctionError> {
    let within = outer
        .bounds
        .zip(inner.bounds)
        .is_some_and(|(outer, inner)| outer.contains(&inner));
    if !within {
        return Ok(false);
    }
    if let Some(position) = inner.point().and_then(|at| outer.position(&at)) {
        return Ok(position == CoordPos::Inside);
    }
    Ok(guarded(|| outer.geometry.relate(&inner.geometry))?.is_contains())
}

/// A relation that geometries have only where their bounds meet.
fn related(
    left: &Side,
    right: &Side,
    has: fn(&IntersectionMatrix) -> bool,
) -> Result<bool, FunctionError> {
    let meet = left
        .bounds
        .zip(right.bounds)
        .is_some_and(|(left, right)| left.meets(&right));
    Ok(meet && has(&guarded(|| left.geometry.relate(&right.geometry))?))
}

fn relate(call: &Call<'_>) -> Result<ArrayRef> {
    let (left, right, patterns) = (Sides::of(call, 0)?, Sides::of(call, 1)?, call.strings(2)?);
    booleans(rows(call, |row| {
        let matrix = left.with(row, |left| {
            right.with(row, |right| {
                guarded(|| left.geometry.relate(&right.geometry))
            })
        })?;
        matches(&matrix, patterns.value(row))
    })?)
}

fn matches(matrix: &IntersectionMatrix, pattern: &str) -> Computed<bool> {
    if pattern.chars().count() != 9 {
        return Err(FunctionError::argument(
            "relation string length has to be equal to 9",
        ));
    }
    matrix.matches(pattern).map(Some).map_err(|_| {
        FunctionError::argument("relation string has to be of the characters T, F, *, 0, 1 and 2")
    })
}

/// Whether two geometries share a point.
pub(super) fn meet(left: &Geometry, right: &Geometry) -> Result<bool, FunctionError> {
    guarded(|| left.intersects(right))
}

/// Whether one geometry contains the other.
pub(super) fn covers(outer: &Geometry, inner: &Geometry) -> Result<bool, FunctionError> {
    Ok(guarded(|| outer.relate(inner))?.is_contains())
}
