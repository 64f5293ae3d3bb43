//! Colors between two others, by hue, saturation and brightness as `java.awt.Color` computes them.

use crate::error::FunctionError;

/// Java computes hues in single precision.
#[allow(clippy::cast_possible_truncation, reason = "rounding is what is meant")]
pub(super) fn single(value: f64) -> f32 {
    value as f32
}

/// A color between two others by hue, saturation and brightness.
pub(super) fn interpolate(fraction: f32, low: i32, high: i32) -> Result<i32, FunctionError> {
    let low = to_hsb(components(low)?);
    let high = to_hsb(components(high)?);
    let [h, s, b] = [0, 1, 2].map(|place: usize| {
        let (low, high) = (low.get(place), high.get(place));
        let (low, high) = (low.copied().unwrap_or(0.0), high.copied().unwrap_or(0.0));
        fraction * (high - low) + low
    });
    Ok(from_hsb(h, s, b))
}

pub(super) fn components(color: i32) -> Result<[u8; 3], FunctionError> {
    if color < 0 {
        return Err(FunctionError::argument("color is not a valid rgb value"));
    }
    let [_, red, green, blue] = color.to_be_bytes();
    Ok([red, green, blue])
}

/// Hue, saturation and brightness, as `java.awt.Color` computes them.
fn to_hsb([red, green, blue]: [u8; 3]) -> [f32; 3] {
    let most = red.max(green).max(blue);
    let least = red.min(green).min(blue);
    let brightness = f32::from(most) / 255.0;
    if most == least {
        return [0.0, 0.0, brightness];
    }
    let range = f32::from(most - least);
    let saturation = range / f32::from(most);
    let [red_part, green_part, blue_part] =
        [red, green, blue].map(|part| f32::from(most - part) / range);
    let sixths = if red == most {
        blue_part - green_part
    } else if green == most {
        2.0 + red_part - blue_part
    } else {
        4.0 + green_part - red_part
    };
    let hue = sixths / 6.0;
    [
        if hue < 0.0 { hue + 1.0 } else { hue },
        saturation,
        brightness,
    ]
}

/// The inverse of [`to_hsb`].
fn from_hsb(hue: f32, saturation: f32, brightness: f32) -> i32 {
    let byte = |value: f32| truncated(f64::from(value * 255.0 + 0.5));
    let parts = if saturation == 0.0 {
        [brightness; 3]
    } else {
        let sixths = (hue - hue.floor()) * 6.0;
        let within = sixths - sixths.floor();
        let p = brightness * (1.0 - saturation);
        let q = brightness * (1.0 - saturation * within);
        let t = brightness * (1.0 - (saturation * (1.0 - within)));
        match truncated(f64::from(sixths)) {
            0 => [brightness, t, p],
            1 => [q, brightness, p],
            2 => [p, brightness, t],
            3 => [p, q, brightness],
            4 => [t, p, brightness],
            5 => [brightness, p, q],
            _ => [0.0; 3],
        }
    };
    parts
        .into_iter()
        .fold(0, |color, part| color << 8 | (byte(part) & 0xFF))
}

pub(super) fn truncated(value: f64) -> i32 {
    value as i32
}
