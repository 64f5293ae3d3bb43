//! The formats of `date_format` and `date_parse`: MySQL's specifiers after a percent sign.

use super::joda::{Element, Field, Formatter};
use crate::error::FunctionError;

/// Two-digit years are of 1970 to 2069.
const PIVOT_YEAR: i64 = 2020;

/// The format that a text of specifiers describes.
pub(crate) fn parse_specifiers(format: &str) -> Result<Formatter, FunctionError> {
    let mut elements = Vec::new();
    let mut characters = format.chars();
    while let Some(c) = characters.next() {
        if c != '%' {
            elements.push(Element::text(c));
            continue;
        }
        match characters.next() {
            Some(specifier) => push_specifier(&mut elements, specifier)?,
            None => break,
        }
    }
    Formatter::not_empty(elements)
}

fn push_specifier(elements: &mut Vec<Element>, specifier: char) -> Result<(), FunctionError> {
    let name = |field, short| Element::Name { field, short };
    let element = match specifier {
        'a' => name(Field::DayOfWeek, true),
        'b' => name(Field::MonthOfYear, true),
        'c' => Element::number(Field::MonthOfYear, 1, 2),
        'd' => Element::number(Field::DayOfMonth, 2, 2),
        'e' => Element::number(Field::DayOfMonth, 1, 2),
        'f' => Element::fraction_of_second(6, 9),
        'H' => Element::number(Field::HourOfDay, 2, 2),
        'h' | 'I' => Element::number(Field::ClockhourOfHalfday, 2, 2),
        'i' => Element::number(Field::MinuteOfHour, 2, 2),
        'j' => Element::number(Field::DayOfYear, 3, 3),
        'k' => Element::number(Field::HourOfDay, 1, 2),
        'l' => Element::number(Field::ClockhourOfHalfday, 1, 2),
        'M' => name(Field::MonthOfYear, false),
        'm' => Element::number(Field::MonthOfYear, 2, 2),
        'p' => name(Field::HalfdayOfDay, false),
        'r' => {
            push_clock(elements, Field::ClockhourOfHalfday);
            elements.push(Element::text(' '));
            name(Field::HalfdayOfDay, false)
        }
        'S' | 's' => Element::number(Field::SecondOfMinute, 2, 2),
        'T' => {
            push_clock(elements, Field::HourOfDay);
            return Ok(());
        }
        'v' => Element::number(Field::WeekOfWeekyear, 2, 2),
        'x' => Element::signed(Field::Weekyear, 4, 4),
        'W' => name(Field::DayOfWeek, false),
        'Y' => Element::signed(Field::Year, 4, 4),
        'y' => Element::TwoDigitYear {
            field: Field::Year,
            pivot: PIVOT_YEAR,
            lenient: false,
        },
        'w' | 'U' | 'u' | 'V' | 'X' | 'D' => {
            return Err(FunctionError::argument(format!(
                "%{specifier} not supported in date format string"
            )));
        }
        other => Element::text(other),
    };
    elements.push(element);
    Ok(())
}

/// Hours, minutes and seconds.
fn push_clock(elements: &mut Vec<Element>, hour: Field) {
    elements.extend([
        Element::number(hour, 2, 2),
        Element::text(':'),
        Element::number(Field::MinuteOfHour, 2, 2),
        Element::text(':'),
        Element::number(Field::SecondOfMinute, 2, 2),
    ]);
}

#[cfg(test)]
mod tests {
    use super::parse_specifiers;

    #[test]
    fn weeks_from_sunday_and_suffixes_are_not_supported() {
        for specifier in ["D", "U", "u", "V", "w", "X"] {
            let error = parse_specifiers(&format!("%Y %{specifier}")).expect_err("not supported");
            assert_eq!(
                error.message,
                format!("%{specifier} not supported in date format string")
            );
        }
        let error = parse_specifiers("").expect_err("nothing");
        assert_eq!(error.message, "Both printing and parsing not supported");
        assert!(parse_specifiers("%").is_err());
    }
}
