//! The numbers of the rows that UNNEST makes of arrays: 1 up to the length of the longest.

use std::sync::Arc;

use arrow::array::{ArrayRef, Int64Array, ListArray};
use arrow::buffer::OffsetBuffer;
use datafusion::common::exec_datafusion_err;
use datafusion::error::Result;

use crate::call::Call;
use crate::definition::Definition;
use crate::types::Type;

pub(crate) fn definitions() -> Vec<Definition> {
    vec![
        Definition::new(
            "$ordinality",
            "Numbers from 1 up to the greatest of the lengths",
        )
        .nullable("(bigint...) -> array(bigint)", ordinality)
        .hidden(),
    ]
}

/// A length that is NULL is that of a NULL array: it has no elements.
fn ordinality(call: &Call<'_>) -> Result<ArrayRef> {
    let mut lengths = vec![0_i64; call.rows];
    for place in 0..call.len() {
        for (longest, length) in lengths.iter_mut().zip(call.bigints(place)?.iter()) {
            *longest = (*longest).max(length.unwrap_or(0));
        }
    }
    let numbers: Int64Array = lengths
        .iter()
        .flat_map(|length| 1..=*length)
        .map(Some)
        .collect();
    let lengths = lengths
        .into_iter()
        .map(|length| usize::try_from(length).unwrap_or(0))
        .collect::<Vec<_>>();
    if i32::try_from(numbers.len()).is_err() {
        return Err(exec_datafusion_err!(
            "the arrays of a batch have too many elements"
        ));
    }
    Ok(Arc::new(ListArray::try_new(
        Type::Bigint.element_field(),
        OffsetBuffer::from_lengths(lengths),
        Arc::new(numbers),
        None,
    )?))
}
