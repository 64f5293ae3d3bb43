//! Timestamps as text in given formats: `date_format`, `date_parse`, `format_datetime` and `parse_datetime`.

use std::sync::Arc;

use arrow::array::{ArrayRef, StringViewBuilder};
use arrow::buffer::ScalarBuffer;
use chrono::Datelike;
use datafusion::error::Result;

use super::columns::{
    Prepared, Zoned, argument_numbers, each_row, each_text, returned_numbers, with_units,
};
use super::joda::{Formatter, ParsedTime, ShownTime, parse_pattern};
use super::mysql::parse_specifiers;
use super::rounding::rounded_quotient;
use super::unix_time::zoned_millis;
use crate::call::Call;
use crate::definition::Definition;
use crate::error::FunctionError;
use crate::types::time_zone::{OffsetCache, TimeZone};

/// Reads a format.
pub(crate) type ReadFormat = fn(&str) -> Result<Formatter, FunctionError>;

pub(crate) fn definitions() -> Vec<Definition> {
    vec![
        Definition::new(
            "date_format",
            "The timestamp as text, in a format of MySQL's specifiers",
        )
        .strict("(timestamp(p), varchar) -> varchar", |call| {
            with_units!(call, 0, timestamps_to_text(call, parse_specifiers))
        })
        .strict(
            "(timestamp(p) with time zone, varchar) -> varchar",
            |call| with_units!(call, 0, rounded_zoned_to_text(call, parse_specifiers)),
        ),
        Definition::new(
            "date_parse",
            "The timestamp that a text means, in a format of MySQL's specifiers",
        )
        .strict("(varchar, varchar) -> timestamp(3)", |call| {
            text_to_timestamps(call, parse_specifiers)
        }),
        Definition::new(
            "format_datetime",
            "The timestamp as text, in a pattern of Joda-Time's letters",
        )
        .strict("(timestamp(p), varchar) -> varchar", |call| {
            with_units!(call, 0, timestamps_to_text(call, pattern_without_zone))
        })
        .strict(
            "(timestamp(p) with time zone, varchar) -> varchar",
            |call| with_units!(call, 0, rounded_zoned_to_text(call, pattern)),
        ),
        Definition::new(
            "parse_datetime",
            "The timestamp that a text means, in a pattern of Joda-Time's letters",
        )
        .strict(
            "(varchar, varchar) -> timestamp(3) with time zone",
            |call| text_to_zoned(call, pattern),
        ),
    ]
}

fn pattern(text: &str) -> Result<Formatter, FunctionError> {
    parse_pattern(text, chrono::Utc::now().year().into())
}

/// A timestamp of no zone has none to show.
fn pattern_without_zone(text: &str) -> Result<Formatter, FunctionError> {
    let mut quoted = false;
    for c in text.chars() {
        match c {
            '\'' => quoted = !quoted,
            'z' | 'Z' if !quoted => {
                return Err(FunctionError::argument(
                    "format_datetime for TIMESTAMP type, cannot use 'Z' nor 'z' in format, as this type does not contain TZ information",
                ));
            }
            _ => {}
        }
    }
    pattern(text)
}

/// Formats know milliseconds.
#[inline]
fn rounded_millis<const PER_SECOND: i64>(units: i64) -> i64 {
    rounded_quotient(units, PER_SECOND / 1_000)
}

fn timestamps_to_text<const PER_SECOND: i64>(
    call: &Call<'_>,
    read_format: ReadFormat,
) -> Result<ArrayRef> {
    let values = argument_numbers(call, 0)?;
    to_text(call, &values, read_format, |_, value| ShownTime {
        local_millis: rounded_millis::<PER_SECOND>(value),
        offset: 0,
        zone: TimeZone::Utc,
    })
}

fn rounded_zoned_to_text<const PER_SECOND: i64>(
    call: &Call<'_>,
    read_format: ReadFormat,
) -> Result<ArrayRef> {
    zoned_to_text(call, read_format, rounded_millis::<PER_SECOND>)
}

/// Text of local times. What the instants of the column are in milliseconds is for the caller to say.
pub(crate) fn zoned_to_text(
    call: &Call<'_>,
    read_format: ReadFormat,
    to_millis: fn(i64) -> i64,
) -> Result<ArrayRef> {
    let Zoned { instants, zones } = Zoned::argument(call, 0)?;
    let mut cache = OffsetCache::new();
    let mut last = (TimeZone::Utc.key(), TimeZone::Utc);
    to_text(call, &instants, read_format, |row, instant| {
        let key = zones.get(row).copied().unwrap_or(0);
        if key != last.0 {
            last = (key, TimeZone::from_key(key));
        }
        let millis = to_millis(instant);
        let offset = cache.offset_at(key, millis.div_euclid(1_000));
        ShownTime {
            local_millis: millis + offset * 1_000,
            offset,
            zone: last.1,
        }
    })
}

