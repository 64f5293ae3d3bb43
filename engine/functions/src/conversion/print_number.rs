//! Numbers by `%d`, `%o`, `%x`, `%e`, `%f`, `%g` and `%a`.

use super::pattern::{Conversion, Flags, FormatError, Specifier};
use super::print::justify;
use crate::value_text::DecimalDigits;

/// The digits after the point where a format string does not say.
const PRECISION_DEFAULT: usize = 6;

/// An integer.
pub(super) fn print_long(
    out: &mut String,
    specifier: &Specifier,
    value: i64,
) -> Result<(), FormatError> {
    let flags = specifier.flags;
    if specifier.conversion == Conversion::Decimal {
        let number = signed(specifier, value < 0, |specifier, text| {
            push_localized(
                text,
                specifier,
                &value.unsigned_abs().to_string(),
                specifier.width,
            );
        });
        justify(out, specifier, &number);
        return Ok(());
    }
    for wrong in [Flags::PARENTHESES, Flags::BLANK, Flags::PLUS] {
        if flags.has(wrong) {
            return Err(FormatError::mismatch(specifier.letter, wrong));
        }
    }
    let (prefix, digits) = match specifier.conversion {
        Conversion::Octal => ("0", format!("{value:o}")),
        _ => ("0x", format!("{value:x}")),
    };
    let mut text = String::new();
    let prefix = if flags.has(Flags::ALTERNATE) {
        prefix
    } else {
        ""
    };
    text.push_str(prefix);
    if flags.has(Flags::ZEROS) {
        push_zeros(&mut text, specifier, prefix.len() + digits.len());
    }
    text.push_str(&digits);
    if specifier.upper_case {
        text.make_ascii_uppercase();
    }
    justify(out, specifier, &text);
    Ok(())
}

/// Zeros up to the width, of which so much is taken.
fn push_zeros(text: &mut String, specifier: &Specifier, taken: usize) {
    let missing = specifier.width.unwrap_or(0).saturating_sub(taken);
    text.extend(std::iter::repeat_n('0', missing));
}

/// A magnitude between the signs that flags ask for.
fn signed(
    specifier: &Specifier,
    negative: bool,
    push_magnitude: impl FnOnce(&Specifier, &mut String),
) -> String {
    let flags = specifier.flags;
    let mut text = String::new();
    if negative {
        text.push(if flags.has(Flags::PARENTHESES) {
            '('
        } else {
            '-'
        });
    } else if flags.has(Flags::PLUS) {
        text.push('+');
    } else if flags.has(Flags::BLANK) {
        text.push(' ');
    }
    let in_parentheses = negative && flags.has(Flags::PARENTHESES);
    if in_parentheses {
        // Room for what closes them.
        let narrower = Specifier {
            width: specifier.width.map(|width| width.saturating_sub(1)),
            ..specifier.clone()
        };
        push_magnitude(&narrower, &mut text);
        text.push(')');
    } else {
        push_magnitude(specifier, &mut text);
    }
    text
}

/// Digits with the commas and zeros that flags ask for, up to a width of the whole text.
fn push_localized(text: &mut String, specifier: &Specifier, number: &str, width: Option<usize>) {
    let (whole, fraction) = match number.find('.') {
        Some(place) => number.split_at_checked(place).unwrap_or((number, "")),
        None => (number, ""),
    };
    let mut digits = String::with_capacity(number.len() + whole.len() / 3);
    for (place, digit) in whole.chars().enumerate() {
        let rest = whole.len() - place;
        if place > 0 && rest.is_multiple_of(3) && specifier.flags.has(Flags::GROUPS) {
            digits.push(',');
        }
        digits.push(digit);
    }
    digits.push_str(fraction);
    if specifier.flags.has(Flags::ZEROS) {
        let missing = width.unwrap_or(0).saturating_sub(text.len() + digits.len());
        text.extend(std::iter::repeat_n('0', missing));
    }
    text.push_str(&digits);
}

/// A double, whose shortest digits are rounded as if they were exact.
pub(super) fn print_double(out: &mut String, specifier: &Specifier, value: f64) {
    if value.is_nan() {
        justify(
            out,
            specifier,
            if specifier.upper_case { "NAN" } else { "NaN" },
        );
        return;
    }
    let magnitude = value.abs();
    let text = signed(specifier, value.is_sign_negative(), |specifier, text| {
        if magnitude.is_infinite() {
            text.push_str(if specifier.upper_case {
                "INFINITY"
            } else {
                "Infinity"
            });
        } else if specifier.conversion == Conversion::HexadecimalFloat {
            push_hexadecimal(text, specifier, magnitude);
        } else {
            push_double(text, specifier, magnitude);
        }
    });
    justify(out, specifier, &text);
}

