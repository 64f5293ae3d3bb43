//! Whether the first record of a delimited file is a header.
//!
//! A header that is taken for data is a row too many; data that is taken for a header is lost. So the first record
//! counts as a header only where something speaks for it that chance hardly explains.

use std::collections::{HashMap, HashSet};

use super::fields::{Field, Record};
use super::header_words::names_a_column;
use crate::crawler::classify::inferred_type::InferredType;
use crate::crawler::classify::scalar_text::field_type;

/// The most characters of a column's name, as in Glue.
const NAME_CHARACTERS_MAX: usize = 149;

/// The fewest records after the header that tell anything where all columns are strings.
const BODY_RECORDS_MIN: usize = 3;

/// From as many records on it tells something that each has a blank, or that each value recurs.
const WEAK_RECORDS_MIN: usize = 10;
const RECURRING_RECORDS_MIN: usize = 5;

/// Texts for a value that is missing: no names.
const MISSING: &[&str] = &[
    "n/a",
    "na",
    "n.a.",
    "null",
    "none",
    "nil",
    "nan",
    "-",
    "?",
    "unknown",
    "missing",
    "undefined",
    "(null)",
    "#n/a",
];

/// Whether `first` is a header of `body`, the records after it. `columns` is how many fields most records have.
pub(super) fn is_header(first: &Record<'_>, body: &[Record<'_>], columns: usize) -> bool {
    let names: Vec<&str> = first.fields.iter().map(|field| field.text.trim()).collect();
    if names.len() != columns || body.is_empty() || !could_be_names(&names) {
        return false;
    }
    let bodies: Vec<Vec<&str>> = (0..columns).map(|column| values(body, column)).collect();
    let pairs: Vec<(&str, &[&str])> = names
        .iter()
        .copied()
        .zip(bodies.iter().map(Vec::as_slice))
        .collect();
    if pairs
        .iter()
        .any(|(name, body)| stands_out_by_type(name, body))
    {
        return true;
    }
    let are_identifiers = names.iter().all(|name| is_identifier(name));
    let are_distinct = {
        let distinct: HashSet<String> = names.iter().map(|name| name.to_lowercase()).collect();
        distinct.len() == names.len()
    };
    let recurs = pairs
        .iter()
        .any(|(name, body)| body.iter().any(|value| value.eq_ignore_ascii_case(name)));
    body.len() >= BODY_RECORDS_MIN
        && are_identifiers
        && are_distinct
        && !recurs
        && stand_out_by_shape(&pairs)
}

