//! `regexp_replace`: matches by nothing, by a replacement, or by what a lambda makes of their groups.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, ListArray, StringArray, StringViewArray, UInt32Array};
use datafusion::common::downcast_value;
use datafusion::error::Result;

use super::cache::Patterns;
use super::pattern::Visit;
use super::replacement::Replacement;
use crate::call::Call;
use crate::definition::Definition;
use crate::error::FunctionError;
use crate::higher_order::HigherOrderCall;
use crate::signature::Bound;
use crate::string::text::{TextArgument, TextWriter, list_offsets, type_length, varchar_of};
use crate::types::Type;

pub(super) fn definitions() -> Vec<Definition> {
    vec![
        Definition::new(
            "regexp_replace",
            "Removes or replaces substrings matching a regular expression",
        )
        .strict("(varchar(x), varchar) -> varchar(x)", removed)
        .strict_returning(
            "(varchar(x), varchar, varchar) -> varchar",
            longest,
            replaced,
        )
        .higher_order(
            "(varchar, varchar, function(array(varchar), varchar)) -> varchar",
            computed,
        )
        .strict("(varchar(x), char(y)) -> varchar(x)", removed)
        .strict_returning(
            "(varchar(x), char(y), varchar) -> varchar",
            longest,
            replaced,
        )
        .higher_order(
            "(varchar, char(y), function(array(varchar), varchar)) -> varchar",
            computed,
        ),
    ]
}

/// The longest result: a replacement is before each character and at the end, where every two of its characters may be the whole text.
fn longest(bound: &Bound) -> Result<Type, FunctionError> {
    let mut lengths = bound.arguments.iter().map(type_length);
    let source = lengths.next().unwrap_or(u64::MAX);
    let replacement = lengths.nth(1).unwrap_or(u64::MAX);
    let each = (source.saturating_mul(replacement) / 2).max(replacement);
    Ok(varchar_of(
        each.saturating_mul(source.saturating_add(1))
            .saturating_add(source),
    ))
}

fn removed(call: &Call<'_>) -> Result<ArrayRef> {
    let texts = TextArgument::of(call, 0)?;
    let mut patterns = Patterns::of(call, 1)?;
    let mut writer = TextWriter::new(call.rows);
    for row in 0..call.rows {
        if !call.is_null(row) {
            let text = texts.value(row);
            let mut last = 0;
            patterns.at(row)?.visit(text, 0, |start, end| {
                writer.text().push_str(text.get(last..start).unwrap_or(""));
                last = end;
                Ok(Visit::On)
            })?;
            writer.text().push_str(text.get(last..).unwrap_or(""));
        }
        writer.end()?;
    }
    Ok(Arc::new(writer.finish()?))
}

fn replaced(call: &Call<'_>) -> Result<ArrayRef> {
    let texts = TextArgument::of(call, 0)?;
    let mut patterns = Patterns::of(call, 1)?;
    let replacements = TextArgument::of(call, 2)?;
    let mut writer = TextWriter::new(call.rows);
    let mut read: Option<(usize, Replacement)> = None;
    for row in 0..call.rows {
        if !call.is_null(row) {
            read = read.filter(|(at, _)| patterns.same(*at, row) && replacements.same(*at, row));
            let (pattern, spans) = patterns.with_spans(row)?;
            let text = texts.value(row);
            let mut last = 0;
            pattern.visit_captures(text, spans, |spans, start, end| {
                // The replacement is read at the first match, for it may be wrong where none is.
                let (_, replacement) = match &mut read {
                    Some(read) => read,
                    none => {
                        none.insert((row, Replacement::parse(replacements.value(row), pattern)?))
                    }
                };
                writer.text().push_str(text.get(last..start).unwrap_or(""));
                last = end;
                replacement.write(text, spans, &mut writer)
            })?;
            writer.text().push_str(text.get(last..).unwrap_or(""));
        }
        writer.end()?;
    }
    Ok(Arc::new(writer.finish()?))
}

/// A match whose replacement a lambda computes.
struct Found {
    row: usize,
    start: usize,
    end: usize,
}

