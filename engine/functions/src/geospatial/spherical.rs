//! Measures on a sphere of the Earth's mean radius.

use arrow::array::ArrayRef;
use datafusion::error::Result;
use geo::Coord;

use super::construction::checked;
use super::kind::{Kind, listed};
use super::rows::{Computed, doubles, rows};
use super::shape::Shape;
use crate::call::Call;
use crate::definition::Definition;
use crate::error::FunctionError;

/// The Earth's radius.
pub(super) const EARTH_RADIUS_KILOMETERS: f64 = 6371.01;
const EARTH_RADIUS_METERS: f64 = EARTH_RADIUS_KILOMETERS * 1000.0;
const FULL_TURN: f64 = 2.0 * std::f64::consts::PI;

pub(super) fn definitions() -> Vec<Definition> {
    vec![
        Definition::new(
            "to_spherical_geography",
            "Geometry of longitudes and latitudes as one on a sphere",
        )
        .strict("(Geometry) -> SphericalGeography", |call| {
            checked(call, |shape| {
                let Some(bounds) = shape.bounds() else {
                    return Ok(());
                };
                check_latitude(bounds.y_min)?;
                check_latitude(bounds.y_max)?;
                check_longitude(bounds.x_min)?;
                check_longitude(bounds.x_max)
            })
        }),
        Definition::new(
            "to_geometry",
            "Spherical geography as a geometry in the plane",
        )
        .strict("(SphericalGeography) -> Geometry", |call| call.array(0)),
        Definition::new(
            "great_circle_distance",
            "Distance of two points on the Earth in kilometers",
        )
        .strict("(double, double, double, double) -> double", great_circle),
    ]
}

fn check_latitude(latitude: f64) -> Result<(), FunctionError> {
    if (-90.0..=90.0).contains(&latitude) {
        Ok(())
    } else {
        Err(FunctionError::argument(
            "Latitude must be between -90 and 90",
        ))
    }
}

fn check_longitude(longitude: f64) -> Result<(), FunctionError> {
    if (-180.0..=180.0).contains(&longitude) {
        Ok(())
    } else {
        Err(FunctionError::argument(
            "Longitude must be between -180 and 180",
        ))
    }
}

fn great_circle(call: &Call<'_>) -> Result<ArrayRef> {
    let [latitude1, longitude1, latitude2, longitude2] = [
        call.doubles(0)?,
        call.doubles(1)?,
        call.doubles(2)?,
        call.doubles(3)?,
    ];
    doubles(rows(call, |row| {
        let from = Coord {
            x: longitude1.value(row),
            y: latitude1.value(row),
        };
        let to = Coord {
            x: longitude2.value(row),
            y: latitude2.value(row),
        };
        checked_kilometers(from, to).map(Some)
    })?)
}

fn checked_kilometers(from: Coord, to: Coord) -> Result<f64, FunctionError> {
    check_latitude(from.y)?;
    check_longitude(from.x)?;
    check_latitude(to.y)?;
    check_longitude(to.x)?;
    Ok(kilometers(from, to))
}

/// As Java converts them: by one constant.
pub(super) fn radians(degrees: f64) -> f64 {
    degrees * (std::f64::consts::PI / 180.0)
}

/// The distance of two points of longitude and latitude.
pub(super) fn kilometers(from: Coord, to: Coord) -> f64 {
    let (sin1, cos1) = radians(from.y).sin_cos();
    let (sin2, cos2) = radians(to.y).sin_cos();
    let (sin_delta, cos_delta) = (radians(from.x) - radians(to.x)).sin_cos();
    let across = cos2 * sin_delta;
    let along = cos1 * sin2 - sin1 * cos2 * cos_delta;
    let towards = sin1 * sin2 + cos1 * cos2 * cos_delta;
    (across * across + along * along).sqrt().atan2(towards) * EARTH_RADIUS_KILOMETERS
}

fn require(function: &str, shape: &Shape, kinds: &[Kind]) -> Result<(), FunctionError> {
    if kinds.contains(&shape.kind()) {
        return Ok(());
    }
    Err(FunctionError::argument(format!(
        "When applied to SphericalGeography inputs, {function} only supports {}. Input type is: {}",
        listed(kinds),
        shape.kind().constant_name()
    )))
}

