//! `json_extract`, `json_extract_scalar` and `json_size`: one value of a text, by a path.

mod locate;
mod path;

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, Int64Builder, StringViewArray, StringViewBuilder};
use datafusion::error::Result;

use super::array::size_of_value;
use super::canonical::{Canonicalizer, Members};
use super::scan::{Malformed, Scanner, Token};
use super::string::unescaped;
use crate::call::Call;
use crate::definition::Definition;
use locate::locate;
use path::JsonPath;

pub(super) fn definitions() -> Vec<Definition> {
    vec![
        Definition::new(
            "json_extract",
            "The value at a path of a JSON text, as JSON",
        )
        .strict("(varchar, varchar) -> json", json_extract)
        .strict("(json, varchar) -> json", json_extract),
        Definition::new(
            "json_extract_scalar",
            "The scalar value at a path of a JSON text, as text",
        )
        .strict("(varchar(x), varchar) -> varchar(x)", json_extract_scalar)
        .strict("(json, varchar) -> varchar", json_extract_scalar),
        Definition::new(
            "json_size",
            "The number of elements or members of the value at a path of a JSON text",
        )
        .strict("(varchar, varchar) -> bigint", json_size)
        .strict("(json, varchar) -> bigint", json_size),
    ]
}

/// Trino copies the value token by token: its members keep their order, and their number.
fn json_extract(call: &Call<'_>) -> Result<ArrayRef> {
    let mut canonicalizer = Canonicalizer::new(Members::AsWritten);
    let mut output = StringViewBuilder::with_capacity(call.rows);
    each_value(call, |value| {
        match value.map(|mut scanner| {
            canonicalizer
                .value(&mut scanner)
                .map(|form| output.append_value(form))
        }) {
            Some(Ok(())) => {}
            Some(Err(Malformed)) | None => output.append_null(),
        }
    })?;
    Ok(Arc::new(output.finish()))
}

fn json_extract_scalar(call: &Call<'_>) -> Result<ArrayRef> {
    let mut output = StringViewBuilder::with_capacity(call.rows);
    each_value(call, |value| {
        match value.map(|mut scanner| scanner.scalar()) {
            Some(Ok(Token::String(raw))) => output.append_value(unescaped(raw)),
            Some(Ok(Token::Integer(text) | Token::Float(text))) => output.append_value(text),
            Some(Ok(Token::Boolean(value))) => {
                output.append_value(if value { "true" } else { "false" })
            }
            Some(Ok(Token::Null) | Err(Malformed)) | None => output.append_null(),
        }
    })?;
    Ok(Arc::new(output.finish()))
}

fn json_size(call: &Call<'_>) -> Result<ArrayRef> {
    let mut output = Int64Builder::with_capacity(call.rows);
    each_value(call, |value| {
        output.append_option(value.and_then(|mut scanner| size_of_value(&mut scanner).ok()));
    })?;
    Ok(Arc::new(output.finish()))
}

/// Hands the value at the path in each row to `take`, in the order of the rows; nothing where there is none.
fn each_value(call: &Call<'_>, mut take: impl FnMut(Option<Scanner<'_>>)) -> Result<()> {
    let texts = call.strings(0)?;
    if let Some(path) = call.constant_text(1) {
        let path = JsonPath::parse(path)?;
        for text in &texts {
            take(text.and_then(|text| value_at(&path, text)));
        }
        return Ok(());
    }
    let paths: StringViewArray = call.strings(1)?;
    let mut known: Option<(&str, JsonPath)> = None;
    for row in 0..call.rows {
        if texts.is_null(row) || paths.is_null(row) {
            take(None);
            continue;
        }
        let text = paths.value(row);
        let path = match known.take() {
            Some((known_text, path)) if known_text == text => path,
            _ => JsonPath::parse(text)?,
        };
        take(value_at(&path, texts.value(row)));
        known = Some((text, path));
    }
    Ok(())
}

fn value_at<'a>(path: &JsonPath, text: &'a str) -> Option<Scanner<'a>> {
    let mut scanner = Scanner::new(text);
    if !locate(path, &mut scanner).ok()? {
        return None;
    }
    if path.steps.is_empty() {
        // A number that is the whole text must end there.
        let mut ahead = scanner.clone();
        if let Ok(Token::Integer(_) | Token::Float(_)) = ahead.scalar()
            && !ahead.ends_root_number()
        {
            return None;
        }
    }
    Some(scanner)
}

#[cfg(test)]
mod tests {
    use arrow::array::StringArray;

    use crate::testing::{column, shown, text};

    async fn assert_extracted(json: &str, path: &str, value: &str, scalar: &str) {
        let found = shown("json_extract", vec![text(json), text(path)]).await;
        let found_scalar = shown("json_extract_scalar", vec![text(json), text(path)]).await;
        assert_eq!(
            (found.as_str(), found_scalar.as_str()),
            (value, scalar),
            "{json} {path}"
        );
    }