fn computed(lambda: &HigherOrderCall<'_>) -> Result<ArrayRef> {
    let call = lambda.call;
    let texts = call.strings(0)?;
    let sources = call.strings(1)?;
    let mut patterns = Patterns::of(call, 1)?;
    let mut found = Vec::new();
    let mut groups = TextWriter::new(call.rows);
    let mut group_counts = Vec::new();
    for row in 0..call.rows {
        if texts.is_null(row) || sources.is_null(row) {
            continue;
        }
        let text = texts.value(row);
        let (pattern, spans) = patterns.with_spans(row)?;
        pattern.visit_captures(text, spans, |spans, start, end| {
            found.push(Found { row, start, end });
            group_counts.push(pattern.groups());
            for group in spans.groups() {
                match group.and_then(|(start, end)| text.get(start..end)) {
                    Some(group) => groups.push(group)?,
                    None => groups.push_null(),
                }
            }
            Ok(())
        })?;
    }
    let replacements = if found.is_empty() {
        StringViewArray::new_null(0)
    } else {
        evaluate(lambda, &found, groups.finish()?, &group_counts)?
    };
    let mut replaced = found.iter().zip(replacements.iter()).peekable();
    let mut writer = TextWriter::new(call.rows);
    for row in 0..call.rows {
        let mut null = texts.is_null(row) || sources.is_null(row);
        let text = texts.value(row);
        let mut last = 0;
        while let Some((found, replacement)) = replaced.next_if(|(found, _)| found.row == row) {
            let Some(replacement) = replacement else {
                null = true;
                continue;
            };
            let kept = text.get(last..found.start).unwrap_or("");
            writer.reserve(kept.len().saturating_add(replacement.len()))?;
            writer.text().push_str(kept);
            writer.text().push_str(replacement);
            last = found.end;
        }
        if null {
            writer.push_null();
        } else {
            writer.push(text.get(last..).unwrap_or(""))?;
        }
    }
    Ok(Arc::new(writer.finish()?))
}

/// Calls the lambda with the groups of each match.
fn evaluate(
    lambda: &HigherOrderCall<'_>,
    found: &[Found],
    groups: StringArray,
    group_counts: &[usize],
) -> Result<StringViewArray> {
    let lists = ListArray::try_new(
        Type::VARCHAR.element_field(),
        list_offsets(group_counts)?,
        Arc::new(groups),
        None,
    )?;
    let rows: UInt32Array = found
        .iter()
        .map(|found| u32::try_from(found.row).ok())
        .collect();
    let values = lambda.evaluate(2, &[Arc::new(lists)], &rows)?;
    Ok(downcast_value!(values, StringViewArray).clone())
}

#[cfg(test)]
mod tests {
    use arrow::array::StringArray;
    use datafusion::logical_expr::{Expr, lit};
    use datafusion::scalar::ScalarValue;

    use crate::testing::{Typed, call, column, constant, lambda, literal, shown, text};
    use crate::types::Type;

