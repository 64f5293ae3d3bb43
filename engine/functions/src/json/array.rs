//! `json_array_length`, `json_array_contains` and `json_array_get`, and how many values an array or an object holds.

use std::sync::Arc;

use arrow::array::{ArrayRef, BooleanBuilder, Int64Builder, StringViewBuilder};
use datafusion::error::Result;

use super::canonical::{Canonicalizer, Members};
use super::cursor::Cursor;
use super::scan::{Malformed, Scanner, Token};
use super::string::unescaped;
use super::walk::skip;
use crate::call::Call;
use crate::definition::Definition;

pub(super) fn definitions() -> Vec<Definition> {
    vec![
        Definition::new(
            "json_array_length",
            "The number of elements of a JSON array",
        )
        .strict("(varchar) -> bigint", json_array_length)
        .strict("(json) -> bigint", json_array_length),
        Definition::new(
            "json_array_contains",
            "Whether a value is an element of a JSON array",
        )
        .strict("(varchar, boolean) -> boolean", contains_boolean)
        .strict("(json, boolean) -> boolean", contains_boolean)
        .strict("(varchar, bigint) -> boolean", contains_bigint)
        .strict("(json, bigint) -> boolean", contains_bigint)
        .strict("(varchar, double) -> boolean", contains_double)
        .strict("(json, double) -> boolean", contains_double)
        .strict("(varchar, varchar) -> boolean", contains_text)
        .strict("(json, varchar) -> boolean", contains_text),
        Definition::new(
            "json_array_get",
            "The element of a JSON array at an index, from its end if that is negative",
        )
        .strict("(varchar, bigint) -> json", json_array_get)
        .strict("(json, bigint) -> json", json_array_get),
    ]
}

/// How many values the one that follows holds: none if it is a scalar.
pub(super) fn size_of_value(scanner: &mut Scanner<'_>) -> Result<i64, Malformed> {
    let mut size = 0;
    let mut cursor = Cursor::default();
    match scanner.peek() {
        Some(b'[') => {
            scanner.advance();
            while cursor.next_element(scanner)? {
                skip(scanner)?;
                size += 1;
            }
        }
        Some(b'{') => {
            scanner.advance();
            while cursor.next_member(scanner)?.is_some() {
                skip(scanner)?;
                size += 1;
            }
        }
        _ => {
            scanner.scalar()?;
        }
    }
    Ok(size)
}

fn json_array_length(call: &Call<'_>) -> Result<ArrayRef> {
    let mut output = Int64Builder::with_capacity(call.rows);
    for text in &call.strings(0)? {
        let length = text.map(Scanner::new).and_then(|mut scanner| {
            (scanner.peek() == Some(b'[')).then(|| size_of_value(&mut scanner).ok())?
        });
        output.append_option(length);
    }
    Ok(Arc::new(output.finish()))
}

fn contains_boolean(call: &Call<'_>) -> Result<ArrayRef> {
    let wanted = call.booleans(1)?;
    contains(
        call,
        |row, token| matches!(token, Token::Boolean(found) if found == wanted.value(row)),
    )
}

fn contains_bigint(call: &Call<'_>) -> Result<ArrayRef> {
    let wanted = call.bigints(1)?;
    contains(call, |row, token| match token {
        Token::Integer(text) => text.parse() == Ok(wanted.value(row)),
        _ => false,
    })
}

fn contains_double(call: &Call<'_>) -> Result<ArrayRef> {
    let wanted = call.doubles(1)?;
    contains(call, |row, token| match token {
        Token::Float(text) => text
            .parse::<f64>()
            .is_ok_and(|found| found.is_finite() && found == wanted.value(row)),
        _ => false,
    })
}

fn contains_text(call: &Call<'_>) -> Result<ArrayRef> {
    let wanted = call.strings(1)?;
    contains(call, |row, token| match token {
        Token::String(raw) => unescaped(raw) == wanted.value(row),
        _ => false,
    })
}

/// Whether some element is what is looked for. Arrays and objects within the array never are.
fn contains(call: &Call<'_>, is_wanted: impl Fn(usize, Token<'_>) -> bool) -> Result<ArrayRef> {
    let texts = call.strings(0)?;
    let mut output = BooleanBuilder::with_capacity(call.rows);
    for row in 0..call.rows {
        let found = if call.is_null(row) {
            None
        } else {
            any_scalar(texts.value(row), |token| is_wanted(row, token))
        };
        output.append_option(found);
    }
    Ok(Arc::new(output.finish()))
}

/// Whether an array's text has such a scalar among its elements. What stands behind it is not looked at.
fn any_scalar(text: &str, is_wanted: impl Fn(Token<'_>) -> bool) -> Option<bool> {
    let mut scanner = Scanner::new(text);
    if !scanner.take(b'[') {
        return None;
    }
    let mut cursor = Cursor::default();
    while cursor.next_element(&mut scanner).ok()? {
        if let Some(b'[' | b'{') = scanner.peek() {
            skip(&mut scanner).ok()?;
        } else if is_wanted(scanner.scalar().ok()?) {
            return Some(true);
        }
    }
    Some(false)
}

fn json_array_get(call: &Call<'_>) -> Result<ArrayRef> {
    let texts = call.strings(0)?;
    let indexes = call.bigints(1)?;
    let mut canonicalizer = Canonicalizer::new(Members::Unique);
    let mut output = StringViewBuilder::with_capacity(call.rows);
    for row in 0..call.rows {
        let element = if call.is_null(row) {
            None
        } else {
            element_at(texts.value(row), indexes.value(row))
        };
        match element
            .map(|mut scanner| append_element(&mut scanner, &mut canonicalizer, &mut output))
        {
            Some(Ok(())) => {}
            Some(Err(Malformed)) | None => output.append_null(),
        }
    }
    Ok(Arc::new(output.finish()))
}

/// A scanner before the element.
fn element_at(text: &str, index: i64) -> Option<Scanner<'_>> {
    let mut scanner = Scanner::new(text);
    if !scanner.take(b'[') {
        return None;
    }
    let first = scanner.clone();
    let mut left = match u64::try_from(index) {
        Ok(index) => index,
        // Counted from the end, which must be reached first.
        Err(_) => {
            let mut count = 0_u64;
            let mut cursor = Cursor::default();
            while cursor.next_element(&mut scanner).ok()? {
                skip(&mut scanner).ok()?;
                count += 1;
            }
            count.checked_sub(index.unsigned_abs())?
        }
    };
    let mut scanner = first;
    let mut cursor = Cursor::default();
    while cursor.next_element(&mut scanner).ok()? {
        if left == 0 {
            return Some(scanner);
        }
        left -= 1;
        skip(&mut scanner).ok()?;
    }
    None
}

