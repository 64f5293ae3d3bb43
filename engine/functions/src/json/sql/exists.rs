//! JSON_EXISTS: whether a path finds anything.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, BooleanBuilder};
use datafusion::error::Result;

use super::rows::{Outcome, each_row};
use super::unknown_clause;
use crate::call::Call;
use crate::definition::Definition;

pub(super) fn definitions() -> Vec<Definition> {
    vec![
        Definition::new("$json_exists", "Whether a JSON path finds an item")
            .nullable("(varchar, varchar, json, varchar) -> boolean", json_exists)
            .nullable("(json, varchar, json, varchar) -> boolean", json_exists)
            .nullable(
                "(varbinary, varchar, json, varchar) -> boolean",
                json_exists,
            )
            .hidden(),
        Definition::new(
            "json_exists",
            "Whether a JSON path finds an item in a JSON value",
        )
        .analyzed("(varchar, varchar) -> boolean")
        .analyzed("(varbinary, varchar) -> boolean"),
    ]
}

fn json_exists(call: &Call<'_>) -> Result<ArrayRef> {
    let on_error = call.strings(3)?;
    let mut output = BooleanBuilder::with_capacity(call.rows);
    each_row(call, |row, outcome| {
        match outcome {
            Outcome::Null => output.append_null(),
            Outcome::Items(items) => output.append_value(!items.is_empty()),
            Outcome::Failed(error) => {
                let behavior = if on_error.is_null(row) {
                    "FALSE"
                } else {
                    on_error.value(row)
                };
                output.append_option(match behavior {
                    "FALSE" => Some(false),
                    "TRUE" => Some(true),
                    "UNKNOWN" => None,
                    "ERROR" => return Err(error.into()),
                    other => return Err(unknown_clause("ON ERROR", other).into()),
                });
            }
        }
        Ok(())
    })?;
    Ok(Arc::new(output.finish()))
}