    #[tokio::test]
    async fn matches_are_replaced() {
        for (value, pattern, replacement, expected) in [
            (
                "abc有朋$%X自9远方来",
                "",
                "Y",
                "YaYbYcY有Y朋Y$Y%YXY自Y9Y远Y方Y来Y",
            ),
            ("a有朋💰", ".", "1$02", "1a21有21朋21💰2"),
            ("", "", "Y", "Y"),
            ("x", ".*", "xxxxx", "xxxxxxxxxx"),
            (
                "call 555.123.4444 now",
                r"(\d{3})\.(\d{3}).(\d{4})",
                "($1) $2-$3",
                "call (555) 123-4444 now",
            ),
            ("xxx", "x", r"\x", "xxx"),
            ("xxx", "(x)", "$01", "xxx"),
            ("xxx", "x", "$05", "x5x5x5"),
            ("123456789", "(1)(2)(3)(4)(5)(6)(7)(8)(9)", "$10", "10"),
            ("1234567890", "(1)(2)(3)(4)(5)(6)(7)(8)(9)(0)", "$10", "0"),
            ("1234567890", "(1)(2)(3)(4)(5)(6)(7)(8)(9)(0)", "$11", "11"),
            ("wxyz", "(?<xyz>[xyz])", "${xyz}${xyz}", "wxxyyzz"),
            (
                "wxyz",
                "(?<w>w)|(?<xyz>[xyz])",
                "[${w}](${xyz})",
                "[w]()[](x)[](y)[](z)",
            ),
            ("xyz", "(?<xyz>[xyz])+", "${xyz}", "z"),
            ("a", "a", r"\$1\\", r"$1\"),
            ("abc", "x", "$1", "abc"),
            ("aab", "a(?=b)", "-", "a-b"),
        ] {
            let arguments = vec![text(value), text(pattern), text(replacement)];
            assert_eq!(
                shown("regexp_replace", arguments).await,
                expected,
                "{pattern} {replacement}"
            );
        }
    }

    #[tokio::test]
    async fn wrong_replacements_are_errors() {
        for (pattern, replacement, expected) in [
            ("x", r"\", r"\"),
            ("x", "$", "$"),
            ("x", "$a", "$a"),
            ("x", "$1", "unknown group 1"),
            ("(?<name>x)", "${}", "unknown group {  }"),
            ("(?<name>x)", "${0}", "unknown group { 0 }"),
            ("(?<name>x)", "${nam}", "unknown group { nam }"),
        ] {
            let arguments = vec![text("xxx"), text(pattern), text(replacement)];
            assert_eq!(
                shown("regexp_replace", arguments).await,
                format!("ERROR: Illegal replacement sequence: {expected}")
            );
        }
    }

    #[tokio::test]
    async fn every_argument_may_vary() {
        let column = |values: Vec<Option<&str>>| column("varchar", StringArray::from(values));
        let arguments = || {
            vec![
                column(vec![Some("a1"), None, Some("b2"), Some("c")]),
                column(vec![Some(r"\d"), Some("("), Some("b"), None]),
            ]
        };
        assert_eq!(shown("regexp_replace", arguments()).await, "a|NULL|2|NULL");
        let mut arguments = arguments();
        arguments.push(column(vec![Some("x"), Some("$9"), None, Some("y")]));
        assert_eq!(
            shown("regexp_replace", arguments).await,
            "ax|NULL|NULL|NULL"
        );
    }

    #[tokio::test]
    async fn the_type_is_as_long_as_the_longest_result() {
        let short = |data_type, value| constant(data_type, ScalarValue::from(value));
        for (value, replacement, expected) in [
            (
                short("varchar(21)", "x"),
                short("varchar(10)", "y"),
                "varchar(2331)",
            ),
            (
                short("varchar(0)", ""),
                short("varchar(1)", "Y"),
                "varchar(1)",
            ),
            (text("x"), short("varchar(1)", "Y"), "varchar"),
        ] {
            let (_, returns) = call("regexp_replace", vec![value, text("x"), replacement])
                .await
                .unwrap();
            assert_eq!(returns.to_string(), expected);
        }
    }

    /// An element of the groups that a lambda gets, by DataFusion's function.
    fn element(groups: &Typed, index: i64) -> Typed {
        let expr =
            datafusion::functions_nested::expr_fn::array_element(groups.expr.clone(), lit(index));
        Typed {
            expr: cast(expr),
            data_type: Type::VARCHAR,
        }
    }

    fn cast(expr: Expr) -> Expr {
        datafusion::logical_expr::cast(expr, arrow::datatypes::DataType::Utf8View)
    }

    #[tokio::test]
    async fn a_lambda_replaces_matches_by_their_groups() {
        let values = StringArray::from(vec![Some("new york"), None, Some("-"), Some("city")]);
        let titled = lambda(1, |of| {
            let [first, rest] = [element(&of[0], 1), element(&of[0], 2)];
            let first = crate::testing::apply("upper", vec![first]);
            crate::testing::apply("concat", vec![first, rest])
        });
        let arguments = vec![column("varchar", values), text(r"(\w)(\w*)"), titled];
        assert_eq!(
            shown("regexp_replace", arguments).await,
            "New York|NULL|-|City"
        );
        let constant = || lambda(1, |_| literal("varchar", ScalarValue::from("OK")));
        let arguments = vec![text("abc"), text(""), constant()];
        assert_eq!(shown("regexp_replace", arguments).await, "OKaOKbOKcOK");
        let arguments = vec![text("abc"), text("x"), constant()];
        assert_eq!(shown("regexp_replace", arguments).await, "abc");
    }

    #[tokio::test]
    async fn a_text_of_which_a_part_becomes_null_is_null() {
        let first = lambda(1, |of| element(&of[0], 1));
        let values = StringArray::from(vec!["abde", "abcde"]);
        let arguments = vec![column("varchar", values), text("ab(c)?de"), first];
        assert_eq!(shown("regexp_replace", arguments).await, "NULL|c");
    }
}
