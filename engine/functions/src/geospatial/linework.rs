//! Segments split where they meet, so that those that share more than ends are the same, and lines joined of them again.

use std::collections::HashMap;

use geo::kernels::{Kernel, RobustKernel};
use geo::line_intersection::{LineIntersection, line_intersection};
use geo::{Coord, Line, LineString, Orientation};

/// Where a segment comes from: a line or a ring of the first or the second operand.
pub(super) const LINE_A: u8 = 1;
pub(super) const LINE_B: u8 = 2;
pub(super) const RING_A: u8 = 4;
pub(super) const RING_B: u8 = 8;

/// Set for rings that pass the piece against its direction.
pub(super) const RING_A_BACKWARD: u8 = 16;
pub(super) const RING_B_BACKWARD: u8 = 32;

/// A segment, or a point if both ends are the same.
#[derive(Debug, Clone, Copy)]
pub(super) struct Segment {
    pub(super) from: Coord,
    pub(super) to: Coord,
    pub(super) origin: u8,
}

/// A part of a segment that meets others at its ends only. It runs as the first segment that it belongs to.
#[derive(Debug, Clone, Copy)]
pub(super) struct Piece {
    pub(super) from: Coord,
    pub(super) to: Coord,
    pub(super) origins: u8,
}

/// A coordinate as a key of maps.
pub(super) type Node = (u64, u64);

pub(super) fn node(at: Coord) -> Node {
    // Adding zero makes -0 the same as 0.
    ((at.x + 0.0).to_bits(), (at.y + 0.0).to_bits())
}

/// The coordinates of each segment at which others meet it.
fn meetings(segments: &[Segment]) -> Vec<Vec<Coord>> {
    let mut cuts: Vec<Vec<Coord>> = vec![Vec::new(); segments.len()];
    let mut order: Vec<(f64, usize)> = segments
        .iter()
        .enumerate()
        .map(|(place, of)| (of.from.x.min(of.to.x), place))
        .collect();
    order.sort_by(|a, b| a.0.total_cmp(&b.0));
    for (rank, (_, first)) in order.iter().enumerate() {
        let Some(one) = segments.get(*first) else {
            continue;
        };
        let x_max = one.from.x.max(one.to.x);
        for (x_min, second) in order.iter().skip(rank + 1) {
            if *x_min > x_max {
                break;
            }
            let Some(other) = segments.get(*second) else {
                continue;
            };
            let apart = one.from.y.max(one.to.y) < other.from.y.min(other.to.y)
                || other.from.y.max(other.to.y) < one.from.y.min(one.to.y);
            if apart {
                continue;
            }
            for at in common_points(one, other).into_iter().flatten() {
                for place in [*first, *second] {
                    if let Some(cuts) = cuts.get_mut(place) {
                        cuts.push(at);
                    }
                }
            }
        }
    }
    cuts
}

/// Where two segments meet: at a point, or between two.
fn common_points(one: &Segment, other: &Segment) -> [Option<Coord>; 2] {
    for (point, segment) in [(one, other), (other, one)] {
        if point.from == point.to {
            let on = RobustKernel::orient2d(segment.from, segment.to, point.from)
                == Orientation::Collinear
                && within(point.from.x, segment.from.x, segment.to.x)
                && within(point.from.y, segment.from.y, segment.to.y);
            return [on.then_some(point.from), None];
        }
    }
    match line_intersection(Line::new(one.from, one.to), Line::new(other.from, other.to)) {
        None => [None, None],
        Some(LineIntersection::SinglePoint { intersection, .. }) => [Some(intersection), None],
        Some(LineIntersection::Collinear { intersection }) => {
            [Some(intersection.start), Some(intersection.end)]
        }
    }
}

fn within(value: f64, one: f64, other: f64) -> bool {
    one.min(other) <= value && value <= one.max(other)
}

/// Splits segments where they meet each other, or a point; pieces of several segments are one.
pub(super) fn split(segments: &[Segment]) -> Vec<Piece> {
    let cuts = meetings(segments);
    let mut pieces: Vec<Piece> = Vec::new();
    let mut places: HashMap<(Node, Node), usize> = HashMap::new();
    for (segment, mut cuts) in segments.iter().zip(cuts) {
        let along = |at: &Coord| {
            (at.x - segment.from.x) * (segment.to.x - segment.from.x)
                + (at.y - segment.from.y) * (segment.to.y - segment.from.y)
        };
        cuts.sort_by(|a, b| along(a).total_cmp(&along(b)));
        let mut from = segment.from;
        for to in cuts.into_iter().chain([segment.to]) {
            if node(from) == node(to) {
                continue;
            }
            let (start, end) = (node(from), node(to));
            if let Some(piece) = places
                .get(&(start, end))
                .and_then(|place| pieces.get_mut(*place))
            {
                piece.origins |= segment.origin;
            } else if let Some(piece) = places
                .get(&(end, start))
                .and_then(|place| pieces.get_mut(*place))
            {
                piece.origins |= segment.origin | (segment.origin & (RING_A | RING_B)) << 2;
            } else {
                places.insert((start, end), pieces.len());
                pieces.push(Piece {
                    from,
                    to,
                    origins: segment.origin,
                });
            }
            from = to;
        }
    }
    pieces
}

/// Joins pieces to lines that end where other than two of them meet, in the order in which the lines start, from below.
pub(super) fn join(pieces: &[Piece]) -> Vec<LineString> {
    let mut at_node: HashMap<Node, Vec<usize>> = HashMap::new();
    for (place, piece) in pieces.iter().enumerate() {
        at_node.entry(node(piece.from)).or_default().push(place);
        at_node.entry(node(piece.to)).or_default().push(place);
    }
    let mut used = vec![false; pieces.len()];
    // The end of the piece that continues a line at a coordinate, if there is exactly one.
    let next = |at: Coord, used: &mut Vec<bool>| -> Option<Coord> {
        let [one, other] = at_node.get(&node(at))?.as_slice() else {
            return None;
        };
        let place = [*one, *other]
            .into_iter()
            .find(|place| used.get(*place) == Some(&false))?;
        let piece = pieces.get(place)?;
        *used.get_mut(place)? = true;
        Some(if node(piece.from) == node(at) {
            piece.to
        } else {
            piece.from
        })
    };
    let mut lines = Vec::new();
    for (place, piece) in pieces.iter().enumerate() {
        match used.get_mut(place) {
            Some(used) if !*used => *used = true,
            _ => continue,
        }
        let mut before = Vec::new();
        let mut at = piece.from;
        while let Some(to) = next(at, &mut used) {
            before.push(to);
            at = to;
        }
        let mut line: Vec<Coord> = before
            .into_iter()
            .rev()
            .chain([piece.from, piece.to])
            .collect();
        let mut at = piece.to;
        while let Some(to) = next(at, &mut used) {
            line.push(to);
            at = to;
        }
        lines.push(LineString(line));
    }
    lines.sort_by(|a, b| match (a.0.first(), b.0.first()) {
        (Some(a), Some(b)) => from_below(a, b),
        _ => std::cmp::Ordering::Equal,
    });
    lines
}

/// The order of results: from below, then from the left.
pub(super) fn from_below(a: &Coord, b: &Coord) -> std::cmp::Ordering {
    a.y.total_cmp(&b.y).then(a.x.total_cmp(&b.x))
}
