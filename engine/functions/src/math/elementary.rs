//! Elementary functions of `double`: roots, powers, logarithms, angles.

use std::f64::consts::LN_2;

use arrow::array::ArrayRef;
use arrow::datatypes::Float64Type;
use datafusion::error::Result;

use crate::call::Call;
use crate::definition::{Definition, ScalarKernel};
use crate::operators::operand::{Operand, each, pairs, returned};

pub(crate) fn definitions() -> Vec<Definition> {
    let power = Definition::new("power", "A number raised to a power")
        .strict("(double, double) -> double", |call| each_pair(call, raised));
    vec![
        power.alias("pow"),
        power,
        unary("sqrt", "The square root of a number", |call| {
            each::<Float64Type>(call, f64::sqrt)
        }),
        unary("cbrt", "The cube root of a number", |call| {
            each::<Float64Type>(call, f64::cbrt)
        }),
        unary("exp", "Euler's number raised to a power", |call| {
            each::<Float64Type>(call, f64::exp)
        }),
        unary("ln", "The natural logarithm of a number", |call| {
            each::<Float64Type>(call, f64::ln)
        }),
        // A quotient of natural logarithms, as Trino has it: the last digit may differ from a direct one.
        unary("log2", "The logarithm of a number to base 2", |call| {
            each::<Float64Type>(call, |value| value.ln() / LN_2)
        }),
        unary("log10", "The logarithm of a number to base 10", |call| {
            each::<Float64Type>(call, f64::log10)
        }),
        Definition::new(
            "log",
            "The logarithm to a base, which comes first, of a number",
        )
        .strict("(double, double) -> double", |call| {
            each_pair(call, |base, value| value.ln() / base.ln())
        }),
        unary("sin", "The sine of an angle in radians", |call| {
            each::<Float64Type>(call, f64::sin)
        }),
        unary("cos", "The cosine of an angle in radians", |call| {
            each::<Float64Type>(call, f64::cos)
        }),
        unary("tan", "The tangent of an angle in radians", |call| {
            each::<Float64Type>(call, f64::tan)
        }),
        unary("asin", "The angle in radians that has a sine", |call| {
            each::<Float64Type>(call, f64::asin)
        }),
        unary("acos", "The angle in radians that has a cosine", |call| {
            each::<Float64Type>(call, f64::acos)
        }),
        unary("atan", "The angle in radians that has a tangent", |call| {
            each::<Float64Type>(call, f64::atan)
        }),
        Definition::new("atan2", "The angle in radians of a point, given as y and x")
            .strict("(double, double) -> double", |call| {
                each_pair(call, f64::atan2)
            }),
        unary("sinh", "The hyperbolic sine of a number", |call| {
            each::<Float64Type>(call, f64::sinh)
        }),
        unary("cosh", "The hyperbolic cosine of a number", |call| {
            each::<Float64Type>(call, f64::cosh)
        }),
        unary("tanh", "The hyperbolic tangent of a number", |call| {
            each::<Float64Type>(call, f64::tanh)
        }),
        unary("degrees", "An angle in radians as degrees", |call| {
            each::<Float64Type>(call, f64::to_degrees)
        }),
        unary("radians", "An angle in degrees as radians", |call| {
            each::<Float64Type>(call, f64::to_radians)
        }),
    ]
}

fn unary(name: &'static str, description: &'static str, kernel: ScalarKernel) -> Definition {
    Definition::new(name, description).strict("(double) -> double", kernel)
}

#[inline(always)]
fn each_pair(call: &Call<'_>, function: impl Fn(f64, f64) -> f64) -> Result<ArrayRef> {
    let (left, right) = (
        Operand::<Float64Type>::of(call, 0)?,
        Operand::<Float64Type>::of(call, 1)?,
    );
    Ok(returned::<Float64Type>(
        call,
        pairs(&left, &right, call.rows, function),
    ))
}

/// A power as Java has it, where 1 to the power of NaN and 1 or -1 to the power of an infinity are NaN; they are 1 in C and in Rust.
fn raised(base: f64, exponent: f64) -> f64 {
    if exponent.is_nan() || (exponent.is_infinite() && base.abs() == 1.0) {
        return f64::NAN;
    }
    base.powf(exponent)
}

#[cfg(test)]
mod tests {
    use arrow::array::{Float64Array, Int32Array};

    use crate::testing::{column, double, shown};

    #[tokio::test]
    async fn arguments_out_of_domain_give_nan_or_infinity() {
        let values = || {
            column(
                "double",
                Float64Array::from(vec![Some(-1.0), Some(0.0), None, Some(2.0)]),
            )
        };
        assert_eq!(
            shown("sqrt", vec![values()]).await,
            "NaN|0.0|NULL|1.4142135623730951"
        );
        assert_eq!(
            shown("ln", vec![values()]).await,
            "NaN|-inf|NULL|0.6931471805599453"
        );
        assert_eq!(
            shown("acos", vec![values()]).await,
            "3.141592653589793|1.5707963267948966|NULL|NaN"
        );
        assert_eq!(
            shown("asin", vec![values()]).await,
            "-1.5707963267948966|0.0|NULL|NaN"
        );
    }

    #[tokio::test]
    async fn logarithms_are_quotients_of_natural_ones() {
        assert_eq!(shown("log2", vec![double(8.0)]).await, "3.0");
        assert_eq!(shown("log", vec![double(2.0), double(8.0)]).await, "3.0");
        assert_eq!(shown("log10", vec![double(1000.0)]).await, "3.0");
        // As in Java: log(1000) / log(10).
        assert_eq!(
            shown("log", vec![double(10.0), double(1000.0)]).await,
            "2.9999999999999996"
        );
    }

    #[tokio::test]
    async fn powers_follow_java() {
        let bases = column(
            "double",
            Float64Array::from(vec![2.0, -8.0, 0.0, 1.0, -1.0, f64::NAN]),
        );
        let exponents = column(
            "double",
            Float64Array::from(vec![10.0, 1.0 / 3.0, -1.0, f64::NAN, f64::INFINITY, 0.0]),
        );
        assert_eq!(
            shown("pow", vec![bases, exponents]).await,
            "1024.0|NaN|inf|NaN|NaN|1.0"
        );
        let integers = column("integer", Int32Array::from(vec![Some(3), None]));
        assert_eq!(
            shown("power", vec![integers, double(2.0)]).await,
            "9.0|NULL"
        );
    }

    #[tokio::test]
    async fn angles_convert() {
        assert_eq!(
            shown("degrees", vec![double(std::f64::consts::PI)]).await,
            "180.0"
        );
        assert_eq!(
            shown("radians", vec![double(180.0)]).await,
            "3.141592653589793"
        );
        assert_eq!(
            shown("atan2", vec![double(1.0), double(-1.0)]).await,
            "2.356194490192345"
        );
        for (name, expected) in [
            ("sin", "0.8414709848078965"),
            ("cos", "0.5403023058681398"),
            ("tan", "1.5574077246549023"),
            ("atan", "0.7853981633974483"),
            ("sinh", "1.1752011936438014"),
            ("cosh", "1.5430806348152437"),
            ("tanh", "0.7615941559557649"),
            ("cbrt", "1.0"),
            ("exp", "2.718281828459045"),
        ] {
            assert_eq!(shown(name, vec![double(1.0)]).await, expected, "{name}");
        }
    }
}
