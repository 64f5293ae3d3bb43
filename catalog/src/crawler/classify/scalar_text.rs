//! The type of one value that is written as text, in the notations that the readers of text formats take.

use super::inferred_type::{DECIMAL_DIGITS_MAX, InferredType};

/// The most significant digits with which a 64-bit floating-point number is ever written: one with more is no such
/// number, and its digits are meant.
const DOUBLE_DIGITS_MAX: usize = 17;

/// The text of NULL in delimited files.
const NULL_TEXT: &str = "\\N";

/// The type of a delimited file's field. Integers have the narrowest type.
///
/// Digits that are a name rather than a number, such as `007` and `+49`, are a string: a number would not give them
/// back. The notations are those of LazySimpleSerDe, and of ISO 8601, which it takes once it has `timestamp.formats`.
pub(super) fn field_type(text: &str) -> InferredType {
    if text.is_empty() || text == NULL_TEXT {
        return InferredType::Null;
    }
    if text.eq_ignore_ascii_case("true") || text.eq_ignore_ascii_case("false") {
        return InferredType::Boolean;
    }
    if matches!(
        text,
        "NaN" | "nan" | "inf" | "-inf" | "Infinity" | "-Infinity"
    ) {
        return InferredType::Double;
    }
    if is_number(text) {
        return number_type(text);
    }
    string_type(text)
}

/// The type of a JSON number.
pub(super) fn number_type(text: &str) -> InferredType {
    if text.parse::<i32>().is_ok() {
        return InferredType::Int;
    }
    if text.parse::<i64>().is_ok() {
        return InferredType::BigInt;
    }
    let digits = text.strip_prefix('-').unwrap_or(text);
    if digits.contains(['e', 'E']) {
        return InferredType::Double;
    }
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let whole = whole.trim_start_matches('0');
    let length = whole.len().saturating_add(fraction.len());
    if !fraction.is_empty() && significant_digits(whole, fraction) <= DOUBLE_DIGITS_MAX {
        return match u8::try_from(fraction.len()) {
            Ok(scale) => InferredType::FixedPoint {
                scale,
                is_padded: scale > 1 && fraction.ends_with('0'),
            },
            Err(_) => InferredType::Double,
        };
    }
    match (u8::try_from(length), u8::try_from(fraction.len())) {
        (Ok(length), Ok(0)) if length <= DECIMAL_DIGITS_MAX => {
            InferredType::Decimal(DECIMAL_DIGITS_MAX, 0)
        }
        (Ok(length), Ok(scale)) if length <= DECIMAL_DIGITS_MAX => {
            InferredType::Decimal(length, scale)
        }
        _ => InferredType::Double,
    }
}

/// The type of a text that is in quotes: `date` for `yyyy-MM-dd`, `timestamp` for `yyyy-MM-dd HH:mm:ss[.fffffffff]`, with `T`
/// in place of the blank as well, and with `Z` or an offset such as `+01:00` at the end.
pub(super) fn string_type(text: &str) -> InferredType {
    let bytes = text.as_bytes();
    if bytes.len() == 10 && is_date(bytes) {
        return InferredType::Date;
    }
    if let Some((date, rest)) = bytes.split_at_checked(10)
        && is_date(date)
        && is_time(rest)
    {
        return InferredType::Timestamp;
    }
    InferredType::String
}

fn significant_digits(whole: &str, fraction: &str) -> usize {
    let fraction = fraction.trim_end_matches('0');
    if whole.is_empty() {
        return fraction.trim_start_matches('0').len();
    }
    whole.len().saturating_add(fraction.len())
}

/// Whether `text` is `-12`, `-1.5`, `.5` or `1e-05`, without leading zeros.
fn is_number(text: &str) -> bool {
    let text = text.strip_prefix('-').unwrap_or(text);
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (text, None),
    };
    if let Some(exponent) = exponent {
        let digits = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
        // Three digits are enough for every double; more of them are a hash with a lone letter.
        if !(1..=3).contains(&digits.len()) || !all_digits(digits) {
            return false;
        }
    }
    let (whole, fraction) = match mantissa.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (mantissa, None),
    };
    let has_leading_zero = whole.len() > 1 && whole.starts_with('0');
    if has_leading_zero || !all_digits(whole) {
        return false;
    }
    match fraction {
        Some(fraction) => !fraction.is_empty() && all_digits(fraction),
        None => !whole.is_empty(),
    }
}

