//! `color` and `rgb`: colors of names, of parts, and between others.

use std::sync::Arc;

use arrow::array::{ArrayRef, Int32Array};
use arrow::datatypes::Int32Type;
use datafusion::error::Result;

use super::interpolation::{interpolate, single};
use crate::call::Call;
use crate::definition::Definition;
use crate::error::FunctionError;
use crate::string::text::TextArgument;

const SYSTEM_COLORS: [&str; 8] = [
    "black", "red", "green", "yellow", "blue", "magenta", "cyan", "white",
];

pub(super) fn definitions() -> Vec<Definition> {
    vec![
        Definition::new(
            "color",
            "A color by name or #rgb, or one between two others",
        )
        .strict("(varchar) -> color", color)
        .strict(
            "(double, double, double, color, color) -> color",
            color_in_range,
        )
        .strict("(double, color, color) -> color", color_of_fraction),
        Definition::new("rgb", "A color of its red, green and blue parts")
            .strict("(bigint, bigint, bigint) -> color", rgb),
    ]
}

fn colors(
    call: &Call<'_>,
    color: impl Fn(usize) -> Result<i32, FunctionError>,
) -> Result<ArrayRef> {
    let colors = (0..call.rows)
        .map(|row| if call.is_null(row) { Ok(0) } else { color(row) })
        .collect::<Result<Vec<i32>, FunctionError>>()?;
    Ok(Arc::new(Int32Array::from(colors)))
}

fn color(call: &Call<'_>) -> Result<ArrayRef> {
    let names = TextArgument::of(call, 0)?;
    colors(call, |row| named(names.value(row)))
}

fn named(name: &str) -> Result<i32, FunctionError> {
    if let Some(color) = short_rgb(name) {
        return Ok(color);
    }
    (1..)
        .zip(SYSTEM_COLORS)
        .find(|(_, known)| known.eq_ignore_ascii_case(name))
        .map(|(place, _): (i32, _)| -place)
        .ok_or_else(|| FunctionError::argument(format!("Invalid color: '{name}'")))
}

/// `#rgb`, where each digit stands for two.
fn short_rgb(name: &str) -> Option<i32> {
    let digits = name.strip_prefix('#').filter(|digits| digits.len() == 3)?;
    let mut color = 0;
    for digit in digits.chars() {
        let part = i32::try_from(digit.to_digit(16)?).ok()?;
        color = color << 8 | part << 4 | part;
    }
    Some(color)
}

fn rgb(call: &Call<'_>) -> Result<ArrayRef> {
    let parts = [call.bigints(0)?, call.bigints(1)?, call.bigints(2)?];
    colors(call, |row| {
        let mut color = 0;
        for (values, name) in parts.iter().zip(["red", "green", "blue"]) {
            let part = u8::try_from(values.value(row)).map_err(|_| {
                FunctionError::argument(format!("{name} must be between 0 and 255"))
            })?;
            color = color << 8 | i32::from(part);
        }
        Ok(color)
    })
}

fn color_in_range(call: &Call<'_>) -> Result<ArrayRef> {
    let [values, low, high] = [call.doubles(0)?, call.doubles(1)?, call.doubles(2)?];
    let low_colors = call.primitives::<Int32Type>(3)?;
    let high_colors = call.primitives::<Int32Type>(4)?;
    colors(call, |row| {
        let fraction = (values.value(row) - low.value(row)) / (high.value(row) - low.value(row));
        between(fraction, low_colors.value(row), high_colors.value(row))
    })
}

fn color_of_fraction(call: &Call<'_>) -> Result<ArrayRef> {
    let fractions = call.doubles(0)?;
    let low_colors = call.primitives::<Int32Type>(1)?;
    let high_colors = call.primitives::<Int32Type>(2)?;
    colors(call, |row| {
        between(
            fractions.value(row),
            low_colors.value(row),
            high_colors.value(row),
        )
    })
}

fn between(fraction: f64, low: i32, high: i32) -> Result<i32, FunctionError> {
    if low < 0 {
        return Err(FunctionError::argument("lowColor not a valid RGB color"));
    }
    if high < 0 {
        return Err(FunctionError::argument("highColor not a valid RGB color"));
    }
    // Java's min and max keep NaN, which ends as black.
    let fraction = if fraction.is_nan() {
        fraction
    } else {
        fraction.clamp(0.0, 1.0)
    };
    interpolate(single(fraction), low, high)
}

#[cfg(test)]
mod tests {
    use arrow::array::{Int32Array, StringArray};

    use crate::testing::{Argument, bigint, column, double, shown, text};

    fn color(value: i32) -> Argument {
        column("color", Int32Array::from(vec![value]))
    }

    #[tokio::test]
    async fn colors_have_names_and_numbers() {
        let names = StringArray::from(vec![Some("black"), None, Some("White"), Some("#cDe")]);
        assert_eq!(
            shown("color", vec![column("varchar", names)]).await,
            "-1|NULL|-8|13426158"
        );
        for wrong in ["#12", "#12g", "pink", "#é1"] {
            assert_eq!(
                shown("color", vec![text(wrong)]).await,
                format!("ERROR: Invalid color: '{wrong}'")
            );
        }
        assert_eq!(
            shown("rgb", vec![bigint(255), bigint(0), bigint(1)]).await,
            "16711681"
        );
        assert_eq!(
            shown("rgb", vec![bigint(255), bigint(256), bigint(-1)]).await,
            "ERROR: green must be between 0 and 255"
        );
    }

    #[tokio::test]
    async fn colors_are_interpolated() {
        let black = || color(0);
        let white = || color(0xFF_FFFF);
        for (fraction, expected) in [(-42.0, "0"), (0.5, "8421504"), (42.0, "16777215")] {
            let arguments = vec![double(fraction), black(), white()];
            assert_eq!(shown("color", arguments).await, expected);
        }
        let yellow = || color(0xFF_FF00);
        for (value, expected) in [(-1.0, 0xFF_0000), (47.0, 0xFF_8000), (142.0, 0xFF_FF00)] {
            let bounds = vec![
                double(value),
                double(42.0),
                double(52.0),
                color(0xFF_0000),
                yellow(),
            ];
            assert_eq!(shown("color", bounds).await, expected.to_string());
        }
        assert_eq!(
            shown("color", vec![double(0.5), color(-1), white()]).await,
            "ERROR: lowColor not a valid RGB color"
        );
    }
}