fn push_double(text: &mut String, specifier: &Specifier, magnitude: f64) {
    let shortest = DecimalDigits::of_double(magnitude);
    let number = Digits {
        digits: shortest.digits.to_string().into_bytes(),
        exponent: shortest.exponent,
    };
    let precision = specifier.precision.unwrap_or(PRECISION_DEFAULT);
    match specifier.conversion {
        Conversion::Fixed => push_fixed(text, specifier, &number, precision),
        Conversion::Scientific => push_scientific(text, specifier, &number, precision),
        _ => {
            let precision = precision.max(1);
            // Whether it is scientific depends on the rounded number.
            let exponent = number.rounded(precision).exponent;
            match fixed_precision(exponent, precision) {
                Some(decimals) => push_fixed(text, specifier, &number, decimals),
                None => push_scientific(text, specifier, &number, precision - 1),
            }
        }
    }
}

/// The digits after the point by which `%g` writes a number of that exponent with so many digits; `None` if it is scientific.
fn fixed_precision(exponent: i32, precision: usize) -> Option<usize> {
    if exponent < -4 {
        return None;
    }
    let digits = i32::try_from(precision).unwrap_or(i32::MAX);
    usize::try_from(digits.saturating_sub(exponent).saturating_sub(1)).ok()
}

/// A decimal, which is exact.
pub(super) fn print_decimal(out: &mut String, specifier: &Specifier, unscaled: i128, scale: u8) {
    let digits = unscaled.unsigned_abs().to_string();
    let digit_count = i32::try_from(digits.len()).unwrap_or(0);
    let number = Digits {
        digits: digits.into_bytes(),
        exponent: digit_count - 1 - i32::from(scale),
    };
    let text = signed(specifier, unscaled < 0, |specifier, text| {
        let precision = specifier.precision.unwrap_or(PRECISION_DEFAULT);
        match specifier.conversion {
            Conversion::Fixed => push_fixed(text, specifier, &number, precision),
            Conversion::Scientific => push_scientific(text, specifier, &number, precision),
            _ => {
                let precision = precision.max(1);
                // A zero with digits after its point is too small to Java; without, it is not.
                let decimals = match (unscaled, scale) {
                    (0, 1..) => None,
                    _ => fixed_precision(number.rounded(precision).exponent, precision),
                };
                match decimals {
                    Some(decimals) => push_fixed(text, specifier, &number, decimals),
                    None => push_scientific(text, specifier, &number, precision - 1),
                }
            }
        }
    });
    justify(out, specifier, &text);
}

/// A number by its decimal digits: `d.ddd` times ten to the power of the exponent.
struct Digits {
    digits: Vec<u8>,
    exponent: i32,
}

impl Digits {
    /// Rounded half up to so many digits, of which there may be one, for 0, if none is left.
    fn rounded(&self, count: usize) -> Digits {
        let Some(next) = self.digits.get(count) else {
            return Digits {
                digits: self.digits.clone(),
                exponent: self.exponent,
            };
        };
        let mut digits: Vec<u8> = self.digits.iter().take(count).copied().collect();
        let mut exponent = self.exponent;
        if *next >= b'5' {
            let nines = digits
                .iter()
                .rev()
                .take_while(|digit| **digit == b'9')
                .count();
            digits.truncate(count - nines);
            match digits.last_mut() {
                Some(digit) => *digit += 1,
                None => {
                    digits.push(b'1');
                    exponent += 1;
                }
            }
        }
        if digits.is_empty() {
            digits.push(b'0');
        }
        Digits { digits, exponent }
    }
}

