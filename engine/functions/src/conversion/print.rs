//! A value by a specifier: which kinds of values each conversion takes, and how the result is set into its width.

use super::argument::Argument;
use super::hash_code::hash_code;
use super::pattern::{Conversion, Flags, FormatError, Specifier};
use super::print_number::{print_decimal, print_double, print_long};
use super::print_time::{print_date_time, shown_date, shown_time, shown_timestamp, shown_zoned};
use crate::value_text::{write_double, write_real};

pub(super) fn print(
    out: &mut String,
    specifier: &Specifier,
    argument: Argument<'_>,
) -> Result<(), FormatError> {
    let wrong = || FormatError::conversion(specifier.letter, argument.class());
    match (specifier.conversion, argument) {
        (Conversion::LineBreak, _) => {
            out.push('\n');
            Ok(())
        }
        (Conversion::Percent, _) => {
            justify(out, specifier, "%");
            Ok(())
        }
        (Conversion::Boolean, argument) => {
            let text = match argument {
                Argument::Null | Argument::Boolean(false) => "false",
                _ => "true",
            };
            print_text(out, specifier, text);
            Ok(())
        }
        (Conversion::Text, _) if specifier.flags.has(Flags::ALTERNATE) => {
            Err(FormatError::mismatch(specifier.letter, Flags::ALTERNATE))
        }
        (_, Argument::Null) => {
            print_text(out, specifier, "null");
            Ok(())
        }
        (Conversion::Text, argument) => {
            match argument {
                Argument::Text(text) => print_text(out, specifier, text),
                argument => print_text(out, specifier, &shown(argument)),
            }
            Ok(())
        }
        (Conversion::HashCode, argument) => {
            print_text(out, specifier, &format!("{:x}", hash_code(argument)));
            Ok(())
        }
        // Java takes its smaller integers only, and Trino makes longs of all.
        (Conversion::Character, _) => Err(wrong()),
        (
            Conversion::Decimal | Conversion::Octal | Conversion::Hexadecimal,
            Argument::Long(value),
        ) => print_long(out, specifier, value),
        (Conversion::Decimal | Conversion::Octal | Conversion::Hexadecimal, _) => Err(wrong()),
        (
            Conversion::Scientific
            | Conversion::General
            | Conversion::Fixed
            | Conversion::HexadecimalFloat,
            argument,
        ) => match argument {
            Argument::Float(value) => {
                print_double(out, specifier, f64::from(value));
                Ok(())
            }
            Argument::Double(value) => {
                print_double(out, specifier, value);
                Ok(())
            }
            Argument::Decimal(unscaled, scale)
                if specifier.conversion != Conversion::HexadecimalFloat =>
            {
                print_decimal(out, specifier, unscaled, scale);
                Ok(())
            }
            _ => Err(wrong()),
        },
        (Conversion::DateTime(letter), argument) => {
            let text = print_date_time(letter, argument)?;
            let text = if specifier.upper_case {
                text.to_uppercase()
            } else {
                text
            };
            justify(out, specifier, &text);
            Ok(())
        }
    }
}

/// What Java's `toString` gives.
fn shown(argument: Argument<'_>) -> String {
    let mut text = String::new();
    // Strings take whatever is written.
    let _ = match argument {
        Argument::Float(value) => write_real(&mut text, value),
        Argument::Double(value) => write_double(&mut text, value),
        Argument::Decimal(unscaled, scale) => {
            text = shown_decimal(unscaled, scale);
            Ok(())
        }
        Argument::Null => return "null".to_owned(),
        Argument::Boolean(value) => return value.to_string(),
        Argument::Long(value) => return value.to_string(),
        Argument::Text(value) => return value.to_owned(),
        Argument::Date(days) => return shown_date(days),
        Argument::Time(nanos) => return shown_time(nanos),
        Argument::Timestamp(timestamp) => return shown_timestamp(timestamp),
        Argument::Zoned(instant, zone) => return shown_zoned(instant, zone),
    };
    text
}

/// `BigDecimal.toString`: scientific where more than five zeros would follow the point.
fn shown_decimal(unscaled: i128, scale: u8) -> String {
    let digits = unscaled.unsigned_abs().to_string();
    let digit_count = i32::try_from(digits.len()).unwrap_or(0);
    let exponent = digit_count - 1 - i32::from(scale);
    if exponent >= -6 {
        let mut text = String::new();
        let _ = crate::value_text::write_decimal(&mut text, unscaled, scale);
        return text;
    }
    let sign = if unscaled < 0 { "-" } else { "" };
    let (first, rest) = digits.split_at_checked(1).unwrap_or((&digits, ""));
    let point = if rest.is_empty() { "" } else { "." };
    format!("{sign}{first}{point}{rest}E{exponent}")
}

/// Java counts UTF-16 units.
fn length(text: &str) -> usize {
    text.chars().map(char::len_utf16).sum()
}

/// A text, cut to the precision and set into the width.
fn print_text(out: &mut String, specifier: &Specifier, text: &str) {
    let mut cut = text;
    let mut halved = false;
    if let Some(precision) = specifier.precision
        && text.len() > precision
    {
        let mut units = 0;
        for (place, character) in text.char_indices() {
            units += character.len_utf16();
            if units > precision {
                // Half a character is none, and becomes a question mark.
                halved = units - character.len_utf16() < precision;
                cut = text.get(..place).unwrap_or(text);
                break;
            }
        }
    }
    let mut text = if specifier.upper_case {
        cut.to_uppercase()
    } else {
        cut.to_owned()
    };
    if halved {
        text.push('?');
    }
    justify(out, specifier, &text);
}

/// Sets a text into the specifier's width.
pub(super) fn justify(out: &mut String, specifier: &Specifier, text: &str) {
    let missing = specifier.width.unwrap_or(0).saturating_sub(length(text));
    let blanks = std::iter::repeat_n(' ', missing);
    if specifier.flags.has(Flags::LEFT) {
        out.push_str(text);
        out.extend(blanks);
    } else {
        out.extend(blanks);
        out.push_str(text);
    }
}
