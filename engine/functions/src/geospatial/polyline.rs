//! Google's encoded polylines: deltas of 1e-5 degrees, five bits a character.

use geo::{Coord, LineString};

use super::shape::Shape;
use crate::error::FunctionError;

/// How many units a degree has.
const UNITS_PER_DEGREE: f64 = 1e5;

/// The size of a unit in degrees.
const DEGREES_PER_UNIT: f64 = 1e-5;

/// The character that stands for zero.
const ZERO: i64 = 63;

/// The polyline through points of longitude and latitude.
pub(super) fn encode(points: &[Coord]) -> String {
    let mut text = String::new();
    let (mut last_latitude, mut last_longitude) = (0_i64, 0_i64);
    for at in points {
        let (latitude, longitude) = (units(at.y), units(at.x));
        push(latitude.wrapping_sub(last_latitude), &mut text);
        push(longitude.wrapping_sub(last_longitude), &mut text);
        (last_latitude, last_longitude) = (latitude, longitude);
    }
    text
}

/// Half units are rounded up. Beyond 64 bits, floating-point conversion gives the nearest integer, as Java's does.
fn units(degrees: f64) -> i64 {
    (degrees * UNITS_PER_DEGREE + 0.5).floor() as i64
}

fn push(delta: i64, text: &mut String) {
    let shifted = delta.wrapping_shl(1);
    let mut value = (if delta < 0 { !shifted } else { shifted }).cast_unsigned();
    loop {
        let chunk = i64::try_from(value & 0x1f).unwrap_or(0);
        value >>= 5;
        let code = if value == 0 { chunk } else { chunk | 0x20 };
        text.extend(u8::try_from(code + ZERO).map(char::from));
        if value == 0 {
            return;
        }
    }
}

/// The line of a polyline.
pub(super) fn decode(text: &str) -> Result<Shape, FunctionError> {
    let mut codes = text.chars();
    let (mut latitude, mut longitude) = (0_i32, 0_i32);
    let mut line = Vec::new();
    while !codes.as_str().is_empty() {
        let pair = delta(&mut codes).zip(delta(&mut codes));
        let Some((latitude_delta, longitude_delta)) = pair else {
            return Err(FunctionError::argument(
                "Input is not a valid encoded polyline",
            ));
        };
        latitude = latitude.wrapping_add(latitude_delta);
        longitude = longitude.wrapping_add(longitude_delta);
        line.push(Coord {
            x: f64::from(longitude) * DEGREES_PER_UNIT,
            y: f64::from(latitude) * DEGREES_PER_UNIT,
        });
    }
    Ok(Shape::Line(LineString(line)))
}

/// A number of as many characters as say that another follows.
fn delta(codes: &mut std::str::Chars<'_>) -> Option<i32> {
    let (mut value, mut shift) = (0_u32, 0_u32);
    loop {
        let code = u32::from(codes.next()?).checked_sub(63)?;
        value |= (code & 0x1f).checked_shl(shift)?;
        shift += 5;
        if code < 0x20 {
            break;
        }
    }
    let half = (value >> 1).cast_signed();
    Some(if value & 1 == 1 { !half } else { half })
}
