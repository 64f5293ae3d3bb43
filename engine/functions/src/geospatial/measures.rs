//! Sizes and centres of geometries in the plane, and points along lines.

use arrow::array::ArrayRef;
use datafusion::error::Result;
use geo::{Coord, LineString, Polygon};

use super::kind::Kind;
use super::nearest::{nearest, nearest_on_segment};
use super::rows::{Computed, doubles, each, each_pair, each_with_double, shape_lists, shapes};
use super::shape::{Shape, require, rings, twice_signed_area};
use super::spherical;
use crate::call::Call;
use crate::definition::Definition;
use crate::error::FunctionError;

/// The most points that are interpolated along a line.
const POINTS_MAX: f64 = 1e6;

pub(super) fn definitions() -> Vec<Definition> {
    vec![
        Definition::new(
            "st_area",
            "Area of a geometry, in square meters on a sphere",
        )
        .strict("(Geometry) -> double", |call| {
            doubles(each(call, |shape| Ok(Some(area(shape))))?)
        })
        .strict("(SphericalGeography) -> double", |call| {
            doubles(each(call, spherical::area)?)
        }),
        Definition::new("st_length", "Length of lines, in meters on a sphere")
            .strict("(Geometry) -> double", |call| {
                doubles(each(call, |shape| {
                    require("ST_Length", shape, &[Kind::Line, Kind::MultiLine])?;
                    Ok(Some(
                        shape.parts().lines.iter().map(|line| length(line)).sum(),
                    ))
                })?)
            })
            .strict("(SphericalGeography) -> double", |call| {
                doubles(each(call, spherical::length)?)
            }),
        Definition::new(
            "st_distance",
            "Least distance of two geometries, in meters on a sphere",
        )
        .strict("(Geometry, Geometry) -> double", |call| {
            doubles(each_pair(call, |left, right| {
                Ok(nearest(left, right)?.map(|found| found.distance))
            })?)
        })
        .strict(
            "(SphericalGeography, SphericalGeography) -> double",
            |call| doubles(each_pair(call, spherical::distance)?),
        ),
        Definition::new("st_centroid", "Centre of mass of a geometry")
            .strict("(Geometry) -> Geometry", |call| {
                shapes(each(call, centroid)?)
            }),
        Definition::new(
            "line_locate_point",
            "Where a line comes closest to a point, as a fraction of its length",
        )
        .strict("(Geometry, Geometry) -> double", |call| {
            doubles(each_pair(call, locate)?)
        }),
        Definition::new(
            "line_interpolate_point",
            "Point of a line at a fraction of its length",
        )
        .strict("(Geometry, double) -> Geometry", |call| {
            shapes(each_with_double(call, |shape, fraction| {
                Ok(interpolated(shape, fraction, false)?
                    .and_then(|points| points.into_iter().next()))
            })?)
        }),
        Definition::new(
            "line_interpolate_points",
            "Points of a line at the multiples of a fraction of its length",
        )
        .strict("(Geometry, double) -> array(Geometry)", interpolate_points),
    ]
}

fn area(shape: &Shape) -> f64 {
    shape
        .parts()
        .polygons
        .iter()
        .map(|polygon| polygon_area(polygon))
        .sum()
}

fn polygon_area(polygon: &Polygon) -> f64 {
    let twice: f64 = polygon
        .interiors()
        .iter()
        .map(|ring| twice_signed_area(&ring.0).abs())
        .sum();
    (twice_signed_area(&polygon.exterior().0).abs() - twice) / 2.0
}

fn distance(from: Coord, to: Coord) -> f64 {
    let (dx, dy) = (to.x - from.x, to.y - from.y);
    (dx * dx + dy * dy).sqrt()
}

fn segments(line: &LineString) -> impl Iterator<Item = (Coord, Coord)> {
    line.0.iter().copied().zip(line.0.iter().copied().skip(1))
}

fn length(line: &LineString) -> f64 {
    segments(line).map(|(from, to)| distance(from, to)).sum()
}

fn centroid(shape: &Shape) -> Computed<Shape> {
    let kinds = [
        Kind::Point,
        Kind::MultiPoint,
        Kind::Line,
        Kind::MultiLine,
        Kind::Polygon,
        Kind::MultiPolygon,
    ];
    require("ST_Centroid", shape, &kinds)?;
    if shape.is_empty() {
        return Ok(Some(Shape::Point(None)));
    }
    let shape = shape.clockwise();
    let parts = shape.parts();
    let weighted = match shape.kind() {
        Kind::Polygon | Kind::MultiPolygon => {
            let centre = mean(parts.polygons.iter().map(|polygon| {
                let centre = mean(
                    rings(polygon)
                        .map(|ring| (ring_centroid(ring), -twice_signed_area(&ring.0) / 2.0)),
                );
                (centre, polygon_area(polygon))
            }));
            if centre.x.is_finite() && centre.y.is_finite() {
                centre
            } else {
                mean(
                    parts
                        .polygons
                        .iter()
                        .flat_map(|polygon| middles(polygon.exterior())),
                )
            }
        }
        Kind::Line | Kind::MultiLine => {
            let centre = mean(parts.lines.iter().flat_map(|line| middles(line)));
            if centre.x.is_nan() {
                parts
                    .lines
                    .first()
                    .and_then(|line| line.0.first().copied())
                    .unwrap_or(centre)
            } else {
                centre
            }
        }
        _ => mean(parts.points.iter().map(|at| (*at, 1.0))),
    };
    Ok(Some(Shape::Point(Some(weighted))))
}

