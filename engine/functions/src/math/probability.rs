//! Cumulative distribution functions, and their inverses.

use std::f64::consts::SQRT_2;

use arrow::array::ArrayRef;
use arrow::datatypes::Float64Type;
use datafusion::error::Result;

use super::root_finding::root;
use super::special_functions::{erf, erf_inverse, regularized_beta};
use crate::call::Call;
use crate::definition::Definition;
use crate::error::FunctionError;
use crate::operators::operand::{Operand, returned};

/// How exact the inverse of the Beta distribution is. No more than in Trino: its results end where this lets the search end.
const INVERSE_BETA_ACCURACY: f64 = 1e-9;

pub(crate) fn definitions() -> Vec<Definition> {
    vec![
        Definition::new(
            "normal_cdf",
            "The probability that a normal variable of a mean and standard deviation is less than a value",
        )
        .strict("(double, double, double) -> double", |call| each_triple(call, normal_cdf)),
        Definition::new(
            "inverse_normal_cdf",
            "The value that a normal variable of a mean and standard deviation is less than with a probability",
        )
        .strict("(double, double, double) -> double", |call| {
            each_triple(call, inverse_normal_cdf)
        }),
        Definition::new(
            "beta_cdf",
            "The probability that a Beta variable of parameters a and b is less than a value",
        )
        .strict("(double, double, double) -> double", |call| each_triple(call, beta_cdf)),
        Definition::new(
            "inverse_beta_cdf",
            "The value that a Beta variable of parameters a and b is less than with a probability",
        )
        .strict("(double, double, double) -> double", |call| {
            each_triple(call, inverse_beta_cdf)
        }),
    ]
}

fn each_triple(
    call: &Call<'_>,
    function: fn(f64, f64, f64) -> Result<f64, FunctionError>,
) -> Result<ArrayRef> {
    let first = Operand::<Float64Type>::of(call, 0)?;
    let second = Operand::<Float64Type>::of(call, 1)?;
    let third = Operand::<Float64Type>::of(call, 2)?;
    let mut values = Vec::with_capacity(call.rows);
    for row in 0..call.rows {
        values.push(if call.is_null(row) {
            0.0
        } else {
            function(first.value(row), second.value(row), third.value(row))?
        });
    }
    Ok(returned::<Float64Type>(call, values))
}

/// Fails unless the condition holds, as it does not for NaN.
fn require(condition: bool, message: &str) -> Result<(), FunctionError> {
    if condition {
        Ok(())
    } else {
        Err(FunctionError::argument(message))
    }
}

fn normal_cdf(mean: f64, deviation: f64, value: f64) -> Result<f64, FunctionError> {
    require(deviation > 0.0, "standardDeviation must be > 0")?;
    Ok(0.5 * (1.0 + erf((value - mean) / (deviation * SQRT_2))))
}

fn inverse_normal_cdf(mean: f64, deviation: f64, probability: f64) -> Result<f64, FunctionError> {
    require(
        probability > 0.0 && probability < 1.0,
        "p must be 0 > p > 1",
    )?;
    require(deviation > 0.0, "sd must be > 0")?;
    Ok(mean + deviation * SQRT_2 * erf_inverse(2.0 * probability - 1.0))
}

fn beta_cdf(a: f64, b: f64, value: f64) -> Result<f64, FunctionError> {
    require((0.0..=1.0).contains(&value), "value must be 0 >= v >= 1")?;
    require(a > 0.0 && b > 0.0, "a, b must be > 0")?;
    Ok(beta_below(a, b, value))
}

fn inverse_beta_cdf(a: f64, b: f64, probability: f64) -> Result<f64, FunctionError> {
    require((0.0..=1.0).contains(&probability), "p must be 0 >= p >= 1")?;
    require(a > 0.0 && b > 0.0, "a, b must be > 0")?;
    if probability == 0.0 || probability == 1.0 {
        return Ok(probability);
    }
    let exceeds = |value: f64| beta_below(a, b, value) - probability;
    root(exceeds, 0.0, 1.0, INVERSE_BETA_ACCURACY).ok_or_else(|| {
        FunctionError::argument(format!("no value has the probability {probability}"))
    })
}

fn beta_below(a: f64, b: f64, value: f64) -> f64 {
    if value <= 0.0 {
        0.0
    } else if value >= 1.0 {
        1.0
    } else {
        regularized_beta(value, a, b)
    }
}

#[cfg(test)]
mod tests {
    use arrow::array::Float64Array;

    use crate::testing::{column, double, shown};

    async fn of(name: &str, first: f64, second: f64, third: f64) -> String {
        shown(name, vec![double(first), double(second), double(third)]).await
    }

