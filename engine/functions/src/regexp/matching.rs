//! Whether, where and how often a pattern is in a text.

use std::sync::Arc;

use arrow::array::{ArrayRef, BooleanArray, Int32Array, Int64Array};
use arrow::datatypes::Int32Type;
use datafusion::error::Result;

use super::cache::Patterns;
use super::pattern::{Pattern, Visit};
use crate::call::Call;
use crate::definition::Definition;
use crate::error::FunctionError;
use crate::string::text::{TextArgument, advance, code_points};

pub(super) fn definitions() -> Vec<Definition> {
    vec![
        Definition::new(
            "regexp_like",
            "Returns whether the pattern is contained within the string",
        )
        .strict("(varchar, varchar) -> boolean", regexp_like)
        .strict("(varchar, char(y)) -> boolean", regexp_like),
        Definition::new(
            "regexp_count",
            "Returns the number of times that a pattern occurs in a string",
        )
        .strict("(varchar, varchar) -> bigint", regexp_count)
        .strict("(varchar, char(y)) -> bigint", regexp_count),
        Definition::new(
            "regexp_position",
            "Returns the index of the n-th matched substring, starting from a position",
        )
        .strict("(varchar, varchar) -> integer", regexp_position)
        .strict("(varchar, varchar, integer) -> integer", regexp_position)
        .strict(
            "(varchar, varchar, integer, integer) -> integer",
            regexp_position,
        )
        .strict("(varchar, char(y)) -> integer", regexp_position)
        .strict("(varchar, char(y), integer) -> integer", regexp_position)
        .strict(
            "(varchar, char(y), integer, integer) -> integer",
            regexp_position,
        ),
    ]
}

fn regexp_like(call: &Call<'_>) -> Result<ArrayRef> {
    let texts = TextArgument::of(call, 0)?;
    let mut patterns = Patterns::of(call, 1)?;
    if call.rows > 0
        && let Some(pattern) = patterns.constant()?
        && let Some(matches) = pattern.matches((0..call.rows).map(|row| texts.value(row)))
    {
        return Ok(Arc::new(BooleanArray::from(matches)));
    }
    let matches = (0..call.rows)
        .map(|row| {
            if call.is_null(row) {
                return Ok(false);
            }
            patterns.at(row)?.is_match(texts.value(row))
        })
        .collect::<Result<Vec<bool>, FunctionError>>()?;
    Ok(Arc::new(BooleanArray::from(matches)))
}

fn regexp_count(call: &Call<'_>) -> Result<ArrayRef> {
    let texts = TextArgument::of(call, 0)?;
    let mut patterns = Patterns::of(call, 1)?;
    let counts = (0..call.rows)
        .map(|row| {
            let mut count = 0;
            if !call.is_null(row) {
                patterns.at(row)?.visit(texts.value(row), 0, |_, _| {
                    count += 1;
                    Ok(Visit::On)
                })?;
            }
            Ok(count)
        })
        .collect::<Result<Vec<i64>, FunctionError>>()?;
    Ok(Arc::new(Int64Array::from(counts)))
}

fn regexp_position(call: &Call<'_>) -> Result<ArrayRef> {
    let texts = TextArgument::of(call, 0)?;
    let mut patterns = Patterns::of(call, 1)?;
    let one = || Int32Array::from_value(1, call.rows);
    let starts = if call.len() > 2 {
        call.primitives::<Int32Type>(2)?
    } else {
        one()
    };
    let occurrences = if call.len() > 3 {
        call.primitives::<Int32Type>(3)?
    } else {
        one()
    };
    let positions = (0..call.rows)
        .map(|row| {
            if call.is_null(row) {
                return Ok(0);
            }
            let (start, occurrence) = (starts.value(row), occurrences.value(row));
            if start < 1 {
                return Err(FunctionError::argument(
                    "start position cannot be smaller than 1",
                ));
            }
            if occurrence < 1 {
                return Err(FunctionError::argument(
                    "occurrence cannot be smaller than 1",
                ));
            }
            position(patterns.at(row)?, texts.value(row), start, occurrence)
        })
        .collect::<Result<Vec<i32>, FunctionError>>()?;
    Ok(Arc::new(Int32Array::from(positions)))
}

