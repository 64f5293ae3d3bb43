//! Arithmetic of decimals, whose unscaled values are 128-bit integers, and 256-bit ones in between where these do not suffice.

use arrow::array::ArrayRef;
use arrow::datatypes::{Decimal128Type, i256};
use datafusion::error::Result;

use super::decimal_type::{
    DecimalShape, ResultShape, product_shape, quotient_shape, remainder_shape, sum_shape,
};
use super::operand::{Operand, each, pairs, returned, try_pairs};
use crate::call::Call;
use crate::error::FunctionError;
use crate::types::DECIMAL_PRECISION_MAX;

/// The bound of unscaled values: 38 digits.
const UNSCALED_BOUND: i128 = 10_i128.pow(DECIMAL_PRECISION_MAX as u32);

/// The two arguments of an operator, and what their scales say.
struct Decimals {
    left: Operand<Decimal128Type>,
    right: Operand<Decimal128Type>,
    left_shape: DecimalShape,
    right_shape: DecimalShape,
    shape: ResultShape,
}

impl Decimals {
    fn of(
        call: &Call<'_>,
        shape: fn(DecimalShape, DecimalShape) -> ResultShape,
    ) -> Result<Decimals> {
        let left_shape = DecimalShape::of_argument(call.bound, 0);
        let right_shape = DecimalShape::of_argument(call.bound, 1);
        Ok(Decimals {
            left: Operand::of(call, 0)?,
            right: Operand::of(call, 1)?,
            left_shape,
            right_shape,
            shape: shape(left_shape, right_shape),
        })
    }

    /// The powers of ten that bring both to the greater of their scales.
    fn factors(&self) -> (i128, i128) {
        let (left, right) = (self.left_shape.scale, self.right_shape.scale);
        (
            power_of_ten(right.saturating_sub(left)),
            power_of_ten(left.saturating_sub(right)),
        )
    }

    /// An operation that always has a result.
    #[inline(always)]
    fn each(&self, call: &Call<'_>, operation: impl Fn(i128, i128) -> i128) -> Result<ArrayRef> {
        let values = pairs(&self.left, &self.right, call.rows, operation);
        Ok(returned::<Decimal128Type>(call, values))
    }

    /// An operation that has none where it overflows, or divides by zero.
    #[inline(always)]
    fn try_each(
        &self,
        call: &Call<'_>,
        operation: impl Fn(i128, i128) -> Option<i128>,
        failure: impl Fn(i128) -> FunctionError,
    ) -> Result<ArrayRef> {
        let values = try_pairs(call, &self.left, &self.right, operation, |_, right| {
            failure(right)
        })?;
        Ok(returned::<Decimal128Type>(call, values))
    }
}

pub(crate) fn add(call: &Call<'_>) -> Result<ArrayRef> {
    let decimals = Decimals::of(call, sum_shape)?;
    let factors = decimals.factors();
    match (decimals.shape.always_fits(), factors) {
        (true, (1, 1)) => decimals.each(call, i128::wrapping_add),
        (true, (left_factor, right_factor)) => decimals.each(call, |left, right| {
            left.wrapping_mul(left_factor)
                .wrapping_add(right.wrapping_mul(right_factor))
        }),
        (false, (1, 1)) => decimals.try_each(
            call,
            |left, right| within(left.checked_add(right)),
            overflow,
        ),
        (false, (left_factor, right_factor)) => decimals.try_each(
            call,
            |left, right| {
                let (left, right) = (
                    left.checked_mul(left_factor)?,
                    right.checked_mul(right_factor)?,
                );
                within(left.checked_add(right))
            },
            overflow,
        ),
    }
}

pub(crate) fn subtract(call: &Call<'_>) -> Result<ArrayRef> {
    let decimals = Decimals::of(call, sum_shape)?;
    let factors = decimals.factors();
    match (decimals.shape.always_fits(), factors) {
        (true, (1, 1)) => decimals.each(call, i128::wrapping_sub),
        (true, (left_factor, right_factor)) => decimals.each(call, |left, right| {
            left.wrapping_mul(left_factor)
                .wrapping_sub(right.wrapping_mul(right_factor))
        }),
        (false, (1, 1)) => decimals.try_each(
            call,
            |left, right| within(left.checked_sub(right)),
            overflow,
        ),
        (false, (left_factor, right_factor)) => decimals.try_each(
            call,
            |left, right| {
                let (left, right) = (
                    left.checked_mul(left_factor)?,
                    right.checked_mul(right_factor)?,
                );
                within(left.checked_sub(right))
            },
            overflow,
        ),
    }
}

pub(crate) fn multiply(call: &Call<'_>) -> Result<ArrayRef> {
    let decimals = Decimals::of(call, product_shape)?;
    if decimals.shape.always_fits() {
        return decimals.each(call, i128::wrapping_mul);
    }
    decimals.try_each(
        call,
        |left, right| match (i64::try_from(left), i64::try_from(right)) {
            // Most values are small, and these products need no check: it costs more than they do.
            (Ok(left), Ok(right)) => within(Some(i128::from(left).wrapping_mul(i128::from(right)))),
            _ => within(left.checked_mul(right)),
        },
        overflow,
    )
}

