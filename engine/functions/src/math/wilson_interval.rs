//! The bounds of Wilson's score interval: how likely something is that succeeded so many times.

use arrow::array::ArrayRef;
use arrow::datatypes::{Float64Type, Int64Type};
use datafusion::error::Result;

use crate::call::Call;
use crate::definition::Definition;
use crate::error::FunctionError;
use crate::operators::operand::{Operand, returned};

pub(crate) fn definitions() -> Vec<Definition> {
    vec![
        Definition::new(
            "wilson_interval_lower",
            "The lower bound of the Wilson score interval of a Bernoulli trial at a z-score",
        )
        .strict("(bigint, bigint, double) -> double", |call| {
            bounds(call, -1.0)
        }),
        Definition::new(
            "wilson_interval_upper",
            "The upper bound of the Wilson score interval of a Bernoulli trial at a z-score",
        )
        .strict("(bigint, bigint, double) -> double", |call| {
            bounds(call, 1.0)
        }),
    ]
}

fn bounds(call: &Call<'_>, side: f64) -> Result<ArrayRef> {
    let successes = Operand::<Int64Type>::of(call, 0)?;
    let trials = Operand::<Int64Type>::of(call, 1)?;
    let z = Operand::<Float64Type>::of(call, 2)?;
    let mut values = Vec::with_capacity(call.rows);
    for row in 0..call.rows {
        values.push(if call.is_null(row) {
            0.0
        } else {
            bound(successes.value(row), trials.value(row), z.value(row), side)?
        });
    }
    Ok(returned::<Float64Type>(call, values))
}

/// The bound on a side: -1 is the lower one, 1 the upper one.
fn bound(successes: i64, trials: i64, z: f64, side: f64) -> Result<f64, FunctionError> {
    if successes < 0 {
        return Err(FunctionError::argument(
            "number of successes must not be negative",
        ));
    }
    if trials <= 0 {
        return Err(FunctionError::argument("number of trials must be positive"));
    }
    if successes > trials {
        return Err(FunctionError::argument(
            "number of successes must not be larger than number of trials",
        ));
    }
    // Neither is NaN taken.
    if z.is_nan() || z < 0.0 {
        return Err(FunctionError::argument("z-score must not be negative"));
    }
    // No conversion of 64-bit integers to doubles is without loss.
    let (successes, trials) = (successes as f64, trials as f64);
    let share = successes / trials;
    let spread = (share * (1.0 - share) / trials + z * z / (4.0 * trials * trials)).sqrt();
    Ok((share + z * z / (2.0 * trials) + side * z * spread) / (1.0 + z * z / trials))
}

#[cfg(test)]
mod tests {
    use arrow::array::Int64Array;

    use crate::testing::{bigint, column, double, shown};

    #[tokio::test]
    async fn bounds_enclose_the_share() {
        let successes = || column("bigint", Int64Array::from(vec![Some(1250), Some(0), None]));
        let arguments = || vec![successes(), bigint(1310), double(1.96)];
        assert_eq!(
            shown("wilson_interval_lower", arguments()).await,
            "0.9414883725395894|-2.1620640508810359e-19|NULL"
        );
        assert_eq!(
            shown("wilson_interval_upper", arguments()).await,
            "0.9642524717143908|0.0029239445607446134|NULL"
        );
    }

    #[tokio::test]
    async fn impossible_trials_are_errors() {
        for (successes, trials, z, message) in [
            (-1, 100, 2.575, "number of successes must not be negative"),
            (0, 0, 2.575, "number of trials must be positive"),
            (
                10,
                5,
                2.575,
                "number of successes must not be larger than number of trials",
            ),
            (0, 100, -1.0, "z-score must not be negative"),
            (0, 100, f64::NAN, "z-score must not be negative"),
        ] {
            assert_eq!(
                shown(
                    "wilson_interval_lower",
                    vec![bigint(successes), bigint(trials), double(z)]
                )
                .await,
                format!("ERROR: {message}")
            );
        }
    }
}
