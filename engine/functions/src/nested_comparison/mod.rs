//! How values of any type compare: the operators of arrays, maps and rows, and what functions over collections need of equality and order.
//!
//! - `identity` tells values apart as `IS DISTINCT FROM` does, by keys that can be hashed;
//! - `equality` is `=`, which does not know whether a value with a NULL in it equals another;
//! - `ordering` is `<`, which refuses NULLs within values;
//! - `operators` are the operators themselves, for the analyzer.

mod canonical;
mod equality;
mod identity;
mod indeterminate;
mod operators;
mod ordering;

pub(crate) use equality::{Equality, equality};
pub(crate) use identity::{Identity, Keys};
pub(crate) use indeterminate::indeterminate;
pub(crate) use operators::definitions;
pub use operators::{ComparisonOperator, row_comparison};
pub(crate) use ordering::{Comparison, SignOfZero, ordering};
