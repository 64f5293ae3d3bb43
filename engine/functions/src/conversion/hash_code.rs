//! Java's hash codes, which `%h` shows.

use super::argument::Argument;
use crate::types::time_zone::TimeZone;
use crate::value_text::LocalTimestamp;
use crate::value_text::calendar::CivilDate;

pub(super) fn hash_code(argument: Argument<'_>) -> i32 {
    match argument {
        Argument::Null => 0,
        Argument::Boolean(true) => 1231,
        Argument::Boolean(false) => 1237,
        Argument::Long(value) => of_long(value),
        Argument::Float(value) if value.is_nan() => 0x7fc0_0000,
        Argument::Float(value) => value.to_bits().cast_signed(),
        Argument::Double(value) if value.is_nan() => 0x7ff8_0000,
        Argument::Double(value) => of_long(value.to_bits().cast_signed()),
        Argument::Decimal(unscaled, scale) => of_decimal(unscaled, scale),
        Argument::Text(text) => of_text(text),
        Argument::Date(days) => of_date(days),
        Argument::Time(nanos) => of_long(nanos),
        Argument::Timestamp(timestamp) => of_timestamp(timestamp),
        Argument::Zoned(instant, zone) => of_zoned(instant, zone),
    }
}

/// The lower 32 bits.
fn low_word(value: u64) -> i32 {
    u32::try_from(value & u64::from(u32::MAX))
        .unwrap_or(0)
        .cast_signed()
}

fn of_long(value: i64) -> i32 {
    let bits = value.cast_unsigned();
    low_word(bits ^ (bits >> 32))
}

fn of_text(text: &str) -> i32 {
    text.encode_utf16().fold(0, |hash: i32, unit| {
        hash.wrapping_mul(31).wrapping_add(i32::from(unit))
    })
}

/// Trino makes decimals of up to 18 digits of a long, and the others of a big integer.
fn of_decimal(unscaled: i128, scale: u8) -> i32 {
    let magnitude = unscaled.unsigned_abs();
    let hash = match u64::try_from(magnitude) {
        Ok(magnitude) if i64::try_from(unscaled).is_ok_and(|value| value != i64::MIN) => {
            low_word(magnitude >> 32)
                .wrapping_mul(31)
                .wrapping_add(low_word(magnitude))
        }
        _ => (0..4)
            .rev()
            .map(|word| u64::try_from((magnitude >> (32 * word)) & u128::from(u32::MAX)))
            .fold(0, |hash: i32, word| {
                hash.wrapping_mul(31)
                    .wrapping_add(low_word(word.unwrap_or(0)))
            }),
    };
    let signed = if unscaled < 0 {
        hash.wrapping_neg()
    } else {
        hash
    };
    signed.wrapping_mul(31).wrapping_add(i32::from(scale))
}

fn of_date(days: i64) -> i32 {
    let CivilDate { year, month, day } = CivilDate::from_epoch_days(days);
    let year = i32::try_from(year).unwrap_or(0);
    let month_and_day = i32::try_from((month << 6) + day).unwrap_or(0);
    (year & !0x7ff) ^ year.wrapping_shl(11).wrapping_add(month_and_day)
}

fn of_timestamp(timestamp: LocalTimestamp) -> i32 {
    of_date(timestamp.epoch_days()) ^ of_long(timestamp.nanos_of_day())
}

fn of_zoned(instant: LocalTimestamp, zone: TimeZone) -> i32 {
    let offset = zone.offset_at(instant.seconds);
    let local = LocalTimestamp {
        seconds: instant.seconds.saturating_add(i64::from(offset)),
        nanos: instant.nanos,
    };
    let of_zone = match zone {
        TimeZone::Offset(_) => offset,
        named => of_text(&named.to_string()),
    };
    of_timestamp(local) ^ offset ^ of_zone.rotate_left(3)
}
