//! Numbers from text, by the rules of the Java parsers that Trino's casts call.

/// Whole numbers of so many digits are doubles without rounding.
const EXACT_DIGITS_MAX: usize = 15;

/// A double as `Double.parseDouble` reads it: blanks around it, a type suffix, `NaN` and `Infinity` are allowed.
pub(super) fn parse_double(text: &str) -> Option<f64> {
    if (1..=EXACT_DIGITS_MAX).contains(&text.len()) && text.bytes().all(|c| c.is_ascii_digit()) {
        let digits = text.bytes().map(|digit| u64::from(digit - b'0'));
        let whole = digits.fold(0_u64, |whole, digit| whole * 10 + digit);
        return Some(whole as f64);
    }
    match FloatText::new(text)? {
        FloatText::Special(value) => Some(value),
        FloatText::Number(number) => number.parse().ok(),
    }
}

/// A real as `Float.parseFloat` reads it.
pub(super) fn parse_real(text: &str) -> Option<f32> {
    match FloatText::new(text)? {
        // Neither a NaN nor an infinity loses anything.
        FloatText::Special(value) => Some(value as f32),
        FloatText::Number(number) => number.parse().ok(),
    }
}

/// A text that may be a floating-point number for Java, in the form that Rust reads.
enum FloatText<'a> {
    Special(f64),
    Number(&'a str),
}

impl FloatText<'_> {
    fn new(text: &str) -> Option<FloatText<'_>> {
        let text = text.trim_matches(|c| c <= ' ');
        let (negative, unsigned) = match text.as_bytes().first()? {
            b'-' => (true, text.get(1..)?),
            b'+' => (false, text.get(1..)?),
            _ => (false, text),
        };
        match unsigned.as_bytes().first()? {
            b'0'..=b'9' | b'.' => Some(FloatText::Number(
                text.strip_suffix(['f', 'F', 'd', 'D']).unwrap_or(text),
            )),
            _ => {
                let value = match unsigned {
                    "NaN" => f64::NAN,
                    "Infinity" => f64::INFINITY,
                    _ => return None,
                };
                Some(FloatText::Special(if negative { -value } else { value }))
            }
        }
    }
}

/// Why a text is no decimal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum DecimalTextError {
    NotANumber,
    TooLarge,
}

/// A decimal as `BigDecimal` reads it, rounded half up to the scale.
pub(super) fn parse_decimal(
    text: &str,
    precision: u8,
    scale: u8,
) -> Result<i128, DecimalTextError> {
    let (negative, unsigned) = match text.as_bytes().first() {
        Some(b'-') => (true, text.get(1..).unwrap_or("")),
        Some(b'+') => (false, text.get(1..).unwrap_or("")),
        _ => (false, text),
    };
    let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, parse_exponent(exponent)?),
        None => (unsigned, 0),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits = || whole.bytes().chain(fraction.bytes());
    let digit_count = whole.len() + fraction.len();
    if digit_count == 0 || !digits().all(|digit| digit.is_ascii_digit()) {
        return Err(DecimalTextError::NotANumber);
    }
    // So many digits stand before the point of the unscaled value; a negative count means zeros after it.
    let kept = i64::try_from(whole.len())
        .unwrap_or(i64::MAX)
        .saturating_add(exponent)
        .saturating_add(i64::from(scale));
    let Ok(kept) = usize::try_from(kept) else {
        return Ok(0);
    };
    let mut magnitude = 0_u128;
    for digit in digits().take(kept) {
        magnitude = magnitude
            .checked_mul(10)
            .and_then(|shifted| shifted.checked_add(u128::from(digit - b'0')))
            .ok_or(DecimalTextError::TooLarge)?;
    }
    if let Some(shift) = kept.checked_sub(digit_count)
        && magnitude > 0
    {
        magnitude = u32::try_from(shift)
            .ok()
            .and_then(|shift| 10_u128.checked_pow(shift))
            .and_then(|factor| magnitude.checked_mul(factor))
            .ok_or(DecimalTextError::TooLarge)?;
    }
    if digits().nth(kept).is_some_and(|digit| digit >= b'5') {
        magnitude = magnitude.saturating_add(1);
    }
    if magnitude >= 10_u128.pow(u32::from(precision)) {
        return Err(DecimalTextError::TooLarge);
    }
    let value = i128::try_from(magnitude).map_err(|_| DecimalTextError::TooLarge)?;
    Ok(if negative { -value } else { value })
}

