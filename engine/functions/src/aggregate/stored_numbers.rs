//! States that are a count and some doubles, as they are stored.

use std::sync::Arc;

use arrow::array::{ArrayRef, AsArray, Float64Array, Int64Array};
use arrow::datatypes::{DataType, Float64Type, Int64Type};
use datafusion::error::Result;

/// A count and numbers.
pub(super) type Numbers<const N: usize> = (i64, [f64; N]);

/// How so many numbers are stored.
pub(super) fn types<const N: usize>() -> Vec<DataType> {
    std::iter::once(DataType::Int64)
        .chain(std::iter::repeat_n(DataType::Float64, N))
        .collect()
}

/// States as columns.
pub(super) fn write<const N: usize>(states: &[Numbers<N>]) -> Vec<ArrayRef> {
    let counts = Int64Array::from_iter_values(states.iter().map(|(count, _)| *count));
    let mut columns: Vec<ArrayRef> = vec![Arc::new(counts)];
    for place in 0..N {
        let number = |(_, numbers): &Numbers<N>| numbers.get(place).copied().unwrap_or_default();
        columns.push(Arc::new(Float64Array::from_iter_values(
            states.iter().map(number),
        )));
    }
    columns
}

/// States of columns; those that count nothing are left out.
pub(super) fn read<const N: usize>(columns: &[ArrayRef]) -> Result<Vec<Option<Numbers<N>>>> {
    let counts = super::column(columns, 0)?.as_primitive::<Int64Type>();
    let mut states: Vec<Option<Numbers<N>>> = counts
        .values()
        .iter()
        .map(|count| (*count > 0).then_some((*count, [0.0; N])))
        .collect();
    for place in 0..N {
        let numbers = super::column(columns, place + 1)?.as_primitive::<Float64Type>();
        for (state, number) in states.iter_mut().zip(numbers.values()) {
            if let Some(kept) = state
                .as_mut()
                .and_then(|(_, numbers)| numbers.get_mut(place))
            {
                *kept = *number;
            }
        }
    }
    Ok(states)
}
