//! Rounding of integers and floats; decimals are rounded by their own rules.

use arrow::array::ArrayRef;
use arrow::datatypes::{
    ArrowPrimitiveType, Float32Type, Float64Type, Int8Type, Int16Type, Int32Type, Int64Type,
};
use datafusion::error::Result;

use super::decimal_rounding;
use crate::call::Call;
use crate::definition::Definition;
use crate::error::FunctionError;
use crate::operators::operand::{Operand, each, pairs, returned, try_pairs};

/// Floats from here on have no digits after the point.
const INTEGRAL_FROM: f64 = (1_u64 << 52) as f64;

pub(crate) fn definitions() -> Vec<Definition> {
    let ceiling = unchanged_integers(Definition::new(
        "ceiling",
        "The least integer that is not less than a number",
    ))
    .strict_returning(
        "(decimal(p, s)) -> decimal(p, 0)",
        decimal_rounding::integral_type,
        decimal_rounding::ceiling,
    )
    .strict("(real) -> real", |call| {
        each::<Float32Type>(call, f32::ceil)
    })
    .strict("(double) -> double", |call| {
        each::<Float64Type>(call, f64::ceil)
    });
    let floor = unchanged_integers(Definition::new(
        "floor",
        "The greatest integer that is not greater than a number",
    ))
    .strict_returning(
        "(decimal(p, s)) -> decimal(p, 0)",
        decimal_rounding::integral_type,
        decimal_rounding::floor,
    )
    .strict("(real) -> real", |call| {
        each::<Float32Type>(call, f32::floor)
    })
    .strict("(double) -> double", |call| {
        each::<Float64Type>(call, f64::floor)
    });
    let round = unchanged_integers(Definition::new(
        "round",
        "The nearest number with so many digits after the point, the one away from zero if two are as near",
    ))
    .strict_returning(
        "(decimal(p, s)) -> decimal(p, 0)",
        decimal_rounding::integral_type,
        decimal_rounding::round,
    )
    .strict("(real) -> real", |call| {
        each::<Float32Type>(call, |value| rounded_real(value, 1.0))
    })
    .strict("(double) -> double", |call| {
        each::<Float64Type>(call, |value| rounded_double(value, 1.0))
    })
    .strict("(tinyint, integer) -> tinyint", round_integers::<Int8Type>)
    .strict("(smallint, integer) -> smallint", round_integers::<Int16Type>)
    .strict("(integer, integer) -> integer", round_integers::<Int32Type>)
    .strict("(bigint, integer) -> bigint", round_integers::<Int64Type>)
    .strict_returning(
        "(decimal(p, s), integer) -> decimal(p, s)",
        decimal_rounding::rounded_type,
        decimal_rounding::round_to_digits,
    )
    .strict("(real, integer) -> real", |call| {
        with_factors::<Float32Type>(call, rounded_real)
    })
    .strict("(double, integer) -> double", |call| {
        with_factors::<Float64Type>(call, rounded_double)
    });
    let truncate = Definition::new(
        "truncate",
        "A number without the digits after the point, or after so many of these",
    )
    .strict_returning(
        "(decimal(p, s)) -> decimal(p, 0)",
        decimal_rounding::truncated_type,
        decimal_rounding::truncate,
    )
    .strict("(real) -> real", |call| {
        each::<Float32Type>(call, f32::trunc)
    })
    .strict("(double) -> double", |call| {
        each::<Float64Type>(call, f64::trunc)
    })
    .strict(
        "(decimal(p, s), integer) -> decimal(p, s)",
        decimal_rounding::truncate_to_digits,
    );
    vec![ceiling.alias("ceil"), ceiling, floor, round, truncate]
}

/// Adds the signatures of integers, which have nothing to round.
fn unchanged_integers(definition: Definition) -> Definition {
    definition
        .strict("(tinyint) -> tinyint", |call| call.array(0))
        .strict("(smallint) -> smallint", |call| call.array(0))
        .strict("(integer) -> integer", |call| call.array(0))
        .strict("(bigint) -> bigint", |call| call.array(0))
}

