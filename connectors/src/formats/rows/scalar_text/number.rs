//! Booleans, integers and floating-point numbers as text.

use std::str::FromStr;

use super::decimal;

/// Which texts are integers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum IntegerRule {
    /// Digits with an optional sign.
    Digits,
    /// Digits that a fraction may follow, which is dropped: LazySimpleSerDe.
    FractionDropped,
    /// Any decimal number whose value is an integer, such as `1.0` or `1e3`: JSON.
    IntegralValue,
}

/// `true` or `false`, whatever the case.
pub(crate) fn parse_boolean(text: &[u8]) -> Option<bool> {
    if text.eq_ignore_ascii_case(b"true") {
        return Some(true);
    }
    text.eq_ignore_ascii_case(b"false").then_some(false)
}

/// A number that IEEE 754 can approach, `NaN` or `Infinity`; blanks around it are allowed as in Java.
pub(crate) fn parse_float<F: FromStr>(text: &[u8]) -> Option<F> {
    str::from_utf8(text.trim_ascii()).ok()?.parse().ok()
}

/// A 64-bit integer.
pub(crate) fn parse_integer(text: &[u8], rule: IntegerRule) -> Option<i64> {
    if let Some(value) = parse_digits(text) {
        return Some(value);
    }
    match rule {
        IntegerRule::Digits => None,
        IntegerRule::FractionDropped => {
            let point = text.iter().position(|byte| *byte == b'.')?;
            let (whole, fraction) = text.split_at(point);
            let digits = fraction.get(1..)?;
            if !digits.iter().all(u8::is_ascii_digit) {
                return None;
            }
            match whole {
                b"" | b"+" | b"-" if !digits.is_empty() => Some(0),
                whole => parse_digits(whole),
            }
        }
        IntegerRule::IntegralValue => i64::try_from(decimal::parse_integral(text)?).ok(),
    }
}

fn parse_digits(text: &[u8]) -> Option<i64> {
    let (digits, negative) = match text {
        [b'-', digits @ ..] => (digits, true),
        [b'+', digits @ ..] => (digits, false),
        digits => (digits, false),
    };
    if digits.is_empty() {
        return None;
    }
    // Accumulated below zero, where the range is one wider.
    let mut value: i64 = 0;
    for digit in digits {
        let digit = i64::from(digit.wrapping_sub(b'0'));
        if digit > 9 {
            return None;
        }
        value = value.checked_mul(10)?.checked_sub(digit)?;
    }
    if negative {
        Some(value)
    } else {
        value.checked_neg()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn integers_reach_both_ends_of_their_range_and_not_beyond() {
        for (text, value) in [
            ("9223372036854775807", Some(i64::MAX)),
            ("-9223372036854775808", Some(i64::MIN)),
            ("9223372036854775808", None),
            ("-9223372036854775809", None),
            ("+7", Some(7)),
            ("007", Some(7)),
            ("", None),
            ("-", None),
            ("1 ", None),
            ("1x", None),
            ("1.0", None),
        ] {
            assert_eq!(
                parse_integer(text.as_bytes(), IntegerRule::Digits),
                value,
                "{text}"
            );
        }
    }

    #[test]
    fn fractions_are_dropped_or_must_be_zero_as_the_rule_says() {
        for (text, dropped, integral) in [
            ("12.7", Some(12), None),
            ("-12.0", Some(-12), Some(-12)),
            (".5", Some(0), None),
            ("1e3", None, Some(1000)),
            ("1.5e1", None, Some(15)),
            ("1.x", None, None),
            (".", None, None),
        ] {
            let text = text.as_bytes();
            assert_eq!(parse_integer(text, IntegerRule::FractionDropped), dropped);
            assert_eq!(parse_integer(text, IntegerRule::IntegralValue), integral);
        }
    }
}
