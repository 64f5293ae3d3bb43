//! Unions, intersections and differences of geometries of any kind.
//!
//! Areas are computed by the `geo` crate. Lines and points are chosen among the pieces of all lines and rings, split where they meet: for
//! each it is known whether it lies on a line or a ring of an operand, or within its area.

use std::collections::HashSet;

use arrow::array::{Array, ArrayRef};
use datafusion::error::Result;
use geo::{
    BooleanOps, Coord, CoordinatePosition, LineString, MultiPolygon, coordinate_position::CoordPos,
    unary_union,
};

use super::exact_areas::exact;
use super::linework::{
    LINE_A, LINE_B, Node, Piece, RING_A, RING_A_BACKWARD, RING_B, RING_B_BACKWARD, Segment,
    from_below, join, node, split,
};
use super::rows::{each_pair, guarded, list_of_shapes, shapes};
use super::shape::{Parts, Shape, check_finite, rings};
use crate::call::Call;
use crate::definition::Definition;
use crate::error::FunctionError;

/// What to compute.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Operation {
    Intersection,
    Union,
    Difference,
    SymmetricDifference,
}

pub(super) fn definitions() -> Vec<Definition> {
    let binary = |name, description, kernel| {
        Definition::new(name, description).strict("(Geometry, Geometry) -> Geometry", kernel)
    };
    vec![
        binary(
            "st_intersection",
            "Points that both geometries have",
            |call| each(call, Operation::Intersection),
        ),
        binary(
            "st_difference",
            "Points of the first geometry that the second does not have",
            |call| each(call, Operation::Difference),
        ),
        binary(
            "st_symdifference",
            "Points that one of the geometries has, but not both",
            |call| each(call, Operation::SymmetricDifference),
        ),
        binary("st_union", "Points that a geometry has", |call| {
            shapes(each_pair(call, |left, right| {
                union([left, right]).map(Some)
            })?)
        }),
        Definition::new("geometry_union", "Points that a geometry of the array has")
            .strict("(array(Geometry)) -> Geometry", union_of_lists),
    ]
}

fn each(call: &Call<'_>, operation: Operation) -> Result<ArrayRef> {
    shapes(each_pair(call, |left, right| {
        overlay(operation, left, right).map(Some)
    })?)
}

fn union_of_lists(call: &Call<'_>) -> Result<ArrayRef> {
    let lists = call.lists(0)?;
    let mut unions = Vec::with_capacity(call.rows);
    for row in 0..call.rows {
        if call.is_null(row) || lists.value(row).is_empty() {
            unions.push(None);
        } else {
            let members = list_of_shapes(&lists.value(row))?;
            unions.push(Some(union(members.iter().flatten())?));
        }
    }
    shapes(unions)
}

/// The union of any number of geometries.
pub(super) fn union<'a>(
    members: impl IntoIterator<Item = &'a Shape>,
) -> Result<Shape, FunctionError> {
    let mut parts = Parts::default();
    for member in members {
        member.add_parts(&mut parts);
    }
    compute(
        Operation::Union,
        &parts,
        &Parts::default(),
        &Shape::Collection(vec![]),
    )
}

fn overlay(operation: Operation, left: &Shape, right: &Shape) -> Result<Shape, FunctionError> {
    let empty = match (operation, left.dimension()) {
        (Operation::Intersection, _) | (_, 2) => Shape::MultiPolygon(vec![]),
        (_, 1) => Shape::MultiLine(vec![]),
        _ => Shape::Point(None),
    };
    if operation == Operation::Intersection {
        let meet = left
            .bounds()
            .zip(right.bounds())
            .is_some_and(|(left, right)| left.meets(&right));
        if !meet {
            return Ok(empty);
        }
    }
    compute(operation, &left.parts(), &right.parts(), &empty)
}

/// An operand, as the pieces ask for it.
struct Operand {
    points: HashSet<Node>,
    areas: MultiPolygon,
    /// The ends of its pieces.
    nodes: HashSet<Node>,
    line: u8,
    ring: u8,
}

