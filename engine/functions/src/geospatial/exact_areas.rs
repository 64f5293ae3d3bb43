//! Polygons of overlays with the exact vertices of what they were computed of: the overlay itself rounds coordinates to a grid.

use geo::{Coord, LineString, MultiPolygon, Polygon};

use super::bounds::Bounds;
use super::linework::from_below;
use super::shape::{polygon_of, rings};

/// The grid has some 2^30 cells on each side of the bounds; vertices within a few of them are the same.
const TOLERANCE: f64 = 1.0 / 134_217_728.0;

/// The polygons with each vertex moved to the node nearby, and with the nodes on their edges as vertices. Rings start at their lowest
/// vertex, as do the polygons.
pub(super) fn exact(areas: &MultiPolygon, nodes: &[Coord]) -> Vec<Polygon> {
    let Some(bounds) = Bounds::of(nodes.iter().copied()) else {
        return areas.0.clone();
    };
    let extent = (bounds.x_max - bounds.x_min).max(bounds.y_max - bounds.y_min);
    let mut sorted = nodes.to_vec();
    sorted.sort_by(|a, b| a.x.total_cmp(&b.x).then(a.y.total_cmp(&b.y)));
    sorted.dedup();
    let nodes = Nodes {
        sorted,
        tolerance: extent * TOLERANCE,
    };
    let mut polygons: Vec<Polygon> = areas
        .0
        .iter()
        .map(|polygon| polygon_of(rings(polygon).map(|ring| nodes.ring(ring)).collect()))
        .filter(|polygon| polygon.exterior().0.len() >= 4)
        .collect();
    polygons.sort_by(
        |a, b| match (a.exterior().0.first(), b.exterior().0.first()) {
            (Some(a), Some(b)) => from_below(a, b),
            _ => std::cmp::Ordering::Equal,
        },
    );
    polygons
}

/// Nodes sorted by X.
struct Nodes {
    sorted: Vec<Coord>,
    tolerance: f64,
}

impl Nodes {
    fn between(&self, x_min: f64, x_max: f64) -> impl Iterator<Item = Coord> {
        let start = self
            .sorted
            .partition_point(|at| at.x < x_min - self.tolerance);
        self.sorted
            .iter()
            .skip(start)
            .copied()
            .take_while(move |at| at.x <= x_max + self.tolerance)
    }

    fn nearby(&self, at: Coord) -> Coord {
        let away = |other: &Coord| (other.x - at.x).abs().max((other.y - at.y).abs());
        self.between(at.x, at.x)
            .filter(|other| away(other) <= self.tolerance)
            .min_by(|a, b| away(a).total_cmp(&away(b)))
            .unwrap_or(at)
    }

    fn ring(&self, ring: &LineString) -> Vec<Coord> {
        let mut corners: Vec<Coord> = ring.0.iter().map(|at| self.nearby(*at)).collect();
        corners.dedup();
        let mut vertices = Vec::with_capacity(corners.len());
        for (from, to) in corners.iter().zip(corners.iter().skip(1)) {
            vertices.push(*from);
            vertices.extend(self.on_edge(*from, *to));
        }
        if vertices.len() < 3 {
            return vec![];
        }
        let lowest =
            (0..vertices.len()).min_by(|a, b| match (vertices.get(*a), vertices.get(*b)) {
                (Some(a), Some(b)) => from_below(a, b),
                _ => std::cmp::Ordering::Equal,
            });
        vertices.rotate_left(lowest.unwrap_or(0));
        vertices
    }

    /// The nodes between the ends of an edge, in order.
    fn on_edge(&self, from: Coord, to: Coord) -> Vec<Coord> {
        let (dx, dy) = (to.x - from.x, to.y - from.y);
        let length = dx.hypot(dy);
        let along = |at: &Coord| ((at.x - from.x) * dx + (at.y - from.y) * dy) / length;
        let mut found: Vec<Coord> = self
            .between(from.x.min(to.x), from.x.max(to.x))
            .filter(|at| {
                let away = ((at.x - from.x) * dy - (at.y - from.y) * dx).abs() / length;
                let along = along(at);
                away <= self.tolerance && along > self.tolerance && along < length - self.tolerance
            })
            .collect();
        found.sort_by(|a, b| along(a).total_cmp(&along(b)));
        found
    }
}
