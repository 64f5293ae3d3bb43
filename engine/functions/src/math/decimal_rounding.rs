//! Rounding of decimals, with the precisions and scales that Trino gives the results.

use arrow::array::ArrayRef;
use arrow::datatypes::{Decimal128Type, Int32Type};
use datafusion::error::Result;

use crate::call::Call;
use crate::error::FunctionError;
use crate::operators::operand::{Operand, pairs, returned, try_pairs};
use crate::operators::{DecimalShape, power_of_ten, within};
use crate::signature::Bound;
use crate::types::{DECIMAL_PRECISION_MAX, Type};

/// The precision up to which Trino stores decimals in 64 bits, and rounds them in another way.
const SHORT_PRECISION_MAX: u8 = 18;

/// The type of what is rounded to an integer, to which rounding may add a digit.
pub(crate) fn integral_type(bound: &Bound) -> Result<Type, FunctionError> {
    let shape = DecimalShape::of_argument(bound, 0);
    Ok(Type::decimal(shape.whole() + shape.scale.min(1), 0))
}

/// The type of what is truncated to an integer.
pub(crate) fn truncated_type(bound: &Bound) -> Result<Type, FunctionError> {
    Ok(Type::decimal(
        DecimalShape::of_argument(bound, 0).whole().max(1),
        0,
    ))
}

/// The type of what is rounded to some digits.
pub(crate) fn rounded_type(bound: &Bound) -> Result<Type, FunctionError> {
    let shape = DecimalShape::of_argument(bound, 0);
    Ok(Type::decimal(shape.precision + 1, shape.scale))
}

pub(crate) fn ceiling(call: &Call<'_>) -> Result<ArrayRef> {
    to_integer(call, |value, factor| {
        value
            .wrapping_div(factor)
            .wrapping_add(i128::from(value.wrapping_rem(factor) > 0))
    })
}

pub(crate) fn floor(call: &Call<'_>) -> Result<ArrayRef> {
    to_integer(call, |value, factor| {
        value
            .wrapping_div(factor)
            .wrapping_sub(i128::from(value.wrapping_rem(factor) < 0))
    })
}

pub(crate) fn round(call: &Call<'_>) -> Result<ArrayRef> {
    to_integer(call, rounded_quotient)
}

pub(crate) fn truncate(call: &Call<'_>) -> Result<ArrayRef> {
    to_integer(call, i128::wrapping_div)
}

/// A function of unscaled values and the power of ten that is their unit.
#[inline(always)]
fn to_integer(call: &Call<'_>, function: impl Fn(i128, i128) -> i128) -> Result<ArrayRef> {
    let values = call.decimals(0)?;
    let values = values.values();
    let results = match DecimalShape::of_argument(call.bound, 0).scale {
        0 => values.to_vec(),
        scale => {
            let factor = power_of_ten(scale);
            values
                .iter()
                .map(|value| function(*value, factor))
                .collect()
        }
    };
    Ok(returned::<Decimal128Type>(call, results))
}

/// The quotient by a power of ten above one, rounded to the nearest, away from zero if it is halfway.
#[inline(always)]
fn rounded_quotient(value: i128, factor: i128) -> i128 {
    let remainder = value.wrapping_rem(factor);
    let rounds_up = remainder.unsigned_abs() >= factor.unsigned_abs() / 2;
    let step = if rounds_up { value.signum() } else { 0 };
    value.wrapping_div(factor).wrapping_add(step)
}

pub(crate) fn round_to_digits(call: &Call<'_>) -> Result<ArrayRef> {
    let shape = DecimalShape::of_argument(call.bound, 0);
    let values = Operand::<Decimal128Type>::of(call, 0)?;
    let digits = Operand::<Int32Type>::of(call, 1)?;
    let results = try_pairs(
        call,
        &values,
        &digits,
        |value, digits| rounded_to(value, digits, shape),
        |value, _| FunctionError::out_of_range(format!("decimal overflow: {value}")),
    )?;
    Ok(returned::<Decimal128Type>(call, results))
}

/// The nearest number with so many digits after the point; None if it has too many before it.
fn rounded_to(value: i128, digits: i32, shape: DecimalShape) -> Option<i128> {
    let dropped = dropped_digits(digits, shape);
    if dropped <= 0 {
        return Some(value);
    }
    // All digits are dropped, and one more. Of decimals that it stores in 128 bits, Trino does not take this way out, and fails where
    // the power of ten does not fit.
    if shape.precision < SHORT_PRECISION_MAX && dropped > i64::from(shape.precision) {
        return Some(0);
    }
    let dropped = u8::try_from(dropped)
        .ok()
        .filter(|dropped| *dropped <= DECIMAL_PRECISION_MAX)?;
    let factor = power_of_ten(dropped);
    within(rounded_quotient(value, factor).checked_mul(factor))
}

pub(crate) fn truncate_to_digits(call: &Call<'_>) -> Result<ArrayRef> {
    let shape = DecimalShape::of_argument(call.bound, 0);
    let values = Operand::<Decimal128Type>::of(call, 0)?;
    let digits = Operand::<Int32Type>::of(call, 1)?;
    let results = pairs(&values, &digits, call.rows, |value, digits| {
        let dropped = dropped_digits(digits, shape);
        if dropped <= 0 {
            return value;
        }
        match u8::try_from(dropped) {
            Ok(dropped) if dropped < shape.precision => {
                value.wrapping_sub(value.wrapping_rem(power_of_ten(dropped)))
            }
            _ => 0,
        }
    });
    Ok(returned::<Decimal128Type>(call, results))
}