fn all_digits(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit())
}

fn is_date(bytes: &[u8]) -> bool {
    let [y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2] = bytes else {
        return false;
    };
    let (Some(year), Some(month), Some(day)) = (
        number(&[*y1, *y2, *y3, *y4]),
        number(&[*m1, *m2]),
        number(&[*d1, *d2]),
    ) else {
        return false;
    };
    let is_leap_year =
        year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    let days = match month {
        2 if is_leap_year => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    };
    (1..=12).contains(&month) && (1..=days).contains(&day)
}

/// Whether `bytes` are a blank or `T` and `HH:mm:ss`, with or without a fraction; after `T` with or without an offset.
fn is_time(bytes: &[u8]) -> bool {
    let bytes = match bytes.first() {
        Some(b'T') => without_offset(bytes),
        _ => bytes,
    };
    let [
        b' ' | b'T',
        h1,
        h2,
        b':',
        m1,
        m2,
        b':',
        s1,
        s2,
        fraction @ ..,
    ] = bytes
    else {
        return false;
    };
    let below = |digits: [u8; 2], bound| number(&digits).is_some_and(|value| value < bound);
    let is_fraction = match fraction {
        [] => true,
        [b'.', digits @ ..] => (1..=9).contains(&digits.len()) && number(digits).is_some(),
        _ => false,
    };
    below([*h1, *h2], 24) && below([*m1, *m2], 60) && below([*s1, *s2], 60) && is_fraction
}

fn without_offset(bytes: &[u8]) -> &[u8] {
    match bytes {
        [time @ .., b'Z'] => time,
        [time @ .., b'+' | b'-', h1, h2, b':', m1, m2]
            if number(&[*h1, *h2]).is_some_and(|hours| hours < 24)
                && number(&[*m1, *m2]).is_some_and(|minutes| minutes < 60) =>
        {
            time
        }
        _ => bytes,
    }
}

fn number(digits: &[u8]) -> Option<u32> {
    if !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    str::from_utf8(digits).ok()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::InferredType::{
        BigInt, Boolean, Date, Decimal, Double, FixedPoint, Int, Null, String, Timestamp,
    };
    use super::*;

    #[test]
    fn fields_have_the_type_whose_notation_they_are_in() {
        for (text, expected) in [
            ("", Null),
            ("\\N", Null),
            ("True", Boolean),
            ("0", Int),
            ("-12", Int),
            ("2147483648", BigInt),
            ("9223372036854775808", Decimal(38, 0)),
            (
                "1.50",
                FixedPoint {
                    scale: 2,
                    is_padded: true,
                },
            ),
            (
                ".5",
                FixedPoint {
                    scale: 1,
                    is_padded: false,
                },
            ),
            ("1e-05", Double),
            ("NaN", Double),
            (
                "0.30000000000000004",
                FixedPoint {
                    scale: 17,
                    is_padded: false,
                },
            ),
            ("12345678901234567.25", Decimal(19, 2)),
            ("0.1234567890123456789", Decimal(19, 19)),
            ("2024-02-29", Date),
            ("2024-02-29 23:59:59", Timestamp),
            ("2024-02-29T23:59:59", Timestamp),
            ("2024-02-29T23:59:59.123Z", Timestamp),
            ("2024-02-29T23:59:59+01:00", Timestamp),
            ("2024-02-29 23:59:59.123456789", Timestamp),
        ] {
            assert_eq!(field_type(text), expected, "{text}");
        }
        assert_eq!(field_type(&"9".repeat(39)), Double);
    }

    #[test]
    fn what_is_in_no_notation_is_a_string() {
        for text in [
            "007",
            "-007",
            "00.5",
            "+49",
            "1.",
            ".",
            "-",
            "1,5",
            "1e",
            "12e45678",
            "0x1f",
            " 1",
            "NAN",
            "2023-02-29",
            "2024-13-01",
            "2024-1-1",
            "2024-01-01T00:00",
            "2024-01-01 24:00:00",
            "2024-01-01 00:00",
            "2024-01-01 00:00:00.",
            "2024-01-01 00:00:00Z",
            "20240101x",
            "1_000",
            "२",
            "2024-01-0१",
            "２０２４",
        ] {
            assert_eq!(field_type(text), String, "{text}");
        }
    }
}
