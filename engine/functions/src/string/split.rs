//! `split` and `split_part`: text cut at a delimiter.

use arrow::array::ArrayRef;
use datafusion::error::Result;

use super::search::Needle;
use super::text::{TextArgument, TextParts, TextWriter, advance, text_lists};
use crate::call::Call;
use crate::definition::Definition;
use crate::error::FunctionError;

/// The greatest number of parts that may be asked for.
const LIMIT_MAX: i64 = 2_147_483_647;

pub(super) fn definitions() -> Vec<Definition> {
    vec![
        Definition::new(
            "split",
            "Splits a string by a delimiter into an array of parts",
        )
        .strict("(varchar(x), varchar) -> array(varchar(x))", |call| {
            split(call, |_| LIMIT_MAX)
        })
        .strict(
            "(varchar(x), varchar, bigint) -> array(varchar(x))",
            |call| {
                let limits = call.bigints(2)?;
                split(call, |row| limits.value(row))
            },
        ),
        Definition::new(
            "split_part",
            "Splits a string by a delimiter and returns the specified field (counting from one)",
        )
        .strict("(varchar(x), varchar, bigint) -> varchar(x)", split_part),
    ]
}

fn split(call: &Call<'_>, limit: impl Fn(usize) -> i64) -> Result<ArrayRef> {
    let texts = TextArgument::of(call, 0)?;
    let delimiter = Needle::of(call, 1)?;
    let mut lengths = Vec::with_capacity(call.rows);
    let mut writer = TextWriter::new(call.rows);
    for row in 0..call.rows {
        if call.is_null(row) {
            lengths.push(0);
            continue;
        }
        let limit = limit(row);
        check_limit(limit, delimiter.value(row))?;
        let mut rest = texts.value(row);
        let mut parts = 1_usize;
        while i64::try_from(parts).unwrap_or(i64::MAX) < limit
            && let Some(found) = delimiter.find(row, rest)
        {
            writer.push(rest.get(..found).unwrap_or(""))?;
            rest = rest.get(found + delimiter.value(row).len()..).unwrap_or("");
            parts += 1;
        }
        writer.push(rest)?;
        lengths.push(parts);
    }
    text_lists(call.returns(), &lengths, writer.finish()?)
}

fn check_limit(limit: i64, delimiter: &str) -> Result<(), FunctionError> {
    if limit <= 0 {
        return Err(FunctionError::argument("Limit must be positive"));
    }
    if limit > LIMIT_MAX {
        return Err(FunctionError::argument("Limit is too large"));
    }
    if delimiter.is_empty() {
        return Err(FunctionError::argument(
            "The delimiter may not be the empty string",
        ));
    }
    Ok(())
}

fn split_part(call: &Call<'_>) -> Result<ArrayRef> {
    let source = call.strings(0)?;
    let delimiter = Needle::of(call, 1)?;
    let indexes = call.bigints(2)?;
    let mut parts = TextParts::of(&source);
    for row in 0..call.rows {
        if call.is_null(row) {
            parts.push_null()?;
            continue;
        }
        let index = indexes.value(row);
        if index <= 0 {
            return Err(FunctionError::argument("Index must be greater than zero").into());
        }
        match part(source.value(row), row, &delimiter, index) {
            Some((start, end)) => parts.push(row, start, end)?,
            None => parts.push_null()?,
        }
    }
    Ok(parts.finish())
}

/// The bytes of a field. Without a delimiter every character is one.
fn part(text: &str, row: usize, delimiter: &Needle<'_>, index: i64) -> Option<(usize, usize)> {
    let skipped = usize::try_from(index - 1).ok()?;
    let length = delimiter.value(row).len();
    if length == 0 {
        let start = advance(text, 0, skipped);
        return (start < text.len()).then(|| (start, advance(text, start, 1)));
    }
    let mut start = 0;
    for _ in 0..skipped {
        start += delimiter.find(row, text.get(start..)?)? + length;
    }
    let rest = text.get(start..)?;
    let end = delimiter
        .find(row, rest)
        .map_or(text.len(), |found| start + found);
    Some((start, end))
}

#[cfg(test)]
mod tests {
    use arrow::array::{Int64Array, StringArray};

    use crate::testing::{bigint, call, column, shown, text};

    #[tokio::test]
    async fn text_is_split_at_each_delimiter() {
        let values = StringArray::from(vec![
            Some("a..b..c"),
            None,
            Some(""),
            Some("......"),
            Some("信念..爱.."),
        ]);
        assert_eq!(
            shown("split", vec![column("varchar", values), text("..")]).await,
            "[a, b, c]|NULL|[]|[, , , ]|[信念, 爱, ]"
        );
        let (_, returns) = call("split", vec![text("a"), text(".")]).await.unwrap();
        assert_eq!(returns.to_string(), "array(varchar)");
    }

    #[tokio::test]
    async fn the_last_part_has_the_rest() {
        let limits = Int64Array::from(vec![Some(1), Some(2), Some(3), Some(9), None]);
        let arguments = vec![text("a.b..c"), text("."), column("bigint", limits)];
        assert_eq!(
            shown("split", arguments).await,
            "[a.b..c]|[a, b..c]|[a, b, .c]|[a, b, , c]|NULL"
        );
        for (delimiter, limit, expected) in [
            ("", 1, "The delimiter may not be the empty string"),
            (".", 0, "Limit must be positive"),
            (".", -1, "Limit must be positive"),
            (".", 2_147_483_648, "Limit is too large"),
        ] {
            assert_eq!(
                shown("split", vec![text("a"), text(delimiter), bigint(limit)]).await,
                format!("ERROR: {expected}")
            );
        }
    }

    #[tokio::test]
    async fn fields_are_counted_from_one() {
        let cases = [
            ("abc-@-def-@-ghi", "-@-", 1, "abc"),
            ("abc-@-def-@-ghi", "-@-", 3, "ghi"),
            ("abc-@-def-@-ghi", "-@-", 4, "NULL"),
            (
                "a field that is longer than a view/b",
                "/",
                1,
                "a field that is longer than a view",
            ),
            ("abc", "abc", 2, ""),
            ("abc", "abc", 3, "NULL"),
            ("", "abc", 1, ""),
            ("", "", 1, "NULL"),
            ("a爱c", "", 2, "爱"),
            ("abc", "", 4, "NULL"),
            ("abcdddddef", "dd", 3, "def"),
            ("a/b/c/", "/", 4, ""),
            ("信念,爱,希望", ",", 3, "希望"),
        ];
        for (source, delimiter, index, expected) in cases {
            let arguments = vec![text(source), text(delimiter), bigint(index)];
            assert_eq!(
                shown("split_part", arguments).await,
                expected,
                "{source} {index}"
            );
        }
        for index in [0, -1] {
            assert_eq!(
                shown("split_part", vec![text("abc"), text(""), bigint(index)]).await,
                "ERROR: Index must be greater than zero"
            );
        }
        let values = StringArray::from(vec![Some("a,b"), None, Some("c")]);
        let delimiters = StringArray::from(vec![Some(","), Some(","), None]);
        let arguments = vec![
            column("varchar", values),
            column("varchar", delimiters),
            bigint(2),
        ];
        assert_eq!(shown("split_part", arguments).await, "b|NULL|NULL");
    }
}
