//! Numbers as text: in Java's forms of double and float, in the scientific form of casts, and decimals.

use std::fmt::{Result, Write};

/// The digits of a finite number that is not negative: `d.ddd` times ten to the power of `exponent`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct DecimalDigits {
    /// The significant digits as one number, without zeros at the end; 0 for zero.
    pub(crate) digits: u64,
    /// The power of ten that the first digit counts.
    pub(crate) exponent: i32,
}

impl DecimalDigits {
    /// The fewest digits that read back as the same double; at least two of them are the nearest ones, as Java has it.
    pub(crate) fn of_double(value: f64) -> DecimalDigits {
        let value = value.abs();
        let shortest = read_digits(zmij::Buffer::new().format_finite(value));
        // Only the smallest numbers are so coarse that a second digit can differ from 0.
        if value < 1e-320 && shortest.digits < 10 {
            let two_digits = format!("{value:.1e}");
            if two_digits.parse() == Ok(value) {
                return read_digits(&two_digits);
            }
        }
        shortest
    }

    /// The same for a float.
    pub(crate) fn of_real(value: f32) -> DecimalDigits {
        let value = value.abs();
        let shortest = read_digits(zmij::Buffer::new().format_finite(value));
        if value <= 1e-43 && shortest.digits < 10 {
            let two_digits = format!("{value:.1e}");
            if two_digits.parse() == Ok(value) {
                return read_digits(&two_digits);
            }
        }
        shortest
    }

    /// How many digits there are.
    pub(crate) fn count(self) -> u32 {
        self.digits.checked_ilog10().map_or(1, |log| log + 1)
    }
}

/// Reads `123.45`, `1.5e-7` and the like.
fn read_digits(text: &str) -> DecimalDigits {
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, exponent.parse().unwrap_or(0)),
        None => (text, 0),
    };
    let mut digits = 0_u64;
    let mut whole_digits = 0;
    let mut within_whole = true;
    for byte in mantissa.bytes() {
        if byte.is_ascii_digit() {
            digits = digits.wrapping_mul(10).wrapping_add(u64::from(byte - b'0'));
            whole_digits += i32::from(within_whole && digits > 0);
            // Zeros before the first digit move it to the right.
            whole_digits -= i32::from(!within_whole && digits == 0);
        } else {
            within_whole = false;
        }
    }
    if digits == 0 {
        return DecimalDigits {
            digits,
            exponent: 0,
        };
    }
    while digits.is_multiple_of(10) {
        digits /= 10;
    }
    DecimalDigits {
        digits,
        exponent: whole_digits - 1 + exponent,
    }
}

fn write_zeros(out: &mut (impl Write + ?Sized), count: i32) -> Result {
    for _ in 0..count {
        out.write_char('0')?;
    }
    Ok(())
}

/// An integer.
pub(crate) fn write_integer(out: &mut (impl Write + ?Sized), number: impl itoa::Integer) -> Result {
    out.write_str(itoa::Buffer::new().format(number))
}

/// As Java's `Double.toString`: `1.0`, `1.0E10`, `1.0E-5`, `NaN`, `-Infinity`.
pub(crate) fn write_double(out: &mut (impl Write + ?Sized), value: f64) -> Result {
    if !value.is_finite() {
        return out.write_str(not_finite(value));
    }
    if value.is_sign_negative() {
        out.write_char('-')?;
    }
    write_java(out, DecimalDigits::of_double(value))
}

/// As Java's `Float.toString`.
pub(crate) fn write_real(out: &mut (impl Write + ?Sized), value: f32) -> Result {
    if !value.is_finite() {
        return out.write_str(not_finite(f64::from(value)));
    }
    if value.is_sign_negative() {
        out.write_char('-')?;
    }
    write_java(out, DecimalDigits::of_real(value))
}

fn not_finite(value: f64) -> &'static str {
    if value.is_nan() {
        "NaN"
    } else if value < 0.0 {
        "-Infinity"
    } else {
        "Infinity"
    }
}

