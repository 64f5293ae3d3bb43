//! Arithmetic of integers, which fails rather than wraps around.

use std::ops::BitOr;

use arrow::array::{ArrayRef, ArrowNativeTypeOp};
use arrow::datatypes::ArrowPrimitiveType;
use datafusion::error::Result;

use super::operand::{Operand, first_failure, pairs, returned, try_pairs};
use crate::call::Call;
use crate::error::FunctionError;

/// A result, and a flag that is negative if the result does not fit. Flags are as wide as values and need no branch, so that the loops
/// over columns become vector instructions; they are looked at once a batch.
type Flagged<N> = (N, N);

/// Integers with arithmetic that flags overflow.
pub(crate) trait Integer: ArrowNativeTypeOp + BitOr<Output = Self> {
    /// The sum.
    fn add_flagged(self, other: Self) -> Flagged<Self>;
    /// The difference.
    fn subtract_flagged(self, other: Self) -> Flagged<Self>;
    /// The product.
    fn multiply_flagged(self, other: Self) -> Flagged<Self>;
}

macro_rules! integer {
    ($native:ty) => {
        impl Integer for $native {
            #[inline(always)]
            fn add_flagged(self, other: Self) -> Flagged<Self> {
                let sum = self.wrapping_add(other);
                // It overflows if both operands differ from the sum in their sign.
                (sum, (self ^ sum) & (other ^ sum))
            }

            #[inline(always)]
            fn subtract_flagged(self, other: Self) -> Flagged<Self> {
                let difference = self.wrapping_sub(other);
                // It overflows if the operands differ in their sign, and the result from the first.
                (difference, (self ^ other) & (self ^ difference))
            }

            #[inline(always)]
            fn multiply_flagged(self, other: Self) -> Flagged<Self> {
                let (product, overflows) = self.overflowing_mul(other);
                // All bits are set if it overflows.
                (product, <$native>::from(overflows).wrapping_neg())
            }
        }
    };
}

integer!(i8);
integer!(i16);
integer!(i32);
integer!(i64);

pub(crate) fn add<T: ArrowPrimitiveType<Native: Integer>>(call: &Call<'_>) -> Result<ArrayRef> {
    flagged::<T>(call, T::Native::add_flagged, "addition", '+')
}

pub(crate) fn subtract<T: ArrowPrimitiveType<Native: Integer>>(
    call: &Call<'_>,
) -> Result<ArrayRef> {
    flagged::<T>(call, T::Native::subtract_flagged, "subtraction", '-')
}

pub(crate) fn multiply<T: ArrowPrimitiveType<Native: Integer>>(
    call: &Call<'_>,
) -> Result<ArrayRef> {
    flagged::<T>(call, T::Native::multiply_flagged, "multiplication", '*')
}

pub(crate) fn negate<T: ArrowPrimitiveType<Native: Integer>>(call: &Call<'_>) -> Result<ArrayRef> {
    let zero = Operand::<T>::Constant(T::Native::ZERO);
    let values = Operand::of(call, 0)?;
    let (negated, overflows) = with_flags(&zero, &values, call.rows, T::Native::subtract_flagged);
    if overflows {
        first_failure(call, |row| {
            let value = values.value(row);
            let (_, flag) = T::Native::ZERO.subtract_flagged(value);
            flag.is_lt(T::Native::ZERO).then(|| {
                FunctionError::out_of_range(format!(
                    "{} negation overflow: {value:?}",
                    call.returns()
                ))
            })
        })?;
    }
    Ok(returned::<T>(call, negated))
}

pub(crate) fn divide<T: ArrowPrimitiveType<Native: Integer>>(call: &Call<'_>) -> Result<ArrayRef> {
    let (left, right) = (Operand::<T>::of(call, 0)?, Operand::<T>::of(call, 1)?);
    let quotients = try_pairs(
        call,
        &left,
        &right,
        |left, right| left.div_checked(right).ok(),
        |left, right| {
            if right.is_zero() {
                FunctionError::division_by_zero()
            } else {
                overflow::<T>(call, "division", '/', left, right)
            }
        },
    )?;
    Ok(returned::<T>(call, quotients))
}

pub(crate) fn modulus<T: ArrowPrimitiveType<Native: Integer>>(call: &Call<'_>) -> Result<ArrayRef> {
    let (left, right) = (Operand::<T>::of(call, 0)?, Operand::<T>::of(call, 1)?);
    let remainders = try_pairs(
        call,
        &left,
        &right,
        // The remainder of the least number by -1 is 0, though the quotient overflows.
        |left, right| (!right.is_zero()).then(|| left.mod_wrapping(right)),
        |_, _| FunctionError::division_by_zero(),
    )?;
    Ok(returned::<T>(call, remainders))
}

#[inline(always)]
fn flagged<T: ArrowPrimitiveType<Native: Integer>>(
    call: &Call<'_>,
    operation: impl Fn(T::Native, T::Native) -> Flagged<T::Native>,
    name: &str,
    symbol: char,
) -> Result<ArrayRef> {
    let (left, right) = (Operand::<T>::of(call, 0)?, Operand::<T>::of(call, 1)?);
    let (values, overflows) = with_flags(&left, &right, call.rows, &operation);
    if overflows {
        // What is stored in rows with NULL may overflow, too; that is no failure.
        first_failure(call, |row| {
            let (left, right) = (left.value(row), right.value(row));
            let (_, flag) = operation(left, right);
            flag.is_lt(T::Native::ZERO)
                .then(|| overflow::<T>(call, name, symbol, left, right))
        })?;
    }
    Ok(returned::<T>(call, values))
}

/// The results, and whether any does not fit.
#[inline(always)]
fn with_flags<T: ArrowPrimitiveType<Native: Integer>>(
    left: &Operand<T>,
    right: &Operand<T>,
    rows: usize,
    operation: impl Fn(T::Native, T::Native) -> Flagged<T::Native>,
) -> (Vec<T::Native>, bool) {
    let mut flags = T::Native::ZERO;
    let values = pairs(left, right, rows, |left, right| {
        let (value, flag) = operation(left, right);
        flags = flags | flag;
        value
    });
    (values, flags.is_lt(T::Native::ZERO))
}

fn overflow<T: ArrowPrimitiveType>(
    call: &Call<'_>,
    name: &str,
    symbol: char,
    left: T::Native,
    right: T::Native,
) -> FunctionError {
    FunctionError::out_of_range(format!(
        "{} {name} overflow: {left:?} {symbol} {right:?}",
        call.returns()
    ))
}
