//! Numbers shortened to three digits and a unit: `1.23K`.

use std::sync::Arc;

use arrow::array::{ArrayRef, StringBuilder};
use datafusion::error::Result;

use crate::call::Call;

/// The units, each a thousand of the one before.
const UNITS: [&str; 6] = ["", "K", "M", "B", "T", "Q"];

pub(super) fn format_bigint(call: &Call<'_>) -> Result<ArrayRef> {
    Ok(shortened_all(call.bigints(0)?.values().iter().copied()))
}

pub(super) fn format_double(call: &Call<'_>) -> Result<ArrayRef> {
    // What is beyond 64 bits becomes the nearest number within, as in Java; fractions are cut off.
    Ok(shortened_all(
        call.doubles(0)?.values().iter().map(|value| *value as i64),
    ))
}

fn shortened_all(values: impl ExactSizeIterator<Item = i64>) -> ArrayRef {
    let mut texts = StringBuilder::with_capacity(values.len(), values.len() * 6);
    for value in values {
        texts.append_value(shortened(value));
    }
    Arc::new(texts.finish())
}

fn shortened(value: i64) -> String {
    // Trino computes with doubles, whose roundings show.
    let mut number = value as f64;
    let mut units = UNITS.iter();
    let mut unit = units.next().copied().unwrap_or("");
    while number.abs() >= 1000.0
        && let Some(next) = units.next()
    {
        number /= 1000.0;
        unit = next;
    }
    // Negative numbers always keep two digits after the point.
    let decimals = if number < 10.0 {
        2
    } else if number < 100.0 {
        1
    } else {
        0
    };
    let sign = if number < 0.0 { "-" } else { "" };
    format!("{sign}{}{unit}", rounded(number.abs(), decimals))
}

/// A number with at most so many digits after the point, rounded half up, without zeros at the end.
fn rounded(value: f64, decimals: i32) -> String {
    // Only eighths can lie in the middle exactly; all else is on either side of what its digits say.
    let nearest = if (value * 8.0).fract() == 0.0 {
        let factor = 10_f64.powi(decimals);
        (value * factor + 0.5).floor() / factor
    } else {
        value
    };
    let decimals = usize::try_from(decimals).unwrap_or(0);
    let text = format!("{nearest:.decimals$}");
    if decimals == 0 {
        return text;
    }
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}
