//! Casts from `varchar`, by the parsers of the texts.

use std::net::{Ipv4Addr, Ipv6Addr};
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, ArrowPrimitiveType, Int16Array, Int64Array, StringViewArray};
use arrow::buffer::ScalarBuffer;
use arrow::compute::cast;
use arrow::datatypes::{
    DataType, Date32Type, Decimal128Type, Float32Type, Float64Type, Int8Type, Int16Type, Int32Type,
    Int64Type,
};
use datafusion::error::Result;

use super::failures::Failures;
use super::from_temporal::{MILLIS_MAX, timestamps_with_zone, unit_digits, units_per_second};
use super::from_time::times_with_zone;
use super::kernel::Kernel;
use super::number_text::{DecimalTextError, parse_decimal, parse_double, parse_real};
use super::rows::{booleans, map_texts, map_texts_to, sixteen_bytes, texts};
use super::temporal_text::{
    TimestampText, ZoneReader, is_whitespace, parse_date, parse_time, parse_timestamp,
};
use super::zone_text::ZoneText;
use crate::error::FunctionError;
use crate::types::Type;
use crate::types::time_zone::TimeZone;
use crate::value_text::SECONDS_PER_DAY;

pub(super) fn kernel(to: &Type) -> Option<Kernel> {
    Some(match *to {
        Type::Boolean => from_texts(to_booleans),
        Type::Tinyint => numbers::<Int8Type>("TINYINT", |text| text.parse().ok()),
        Type::Smallint => numbers::<Int16Type>("SMALLINT", |text| text.parse().ok()),
        Type::Integer => numbers::<Int32Type>("INT", |text| text.parse().ok()),
        Type::Bigint => numbers::<Int64Type>("BIGINT", |text| text.parse().ok()),
        Type::Real => numbers::<Float32Type>("REAL", parse_real),
        Type::Double => numbers::<Float64Type>("DOUBLE", parse_double),
        Type::Decimal { precision, scale } => {
            from_texts(move |texts, failures| to_decimals(texts, failures, precision, scale))
        }
        Type::Varbinary => Box::new(|values, _| {
            // Only plain strings become plain bytes without a copy.
            let plain = cast(values, &DataType::Utf8)?;
            Ok(cast(&plain, &DataType::Binary)?)
        }),
        Type::Date => from_texts(|texts, failures| {
            let dates = map_texts::<Date32Type>(texts, failures, parse_date, |text| {
                FunctionError::cast(format!("Value cannot be cast to date: {text}"))
            })?;
            Ok(Arc::new(dates))
        }),
        Type::Time(precision) => {
            from_texts(move |texts, failures| to_times(texts, failures, precision))
        }
        Type::TimeWithTimeZone(precision) => {
            from_texts(move |texts, failures| to_times_with_zone(texts, failures, precision))
        }
        Type::Timestamp(precision) => {
            from_texts(move |texts, failures| to_timestamps(texts, failures, precision))
        }
        Type::TimestampWithTimeZone(precision) => {
            from_texts(move |texts, failures| to_timestamps_with_zone(texts, failures, precision))
        }
        Type::Uuid => from_texts(to_uuids),
        Type::IpAddress => from_texts(to_addresses),
        _ => return None,
    })
}

fn from_texts(
    convert: impl Fn(&StringViewArray, &mut Failures) -> Result<ArrayRef> + Send + Sync + 'static,
) -> Kernel {
    Box::new(move |values, failures| convert(&texts(values)?, failures))
}

fn numbers<T: ArrowPrimitiveType>(
    name: &'static str,
    parse: fn(&str) -> Option<T::Native>,
) -> Kernel {
    from_texts(move |texts, failures| {
        let numbers = map_texts::<T>(texts, failures, parse, |text| {
            FunctionError::cast(format!("Cannot cast '{text}' to {name}"))
        })?;
        Ok(Arc::new(numbers))
    })
}