/// The values of a column that are not null.
fn values<'a>(body: &'a [Record<'_>], column: usize) -> Vec<&'a str> {
    body.iter()
        .filter_map(|record| record.fields.get(column))
        .map(|field: &Field<'_>| field.text.trim())
        .filter(|text| field_type(text) != InferredType::Null)
        .collect()
}

/// Whether all are strings that are neither missing values nor look like data. The first may be empty, as pandas leaves
/// it above its index, or the last, before a delimiter that ends the record.
fn could_be_names(names: &[&str]) -> bool {
    let inner = match names {
        [first, rest @ .., last] if first.is_empty() && !rest.is_empty() && !last.is_empty() => {
            names.get(1..)
        }
        [rest @ .., ""] => Some(rest),
        all => Some(all),
    };
    let inner = inner.unwrap_or_default();
    !inner.is_empty()
        && inner.iter().all(|name| {
            field_type(name) == InferredType::String
                && name.chars().count() <= NAME_CHARACTERS_MAX
                && !MISSING.contains(&name.to_lowercase().as_str())
                && !looks_like_data(name)
        })
}

/// Whether a text is a telephone number, a date, an address or the like.
fn looks_like_data(text: &str) -> bool {
    let digits = text.chars().filter(char::is_ascii_digit).count();
    let begins_with_number = text.starts_with(|first: char| first.is_ascii_digit() || first == '+');
    let is_mostly_digits = digits.saturating_mul(2) >= text.chars().count();
    (begins_with_number && is_mostly_digits)
        || !text.chars().any(char::is_alphabetic)
        || text.contains('@')
        || text.contains("://")
}

/// Whether the name's column, with few exceptions, has numbers, dates or booleans.
fn stands_out_by_type(name: &str, body: &[&str]) -> bool {
    let is_typed = |text: &&&str| field_type(text) != InferredType::String;
    !name.is_empty() && most(body, body.iter().filter(is_typed).count())
}

/// Whether it is one column of ten that differs, at the most.
fn most(body: &[&str], count: usize) -> bool {
    let others = body.len().saturating_sub(count);
    !body.is_empty() && others.saturating_mul(10) <= body.len()
}

/// Letters, digits, `_`, blanks, `-` and `.`, beginning with a letter.
fn is_identifier(name: &str) -> bool {
    name.starts_with(char::is_alphabetic)
        && name.chars().all(|character| {
            character.is_alphanumeric() || matches!(character, '_' | ' ' | '-' | '.')
        })
}

/// Where all columns are strings: whether one thing speaks strongly for a header, or two of them weakly.
fn stand_out_by_shape(pairs: &[(&str, &[&str])]) -> bool {
    if pairs.iter().any(|(name, body)| lacks_digits(name, body)) || are_column_words(pairs) {
        return true;
    }
    let differing = differing_in_case(pairs);
    if differing == pairs.len() || differing >= 2 {
        return true;
    }
    let weak = [
        differing == 1,
        pairs.iter().any(|(name, body)| lacks_blanks(name, body)),
        pairs.iter().any(|(_, body)| recur(body)),
        pairs
            .iter()
            .any(|(name, body)| has_underscore_alone(name, body)),
        pairs.iter().any(|(name, body)| is_shorter(name, body)),
    ];
    weak.into_iter().filter(|speaks| *speaks).count() >= 2
}

/// Whether the values have digits, `@`, `/` or `:`, and the name has not.
fn lacks_digits(name: &str, body: &[&str]) -> bool {
    let is_telling = |character: char| {
        character.is_ascii_digit() || matches!(character, '@' | '/' | ':' | '{' | '<')
    };
    let telling = body
        .iter()
        .filter(|value| value.contains(is_telling))
        .count();
    body.len() >= BODY_RECORDS_MIN && !name.contains(is_telling) && most(body, telling)
}

/// Whether half of the names are words that columns are called by, and the values are not.
fn are_column_words(pairs: &[(&str, &[&str])]) -> bool {
    let known = pairs
        .iter()
        .filter(|(name, _)| names_a_column(name))
        .count();
    let values = pairs.iter().flat_map(|(_, body)| body.iter());
    let (all, known_values) = values.fold((0_usize, 0_usize), |(all, known), value| {
        let is_known = usize::from(names_a_column(value));
        (all.saturating_add(1), known.saturating_add(is_known))
    });
    known > 0 && known.saturating_mul(2) >= pairs.len() && known_values.saturating_mul(5) <= all
}

/// How letters are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum LetterCase {
    Lower,
    Upper,
    Capitalized,
}

fn letter_case(text: &str) -> Option<LetterCase> {
    let has_lower = text.contains(char::is_lowercase);
    let has_upper = text.contains(char::is_uppercase);
    match (has_lower, has_upper) {
        (true, false) => Some(LetterCase::Lower),
        (false, true) => Some(LetterCase::Upper),
        (true, true) => Some(LetterCase::Capitalized),
        (false, false) => None,
    }
}

/// In how many columns the values are written in another case than the names, which are all written in the same.
fn differing_in_case(pairs: &[(&str, &[&str])]) -> usize {
    let cases: HashSet<Option<LetterCase>> =
        pairs.iter().map(|(name, _)| letter_case(name)).collect();
    let mut cases = cases.into_iter();
    let (Some(case), None) = (cases.next(), cases.next()) else {
        return 0;
    };
    pairs
        .iter()
        .filter(|(_, body)| {
            let differs = |value: &&&str| letter_case(value) != case;
            body.len() >= BODY_RECORDS_MIN && most(body, body.iter().filter(differs).count())
        })
        .count()
}

fn lacks_blanks(name: &str, body: &[&str]) -> bool {
    let with_blanks = body.iter().filter(|value| value.contains(' ')).count();
    body.len() >= WEAK_RECORDS_MIN && !name.contains(' ') && most(body, with_blanks)
}

/// Whether hardly any value stands alone, so that another one that does would be odd. It speaks weakly only: sorted
/// data has its first value alone as often as not.
fn recur(body: &[&str]) -> bool {
    let mut counts: HashMap<&str, usize> = HashMap::new();
    for value in body {
        let count = counts.entry(value).or_default();
        *count = count.saturating_add(1);
    }
    let alone = counts.values().filter(|count| **count == 1).count();
    body.len() >= RECURRING_RECORDS_MIN && alone.saturating_mul(10) <= body.len()
}

fn has_underscore_alone(name: &str, body: &[&str]) -> bool {
    body.len() >= BODY_RECORDS_MIN
        && name.contains('_')
        && !body.iter().any(|value| value.contains('_'))
}

/// Whether every value is at least twice as long as the name.
fn is_shorter(name: &str, body: &[&str]) -> bool {
    let length = name.chars().count().saturating_mul(2);
    body.len() >= BODY_RECORDS_MIN && body.iter().all(|value| value.chars().count() >= length)
}

#[cfg(test)]
#[path = "header_tests.rs"]
mod tests;
