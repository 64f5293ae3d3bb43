//! Dates, times, timestamps and intervals from the text of SQL literals, by Trino's rules.

use arrow::datatypes::{DataType, TimeUnit};
use datafusion::scalar::ScalarValue;

use super::columns::{MICROS, SECONDS_PER_DAY, units_per_second};
use super::literal_reader::{Clock, Reader};
use super::unix_time::ZONED_MILLIS_MAX;
use crate::error::{FunctionError, FunctionErrorCode};
use crate::types::time_zone::{LocalOffset, TimeZone};
use crate::types::{TIME_PRECISION_MAX, Type};

pub use super::interval_literal::parse_interval;

/// A value with its type, whose precision is that of the digits written.
#[derive(Debug, Clone, PartialEq)]
pub struct TimestampLiteral {
    /// `timestamp(p)` or `time(p)`, with time zone where the text has one.
    pub data_type: Type,
    /// The value as its type is stored.
    pub value: ScalarValue,
}

/// The days since 1970-01-01 of a date.
pub fn parse_date(text: &str) -> Result<i32, FunctionError> {
    days_of_text(text.trim()).ok_or_else(|| not_valid(text, "date"))
}

/// A timestamp such as `2020-01-02 03:04:05.678 Europe/Paris`, of which the time and the zone may be missing.
pub fn parse_timestamp(text: &str) -> Result<TimestampLiteral, FunctionError> {
    let invalid = || not_valid(text, "timestamp");
    let parts = TimestampParts::read(text).ok_or_else(invalid)?;
    let (data_type, zone) = match parts.zone {
        Some(zone) => {
            let digits = precision(parts.fraction, "TIMESTAMP WITH TIME ZONE")?;
            let zone = TimeZone::parse(zone).ok_or_else(invalid)?;
            (Type::TimestampWithTimeZone(digits), zone)
        }
        None => (
            Type::Timestamp(precision(parts.fraction, "TIMESTAMP")?),
            TimeZone::Utc,
        ),
    };
    let per_second = units_per_second(&data_type);
    let instant = parts
        .seconds(zone)
        .and_then(|seconds| seconds.checked_mul(per_second))
        .and_then(|whole| whole.checked_add(fraction_units(parts.fraction, per_second)))
        .ok_or_else(invalid)?;
    let value = match data_type {
        Type::TimestampWithTimeZone(digits) => {
            // Trino keeps up to milliseconds together with the zone in 64 bits.
            let bound = ZONED_MILLIS_MAX.saturating_mul(per_second / 1_000);
            if digits <= 3 && !(-bound..=bound).contains(&instant) {
                return Err(invalid());
            }
            zoned_value(&data_type, instant, zone)
        }
        _ => timestamp_value(instant, per_second),
    };
    Ok(TimestampLiteral {
        data_type,
        value: value.ok_or_else(invalid)?,
    })
}

/// A time such as `03:04:05.678+01:00`, of which the seconds and the offset may be missing.
pub fn parse_time(text: &str) -> Result<TimestampLiteral, FunctionError> {
    let invalid = || not_valid(text, "time");
    let mut reader = Reader { rest: text };
    let clock = reader.clock().ok_or_else(invalid)?;
    reader.skip_blanks();
    let offset = match reader.rest {
        "" => None,
        offset => Some(offset_minutes(offset).ok_or_else(invalid)?),
    };
    let data_type = match offset {
        Some(_) => Type::TimeWithTimeZone(precision(clock.fraction, "TIME WITH TIME ZONE")?),
        None => Type::Time(precision(clock.fraction, "TIME")?),
    };
    let per_second = units_per_second(&data_type);
    let units = clock.seconds().ok_or_else(invalid)? * per_second
        + fraction_units(clock.fraction, per_second);
    let time = if per_second == MICROS {
        ScalarValue::Time64Microsecond(Some(units))
    } else {
        ScalarValue::Time64Nanosecond(Some(units))
    };
    let value = match offset {
        Some(offset) => pair_value(&data_type, time, offset).ok_or_else(invalid)?,
        None => time,
    };
    Ok(TimestampLiteral { data_type, value })
}

pub(super) fn not_valid(text: &str, of: &str) -> FunctionError {
    FunctionError::new(
        FunctionErrorCode::InvalidLiteral,
        format!("'{text}' is not a valid {of} literal"),
    )
}

/// The digits written of a second, if times can have so many.
fn precision(fraction: &str, type_name: &str) -> Result<u8, FunctionError> {
    u8::try_from(fraction.len())
        .ok()
        .filter(|digits| *digits <= TIME_PRECISION_MAX)
        .ok_or_else(|| {
            FunctionError::out_of_range(format!(
                "{type_name} precision must be in range [0, {TIME_PRECISION_MAX}]: {}",
                fraction.len()
            ))
        })
}

/// A fraction of no more digits than its units have.
fn fraction_units(fraction: &str, per_second: i64) -> i64 {
    let digits = u32::try_from(fraction.len()).unwrap_or(0);
    let value: i64 = fraction.parse().unwrap_or(0);
    value * (per_second / 10_i64.checked_pow(digits).unwrap_or(per_second))
}