/// The position of an occurrence from a position on, both counted from 1; -1 if there is none.
fn position(
    pattern: &Pattern,
    text: &str,
    start: i32,
    occurrence: i32,
) -> Result<i32, FunctionError> {
    if i64::from(start) > code_points(text) {
        return Ok(-1);
    }
    let from = advance(text, 0, usize::try_from(start - 1).unwrap_or(0));
    let mut position = -1;
    let mut seen = 0;
    pattern.visit(text, from, |begin, _| {
        seen += 1;
        if seen < occurrence {
            return Ok(Visit::On);
        }
        let before = code_points(text.get(..begin).unwrap_or(""));
        position = i32::try_from(before.saturating_add(1)).unwrap_or(i32::MAX);
        Ok(Visit::Stop)
    })?;
    Ok(position)
}

#[cfg(test)]
mod tests {
    use arrow::array::{Int32Array, StringArray};
    use datafusion::scalar::ScalarValue;

    use crate::testing::{Argument, column, constant, shown, text};

    fn integer(value: i32) -> Argument {
        constant("integer", ScalarValue::from(value))
    }

    #[tokio::test]
    async fn patterns_are_found_anywhere() {
        let values = StringArray::from(vec![Some("Stephen"), None, Some("Stevens"), Some("")]);
        for (pattern, expected) in [
            ("Ste(v|ph)en", "true|NULL|true|false"),
            ("^Ste(v|ph)en$", "true|NULL|false|false"),
            ("even", "false|NULL|true|false"),
            ("", "true|NULL|true|true"),
            ("(?i)STE.*S$", "false|NULL|true|false"),
        ] {
            let arguments = vec![column("varchar", values.clone()), text(pattern)];
            assert_eq!(shown("regexp_like", arguments).await, expected, "{pattern}");
        }
        let patterns = StringArray::from(vec![Some("p"), Some("("), Some("^S.*s"), None]);
        let arguments = vec![column("varchar", values), column("varchar", patterns)];
        assert_eq!(shown("regexp_like", arguments).await, "true|NULL|true|NULL");
        let arguments = vec![
            text("ala"),
            column("char(5)", StringArray::from(vec!["ala  "])),
        ];
        assert_eq!(shown("regexp_like", arguments).await, "false");
        assert_eq!(
            shown("regexp_like", vec![text("abc"), text("[invalid")]).await,
            "ERROR: premature end of char-class"
        );
    }

    #[tokio::test]
    async fn matches_are_counted() {
        for (value, pattern, expected) in [
            ("1a 2b 14m", r"\s*[a-z]+\s*", "3"),
            ("a.b:c;d", r"[\.:;]", "3"),
            ("君子矜而不争，党而不群", "不", "2"),
            ("abcd", "", "5"),
            ("", "", "1"),
            ("", "x", "0"),
            ("Hello world bye", r"\b[a-z]([a-z]*)", "2"),
        ] {
            assert_eq!(
                shown("regexp_count", vec![text(value), text(pattern)]).await,
                expected
            );
        }
    }

    #[tokio::test]
    async fn positions_count_code_points() {
        let apples = "I have 23 apples, 5 pears and 13 oranges";
        let number = r"\b\d+\b";
        for (value, pattern, start, occurrence, expected) in [
            (apples, number, 1, 1, "8"),
            (apples, number, 5, 1, "8"),
            (apples, number, 12, 2, "31"),
            (apples, number, 12, 3, "-1"),
            ("a1b2c3d", "", 2, 7, "8"),
            ("a1b2c3d", "", 2, 8, "-1"),
            ("行成于思str而毁123于随", "于", 3, 2, "13"),
            ("有朋$%X自9远方9来", r"\d", 10, 1, "10"),
            ("", "", 1, 1, "-1"),
            ("a,b,c", ",", 1000, 1, "-1"),
        ] {
            let arguments = vec![
                text(value),
                text(pattern),
                integer(start),
                integer(occurrence),
            ];
            assert_eq!(
                shown("regexp_position", arguments).await,
                expected,
                "{value} {pattern} {start} {occurrence}"
            );
        }
        let arguments = vec![text(apples), text(number)];
        assert_eq!(shown("regexp_position", arguments).await, "8");
        let starts = Int32Array::from(vec![Some(12), None, Some(30)]);
        let arguments = vec![text(apples), text(number), column("integer", starts)];
        assert_eq!(shown("regexp_position", arguments).await, "19|NULL|31");
        let arguments = vec![text("a"), text("a"), integer(0), integer(0)];
        assert_eq!(
            shown("regexp_position", arguments).await,
            "ERROR: start position cannot be smaller than 1"
        );
        let arguments = vec![text("a"), text("a"), integer(1), integer(0)];
        assert_eq!(
            shown("regexp_position", arguments).await,
            "ERROR: occurrence cannot be smaller than 1"
        );
    }
}
