//! Arithmetic of intervals among themselves and with numbers.

use std::sync::Arc;

use arrow::array::{ArrayRef, IntervalYearMonthArray};
use arrow::buffer::ScalarBuffer;
use arrow::datatypes::IntervalYearMonthType;
use datafusion::error::Result;

use crate::call::Call;
use crate::datetime::columns::{argument_numbers, each_pair, each_row, returned_numbers};
use crate::definition::Definition;
use crate::error::FunctionError;

/// The months of an argument.
pub(super) fn months(call: &Call<'_>, place: usize) -> Result<ScalarBuffer<i32>> {
    Ok(call
        .primitives::<IntervalYearMonthType>(place)?
        .values()
        .clone())
}

fn months_column(months: Vec<i32>) -> ArrayRef {
    Arc::new(IntervalYearMonthArray::from(months))
}

fn overflow() -> FunctionError {
    FunctionError::out_of_range("interval out of range")
}

fn of_millis(call: &Call<'_>, operation: fn(i64, i64) -> Option<i64>) -> Result<ArrayRef> {
    let (left, right) = (argument_numbers(call, 0)?, argument_numbers(call, 1)?);
    let results = each_pair(call, &left, &right, |left, right| {
        operation(left, right).ok_or_else(overflow)
    })?;
    returned_numbers(call, results)
}

fn of_months(call: &Call<'_>, operation: fn(i32, i32) -> Option<i32>) -> Result<ArrayRef> {
    let results = each_pair(call, &months(call, 0)?, &months(call, 1)?, |left, right| {
        operation(left, right).ok_or_else(overflow)
    })?;
    Ok(months_column(results))
}

pub(super) fn additions(add: Definition) -> Definition {
    add.strict(
        "(interval day to second, interval day to second) -> interval day to second",
        |call| of_millis(call, i64::checked_add),
    )
    .strict(
        "(interval year to month, interval year to month) -> interval year to month",
        |call| of_months(call, i32::checked_add),
    )
}

pub(super) fn subtractions(subtract: Definition) -> Definition {
    subtract
        .strict(
            "(interval day to second, interval day to second) -> interval day to second",
            |call| of_millis(call, i64::checked_sub),
        )
        .strict(
            "(interval year to month, interval year to month) -> interval year to month",
            |call| of_months(call, i32::checked_sub),
        )
}

pub(super) fn negations(negate: Definition) -> Definition {
    negate
        .strict(
            "(interval day to second) -> interval day to second",
            |call| {
                let results = each_row(call, &argument_numbers(call, 0)?, |_, millis| {
                    millis.checked_neg().ok_or_else(overflow)
                })?;
                returned_numbers(call, results)
            },
        )
        .strict(
            "(interval year to month) -> interval year to month",
            |call| {
                let results = each_row(call, &months(call, 0)?, |_, months| {
                    months.checked_neg().ok_or_else(overflow)
                })?;
                Ok(months_column(results))
            },
        )
}

pub(super) fn multiplications(multiply: Definition) -> Definition {
    multiply
        .strict(
            "(interval day to second, bigint) -> interval day to second",
            |call| of_millis(call, i64::checked_mul),
        )
        .strict(
            "(bigint, interval day to second) -> interval day to second",
            |call| of_millis(call, i64::checked_mul),
        )
        .strict(
            "(interval day to second, double) -> interval day to second",
            |call| millis_by_double(call, 0, 1, multiplied),
        )
        .strict(
            "(double, interval day to second) -> interval day to second",
            |call| millis_by_double(call, 1, 0, multiplied),
        )
        .strict(
            "(interval year to month, bigint) -> interval year to month",
            |call| months_by_bigint(call, 0, 1),
        )
        .strict(
            "(bigint, interval year to month) -> interval year to month",
            |call| months_by_bigint(call, 1, 0),
        )
        .strict(
            "(interval year to month, double) -> interval year to month",
            |call| months_by_double(call, 0, 1, multiplied),
        )
        .strict(
            "(double, interval year to month) -> interval year to month",
            |call| months_by_double(call, 1, 0, multiplied),
        )
}

pub(super) fn divisions(divide: Definition) -> Definition {
    divide
        .strict(
            "(interval day to second, double) -> interval day to second",
            |call| millis_by_double(call, 0, 1, divided),
        )
        .strict(
            "(interval year to month, double) -> interval year to month",
            |call| months_by_double(call, 0, 1, divided),
        )
}

fn multiplied(interval: f64, factor: f64) -> Result<f64, FunctionError> {
    if factor.is_nan() {
        return Err(FunctionError::argument("Cannot multiply by double NaN"));
    }
    Ok(interval * factor)
}

fn divided(interval: f64, divisor: f64) -> Result<f64, FunctionError> {
    if divisor.is_nan() || divisor == 0.0 {
        let shown = if divisor.is_nan() {
            "NaN"
        } else if divisor.is_sign_negative() {
            "-0.0"
        } else {
            "0.0"
        };
        return Err(FunctionError::argument(format!(
            "Cannot divide by double {shown}"
        )));
    }
    Ok(interval / divisor)
}

type WithDouble = fn(f64, f64) -> Result<f64, FunctionError>;

/// Doubles are cut to whole milliseconds and months, and to the bounds of 64 bits, which is what `as` does in Rust and a cast in Java.
fn cut(value: f64) -> i64 {
    value as i64
}

fn millis_by_double(
    call: &Call<'_>,
    interval: usize,
    number: usize,
    operation: WithDouble,
) -> Result<ArrayRef> {
    let numbers = call.doubles(number)?;
    let intervals = argument_numbers(call, interval)?;
    let results = each_pair(call, &intervals, numbers.values(), |millis, number: f64| {
        // Intervals beyond 2^53 lose digits in Trino too.
        Ok(cut(operation(millis as f64, number)?))
    })?;
    returned_numbers(call, results)
}

fn months_by_double(
    call: &Call<'_>,
    interval: usize,
    number: usize,
    operation: WithDouble,
) -> Result<ArrayRef> {
    let numbers = call.doubles(number)?;
    let intervals = months(call, interval)?;
    let results = each_pair(
        call,
        &intervals,
        numbers.values(),
        |months: i32, number: f64| {
            let result = cut(operation(months.into(), number)?);
            i32::try_from(result).map_err(|_| overflow())
        },
    )?;
    Ok(months_column(results))
}

fn months_by_bigint(call: &Call<'_>, interval: usize, number: usize) -> Result<ArrayRef> {
    let numbers = call.bigints(number)?;
    let intervals = months(call, interval)?;
    let results = each_pair(
        call,
        &intervals,
        numbers.values(),
        |months: i32, number: i64| {
            i64::from(months)
                .checked_mul(number)
                .and_then(|product| i32::try_from(product).ok())
                .ok_or_else(overflow)
        },
    )?;
    Ok(months_column(results))
}
