//! Whether the flags, width and precision of a specifier suit its conversion.

use super::pattern::{Conversion, Flags, FormatError, Specifier};

/// Whether flags, width and precision suit the conversion.
pub(super) fn check(specifier: &Specifier) -> Result<(), FormatError> {
    let Specifier {
        flags,
        width,
        precision,
        letter,
        ..
    } = *specifier;
    let no_precision = || match precision {
        Some(precision) => Err(FormatError::new(
            "IllegalFormatPrecision",
            precision.to_string(),
        )),
        None => Ok(()),
    };
    let wide_enough = |needing: Flags| {
        if width.is_none() && flags.has(needing) {
            Err(FormatError::new(
                "MissingFormatWidth",
                specifier.to_string(),
            ))
        } else {
            Ok(())
        }
    };
    let none_of = |wrong: &[Flags]| match wrong.iter().find(|wrong| flags.has(**wrong)) {
        Some(wrong) => Err(FormatError::mismatch(letter, *wrong)),
        None => Ok(()),
    };
    let signs = [
        Flags::PLUS,
        Flags::BLANK,
        Flags::ZEROS,
        Flags::GROUPS,
        Flags::PARENTHESES,
    ];
    let all_but_left = [
        Flags::ALTERNATE,
        Flags::PLUS,
        Flags::BLANK,
        Flags::ZEROS,
        Flags::GROUPS,
        Flags::PARENTHESES,
    ];
    let numeric = || {
        wide_enough(Flags::LEFT.and(Flags::ZEROS))?;
        let contradictory = (flags.has(Flags::PLUS) && flags.has(Flags::BLANK))
            || (flags.has(Flags::LEFT) && flags.has(Flags::ZEROS));
        if contradictory {
            return Err(specifier.wrong_flags());
        }
        Ok(())
    };
    match specifier.conversion {
        Conversion::Boolean | Conversion::HashCode => {
            none_of(&[Flags::ALTERNATE])?;
            wide_enough(Flags::LEFT)?;
            none_of(&signs)
        }
        Conversion::Text => {
            wide_enough(Flags::LEFT)?;
            none_of(&signs)
        }
        Conversion::Character => {
            no_precision()?;
            none_of(&all_but_left)?;
            wide_enough(Flags::LEFT)
        }
        Conversion::Decimal => {
            numeric()?;
            no_precision()?;
            none_of(&[Flags::ALTERNATE])
        }
        Conversion::Octal | Conversion::Hexadecimal => {
            numeric()?;
            no_precision()?;
            none_of(&[Flags::GROUPS])
        }
        Conversion::Fixed => numeric(),
        Conversion::Scientific => {
            numeric()?;
            none_of(&[Flags::GROUPS])
        }
        Conversion::General => {
            numeric()?;
            none_of(&[Flags::ALTERNATE])
        }
        Conversion::HexadecimalFloat => {
            numeric()?;
            none_of(&[Flags::PARENTHESES, Flags::GROUPS])
        }
        Conversion::DateTime(letter) => {
            no_precision()?;
            if !"HIklMNLQpsSzZaAbBhCdejmyYrRTcDF".contains(letter) {
                return Err(FormatError::unknown_conversion(format_args!("t{letter}")));
            }
            none_of(&all_but_left)?;
            wide_enough(Flags::LEFT)
        }
        Conversion::LineBreak => {
            no_precision()?;
            if let Some(width) = width {
                return Err(FormatError::new("IllegalFormatWidth", width.to_string()));
            }
            if flags != Flags::default() {
                return Err(specifier.wrong_flags());
            }
            Ok(())
        }
        Conversion::Percent => {
            no_precision()?;
            if flags != Flags::default() && flags != Flags::LEFT {
                return Err(specifier.wrong_flags());
            }
            wide_enough(Flags::LEFT)
        }
    }
}
