//! The segments of lines and rings, and where they meet.

use geo::line_intersection::{LineIntersection, line_intersection};
use geo::{Coord, Line, LineString};

/// A segment of a path.
#[derive(Clone, Copy)]
pub(super) struct Edge {
    pub(super) from: Coord,
    pub(super) to: Coord,
    pub(super) path: usize,
    pub(super) place: usize,
    /// How many segments the path has, and whether it is closed.
    pub(super) count: usize,
    pub(super) closed: bool,
}

impl Edge {
    pub(super) fn follows(&self, other: &Edge) -> bool {
        self.path == other.path
            && (self.place == other.place + 1
                || (self.closed && self.place == 0 && other.place + 1 == other.count))
    }

    /// Whether the path starts or ends at the coordinate of this segment, without being closed.
    pub(super) fn ends_at(&self, at: Coord) -> bool {
        !self.closed
            && ((self.place == 0 && at == self.from)
                || (self.place + 1 == self.count && at == self.to))
    }
}

pub(super) fn edges<'a>(paths: impl Iterator<Item = &'a LineString>) -> Vec<Edge> {
    paths
        .enumerate()
        .flat_map(|(path, line)| {
            let points: Vec<Coord> = line.0.clone();
            let count = points.len().saturating_sub(1);
            let closed = points.first() == points.last();
            let pairs: Vec<_> = points
                .iter()
                .copied()
                .zip(points.iter().copied().skip(1))
                .collect();
            pairs
                .into_iter()
                .enumerate()
                .map(move |(place, (from, to))| Edge {
                    from,
                    to,
                    path,
                    place,
                    count,
                    closed,
                })
        })
        .collect()
}

/// What is found at segments that meet: of the first such pair, in the order of the segments.
pub(super) fn meetings<T>(
    edges: &[Edge],
    visit: impl Fn(&Edge, &Edge, LineIntersection<f64>) -> Option<T>,
) -> Option<T> {
    let mut order: Vec<(f64, usize)> = edges
        .iter()
        .enumerate()
        .map(|(place, edge)| (edge.from.x.min(edge.to.x), place))
        .collect();
    order.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mut first: Option<((usize, usize), T)> = None;
    for (rank, (_, one)) in order.iter().enumerate() {
        let Some(x_max) = edges.get(*one).map(|edge| edge.from.x.max(edge.to.x)) else {
            continue;
        };
        for (_, other) in order
            .iter()
            .skip(rank + 1)
            .take_while(|(x_min, _)| *x_min <= x_max)
        {
            let places = (*one.min(other), *one.max(other));
            if first.as_ref().is_some_and(|(found, _)| *found < places) {
                continue;
            }
            let (Some(one), Some(other)) = (edges.get(places.0), edges.get(places.1)) else {
                continue;
            };
            let meeting =
                line_intersection(Line::new(one.from, one.to), Line::new(other.from, other.to));
            if let Some(found) = meeting.and_then(|meeting| visit(one, other, meeting)) {
                first = Some((places, found));
            }
        }
    }
    first.map(|(_, found)| found)
}