/// How many digits a decimal has beyond the ones that are kept.
fn dropped_digits(kept: i32, shape: DecimalShape) -> i64 {
    i64::from(shape.scale) - i64::from(kept)
}

#[cfg(test)]
mod tests {
    use arrow::array::{Decimal128Array, Int32Array};
    use datafusion::scalar::ScalarValue;

    use crate::testing::{Argument, call, column, constant, shown};

    fn decimals(precision: u8, scale: i8, values: Vec<Option<i128>>) -> Argument {
        let values = Decimal128Array::from(values)
            .with_precision_and_scale(precision, scale)
            .unwrap();
        column(&format!("decimal({precision},{scale})"), values)
    }

    fn decimal(precision: u8, scale: i8, value: i128) -> Argument {
        decimals(precision, scale, vec![Some(value)])
    }

    fn integer(value: i32) -> Argument {
        constant("integer", ScalarValue::from(value))
    }

    async fn type_of(name: &str, arguments: Vec<Argument>) -> String {
        call(name, arguments).await.unwrap().1.to_string()
    }

    #[tokio::test]
    async fn decimals_round_to_integers() {
        let values = || {
            decimals(
                4,
                2,
                vec![Some(150), Some(-150), Some(149), Some(9999), None],
            )
        };
        assert_eq!(shown("round", vec![values()]).await, "2|-2|1|100|NULL");
        assert_eq!(shown("ceiling", vec![values()]).await, "2|-1|2|100|NULL");
        assert_eq!(shown("floor", vec![values()]).await, "1|-2|1|99|NULL");
        assert_eq!(shown("truncate", vec![values()]).await, "1|-1|1|99|NULL");
        assert_eq!(type_of("round", vec![values()]).await, "decimal(3,0)");
        assert_eq!(type_of("floor", vec![values()]).await, "decimal(3,0)");
        assert_eq!(type_of("truncate", vec![values()]).await, "decimal(2,0)");
        assert_eq!(
            type_of("ceil", vec![decimal(19, 0, 7)]).await,
            "decimal(19,0)"
        );
        assert_eq!(
            type_of("truncate", vec![decimal(2, 2, 7)]).await,
            "decimal(1,0)"
        );
    }

    #[tokio::test]
    async fn decimals_of_38_digits_round() {
        let greatest = 10_i128.pow(38) - 1;
        assert_eq!(shown("round", vec![decimal(38, 38, greatest)]).await, "1");
        assert_eq!(
            shown("ceil", vec![decimal(38, 1, greatest)]).await,
            format!("1{}", "0".repeat(37))
        );
        assert_eq!(shown("floor", vec![decimal(38, 38, -1)]).await, "-1");
        assert_eq!(
            shown("round", vec![decimal(38, 1, greatest), integer(0)]).await,
            format!("ERROR: decimal overflow: {greatest}")
        );
        assert_eq!(
            shown("round", vec![decimal(38, 1, greatest), integer(1)]).await,
            format!("{}.9", "9".repeat(37))
        );
    }

    #[tokio::test]
    async fn decimals_round_to_digits() {
        for (digits, expected) in [
            (7, "1254.5678|-99.9999"),
            (2, "1254.5700|-100.0000"),
            (0, "1255.0000|-100.0000"),
            (-2, "1300.0000|-100.0000"),
            (-3, "1000.0000|0.0000"),
            (-4, "0.0000|0.0000"),
            (-7, "0.0000|0.0000"),
            (i32::MIN, "0.0000|0.0000"),
        ] {
            let values = decimals(8, 4, vec![Some(12_545_678), Some(-999_999)]);
            assert_eq!(
                shown("round", vec![values, integer(digits)]).await,
                expected,
                "{digits}"
            );
        }
        assert_eq!(
            shown("round", vec![decimal(2, 0, 99), integer(-1)]).await,
            "100"
        );
        assert_eq!(
            shown("round", vec![decimal(2, 0, 99), integer(-2)]).await,
            "100"
        );
        assert_eq!(
            type_of("round", vec![decimal(20, 2, 0), integer(1)]).await,
            "decimal(21,2)"
        );
        let digits = column("integer", Int32Array::from(vec![Some(1), Some(-1), None]));
        let values = decimals(5, 2, vec![Some(12_345), Some(12_345), Some(1)]);
        assert_eq!(
            shown("round", vec![values, digits]).await,
            "123.50|120.00|NULL"
        );
    }

    #[tokio::test]
    async fn long_decimals_fail_where_the_power_of_ten_does_not_fit() {
        let value = 12_345_678_901_234_567_899;
        assert_eq!(
            shown("round", vec![decimal(20, 2, value), integer(-30)]).await,
            "0.00"
        );
        assert_eq!(
            shown("round", vec![decimal(20, 2, value), integer(-37)]).await,
            format!("ERROR: decimal overflow: {value}")
        );
    }

    #[tokio::test]
    async fn decimals_truncate_to_digits() {
        for (digits, expected) in [
            (5, "1254.5678|-99.9999"),
            (2, "1254.5600|-99.9900"),
            (-1, "1250.0000|-90.0000"),
            (-3, "1000.0000|0.0000"),
            (-4, "0.0000|0.0000"),
            (i32::MIN, "0.0000|0.0000"),
        ] {
            let values = decimals(8, 4, vec![Some(12_545_678), Some(-999_999)]);
            assert_eq!(
                shown("truncate", vec![values, integer(digits)]).await,
                expected,
                "{digits}"
            );
        }
        assert_eq!(
            type_of("truncate", vec![decimal(20, 2, 0), integer(1)]).await,
            "decimal(20,2)"
        );
    }
}
