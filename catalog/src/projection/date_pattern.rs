//! Reads a pattern of Java's `DateTimeFormatter` as a `DateFormat`, and refuses what cannot name partitions.

use super::date_format::{DateFormat, Element, Precision};

/// The most digits of a second's fraction: nanoseconds.
const FRACTION_DIGITS_MAX: usize = 9;

impl DateFormat {
    /// The format of a pattern, or what is wrong with it and what to do.
    pub(super) fn of(pattern: &str) -> Result<Self, String> {
        let elements = elements(pattern)?;
        check_separations(&elements)?;
        let precision = precision(&elements)?;
        Ok(DateFormat {
            pattern: pattern.to_owned(),
            is_ordered: is_ordered(&elements),
            elements,
            precision,
        })
    }
}

fn elements(pattern: &str) -> Result<Vec<Element>, String> {
    let mut elements = Vec::new();
    let mut literal = String::new();
    let mut rest = pattern.chars().peekable();
    while let Some(first) = rest.next() {
        match first {
            '\'' => {
                if rest.next_if_eq(&'\'').is_some() {
                    literal.push('\'');
                } else {
                    literal.push_str(&quoted(&mut rest)?);
                }
            }
            letter if letter.is_ascii_alphabetic() => {
                let mut count = 1_usize;
                while rest.next_if_eq(&letter).is_some() {
                    count = count.saturating_add(1);
                }
                if !literal.is_empty() {
                    elements.push(Element::Literal(std::mem::take(&mut literal)));
                }
                elements.push(field(letter, count)?);
            }
            '[' | ']' | '{' | '}' | '#' => {
                return Err(format!("'{first}' is not supported; quote it to mean it"));
            }
            other => literal.push(other),
        }
    }
    if !literal.is_empty() {
        elements.push(Element::Literal(literal));
    }
    Ok(elements)
}

/// The text up to the closing quote, in which a doubled quote is one.
fn quoted(rest: &mut std::iter::Peekable<std::str::Chars<'_>>) -> Result<String, String> {
    let mut text = String::new();
    while let Some(next) = rest.next() {
        if next != '\'' {
            text.push(next);
        } else if rest.next_if_eq(&'\'').is_some() {
            text.push('\'');
        } else {
            return Ok(text);
        }
    }
    Err("a quote is not closed; add the closing quote, or double it to mean it".to_owned())
}

fn field(letter: char, count: usize) -> Result<Element, String> {
    let number = |unit, padded| Ok(Element::Number { unit, padded });
    match (letter, count) {
        ('y' | 'u', 1) => number(Precision::Year, false),
        ('y' | 'u', 2) => Ok(Element::YearOfCentury),
        ('y' | 'u', 4) => number(Precision::Year, true),
        ('M', 1 | 2) => number(Precision::Month, count == 2),
        ('M', 3 | 4) => Ok(Element::MonthName { full: count == 4 }),
        ('d', 1 | 2) => number(Precision::Day, count == 2),
        ('H', 1 | 2) => number(Precision::Hour, count == 2),
        ('m', 1 | 2) => number(Precision::Minute, count == 2),
        ('s', 1 | 2) => number(Precision::Second, count == 2),
        ('S', 1..=FRACTION_DIGITS_MAX) => {
            Ok(Element::Fraction(u32::try_from(count).unwrap_or(u32::MAX)))
        }
        ('E', 1..=4) => Ok(Element::WeekdayName { full: count == 4 }),
        ('y' | 'u' | 'M' | 'd' | 'H' | 'm' | 's' | 'S' | 'E', _) => Err(format!(
            "'{letter}' is not supported {count} times in a row; use y, yy, yyyy, M, MM, MMM, MMMM, d, dd, H, HH, m, mm, s, ss, S to SSSSSSSSS, E or EEEE"
        )),
        _ => Err(format!(
            "the letter '{letter}' is not supported; use y, M, d, H, m, s, S and E, and quote letters to mean them"
        )),
    }
}

/// A number of one or two digits before another digit could be read in two ways, so that two dates had one text.
fn check_separations(elements: &[Element]) -> Result<(), String> {
    for (element, following) in elements.iter().zip(elements.iter().skip(1)) {
        let open = matches!(element, Element::Number { padded: false, .. });
        let digit_follows = match following {
            Element::Literal(literal) => literal.starts_with(|c: char| c.is_ascii_digit()),
            Element::Number { .. } | Element::YearOfCentury | Element::Fraction(_) => true,
            Element::MonthName { .. } | Element::WeekdayName { .. } => false,
        };
        if open && digit_follows {
            return Err(
                "a number without leading zeros touches another; put a separator between them or double the letter"
                    .to_owned(),
            );
        }
    }
    Ok(())
}