impl Operand {
    fn of(parts: &Parts<'_>, line: u8, ring: u8, pieces: &[Piece]) -> Operand {
        let own = pieces
            .iter()
            .filter(|piece| piece.origins & (line | ring) != 0);
        Operand {
            points: parts.points.iter().map(|at| node(*at)).collect(),
            areas: MultiPolygon(parts.polygons.iter().copied().cloned().collect()),
            nodes: own
                .flat_map(|piece| [node(piece.from), node(piece.to)])
                .collect(),
            line,
            ring,
        }
    }

    fn within(&self, at: &Coord) -> bool {
        !self.areas.0.is_empty() && self.areas.coordinate_position(at) == CoordPos::Inside
    }

    fn has_piece(&self, piece: &Piece) -> bool {
        piece.origins & (self.line | self.ring) != 0 || self.within(&middle(piece))
    }

    /// Segments are split at points on them, so that these are among the nodes.
    fn has_point(&self, at: &Coord) -> bool {
        self.points.contains(&node(*at)) || self.nodes.contains(&node(*at)) || self.within(at)
    }
}

fn middle(piece: &Piece) -> Coord {
    Coord {
        x: (piece.from.x + piece.to.x) / 2.0,
        y: (piece.from.y + piece.to.y) / 2.0,
    }
}

fn add_segments(
    parts: &Parts<'_>,
    line: u8,
    ring: u8,
    segments: &mut Vec<Segment>,
) -> Result<(), FunctionError> {
    let mut add = |path: &LineString, origin: u8| -> Result<(), FunctionError> {
        check_finite(&path.0)?;
        segments.extend(
            path.0
                .iter()
                .zip(path.0.iter().skip(1))
                .map(|(from, to)| Segment {
                    from: *from,
                    to: *to,
                    origin,
                }),
        );
        Ok(())
    };
    for path in &parts.lines {
        add(path, line)?;
    }
    for path in parts.polygons.iter().flat_map(|polygon| rings(polygon)) {
        add(path, ring)?;
    }
    check_finite(&parts.points)?;
    segments.extend(parts.points.iter().map(|at| Segment {
        from: *at,
        to: *at,
        origin: 0,
    }));
    Ok(())
}

fn compute(
    operation: Operation,
    a: &Parts<'_>,
    b: &Parts<'_>,
    empty: &Shape,
) -> Result<Shape, FunctionError> {
    let mut segments = Vec::new();
    add_segments(a, LINE_A, RING_A, &mut segments)?;
    add_segments(b, LINE_B, RING_B, &mut segments)?;
    let pieces = split(&segments);
    let first = Operand::of(a, LINE_A, RING_A, &pieces);
    let second = Operand::of(b, LINE_B, RING_B, &pieces);

    let computed = guarded(|| areas(operation, &first.areas, &second.areas))?;
    let nodes: Vec<Coord> = pieces
        .iter()
        .flat_map(|piece| [piece.from, piece.to])
        .collect();
    let polygons = exact(&computed, &nodes);
    let result = MultiPolygon(polygons);

    let kept: Vec<Piece> = pieces
        .iter()
        .filter(|piece| keeps_piece(operation, piece, &first, &second, &result))
        .map(directed)
        .collect();
    let covered: HashSet<Node> = kept
        .iter()
        .flat_map(|piece| [node(piece.from), node(piece.to)])
        .collect();
    let outside = |at: &Coord| {
        !covered.contains(&node(*at))
            && (result.0.is_empty() || result.coordinate_position(at) == CoordPos::Outside)
    };
    let own = |parts: &Parts<'_>| parts.points.clone();
    let mut points: Vec<Coord> = match operation {
        Operation::Intersection => [own(a), own(b), nodes]
            .concat()
            .into_iter()
            .filter(|at| first.has_point(at) && second.has_point(at))
            .collect(),
        Operation::Union => [own(a), own(b)].concat(),
        Operation::Difference => own(a)
            .into_iter()
            .filter(|at| !second.has_point(at))
            .collect(),
        Operation::SymmetricDifference => {
            let of_first = own(a).into_iter().filter(|at| !second.has_point(at));
            of_first
                .chain(own(b).into_iter().filter(|at| !first.has_point(at)))
                .collect()
        }
    };
    points.sort_by(from_below);
    points.dedup_by_key(|at| node(*at));
    points.retain(outside);
    Ok(assembled(points, join(&kept), result, empty))
}