fn to_booleans(texts: &StringViewArray, failures: &mut Failures) -> Result<ArrayRef> {
    let parse = |text: &str| {
        let is = |word: &str| text.eq_ignore_ascii_case(word);
        if is("true") || is("t") || text == "1" {
            Some(true)
        } else if is("false") || is("f") || text == "0" {
            Some(false)
        } else {
            None
        }
    };
    let values = map_texts_to(texts, failures, parse, |text| {
        FunctionError::cast(format!("Cannot cast '{text}' to BOOLEAN"))
    })?;
    Ok(booleans(values.into_iter(), texts.nulls()))
}

fn to_decimals(
    texts: &StringViewArray,
    failures: &mut Failures,
    precision: u8,
    scale: u8,
) -> Result<ArrayRef> {
    let decimals = map_texts::<Decimal128Type>(
        texts,
        failures,
        |text| parse_decimal(text, precision, scale).ok(),
        |text| {
            let reason = match parse_decimal(text, precision, scale) {
                Err(DecimalTextError::TooLarge) => "Value too large.",
                _ => "Value is not a number.",
            };
            FunctionError::cast(format!(
                "Cannot cast VARCHAR '{text}' to DECIMAL({precision}, {scale}). {reason}"
            ))
        },
    )?;
    let scale = i8::try_from(scale).unwrap_or(i8::MAX);
    Ok(Arc::new(
        decimals.with_precision_and_scale(precision, scale)?,
    ))
}

fn to_times(texts: &StringViewArray, failures: &mut Failures, precision: u8) -> Result<ArrayRef> {
    let digits = unit_digits(precision);
    let day = SECONDS_PER_DAY * units_per_second(precision);
    let times = map_texts::<Int64Type>(
        texts,
        failures,
        |text| {
            let time = parse_time(text).filter(|time| time.offset_minutes.is_none())?;
            let seconds = time.second_of_day * units_per_second(precision);
            Some((seconds + time.fraction.rounded(precision, digits)) % day)
        },
        |text| FunctionError::cast(format!("Value cannot be cast to time: {text}")),
    )?;
    Ok(cast(&times, &Type::Time(precision).arrow())?)
}

fn to_times_with_zone(
    texts: &StringViewArray,
    failures: &mut Failures,
    precision: u8,
) -> Result<ArrayRef> {
    let digits = unit_digits(precision);
    let day = SECONDS_PER_DAY * units_per_second(precision);
    let values: Vec<(i64, i16)> = map_texts_to(
        texts,
        failures,
        |text| {
            let time = parse_time(text.trim_matches(is_whitespace))?;
            let seconds = time.second_of_day * units_per_second(precision);
            let value = (seconds + time.fraction.rounded(precision, digits)) % day;
            Some((value, time.offset_minutes.unwrap_or(0)))
        },
        not_a_timestamp,
    )?;
    let (times, offsets): (Vec<i64>, Vec<i16>) = values.into_iter().unzip();
    times_with_zone(
        &Int64Array::from(times),
        Int16Array::from(offsets),
        texts.nulls(),
        precision,
    )
}

fn not_a_timestamp(text: &str) -> FunctionError {
    FunctionError::cast(format!(
        "Value cannot be cast to timestamp: {}",
        text.trim_matches(is_whitespace)
    ))
}

/// A timestamp in units of its precision; `None` if the units do not suffice.
fn in_units(seconds: i64, text: &TimestampText<'_>, precision: u8) -> Option<i64> {
    seconds
        .checked_mul(units_per_second(precision))?
        .checked_add(text.fraction.rounded(precision, unit_digits(precision)))
}

fn to_timestamps(
    texts: &StringViewArray,
    failures: &mut Failures,
    precision: u8,
) -> Result<ArrayRef> {
    let timestamps = map_texts::<Int64Type>(
        texts,
        failures,
        |text| {
            let parsed = parse_timestamp(text.trim_matches(is_whitespace))?;
            // A zone must be one, but says only which local times there are.
            let seconds = match parsed.zone {
                Some(zone) => ZoneText::parse(zone)?.shown_locally(parsed.local_seconds),
                None => parsed.local_seconds,
            };
            in_units(seconds, &parsed, precision)
        },
        not_a_timestamp,
    )?;
    Ok(cast(&timestamps, &Type::Timestamp(precision).arrow())?)
}