/// A function of values and the powers of ten that scale their digits up to integers.
#[inline(always)]
fn with_factors<T: ArrowPrimitiveType>(
    call: &Call<'_>,
    function: impl Fn(T::Native, f64) -> T::Native,
) -> Result<ArrayRef> {
    let factor = |digits: i32| 10_f64.powf(digits.into());
    match Operand::<Int32Type>::of(call, 1)? {
        Operand::Constant(digits) => {
            let factor = factor(digits);
            each::<T>(call, |value| function(value, factor))
        }
        digits => {
            let values = Operand::<T>::of(call, 0)?;
            let results = pairs(&values, &digits, call.rows, |value, digits| {
                function(value, factor(digits))
            });
            Ok(returned::<T>(call, results))
        }
    }
}

/// As Trino rounds, down to its errors: the product with the factor is rounded, and then divided.
#[inline(always)]
fn rounded_double(value: f64, factor: f64) -> f64 {
    if !value.is_finite() {
        return value;
    }
    let sign = if value < 0.0 { -1.0 } else { 1.0 };
    // Digits so far before the point that their power of ten is beyond doubles.
    if factor == 0.0 {
        return sign * 0.0;
    }
    let scaled = sign * value * factor;
    if scaled.is_infinite() {
        return value;
    }
    sign * (half_up(scaled) / factor)
}

/// Reals are rounded as doubles.
#[inline(always)]
fn rounded_real(value: f32, factor: f64) -> f32 {
    if !value.is_finite() {
        return value;
    }
    // The cast rounds to the nearest real.
    rounded_double(value.into(), factor) as f32
}

/// The nearest integer to a number that is not negative, the greater one if two are as near. NaN, as zero times infinity is, gives zero.
#[inline(always)]
fn half_up(value: f64) -> f64 {
    if value >= INTEGRAL_FROM {
        return value;
    }
    // The cast truncates, and is exact below the bound; a float's own `round` is a function call on many processors.
    let whole = (value as i64) as f64;
    if value - whole >= 0.5 {
        whole + 1.0
    } else {
        whole
    }
}