pub(super) fn length(shape: &Shape) -> Computed<f64> {
    if shape.is_empty() {
        return Ok(None);
    }
    require("ST_Length", shape, &[Kind::Line, Kind::MultiLine])?;
    let mut sum = 0.0;
    for line in shape.parts().lines {
        for (from, to) in line.0.iter().zip(line.0.iter().skip(1)) {
            sum += checked_kilometers(*from, *to)?;
        }
    }
    Ok(Some(sum * 1000.0))
}

pub(super) fn distance(left: &Shape, right: &Shape) -> Computed<f64> {
    if left.is_empty() || right.is_empty() {
        return Ok(None);
    }
    require("ST_Distance", left, &[Kind::Point])?;
    require("ST_Distance", right, &[Kind::Point])?;
    match (left, right) {
        (Shape::Point(Some(from)), Shape::Point(Some(to))) => {
            Ok(Some(checked_kilometers(*from, *to)? * 1000.0))
        }
        _ => Ok(None),
    }
}

pub(super) fn area(shape: &Shape) -> Computed<f64> {
    if shape.is_empty() {
        return Ok(None);
    }
    require("ST_Area", shape, &[Kind::Polygon, Kind::MultiPolygon])?;
    let shape = shape.clockwise();
    let mut excess = 0.0;
    for polygon in shape.parts().polygons {
        excess += spherical_excess(&polygon.exterior().0)?.abs();
        for ring in polygon.interiors() {
            excess -= spherical_excess(&ring.0)?.abs();
        }
    }
    Ok(Some(
        (excess * EARTH_RADIUS_METERS * EARTH_RADIUS_METERS).abs(),
    ))
}

/// By how much the angles of a ring exceed those of a plane one, which is its area on a unit sphere. A ring along which the course does not
/// turn as a whole goes around a pole. The formulas are those of <https://www.movable-type.co.uk/scripts/latlong.html>.
fn spherical_excess(ring: &[Coord]) -> Result<f64, FunctionError> {
    let open = match ring {
        [first, rest @ .., last] if first == last && !rest.is_empty() => {
            ring.split_last().map_or(ring, |(_, open)| open)
        }
        _ => ring,
    };
    let (Some(last), true) = (open.last(), open.len() >= 3) else {
        return Err(FunctionError::argument(
            "Polygon is not valid: a loop contains less then 3 vertices.",
        ));
    };
    let turn = |from: f64, to: f64| (to - from + 1.5 * FULL_TURN) % FULL_TURN - FULL_TURN / 2.0;
    let (mut excess, mut course) = (0.0, 0.0);
    let mut bearings: Option<(f64, f64)> = None;
    let mut from = *last;
    for to in open {
        if from == *to {
            return Err(FunctionError::argument(
                "Polygon is not valid: it has two identical consecutive vertices",
            ));
        }
        let (phi1, phi2) = (radians(from.y), radians(to.y));
        let (tan1, tan2) = ((phi1 / 2.0).tan(), (phi2 / 2.0).tan());
        let (sin1, cos1) = phi1.sin_cos();
        let (sin2, cos2) = phi2.sin_cos();
        let delta = radians(to.x) - radians(from.x);
        excess += 2.0 * ((delta / 2.0).tan() * (tan1 + tan2)).atan2(1.0 + tan1 * tan2);
        let (sin_delta, cos_delta) = delta.sin_cos();
        let departing = ((sin_delta * cos2).atan2(cos1 * sin2 - sin1 * cos2 * cos_delta)
            + FULL_TURN)
            % FULL_TURN;
        let arriving = ((-sin_delta * cos1).atan2(sin1 * cos2 - cos1 * sin2 * cos_delta)
            + FULL_TURN / 2.0)
            % FULL_TURN;
        let first = match bearings {
            None => departing,
            Some((first, arrived)) => {
                course += turn(arrived, departing);
                first
            }
        };
        course += turn(departing, arriving);
        bearings = Some((first, arriving));
        from = *to;
    }
    if let Some((first, arrived)) = bearings {
        course += turn(arrived, first);
    }
    if course.abs() < FULL_TURN / 8.0 {
        excess = excess.abs() - FULL_TURN;
    }
    Ok(excess)
}