fn to_timestamps_with_zone(
    texts: &StringViewArray,
    failures: &mut Failures,
    precision: u8,
) -> Result<ArrayRef> {
    let mut zones = ZoneReader::default();
    let mut instants = Vec::with_capacity(texts.len());
    let mut keys = Vec::with_capacity(texts.len());
    for row in 0..texts.len() {
        let value = if texts.is_null(row) {
            (0, 0)
        } else {
            let text = texts.value(row);
            match to_instant(text, &mut zones, precision) {
                Some(value) => value,
                None => {
                    failures.add(row, || not_a_timestamp(text))?;
                    (0, 0)
                }
            }
        };
        instants.push(value.0);
        keys.push(value.1);
    }
    timestamps_with_zone(
        &Int64Array::from(instants),
        Arc::new(Int16Array::new(ScalarBuffer::from(keys), None)),
        texts.nulls(),
        precision,
    )
}

/// The instant in units of the precision, and its zone's key.
fn to_instant(text: &str, zones: &mut ZoneReader, precision: u8) -> Option<(i64, i16)> {
    let parsed = parse_timestamp(text.trim_matches(is_whitespace))?;
    let (zone, key) = match parsed.zone {
        Some(zone) => zones.read(zone)?,
        None => (TimeZone::Utc, 0),
    };
    let local = parsed.local_seconds;
    let seconds = local.checked_sub(i64::from(zone.offset_at_local(local)))?;
    if precision <= 3 && seconds.checked_mul(1000)?.abs() > MILLIS_MAX {
        return None;
    }
    Some((in_units(seconds, &parsed, precision)?, key))
}

fn to_uuids(texts: &StringViewArray, failures: &mut Failures) -> Result<ArrayRef> {
    let values = map_texts_to(texts, failures, parse_uuid, |text| {
        // Java reads groups of any length, so that shorter texts are told from wrong ones.
        let groups = text.split('-').collect::<Vec<_>>();
        let readable = text.len() <= 36
            && groups.len() == 5
            && groups.iter().all(|group| {
                !group.is_empty() && group.bytes().all(|digit| digit.is_ascii_hexdigit())
            });
        FunctionError::cast(if readable {
            format!("Invalid UUID string length: {}", text.len())
        } else {
            format!("Cannot cast value to UUID: {text}")
        })
    })?;
    sixteen_bytes(&values, texts.nulls())
}

/// Five groups of hexadecimal digits, in either case.
fn parse_uuid(text: &str) -> Option<[u8; 16]> {
    if text.len() != 36 {
        return None;
    }
    let mut bytes = [0_u8; 16];
    let mut digits = 0;
    for (place, symbol) in text.bytes().enumerate() {
        if matches!(place, 8 | 13 | 18 | 23) {
            if symbol != b'-' {
                return None;
            }
            continue;
        }
        let digit = u8::try_from(char::from(symbol).to_digit(16)?).ok()?;
        let byte = bytes.get_mut(digits / 2)?;
        *byte = *byte << 4 | digit;
        digits += 1;
    }
    Some(bytes)
}

fn to_addresses(texts: &StringViewArray, failures: &mut Failures) -> Result<ArrayRef> {
    let parse = |text: &str| {
        let address = match text.parse::<Ipv4Addr>() {
            Ok(address) => address.to_ipv6_mapped(),
            Err(_) => text.parse::<Ipv6Addr>().ok()?,
        };
        Some(address.octets())
    };
    let values = map_texts_to(texts, failures, parse, |text| {
        FunctionError::cast(format!("Cannot cast value to IPADDRESS: {text}"))
    })?;
    sixteen_bytes(&values, texts.nulls())
}