fn round_integers<T>(call: &Call<'_>) -> Result<ArrayRef>
where
    T: ArrowPrimitiveType<Native: Into<i64> + TryFrom<i64>>,
{
    let (values, digits) = (
        Operand::<T>::of(call, 0)?,
        Operand::<Int32Type>::of(call, 1)?,
    );
    let rounded = try_pairs(
        call,
        &values,
        &digits,
        |value, digits| {
            let rounded = rounded_integer(value.into(), digits)?;
            T::Native::try_from(rounded).ok()
        },
        |value, digits| {
            let value: i64 = value.into();
            FunctionError::out_of_range(match rounded_integer(value, digits) {
                Some(rounded) => format!("Out of range for {}: {rounded}", call.returns()),
                None => format!("numerical overflow: {value}"),
            })
        },
    )?;
    Ok(returned::<T>(call, rounded))
}

/// The nearest multiple of a power of ten; None if either does not fit.
fn rounded_integer(value: i64, digits: i32) -> Option<i64> {
    if digits >= 0 {
        return Some(value);
    }
    let factor = 10_i64.checked_pow(digits.unsigned_abs())?;
    let remainder = value.checked_rem(factor)?;
    let whole = value.wrapping_sub(remainder);
    if remainder.unsigned_abs() >= factor.unsigned_abs() / 2 {
        whole.checked_add(factor.wrapping_mul(value.signum()))
    } else {
        Some(whole)
    }
}

#[cfg(test)]
mod tests {
    use arrow::array::{Float32Array, Float64Array, Int8Array, Int32Array};
    use datafusion::scalar::ScalarValue;

    use crate::testing::{Argument, bigint, column, constant, double, shown};

    fn integer(value: i32) -> Argument {
        constant("integer", ScalarValue::from(value))
    }

    fn doubles() -> Argument {
        column(
            "double",
            Float64Array::from(vec![
                Some(2.5),
                Some(-2.5),
                Some(-0.3),
                None,
                Some(f64::NAN),
            ]),
        )
    }

    #[tokio::test]
    async fn doubles_round_to_integers() {
        assert_eq!(
            shown("round", vec![doubles()]).await,
            "3.0|-3.0|-0.0|NULL|NaN"
        );
        assert_eq!(
            shown("ceil", vec![doubles()]).await,
            "3.0|-2.0|-0.0|NULL|NaN"
        );
        assert_eq!(
            shown("floor", vec![doubles()]).await,
            "2.0|-3.0|-1.0|NULL|NaN"
        );
        assert_eq!(
            shown("truncate", vec![doubles()]).await,
            "2.0|-2.0|-0.0|NULL|NaN"
        );
        // The greatest double below a half stays below it.
        assert_eq!(
            shown("round", vec![double(0.499_999_999_999_999_94)]).await,
            "0.0"
        );
        assert_eq!(shown("round", vec![double(-0.0)]).await, "0.0");
        assert_eq!(
            shown("round", vec![double(4.5e15)]).await,
            "4500000000000000.0"
        );
        assert_eq!(shown("round", vec![double(-1e300)]).await, "-1e300");
    }

    #[tokio::test]
    async fn doubles_round_to_digits_before_and_after_the_point() {
        for (value, digits, expected) in [
            (2.25, 1, "2.3"),
            (-2.25, 1, "-2.3"),
            (4.145, 2, "4.14"),
            (1234.5, -2, "1200.0"),
            (-1250.0, -2, "-1300.0"),
            (300_000.000_000_110_94, 16, "300000.00000011094"),
            (123.4, 10_000_000, "123.4"),
            (0.0, 400, "0.0"),
            (123.4, -400, "0.0"),
            (-123.4, -3, "-0.0"),
        ] {
            assert_eq!(
                shown("round", vec![double(value), integer(digits)]).await,
                expected
            );
        }
        let digits = column("integer", Int32Array::from(vec![0, 0, 1, 1, 2]));
        assert_eq!(
            shown("round", vec![doubles(), digits]).await,
            "3.0|-3.0|-0.3|NULL|NaN"
        );
    }

    #[tokio::test]
    async fn reals_round_as_doubles() {
        let reals = || column("real", Float32Array::from(vec![3.45, -3.5, f32::INFINITY]));
        assert_eq!(
            shown("round", vec![reals(), integer(1)]).await,
            "3.5|-3.5|inf"
        );
        assert_eq!(shown("round", vec![reals()]).await, "3.0|-4.0|inf");
        assert_eq!(shown("ceiling", vec![reals()]).await, "4.0|-3.0|inf");
    }

    #[tokio::test]
    async fn integers_round_before_the_point_only() {
        let values = || {
            column(
                "tinyint",
                Int8Array::from(vec![Some(94), Some(-95), None, Some(0)]),
            )
        };
        assert_eq!(shown("round", vec![values()]).await, "94|-95|NULL|0");
        assert_eq!(shown("floor", vec![values()]).await, "94|-95|NULL|0");
        assert_eq!(
            shown("round", vec![values(), integer(1)]).await,
            "94|-95|NULL|0"
        );
        assert_eq!(
            shown("round", vec![values(), integer(-1)]).await,
            "90|-100|NULL|0"
        );
        assert_eq!(shown("round", vec![integer(127), integer(-2)]).await, "100");
        let values = column("tinyint", Int8Array::from(vec![127]));
        assert_eq!(
            shown("round", vec![values, integer(-1)]).await,
            "ERROR: Out of range for tinyint: 130"
        );
        assert_eq!(
            shown("round", vec![bigint(i64::MAX), integer(-1)]).await,
            "ERROR: numerical overflow: 9223372036854775807"
        );
        assert_eq!(
            shown("round", vec![bigint(5), integer(-19)]).await,
            "ERROR: numerical overflow: 5"
        );
        assert_eq!(
            shown("round", vec![bigint(i64::MIN), integer(-18)]).await,
            "-9000000000000000000"
        );
    }
}
