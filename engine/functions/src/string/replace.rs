//! `replace`: every occurrence of a text by another.

use std::sync::Arc;

use arrow::array::ArrayRef;
use datafusion::error::Result;

use super::search::Needle;
use super::text::{TextArgument, TextWriter, type_length, varchar_of};
use crate::call::Call;
use crate::definition::Definition;
use crate::error::FunctionError;
use crate::signature::Bound;
use crate::types::Type;

pub(super) fn definitions() -> Vec<Definition> {
    vec![
        Definition::new(
            "replace",
            "Greedily removes or replaces occurrences of a text in a string",
        )
        .strict("(varchar(x), varchar) -> varchar(x)", |call| {
            replaced(call, false)
        })
        .strict_returning(
            "(varchar(x), varchar, varchar) -> varchar",
            longest,
            |call| replaced(call, true),
        ),
    ]
}

/// The longest result: the replacement stands before each character and at the end.
fn longest(bound: &Bound) -> Result<Type, FunctionError> {
    let mut lengths = bound.arguments.iter().map(type_length);
    let source = lengths.next().unwrap_or(u64::MAX);
    let replacement = lengths.nth(1).unwrap_or(u64::MAX);
    Ok(varchar_of(
        replacement
            .saturating_mul(source.saturating_add(1))
            .saturating_add(source),
    ))
}

fn replaced(call: &Call<'_>, with_replacement: bool) -> Result<ArrayRef> {
    let texts = TextArgument::of(call, 0)?;
    let needle = Needle::of(call, 1)?;
    let replacements = if with_replacement {
        TextArgument::of(call, 2)?
    } else {
        TextArgument::Constant("")
    };
    let mut writer = TextWriter::new(call.rows);
    for row in 0..call.rows {
        if !call.is_null(row) {
            let replacement = replacements.value(row);
            if needle.value(row).is_empty() {
                surround(&mut writer, texts.value(row), replacement)?;
            } else {
                substitute(&mut writer, row, texts.value(row), &needle, replacement)?;
            }
        }
        writer.end()?;
    }
    Ok(Arc::new(writer.finish()?))
}

/// Every empty text is one: before each character, and at the end.
fn surround(writer: &mut TextWriter, source: &str, replacement: &str) -> Result<(), FunctionError> {
    let places = source.chars().count().saturating_add(1);
    writer.reserve(
        places
            .saturating_mul(replacement.len())
            .saturating_add(source.len()),
    )?;
    let text = writer.text();
    text.push_str(replacement);
    for c in source.chars() {
        text.push(c);
        text.push_str(replacement);
    }
    Ok(())
}

fn substitute(
    writer: &mut TextWriter,
    row: usize,
    source: &str,
    needle: &Needle<'_>,
    replacement: &str,
) -> Result<(), FunctionError> {
    let mut rest = source;
    while let Some(found) = needle.find(row, rest) {
        writer.reserve(found.saturating_add(replacement.len()))?;
        let text = writer.text();
        text.push_str(rest.get(..found).unwrap_or(""));
        text.push_str(replacement);
        rest = rest.get(found + needle.value(row).len()..).unwrap_or("");
    }
    writer.text().push_str(rest);
    Ok(())
}

#[cfg(test)]
mod tests {
    use arrow::array::StringArray;
    use datafusion::scalar::ScalarValue;

    use crate::testing::{call, column, constant, shown, text};

    #[tokio::test]
    async fn occurrences_are_replaced_from_the_left() {
        let cases = [
            ("aaa", "a", "aa", "aaaaaa"),
            ("aaaa", "aa", "b", "bb"),
            ("abcdefabcdef", "cd", "XX", "abXXefabXXef"),
            ("foo", "foo", "", ""),
            ("abc", "", "xx", "xxaxxbxxcxx"),
            ("", "", "xx", "xx"),
            ("foo", "", "", "foo"),
            ("::𐐭::", ":", "", "𐐭"),
            ("Österreich", "Ö", "Oe", "Oesterreich"),
        ];
        for (source, search, replacement, expected) in cases {
            let arguments = vec![text(source), text(search), text(replacement)];
            assert_eq!(
                shown("replace", arguments).await,
                expected,
                "{source} {search}"
            );
        }
    }

    #[tokio::test]
    async fn every_argument_may_vary() {
        let column = |values: Vec<Option<&str>>| column("varchar", StringArray::from(values));
        let arguments = vec![
            column(vec![Some("abab"), None, Some("爱a"), Some("x")]),
            column(vec![Some("b"), Some("a"), Some("爱"), None]),
            column(vec![Some("-"), Some("b"), Some(""), Some("y")]),
        ];
        assert_eq!(shown("replace", arguments).await, "a-a-|NULL|a|NULL");
        let arguments = vec![column(vec![Some("0010"), None]), text("0")];
        assert_eq!(shown("replace", arguments).await, "1|NULL");
    }

    #[tokio::test]
    async fn the_type_is_as_long_as_the_longest_result() {
        let short = |length, value| constant(length, ScalarValue::from(value));
        let arguments = vec![
            short("varchar(3)", "aaa"),
            text("a"),
            short("varchar(2)", "aa"),
        ];
        let (_, returns) = call("replace", arguments).await.unwrap();
        assert_eq!(returns.to_string(), "varchar(11)");
        let arguments = vec![text("aaa"), text("a"), short("varchar(0)", "")];
        let (_, returns) = call("replace", arguments).await.unwrap();
        assert_eq!(returns.to_string(), "varchar");
    }
}
