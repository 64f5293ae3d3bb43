//! Decimals as text: exact, never through a floating-point number.

/// A number's digits, and where its point stands.
struct Digits<'a> {
    negative: bool,
    whole: &'a [u8],
    fraction: &'a [u8],
    exponent: i64,
}

/// The unscaled value of `text` as a decimal of `precision` and `scale`; digits beyond the scale are rounded half up
/// (away from zero). `None` when it is no number or takes more digits than the precision.
pub(crate) fn parse(text: &[u8], precision: u8, scale: i8) -> Option<i128> {
    let (value, _) = digits(text)?.scaled(i64::from(scale))?;
    let bound = 10_i128.checked_pow(u32::from(precision))?;
    (value.checked_abs()? < bound).then_some(value)
}

/// The value of `text` if it is an integer, in whatever notation.
pub(crate) fn parse_integral(text: &[u8]) -> Option<i128> {
    let (value, exact) = digits(text)?.scaled(0)?;
    exact.then_some(value)
}

/// Splits `[+-]digits[.digits][e[+-]digits]`; one digit at least must stand before the exponent.
fn digits(text: &[u8]) -> Option<Digits<'_>> {
    let (negative, rest) = match text {
        [b'-', rest @ ..] => (true, rest),
        [b'+', rest @ ..] => (false, rest),
        rest => (false, rest),
    };
    let (whole, rest) = take_digits(rest);
    let (fraction, rest) = match rest {
        [b'.', rest @ ..] => take_digits(rest),
        rest => (&[][..], rest),
    };
    if whole.is_empty() && fraction.is_empty() {
        return None;
    }
    let exponent = match rest {
        [] => 0,
        [b'e' | b'E', exponent @ ..] => parse_exponent(exponent)?,
        _ => return None,
    };
    Some(Digits {
        negative,
        whole,
        fraction,
        exponent,
    })
}

fn take_digits(text: &[u8]) -> (&[u8], &[u8]) {
    let end = text
        .iter()
        .position(|byte| !byte.is_ascii_digit())
        .unwrap_or(text.len());
    text.split_at(end)
}

/// An exponent's value, held within bounds beyond which every number is zero or too large.
fn parse_exponent(text: &[u8]) -> Option<i64> {
    const EXPONENT_MAX: i64 = i64::MAX / 16;
    let (negative, digits) = match text {
        [b'-', digits @ ..] => (true, digits),
        [b'+', digits @ ..] => (false, digits),
        digits => (false, digits),
    };
    if digits.is_empty() || !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let value = digits.iter().fold(0_i64, |value, digit| {
        value
            .saturating_mul(10)
            .saturating_add(i64::from(digit.wrapping_sub(b'0')))
            .min(EXPONENT_MAX)
    });
    Some(if negative { -value } else { value })
}

impl Digits<'_> {
    /// The number times ten to the power of `scale`, rounded half up, and whether that is exact. `None` beyond i128.
    fn scaled(&self, scale: i64) -> Option<(i128, bool)> {
        let whole = i64::try_from(self.whole.len()).ok()?;
        // How many digits, counted from the first, stand before the point of the result.
        let kept = whole.checked_add(scale)?.checked_add(self.exponent)?;
        let mut value: i128 = 0;
        let mut exact = true;
        let mut position: i64 = 0;
        for digit in self.whole.iter().chain(self.fraction) {
            let digit = i128::from(digit.wrapping_sub(b'0'));
            if position < kept {
                value = value.checked_mul(10)?.checked_add(digit)?;
            } else {
                exact &= digit == 0;
                if position == kept && digit >= 5 {
                    value = value.checked_add(1)?;
                }
            }
            position += 1;
        }
        if value != 0 && position < kept {
            let power = u32::try_from(kept - position).ok()?;
            value = value.checked_mul(10_i128.checked_pow(power)?)?;
        }
        Some((if self.negative { -value } else { value }, exact))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_keep_every_digit_and_round_half_up() {
        for (text, precision, scale, value) in [
            ("1.23", 5, 2, Some(123)),
            ("-1.235", 5, 2, Some(-124)),
            ("1.2349", 5, 2, Some(123)),
            ("0.005", 5, 2, Some(1)),
            ("0.004", 5, 2, Some(0)),
            ("5e-3", 5, 2, Some(1)),
            (".5", 5, 0, Some(1)),
            ("5.", 5, 1, Some(50)),
            ("1.5E2", 5, 2, Some(15000)),
            ("999.99", 5, 2, Some(99999)),
            ("999.995", 5, 2, None),
            ("1000", 5, 2, None),
            ("0e99999999999999999999", 5, 2, Some(0)),
            ("1e99999999999999999999", 5, 2, None),
            ("1e-99999999999999999999", 5, 2, Some(0)),
            ("1250", 5, -2, Some(13)),
            (
                "-99999999999999999999.999999999999999999",
                38,
                18,
                Some(-(10_i128.pow(38) - 1)),
            ),
            ("", 5, 2, None),
            (".", 5, 2, None),
            ("1e", 5, 2, None),
            ("1.2.3", 5, 2, None),
            ("NaN", 5, 2, None),
        ] {
            assert_eq!(parse(text.as_bytes(), precision, scale), value, "{text}");
        }
    }

    #[test]
    fn only_whole_numbers_are_integral() {
        assert_eq!(parse_integral(b"1.50e1"), Some(15));
        assert_eq!(parse_integral(b"-3.000"), Some(-3));
        assert_eq!(parse_integral(b"1.5"), None);
        assert_eq!(parse_integral(b"1e-1"), None);
    }
}