/// What an element tells of a time, if anything that the date does not tell.
fn unit_of(element: &Element) -> Option<Precision> {
    match element {
        Element::Literal(_) | Element::WeekdayName { .. } => None,
        Element::Number { unit, .. } => Some(*unit),
        Element::YearOfCentury => Some(Precision::Year),
        Element::MonthName { .. } => Some(Precision::Month),
        Element::Fraction(digits) => Some(Precision::Fraction(*digits)),
    }
}

/// The finest unit, if no coarser one is left out: else one text would stand for many times.
fn precision(elements: &[Element]) -> Result<Precision, String> {
    let units: Vec<Precision> = elements.iter().filter_map(unit_of).collect();
    let Some(finest) = units.iter().max() else {
        return Err("it names no part of a date; use at least the year, such as yyyy".to_owned());
    };
    for (unit, letters) in [
        (Precision::Year, "yyyy"),
        (Precision::Month, "MM"),
        (Precision::Day, "dd"),
        (Precision::Hour, "HH"),
        (Precision::Minute, "mm"),
        (Precision::Second, "ss"),
    ] {
        if unit < *finest && !units.contains(&unit) {
            return Err(format!(
                "it leaves out '{letters}', so that its texts do not tell dates apart; add it"
            ));
        }
    }
    let is_fraction = |unit: &&Precision| matches!(unit, Precision::Fraction(_));
    if units.iter().filter(is_fraction).count() > 1 {
        return Err("it has the second's fraction twice; keep one".to_owned());
    }
    Ok(*finest)
}

/// Texts are in the order of time if each unit comes, at a fixed width, before all finer ones. Whatever repeats a
/// unit that was there is the same for texts that are equal so far, as a weekday after its date is.
fn is_ordered(elements: &[Element]) -> bool {
    let mut told: Option<Precision> = None;
    for element in elements {
        let unit = unit_of(element);
        let is_told = match (element, unit) {
            (Element::Literal(_), _) => true,
            (Element::WeekdayName { .. }, _) => told >= Some(Precision::Day),
            (_, unit) => told >= unit,
        };
        if is_told {
            continue;
        }
        let sorts = match element {
            Element::Number { padded, .. } => *padded,
            Element::YearOfCentury | Element::Fraction(_) => true,
            Element::Literal(_) | Element::MonthName { .. } | Element::WeekdayName { .. } => false,
        };
        let expected = match told {
            None => Some(Precision::Year),
            Some(Precision::Year) => Some(Precision::Month),
            Some(Precision::Month) => Some(Precision::Day),
            Some(Precision::Day) => Some(Precision::Hour),
            Some(Precision::Hour) => Some(Precision::Minute),
            Some(Precision::Minute) => Some(Precision::Second),
            Some(Precision::Second | Precision::Fraction(_)) => unit,
        };
        if !sorts || unit != expected {
            return false;
        }
        told = unit;
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_order_of_texts_is_told_from_the_pattern() {
        for (pattern, ordered) in [
            ("yyyy-MM-dd", true),
            ("yyyyMMdd", true),
            ("yyyy/MM/dd/HH", true),
            ("'year='yyyy'/day='yyyy-MM-dd EEE", true),
            ("yyyy-MM-dd'T'HH:mm:ss.SSS", true),
            ("yyyyMMddHHmmssSSSSSSSSS", true),
            ("yy-MM", true),
            ("yyyy", true),
            ("dd-MM-yyyy", false),
            ("yyyy-M-dd", false),
            ("y-MM-dd", false),
            ("yyyy-MMM-dd", false),
            ("yyyy-EEE-MM-dd", false),
            ("yyyy-dd-MM", false),
        ] {
            let format = DateFormat::of(pattern).unwrap();
            assert_eq!(format.is_ordered, ordered, "{pattern}");
        }
    }

    #[test]
    fn what_cannot_name_partitions_is_refused() {
        for (pattern, reason) in [
            ("", "names no part of a date"),
            ("'yyyy'", "names no part of a date"),
            ("yyyy-MM-dd'T", "a quote is not closed"),
            ("yyyy-MM-ddTHH", "the letter 'T' is not supported"),
            ("yyyy-MM-dd hh a", "the letter 'h' is not supported"),
            ("YYYY-MM-dd", "the letter 'Y' is not supported"),
            ("yyyyy-MM", "'y' is not supported 5 times"),
            ("yyyy-MM-ddd", "'d' is not supported 3 times"),
            ("yyyy-MM[-dd]", "'[' is not supported"),
            ("HH", "leaves out 'yyyy'"),
            ("yyyy-dd", "leaves out 'MM'"),
            ("yyyy-MM-dd HH:ss", "leaves out 'mm'"),
            ("yyyy-MM-dd HH:mm:ss.S SSS", "fraction twice"),
            ("yMMdd", "touches another"),
            ("yyyy-MM-d'1'", "touches another"),
        ] {
            let refused = DateFormat::of(pattern).unwrap_err();
            assert!(refused.contains(reason), "{pattern}: {refused}");
        }
    }
}