fn timestamp_value(units: i64, per_second: i64) -> Option<ScalarValue> {
    Some(if per_second == MICROS {
        ScalarValue::TimestampMicrosecond(Some(units), None)
    } else {
        ScalarValue::TimestampNanosecond(Some(units), None)
    })
}

fn zoned_value(data_type: &Type, instant: i64, zone: TimeZone) -> Option<ScalarValue> {
    let utc = Some("UTC".into());
    let instant = match data_type.arrow() {
        DataType::Struct(fields) => match fields.first()?.data_type() {
            DataType::Timestamp(TimeUnit::Nanosecond, _) => {
                ScalarValue::TimestampNanosecond(Some(instant), utc)
            }
            _ => ScalarValue::TimestampMicrosecond(Some(instant), utc),
        },
        _ => return None,
    };
    pair_value(data_type, instant, zone.key())
}

/// A value that is stored with the key or the offset of its zone.
fn pair_value(data_type: &Type, first: ScalarValue, second: i16) -> Option<ScalarValue> {
    let DataType::Struct(fields) = data_type.arrow() else {
        return None;
    };
    let columns = vec![
        first.to_array().ok()?,
        ScalarValue::Int16(Some(second)).to_array().ok()?,
    ];
    let array = arrow::array::StructArray::try_new(fields, columns, None).ok()?;
    Some(ScalarValue::Struct(std::sync::Arc::new(array)))
}

/// The days of `2020-01-02`, and of years of another length with or without a sign. Months and days may have one digit.
pub(super) fn days_of_text(text: &str) -> Option<i32> {
    let mut reader = Reader { rest: text };
    let negative = reader.sign();
    let year = reader.number(1, 9)?;
    let year = if negative { -year } else { year };
    let days = reader.days_after_year(year)?;
    reader.rest.is_empty().then_some(())?;
    i32::try_from(days).ok()
}

struct TimestampParts<'a> {
    days: i64,
    clock: Clock<'a>,
    fraction: &'a str,
    zone: Option<&'a str>,
}

