//! Text of ISO 8601: `to_iso8601`, `from_iso8601_date`, `from_iso8601_timestamp` and `from_iso8601_timestamp_nanos`.

use std::sync::Arc;

use arrow::array::{ArrayRef, StringViewBuilder};
use arrow::buffer::ScalarBuffer;
use datafusion::error::Result;

use super::calendar::{self, Civil};
use super::columns::{
    MILLIS_PER_DAY, SECONDS_PER_DAY, Zoned, argument_days, argument_numbers, date_column,
    date_from_days, each_row, each_text, precision, with_units,
};
use super::iso8601_format::{DATE, DATE_TIME, plain_date_time};
use super::joda::{ParsedTime, push_padded};
use super::nano_timestamp::parse_nano_timestamp;
use super::unix_time::zoned_millis;
use crate::call::Call;
use crate::definition::Definition;
use crate::error::FunctionError;
use crate::signature::Bound;
use crate::types::Type;
use crate::types::time_zone::{OffsetCache, TimeZone};

pub(crate) fn definitions() -> Vec<Definition> {
    vec![
        Definition::new("to_iso8601", "The value as text of ISO 8601")
            .strict("(date) -> varchar(16)", dates_to_text)
            .strict_returning("(timestamp(p)) -> varchar", timestamp_text_type, |call| {
                with_units!(call, 0, timestamps_to_text(call))
            })
            .strict_returning(
                "(timestamp(p) with time zone) -> varchar",
                zoned_text_type,
                |call| with_units!(call, 0, zoned_to_text(call)),
            ),
        Definition::new(
            "from_iso8601_date",
            "The date that a text of ISO 8601 means",
        )
        .strict("(varchar) -> date", text_to_dates),
        Definition::new(
            "from_iso8601_timestamp",
            "The timestamp that a text of ISO 8601 means",
        )
        .strict(
            "(varchar) -> timestamp(3) with time zone",
            text_to_timestamps,
        ),
        Definition::new(
            "from_iso8601_timestamp_nanos",
            "The timestamp in nanoseconds that a text of ISO 8601 means",
        )
        .strict(
            "(varchar) -> timestamp(9) with time zone",
            text_to_nano_timestamps,
        ),
    ]
}

/// A sign, six digits of the year, what follows up to seconds, and the fraction.
fn timestamp_text_length(bound: &Bound) -> u32 {
    let digits = bound.arguments.first().map_or(0, precision);
    22 + u32::from(digits) + u32::from(digits > 0)
}

fn timestamp_text_type(bound: &Bound) -> Result<Type, FunctionError> {
    Ok(Type::Varchar(Some(timestamp_text_length(bound))))
}

fn zoned_text_type(bound: &Bound) -> Result<Type, FunctionError> {
    Ok(Type::Varchar(Some(timestamp_text_length(bound) + 6)))
}

fn push_date(text: &mut String, days: i64) {
    let Civil { year, month, day } = calendar::civil_from_days(days);
    push_padded(text, year, 4);
    text.push('-');
    push_padded(text, month, 2);
    text.push('-');
    push_padded(text, day, 2);
}

/// A local time, with so many digits of the second. Years of more than four digits have a sign.
fn push_timestamp<const PER_SECOND: i64>(text: &mut String, local: i64, digits: u8) {
    let seconds = local.div_euclid(PER_SECOND);
    let days = seconds.div_euclid(SECONDS_PER_DAY);
    if calendar::civil_from_days(days).year > 9_999 {
        text.push('+');
    }
    push_date(text, days);
    let of_day = seconds.rem_euclid(SECONDS_PER_DAY);
    for (separator, value) in [
        ('T', of_day / 3_600),
        (':', of_day / 60 % 60),
        (':', of_day % 60),
    ] {
        text.push(separator);
        push_padded(text, value, 2);
    }
    if digits > 0 {
        let digits = usize::from(digits);
        let stored = if PER_SECOND == super::columns::MICROS {
            6
        } else {
            9
        };
        text.push('.');
        let start = text.len();
        push_padded(text, local.rem_euclid(PER_SECOND), stored);
        text.truncate(start + digits);
    }
}

fn dates_to_text(call: &Call<'_>) -> Result<ArrayRef> {
    let days = argument_days(call, 0)?;
    let mut texts = StringViewBuilder::with_capacity(days.len());
    let mut text = String::new();
    for days in days.iter() {
        text.clear();
        push_date(&mut text, (*days).into());
        texts.append_value(&text);
    }
    Ok(Arc::new(texts.finish()))
}