fn to_text(
    call: &Call<'_>,
    values: &[i64],
    read_format: ReadFormat,
    mut time: impl FnMut(usize, i64) -> ShownTime,
) -> Result<ArrayRef> {
    let mut formats = Prepared::argument(call, 1, read_format)?;
    let mut texts = StringViewBuilder::with_capacity(values.len());
    let mut text = String::new();
    for (row, value) in values.iter().enumerate() {
        if call.is_null(row) {
            texts.append_null();
            continue;
        }
        text.clear();
        formats.at(row)?.print(&time(row, *value), &mut text);
        texts.append_value(&text);
    }
    Ok(Arc::new(texts.finish()))
}

/// The times that texts mean, in UTC where they do not tell their zone.
fn parsed_times(call: &Call<'_>, read_format: ReadFormat) -> Result<Vec<ParsedTime>> {
    let mut formats = Prepared::argument(call, 1, read_format)?;
    let nothing = ParsedTime {
        millis: 0,
        zone: TimeZone::Utc,
    };
    each_text(call, 0, nothing, |row, text| {
        formats.at(row)?.parse(text, TimeZone::Utc)
    })
}

/// Timestamps of no zone that texts mean.
pub(crate) fn text_to_timestamps(call: &Call<'_>, read_format: ReadFormat) -> Result<ArrayRef> {
    let times = parsed_times(call, read_format)?;
    let micros = each_row(call, &times, |_, time| {
        time.millis
            .checked_mul(1_000)
            .ok_or_else(|| FunctionError::argument("long overflow"))
    })?;
    returned_numbers(call, micros)
}

/// Milliseconds of no zone that texts mean.
pub(crate) fn text_to_millis(call: &Call<'_>, read_format: ReadFormat) -> Result<Vec<i64>> {
    let times = parsed_times(call, read_format)?;
    Ok(times.iter().map(|time| time.millis).collect())
}

fn text_to_zoned(call: &Call<'_>, read_format: ReadFormat) -> Result<ArrayRef> {
    let times = parsed_times(call, read_format)?;
    let instants = each_row(call, &times, |_, time| zoned_millis(time.millis))?;
    let zones: Vec<i16> = times.iter().map(|time| time.zone.key()).collect();
    Zoned::column(call.returns(), instants, ScalarBuffer::from(zones))
}

#[cfg(test)]
mod tests {
    use crate::datetime::fixtures::{result, texts, timestamps};
    use crate::testing::text;

    async fn shown(name: &str, timestamp: &str, format: &str) -> String {
        result(name, vec![timestamps(&[timestamp]), text(format)]).await
    }

    #[tokio::test]
    async fn specifiers_print_fields() {
        for timestamp in ["2001-01-09 13:04:05.321", "2001-01-09 13:04:05.321 +07:09"] {
            for (format, expected) in [
                ("%a %b %c %d %e %f", "Tue Jan 1 09 9 321000"),
                ("%H %h %I %i %j %k %l", "13 01 01 04 009 13 1"),
                (
                    "%M %m %p %r %S %s %T",
                    "January 01 PM 01:04:05 PM 05 05 13:04:05",
                ),
                ("%v %W %x %Y %y %% %g %4", "02 Tuesday 2001 2001 01 % g 4"),
                ("%Y年%m月%d日%", "2001年01月09日"),
            ] {
                assert_eq!(shown("date_format", timestamp, format).await, expected);
            }
        }
        assert_eq!(
            shown("date_format", "2001-01-09", "%D").await,
            "ERROR: %D not supported in date format string"
        );
        assert_eq!(shown("date_format", "12001-01-09", "%Y").await, "12001");
    }

    #[tokio::test]
    async fn milliseconds_are_rounded() {
        assert_eq!(
            shown(
                "date_format",
                "2001-01-09 23:59:59.999500",
                "%Y-%m-%d %T.%f"
            )
            .await,
            "2001-01-10 00:00:00.000000"
        );
        assert_eq!(
            shown("format_datetime", "1969-12-31 23:59:59.999499999", "ss.SSS").await,
            "59.999"
        );
        assert_eq!(
            shown("format_datetime", "1969-12-31 23:59:59.9995 UTC", "ss.SSS").await,
            "00.000"
        );
    }

