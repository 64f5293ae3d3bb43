//! Arithmetic of `real` and `double` by IEEE 754, where dividing by zero gives an infinity or NaN.

use arrow::array::{ArrayRef, ArrowNativeTypeOp};
use arrow::datatypes::ArrowPrimitiveType;
use datafusion::error::Result;

use super::operand::{Operand, each, pairs, returned};
use crate::call::Call;

pub(crate) fn add<T: ArrowPrimitiveType>(call: &Call<'_>) -> Result<ArrayRef> {
    each_pair::<T>(call, T::Native::add_wrapping)
}

pub(crate) fn subtract<T: ArrowPrimitiveType>(call: &Call<'_>) -> Result<ArrayRef> {
    each_pair::<T>(call, T::Native::sub_wrapping)
}

pub(crate) fn multiply<T: ArrowPrimitiveType>(call: &Call<'_>) -> Result<ArrayRef> {
    each_pair::<T>(call, T::Native::mul_wrapping)
}

pub(crate) fn divide<T: ArrowPrimitiveType>(call: &Call<'_>) -> Result<ArrayRef> {
    each_pair::<T>(call, T::Native::div_wrapping)
}

pub(crate) fn modulus<T: ArrowPrimitiveType>(call: &Call<'_>) -> Result<ArrayRef> {
    each_pair::<T>(call, T::Native::mod_wrapping)
}

pub(crate) fn negate<T: ArrowPrimitiveType>(call: &Call<'_>) -> Result<ArrayRef> {
    each::<T>(call, T::Native::neg_wrapping)
}

#[inline(always)]
fn each_pair<T: ArrowPrimitiveType>(
    call: &Call<'_>,
    operation: impl Fn(T::Native, T::Native) -> T::Native,
) -> Result<ArrayRef> {
    let (left, right) = (Operand::<T>::of(call, 0)?, Operand::<T>::of(call, 1)?);
    Ok(returned::<T>(
        call,
        pairs(&left, &right, call.rows, operation),
    ))
}
