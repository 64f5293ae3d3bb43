//! `render` and `bar`: values with the ANSI escape sequences of colors.

use std::fmt::Write;
use std::sync::Arc;

use arrow::array::ArrayRef;
use arrow::datatypes::Int32Type;
use datafusion::error::Result;

use super::interpolation::{components, interpolate, single, truncated};
use crate::call::Call;
use crate::definition::Definition;
use crate::error::FunctionError;
use crate::signature::Bound;
use crate::string::text::{TextArgument, TextWriter, type_length, varchar_of};
use crate::types::Type;

const RESET: &str = "\u{1b}[0m";

const RED: i32 = 0xFF_0000;
const GREEN: i32 = 0x00_FF00;

/// How many characters longer a rendered text may be.
const ESCAPES_LENGTH: u64 = 15;

/// The most bytes that a part of a bar takes.
const ESCAPE_BYTES: usize = 16;

pub(super) fn definitions() -> Vec<Definition> {
    vec![
        Definition::new(
            "render",
            "Renders a value in a color, or a boolean as a mark",
        )
        .strict_returning("(varchar, color) -> varchar", rendered_length, |call| {
            let values = TextArgument::of(call, 0)?;
            render(call, |row, text| text.push_str(values.value(row)))
        })
        .strict("(bigint, color) -> varchar(35)", |call| {
            let values = call.bigints(0)?;
            render(call, |row, text| push(text, values.value(row)))
        })
        .strict("(double, color) -> varchar(41)", |call| {
            let values = call.doubles(0)?;
            render(call, |row, text| push_double(text, values.value(row)))
        })
        .strict("(boolean) -> varchar(16)", render_boolean),
        Definition::new("bar", "Renders a bar of a width, filled to a fraction")
            .strict("(double, bigint) -> varchar", |call| {
                bar(call, |_| (RED, GREEN))
            })
            .strict("(double, bigint, color, color) -> varchar", |call| {
                let low = call.primitives::<Int32Type>(2)?;
                let high = call.primitives::<Int32Type>(3)?;
                bar(call, |row| (low.value(row), high.value(row)))
            }),
    ]
}

fn rendered_length(bound: &Bound) -> Result<Type, FunctionError> {
    let length = bound.arguments.first().map_or(u64::MAX, type_length);
    Ok(varchar_of(length.saturating_add(ESCAPES_LENGTH)))
}

/// The sequence that begins a color: of the 256 that terminals have, a system color or one of a cube.
fn begin(text: &mut String, color: i32) {
    let index = match components(color) {
        Ok(parts) => {
            parts
                .into_iter()
                .fold(0, |index, part| index * 6 + i32::from(part) * 6 / 256)
                + 16
        }
        Err(_) => -(color + 1),
    };
    push(text, format_args!("\u{1b}[38;5;{index}m"));
}

/// Formatted text can always be added to a string.
fn push(text: &mut String, value: impl std::fmt::Display) {
    let _ = write!(text, "{value}");
}

fn render(call: &Call<'_>, value: impl Fn(usize, &mut String)) -> Result<ArrayRef> {
    let colors = call.primitives::<Int32Type>(1)?;
    let mut writer = TextWriter::new(call.rows);
    for row in 0..call.rows {
        let text = writer.text();
        begin(text, colors.value(row));
        value(row, text);
        text.push_str(RESET);
        writer.end()?;
    }
    Ok(Arc::new(writer.finish()?))
}

/// A double as Java prints it.
fn push_double(text: &mut String, value: f64) {
    let magnitude = value.abs();
    if value.is_nan() {
        text.push_str("NaN");
    } else if magnitude.is_infinite() {
        text.push_str(if value > 0.0 { "Infinity" } else { "-Infinity" });
    } else if magnitude == 0.0 || (1e-3..1e7).contains(&magnitude) {
        push(text, format_args!("{value:?}"));
    } else {
        let written = format!("{value:e}");
        let (digits, exponent) = written.split_once('e').unwrap_or((&written, "0"));
        let fraction = if digits.contains('.') { "" } else { ".0" };
        push(text, format_args!("{digits}{fraction}E{exponent}"));
    }
}

fn render_boolean(call: &Call<'_>) -> Result<ArrayRef> {
    let values = call.booleans(0)?;
    let mut writer = TextWriter::new(call.rows);
    for row in 0..call.rows {
        let (color, mark) = if values.value(row) {
            (-3, "✓")
        } else {
            (-2, "✗")
        };
        let text = writer.text();
        begin(text, color);
        text.push_str(mark);
        text.push_str(RESET);
        writer.end()?;
    }
    Ok(Arc::new(writer.finish()?))
}

