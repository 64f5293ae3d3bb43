//! JSON_QUERY: the JSON value that a path finds.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, StringViewArray, StringViewBuilder};
use datafusion::error::Result;

use super::rows::{Outcome, each_row};
use super::unknown_clause;
use crate::call::Call;
use crate::definition::Definition;
use crate::error::{FunctionError, FunctionErrorCode};
use crate::json::canonical::{Canonicalizer, Members};
use crate::json::path::{Item, Unwritable};

pub(super) fn definitions() -> Vec<Definition> {
    vec![
        Definition::new("$json_query", "The JSON value that a JSON path finds")
            .nullable(
                "(varchar, varchar, json, varchar, varchar, varchar, varchar) -> varchar",
                json_query,
            )
            .nullable(
                "(json, varchar, json, varchar, varchar, varchar, varchar) -> varchar",
                json_query,
            )
            .nullable(
                "(varbinary, varchar, json, varchar, varchar, varchar, varchar) -> varchar",
                json_query,
            )
            .hidden(),
        Definition::new(
            "json_query",
            "The JSON value that a JSON path finds in a JSON value",
        )
        .analyzed("(varchar, varchar) -> varchar")
        .analyzed("(varbinary, varchar) -> varchar"),
    ]
}

fn json_query(call: &Call<'_>) -> Result<ArrayRef> {
    let (wrappers, quotes) = (call.strings(3)?, call.strings(4)?);
    let (on_empty, on_error) = (call.strings(5)?, call.strings(6)?);
    let mut canonicalizer = Canonicalizer::new(Members::Unique);
    let mut output = StringViewBuilder::with_capacity(call.rows);
    let mut text = String::new();
    each_row(call, |row, outcome| {
        let items = match outcome {
            Outcome::Null => {
                output.append_null();
                return Ok(());
            }
            Outcome::Items(items) => items,
            Outcome::Failed(error) => {
                output.append_option(behavior(&on_error, row, "ON ERROR", error)?);
                return Ok(());
            }
        };
        if items.is_empty() {
            let error = output_error("JSON path found no items");
            output.append_option(behavior(&on_empty, row, "ON EMPTY", error)?);
            return Ok(());
        }
        let wrap = match clause(&wrappers, row, "WITHOUT") {
            "WITHOUT" => false,
            "UNCONDITIONAL" => true,
            "CONDITIONAL" => {
                !matches!(items.as_slice(), [item] if item.is_array() || item.is_object())
            }
            other => return Err(unknown_clause("WRAPPER", other).into()),
        };
        let omit = match clause(&quotes, row, "KEEP") {
            "KEEP" => false,
            "OMIT" => true,
            other => return Err(unknown_clause("QUOTES", other).into()),
        };
        text.clear();
        match write(&items, wrap, omit, &mut canonicalizer, &mut text) {
            Ok(()) => output.append_value(&text),
            Err(error) => output.append_option(behavior(&on_error, row, "ON ERROR", error)?),
        }
        Ok(())
    })?;
    Ok(Arc::new(output.finish()))
}

/// Writes the items as one JSON value, or, without quotes, as the text of the one string.
fn write(
    items: &[Item<'_>],
    wrap: bool,
    omit_quotes: bool,
    canonicalizer: &mut Canonicalizer,
    output: &mut String,
) -> Result<(), FunctionError> {
    if wrap {
        output.push('[');
    }
    for (place, item) in items.iter().enumerate() {
        if place > 0 {
            output.push(',');
        }
        item.write(canonicalizer, output).map_err(|reason| match reason {
            Unwritable::Text => output_error(""),
            Unwritable::Type(name) => output_error(&format!(
                "JSON path returned a scalar SQL value of type {name} that cannot be represented as JSON"
            )),
        })?;
    }
    if wrap {
        output.push(']');
        return Ok(());
    }
    let [item] = items else {
        return Err(output_error("JSON path found multiple items"));
    };
    if omit_quotes && let Some(text) = item.text() {
        output.clear();
        output.push_str(&text);
    }
    Ok(())
}

fn clause<'c>(clauses: &'c StringViewArray, row: usize, otherwise: &'static str) -> &'c str {
    if clauses.is_null(row) {
        otherwise
    } else {
        clauses.value(row)
    }
}

/// What a clause says is the result.
fn behavior(
    clauses: &StringViewArray,
    row: usize,
    name: &str,
    error: FunctionError,
) -> Result<Option<&'static str>> {
    match clause(clauses, row, "NULL") {
        "NULL" => Ok(None),
        "EMPTY ARRAY" => Ok(Some("[]")),
        "EMPTY OBJECT" => Ok(Some("{}")),
        "ERROR" => Err(error.into()),
        other => Err(unknown_clause(name, other).into()),
    }
}

fn output_error(reason: &str) -> FunctionError {
    FunctionError::new(
        FunctionErrorCode::JsonOutputConversionError,
        format!("conversion from JSON failed: {reason}"),
    )
}