fn timestamps_to_text<const PER_SECOND: i64>(call: &Call<'_>) -> Result<ArrayRef> {
    let values = argument_numbers(call, 0)?;
    let digits = precision(call.argument_type(0));
    let mut texts = StringViewBuilder::with_capacity(values.len());
    let mut text = String::new();
    for value in values.iter() {
        text.clear();
        push_timestamp::<PER_SECOND>(&mut text, *value, digits);
        texts.append_value(&text);
    }
    Ok(Arc::new(texts.finish()))
}

fn zoned_to_text<const PER_SECOND: i64>(call: &Call<'_>) -> Result<ArrayRef> {
    let Zoned { instants, zones } = Zoned::argument(call, 0)?;
    let digits = precision(call.argument_type(0));
    let mut cache = OffsetCache::new();
    let mut texts = StringViewBuilder::with_capacity(instants.len());
    let mut text = String::new();
    for (row, (instant, zone)) in instants.iter().zip(zones.iter()).enumerate() {
        if call.is_null(row) {
            texts.append_null();
            continue;
        }
        let offset = cache.offset_at(*zone, instant.div_euclid(PER_SECOND));
        text.clear();
        let local = instant.saturating_add(offset * PER_SECOND);
        push_timestamp::<PER_SECOND>(&mut text, local, digits);
        push_offset(&mut text, offset)?;
        texts.append_value(&text);
    }
    Ok(Arc::new(texts.finish()))
}

fn push_offset(text: &mut String, offset: i64) -> Result<(), FunctionError> {
    if offset == 0 {
        text.push('Z');
        return Ok(());
    }
    let (sign, seconds) = (if offset < 0 { '-' } else { '+' }, offset.abs());
    if seconds % 60 != 0 {
        let (hours, minutes, seconds) = (seconds / 3_600, seconds / 60 % 60, seconds % 60);
        return Err(FunctionError::argument(format!(
            "Timezone with non-zero seconds offset cannot be rendered as ISO8601: {sign}{hours:02}:{minutes:02}:{seconds:02}"
        )));
    }
    text.push(sign);
    push_padded(text, seconds / 3_600, 2);
    text.push(':');
    push_padded(text, seconds / 60 % 60, 2);
    Ok(())
}

fn text_to_dates(call: &Call<'_>) -> Result<ArrayRef> {
    Ok(date_column(each_text(call, 0, 0, |_, text| {
        let time = DATE.parse(text, TimeZone::Utc)?;
        date_from_days(time.millis.div_euclid(MILLIS_PER_DAY))
    })?))
}

fn text_to_timestamps(call: &Call<'_>) -> Result<ArrayRef> {
    let nothing = ParsedTime {
        millis: 0,
        zone: TimeZone::Utc,
    };
    let times = each_text(call, 0, nothing, |_, text| match plain_date_time(text) {
        Some(time) => Ok(time),
        None => DATE_TIME.parse(text, TimeZone::Utc),
    })?;
    let instants = each_row(call, &times, |_, time| zoned_millis(time.millis))?;
    let zones: Vec<i16> = times.iter().map(|time| time.zone.key()).collect();
    Zoned::column(call.returns(), instants, ScalarBuffer::from(zones))
}

fn text_to_nano_timestamps(call: &Call<'_>) -> Result<ArrayRef> {
    let times = each_text(call, 0, (0, TimeZone::Utc), |_, text| {
        parse_nano_timestamp(text, TimeZone::Utc)
    })?;
    let instants = times.iter().map(|(nanos, _)| *nanos).collect();
    let zones: Vec<i16> = times.iter().map(|(_, zone)| zone.key()).collect();
    Zoned::column(call.returns(), instants, ScalarBuffer::from(zones))
}

#[cfg(test)]
mod tests {
    use crate::datetime::fixtures::{dates, result, result_type, texts, timestamps};
    use crate::testing::text;

