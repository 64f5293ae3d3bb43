//! The values of parameters in PostgreSQL's binary form, as the texts of SQL literals.

use std::fmt::Write;

use chrono::{DateTime, Days, NaiveDate, NaiveTime, TimeDelta};
use pgwire::api::Type;
use prismlake_engine::QueryError;

use super::parameters::invalid;

/// Decimal digits of one of a `numeric`'s digits.
const NUMERIC_DIGITS: usize = 4;
/// Seconds from 1970 to 2000, where PostgreSQL counts from.
const EPOCH_SECONDS: i64 = 946_684_800;

/// The text of a value.
pub(super) fn binary_text(bytes: &[u8], kind: &Type) -> Result<String, QueryError> {
    let text = match *kind {
        Type::INT2 => int2(bytes).map(|number| number.to_string()),
        Type::INT4 => int4(bytes).map(|number| number.to_string()),
        Type::OID => int4(bytes).map(|number| number.cast_unsigned().to_string()),
        Type::INT8 => int8(bytes).map(|number| number.to_string()),
        Type::FLOAT4 => int4(bytes).map(|bits| f32::from_bits(bits.cast_unsigned()).to_string()),
        Type::FLOAT8 => int8(bytes).map(|bits| f64::from_bits(bits.cast_unsigned()).to_string()),
        Type::BOOL => Some((bytes != [0]).to_string()),
        Type::NUMERIC => numeric(bytes),
        Type::DATE => date(bytes),
        Type::TIME => time(bytes),
        Type::TIMESTAMP => timestamp(bytes),
        Type::TIMESTAMPTZ => timestamp(bytes).map(|text| text + "+00"),
        Type::BYTEA => Some(format!("\\x{}", hexadecimal(bytes))),
        Type::UUID => uuid(bytes),
        Type::JSONB => bytes.strip_prefix(&[1]).and_then(text),
        Type::TEXT | Type::VARCHAR | Type::BPCHAR | Type::NAME | Type::JSON | Type::UNKNOWN => {
            text(bytes)
        }
        _ => {
            return Err(QueryError::not_supported(format!(
                "parameters of type {} are not read in binary form; send them as text",
                kind.name()
            )));
        }
    };
    text.ok_or_else(|| invalid(kind))
}

fn text(bytes: &[u8]) -> Option<String> {
    Some(std::str::from_utf8(bytes).ok()?.to_owned())
}

fn int2(bytes: &[u8]) -> Option<i16> {
    Some(i16::from_be_bytes(bytes.try_into().ok()?))
}

fn int4(bytes: &[u8]) -> Option<i32> {
    Some(i32::from_be_bytes(bytes.try_into().ok()?))
}

fn int8(bytes: &[u8]) -> Option<i64> {
    Some(i64::from_be_bytes(bytes.try_into().ok()?))
}

/// Days since 2000-01-01.
fn date(bytes: &[u8]) -> Option<String> {
    let days = int4(bytes)?;
    let epoch = NaiveDate::from_ymd_opt(2000, 1, 1)?;
    let distance = Days::new(u64::from(days.unsigned_abs()));
    let date = if days < 0 {
        epoch.checked_sub_days(distance)
    } else {
        epoch.checked_add_days(distance)
    };
    Some(date?.format("%Y-%m-%d").to_string())
}

/// Microseconds of the day.
fn time(bytes: &[u8]) -> Option<String> {
    let since = TimeDelta::microseconds(int8(bytes)?);
    let (time, days) = NaiveTime::MIN.overflowing_add_signed(since);
    (days == 0).then(|| time.format("%H:%M:%S%.6f").to_string())
}

/// Microseconds since 2000-01-01.
fn timestamp(bytes: &[u8]) -> Option<String> {
    let epoch = DateTime::from_timestamp(EPOCH_SECONDS, 0)?;
    let time = epoch.checked_add_signed(TimeDelta::microseconds(int8(bytes)?))?;
    Some(time.format("%Y-%m-%d %H:%M:%S%.6f").to_string())
}

fn hexadecimal(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(2 * bytes.len());
    for byte in bytes {
        let _ = write!(text, "{byte:02x}");
    }
    text
}

fn uuid(bytes: &[u8]) -> Option<String> {
    let mut text = hexadecimal(<&[u8; 16]>::try_from(bytes).ok()?);
    for place in [8, 13, 18, 23] {
        text.insert(place, '-');
    }
    Some(text)
}

