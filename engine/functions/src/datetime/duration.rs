//! Durations as text: `parse_duration` and `human_readable_seconds`; and `to_milliseconds`.

use std::fmt::Write as _;
use std::sync::Arc;

use arrow::array::{ArrayRef, StringViewBuilder};
use datafusion::error::Result;

use super::columns::{argument_numbers, bigint_column, each_text, returned_numbers};
use super::rounding::round_double;
use crate::call::Call;
use crate::definition::Definition;
use crate::error::FunctionError;

/// Units of durations in milliseconds.
const UNITS: [(&str, f64); 7] = [
    ("ns", 1.0 / 1_000_000.0),
    ("us", 1.0 / 1_000.0),
    ("ms", 1.0),
    ("s", 1_000.0),
    ("m", 60_000.0),
    ("h", 3_600_000.0),
    ("d", 86_400_000.0),
];

/// The names and lengths in seconds of the periods that durations are shown in.
const PERIODS: [(&str, i64); 5] = [
    ("week", 604_800),
    ("day", 86_400),
    ("hour", 3_600),
    ("minute", 60),
    ("second", 1),
];

pub(crate) fn definitions() -> Vec<Definition> {
    vec![
        Definition::new("parse_duration", "Interval of a number with its unit")
            .strict("(varchar) -> interval day to second", |call| {
                returned_numbers(call, each_text(call, 0, 0, |_, text| parse_duration(text))?)
            }),
        Definition::new(
            "human_readable_seconds",
            "Duration in weeks, days, hours, minutes and seconds",
        )
        .strict("(double) -> varchar", human_readable_seconds),
        Definition::new("to_milliseconds", "Milliseconds of an interval")
            .strict("(interval day to second) -> bigint", |call| {
                Ok(bigint_column(argument_numbers(call, 0)?.to_vec()))
            }),
    ]
}

/// Milliseconds of a text such as `3.81 d`.
fn parse_duration(text: &str) -> Result<i64, FunctionError> {
    if text.is_empty() {
        return Err(FunctionError::argument("duration is empty"));
    }
    let (number, unit) = split_duration(text).ok_or_else(|| {
        FunctionError::argument(format!(
            "duration is not a valid data duration string: {text}"
        ))
    })?;
    let Some((_, millis_per_unit)) = UNITS.iter().find(|(name, _)| *name == unit) else {
        return Err(FunctionError::argument(format!(
            "Unknown time unit: {unit}"
        )));
    };
    let value: f64 = number
        .parse()
        .map_err(|_| FunctionError::argument(format!("not a number: {number}")))?;
    if value.is_infinite() {
        return Err(FunctionError::argument("value is infinite: Infinity"));
    }
    let millis = (value * millis_per_unit + 0.5).floor();
    // 2^63 is the first double beyond 64 bits, and Trino takes it for the greatest number.
    if millis > 9_223_372_036_854_775_807.0 {
        return Err(FunctionError::argument(format!(
            "value {number} {unit} is too large to be represented in requested unit MILLISECONDS as a long"
        )));
    }
    Ok(round_double(millis))
}

/// The number and the unit, with blanks between and around them.
fn split_duration(text: &str) -> Option<(&str, &str)> {
    let text = text.trim_matches(is_java_blank);
    let unit_start = text.find(|c: char| c.is_ascii_alphabetic())?;
    let (number, unit) = text.split_at_checked(unit_start)?;
    let number = number.trim_end_matches(is_java_blank);
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let is_number = match number.split_once('.') {
        Some((whole, fraction)) => digits(whole) && digits(fraction),
        None => digits(number),
    };
    let is_unit = unit.bytes().all(|byte| byte.is_ascii_alphabetic());
    (is_number && is_unit).then_some((number, unit))
}

/// What `\s` is in Java.
fn is_java_blank(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\n' | '\u{b}' | '\u{c}' | '\r')
}

