//! The Trino function library as DataFusion functions, a file a topic. It is usable without the rest of Prismlake.
#![forbid(unsafe_code)]
#![warn(missing_docs)]

mod date_parts;

use std::sync::Arc;

use datafusion::logical_expr::ScalarUDF;

/// Every scalar function of this library.
pub fn scalar_functions() -> Vec<Arc<ScalarUDF>> {
    date_parts::functions()
}
