//! Comparison of `real` and `double`. NaN is neither equal to, less nor greater than anything, itself included, but not distinct from
//! itself; -0.0 equals 0.0. Arrow's own comparison is a total order, which differs in both.

use std::sync::Arc;

use arrow::array::{ArrayRef, BooleanArray};
use arrow::buffer::{BooleanBuffer, NullBuffer};
use arrow::datatypes::{ArrowPrimitiveType, Float32Type, Float64Type};
use datafusion::error::Result;

use super::operand::{Operand, bits};
use crate::call::Call;
use crate::definition::{Definition, ScalarKernel};

pub(crate) fn definitions() -> Vec<Definition> {
    vec![
        compared(
            "$equal",
            "Whether values are equal",
            |call| compare::<Float32Type>(call, |left, right| left == right),
            |call| compare::<Float64Type>(call, |left, right| left == right),
        ),
        compared(
            "$not_equal",
            "Whether values are not equal",
            |call| compare::<Float32Type>(call, |left, right| left != right),
            |call| compare::<Float64Type>(call, |left, right| left != right),
        ),
        compared(
            "$less_than",
            "Whether the first value is less than the second",
            |call| compare::<Float32Type>(call, |left, right| left < right),
            |call| compare::<Float64Type>(call, |left, right| left < right),
        ),
        compared(
            "$less_than_or_equal",
            "Whether the first value is less than the second, or equal",
            |call| compare::<Float32Type>(call, |left, right| left <= right),
            |call| compare::<Float64Type>(call, |left, right| left <= right),
        ),
        compared(
            "$greater_than",
            "Whether the first value is greater than the second",
            |call| compare::<Float32Type>(call, |left, right| left > right),
            |call| compare::<Float64Type>(call, |left, right| left > right),
        ),
        compared(
            "$greater_than_or_equal",
            "Whether the first value is greater than the second, or equal",
            |call| compare::<Float32Type>(call, |left, right| left >= right),
            |call| compare::<Float64Type>(call, |left, right| left >= right),
        ),
        Definition::new(
            "$is_distinct_from",
            "Whether values differ, where NULL is a value like others",
        )
        .hidden()
        .nullable("(real, real) -> boolean", |call| {
            distinct::<Float32Type>(call, |left, right| {
                left != right && !(left.is_nan() && right.is_nan())
            })
        })
        .nullable("(double, double) -> boolean", |call| {
            distinct::<Float64Type>(call, |left, right| {
                left != right && !(left.is_nan() && right.is_nan())
            })
        }),
    ]
}

fn compared(
    name: &'static str,
    description: &'static str,
    reals: ScalarKernel,
    doubles: ScalarKernel,
) -> Definition {
    Definition::new(name, description)
        .hidden()
        .strict("(real, real) -> boolean", reals)
        .strict("(double, double) -> boolean", doubles)
}

#[inline(always)]
fn compare<T: ArrowPrimitiveType>(
    call: &Call<'_>,
    condition: impl Fn(T::Native, T::Native) -> bool,
) -> Result<ArrayRef> {
    let (left, right) = (Operand::<T>::of(call, 0)?, Operand::<T>::of(call, 1)?);
    Ok(Arc::new(BooleanArray::new(
        bits(&left, &right, call.rows, condition),
        None,
    )))
}

#[inline(always)]
fn distinct<T: ArrowPrimitiveType>(
    call: &Call<'_>,
    condition: impl Fn(T::Native, T::Native) -> bool,
) -> Result<ArrayRef> {
    let (left, right) = (Operand::<T>::of(call, 0)?, Operand::<T>::of(call, 1)?);
    let differ = bits(&left, &right, call.rows, condition);
    let valid = |nulls: Option<&NullBuffer>| match nulls {
        Some(nulls) => nulls.inner().clone(),
        None => BooleanBuffer::new_set(call.rows),
    };
    let distinct = match (left.nulls(), right.nulls()) {
        (None, None) => differ,
        (left, right) => {
            let (left, right) = (valid(left), valid(right));
            // One is NULL and the other is not, or neither is and they differ.
            &(&left ^ &right) | &(&(&left & &right) & &differ)
        }
    };
    Ok(Arc::new(BooleanArray::new(distinct, None)))
}
