//! SQL/JSON's functions. Each has a syntax of its own, which the analyzer turns into calls of the hidden functions here:
//!
//! - `$json_exists(input, path, passing, on_error)`, `$json_value(input, path, passing, on_empty, on_error, null of the type)` and
//!   `$json_query(input, path, passing, wrapper, quotes, on_empty, on_error)` evaluate paths over texts, JSON values, or bytes in UTF-8;
//! - `$json_object(keys, values, null_on_null, unique)` and `$json_array(values, null_on_null)` make JSON of JSON values;
//! - `$json_passing` makes one JSON object of the variables that PASSING gives, `$json_input` and `$json_output` decode and encode bytes,
//!   and `$json_from_text` reads what FORMAT JSON says is JSON.
//!
//! Clauses that a query leaves out are NULL.

mod construct;
mod encoding;
mod exists;
mod passing;
mod query;
mod rows;
#[cfg(test)]
mod tests;
mod value;

use crate::definition::Definition;
use crate::error::{FunctionError, FunctionErrorCode};

/// The functions.
pub(super) fn definitions() -> Vec<Definition> {
    [
        exists::definitions(),
        value::definitions(),
        query::definitions(),
        construct::definitions(),
        passing::definitions(),
        encoding::definitions(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// What is given as JSON is none.
fn input_error() -> FunctionError {
    FunctionError::new(
        FunctionErrorCode::JsonInputConversionError,
        "conversion to JSON failed: ",
    )
}

/// A clause that the analyzer gives in words that no function here knows.
fn unknown_clause(clause: &str, found: &str) -> FunctionError {
    FunctionError::argument(format!("'{found}' is no {clause} clause"))
}
