//! Bytes: their encodings, digests and hashes, numbers stored in them, and parts of them.

mod digests;
mod encodings;
mod murmur3;
mod numbers;
mod parts;
mod spooky_hash;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, BinaryArray, BinaryBuilder};
use datafusion::error::Result;

use crate::call::Call;
use crate::definition::Definition;
use crate::error::FunctionError;

pub(crate) fn definitions() -> Vec<Definition> {
    [
        digests::definitions(),
        encodings::definitions(),
        numbers::definitions(),
        parts::definitions(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// Bytes of bytes, row by row.
fn map_bytes(
    call: &Call<'_>,
    mut each: impl FnMut(&[u8], &mut Vec<u8>) -> Result<(), FunctionError>,
) -> Result<ArrayRef> {
    let values = call.binaries(0)?;
    let mut built = BinaryBuilder::with_capacity(values.len(), values.value_data().len());
    let mut bytes = Vec::new();
    for row in 0..values.len() {
        bytes.clear();
        if !call.is_null(row) {
            each(values.value(row), &mut bytes)?;
        }
        built.append_value(&bytes);
    }
    Ok(Arc::new(built.finish()))
}

/// A value of each row's bytes; what stands at NULL is of no account.
fn each_row<T: Default>(
    call: &Call<'_>,
    values: &BinaryArray,
    mut each: impl FnMut(&[u8]) -> Result<T, FunctionError>,
) -> Result<Vec<T>> {
    (0..values.len())
        .map(|row| {
            if call.is_null(row) {
                Ok(T::default())
            } else {
                Ok(each(values.value(row))?)
            }
        })
        .collect()
}
