//! Finding the delimiter and the quotes: those by which most records have the same number of fields.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use super::fields::{Dialect, Records};
use crate::crawler::classify::sample::SampleText;

/// The delimiters tried, those first that a text has least by chance.
const DELIMITERS: [char; 5] = ['\u{1}', '\t', ',', '|', ';'];

/// How many records are looked at, as Glue does.
const RECORDS_MAX: usize = 1_000;

/// Of as many records one may have another number of fields.
const RECORDS_PER_ODD_MIN: usize = 10;

/// A dialect that fits the sample.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct DialectFound {
    pub dialect: Dialect,
    /// How many fields most records have.
    pub columns: usize,
    /// How many records were looked at.
    pub records: usize,
    /// How many of them have as many fields.
    pub even_records: usize,
    /// Whether a field is quoted.
    pub has_quotes: bool,
    quotes: Quotes,
}

/// How well the quotes fit, the best first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Quotes {
    /// Each that opens a field is closed at the field's end, or there are none.
    Match,
    /// They are taken as text, since they do not match.
    AreText,
    /// They do not match.
    Differ,
}

impl DialectFound {
    /// Whether so few records have another number of fields that it is no accident.
    pub fn is_consistent(&self) -> bool {
        let odd = self.records.saturating_sub(self.even_records);
        odd.saturating_mul(RECORDS_PER_ODD_MIN) <= self.records
    }
}

/// The dialect that fits best among those that give two columns and two records at least.
pub(super) fn find_dialect(sample: SampleText<'_>, quote: char) -> Option<DialectFound> {
    let mut found: Vec<DialectFound> = DELIMITERS
        .into_iter()
        .filter(|delimiter| sample.text.contains(*delimiter))
        .filter_map(|delimiter| measure_delimiter(sample, delimiter, quote))
        .filter(|found| found.columns >= 2 && found.records >= 2 && found.is_consistent())
        .collect();
    let others = found.len() > 1;
    if others && commas_are_decimal(sample.text) {
        found.retain(|found| found.dialect.delimiter != ',');
    }
    // Of equals the first is wanted, which is what min_by_key gives.
    found.into_iter().min_by_key(|found| {
        let odd = found.records.saturating_sub(found.even_records);
        (found.quotes, Reverse(found.columns), odd)
    })
}

/// How `delimiter` fits: with quotes, with escaped quotes, or else without quotes. `None` for a sample without records.
pub(super) fn measure_delimiter(
    sample: SampleText<'_>,
    delimiter: char,
    quote: char,
) -> Option<DialectFound> {
    let dialect = |quote, escape| Dialect {
        delimiter,
        quote,
        escape,
    };
    let doubled = measure(sample, dialect(Some(quote), None))?;
    if doubled.quotes == Quotes::Match {
        return Some(doubled);
    }
    let escaped = measure(sample, dialect(Some(quote), Some('\\')))?;
    if escaped.quotes == Quotes::Match {
        return Some(escaped);
    }
    // Quotes that match nowhere are text. What matters then is whether the fields come out even.
    let plain = measure(sample, dialect(None, None))?;
    if plain.is_consistent() && plain.columns >= 2 {
        return Some(DialectFound {
            quotes: Quotes::AreText,
            ..plain
        });
    }
    Some(doubled)
}

fn measure(sample: SampleText<'_>, dialect: Dialect) -> Option<DialectFound> {
    let mut counts: BTreeMap<usize, usize> = BTreeMap::new();
    let mut records: usize = 0;
    let mut has_quotes = false;
    let mut quotes_match = true;
    for record in Records::new(sample, dialect).take(RECORDS_MAX) {
        let count = counts.entry(record.fields.len()).or_default();
        *count = count.saturating_add(1);
        records = records.saturating_add(1);
        has_quotes |= record.fields.iter().any(|field| field.is_quoted);
        quotes_match &= record.quotes_match;
    }
    // Of equally frequent counts the largest: short records miss their last fields.
    let (columns, even_records) = counts.into_iter().max_by_key(|(_, records)| *records)?;
    Some(DialectFound {
        dialect,
        columns,
        records,
        even_records,
        has_quotes,
        quotes: if quotes_match {
            Quotes::Match
        } else {
            Quotes::Differ
        },
    })
}

/// Whether every comma stands between two digits, as in `1,5;2,5`: then it is part of the numbers as long as another
/// delimiter fits.
fn commas_are_decimal(text: &str) -> bool {
    let bytes = text.as_bytes();
    let is_digit = |position: Option<usize>| {
        position
            .and_then(|position| bytes.get(position))
            .is_some_and(u8::is_ascii_digit)
    };
    bytes
        .iter()
        .enumerate()
        .filter(|(_, byte)| **byte == b',')
        .all(|(position, _)| is_digit(position.checked_sub(1)) && is_digit(position.checked_add(1)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Option<(char, usize, bool)> {
        let is_whole = true;
        find_dialect(SampleText { text, is_whole }, '"')
            .map(|found| (found.dialect.delimiter, found.columns, found.has_quotes))
    }

    #[test]
    fn the_delimiter_is_the_one_by_which_records_come_out_even() {
        for (text, expected) in [
            ("a,b,c\n1,2,3\n", (',', 3, false)),
            ("a|b\n1|2\n", ('|', 2, false)),
            ("a\tb\n1, 2\t3\n", ('\t', 2, false)),
            ("a;b\n1,5;2,5\n", (';', 2, false)),
            ("1,5;2,5\n3,5;4,5\n", (';', 2, false)),
            ("a\u{1}b\n1\u{1}2\n", ('\u{1}', 2, false)),
            ("Jan 1, 2020\tx\nJan 2, 2020\ty\n", ('\t', 2, false)),
            ("1,x|y,3\n2,z|w,4\n", (',', 3, false)),
            ("\"a, b\"|\"c, d\"\n\"e, f\"|\"g, h\"\n", ('|', 2, true)),
            ("a,b\n\"x\ny\",2\n\"p,q\",3\n", (',', 2, true)),
        ] {
            assert_eq!(found(text), Some(expected), "{text}");
        }
    }

    #[test]
    fn text_without_columns_has_no_delimiter() {
        for text in [
            "",
            "one line, only\n",
            "no delimiter\nat all\n",
            "Dear Sir,\nthank you, and yours, too.\nBye\n",
            "a\nb,c\nd,e,f\n",
        ] {
            assert_eq!(found(text), None, "{text}");
        }
    }

    #[test]
    fn quotes_that_match_nowhere_are_text() {
        assert_eq!(
            found("size\tname\n\"3 inch\tx\n4\ty\n"),
            Some(('\t', 2, false))
        );
        assert_eq!(
            found("a,b\n\"say \\\"hi, there\\\"\",2\n"),
            Some((',', 2, true))
        );
    }

    #[test]
    fn one_record_in_ten_may_be_odd() {
        let even = "1,2\n".repeat(19);
        assert_eq!(found(&format!("{even}1\n")), Some((',', 2, false)));
        assert_eq!(found(&format!("{even}1\n1\n1\n")), None);
    }
}
