//! The formats of Teradata's dates: `yyyy/mm/dd hh24:mi:ss`.

use crate::datetime::joda::{Element, Field, Formatter};
use crate::error::FunctionError;

/// Two-digit years are of 2000 to 2099.
const PIVOT_YEAR: i64 = 2050;

/// What stands for itself.
const PUNCTUATION: [char; 10] = ['-', '/', ',', '.', ';', ':', ' ', '\t', '\r', '\n'];

/// The format that a text of specifiers describes; longer specifiers are found first.
pub(super) fn parse_format(format: &str) -> Result<Formatter, FunctionError> {
    let mut elements = Vec::new();
    let mut rest = format;
    while let Some(c) = rest.chars().next() {
        let known = specifiers()
            .into_iter()
            .find(|(name, _)| rest.starts_with(name));
        let (length, element) = match known {
            Some((name, element)) => (name.len(), element),
            None if PUNCTUATION.contains(&c) => (c.len_utf8(), Element::text(c)),
            None => {
                let offset = format.len() - rest.len();
                let offset = format
                    .get(..offset)
                    .map_or(0, |before| before.chars().count());
                return Err(FunctionError::argument(format!(
                    "Failed to tokenize string [{c}] at offset [{offset}]"
                )));
            }
        };
        elements.push(element);
        rest = rest.get(length..).unwrap_or("");
    }
    Formatter::not_empty(elements)
}

fn specifiers() -> [(&'static str, Element); 8] {
    [
        ("hh24", Element::number(Field::HourOfDay, 2, 2)),
        ("hh", Element::number(Field::HourOfHalfday, 2, 2)),
        ("yyyy", Element::signed(Field::Year, 4, 4)),
        (
            "yy",
            Element::TwoDigitYear {
                field: Field::Year,
                pivot: PIVOT_YEAR,
                lenient: false,
            },
        ),
        ("mm", Element::number(Field::MonthOfYear, 2, 2)),
        ("dd", Element::number(Field::DayOfMonth, 2, 2)),
        ("mi", Element::number(Field::MinuteOfHour, 2, 2)),
        ("ss", Element::number(Field::SecondOfMinute, 2, 2)),
    ]
}

#[cfg(test)]
mod tests {
    use super::parse_format;

    #[test]
    fn what_is_no_specifier_is_an_error() {
        let error = |format: &str| parse_format(format).expect_err("wrong").message;
        assert_eq!(error("ala"), "Failed to tokenize string [a] at offset [0]");
        assert_eq!(
            error("yyyy-MM"),
            "Failed to tokenize string [M] at offset [5]"
        );
        assert_eq!(error("yyy"), "Failed to tokenize string [y] at offset [2]");
        assert_eq!(error(""), "Both printing and parsing not supported");
        assert!(parse_format("yyyyyy").is_ok());
    }
}