fn areas(operation: Operation, a: &MultiPolygon, b: &MultiPolygon) -> MultiPolygon {
    match operation {
        Operation::Union if a.0.len() > 1 => unary_union(a.iter()),
        Operation::Intersection if a.0.is_empty() || b.0.is_empty() => MultiPolygon(vec![]),
        _ if b.0.is_empty() => a.clone(),
        Operation::Intersection => a.intersection(b),
        Operation::Union => a.union(b),
        Operation::Difference if a.0.is_empty() => MultiPolygon(vec![]),
        Operation::Difference => a.difference(b),
        Operation::SymmetricDifference if a.0.is_empty() => b.clone(),
        Operation::SymmetricDifference => a.xor(b),
    }
}

/// A piece of rings alone has no direction that matters; it runs from below.
fn directed(piece: &Piece) -> Piece {
    let on_line = piece.origins & (LINE_A | LINE_B) != 0;
    if on_line || from_below(&piece.from, &piece.to).is_le() {
        return *piece;
    }
    Piece {
        from: piece.to,
        to: piece.from,
        ..*piece
    }
}

/// Whether a piece is a line of the result.
fn keeps_piece(
    operation: Operation,
    piece: &Piece,
    a: &Operand,
    b: &Operand,
    result: &MultiPolygon,
) -> bool {
    let (on_line_a, on_line_b) = (piece.origins & LINE_A != 0, piece.origins & LINE_B != 0);
    match operation {
        Operation::Intersection => {
            a.has_piece(piece) && b.has_piece(piece) && !in_common_area(piece, a, b)
        }
        Operation::Union => {
            (on_line_a || on_line_b)
                && piece.origins & (RING_A | RING_B) == 0
                && (result.0.is_empty()
                    || result.coordinate_position(&middle(piece)) != CoordPos::Inside)
        }
        Operation::Difference => on_line_a && !b.has_piece(piece),
        Operation::SymmetricDifference => {
            (on_line_a && !b.has_piece(piece)) || (on_line_b && !a.has_piece(piece))
        }
    }
}

/// Whether the areas of both operands lie on one side of a piece, so that it belongs to the area that they share.
fn in_common_area(piece: &Piece, a: &Operand, b: &Operand) -> bool {
    let backward_a = piece.origins & RING_A_BACKWARD != 0;
    let backward_b = piece.origins & RING_B_BACKWARD != 0;
    match (piece.origins & RING_A != 0, piece.origins & RING_B != 0) {
        (true, true) => backward_a == backward_b,
        (true, false) => b.within(&middle(piece)),
        (false, true) => a.within(&middle(piece)),
        (false, false) => a.within(&middle(piece)) && b.within(&middle(piece)),
    }
}

/// The geometry of what was found, in Trino's order: points, lines, polygons.
fn assembled(
    mut points: Vec<Coord>,
    mut lines: Vec<LineString>,
    mut polygons: MultiPolygon,
    empty: &Shape,
) -> Shape {
    let mut members = Vec::new();
    match (points.len(), points.pop()) {
        (1, only) => members.push(Shape::Point(only)),
        (_, Some(last)) => {
            points.push(last);
            members.push(Shape::MultiPoint(points));
        }
        _ => {}
    }
    match (lines.len(), lines.pop()) {
        (1, Some(only)) => members.push(Shape::Line(only)),
        (_, Some(last)) => {
            lines.push(last);
            members.push(Shape::MultiLine(lines));
        }
        _ => {}
    }
    match (polygons.0.len(), polygons.0.pop()) {
        (1, Some(only)) => members.push(Shape::Polygon(only)),
        (_, Some(last)) => {
            polygons.0.push(last);
            members.push(Shape::MultiPolygon(polygons.0));
        }
        _ => {}
    }
    match (members.len(), members.pop()) {
        (_, None) => empty.clone(),
        (1, Some(only)) => only,
        (_, Some(last)) => {
            members.push(last);
            Shape::Collection(members)
        }
    }
}
