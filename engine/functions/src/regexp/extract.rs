//! What of a text a pattern matches, and what is between.

use arrow::array::{ArrayRef, Int64Array};
use datafusion::error::Result;

use super::cache::Patterns;
use super::pattern::{Pattern, Visit};
use crate::call::Call;
use crate::definition::Definition;
use crate::error::FunctionError;
use crate::string::text::{TextArgument, TextParts, TextWriter, text_lists};

pub(super) fn definitions() -> Vec<Definition> {
    vec![
        Definition::new(
            "regexp_extract",
            "Returns the first match of the pattern, or one of its groups",
        )
        .strict("(varchar(x), varchar) -> varchar(x)", regexp_extract)
        .strict(
            "(varchar(x), varchar, bigint) -> varchar(x)",
            regexp_extract,
        )
        .strict("(varchar(x), char(y)) -> varchar(x)", regexp_extract)
        .strict(
            "(varchar(x), char(y), bigint) -> varchar(x)",
            regexp_extract,
        ),
        Definition::new(
            "regexp_extract_all",
            "Returns all matches of the pattern, or of one of its groups",
        )
        .strict(
            "(varchar(x), varchar) -> array(varchar(x))",
            regexp_extract_all,
        )
        .strict(
            "(varchar(x), varchar, bigint) -> array(varchar(x))",
            regexp_extract_all,
        )
        .strict(
            "(varchar(x), char(y)) -> array(varchar(x))",
            regexp_extract_all,
        )
        .strict(
            "(varchar(x), char(y), bigint) -> array(varchar(x))",
            regexp_extract_all,
        ),
        Definition::new("regexp_split", "Returns array of strings split by pattern")
            .strict("(varchar(x), varchar) -> array(varchar(x))", regexp_split)
            .strict("(varchar(x), char(y)) -> array(varchar(x))", regexp_split),
    ]
}

/// The numbers of the groups that are asked for.
fn group_numbers(call: &Call<'_>) -> Result<Int64Array> {
    if call.len() > 2 {
        call.bigints(2)
    } else {
        Ok(Int64Array::from_value(0, call.rows))
    }
}

fn checked_group(pattern: &Pattern, number: i64) -> Result<usize, FunctionError> {
    if number < 0 {
        return Err(FunctionError::argument("Group cannot be negative"));
    }
    let groups = pattern.groups();
    usize::try_from(number)
        .ok()
        .filter(|group| *group <= groups)
        .ok_or_else(|| {
            FunctionError::argument(format!(
                "Pattern has {groups} groups. Cannot access group {number}"
            ))
        })
}

fn regexp_extract(call: &Call<'_>) -> Result<ArrayRef> {
    let source = call.strings(0)?;
    let mut patterns = Patterns::of(call, 1)?;
    let numbers = group_numbers(call)?;
    let mut parts = TextParts::of(&source);
    for row in 0..call.rows {
        if call.is_null(row) {
            parts.push_null()?;
            continue;
        }
        let (pattern, spans) = patterns.with_spans(row)?;
        let group = checked_group(pattern, numbers.value(row))?;
        let text = source.value(row);
        let found = if group == 0 {
            pattern.find(text, 0)?
        } else {
            let found = pattern.capture(text, 0, spans)?;
            found.and_then(|_| spans.group(group))
        };
        match found {
            Some((start, end)) => parts.push(row, start, end)?,
            None => parts.push_null()?,
        }
    }
    Ok(parts.finish())
}

fn regexp_extract_all(call: &Call<'_>) -> Result<ArrayRef> {
    let texts = TextArgument::of(call, 0)?;
    let mut patterns = Patterns::of(call, 1)?;
    let numbers = group_numbers(call)?;
    let mut writer = TextWriter::new(call.rows);
    let mut lengths = Vec::with_capacity(call.rows);
    for row in 0..call.rows {
        let mut length = 0;
        if !call.is_null(row) {
            let (pattern, spans) = patterns.with_spans(row)?;
            let group = checked_group(pattern, numbers.value(row))?;
            let text = texts.value(row);
            let mut write = |found: Option<(usize, usize)>| {
                length += 1;
                match found.and_then(|(start, end)| text.get(start..end)) {
                    Some(part) => writer.push(part),
                    None => {
                        writer.push_null();
                        Ok(())
                    }
                }
            };
            if group == 0 {
                pattern.visit(text, 0, |start, end| {
                    write(Some((start, end)))?;
                    Ok(Visit::On)
                })?;
            } else {
                pattern.visit_captures(text, spans, |spans, _, _| write(spans.group(group)))?;
            }
        }
        lengths.push(length);
    }
    text_lists(call.returns(), &lengths, writer.finish()?)
}

