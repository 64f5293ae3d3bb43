//! Whether geometries are simple, valid, and why not, in the terms of Esri's rules that Trino follows.

use std::collections::HashMap;

use datafusion::error::Result;
use geo::kernels::{Kernel, RobustKernel};
use geo::line_intersection::LineIntersection;
use geo::{
    Coord, CoordinatePosition, LineString, Orientation, Polygon, coordinate_position::CoordPos,
};

use super::edges::{Edge, edges, meetings};
use super::java_number::double;
use super::kind::Kind;
use super::linework::{Node, node};
use super::rows::{booleans, each, guarded, texts};
use super::shape::{Shape, check_finite, require, rings};
use crate::definition::Definition;
use crate::error::FunctionError;

pub(super) fn definitions() -> Vec<Definition> {
    vec![
        Definition::new("st_issimple", "Whether a geometry nowhere meets itself")
            .strict("(Geometry) -> boolean", |call| {
                booleans(each(call, |shape| is_simple(shape).map(Some))?)
            }),
        Definition::new("st_isring", "Whether a line is closed and simple").strict(
            "(Geometry) -> boolean",
            |call| {
                booleans(each(call, |shape| {
                    require("ST_IsRing", shape, &[Kind::Line])?;
                    let closed = match shape {
                        Shape::Line(line) => line.0.len() > 2 && line.0.first() == line.0.last(),
                        _ => false,
                    };
                    Ok(Some(closed && is_simple(shape)?))
                })?)
            },
        ),
        Definition::new("st_isvalid", "Whether a geometry is well formed").strict(
            "(Geometry) -> boolean",
            |call| {
                booleans(each(call, |shape| {
                    Ok(Some(invalid_reason(shape)?.is_none()))
                })?)
            },
        ),
        Definition::new(
            "geometry_invalid_reason",
            "Why a geometry is not well formed; NULL if it is",
        )
        .strict("(Geometry) -> varchar", |call| {
            texts(each(call, invalid_reason)?)
        }),
    ]
}

fn is_simple(shape: &Shape) -> Result<bool, FunctionError> {
    check_finite(&shape.vertices())?;
    Ok(match shape {
        Shape::MultiPoint(points) => repeated(points).is_none(),
        Shape::Line(_) | Shape::MultiLine(_) => lines_are_simple(&shape.parts().lines),
        Shape::Polygon(_) | Shape::MultiPolygon(_) => shape
            .parts()
            .polygons
            .iter()
            .flat_map(|polygon| rings(polygon))
            .all(|ring| lines_are_simple(&[ring])),
        Shape::Collection(shapes) => {
            for shape in shapes {
                if !is_simple(shape)? {
                    return Ok(false);
                }
            }
            true
        }
        Shape::Point(_) => true,
    })
}

/// Whether lines meet at their ends only. Segments without length are passed over.
fn lines_are_simple(lines: &[&LineString]) -> bool {
    let cleaned: Vec<LineString> = lines
        .iter()
        .map(|line| {
            let mut points = line.0.clone();
            points.dedup();
            LineString(points)
        })
        .collect();
    let edges = edges(cleaned.iter());
    meetings(&edges, |one, other, meeting| {
        let allowed = match meeting {
            LineIntersection::Collinear { intersection }
                if intersection.start != intersection.end =>
            {
                false
            }
            LineIntersection::Collinear { intersection } => {
                is_joint(one, other, intersection.start)
            }
            LineIntersection::SinglePoint { intersection, .. } => {
                is_joint(one, other, intersection)
            }
        };
        (!allowed).then_some(())
    })
    .is_none()
}

fn is_joint(one: &Edge, other: &Edge, at: Coord) -> bool {
    (other.follows(one) && at == one.to)
        || (one.follows(other) && at == one.from)
        || (one.ends_at(at) && other.ends_at(at))
}

/// A point that comes twice.
fn repeated(points: &[Coord]) -> Option<Coord> {
    let mut seen = std::collections::HashSet::new();
    points.iter().copied().find(|at| !seen.insert(node(*at)))
}

fn invalid_reason(shape: &Shape) -> Result<Option<String>, FunctionError> {
    if let Shape::Collection(shapes) = shape {
        for shape in shapes {
            if let Some(reason) = invalid_reason(shape)? {
                return Ok(Some(reason));
            }
        }
        return Ok(None);
    }
    check_finite(&shape.vertices())?;
    let shape = shape.clockwise();
    let parts = shape.parts();
    match shape.kind() {
        Kind::Point => Ok(None),
        Kind::MultiPoint => {
            Ok(repeated(&parts.points).map(|at| near("Repeated points", &[at, at])))
        }
        Kind::Line | Kind::MultiLine => {
            let edges = edges(parts.lines.iter().copied());
            Ok(too_short(&parts.lines, 2)
                .or_else(|| degenerate(&edges))
                .or_else(|| cracked(&edges))
                .or_else(|| tangent(&edges, false)))
        }
        _ => guarded(|| invalid_polygons(&parts.polygons)),
    }
}

fn invalid_polygons(polygons: &[&Polygon]) -> Option<String> {
    let paths: Vec<&LineString> = polygons.iter().flat_map(|polygon| rings(polygon)).collect();
    let edges = edges(paths.iter().copied());
    too_short(&paths, 4)
        .or_else(|| degenerate(&edges))
        .or_else(|| cracked(&edges))
        .or_else(|| tangent(&edges, true))
        .or_else(|| misplaced(polygons).then(|| "RingOrientation".to_owned()))
        .or_else(|| disconnected(polygons))
}

