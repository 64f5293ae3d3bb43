//! How far two texts are from each other: Levenshtein and Hamming distance.

use std::sync::Arc;

use arrow::array::{ArrayRef, Int64Array};
use datafusion::error::Result;

use super::text::TextArgument;
use crate::call::Call;
use crate::definition::Definition;
use crate::error::FunctionError;

/// The greatest product of lengths for which Trino computes an edit distance.
const COMBINED_LENGTH_MAX: usize = 1_000_000;

pub(super) fn definitions() -> Vec<Definition> {
    vec![
        Definition::new(
            "levenshtein_distance",
            "Computes Levenshtein distance between two strings",
        )
        .strict("(varchar, varchar) -> bigint", |call| {
            let mut distance = Levenshtein::default();
            distances(call, |left, right| distance.between(left, right))
        }),
        Definition::new(
            "hamming_distance",
            "Computes Hamming distance between two strings",
        )
        .strict("(varchar, varchar) -> bigint", |call| {
            distances(call, hamming)
        }),
    ]
}

fn distances(
    call: &Call<'_>,
    mut distance: impl FnMut(&str, &str) -> Result<i64, FunctionError>,
) -> Result<ArrayRef> {
    let left = TextArgument::of(call, 0)?;
    let right = TextArgument::of(call, 1)?;
    let values = (0..call.rows)
        .map(|row| {
            if call.is_null(row) {
                return Ok(0);
            }
            distance(left.value(row), right.value(row))
        })
        .collect::<Result<Vec<i64>, FunctionError>>()?;
    Ok(Arc::new(Int64Array::from(values)))
}

/// The room that the computation needs, kept from row to row.
#[derive(Default)]
struct Levenshtein {
    long: Vec<char>,
    short: Vec<char>,
    /// For each prefix of the short text, the edits between it and the part of the long text seen so far.
    edits: Vec<i64>,
}

impl Levenshtein {
    fn between(&mut self, left: &str, right: &str) -> Result<i64, FunctionError> {
        self.long.clear();
        self.long.extend(left.chars());
        self.short.clear();
        self.short.extend(right.chars());
        if self.long.len() < self.short.len() {
            std::mem::swap(&mut self.long, &mut self.short);
        }
        let Some(shorter) = self.short.len().checked_sub(1) else {
            return Ok(i64::try_from(self.long.len()).unwrap_or(i64::MAX));
        };
        if self.long.len().saturating_mul(shorter) > COMBINED_LENGTH_MAX {
            return Err(FunctionError::argument(
                "The combined inputs for Levenshtein distance are too large",
            ));
        }
        self.edits.clear();
        self.edits.extend((1..).take(self.short.len()));
        for (before, from) in (0..).zip(&self.long) {
            let mut diagonal = before;
            let mut previous = before + 1;
            for (edits, to) in self.edits.iter_mut().zip(&self.short) {
                let current = if from == to {
                    diagonal
                } else {
                    diagonal.min(*edits).min(previous) + 1
                };
                diagonal = std::mem::replace(edits, current);
                previous = current;
            }
        }
        Ok(self.edits.last().copied().unwrap_or(0))
    }
}

fn hamming(left: &str, right: &str) -> Result<i64, FunctionError> {
    let mut distance = 0;
    let mut left = left.chars();
    let mut right = right.chars();
    loop {
        match (left.next(), right.next()) {
            (Some(one), Some(other)) => distance += i64::from(one != other),
            (None, None) => return Ok(distance),
            _ => {
                return Err(FunctionError::argument(
                    "The input strings to hamming_distance function must have the same length",
                ));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use arrow::array::StringArray;

    use crate::testing::{column, shown, text};

    #[tokio::test]
    async fn levenshtein_distance_counts_edits() {
        let cases = [
            ("", "", "0"),
            ("", "hello", "5"),
            ("hello", "hello world", "6"),
            ("hello world", "hel wold", "3"),
            ("hello world", "hellq wodld", "2"),
            ("kitten", "sitting", "3"),
            ("ab", "ba", "2"),
            ("信念,爱,希望", "信念,love,希望", "4"),
        ];
        for (left, right, expected) in cases {
            for arguments in [vec![text(left), text(right)], vec![text(right), text(left)]] {
                assert_eq!(
                    shown("levenshtein_distance", arguments).await,
                    expected,
                    "{left} {right}"
                );
            }
        }
        let long = "e".repeat(100_000);
        assert_eq!(
            shown("levenshtein_distance", vec![text("hello"), text(&long)]).await,
            "99999"
        );
        let long = "x".repeat(1001);
        assert_eq!(
            shown("levenshtein_distance", vec![text(&long), text(&long)]).await,
            "ERROR: The combined inputs for Levenshtein distance are too large"
        );
    }

    #[tokio::test]
    async fn hamming_distance_needs_equal_lengths() {
        let left = StringArray::from(vec![Some("hello"), None, Some("naïve"), Some("")]);
        let right = StringArray::from(vec![Some("jello"), Some("x"), Some("naive"), Some("")]);
        let arguments = vec![column("varchar", left), column("varchar", right)];
        assert_eq!(shown("hamming_distance", arguments).await, "1|NULL|1|0");
        assert_eq!(
            shown("hamming_distance", vec![text("hello"), text("o")]).await,
            "ERROR: The input strings to hamming_distance function must have the same length"
        );
    }
}
