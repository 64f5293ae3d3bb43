//! Constants, and the tests for values of `double` that are no numbers.

use std::f64::consts;
use std::sync::Arc;

use arrow::array::{ArrayRef, BooleanArray};
use arrow::datatypes::Float64Type;
use datafusion::error::Result;

use crate::call::Call;
use crate::definition::Definition;
use crate::operators::operand::{column_bits, returned};

pub(crate) fn definitions() -> Vec<Definition> {
    vec![
        Definition::new("e", "Euler's number")
            .strict("() -> double", |call| constant(call, consts::E)),
        Definition::new(
            "pi",
            "The ratio of a circle's circumference to its diameter",
        )
        .strict("() -> double", |call| constant(call, consts::PI)),
        Definition::new("nan", "The value that is not a number")
            .strict("() -> double", |call| constant(call, f64::NAN)),
        Definition::new("infinity", "Positive infinity")
            .strict("() -> double", |call| constant(call, f64::INFINITY)),
        Definition::new("is_nan", "Whether a value is not a number")
            .strict("(double) -> boolean", |call| test(call, f64::is_nan)),
        Definition::new("is_finite", "Whether a value is neither infinite nor NaN")
            .strict("(double) -> boolean", |call| test(call, f64::is_finite)),
        Definition::new("is_infinite", "Whether a value is infinite")
            .strict("(double) -> boolean", |call| test(call, f64::is_infinite)),
    ]
}

fn constant(call: &Call<'_>, value: f64) -> Result<ArrayRef> {
    Ok(returned::<Float64Type>(call, vec![value; call.rows]))
}

fn test(call: &Call<'_>, condition: impl Fn(f64) -> bool) -> Result<ArrayRef> {
    let values = call.doubles(0)?;
    Ok(Arc::new(BooleanArray::new(
        column_bits(values.values(), condition),
        None,
    )))
}

#[cfg(test)]
mod tests {
    use arrow::array::{Float32Array, Float64Array};

    use crate::testing::{column, shown};

    #[tokio::test]
    async fn constants_have_all_their_digits() {
        assert_eq!(shown("e", vec![]).await, "2.718281828459045");
        assert_eq!(shown("pi", vec![]).await, "3.141592653589793");
        assert_eq!(shown("nan", vec![]).await, "NaN");
        assert_eq!(shown("infinity", vec![]).await, "inf");
    }

    #[tokio::test]
    async fn values_that_are_no_numbers_are_told_apart() {
        let values = || {
            column(
                "double",
                Float64Array::from(vec![
                    Some(1.0),
                    Some(f64::NAN),
                    Some(f64::NEG_INFINITY),
                    None,
                ]),
            )
        };
        assert_eq!(
            shown("is_nan", vec![values()]).await,
            "false|true|false|NULL"
        );
        assert_eq!(
            shown("is_finite", vec![values()]).await,
            "true|false|false|NULL"
        );
        assert_eq!(
            shown("is_infinite", vec![values()]).await,
            "false|false|true|NULL"
        );
        let reals = column("real", Float32Array::from(vec![f32::NAN]));
        assert_eq!(shown("is_nan", vec![reals]).await, "true");
    }
}