    #[tokio::test]
    async fn values_are_shown_in_iso_8601() {
        assert_eq!(
            result(
                "to_iso8601",
                vec![dates(&["2001-08-22", "NULL", "12001-01-01", "-0001-01-01"])]
            )
            .await,
            "2001-08-22|NULL|12001-01-01|-0001-01-01"
        );
        assert_eq!(
            result(
                "to_iso8601",
                vec![timestamps(&[
                    "2001-08-22 03:04:05.321",
                    "NULL",
                    "12001-01-01 00:00:00.000"
                ])]
            )
            .await,
            "2001-08-22T03:04:05.321|NULL|+12001-01-01T00:00:00.000"
        );
        assert_eq!(
            result(
                "to_iso8601",
                vec![timestamps(&["1969-12-31 23:59:59.9999999"])]
            )
            .await,
            "1969-12-31T23:59:59.9999999"
        );
        assert_eq!(
            result(
                "to_iso8601",
                vec![timestamps(&[
                    "2001-08-22 03:04:05 +07:09",
                    "NULL",
                    "2001-08-22 03:04:05 UTC"
                ])]
            )
            .await,
            "2001-08-22T03:04:05+07:09|NULL|2001-08-22T03:04:05Z"
        );
        assert_eq!(
            result(
                "to_iso8601",
                vec![timestamps(&["1800-01-01 America/New_York"])]
            )
            .await,
            "ERROR: Timezone with non-zero seconds offset cannot be rendered as ISO8601: -04:56:02"
        );
    }

    #[tokio::test]
    async fn the_length_of_texts_is_known() {
        assert_eq!(
            result_type("to_iso8601", vec![dates(&["2001-08-22"])]).await,
            "varchar(16)"
        );
        assert_eq!(
            result_type("to_iso8601", vec![timestamps(&["2001-08-22 03:04:05.321"])]).await,
            "varchar(26)"
        );
        assert_eq!(
            result_type(
                "to_iso8601",
                vec![timestamps(&["2001-08-22 03:04:05.321 UTC"])]
            )
            .await,
            "varchar(32)"
        );
        assert_eq!(
            result_type("to_iso8601", vec![timestamps(&["2001-08-22"])]).await,
            "varchar(22)"
        );
    }

    #[tokio::test]
    async fn dates_are_read_in_all_their_forms() {
        let values = texts(&[
            "2020-05-11",
            "NULL",
            "2020-W10",
            "2020-W10-3",
            "2020-123",
            "2020-05",
            "2020",
            "-0001-01-01",
        ]);
        assert_eq!(
            result("from_iso8601_date", vec![values]).await,
            "2020-05-11|NULL|2020-03-02|2020-03-04|2020-05-02|2020-05-01|2020-01-01|-001-01-01"
        );
        for (wrong, message) in [
            (
                "2020-13-01",
                "Cannot parse \"2020-13-01\": Value 13 for monthOfYear must be in the range [1,12]",
            ),
            (
                "2020-01-01T00",
                "Invalid format: \"2020-01-01T00\" is malformed at \"T00\"",
            ),
            ("x", "Invalid format: \"x\""),
        ] {
            assert_eq!(
                result("from_iso8601_date", vec![text(wrong)]).await,
                format!("ERROR: {message}")
            );
        }
    }

    #[tokio::test]
    async fn timestamps_are_read_with_and_without_their_parts() {
        let values = texts(&[
            "2020-05-11",
            "NULL",
            "2020-05-11T11:15:05",
            "2020-05-11T11:15:05.055+01:00",
            "2020-05-11T11:15Z",
            "2020-05-11T11.5",
            "2020-W10T",
            "T11:15",
            "2020-05-11T11:15:05,1234567-0530",
            "2020-05-11T+01",
        ]);
        assert_eq!(
            result("from_iso8601_timestamp", vec![values]).await,
            "2020-05-11 00:00:00.000 UTC|NULL|2020-05-11 11:15:05.000 UTC|2020-05-11 11:15:05.055 +01:00|\
             2020-05-11 11:15:00.000 UTC|2020-05-11 11:30:00.000 UTC|2020-03-02 00:00:00.000 UTC|1970-01-01 11:15:00.000 UTC|\
             2020-05-11 11:15:05.123 -05:30|2020-05-11 00:00:00.000 +01:00"
        );
        assert_eq!(
            result("from_iso8601_timestamp", vec![text("2020-05-11 11:15")]).await,
            "ERROR: Invalid format: \"2020-05-11 11:15\" is malformed at \" 11:15\""
        );
    }

    #[tokio::test]
    async fn timestamps_are_read_with_nanoseconds() {
        let values = texts(&[
            "2020-05-11T11:15:05",
            "NULL",
            "2020-05-11T11:15:05.123456789+01:00",
        ]);
        assert_eq!(
            result("from_iso8601_timestamp_nanos", vec![values]).await,
            "2020-05-11 11:15:05.000000000 UTC|NULL|2020-05-11 11:15:05.123456789 +01:00"
        );
    }
}
