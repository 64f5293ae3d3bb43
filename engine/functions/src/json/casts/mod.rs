//! `CAST(x AS json)` and `CAST(json AS x)`.
//!
//! `to_json` writes SQL values as JSON. `from_json` reads JSON into columns: `column` keeps the values of a type while they are read,
//! `scalar` turns single values into those of SQL's types, `moment` knows dates and times. `returning` is the cast of JSON_VALUE.

mod column;
mod from_json;
mod moment;
mod returning;
mod scalar;
#[cfg(test)]
mod tests;
mod to_json;

use arrow::array::ArrayRef;
use datafusion::error::Result;

pub(super) use column::Column;
pub(crate) use from_json::from_json;
pub(super) use returning::{is_returnable, push_returned};
pub(super) use scalar::parse_double;
pub(crate) use to_json::to_json;

use crate::call::Call;
use crate::cast::OnFailure;
use crate::definition::Definition;

/// The casts as functions, for expressions that the analyzer makes.
pub(super) fn definitions() -> Vec<Definition> {
    vec![
        Definition::new("$to_json", "CAST(x AS json)")
            .nullable("(T) -> json", |call| {
                to_json(&call.array(0)?, call.argument_type(0))
            })
            .hidden(),
        Definition::new(
            "$from_json",
            "CAST(json AS type), of the type that a further argument has",
        )
        .nullable("(json, T) -> T", |call| cast_json(call, OnFailure::Error))
        .hidden(),
        Definition::new(
            "$try_from_json",
            "TRY_CAST(json AS type), of the type that a further argument has",
        )
        .nullable("(json, T) -> T", |call| cast_json(call, OnFailure::Null))
        .hidden(),
    ]
}

fn cast_json(call: &Call<'_>, on_failure: OnFailure) -> Result<ArrayRef> {
    from_json(&call.array(0)?, call.returns(), on_failure)
}