/// Plain from a thousandth to ten million, scientific beyond.
fn write_java(out: &mut (impl Write + ?Sized), number: DecimalDigits) -> Result {
    if number.digits == 0 {
        return out.write_str("0.0");
    }
    if !(-3..7).contains(&number.exponent) {
        return write_scientific(out, number);
    }
    let mut buffer = itoa::Buffer::new();
    let digits = buffer.format(number.digits);
    let Ok(exponent) = usize::try_from(number.exponent) else {
        out.write_str("0.")?;
        write_zeros(out, -1 - number.exponent)?;
        return out.write_str(digits);
    };
    match digits.split_at_checked(exponent + 1) {
        Some((whole, fraction)) => {
            out.write_str(whole)?;
            out.write_char('.')?;
            out.write_str(if fraction.is_empty() { "0" } else { fraction })
        }
        None => {
            out.write_str(digits)?;
            let digit_count = i32::try_from(digits.len()).unwrap_or(0);
            write_zeros(out, number.exponent + 1 - digit_count)?;
            out.write_str(".0")
        }
    }
}

/// `1.2345E2`
fn write_scientific(out: &mut (impl Write + ?Sized), number: DecimalDigits) -> Result {
    let mut buffer = itoa::Buffer::new();
    let digits = buffer.format(number.digits);
    let (first, rest) = digits.split_at_checked(1).unwrap_or((digits, ""));
    out.write_str(first)?;
    out.write_char('.')?;
    out.write_str(if rest.is_empty() { "0" } else { rest })?;
    out.write_char('E')?;
    write_integer(out, number.exponent)
}

/// A double as a cast to `varchar` writes it: `1.2345E2`, `0E0`.
pub(crate) fn write_scientific_double(out: &mut (impl Write + ?Sized), value: f64) -> Result {
    if !value.is_finite() {
        return out.write_str(not_finite(value));
    }
    if value.is_sign_negative() {
        out.write_char('-')?;
    }
    if value == 0.0 {
        return out.write_str("0E0");
    }
    write_scientific(out, DecimalDigits::of_double(value))
}

/// The digits that a cast from `real` to `varchar` keeps.
const REAL_TEXT_DIGITS: u32 = 7;

/// Java rounds what lies in the middle exactly to the even digit below this, and up from it on.
const EVEN_BOUND: f64 = 8_388_608.0;

/// Whether a double is exactly what its digits say.
fn is_exact(number: DecimalDigits, value: f64) -> bool {
    let last_digit = number.exponent + 1 - i32::try_from(number.count()).unwrap_or(0);
    match u32::try_from(last_digit) {
        Ok(zeros) => {
            let whole = 10_u128
                .checked_pow(zeros)
                .and_then(|factor| factor.checked_mul(u128::from(number.digits)));
            // Whole numbers of a float's range fit.
            whole == Some(value as u128)
        }
        // Both are small enough to be exact.
        Err(_) => value * 10_f64.powi(-last_digit) == number.digits as f64,
    }
}

/// A real as a cast to `varchar` writes it: as a double, but of at most seven digits.
pub(crate) fn write_scientific_real(out: &mut (impl Write + ?Sized), value: f32) -> Result {
    if !value.is_finite() || value == 0.0 {
        return write_scientific_double(out, f64::from(value));
    }
    if value.is_sign_negative() {
        out.write_char('-')?;
    }
    let number = DecimalDigits::of_real(value);
    if number.count() <= REAL_TEXT_DIGITS {
        return write_scientific(out, number);
    }
    let dropped = 10_u64.pow(number.count() - REAL_TEXT_DIGITS);
    let rounded = match (number.digits % dropped).cmp(&(dropped / 2)) {
        std::cmp::Ordering::Less => number.digits / dropped,
        std::cmp::Ordering::Greater => number.digits / dropped + 1,
        std::cmp::Ordering::Equal => {
            // Trino formats the double that reads the float's text, which may lie on either side of the middle.
            let as_double: f64 = format!("{:e}", value.abs()).parse().unwrap_or(0.0);
            if as_double >= EVEN_BOUND && is_exact(number, as_double) {
                number.digits / dropped + 1
            } else {
                return write_scientific(out, read_digits(&format!("{as_double:.6e}")));
            }
        }
    };
    // The digits' own number has no zeros at its end, and may have got one digit more.
    let carried = u32::from(rounded.checked_ilog10() == Some(REAL_TEXT_DIGITS));
    let mut digits = rounded;
    while digits.is_multiple_of(10) && digits > 0 {
        digits /= 10;
    }
    write_scientific(
        out,
        DecimalDigits {
            digits,
            exponent: number.exponent + i32::try_from(carried).unwrap_or(0),
        },
    )
}