impl<'a> TimestampParts<'a> {
    fn read(text: &'a str) -> Option<TimestampParts<'a>> {
        let mut reader = Reader { rest: text };
        let negative = reader.sign();
        let year = reader.number(4, 10)?;
        let days = reader.days_after_year(if negative { -year } else { year })?;
        let mut clock = Clock::default();
        if !reader.rest.is_empty() {
            reader.take(' ').then_some(())?;
            let before_clock = reader.rest;
            match reader.clock() {
                Some(found) => clock = found,
                None => reader.rest = before_clock,
            }
            reader.skip_blanks();
        }
        Some(TimestampParts {
            days,
            fraction: clock.fraction,
            clock,
            zone: (!reader.rest.is_empty()).then_some(reader.rest),
        })
    }

    /// Seconds since the epoch in UTC. A local time that its zone skips is none.
    fn seconds(&self, zone: TimeZone) -> Option<i64> {
        let local = self
            .days
            .checked_mul(SECONDS_PER_DAY)?
            .checked_add(self.clock.seconds()?)?;
        match zone.local_offset(local) {
            LocalOffset::Single(offset)
            | LocalOffset::Overlap {
                earlier: offset, ..
            } => local.checked_sub(offset.into()),
            LocalOffset::Gap { .. } => None,
        }
    }
}

/// Minutes of `+hh:mm`, up to 14 hours.
fn offset_minutes(text: &str) -> Option<i16> {
    let (sign, rest) = match text.split_at_checked(1)? {
        ("+", rest) => (1, rest),
        ("-", rest) => (-1, rest),
        _ => return None,
    };
    let mut reader = Reader { rest };
    let hours = reader.number(2, 2)?;
    reader.take(':').then_some(())?;
    let minutes = reader.number(2, 2).filter(|minutes| *minutes < 60)?;
    let total = hours * 60 + minutes;
    let valid = reader.rest.is_empty() && total <= 14 * 60;
    valid.then_some(sign * i16::try_from(total).ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn date(text: &str) -> Result<i32, String> {
        parse_date(text).map_err(|error| error.message)
    }

    #[test]
    fn dates_may_have_signs_and_short_parts() {
        assert_eq!(date("1970-01-01"), Ok(0));
        assert_eq!(date(" 2020-1-2 "), Ok(18_263));
        assert_eq!(date("+12001-01-01"), date("12001-1-1"));
        assert_eq!(date("-0001-12-31"), Ok(-719_529));
        assert_eq!(date("13-2-2"), Ok(-714_747));
        for wrong in [
            "2020-13-01",
            "2021-02-29",
            "2020-01-01 00:00",
            "",
            "x",
            "5881580-07-12",
            "392251590-07-12",
            "2020-01-01x",
        ] {
            assert_eq!(
                date(wrong),
                Err(format!("'{wrong}' is not a valid date literal"))
            );
        }
    }

    fn timestamp(text: &str) -> Result<(String, i64, String), String> {
        let literal = parse_timestamp(text).map_err(|error| error.message)?;
        let (units, zone) = match &literal.value {
            ScalarValue::TimestampMicrosecond(Some(units), _)
            | ScalarValue::TimestampNanosecond(Some(units), _) => (*units, String::new()),
            ScalarValue::Struct(pair) => {
                let zone = ScalarValue::try_from_array(pair.column(1), 0).expect("a zone");
                let ScalarValue::Int16(Some(key)) = zone else {
                    panic!("{zone} is no key");
                };
                let units = super::super::columns::numbers(pair.column(0)).expect("numbers")[0];
                (units, TimeZone::from_key(key).to_string())
            }
            other => panic!("{other} is no timestamp"),
        };
        assert_eq!(literal.value.data_type(), literal.data_type.arrow());
        Ok((literal.data_type.to_string(), units, zone))
    }

    #[track_caller]
    fn assert_timestamp(text: &str, data_type: &str, units: i64, zone: &str) {
        assert_eq!(
            timestamp(text),
            Ok((data_type.to_owned(), units, zone.to_owned()))
        );
    }

    #[test]
    fn the_digits_written_are_the_precision() {
        assert_timestamp("1970-01-01", "timestamp(0)", 0, "");
        assert_timestamp("1970-01-01 ", "timestamp(0)", 0, "");
        assert_timestamp("1970-1-1 0:1", "timestamp(0)", 60_000_000, "");
        assert_timestamp("1970-01-01 00:00:01.5", "timestamp(1)", 1_500_000, "");
        assert_timestamp("1970-01-01 00:00:00.123456", "timestamp(6)", 123_456, "");
        assert_timestamp(
            "1970-01-01 00:00:00.1234567",
            "timestamp(7)",
            123_456_700,
            "",
        );
        assert_timestamp(
            "-0001-12-31 00:00:00",
            "timestamp(0)",
            -719_529 * 86_400_000_000,
            "",
        );
    }

    #[test]
    fn a_zone_makes_it_a_timestamp_with_time_zone() {
        let zoned = "timestamp(3) with time zone";
        assert_timestamp("1970-01-01 01:00:00.000 +01:00", zoned, 0, "+01:00");
        assert_timestamp("1970-01-01 01:00:00.000+01:00", zoned, 0, "+01:00");
        assert_timestamp("1970-01-01 UTC", "timestamp(0) with time zone", 0, "UTC");
        assert_timestamp(
            "1970-01-01 09:00 Asia/Tokyo",
            "timestamp(0) with time zone",
            0,
            "Asia/Tokyo",
        );
        // Of a time that occurs twice, the first is meant.
        assert_timestamp(
            "2020-10-25 02:30:00 Europe/Paris",
            "timestamp(0) with time zone",
            1_603_585_800_000_000,
            "Europe/Paris",
        );
    }

    #[test]
    fn wrong_timestamps_are_errors() {
        for wrong in [
            "2020-13-01",
            "2020-13-01 Asia/Kathmandu",
            "xxx",
            "2020-01-01T00:00:00",
            "2020-01-01 24:00",
            "2020-01-01 00:00:00 Nowhere",
            "2020-03-29 02:30 Europe/Paris",
            "123001-01-02 03:04:05.321 Europe/Berlin",
            "999999-01-01 00:00:00",
            "2020-01-01 12",
            "2020-01-01 00:00:00.",
            "020-01-01",
            "2020-01-01 00:00 ü",
        ] {
            assert_eq!(
                timestamp(wrong),
                Err(format!("'{wrong}' is not a valid timestamp literal"))
            );
        }
        assert_eq!(
            timestamp("2020-01-01 00:00:00.1234567890"),
            Err("TIMESTAMP precision must be in range [0, 9]: 10".to_owned())
        );
    }

    #[test]
    fn times_may_have_offsets() {
        let time = |text: &str| parse_time(text).map_err(|error| error.message);
        let plain = time("01:02").expect("a time");
        assert_eq!(plain.data_type, Type::Time(0));
        assert_eq!(
            plain.value,
            ScalarValue::Time64Microsecond(Some(3_720_000_000))
        );
        let nanos = time("1:2:3.1234567").expect("a time");
        assert_eq!(
            nanos.value,
            ScalarValue::Time64Nanosecond(Some(3_723_123_456_700))
        );
        let zoned = time("03:04:05.321 -07:09").expect("a time");
        assert_eq!(zoned.data_type, Type::TimeWithTimeZone(3));
        assert_eq!(zoned.value.data_type(), zoned.data_type.arrow());
        for wrong in [
            "24:00",
            "1",
            "01:60",
            "01:00 +14:01",
            "01:00 UTC",
            "01:00:00.",
            "",
            "01:00 +1:00",
        ] {
            assert_eq!(
                time(wrong),
                Err(format!("'{wrong}' is not a valid time literal"))
            );
        }
    }
}