fn human_readable_seconds(call: &Call<'_>) -> Result<ArrayRef> {
    let seconds = call.doubles(0)?;
    let mut results = StringViewBuilder::with_capacity(seconds.len());
    let mut text = String::new();
    for (row, value) in seconds.values().iter().enumerate() {
        if call.is_null(row) {
            results.append_null();
            continue;
        }
        if !value.is_finite() {
            let shown = match value {
                value if value.is_nan() => "NaN",
                value if *value > 0.0 => "Infinity",
                _ => "-Infinity",
            };
            return Err(FunctionError::argument(format!("Invalid argument found: {shown}")).into());
        }
        text.clear();
        write_periods(&mut text, round_double(value.abs()));
        results.append_value(&text);
    }
    Ok(Arc::new(results.finish()))
}

fn write_periods(text: &mut String, seconds: i64) {
    let mut rest = seconds;
    for (name, length) in PERIODS {
        let count = rest / length;
        rest %= length;
        if count == 0 && !(length == 1 && text.is_empty()) {
            continue;
        }
        let separator = if text.is_empty() { "" } else { ", " };
        let plural = if count == 1 { "" } else { "s" };
        // Writing to a string does not fail.
        let _ = write!(text, "{separator}{count} {name}{plural}");
    }
}

#[cfg(test)]
mod tests {
    use crate::datetime::fixtures::{interval, result, texts};
    use crate::testing::{column, double, text};
    use arrow::array::Float64Array;

    #[tokio::test]
    async fn durations_are_rounded_to_milliseconds() {
        let durations = texts(&[
            "42.8ms",
            "NULL",
            "3.81 d",
            "5m",
            "1234 us",
            "1234.567 h",
            " 1 s ",
            "1234.567 ns",
        ]);
        assert_eq!(
            result("parse_duration", vec![durations]).await,
            "0 00:00:00.043|NULL|3 19:26:24.000|0 00:05:00.000|0 00:00:00.001|51 10:34:01.200|0 00:00:01.000|0 00:00:00.000"
        );
    }

    #[tokio::test]
    async fn wrong_durations_are_errors() {
        for (wrong, message) in [
            ("", "duration is empty"),
            ("1f", "Unknown time unit: f"),
            ("1D", "Unknown time unit: D"),
            ("abc", "duration is not a valid data duration string: abc"),
            ("1", "duration is not a valid data duration string: 1"),
            ("-1s", "duration is not a valid data duration string: -1s"),
            ("1.s", "duration is not a valid data duration string: 1.s"),
            (
                "1 s x",
                "duration is not a valid data duration string: 1 s x",
            ),
        ] {
            assert_eq!(
                result("parse_duration", vec![text(wrong)]).await,
                format!("ERROR: {message}")
            );
        }
        let huge = result("parse_duration", vec![text("99999999999999999999d")]).await;
        assert!(huge.contains("too large"), "{huge}");
    }

    #[tokio::test]
    async fn seconds_are_shown_in_words() {
        let seconds = column(
            "double",
            Float64Array::from(vec![
                Some(96.0),
                None,
                Some(-3762.4),
                Some(56_363_463.0),
                Some(0.4),
                Some(604_800.0),
            ]),
        );
        assert_eq!(
            result("human_readable_seconds", vec![seconds]).await,
            "1 minute, 36 seconds|NULL|1 hour, 2 minutes, 42 seconds|93 weeks, 1 day, 8 hours, 31 minutes, 3 seconds|0 seconds|1 week"
        );
        assert_eq!(
            result("human_readable_seconds", vec![double(f64::NEG_INFINITY)]).await,
            "ERROR: Invalid argument found: -Infinity"
        );
    }

    #[tokio::test]
    async fn intervals_have_milliseconds() {
        assert_eq!(
            result("to_milliseconds", vec![interval("-1", "day")]).await,
            "-86400000"
        );
    }
}
