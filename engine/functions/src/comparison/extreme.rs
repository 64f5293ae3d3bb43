//! `greatest` and `least`: the extreme one of a row's arguments, NULL if any is NULL. NaN is it only among NaNs.

use std::cmp::Ordering;

use arrow::array::{ArrayRef, ArrowNativeTypeOp, BooleanArray, Datum, PrimitiveArray};
use arrow::compute::kernels::cmp::{gt, lt};
use arrow::compute::kernels::zip::zip;
use arrow::datatypes::{
    ArrowPrimitiveType, DataType, Date32Type, Decimal128Type, DurationMillisecondType, Float32Type,
    Float64Type, Int8Type, Int16Type, Int32Type, Int64Type, IntervalUnit, IntervalYearMonthType,
    Time64MicrosecondType, Time64NanosecondType, TimeUnit, TimestampMicrosecondType,
    TimestampNanosecondType,
};
use datafusion::error::Result;

use super::order::{NanPlace, comparator};
use crate::call::Call;
use crate::definition::Definition;
use crate::error::{FunctionError, FunctionErrorCode};
use crate::operators::operand::{Operand, pairs, returned};
use crate::signature::Bound;
use crate::types::Type;

/// As many arguments as a call of Trino may have.
const ARGUMENTS_MAX: usize = 127;

pub(crate) fn definitions() -> Vec<Definition> {
    vec![
        Definition::new(
            "greatest",
            "The greatest of the arguments, NULL if any is NULL",
        )
        .strict_returning(
            "(E, E...) -> E where E: orderable",
            |bound| return_type(bound, "greatest"),
            |call| extreme(call, Extreme::Greatest),
        ),
        Definition::new("least", "The least of the arguments, NULL if any is NULL")
            .strict_returning(
                "(E, E...) -> E where E: orderable",
                |bound| return_type(bound, "least"),
                |call| extreme(call, Extreme::Least),
            ),
    ]
}

fn return_type(bound: &Bound, name: &str) -> Result<Type, FunctionError> {
    if bound.arguments.len() > ARGUMENTS_MAX {
        return Err(FunctionError::new(
            FunctionErrorCode::NotSupported,
            format!("Too many arguments for function call {name}()"),
        ));
    }
    Ok(bound.returns.clone())
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Extreme {
    Greatest,
    Least,
}

fn extreme(call: &Call<'_>, extreme: Extreme) -> Result<ArrayRef> {
    match call.returns().arrow() {
        DataType::Int8 => of_ordered::<Int8Type>(call, extreme),
        DataType::Int16 => of_ordered::<Int16Type>(call, extreme),
        DataType::Int32 => of_ordered::<Int32Type>(call, extreme),
        DataType::Int64 => of_ordered::<Int64Type>(call, extreme),
        DataType::Decimal128(..) => of_ordered::<Decimal128Type>(call, extreme),
        DataType::Date32 => of_ordered::<Date32Type>(call, extreme),
        DataType::Time64(TimeUnit::Microsecond) => {
            of_ordered::<Time64MicrosecondType>(call, extreme)
        }
        DataType::Time64(TimeUnit::Nanosecond) => of_ordered::<Time64NanosecondType>(call, extreme),
        DataType::Timestamp(TimeUnit::Microsecond, None) => {
            of_ordered::<TimestampMicrosecondType>(call, extreme)
        }
        DataType::Timestamp(TimeUnit::Nanosecond, None) => {
            of_ordered::<TimestampNanosecondType>(call, extreme)
        }
        DataType::Interval(IntervalUnit::YearMonth) => {
            of_ordered::<IntervalYearMonthType>(call, extreme)
        }
        DataType::Duration(TimeUnit::Millisecond) => {
            of_ordered::<DurationMillisecondType>(call, extreme)
        }
        DataType::Float32 => of_floats::<Float32Type>(call, extreme, f32::is_nan),
        DataType::Float64 => of_floats::<Float64Type>(call, extreme, f64::is_nan),
        DataType::List(_) | DataType::Struct(_) => of_nested(call, extreme),
        _ => of_others(call, extreme),
    }
}

/// Among values whose native order is theirs.
fn of_ordered<T: ArrowPrimitiveType>(call: &Call<'_>, extreme: Extreme) -> Result<ArrayRef> {
    match extreme {
        Extreme::Greatest => fold::<T>(call, |next, best| next.is_gt(best)),
        Extreme::Least => fold::<T>(call, |next, best| next.is_lt(best)),
    }
}

/// Among floats, whose native order is Arrow's total one: -0.0 before 0.0, as in Trino, and NaN after all, or before if it is negative.
fn of_floats<T: ArrowPrimitiveType>(
    call: &Call<'_>,
    extreme: Extreme,
    is_nan: fn(T::Native) -> bool,
) -> Result<ArrayRef> {
    match extreme {
        Extreme::Greatest => fold::<T>(call, |next, best| {
            !is_nan(next) && (is_nan(best) || next.is_gt(best))
        }),
        Extreme::Least => fold::<T>(call, |next, best| {
            !is_nan(next) && (is_nan(best) || next.is_lt(best))
        }),
    }
}

/// Goes over the arguments and keeps, in each row, the one that beats the best before.
#[inline(always)]
fn fold<T: ArrowPrimitiveType>(
    call: &Call<'_>,
    beats: impl Fn(T::Native, T::Native) -> bool,
) -> Result<ArrayRef> {
    let mut best = Operand::<T>::of(call, 0)?;
    for place in 1..call.len() {
        let next = Operand::<T>::of(call, place)?;
        let values = pairs(&best, &next, call.rows, |best, next| {
            if beats(next, best) { next } else { best }
        });
        best = Operand::Column(PrimitiveArray::new(values.into(), None));
    }
    Ok(returned::<T>(call, best.into_values(call.rows)))
}

/// Among text, bytes and booleans, by Arrow's comparison.
fn of_others(call: &Call<'_>, extreme: Extreme) -> Result<ArrayRef> {
    let mut best = call.array(0)?;
    for place in 1..call.len() {
        let constant = call
            .constant(place)
            .map(|value| value.to_scalar())
            .transpose()?;
        let column;
        let next: &dyn Datum = match &constant {
            Some(constant) => constant,
            None => {
                column = call.array(place)?;
                &column
            }
        };
        let beats = match extreme {
            Extreme::Greatest => gt(next, &best)?,
            Extreme::Least => lt(next, &best)?,
        };
        best = zip(&beats, next, &best)?;
    }
    Ok(best)
}

/// Among arrays and rows, and times and timestamps with time zone, which are stored as structs.
fn of_nested(call: &Call<'_>, extreme: Extreme) -> Result<ArrayRef> {
    // NaN loses against all others.
    let (wanted, nan) = match extreme {
        Extreme::Greatest => (Ordering::Greater, NanPlace::First),
        Extreme::Least => (Ordering::Less, NanPlace::Last),
    };
    let mut best = call.array(0)?;
    for place in 1..call.len() {
        let next = call.array(place)?;
        let compare = comparator(&next, &best, call.returns(), nan)?;
        let mut beats = Vec::with_capacity(call.rows);
        for row in 0..call.rows {
            beats.push(!call.is_null(row) && compare(row, row)? == wanted);
        }
        drop(compare);
        best = zip(&BooleanArray::from(beats), &next, &best)?;
    }
    Ok(best)
}