fn regexp_split(call: &Call<'_>) -> Result<ArrayRef> {
    let texts = TextArgument::of(call, 0)?;
    let mut patterns = Patterns::of(call, 1)?;
    let mut writer = TextWriter::new(call.rows);
    let mut lengths = Vec::with_capacity(call.rows);
    for row in 0..call.rows {
        if call.is_null(row) {
            lengths.push(0);
            continue;
        }
        let text = texts.value(row);
        let mut length = 1;
        let mut last = 0;
        patterns.at(row)?.visit(text, 0, |start, end| {
            writer.push(text.get(last..start).unwrap_or(""))?;
            length += 1;
            last = end;
            Ok(Visit::On)
        })?;
        writer.push(text.get(last..).unwrap_or(""))?;
        lengths.push(length);
    }
    text_lists(call.returns(), &lengths, writer.finish()?)
}

#[cfg(test)]
mod tests {
    use arrow::array::{Int64Array, StringArray};

    use crate::testing::{bigint, column, shown, text};

    #[tokio::test]
    async fn the_first_match_or_its_group_is_extracted() {
        let values = StringArray::from(vec![
            Some("Hello world bye"),
            None,
            Some("12345"),
            Some("x a word that is longer than twelve bytes"),
        ]);
        let pattern = r"\b[a-z]([a-z]*)";
        let arguments = vec![column("varchar", values.clone()), text(pattern)];
        assert_eq!(
            shown("regexp_extract", arguments).await,
            "world|NULL|NULL|x"
        );
        let arguments = vec![column("varchar", values.clone()), text(pattern), bigint(1)];
        assert_eq!(shown("regexp_extract", arguments).await, "orld|NULL|NULL|");
        let arguments = vec![column("varchar", values), text("word (.*)"), bigint(1)];
        assert_eq!(
            shown("regexp_extract", arguments).await,
            "NULL|NULL|NULL|that is longer than twelve bytes"
        );
        let arguments = vec![text("rat cat"), text("ra(.)|blah(.)(.)"), bigint(2)];
        assert_eq!(shown("regexp_extract", arguments).await, "NULL");
        let groups = Int64Array::from(vec![Some(0), Some(2), None]);
        let arguments = vec![text("ab"), text("(a)(b)"), column("bigint", groups)];
        assert_eq!(shown("regexp_extract", arguments).await, "ab|b|NULL");
        for (group, expected) in [
            (-1, "Group cannot be negative"),
            (2, "Pattern has 1 groups. Cannot access group 2"),
        ] {
            assert_eq!(
                shown(
                    "regexp_extract",
                    vec![text("a"), text("(.)"), bigint(group)]
                )
                .await,
                format!("ERROR: {expected}")
            );
        }
    }

    #[tokio::test]
    async fn all_matches_are_extracted() {
        let values = StringArray::from(vec![Some("1a 2b 14m"), None, Some("")]);
        let arguments = vec![column("varchar", values.clone()), text(r"\d+")];
        assert_eq!(
            shown("regexp_extract_all", arguments).await,
            "[1, 2, 14]|NULL|[]"
        );
        let arguments = vec![column("varchar", values), text(r"(\d+)([a-z]+)"), bigint(2)];
        assert_eq!(
            shown("regexp_extract_all", arguments).await,
            "[a, b, m]|NULL|[]"
        );
        let arguments = vec![text("a有朋💰"), text(".")];
        assert_eq!(
            shown("regexp_extract_all", arguments).await,
            "[a, 有, 朋, 💰]"
        );
        let arguments = vec![
            text("rat cat\nbat dog"),
            text("ra(.)|blah(.)(.)"),
            bigint(2),
        ];
        assert_eq!(shown("regexp_extract_all", arguments).await, "[NULL]");
        assert_eq!(
            shown(
                "regexp_extract_all",
                vec![text("hello"), text("(.)"), bigint(2)]
            )
            .await,
            "ERROR: Pattern has 1 groups. Cannot access group 2"
        );
    }

    #[tokio::test]
    async fn text_is_split_between_matches() {
        let values = StringArray::from(vec![Some("1a 2b 14m"), None, Some("")]);
        let arguments = vec![column("varchar", values), text(r"\s*[a-z]+\s*")];
        assert_eq!(
            shown("regexp_split", arguments).await,
            "[1, 2, 14, ]|NULL|[]"
        );
        for (value, pattern, expected) in [
            ("abcd", "", "[, a, b, c, d, ]"),
            ("", "", "[, ]"),
            ("a有朋💰", ".", "[, , , , ]"),
            (",,a,,,b", ",", "[, , a, , , b]"),
            ("a1b2346c3d", r"\d+", "[a, b, c, d]"),
            ("abcd", "x", "[abcd]"),
        ] {
            assert_eq!(
                shown("regexp_split", vec![text(value), text(pattern)]).await,
                expected
            );
        }
    }
}
