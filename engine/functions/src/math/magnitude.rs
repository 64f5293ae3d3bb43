//! Absolute values, signs and remainders.

use arrow::array::ArrayRef;
use arrow::datatypes::{
    ArrowPrimitiveType, Decimal128Type, Float32Type, Float64Type, Int8Type, Int16Type, Int32Type,
    Int64Type,
};
use datafusion::error::Result;

use crate::call::Call;
use crate::definition::Definition;
use crate::error::FunctionError;
use crate::operators::operand::{each, returned, try_each};
use crate::operators::remainder;

pub(crate) fn definitions() -> Vec<Definition> {
    vec![
        Definition::new("abs", "The absolute value of a number")
            .strict("(tinyint) -> tinyint", |call| {
                absolute::<Int8Type>(call, i8::checked_abs)
            })
            .strict("(smallint) -> smallint", |call| {
                absolute::<Int16Type>(call, i16::checked_abs)
            })
            .strict("(integer) -> integer", |call| {
                absolute::<Int32Type>(call, i32::checked_abs)
            })
            .strict("(bigint) -> bigint", |call| {
                absolute::<Int64Type>(call, i64::checked_abs)
            })
            .strict("(decimal(p, s)) -> decimal(p, s)", |call| {
                each::<Decimal128Type>(call, i128::wrapping_abs)
            })
            .strict("(real) -> real", |call| each::<Float32Type>(call, f32::abs))
            .strict("(double) -> double", |call| {
                each::<Float64Type>(call, f64::abs)
            }),
        Definition::new(
            "sign",
            "-1, 0 or 1, as a number is negative, zero or positive",
        )
        .strict("(tinyint) -> tinyint", |call| {
            each::<Int8Type>(call, i8::signum)
        })
        .strict("(smallint) -> smallint", |call| {
            each::<Int16Type>(call, i16::signum)
        })
        .strict("(integer) -> integer", |call| {
            each::<Int32Type>(call, i32::signum)
        })
        .strict("(bigint) -> bigint", |call| {
            each::<Int64Type>(call, i64::signum)
        })
        .strict("(decimal(p, s)) -> decimal(1, 0)", |call| {
            each::<Decimal128Type>(call, i128::signum)
        })
        .strict("(real) -> real", |call| {
            // Zeros are their own signs.
            each::<Float32Type>(
                call,
                |value| if value == 0.0 { value } else { value.signum() },
            )
        })
        .strict("(double) -> double", |call| {
            each::<Float64Type>(
                call,
                |value| if value == 0.0 { value } else { value.signum() },
            )
        }),
        remainder(Definition::new(
            "mod",
            "The remainder of a division, with the sign of the dividend",
        )),
    ]
}

#[inline(always)]
fn absolute<T: ArrowPrimitiveType>(
    call: &Call<'_>,
    function: impl Fn(T::Native) -> Option<T::Native>,
) -> Result<ArrayRef> {
    let values = call.primitives::<T>(0)?;
    let results = try_each(call, &values, function, |value| {
        FunctionError::out_of_range(format!(
            "Value {value:?} is out of range for abs({})",
            call.returns()
        ))
    })?;
    Ok(returned::<T>(call, results))
}

#[cfg(test)]
mod tests {
    use arrow::array::{Decimal128Array, Float64Array, Int8Array, Int32Array, Int64Array};
    use datafusion::scalar::ScalarValue;

    use crate::testing::{bigint, call, column, constant, double, shown};

    #[tokio::test]
    async fn absolute_values_keep_the_type() {
        let values = column("tinyint", Int8Array::from(vec![Some(-127), None, Some(5)]));
        assert_eq!(shown("abs", vec![values]).await, "127|NULL|5");
        let values = Decimal128Array::from(vec![-12345])
            .with_precision_and_scale(5, 2)
            .unwrap();
        assert_eq!(
            shown("abs", vec![column("decimal(5,2)", values)]).await,
            "123.45"
        );
        assert_eq!(shown("abs", vec![double(-0.0)]).await, "0.0");
    }

    #[tokio::test]
    async fn the_least_integers_have_no_absolute_value() {
        let values = column("tinyint", Int8Array::from(vec![1, -128]));
        assert_eq!(
            shown("abs", vec![values]).await,
            "ERROR: Value -128 is out of range for abs(tinyint)"
        );
        assert_eq!(
            shown("abs", vec![bigint(i64::MIN)]).await,
            "ERROR: Value -9223372036854775808 is out of range for abs(bigint)"
        );
        // What is stored where it is NULL does not matter.
        let values = Int64Array::new(vec![i64::MIN, -2].into(), Some(vec![false, true].into()));
        assert_eq!(shown("abs", vec![column("bigint", values)]).await, "NULL|2");
    }

    #[tokio::test]
    async fn signs_of_zeros_and_nan_are_themselves() {
        let values = Float64Array::from(vec![0.0, -0.0, f64::NAN, f64::NEG_INFINITY, 0.5]);
        assert_eq!(
            shown("sign", vec![column("double", values)]).await,
            "0.0|-0.0|NaN|-1.0|1.0"
        );
        let values = || {
            let values = Decimal128Array::from(vec![Some(-1), Some(0), None]);
            column(
                "decimal(38,10)",
                values.with_precision_and_scale(38, 10).unwrap(),
            )
        };
        assert_eq!(shown("sign", vec![values()]).await, "-1|0|NULL");
        let (_, data_type) = call("sign", vec![values()]).await.unwrap();
        assert_eq!(data_type.to_string(), "decimal(1,0)");
    }

    #[tokio::test]
    async fn remainders_have_the_sign_of_the_dividend() {
        let values = || column("integer", Int32Array::from(vec![Some(-7), Some(7), None]));
        let by = |value: i32| constant("integer", ScalarValue::from(value));
        assert_eq!(shown("mod", vec![values(), by(3)]).await, "-1|1|NULL");
        assert_eq!(shown("mod", vec![values(), by(-3)]).await, "-1|1|NULL");
        assert_eq!(
            shown("mod", vec![values(), by(0)]).await,
            "ERROR: Division by zero"
        );
        assert_eq!(shown("mod", vec![double(5.5), double(0.0)]).await, "NaN");
        assert_eq!(shown("mod", vec![double(-5.5), double(2.0)]).await, "-1.5");
    }
}
