//! Trino's order of values of every orderable type, value by value. It is for arrays and rows; flat values have quicker ways.

use std::cmp::Ordering;

use arrow::array::{
    Array, ArrayRef, AsArray, BinaryArray, BooleanArray, FixedSizeBinaryArray, StringArray,
    StringViewArray,
};
use arrow::datatypes::{DataType, Decimal128Type, Float32Type, Float64Type, Int32Type, Int64Type};
use datafusion::common::exec_err;
use datafusion::error::Result;

use super::identity::{instants, times_of_day};
use super::natives::natives;
use crate::error::{FunctionError, FunctionErrorCode};
use crate::types::{RowField, Type};

/// Where NaN stands among numbers. An extremum takes it for the worst value, so that it is found only where there is no other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum NanOrder {
    /// Below all.
    First,
    /// Above all.
    Last,
}

impl NanOrder {
    /// The order of two doubles. As in Java, -0 is below 0.
    pub(super) fn compare(self, left: f64, right: f64) -> Ordering {
        match (left.is_nan(), right.is_nan()) {
            (false, false) => left.total_cmp(&right),
            (true, true) => Ordering::Equal,
            (left_is_nan, _) => match (self, left_is_nan) {
                (NanOrder::First, true) | (NanOrder::Last, false) => Ordering::Less,
                (NanOrder::First, false) | (NanOrder::Last, true) => Ordering::Greater,
            },
        }
    }
}

/// A value in a column.
#[derive(Clone, Copy)]
pub(super) struct Value<'a> {
    pub(super) column: &'a ArrayRef,
    pub(super) row: usize,
}

/// The order of two values that are not NULL.
pub(super) fn compare(
    data_type: &Type,
    nan: NanOrder,
    left: Value<'_>,
    right: Value<'_>,
) -> Result<Ordering> {
    match data_type {
        Type::Array(element) => compare_arrays(element, nan, left, right),
        Type::Row(fields) => compare_rows(fields, nan, left, right),
        Type::TimestampWithTimeZone(_) => {
            let at = |value: Value<'_>| single(value, instants);
            Ok(at(left)?.cmp(&at(right)?))
        }
        Type::TimeWithTimeZone(_) => {
            let at = |value: Value<'_>| single(value, times_of_day);
            Ok(at(left)?.cmp(&at(right)?))
        }
        _ => compare_flat(nan, left, right),
    }
}

/// The number that one value with time zone is compared by.
fn single(value: Value<'_>, numbers: fn(&ArrayRef) -> Result<ArrayRef>) -> Result<i64> {
    let numbers = natives::<Int64Type>(&numbers(&value.column.slice(value.row, 1))?)?;
    Ok(numbers.values().first().copied().unwrap_or_default())
}

fn compare_flat(nan: NanOrder, left: Value<'_>, right: Value<'_>) -> Result<Ordering> {
    if let Some((left_column, right_column)) = both::<StringViewArray>(left, right) {
        return Ok(left_column
            .value(left.row)
            .cmp(right_column.value(right.row)));
    }
    if let Some((left_column, right_column)) = both::<StringArray>(left, right) {
        return Ok(left_column
            .value(left.row)
            .cmp(right_column.value(right.row)));
    }
    if let Some((left_column, right_column)) = both::<BinaryArray>(left, right) {
        return Ok(left_column
            .value(left.row)
            .cmp(right_column.value(right.row)));
    }
    if let Some((left_column, right_column)) = both::<FixedSizeBinaryArray>(left, right) {
        return Ok(left_column
            .value(left.row)
            .cmp(right_column.value(right.row)));
    }
    if let Some((left_column, right_column)) = both::<BooleanArray>(left, right) {
        return Ok(left_column
            .value(left.row)
            .cmp(&right_column.value(right.row)));
    }
    let double = |value: Value<'_>| match value.column.data_type() {
        DataType::Float64 => Some(value.column.as_primitive::<Float64Type>().value(value.row)),
        DataType::Float32 => Some(f64::from(
            value.column.as_primitive::<Float32Type>().value(value.row),
        )),
        _ => None,
    };
    if let (Some(left), Some(right)) = (double(left), double(right)) {
        return Ok(nan.compare(left, right));
    }
    Ok(integer(left)?.cmp(&integer(right)?))
}

/// Both columns, if they are of that kind.
fn both<'a, A: 'static>(left: Value<'a>, right: Value<'a>) -> Option<(&'a A, &'a A)> {
    Some((
        left.column.as_any().downcast_ref()?,
        right.column.as_any().downcast_ref()?,
    ))
}

fn integer(value: Value<'_>) -> Result<i128> {
    let one = value.column.slice(value.row, 1);
    let number = match one.data_type().primitive_width() {
        Some(16) => one
            .as_primitive_opt::<Decimal128Type>()
            .map(|one| one.value(0)),
        Some(8) => Some(i128::from(natives::<Int64Type>(&one)?.value(0))),
        Some(4) => Some(i128::from(natives::<Int32Type>(&one)?.value(0))),
        Some(2) => Some(i128::from(
            natives::<arrow::datatypes::Int16Type>(&one)?.value(0),
        )),
        Some(1) => Some(i128::from(
            natives::<arrow::datatypes::Int8Type>(&one)?.value(0),
        )),
        _ => None,
    };
    match number {
        Some(number) => Ok(number),
        None => exec_err!("values stored as {} have no order", one.data_type()),
    }
}

fn compare_arrays(
    element: &Type,
    nan: NanOrder,
    left: Value<'_>,
    right: Value<'_>,
) -> Result<Ordering> {
    let elements = |value: Value<'_>| value.column.as_list::<i32>().value(value.row);
    let (left, right) = (elements(left), elements(right));
    for row in 0..left.len().min(right.len()) {
        if left.is_null(row) || right.is_null(row) {
            return Err(not_supported(
                "ARRAY comparison not supported for arrays with null elements",
            ));
        }
        let left = Value { column: &left, row };
        let right = Value {
            column: &right,
            row,
        };
        match compare(element, nan, left, right)? {
            Ordering::Equal => {}
            unequal => return Ok(unequal),
        }
    }
    Ok(left.len().cmp(&right.len()))
}

fn compare_rows(
    fields: &[RowField],
    nan: NanOrder,
    left: Value<'_>,
    right: Value<'_>,
) -> Result<Ordering> {
    let columns = left
        .column
        .as_struct()
        .columns()
        .iter()
        .zip(right.column.as_struct().columns());
    for (field, (left_column, right_column)) in fields.iter().zip(columns) {
        if left_column.is_null(left.row) || right_column.is_null(right.row) {
            return Err(not_supported(
                "ROW comparison not supported for fields with null elements",
            ));
        }
        let left = Value {
            column: left_column,
            row: left.row,
        };
        let right = Value {
            column: right_column,
            row: right.row,
        };
        match compare(&field.data_type, nan, left, right)? {
            Ordering::Equal => {}
            unequal => return Ok(unequal),
        }
    }
    Ok(Ordering::Equal)
}

fn not_supported(message: &str) -> datafusion::error::DataFusionError {
    FunctionError::new(FunctionErrorCode::NotSupported, message).into()
}
