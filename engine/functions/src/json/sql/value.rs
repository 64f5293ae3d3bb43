//! JSON_VALUE: the scalar that a path finds, as an SQL value.
//!
//! The last argument is a NULL of the type to return. Expressions of DEFAULT are the analyzer's: the result is the value, and whether a
//! default is to be taken instead of it, so that `JSON_VALUE(j, p RETURNING bigint DEFAULT a ON EMPTY DEFAULT b ON ERROR)` is
//! `CASE v.kind WHEN 1 THEN a WHEN 2 THEN b ELSE v.value END` over `v = $json_value(j, p, NULL, 'DEFAULT', 'DEFAULT', CAST(NULL AS bigint))`.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, Int8Array, StringViewArray, StructArray};
use arrow::datatypes::DataType;
use datafusion::error::Result;

use super::rows::{Outcome, each_row};
use super::unknown_clause;
use crate::call::{Call, as_nested};
use crate::definition::Definition;
use crate::error::{FunctionError, FunctionErrorCode};
use crate::json::casts::{Column, is_returnable, push_returned};
use crate::json::path::{Item, Value};
use crate::types::Type;

/// The value is the result, which may be NULL.
const VALUE: i8 = 0;
/// The default of ON EMPTY is the result.
const EMPTY_DEFAULT: i8 = 1;
/// The default of ON ERROR is the result.
const ERROR_DEFAULT: i8 = 2;

pub(super) fn definitions() -> Vec<Definition> {
    vec![
        Definition::new(
            "$json_value",
            "The scalar that a JSON path finds, and which default to take instead",
        )
        .nullable(
            "(varchar, varchar, json, varchar, varchar, R) -> row(value R, kind tinyint)",
            json_value,
        )
        .nullable(
            "(json, varchar, json, varchar, varchar, R) -> row(value R, kind tinyint)",
            json_value,
        )
        .nullable(
            "(varbinary, varchar, json, varchar, varchar, R) -> row(value R, kind tinyint)",
            json_value,
        )
        .hidden(),
        Definition::new(
            "json_value",
            "The scalar that a JSON path finds in a JSON value, as an SQL value",
        )
        .analyzed("(varchar, varchar) -> varchar")
        .analyzed("(varbinary, varchar) -> varchar"),
    ]
}

fn json_value(call: &Call<'_>) -> Result<ArrayRef> {
    let on_empty = call.strings(3)?;
    let on_error = call.strings(4)?;
    let returned = call.argument_type(5);
    let Some(mut column) = Column::new(returned).filter(|_| is_returnable(returned)) else {
        let message = format!("Invalid return type of function JSON_VALUE: {returned}");
        return Err(FunctionError::new(FunctionErrorCode::TypeMismatch, message).into());
    };
    let mut kinds = Vec::with_capacity(call.rows);
    each_row(call, |row, outcome| {
        let known = column.len();
        let kind = match value_of(&mut column, outcome, returned) {
            Found::Value => VALUE,
            found => {
                column.truncate(known);
                column.push_null();
                match found {
                    Found::Empty => {
                        let error = result_error("JSON path found no items");
                        behavior(&on_empty, row, "ON EMPTY", EMPTY_DEFAULT, error)?
                    }
                    Found::Failed(error) => {
                        behavior(&on_error, row, "ON ERROR", ERROR_DEFAULT, error)?
                    }
                    Found::Value => VALUE,
                }
            }
        };
        kinds.push(kind);
        Ok(())
    })?;
    let values = as_nested(column.finish(returned)?, returned)?;
    let DataType::Struct(fields) = call.returns().nested_arrow() else {
        return Err(FunctionError::argument("JSON_VALUE returns no row").into());
    };
    Ok(Arc::new(StructArray::try_new(
        fields,
        vec![values, Arc::new(Int8Array::from(kinds))],
        None,
    )?))
}

enum Found {
    /// It is added to the column.
    Value,
    Empty,
    Failed(FunctionError),
}

fn value_of(column: &mut Column, outcome: Outcome<'_>, returned: &Type) -> Found {
    let items = match outcome {
        Outcome::Null => {
            column.push_null();
            return Found::Value;
        }
        Outcome::Items(items) => items,
        Outcome::Failed(error) => return Found::Failed(error),
    };
    let item: &Item<'_> = match items.as_slice() {
        [] => return Found::Empty,
        [item] => item,
        _ => return Found::Failed(result_error("JSON path found multiple items")),
    };
    let Ok(Some(value)) = item.scalar() else {
        return Found::Failed(result_error(
            "JSON path found an item that cannot be converted to an SQL value",
        ));
    };
    match push_returned(column, &value, returned) {
        Ok(()) => Found::Value,
        Err(_) => Found::Failed(uncastable(&value, returned)),
    }
}

fn uncastable(value: &Value, returned: &Type) -> FunctionError {
    result_error(&format!(
        "Cannot cast value of type {} to declared return type of function JSON_VALUE: {returned}",
        value.data_type()
    ))
}

fn result_error(reason: &str) -> FunctionError {
    FunctionError::new(
        FunctionErrorCode::JsonValueResultError,
        format!("cannot extract SQL scalar from JSON: {reason}"),
    )
}

/// What a clause says is to be done.
fn behavior(
    clauses: &StringViewArray,
    row: usize,
    clause: &str,
    default: i8,
    error: FunctionError,
) -> Result<i8> {
    match if clauses.is_null(row) {
        "NULL"
    } else {
        clauses.value(row)
    } {
        "NULL" => Ok(VALUE),
        "DEFAULT" => Ok(default),
        "ERROR" => Err(error.into()),
        other => Err(unknown_clause(clause, other).into()),
    }
}