/// `123.450`
fn push_fixed(text: &mut String, specifier: &Specifier, number: &Digits, decimals: usize) {
    // The digits that stand up to the last place after the point.
    let kept = i64::from(number.exponent) + 1 + i64::try_from(decimals).unwrap_or(i64::MAX);
    let rounded = match usize::try_from(kept) {
        Ok(kept) => number.rounded(kept),
        Err(_) => Digits {
            digits: vec![b'0'],
            exponent: 0,
        },
    };
    let digit_at = |exponent: i64| {
        usize::try_from(i64::from(rounded.exponent) - exponent)
            .ok()
            .and_then(|place| rounded.digits.get(place))
            .map_or('0', |digit| char::from(*digit))
    };
    let mut plain = String::new();
    plain.extend((0..=i64::from(rounded.exponent.max(0))).rev().map(digit_at));
    if decimals > 0 || specifier.flags.has(Flags::ALTERNATE) {
        plain.push('.');
    }
    plain.extend((1..=i64::try_from(decimals).unwrap_or(0)).map(|place| digit_at(-place)));
    push_localized(text, specifier, &plain, specifier.width);
}

/// `1.234500e+02`
fn push_scientific(text: &mut String, specifier: &Specifier, number: &Digits, decimals: usize) {
    let rounded = number.rounded(decimals + 1);
    let mut mantissa = String::new();
    for place in 0..=decimals {
        mantissa.push(
            rounded
                .digits
                .get(place)
                .map_or('0', |digit| char::from(*digit)),
        );
        if place == 0 && (decimals > 0 || specifier.flags.has(Flags::ALTERNATE)) {
            mantissa.push('.');
        }
    }
    let sign = if rounded.exponent < 0 { '-' } else { '+' };
    let exponent = format!("{sign}{:02}", rounded.exponent.unsigned_abs());
    let width = specifier
        .width
        .map(|width| width.saturating_sub(exponent.len() + 1));
    push_localized(text, specifier, &mantissa, width);
    text.push(if specifier.upper_case { 'E' } else { 'e' });
    text.push_str(&exponent);
}

const MANTISSA_BITS: u32 = 52;
const EXPONENT_BIAS: i32 = 1023;

/// `0x1.8p1`
fn push_hexadecimal(text: &mut String, specifier: &Specifier, magnitude: f64) {
    let bits = magnitude.to_bits();
    let mut mantissa = bits & ((1 << MANTISSA_BITS) - 1);
    let biased = i32::try_from(bits >> MANTISSA_BITS).unwrap_or(0);
    let mut exponent = biased - EXPONENT_BIAS;
    let mut whole = 1;
    if biased == 0 {
        exponent = if mantissa == 0 { 0 } else { 1 - EXPONENT_BIAS };
        whole = 0;
    }
    // Java takes no precision for all digits, and 0 for one.
    let digits = specifier.precision.map_or(0, |precision| precision.max(1));
    if (1..13).contains(&digits) && magnitude > 0.0 {
        if whole == 0 {
            // Numbers this small are brought to the usual form first.
            let shift = mantissa.leading_zeros() - (63 - MANTISSA_BITS);
            mantissa = (mantissa << shift) & ((1 << MANTISSA_BITS) - 1);
            exponent -= i32::try_from(shift).unwrap_or(0);
        }
        let dropped = MANTISSA_BITS - u32::try_from(digits * 4).unwrap_or(MANTISSA_BITS);
        let significand = (1 << MANTISSA_BITS) | mantissa;
        let half = 1_u64 << (dropped - 1);
        let rest = significand & ((1 << dropped) - 1);
        let kept = significand >> dropped;
        let up = rest > half || (rest == half && kept & 1 == 1);
        let rounded = (kept + u64::from(up)) << dropped;
        whole = 1;
        if rounded >> (MANTISSA_BITS + 1) == 1 {
            exponent += 1;
            mantissa = 0;
        } else {
            mantissa = rounded & ((1 << MANTISSA_BITS) - 1);
        }
    }
    let mut fraction = format!("{mantissa:013x}");
    fraction.truncate(fraction.trim_end_matches('0').len().max(1));
    let mut number = format!("{whole}.{fraction}");
    while digits > 0 && number.len() < digits + 2 {
        number.push('0');
    }
    let exponent = format!("p{exponent}");
    let sign_length = text.len();
    text.push_str("0x");
    if specifier.flags.has(Flags::ZEROS) {
        // Java pads before it adds the zeros of the precision.
        let shown = 2 + fraction.len() + exponent.len();
        push_zeros(text, specifier, sign_length + 2 + shown);
    }
    text.push_str(&number);
    text.push_str(&exponent);
    if specifier.upper_case {
        text.make_ascii_uppercase();
    }
}