/// A reason and the vertices that it is found at.
fn near(reason: &str, vertices: &[Coord]) -> String {
    let places: Vec<_> = vertices
        .iter()
        .map(|at| format!("({} {})", double(at.x), double(at.y)))
        .collect();
    format!("{reason} at or near {}", places.join(" and "))
}

fn too_short(paths: &[&LineString], least: usize) -> Option<String> {
    paths
        .iter()
        .any(|path| path.0.len() < least)
        .then(|| "Structure".to_owned())
}

fn degenerate(edges: &[Edge]) -> Option<String> {
    edges
        .iter()
        .find(|edge| edge.from == edge.to)
        .map(|edge| near("Degenerate segments", &[edge.from]))
}

/// Segments that meet other than at ends of both.
fn cracked(edges: &[Edge]) -> Option<String> {
    meetings(edges, |one, other, meeting| {
        let ends = |edge: &Edge, at: Coord| at == edge.from || at == edge.to;
        let same = (one.from == other.from && one.to == other.to)
            || (one.from == other.to && one.to == other.from);
        match meeting {
            LineIntersection::Collinear { .. } if same => {
                Some(near("Self-intersection", &[one.from, other.from]))
            }
            LineIntersection::Collinear { intersection }
                if intersection.start != intersection.end =>
            {
                Some(near(
                    "Intersecting or overlapping segments",
                    &[one.from, other.from],
                ))
            }
            LineIntersection::Collinear { .. } => None,
            LineIntersection::SinglePoint { intersection, .. } => {
                let meets_ends = ends(one, intersection) && ends(other, intersection);
                (!meets_ends).then(|| {
                    near(
                        "Intersecting or overlapping segments",
                        &[one.from, other.from],
                    )
                })
            }
        }
    })
}

/// A vertex that a path passes twice, or at which paths cross.
fn tangent(edges: &[Edge], of_polygons: bool) -> Option<String> {
    let mut passes: HashMap<Node, Vec<(Edge, Edge)>> = HashMap::new();
    for (place, edge) in edges.iter().enumerate() {
        let next = edges.get(place + 1).filter(|next| next.follows(edge));
        let next = next.or_else(|| {
            edges
                .get((place + 1).checked_sub(edge.count)?)
                .filter(|next| next.follows(edge))
        });
        let Some(next) = next else { continue };
        let earlier = passes.entry(node(edge.to)).or_default();
        for (before, after) in earlier.iter() {
            let at = edge.to;
            if cross(at, (before.from, after.to), (edge.from, next.to)) {
                return Some(near("Self-intersection", &[at, at]));
            }
            if before.path == edge.path || !of_polygons {
                return Some(near("Self-tangency", &[at, at]));
            }
        }
        earlier.push((*edge, *next));
    }
    None
}

/// Whether two paths through a vertex change sides there.
fn cross(at: Coord, one: (Coord, Coord), other: (Coord, Coord)) -> bool {
    let angle = |to: Coord| (to.y - at.y).atan2(to.x - at.x);
    let (start, end) = (angle(one.0), angle(one.1));
    let between = |angle: f64| {
        let turn = |to: f64| (to - start).rem_euclid(std::f64::consts::TAU);
        turn(angle) < turn(end)
    };
    let is_straight = |to: Coord| {
        RobustKernel::orient2d(one.0, at, to) == Orientation::Collinear
            && RobustKernel::orient2d(one.1, at, to) == Orientation::Collinear
    };
    !is_straight(other.0)
        && !is_straight(other.1)
        && between(angle(other.0)) != between(angle(other.1))
}

/// Holes outside their polygon or in another hole, and polygons within others.
fn misplaced(polygons: &[&Polygon]) -> bool {
    let area = |ring: &LineString| Polygon::new(ring.clone(), vec![]);
    let position = |area: &Polygon, ring: &LineString| {
        let positions = ring.0.iter().map(|at| area.coordinate_position(at));
        positions
            .into_iter()
            .find(|position| *position != CoordPos::OnBoundary)
    };
    let holes_are_misplaced = polygons.iter().any(|polygon| {
        let exterior = area(polygon.exterior());
        polygon.interiors().iter().enumerate().any(|(place, hole)| {
            position(&exterior, hole) == Some(CoordPos::Outside)
                || polygon
                    .interiors()
                    .iter()
                    .enumerate()
                    .any(|(other, around)| {
                        other != place && position(&area(around), hole) == Some(CoordPos::Inside)
                    })
        })
    });
    holes_are_misplaced
        || polygons.iter().enumerate().any(|(place, polygon)| {
            polygons.iter().enumerate().any(|(other, around)| {
                other != place
                    && polygon
                        .exterior()
                        .0
                        .iter()
                        .map(|at| around.coordinate_position(at))
                        .find(|position| *position != CoordPos::OnBoundary)
                        == Some(CoordPos::Inside)
            })
        })
}

/// Rings that touch each other in a cycle, so that they cut the interior in two.
fn disconnected(polygons: &[&Polygon]) -> Option<String> {
    for polygon in polygons {
        let mut first_at: HashMap<Node, usize> = HashMap::new();
        let mut groups: Vec<usize> = (0..=polygon.interiors().len()).collect();
        for (ring, path) in rings(polygon).enumerate() {
            for at in path.0.iter().skip(1) {
                let Some(other) = first_at
                    .insert(node(*at), ring)
                    .filter(|other| *other != ring)
                else {
                    continue;
                };
                let (one, other) = (groups.get(ring).copied()?, groups.get(other).copied()?);
                if one == other {
                    return Some(near("Disconnected interior", &[*at]));
                }
                groups
                    .iter_mut()
                    .filter(|group| **group == other)
                    .for_each(|group| *group = one);
            }
        }
    }
    None
}