/// Trino gives the text of scalars as it is, so that strings have no quotes, and are no JSON then. JSON's null is NULL.
fn append_element(
    scanner: &mut Scanner<'_>,
    canonicalizer: &mut Canonicalizer,
    output: &mut StringViewBuilder,
) -> Result<(), Malformed> {
    if let Some(b'[' | b'{') = scanner.peek() {
        output.append_value(canonicalizer.value(scanner)?);
        return Ok(());
    }
    match scanner.scalar()? {
        Token::Null => output.append_null(),
        Token::Boolean(value) => output.append_value(if value { "true" } else { "false" }),
        Token::Integer(text) | Token::Float(text) => output.append_value(text),
        Token::String(raw) => output.append_value(unescaped(raw)),
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use arrow::array::{Int64Array, StringArray};
    use datafusion::scalar::ScalarValue;

    use crate::testing::{bigint, column, constant, double, shown, text};

    fn boolean(value: bool) -> crate::testing::Argument {
        constant("boolean", ScalarValue::from(value))
    }

    #[tokio::test]
    async fn lengths_are_those_of_arrays_alone() {
        let texts = vec![
            Some("[]"),
            Some("[1, \"foo\", null]"),
            Some("[2, 4, {\"a\": [8, 9]}, [], [5], 4] x"),
            None,
            Some("{}"),
            Some("1"),
            Some("[1,]"),
            Some(""),
        ];
        let values = StringArray::from(texts);
        let expected = "0|3|6|NULL|NULL|NULL|NULL|NULL";
        assert_eq!(
            shown("json_array_length", vec![column("varchar", values.clone())]).await,
            expected
        );
        assert_eq!(
            shown("json_array_length", vec![column("json", values)]).await,
            expected
        );
    }

    #[tokio::test]
    async fn elements_are_found_by_type_and_value() {
        let found =
            async |json: &str, wanted| shown("json_array_contains", vec![text(json), wanted]).await;
        assert_eq!(
            found("[2, {\"a\": [8]}, [true], false]", boolean(false)).await,
            "true"
        );
        assert_eq!(found("[[true], 1, \"true\"]", boolean(true)).await, "false");
        assert_eq!(found("[-4, 6]", bigint(-4)).await, "true");
        assert_eq!(
            found("[1.0, [1], \"1\", 92233720368547758071]", bigint(1)).await,
            "false"
        );
        assert_eq!(found("[-0]", bigint(0)).await, "true");
        assert_eq!(found("[1, 15e-1]", double(1.5)).await, "true");
        assert_eq!(found("[1]", double(1.0)).await, "false");
        assert_eq!(found("[9.6E400]", double(f64::INFINITY)).await, "false");
        assert_eq!(found("[\"f\\u006fo\", 1]", text("foo")).await, "true");
        assert_eq!(found("[5, null]", text("5")).await, "false");
        assert_eq!(found("[\"\"]", text("")).await, "true");
        assert_eq!(found("[1, x]", bigint(1)).await, "true");
        for broken in ["", "123", "[", "[1,0,]", "[1,,0]", "{}"] {
            assert_eq!(found(broken, bigint(8)).await, "NULL", "{broken}");
        }
    }

    #[tokio::test]
    async fn elements_are_got_from_both_ends() {
        let texts = StringArray::from(vec![
            Some("[\"c\", [3, 9.0e0], {\"b\": 1, \"a\": 2}, null, 1.50]"),
            Some("[\"a\\\"b\"]"),
            Some("[1"),
            None,
            Some("{}"),
        ]);
        let got = async |index: i64| {
            shown(
                "json_array_get",
                vec![column("varchar", texts.clone()), bigint(index)],
            )
            .await
        };
        assert_eq!(got(0).await, "c|a\"b|1|NULL|NULL");
        assert_eq!(got(1).await, "[3,9.0]|NULL|NULL|NULL|NULL");
        assert_eq!(got(2).await, "{\"b\":1,\"a\":2}|NULL|NULL|NULL|NULL");
        assert_eq!(got(3).await, "NULL|NULL|NULL|NULL|NULL");
        assert_eq!(got(-1).await, "1.50|a\"b|NULL|NULL|NULL");
        assert_eq!(got(-5).await, "c|NULL|NULL|NULL|NULL");
        assert_eq!(got(-6).await, "NULL|NULL|NULL|NULL|NULL");
        assert_eq!(got(i64::MIN).await, "NULL|NULL|NULL|NULL|NULL");
        let indexes = Int64Array::from(vec![Some(4), Some(0), Some(0), Some(0), None]);
        let rows = vec![column("json", texts), column("bigint", indexes)];
        assert_eq!(shown("json_array_get", rows).await, "1.50|a\"b|1|NULL|NULL");
    }
}