    /// The values are those of Trino's own tests.
    #[tokio::test]
    async fn normal_probabilities_are_trinos_to_the_last_digit() {
        for (mean, deviation, value, expected) in [
            (0.0, 1.0, 1.96, "0.9750021048517796"),
            (10.0, 9.0, 10.0, "0.5"),
            (-1.5, 2.1, -7.8, "0.0013498980316301035"),
            (0.0, 1.0, f64::INFINITY, "1.0"),
            (0.0, 1.0, f64::NEG_INFINITY, "0.0"),
            (f64::INFINITY, 1.0, 0.0, "0.0"),
            (0.0, f64::INFINITY, 0.0, "0.5"),
            (f64::NAN, 1.0, 0.0, "NaN"),
            (0.0, 1.0, f64::NAN, "NaN"),
        ] {
            assert_eq!(of("normal_cdf", mean, deviation, value).await, expected);
        }
        for (mean, deviation, probability, expected) in [
            (0.0, 1.0, 0.3, "-0.5244005127080409"),
            (10.0, 9.0, 0.9, "21.533964089901406"),
            (0.5, 0.25, 0.65, "0.596330116601892"),
            (0.0, 1.0, 1e-20, "-inf"),
        ] {
            assert_eq!(
                of("inverse_normal_cdf", mean, deviation, probability).await,
                expected
            );
        }
    }

    #[tokio::test]
    async fn beta_probabilities_are_trinos_to_the_last_digit() {
        for (value, expected) in [
            (0.0, "0.0"),
            (1.0, "1.0"),
            (0.3, "0.21764809997679938"),
            (0.9, "0.9972502881611551"),
        ] {
            assert_eq!(of("beta_cdf", 3.0, 3.6, value).await, expected);
        }
        for (probability, expected) in [
            (0.0, "0.0"),
            (1.0, "1.0"),
            (0.3, "0.3469675485440618"),
            (0.95, "0.7600272463100223"),
        ] {
            assert_eq!(
                of("inverse_beta_cdf", 3.0, 3.6, probability).await,
                expected
            );
        }
        assert_eq!(of("beta_cdf", 1.0, 1.0, 0.5).await, "0.5");
        assert_eq!(of("inverse_beta_cdf", 1.0, 1.0, 0.5).await, "0.5");
    }

    #[tokio::test]
    async fn inverses_give_back_the_value() {
        for value in [-5.0, -1.0, 0.0, 0.3, 2.5, 4.0] {
            let probability: f64 = of("normal_cdf", 0.0, 1.0, value).await.parse().unwrap();
            let found: f64 = of("inverse_normal_cdf", 0.0, 1.0, probability)
                .await
                .parse()
                .unwrap();
            assert!((found - value).abs() < 1e-11, "{value}: {found}");
        }
        for (a, b) in [(0.5, 0.5), (2.0, 30.0), (12.0, 700.0), (4000.0, 4000.0)] {
            for probability in [0.001, 0.25, 0.5, 0.999] {
                let value: f64 = of("inverse_beta_cdf", a, b, probability)
                    .await
                    .parse()
                    .unwrap();
                let found: f64 = of("beta_cdf", a, b, value).await.parse().unwrap();
                assert!(
                    (found - probability).abs() < 1e-6,
                    "{a} {b} {probability}: {found}"
                );
            }
        }
    }

    #[tokio::test]
    async fn wrong_parameters_are_errors() {
        for (name, first, second, third, message) in [
            (
                "normal_cdf",
                0.0,
                0.0,
                0.1985,
                "standardDeviation must be > 0",
            ),
            (
                "normal_cdf",
                0.0,
                f64::NAN,
                0.1985,
                "standardDeviation must be > 0",
            ),
            ("inverse_normal_cdf", 4.0, 48.0, 0.0, "p must be 0 > p > 1"),
            ("inverse_normal_cdf", 4.0, 48.0, 1.0, "p must be 0 > p > 1"),
            ("inverse_normal_cdf", 4.0, 0.0, 0.4, "sd must be > 0"),
            ("beta_cdf", 0.0, 3.0, 0.5, "a, b must be > 0"),
            ("beta_cdf", 3.0, 5.0, 1.1, "value must be 0 >= v >= 1"),
            ("inverse_beta_cdf", 3.0, 0.0, 0.5, "a, b must be > 0"),
            ("inverse_beta_cdf", 3.0, 5.0, -0.1, "p must be 0 >= p >= 1"),
        ] {
            assert_eq!(
                of(name, first, second, third).await,
                format!("ERROR: {message}")
            );
        }
    }

    #[tokio::test]
    async fn rows_with_null_do_not_fail() {
        let deviations = Float64Array::new(vec![0.0, 1.0].into(), Some(vec![false, true].into()));
        let arguments = vec![double(0.0), column("double", deviations), double(0.0)];
        assert_eq!(shown("normal_cdf", arguments).await, "NULL|0.5");
    }
}