    #[tokio::test]
    async fn values_are_found_by_their_path() {
        assert_extracted(
            r#"{"a": {"b": [1, {"c": "x\ty"}]}}"#,
            "$.a.b[1].c",
            r#""x\ty""#,
            "x\ty",
        )
        .await;
        assert_extracted(
            r#"{"x": {"b": 1, "a" : 1.50}}"#,
            "$.x",
            r#"{"b":1,"a":1.5}"#,
            "NULL",
        )
        .await;
        assert_extracted(r#"{"x": 1.50}"#, "$.x", "1.5", "1.50").await;
        assert_extracted(r#"{"x": 1E5, "x": 2}"#, "$.x", "100000.0", "1E5").await;
        assert_extracted(r#"{"x": null}"#, "$.x", "null", "NULL").await;
        assert_extracted(r#"{"\u0078": true}"#, r#"$["x"]"#, "true", "true").await;
        assert_extracted(r#"{"a\"b": 1}"#, r#"$["a\"b"]"#, "1", "1").await;
        assert_extracted("[0, 1, 2]", "$.1", "1", "1").await;
        assert_extracted(r#"{"0": 5}"#, "$[0]", "5", "5").await;
        assert_extracted("\"abc\"", "$", "\"abc\"", "abc").await;
        assert_extracted("[1, 2, 3]", "$[3]", "NULL", "NULL").await;
        assert_extracted("{}", "$.a", "NULL", "NULL").await;
        assert_extracted("[]", "$.a", "NULL", "NULL").await;
        assert_extracted(r#"{"a": 1}"#, "$.a.b", "NULL", "NULL").await;
        assert_extracted(r#"["\ud83d\ude00"]"#, "$[0]", "\"\u{1f600}\"", "\u{1f600}").await;
    }

    #[tokio::test]
    async fn only_the_text_up_to_the_value_must_be_json() {
        assert_extracted(r#"{"a": 1, "b": 2, }"#, "$.b", "2", "2").await;
        assert_extracted(r#"{"a": 1"#, "$.a", "1", "1").await;
        assert_extracted(r#"{"a": 1x"#, "$.a", "1", "1").await;
        assert_extracted(r#"{"a": tru, "b": 2}"#, "$.b", "NULL", "NULL").await;
        assert_extracted(r#"{"a": "x"#, "$.a", "NULL", "NULL").await;
        assert_extracted(r#"{"a": [1, {]}, "b": 2}"#, "$.b", "NULL", "NULL").await;
        assert_extracted("1x", "$", "NULL", "NULL").await;
        assert_extracted("1 x", "$", "1", "1").await;
        assert_extracted("", "$", "NULL", "NULL").await;
        assert_extracted("not json", "$", "NULL", "NULL").await;
        assert_extracted(&"[".repeat(100_000), "$[1]", "NULL", "NULL").await;
    }

    #[tokio::test]
    async fn rows_may_have_paths_of_their_own() {
        let texts = StringArray::from(vec![
            Some(r#"{"a":1}"#),
            None,
            Some("bad"),
            Some("[7,8]"),
            Some("{\"b\":[]}"),
        ]);
        let paths = StringArray::from(vec![Some("$.a"), Some("$"), Some("$"), Some("$[1]"), None]);
        let arguments = || {
            vec![
                column("json", texts.clone()),
                column("varchar", paths.clone()),
            ]
        };
        assert_eq!(
            shown("json_extract", arguments()).await,
            "1|NULL|NULL|8|NULL"
        );
        assert_eq!(
            shown("json_extract_scalar", arguments()).await,
            "1|NULL|NULL|8|NULL"
        );
        assert_eq!(shown("json_size", arguments()).await, "0|NULL|NULL|0|NULL");
        let constant = vec![column("varchar", texts), text("$.a")];
        assert_eq!(
            shown("json_extract_scalar", constant).await,
            "1|NULL|NULL|NULL|NULL"
        );
    }

    #[tokio::test]
    async fn sizes_are_counted() {
        for (json, path, size) in [
            (r#"{"x": {"a": 1, "b": [1,2], "c": {"w":9}}}"#, "$.x", "3"),
            (r#"{"x": {"a": 1}}"#, "$.x.a", "0"),
            ("[1, [2, 3], {}]", "$", "3"),
            ("[]", "$", "0"),
            ("[1, 2", "$", "NULL"),
            ("INVALID", "$", "NULL"),
        ] {
            assert_eq!(
                shown("json_size", vec![text(json), text(path)]).await,
                size,
                "{json}"
            );
        }
    }

    #[tokio::test]
    async fn wrong_paths_are_errors() {
        for name in ["json_extract", "json_extract_scalar", "json_size"] {
            let found = shown(name, vec![text("{}"), text("$..a")]).await;
            assert_eq!(found, "ERROR: Invalid JSON path: '$..a'");
        }
    }
}