fn middles(line: &LineString) -> impl Iterator<Item = (Coord, f64)> {
    segments(line).map(|(from, to)| {
        let middle = Coord {
            x: (from.x + to.x) / 2.0,
            y: (from.y + to.y) / 2.0,
        };
        (middle, distance(from, to))
    })
}

fn mean(weighted: impl Iterator<Item = (Coord, f64)>) -> Coord {
    let mut items = weighted.peekable();
    let first = items.peek().map(|(at, _)| *at);
    let (mut x, mut y, mut total, mut count) = (0.0, 0.0, 0.0, 0_usize);
    for (at, weight) in items {
        x += at.x * weight;
        y += at.y * weight;
        total += weight;
        count += 1;
    }
    match first {
        // Multiplying and dividing again would round.
        Some(only) if count == 1 && total != 0.0 => only,
        _ => Coord {
            x: x / total,
            y: y / total,
        },
    }
}

fn ring_centroid(ring: &LineString) -> Coord {
    let (mut x, mut y, mut area) = (0.0, 0.0, 0.0);
    for (from, to) in segments(ring) {
        let ladder = from.x * to.y - to.x * from.y;
        x += (from.x + to.x) * ladder;
        y += (from.y + to.y) * ladder;
        area += ladder / 2.0;
    }
    Coord {
        x: x / (area * 6.0),
        y: y / (area * 6.0),
    }
}

fn locate(line: &Shape, point: &Shape) -> Computed<f64> {
    if line.is_empty() || point.is_empty() {
        return Ok(None);
    }
    if !matches!(line.kind(), Kind::Line | Kind::MultiLine) {
        return Err(FunctionError::argument(format!(
            "First argument to line_locate_point must be a LineString or a MultiLineString. Got: {}",
            line.kind().class_name()
        )));
    }
    let Shape::Point(Some(at)) = point else {
        return Err(FunctionError::argument(format!(
            "Second argument to line_locate_point must be a Point. Got: {}",
            point.kind().class_name()
        )));
    };
    let (mut passed, mut closest, mut located) = (0.0, f64::INFINITY, 0.0);
    for (from, to) in line.parts().lines.iter().flat_map(|line| segments(line)) {
        let whole = distance(from, to);
        let (on, fraction) = nearest_on_segment(*at, from, to);
        let away = distance(*at, on);
        if away < closest {
            closest = away;
            located = passed + fraction * whole;
        }
        passed += whole;
    }
    Ok(Some(located / passed))
}

fn interpolate_points(call: &Call<'_>) -> Result<ArrayRef> {
    let points = each_with_double(call, |shape, fraction| interpolated(shape, fraction, true))?;
    shape_lists(call, points)
}

fn interpolated(shape: &Shape, fraction: f64, repeated: bool) -> Computed<Vec<Shape>> {
    if shape.is_empty() {
        return Ok(None);
    }
    require("line_interpolate_point", shape, &[Kind::Line])?;
    if !fraction.is_nan() && !(0.0..=1.0).contains(&fraction) {
        return Err(FunctionError::argument("fraction must be between 0 and 1"));
    }
    let Shape::Line(line) = shape else {
        return Ok(None);
    };
    let point = |at: Option<&Coord>| at.map(|at| Shape::Point(Some(*at)));
    if fraction == 0.0 {
        return Ok(Some(point(line.0.first()).into_iter().collect()));
    }
    if fraction == 1.0 {
        return Ok(Some(point(line.0.last()).into_iter().collect()));
    }
    let count = if repeated {
        (1.0 / fraction).floor()
    } else {
        1.0
    };
    if count > POINTS_MAX {
        return Err(FunctionError::argument(
            "line_interpolate_points would give more than 1000000 points",
        ));
    }
    // It is at most a million here; NaN is no points.
    let count = count as usize;
    let whole = length(line);
    let mut points = Vec::with_capacity(count);
    let (mut passed, mut next) = (0.0, fraction);
    for (from, to) in segments(line) {
        let share = distance(from, to) / whole;
        while next < passed + share && points.len() < count {
            let along = (next - passed) / share;
            points.push(Shape::at(
                from.x + (to.x - from.x) * along,
                from.y + (to.y - from.y) * along,
            ));
            next += fraction;
        }
        passed += share;
    }
    if points.len() < count {
        points.extend(point(line.0.last()));
    }
    Ok(Some(points))
}
