//! Trino's order of values of any type that has one: NaN is the greatest number, and NULLs within values cannot be compared.

use std::cmp::Ordering;

use arrow::array::{Array, ArrayRef, ListArray, StructArray, make_comparator};
use arrow::compute::SortOptions;
use datafusion::common::downcast_value;
use datafusion::error::Result;

use super::canonical::canonical;
use crate::call::as_nested;
use crate::error::{FunctionError, FunctionErrorCode};
use crate::nested::{Places, is_null_at, places, trimmed_lists, usize_of};
use crate::types::Type;

/// How the value at a place of one array compares to the value at a place of another. Neither may be NULL.
pub(crate) type Comparison = Box<dyn Fn(usize, usize) -> Result<Ordering, FunctionError>>;

/// Whether -0.0 and 0.0 are the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SignOfZero {
    /// They are, as in all comparisons of numbers.
    Ignored,
    /// -0.0 comes first, as in sorting.
    Kept,
}

/// The order of two arrays' values, both of that type.
pub(crate) fn ordering(
    left: &ArrayRef,
    right: &ArrayRef,
    data_type: &Type,
    zeros: SignOfZero,
) -> Result<Comparison> {
    let left = as_nested(left.clone(), data_type)?;
    let right = as_nested(right.clone(), data_type)?;
    match data_type {
        Type::Array(element) => {
            let left = trimmed_lists(downcast_value!(left, ListArray))?;
            let right = trimmed_lists(downcast_value!(right, ListArray))?;
            let compare = ordering(left.values(), right.values(), element, zeros)?;
            let left_places = places(left.offsets(), left.nulls());
            let right_places = places(right.offsets(), right.nulls());
            Ok(Box::new(move |i, j| {
                match (left_places.get(i), right_places.get(j)) {
                    (Some(i), Some(j)) => compare_lists(&left, i, &right, j, &compare),
                    _ => Ok(Ordering::Equal),
                }
            }))
        }
        Type::Row(fields) => {
            let left = downcast_value!(left, StructArray).clone();
            let right = downcast_value!(right, StructArray).clone();
            let columns = left.columns().iter().zip(right.columns()).zip(fields);
            let columns = columns
                .map(|((left, right), field)| {
                    let compare = ordering(left, right, &field.data_type, zeros)?;
                    Ok((left.clone(), right.clone(), compare))
                })
                .collect::<Result<Vec<_>>>()?;
            Ok(Box::new(move |i, j| {
                for (left, right, compare) in &columns {
                    if is_null(left, i) || is_null(right, j) {
                        return Err(not_supported(
                            "ROW comparison not supported for fields with null elements",
                        ));
                    }
                    let found = compare(i, j)?;
                    if found.is_ne() {
                        return Ok(found);
                    }
                }
                Ok(Ordering::Equal)
            }))
        }
        _ => {
            let left = canonical(&left, data_type, zeros)?;
            let right = canonical(&right, data_type, zeros)?;
            let compare = make_comparator(&left, &right, SortOptions::default())?;
            Ok(Box::new(move |i, j| Ok(compare(i, j))))
        }
    }
}

fn compare_lists(
    left: &ListArray,
    left_places: &Places,
    right: &ListArray,
    right_places: &Places,
    compare: &Comparison,
) -> Result<Ordering, FunctionError> {
    for (i, j) in left_places.clone().zip(right_places.clone()) {
        if is_null_at(left.values(), i) || is_null_at(right.values(), j) {
            return Err(not_supported(
                "ARRAY comparison not supported for arrays with null elements",
            ));
        }
        let found = compare(usize_of(i), usize_of(j))?;
        if found.is_ne() {
            return Ok(found);
        }
    }
    Ok(left_places.len().cmp(&right_places.len()))
}

fn is_null(values: &ArrayRef, place: usize) -> bool {
    u32::try_from(place).is_ok_and(|place| is_null_at(values, place))
}

fn not_supported(message: &str) -> FunctionError {
    FunctionError::new(FunctionErrorCode::NotSupported, message)
}
