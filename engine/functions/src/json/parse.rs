//! `json_parse`, `json_format` and `is_json_scalar`: between texts and the `json` type.

use std::sync::Arc;

use arrow::array::{ArrayRef, BooleanBuilder, StringViewBuilder};
use datafusion::error::Result;

use super::canonical::{Canonicalizer, Members};
use super::scan::{Malformed, Scanner};
use super::walk::skip;
use crate::call::Call;
use crate::definition::Definition;
use crate::error::FunctionError;

/// How many bytes of a text are shown in an error.
const SHOWN_BYTES_MAX: usize = 10_000;

pub(super) fn definitions() -> Vec<Definition> {
    vec![
        Definition::new("json_parse", "The JSON value that a text is")
            .strict("(varchar) -> json", json_parse),
        Definition::new("json_format", "The text of a JSON value")
            .strict("(json) -> varchar", |call| Ok(Arc::new(call.strings(0)?))),
        Definition::new(
            "is_json_scalar",
            "Whether a JSON value is neither an object nor an array",
        )
        .strict("(varchar) -> boolean", is_json_scalar)
        .strict("(json) -> boolean", is_json_scalar),
    ]
}

/// Text that is shown in an error, cut if it is long.
pub(super) fn shown(text: &str) -> String {
    if text.len() <= SHOWN_BYTES_MAX {
        return text.to_owned();
    }
    let kept = text
        .get(..text.floor_char_boundary(SHOWN_BYTES_MAX))
        .unwrap_or("");
    format!("{kept}...(truncated)")
}

/// Rows that are canonical already stay where they are, as long as all are.
fn json_parse(call: &Call<'_>) -> Result<ArrayRef> {
    let texts = call.strings(0)?;
    let mut canonicalizer = Canonicalizer::new(Members::Sorted);
    let mut output: Option<StringViewBuilder> = None;
    for (row, text) in texts.iter().enumerate() {
        let Some(text) = text else {
            output.iter_mut().for_each(StringViewBuilder::append_null);
            continue;
        };
        let form = canonicalizer.whole(text).map_err(|Malformed| {
            FunctionError::argument(format!("Cannot convert value to JSON: '{text}'"))
        })?;
        match &mut output {
            Some(output) => output.append_value(form),
            None if std::ptr::eq(form, text) => {}
            None => {
                let mut copied = StringViewBuilder::with_capacity(call.rows);
                texts
                    .iter()
                    .take(row)
                    .for_each(|text| copied.append_option(text));
                copied.append_value(form);
                output = Some(copied);
            }
        }
    }
    Ok(match output {
        Some(mut output) => Arc::new(output.finish()),
        None => Arc::new(texts),
    })
}

fn is_json_scalar(call: &Call<'_>) -> Result<ArrayRef> {
    let mut output = BooleanBuilder::with_capacity(call.rows);
    for text in &call.strings(0)? {
        let scalar = text.map(|text| {
            is_scalar(text).map_err(|Malformed| {
                FunctionError::argument(format!("Invalid JSON value: {}", shown(text)))
            })
        });
        output.append_option(scalar.transpose()?);
    }
    Ok(Arc::new(output.finish()))
}

fn is_scalar(text: &str) -> Result<bool, Malformed> {
    let mut scanner = Scanner::new(text);
    let scalar = !matches!(scanner.peek(), Some(b'[' | b'{'));
    skip(&mut scanner)?;
    if scanner.peek().is_some() {
        return Err(Malformed);
    }
    Ok(scalar)
}

#[cfg(test)]
mod tests {
    use arrow::array::StringArray;

    use crate::testing::{column, shown, text};

    #[tokio::test]
    async fn texts_are_parsed_into_canonical_ones() {
        let values = StringArray::from(vec![
            Some("[1,2]"),
            None,
            Some(" {\"b\": 1e2, \"a\" : [ ]}"),
            Some("\"x\""),
        ]);
        assert_eq!(
            shown("json_parse", vec![column("varchar", values)]).await,
            "[1,2]|NULL|{\"a\":[],\"b\":100.0}|\"x\""
        );
        let canonical = StringArray::from(vec![Some("{\"a\":1}"), None, Some("null")]);
        assert_eq!(
            shown("json_parse", vec![column("varchar", canonical)]).await,
            "{\"a\":1}|NULL|null"
        );
    }

    #[tokio::test]
    async fn other_texts_are_errors() {
        for wrong in ["not_json", "", "{\"a\":1}}", "[1,]", "\"\\ud800\""] {
            assert_eq!(
                shown("json_parse", vec![text(wrong)]).await,
                format!("ERROR: Cannot convert value to JSON: '{wrong}'")
            );
        }
    }

    #[tokio::test]
    async fn json_is_formatted_as_it_is() {
        let values = StringArray::from(vec![Some("{\"a\":1}"), None]);
        assert_eq!(
            shown("json_format", vec![column("json", values)]).await,
            "{\"a\":1}|NULL"
        );
    }

    #[tokio::test]
    async fn scalars_are_told_from_the_rest() {
        let values = StringArray::from(vec![
            Some(" null "),
            Some("1"),
            Some("\"x\""),
            Some("[1]"),
            Some("{}"),
            None,
        ]);
        let expected = "true|true|true|false|false|NULL";
        assert_eq!(
            shown("is_json_scalar", vec![column("varchar", values.clone())]).await,
            expected
        );
        assert_eq!(
            shown("is_json_scalar", vec![column("json", values)]).await,
            expected
        );
        for wrong in ["", "[1", "1 trailing", "[1, 2] trailing"] {
            assert_eq!(
                shown("is_json_scalar", vec![text(wrong)]).await,
                format!("ERROR: Invalid JSON value: {wrong}")
            );
        }
        let long = format!("[{}", "é".repeat(6000));
        let found = shown("is_json_scalar", vec![text(&long)]).await;
        assert!(found.ends_with("é...(truncated)") && found.len() < 10_100);
    }
}
