//! The Trino function library as DataFusion functions, a file or folder a topic. It is usable without the rest of Prismlake.
//!
//! - `types` are Trino's types, and how their values are stored in Arrow arrays;
//! - `signature` reads what a function takes and returns, and binds the arguments of calls to it;
//! - `definition` is how a topic declares its functions, `registry` finds them by name and chooses among their signatures;
//! - `scalar` and `higher_order` make DataFusion's functions of bound calls; `call` is how kernels read their arguments.
#![forbid(unsafe_code)]
#![warn(missing_docs)]

mod call;
mod definition;
mod error;
mod higher_order;
mod registry;
mod result_text;
mod scalar;
pub mod signature;
pub mod types;

mod aggregate;
mod array;
mod binary;
mod bitwise;
mod cast;
mod color;
mod comparison;
mod conversion;
mod datetime;
mod geospatial;
mod ip_address;
mod json;
mod map;
mod math;
mod nested;
mod nested_comparison;
mod nested_text;
mod operators;
mod ordinality;
mod regexp;
pub mod row;
mod sketch;
mod string;
mod teradata;
#[cfg(test)]
mod testing;
#[cfg(test)]
mod testing_collections;
mod try_function;
mod url;
mod uuid;
mod value_text;
mod window;

pub use call::{Call, as_column, as_nested};
pub use cast::{OnFailure, cast_function};
pub use datetime::literal;
pub use definition::{Definition, Implementation, Overload};
pub use error::{FunctionError, FunctionErrorCode};
pub use higher_order::{CloseLambdas, HigherOrderCall, close_lambdas};
pub use registry::{BoundFunction, Registry, ResolveFailure, ResolvedCall, registry};
pub use result_text::ResultText;

/// Checks a SQL/JSON path, and that all its variables are among those passed, before a query runs.
pub fn check_json_path(path: &str, passed: &[&str]) -> Result<(), FunctionError> {
    Ok(json::check_path(path, passed)?)
}

/// The functions of every topic.
fn definitions() -> Vec<Definition> {
    [
        operators::definitions(),
        comparison::definitions(),
        nested_comparison::definitions(),
        conversion::definitions(),
        math::definitions(),
        bitwise::definitions(),
        string::definitions(),
        regexp::definitions(),
        url::definitions(),
        uuid::definitions(),
        color::definitions(),
        ip_address::definitions(),
        binary::definitions(),
        datetime::definitions(),
        teradata::definitions(),
        json::definitions(),
        geospatial::definitions(),
        array::definitions(),
        map::definitions(),
        try_function::definitions(),
        ordinality::definitions(),
        aggregate::definitions(),
        sketch::definitions(),
        window::definitions(),
    ]
    .into_iter()
    .flatten()
    .collect()
}
