//! Values as clients see them in results: what Java's `toString` makes of them, which is what Athena's result files hold.
//!
//! These are no casts: a double is `1.0` here and `1.0E0` there, and arrays, maps and rows have a text here and none there.

mod prepare;
#[cfg(test)]
mod tests;
mod write;

use std::fmt;

use arrow::array::ArrayRef;
use arrow::buffer::NullBuffer;
use datafusion::error::Result;

use crate::types::Type;

/// Writes the values of an array as a client sees them.
#[derive(Debug)]
pub struct ResultText {
    nulls: Option<NullBuffer>,
    values: write::Values,
}

impl ResultText {
    /// Prepares an array of values of that type. It may be stored in any Arrow type of the same meaning: files and other engines have
    /// dictionaries, other units of time and larger offsets.
    pub fn new(values: &ArrayRef, data_type: &Type) -> Result<ResultText> {
        prepare::prepare(values, data_type)
    }

    /// Whether a row's value is NULL.
    pub fn is_null(&self, row: usize) -> bool {
        self.nulls.as_ref().is_some_and(|nulls| nulls.is_null(row))
    }

    /// Writes a row's value; NULL is `null`, as within arrays.
    pub fn write(&self, row: usize, out: &mut dyn fmt::Write) -> fmt::Result {
        if self.is_null(row) {
            return out.write_str("null");
        }
        self.values.write(row, out)
    }
}
