//! The rectangles around geometries.

use geo::{Coord, LineString, Polygon};

/// The smallest rectangle around a geometry.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Bounds {
    pub(super) x_min: f64,
    pub(super) y_min: f64,
    pub(super) x_max: f64,
    pub(super) y_max: f64,
}

impl Bounds {
    /// The rectangle around points; `None` without any.
    pub(super) fn of(coordinates: impl IntoIterator<Item = Coord>) -> Option<Bounds> {
        let mut coordinates = coordinates.into_iter();
        let first = coordinates.next()?;
        let mut bounds = Bounds {
            x_min: first.x,
            y_min: first.y,
            x_max: first.x,
            y_max: first.y,
        };
        for at in coordinates {
            bounds.x_min = bounds.x_min.min(at.x);
            bounds.y_min = bounds.y_min.min(at.y);
            bounds.x_max = bounds.x_max.max(at.x);
            bounds.y_max = bounds.y_max.max(at.y);
        }
        Some(bounds)
    }

    /// Whether they share a point.
    pub(super) fn meets(&self, other: &Bounds) -> bool {
        self.x_min <= other.x_max
            && other.x_min <= self.x_max
            && self.y_min <= other.y_max
            && other.y_min <= self.y_max
    }

    /// Whether the other lies within, or on the edge.
    pub(super) fn contains(&self, other: &Bounds) -> bool {
        self.x_min <= other.x_min
            && self.y_min <= other.y_min
            && self.x_max >= other.x_max
            && self.y_max >= other.y_max
    }

    /// The rectangle as a polygon that starts at the lower left.
    pub(super) fn polygon(&self) -> Polygon {
        Polygon::new(
            LineString(vec![
                Coord {
                    x: self.x_min,
                    y: self.y_min,
                },
                Coord {
                    x: self.x_max,
                    y: self.y_min,
                },
                Coord {
                    x: self.x_max,
                    y: self.y_max,
                },
                Coord {
                    x: self.x_min,
                    y: self.y_max,
                },
                Coord {
                    x: self.x_min,
                    y: self.y_min,
                },
            ]),
            vec![],
        )
    }
}