pub(crate) fn divide(call: &Call<'_>) -> Result<ArrayRef> {
    let decimals = Decimals::of(call, quotient_shape)?;
    let shift = decimals.shape.scale - decimals.left_shape.scale + decimals.right_shape.scale;
    let failure = |divisor: i128| {
        if divisor == 0 {
            FunctionError::division_by_zero()
        } else {
            overflow(divisor)
        }
    };
    // Trino scales dividends up by 37 digits at most, and says of others that they overflow.
    if shift >= DECIMAL_PRECISION_MAX {
        return decimals.try_each(call, |_, _| None, failure);
    }
    let factor = power_of_ten(shift);
    if decimals.shape.always_fits() {
        return decimals.try_each(
            call,
            |left, right| divided(left.wrapping_mul(factor), right),
            failure,
        );
    }
    decimals.try_each(
        call,
        |left, right| match left.checked_mul(factor) {
            Some(scaled) => within(divided(scaled, right)),
            None => within(divided_wide(left, factor, right)),
        },
        failure,
    )
}

pub(crate) fn modulus(call: &Call<'_>) -> Result<ArrayRef> {
    let decimals = Decimals::of(call, remainder_shape)?;
    let (left_factor, right_factor) = decimals.factors();
    let failure = |_| FunctionError::division_by_zero();
    let digits = |shape: DecimalShape| shape.whole() + decimals.shape.scale;
    if digits(decimals.left_shape).max(digits(decimals.right_shape)) <= DECIMAL_PRECISION_MAX {
        return decimals.try_each(
            call,
            |left, right| {
                remainder(
                    left.wrapping_mul(left_factor),
                    right.wrapping_mul(right_factor),
                )
            },
            failure,
        );
    }
    decimals.try_each(
        call,
        |left, right| match (
            left.checked_mul(left_factor),
            right.checked_mul(right_factor),
        ) {
            (Some(left), Some(right)) => remainder(left, right),
            _ => wide(left, left_factor)
                .checked_rem(wide(right, right_factor))
                .and_then(i256::to_i128),
        },
        failure,
    )
}

pub(crate) fn negate(call: &Call<'_>) -> Result<ArrayRef> {
    each::<Decimal128Type>(call, i128::wrapping_neg)
}

/// A power of ten that fits, as those up to the greatest precision do.
pub(crate) fn power_of_ten(exponent: u8) -> i128 {
    10_i128.checked_pow(exponent.into()).unwrap_or(i128::MAX)
}

/// The value if it has at most 38 digits.
#[inline(always)]
pub(crate) fn within(value: Option<i128>) -> Option<i128> {
    value.filter(|value| *value > -UNSCALED_BOUND && *value < UNSCALED_BOUND)
}

fn overflow(_: i128) -> FunctionError {
    FunctionError::out_of_range("Decimal overflow")
}

/// The remainder, with the sign of the dividend. None if the divisor is zero.
#[inline(always)]
fn remainder(dividend: i128, divisor: i128) -> Option<i128> {
    match (i64::try_from(dividend), i64::try_from(divisor)) {
        (_, Ok(0)) => None,
        (Ok(dividend), Ok(divisor)) => Some(dividend.wrapping_rem(divisor).into()),
        _ => Some(dividend.wrapping_rem(divisor)),
    }
}

/// The quotient rounded to the nearest, away from zero if it is halfway. None if the divisor is zero.
#[inline(always)]
fn divided(dividend: i128, divisor: i128) -> Option<i128> {
    let (numerator, denominator) = (dividend.unsigned_abs(), divisor.unsigned_abs());
    let (quotient, remainder) = match (u64::try_from(numerator), u64::try_from(denominator)) {
        // An instruction of the processor, where 128 bits are a function's work.
        (Ok(numerator), Ok(denominator)) => (
            u128::from(numerator.checked_div(denominator)?),
            u128::from(numerator.checked_rem(denominator)?),
        ),
        _ => (
            numerator.checked_div(denominator)?,
            numerator.checked_rem(denominator)?,
        ),
    };
    // A remainder is less than 2^127, so it can be doubled.
    let rounds_up = remainder.wrapping_mul(2) >= denominator;
    signed(
        quotient.wrapping_add(u128::from(rounds_up)),
        (dividend < 0) != (divisor < 0),
    )
}

/// The same for a dividend that has more than 128 bits once it is scaled up.
#[cold]
fn divided_wide(dividend: i128, factor: i128, divisor: i128) -> Option<i128> {
    let numerator = wide(dividend, factor).checked_abs()?;
    let denominator = i256::from_i128(divisor).checked_abs()?;
    let quotient = numerator.checked_div(denominator)?.to_i128()?;
    let remainder = numerator.checked_rem(denominator)?;
    let rounds_up = remainder.checked_add(remainder)? >= denominator;
    signed(
        quotient.unsigned_abs().wrapping_add(u128::from(rounds_up)),
        (dividend < 0) != (divisor < 0),
    )
}

/// The product of values of up to 38 digits, which 256 bits hold.
fn wide(value: i128, factor: i128) -> i256 {
    i256::from_i128(value).wrapping_mul(i256::from_i128(factor))
}

#[inline(always)]
fn signed(magnitude: u128, negative: bool) -> Option<i128> {
    let value = i128::try_from(magnitude).ok()?;
    Some(if negative {
        value.wrapping_neg()
    } else {
        value
    })
}