    #[tokio::test]
    async fn formats_may_vary_by_row() {
        let values = timestamps(&["2001-01-09", "NULL", "2001-01-09", "2001-01-09"]);
        let formats = texts(&["%Y", "%D", "NULL", "%m"]);
        assert_eq!(
            result("date_format", vec![values, formats]).await,
            "2001|NULL|NULL|01"
        );
    }

    #[tokio::test]
    async fn patterns_show_zones_where_there_are_any() {
        let zoned = "2001-08-22 03:04:05.321 America/New_York";
        assert_eq!(
            shown("format_datetime", zoned, "yyyy/MM/dd HH:mm ZZZZ z").await,
            "2001/08/22 03:04 America/New_York EDT"
        );
        assert_eq!(
            shown("format_datetime", "2001-08-22", "yyyy 'Z'").await,
            "2001 Z"
        );
        let error = "ERROR: format_datetime for TIMESTAMP type, cannot use 'Z' nor 'z' in format, as this type does not contain TZ information";
        assert_eq!(
            shown("format_datetime", "2001-08-22", "yyyy Z").await,
            error
        );
        assert_eq!(
            shown("format_datetime", "2001-08-22", "yyyy b").await,
            "ERROR: Illegal pattern component: b"
        );
    }

    async fn read(name: &str, value: &str, format: &str) -> String {
        result(name, vec![text(value), text(format)]).await
    }

    #[tokio::test]
    async fn specifiers_parse_texts() {
        for (value, format, expected) in [
            ("2013", "%Y", "2013-01-01 00:00:00.000"),
            (
                "2013-05-17 12:35:10 AM",
                "%Y-%m-%d %h:%i:%s %p",
                "2013-05-17 00:35:10.000",
            ),
            (
                "2013-05-17 12:35:10",
                "%Y-%m-%d %h:%i:%s",
                "2013-05-17 00:35:10.000",
            ),
            (
                "abc 2013-05-17 FFF 23:35:10 xyz",
                "abc %Y-%m-%d fff %H:%i:%s xyz",
                "2013-05-17 23:35:10.000",
            ),
            ("2013 14", "%Y %y", "2014-01-01 00:00:00.000"),
            ("1998 53", "%x %v", "1998-12-28 00:00:00.000"),
            ("1.2006", "%s.%f", "1970-01-01 00:00:01.200"),
            ("59.123456789", "%s.%f", "1970-01-01 00:00:59.123"),
            (
                "28-JAN-16 11.45.46.421000 PM",
                "%d-%b-%y %l.%i.%s.%f %p",
                "2016-01-28 23:45:46.421",
            ),
            (
                "31-MAY-69 04.59.59.999000 AM",
                "%d-%b-%y %l.%i.%s.%f %p",
                "2069-05-31 04:59:59.999",
            ),
            ("2020 366", "%Y %j", "2020-12-31 00:00:00.000"),
        ] {
            assert_eq!(read("date_parse", value, format).await, expected, "{value}");
        }
        assert_eq!(
            read("date_parse", "3.0123456789", "%s.%f").await,
            "ERROR: Invalid format: \"3.0123456789\" is malformed at \"9\""
        );
        assert_eq!(
            read("date_parse", "1970-01-01", "").await,
            "ERROR: Both printing and parsing not supported"
        );
        let values = texts(&["2020-01-02", "NULL"]);
        assert_eq!(
            result("date_parse", vec![values, text("%Y-%m-%d")]).await,
            "2020-01-02 00:00:00.000|NULL"
        );
    }

    #[tokio::test]
    async fn patterns_parse_texts_with_zones() {
        for (value, pattern, expected) in [
            (
                "2020-08-18 03:04:05.678",
                "yyyy-MM-dd HH:mm:ss.SSS",
                "2020-08-18 03:04:05.678 UTC",
            ),
            (
                "1960/01/22 03:04 Asia/Oral",
                "yyyy/MM/dd HH:mm ZZZZZ",
                "1960-01-22 03:04:00.000 Asia/Oral",
            ),
            (
                "1960/01/22 03:04 +0500",
                "yyyy/MM/dd HH:mm Z",
                "1960-01-22 03:04:00.000 +05:00",
            ),
            ("2020-01-02", "yyyy-MM-dd", "2020-01-02 00:00:00.000 UTC"),
        ] {
            assert_eq!(read("parse_datetime", value, pattern).await, expected);
        }
        assert_eq!(
            read("parse_datetime", "90000", "yyyyy").await,
            "ERROR: Millis overflow: 2777958460800000"
        );
    }
}