fn bar(call: &Call<'_>, colors: impl Fn(usize) -> (i32, i32)) -> Result<ArrayRef> {
    let fractions = call.doubles(0)?;
    let widths = call.bigints(1)?;
    let mut writer = TextWriter::new(call.rows);
    for row in 0..call.rows {
        if !call.is_null(row) {
            write_bar(
                &mut writer,
                fractions.value(row),
                widths.value(row),
                colors(row),
            )?;
        }
        writer.end()?;
    }
    Ok(Arc::new(writer.finish()?))
}

fn write_bar(
    writer: &mut TextWriter,
    fraction: f64,
    width: i64,
    (low, high): (i32, i32),
) -> Result<(), FunctionError> {
    let filled = i64::from(truncated(fraction * width as f64))
        .min(width)
        .max(0);
    for place in 0..filled {
        let color = interpolate(single(place as f64 / (width - 1) as f64), low, high)?;
        writer.reserve(ESCAPE_BYTES)?;
        begin(writer.text(), color);
        writer.text().push('█');
    }
    writer.text().push_str(RESET);
    let blanks = usize::try_from(width.saturating_sub(filled)).unwrap_or(0);
    writer.reserve(blanks)?;
    writer.text().extend(std::iter::repeat_n(' ', blanks));
    Ok(())
}

#[cfg(test)]
mod tests {
    use arrow::array::{BooleanArray, Int32Array, Int64Array};

    use crate::testing::{Argument, bigint, call, column, double, shown, text};

    fn color(value: i32) -> Argument {
        column("color", Int32Array::from(vec![value]))
    }

    #[tokio::test]
    async fn values_are_rendered_in_colors() {
        assert_eq!(
            shown("render", vec![text("hello"), color(-2)]).await,
            "\u{1b}[38;5;1mhello\u{1b}[0m"
        );
        assert_eq!(
            shown("render", vec![bigint(1234), color(0x00_FF00)]).await,
            "\u{1b}[38;5;46m1234\u{1b}[0m"
        );
        for (value, shown_value) in [
            (1234.5678, "1234.5678"),
            (1.0, "1.0"),
            (-0.0, "-0.0"),
            (1e7, "1.0E7"),
            (1.25e-5, "1.25E-5"),
            (f64::NAN, "NaN"),
            (f64::NEG_INFINITY, "-Infinity"),
        ] {
            assert_eq!(
                shown("render", vec![double(value), color(0xFF_0000)]).await,
                format!("\u{1b}[38;5;196m{shown_value}\u{1b}[0m")
            );
        }
        let booleans = BooleanArray::from(vec![Some(true), Some(false), None]);
        let (values, returns) = call("render", vec![column("boolean", booleans.clone())])
            .await
            .unwrap();
        assert_eq!(
            (values.len(), returns.to_string().as_str()),
            (3, "varchar(16)")
        );
        assert_eq!(
            shown("render", vec![column("boolean", booleans)]).await,
            "\u{1b}[38;5;2m✓\u{1b}[0m|\u{1b}[38;5;1m✗\u{1b}[0m|NULL"
        );
    }

    #[tokio::test]
    async fn bars_go_from_one_color_to_the_other() {
        let part = |index: i32| format!("\u{1b}[38;5;{index}m█");
        let arguments = vec![double(0.6), bigint(5), color(0xFF_00FF), color(0x00_00FF)];
        assert_eq!(
            shown("bar", arguments).await,
            format!("{}{}{}\u{1b}[0m  ", part(201), part(165), part(129))
        );
        let all = [196, 202, 208, 214, 226, 226, 154, 118, 82, 46]
            .map(part)
            .concat();
        assert_eq!(
            shown("bar", vec![double(1.0), bigint(10)]).await,
            format!("{all}\u{1b}[0m")
        );
        let widths = Int64Array::from(vec![Some(0), Some(-1), None]);
        assert_eq!(
            shown("bar", vec![double(0.5), column("bigint", widths)]).await,
            "\u{1b}[0m|\u{1b}[0m|NULL"
        );
        assert_eq!(
            shown("bar", vec![double(0.0), bigint(i64::MAX)]).await,
            "ERROR: The text of a batch exceeds 1073741824 bytes"
        );
    }
}