/// An exponent has at most ten digits, and fits into 32 bits.
fn parse_exponent(text: &str) -> Result<i64, DecimalTextError> {
    text.parse::<i32>()
        .map(i64::from)
        .map_err(|_| DecimalTextError::NotANumber)
}

#[cfg(test)]
mod tests {
    use super::{DecimalTextError, parse_decimal, parse_double, parse_real};

    #[test]
    fn doubles_are_read_as_java_does() {
        assert_eq!(parse_double(" \t1.5e3\n"), Some(1500.0));
        assert_eq!(parse_double("1d"), Some(1.0));
        assert_eq!(parse_double("007"), Some(7.0));
        assert_eq!(parse_double("999999999999999"), Some(999_999_999_999_999.0));
        assert_eq!(parse_double("9999999999999999"), Some(1e16));
        assert_eq!(parse_double("+.5F"), Some(0.5));
        assert_eq!(parse_double("-Infinity"), Some(f64::NEG_INFINITY));
        assert!(parse_double("NaN").is_some_and(f64::is_nan));
        assert_eq!(parse_real("3.4028235e39"), Some(f32::INFINITY));
        for wrong in [
            "", " ", "inf", "nan", "infinity", "1e", ".", "f", "1_0", "1 2", "--1", "١",
        ] {
            assert_eq!(parse_double(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn decimals_round_half_up() {
        assert_eq!(parse_decimal("1.005", 5, 2), Ok(101));
        assert_eq!(parse_decimal("-1.005", 5, 2), Ok(-101));
        assert_eq!(parse_decimal("0.004", 5, 2), Ok(0));
        assert_eq!(parse_decimal("1.5e2", 5, 0), Ok(150));
        assert_eq!(parse_decimal("155e-1", 5, 0), Ok(16));
        assert_eq!(parse_decimal("5e-1", 5, 0), Ok(1));
        assert_eq!(parse_decimal("5e-2", 5, 0), Ok(0));
        assert_eq!(parse_decimal("1e-400", 5, 2), Ok(0));
        assert_eq!(parse_decimal("0e1000000000", 5, 2), Ok(0));
        assert_eq!(parse_decimal(".5", 3, 1), Ok(5));
        assert_eq!(parse_decimal("5.", 3, 1), Ok(50));
        assert_eq!(
            parse_decimal("0000000000000000000000000000000000000000000001", 1, 0),
            Ok(1)
        );
        assert_eq!(
            parse_decimal("99999999999999999999999999999999999999.4", 38, 0),
            Ok(10_i128.pow(38) - 1)
        );
    }

    #[test]
    fn what_is_no_decimal_is_told_from_what_is_too_large() {
        for wrong in [
            "",
            "-",
            ".",
            "1e",
            "1e5.5",
            " 1",
            "1 ",
            "x",
            "1.2.3",
            "1e99999999999",
        ] {
            assert_eq!(
                parse_decimal(wrong, 5, 2),
                Err(DecimalTextError::NotANumber),
                "{wrong}"
            );
        }
        for large in [
            "1000",
            "999.995",
            "1e1000000000",
            "99999999999999999999999999999999999999999",
        ] {
            assert_eq!(
                parse_decimal(large, 5, 2),
                Err(DecimalTextError::TooLarge),
                "{large}"
            );
        }
    }
}
