//! Arguments from the text of literals, and results as Trino shows them, for tests.

use arrow::array::{Array, ArrayRef, AsArray};
use arrow::datatypes::{Date32Type, DurationMillisecondType, Int16Type, IntervalYearMonthType};
use arrow::util::display::{ArrayFormatter, FormatOptions};
use datafusion::scalar::ScalarValue;

use super::calendar::civil_from_days;
use super::columns::{numbers, precision, units_per_second};
use super::literal::{TimestampLiteral, parse_date, parse_interval, parse_time, parse_timestamp};
use crate::error::FunctionError;
use crate::testing::{Argument, call, column, constant};
use crate::types::Type;
use crate::types::time_zone::TimeZone;

/// A column of dates; `NULL` is NULL.
pub(crate) fn dates(texts: &[&str]) -> Argument {
    literals(texts, |text| TimestampLiteral {
        data_type: Type::Date,
        value: ScalarValue::Date32(Some(parse_date(text).expect("a date"))),
    })
}

/// A column of timestamps, all with or without time zones.
pub(crate) fn timestamps(texts: &[&str]) -> Argument {
    literals(texts, |text| parse_timestamp(text).expect("a timestamp"))
}

/// A column of times, all with or without offsets.
pub(crate) fn times(texts: &[&str]) -> Argument {
    literals(texts, |text| parse_time(text).expect("a time"))
}

/// A column of texts.
pub(crate) fn texts(texts: &[&str]) -> Argument {
    literals(texts, |text| TimestampLiteral {
        data_type: Type::VARCHAR,
        value: ScalarValue::Utf8View(Some(text.to_owned())),
    })
}

/// An interval, the same in every row.
pub(crate) fn interval(text: &str, unit: &str) -> Argument {
    let (data_type, value) = parse_interval(text, unit, None).expect("an interval");
    constant(&data_type.to_string(), value)
}

fn literals(texts: &[&str], parse: impl Fn(&str) -> TimestampLiteral) -> Argument {
    let values: Vec<Option<TimestampLiteral>> = texts
        .iter()
        .map(|text| (*text != "NULL").then(|| parse(text)))
        .collect();
    let data_type = values
        .iter()
        .flatten()
        .next()
        .expect("a value")
        .data_type
        .clone();
    let null = ScalarValue::try_new_null(&data_type.arrow()).expect("a NULL");
    let scalars = values.into_iter().map(|value| match value {
        Some(literal) => {
            assert_eq!(
                literal.data_type, data_type,
                "all values have the same type"
            );
            literal.value
        }
        None => null.clone(),
    });
    let array = ScalarValue::iter_to_array(scalars).expect("values of a type");
    column(&data_type.to_string(), array)
}

/// What a call gives, a row after another with bars between.
pub(crate) async fn result(name: &str, arguments: Vec<Argument>) -> String {
    match call(name, arguments).await {
        Ok((values, data_type)) => {
            let shown = (0..values.len()).map(|row| show(&values, &data_type, row));
            shown.collect::<Vec<_>>().join("|")
        }
        Err(error) => match FunctionError::find(&error) {
            Some(error) => format!("ERROR: {error}"),
            None => format!("ERROR: {error}"),
        },
    }
}

/// The type that a call returns.
pub(crate) async fn result_type(name: &str, arguments: Vec<Argument>) -> String {
    call(name, arguments).await.expect("a result").1.to_string()
}

fn show(values: &ArrayRef, data_type: &Type, row: usize) -> String {
    if values.is_null(row) {
        return "NULL".to_owned();
    }
    let per_second = units_per_second(data_type);
    let digits = usize::from(precision(data_type));
    match data_type {
        Type::Date => show_date(values.as_primitive::<Date32Type>().value(row).into()),
        Type::Time(_) => show_clock(numbers(values).expect("times")[row], per_second, digits),
        Type::Timestamp(_) => show_timestamp(
            numbers(values).expect("timestamps")[row],
            per_second,
            digits,
        ),
        Type::TimeWithTimeZone(_) => {
            let pair = values.as_struct();
            let time = numbers(pair.column(0)).expect("times")[row];
            let offset = pair.column(1).as_primitive::<Int16Type>().value(row);
            let sign = if offset < 0 { '-' } else { '+' };
            let offset = offset.abs();
            let clock = show_clock(time, per_second, digits);
            format!("{clock}{sign}{:02}:{:02}", offset / 60, offset % 60)
        }
        Type::TimestampWithTimeZone(_) => {
            let pair = values.as_struct();
            let instant = numbers(pair.column(0)).expect("instants")[row];
            let zone = TimeZone::from_key(pair.column(1).as_primitive::<Int16Type>().value(row));
            let offset = i64::from(zone.offset_at(instant.div_euclid(per_second)));
            let local = show_timestamp(instant + offset * per_second, per_second, digits);
            format!("{local} {zone}")
        }
        Type::IntervalDayToSecond => {
            let millis = values.as_primitive::<DurationMillisecondType>().value(row);
            let sign = if millis < 0 { "-" } else { "" };
            let millis = millis.abs();
            let clock = show_clock(millis % 86_400_000, 1_000, 3);
            format!("{sign}{} {clock}", millis / 86_400_000)
        }
        Type::IntervalYearToMonth => {
            let months = values.as_primitive::<IntervalYearMonthType>().value(row);
            let sign = if months < 0 { "-" } else { "" };
            format!("{sign}{}-{}", months.abs() / 12, months.abs() % 12)
        }
        _ => {
            let options = FormatOptions::default();
            let formatter = ArrayFormatter::try_new(values, &options).expect("values that show");
            formatter.value(row).to_string()
        }
    }
}

fn show_date(days: i64) -> String {
    let civil = civil_from_days(days);
    format!("{:04}-{:02}-{:02}", civil.year, civil.month, civil.day)
}

fn show_clock(units: i64, per_second: i64, digits: usize) -> String {
    let seconds = units / per_second;
    let clock = format!(
        "{:02}:{:02}:{:02}",
        seconds / 3_600,
        seconds / 60 % 60,
        seconds % 60
    );
    if digits == 0 {
        return clock;
    }
    let fraction = format!("{:09}", units % per_second * (1_000_000_000 / per_second));
    format!("{clock}.{}", &fraction[..digits])
}

fn show_timestamp(units: i64, per_second: i64, digits: usize) -> String {
    let per_day = per_second * 86_400;
    let date = show_date(units.div_euclid(per_day));
    format!(
        "{date} {}",
        show_clock(units.rem_euclid(per_day), per_second, digits)
    )
}