/// A decimal with all digits of its scale: `-0.05`.
pub(crate) fn write_decimal(out: &mut (impl Write + ?Sized), unscaled: i128, scale: u8) -> Result {
    if scale == 0 {
        return write_integer(out, unscaled);
    }
    if unscaled < 0 {
        out.write_char('-')?;
    }
    let mut buffer = itoa::Buffer::new();
    let digits = buffer.format(unscaled.unsigned_abs());
    let scale = usize::from(scale);
    let place = digits.len().saturating_sub(scale);
    match digits.split_at_checked(place) {
        Some((whole, fraction)) if place > 0 => {
            out.write_str(whole)?;
            out.write_char('.')?;
            out.write_str(fraction)
        }
        _ => {
            out.write_str("0.")?;
            for _ in digits.len()..scale {
                out.write_char('0')?;
            }
            out.write_str(digits)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{
        write_decimal, write_double, write_real, write_scientific_double, write_scientific_real,
    };

    fn written(write: impl Fn(&mut String) -> std::fmt::Result) -> String {
        let mut text = String::new();
        write(&mut text).unwrap();
        text
    }

    // What Java prints for the same numbers.
    #[test]
    fn doubles_are_written_as_java_does() {
        for (value, expected) in [
            (1.0, "1.0"),
            (-0.0, "-0.0"),
            (123.45, "123.45"),
            (100.0, "100.0"),
            (0.001, "0.001"),
            (0.00012, "1.2E-4"),
            (9_999_999.0, "9999999.0"),
            (1e7, "1.0E7"),
            (12_345_678.9, "1.23456789E7"),
            (1e10, "1.0E10"),
            (1e-5, "1.0E-5"),
            (1e23, "1.0E23"),
            (4.9e-324, "4.9E-324"),
            (f64::MAX, "1.7976931348623157E308"),
            (f64::NAN, "NaN"),
            (f64::NEG_INFINITY, "-Infinity"),
        ] {
            assert_eq!(written(|out| write_double(out, value)), expected);
        }
    }

    #[test]
    fn reals_are_written_as_java_does() {
        for (value, expected) in [
            (1.0, "1.0"),
            (0.1, "0.1"),
            (1.234_567_9, "1.2345679"),
            (1.4e-45, "1.4E-45"),
            (3.402_823_5e38, "3.4028235E38"),
            (16_777_216.0, "1.6777216E7"),
            (f32::INFINITY, "Infinity"),
        ] {
            assert_eq!(written(|out| write_real(out, value)), expected);
        }
    }

    #[test]
    fn casts_write_numbers_scientifically() {
        for (value, expected) in [
            (1.0, "1.0E0"),
            (123.45, "1.2345E2"),
            (0.0, "0E0"),
            (-0.0, "-0E0"),
            (-2.5, "-2.5E0"),
            (1e-7, "1.0E-7"),
            (12_345_678_901_234_567_890.0, "1.2345678901234567E19"),
            (f64::NAN, "NaN"),
        ] {
            assert_eq!(written(|out| write_scientific_double(out, value)), expected);
        }
        for (value, expected) in [
            (1.234_567_9, "1.234568E0"),
            (0.1, "1.0E-1"),
            (-1.023_456_5, "-1.023456E0"),
            (1.023_457_5, "1.023457E0"),
            (3.402_823_5e38, "3.402823E38"),
            (16_777_216.0, "1.677722E7"),
            (9.999_999, "9.999999E0"),
            (12_345_665.0, "1.234567E7"),
            (1_234_566.5, "1.234566E6"),
            (1.340_722_5e14, "1.340723E14"),
            (0.0, "0E0"),
        ] {
            assert_eq!(written(|out| write_scientific_real(out, value)), expected);
        }
    }

    #[test]
    fn decimals_keep_their_scale() {
        for (unscaled, scale, expected) in [
            (0, 2, "0.00"),
            (-5, 2, "-0.05"),
            (12_345, 2, "123.45"),
            (-100, 2, "-1.00"),
            (7, 0, "7"),
            (i128::MIN, 38, "-1.70141183460469231731687303715884105728"),
        ] {
            assert_eq!(written(|out| write_decimal(out, unscaled, scale)), expected);
        }
    }
}