/// A count of digits of base 10,000, the weight of the first, the sign, how many decimals to show, and the digits.
fn numeric(bytes: &[u8]) -> Option<String> {
    let mut parts = bytes.chunks(2).map(int2);
    let mut next = || parts.next().flatten();
    let (count, weight, sign, scale) = (next()?, next()?, next()?, next()?);
    let digits = parts.collect::<Option<Vec<i16>>>()?;
    let scale = usize::try_from(scale).ok()?;
    if usize::try_from(count).ok()? != digits.len()
        || digits.iter().any(|digit| !(0..10_000).contains(digit))
    {
        return None;
    }
    let sign = match sign.cast_unsigned() {
        0x0000 => "",
        0x4000 => "-",
        // NaN and the infinities, which no decimal has.
        _ => return None,
    };
    let digit = |weight_of: i32| {
        let place = usize::try_from(i32::from(weight) - weight_of).ok();
        place
            .and_then(|place| digits.get(place))
            .copied()
            .unwrap_or(0)
    };
    let mut whole = String::new();
    for weight_of in (0..=i32::from(weight)).rev() {
        let _ = write!(whole, "{:04}", digit(weight_of));
    }
    let mut decimals = String::new();
    for place in 1..=scale.div_ceil(NUMERIC_DIGITS) {
        let _ = write!(decimals, "{:04}", digit(-i32::try_from(place).ok()?));
    }
    decimals.truncate(scale);
    let whole = match whole.trim_start_matches('0') {
        "" => "0",
        whole => whole,
    };
    Some(if decimals.is_empty() {
        format!("{sign}{whole}")
    } else {
        format!("{sign}{whole}.{decimals}")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(bytes: &[u8], kind: Type) -> Option<String> {
        binary_text(bytes, &kind).ok()
    }

    fn numeric_of(parts: &[i16]) -> Option<String> {
        let bytes: Vec<u8> = parts.iter().flat_map(|part| part.to_be_bytes()).collect();
        shown(&bytes, Type::NUMERIC)
    }

    #[test]
    fn numbers() {
        assert_eq!(shown(&[0xff, 0xfe], Type::INT2).unwrap(), "-2");
        assert_eq!(shown(&1.5_f64.to_be_bytes(), Type::FLOAT8).unwrap(), "1.5");
        assert_eq!(shown(&[0xff; 4], Type::OID).unwrap(), "4294967295");
        assert_eq!(shown(&[1], Type::INT4), None);
        assert_eq!(numeric_of(&[2, 1, 0, 0, 12, 3400]).unwrap(), "123400");
        assert_eq!(numeric_of(&[2, 0, 0x4000, 3, 7, 500]).unwrap(), "-7.050");
        assert_eq!(numeric_of(&[1, -1, 0, 6, 12]).unwrap(), "0.001200");
        assert_eq!(numeric_of(&[1, 2, 0, 0, 5]).unwrap(), "500000000");
        assert_eq!(numeric_of(&[0, 0, 0, 0]).unwrap(), "0");
        assert_eq!(numeric_of(&[0, 0, -0x4000, 0]), None);
        assert_eq!(numeric_of(&[2, 0, 0, 0, 1]), None);
        assert_eq!(numeric_of(&[1, 0, 0, 0, 10_000]), None);
    }

    #[test]
    fn times() {
        assert_eq!(
            shown(&(-1_i32).to_be_bytes(), Type::DATE).unwrap(),
            "1999-12-31"
        );
        assert_eq!(shown(&i32::MAX.to_be_bytes(), Type::DATE), None);
        assert_eq!(
            shown(&1_500_000_i64.to_be_bytes(), Type::TIMESTAMP).unwrap(),
            "2000-01-01 00:00:01.500000"
        );
        assert_eq!(
            shown(&(-1_i64).to_be_bytes(), Type::TIMESTAMPTZ).unwrap(),
            "1999-12-31 23:59:59.999999+00"
        );
        assert_eq!(shown(&i64::MIN.to_be_bytes(), Type::TIMESTAMP), None);
        assert_eq!(shown(&86_400_000_000_i64.to_be_bytes(), Type::TIME), None);
        assert_eq!(
            shown(&3_723_000_001_i64.to_be_bytes(), Type::TIME).unwrap(),
            "01:02:03.000001"
        );
    }

    #[test]
    fn bytes_and_texts() {
        assert_eq!(shown(&[0, 0xab], Type::BYTEA).unwrap(), "\\x00ab");
        assert_eq!(
            shown(&[0x12; 16], Type::UUID).unwrap(),
            "12121212-1212-1212-1212-121212121212"
        );
        assert_eq!(shown(&[0x12; 15], Type::UUID), None);
        assert_eq!(shown(b"\x01{}", Type::JSONB).unwrap(), "{}");
        assert_eq!(shown(&[0xff], Type::TEXT), None);
    }
}
