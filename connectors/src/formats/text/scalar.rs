//! Scalars from text, exact and without panics: `None` is what is no value of the type.

use arrow::compute::kernels::cast_utils::string_to_datetime;
use chrono::{NaiveDate, Utc};

/// `true` and `false` in any case.
pub(super) fn boolean(text: &str) -> Option<bool> {
    if text.eq_ignore_ascii_case("true") {
        Some(true)
    } else if text.eq_ignore_ascii_case("false") {
        Some(false)
    } else {
        None
    }
}

/// Days since 1970-01-01 of `yyyy-mm-dd`.
pub(super) fn date(text: &str) -> Option<i32> {
    let date = NaiveDate::parse_from_str(text, "%Y-%m-%d").ok()?;
    let epoch = NaiveDate::from_ymd_opt(1970, 1, 1)?;
    i32::try_from(date.signed_duration_since(epoch).num_days()).ok()
}

/// Microseconds since 1970 of `yyyy-mm-dd hh:mm:ss[.f]` or ISO 8601; a zone is turned into UTC.
pub(super) fn timestamp_micros(text: &str) -> Option<i64> {
    string_to_datetime(&Utc, text)
        .ok()
        .map(|time| time.timestamp_micros())
}

/// A decimal's digits at `scale`, rounded half up; `None` when they are more than `precision`.
pub(super) fn decimal(text: &str, precision: u8, scale: i8) -> Option<i128> {
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, exponent.parse::<i32>().ok()?),
        None => (text, 0),
    };
    let (negative, mantissa) = match mantissa.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, mantissa.strip_prefix('+').unwrap_or(mantissa)),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    if whole.is_empty() && fraction.is_empty() {
        return None;
    }
    // How many of the digits after the first `whole.len()` belong to the scaled value.
    let kept = i64::try_from(whole.len()).ok()? + i64::from(exponent) + i64::from(scale);
    let mut value: i128 = 0;
    let mut round_up = false;
    let mut taken: i64 = 0;
    for digit in whole.bytes().chain(fraction.bytes()) {
        if !digit.is_ascii_digit() {
            return None;
        }
        let digit = i128::from(digit - b'0');
        if taken < kept {
            value = value.checked_mul(10)?.checked_add(digit)?;
        } else if taken == kept {
            round_up = digit >= 5;
        }
        taken += 1;
    }
    if value != 0 {
        for _ in taken..kept {
            value = value.checked_mul(10)?;
        }
    }
    if round_up {
        value = value.checked_add(1)?;
    }
    let limit = 10_i128.checked_pow(u32::from(precision))?;
    (value < limit).then_some(if negative { -value } else { value })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_keep_every_digit_and_round_half_up() {
        assert_eq!(
            decimal("250773527327.951112601025038900", 38, 18),
            Some(250_773_527_327_951_112_601_025_038_900)
        );
        assert_eq!(decimal("-2861112.45", 12, 2), Some(-286_111_245));
        assert_eq!(decimal("1.005", 12, 2), Some(101));
        assert_eq!(decimal("-0.005", 12, 2), Some(-1));
        assert_eq!(decimal("1.5E3", 12, 2), Some(150_000));
        assert_eq!(decimal("15E-1", 12, 0), Some(2));
        assert_eq!(decimal("99999999999", 12, 2), None);
        for bad in ["", ".", "-", "1.2.3", "abc", "1e", "1e99999999999"] {
            assert_eq!(decimal(bad, 12, 2), None, "{bad}");
        }
    }

    #[test]
    fn times_are_read_in_hives_form_and_in_isos() {
        let expected = Some(1_486_089_791_634_000);
        assert_eq!(timestamp_micros("2017-02-03T02:43:11.634Z"), expected);
        assert_eq!(timestamp_micros("2017-02-03 02:43:11.634"), expected);
        assert_eq!(timestamp_micros("yesterday"), None);
        assert_eq!(date("1965-10-26"), Some(-1528));
        assert_eq!(date("1965-13-26"), None);
    }
}
