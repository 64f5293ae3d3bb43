//! Pseudo-random numbers.

use arrow::array::ArrayRef;
use arrow::datatypes::{
    ArrowPrimitiveType, Float64Type, Int8Type, Int16Type, Int32Type, Int64Type,
};
use datafusion::error::Result;
use rand::Rng;
use rand::distr::uniform::SampleUniform;

use crate::call::Call;
use crate::definition::Definition;
use crate::error::FunctionError;
use crate::operators::operand::{Operand, returned};

pub(crate) fn definitions() -> Vec<Definition> {
    let random = Definition::new(
        "random",
        "A pseudo-random number: from 0 to 1 or to a bound, or from a bound to another, which is not reached",
    )
    .volatile()
    .strict("() -> double", unit)
    .strict("(tinyint) -> tinyint", below::<Int8Type>)
    .strict("(smallint) -> smallint", below::<Int16Type>)
    .strict("(integer) -> integer", below::<Int32Type>)
    .strict("(bigint) -> bigint", below::<Int64Type>)
    .strict("(tinyint, tinyint) -> tinyint", between::<Int8Type>)
    .strict("(smallint, smallint) -> smallint", between::<Int16Type>)
    .strict("(integer, integer) -> integer", between::<Int32Type>)
    .strict("(bigint, bigint) -> bigint", between::<Int64Type>);
    vec![random.alias("rand"), random]
}

fn unit(call: &Call<'_>) -> Result<ArrayRef> {
    let mut source = rand::rng();
    let values: Vec<f64> = (0..call.rows).map(|_| source.random()).collect();
    Ok(returned::<Float64Type>(call, values))
}

fn below<T: ArrowPrimitiveType<Native: SampleUniform + PartialOrd>>(
    call: &Call<'_>,
) -> Result<ArrayRef> {
    let start = Operand::<T>::Constant(T::Native::default());
    let stop = Operand::<T>::of(call, 0)?;
    within(call, &start, &stop, "bound must be positive")
}

fn between<T: ArrowPrimitiveType<Native: SampleUniform + PartialOrd>>(
    call: &Call<'_>,
) -> Result<ArrayRef> {
    let (start, stop) = (Operand::<T>::of(call, 0)?, Operand::<T>::of(call, 1)?);
    within(
        call,
        &start,
        &stop,
        "start value must be less than stop value",
    )
}

fn within<T: ArrowPrimitiveType<Native: SampleUniform + PartialOrd>>(
    call: &Call<'_>,
    start: &Operand<T>,
    stop: &Operand<T>,
    failure: &str,
) -> Result<ArrayRef> {
    let mut source = rand::rng();
    let mut values = Vec::with_capacity(call.rows);
    for row in 0..call.rows {
        let (start, stop) = (start.value(row), stop.value(row));
        values.push(if call.is_null(row) {
            T::Native::default()
        } else if start < stop {
            source.random_range(start..stop)
        } else {
            return Err(FunctionError::argument(failure).into());
        });
    }
    Ok(returned::<T>(call, values))
}

#[cfg(test)]
mod tests {
    use arrow::array::{Array, AsArray, Int8Array, Int64Array};
    use arrow::datatypes::{Int8Type, Int64Type};

    use crate::testing::{bigint, call, column, shown};

    #[tokio::test]
    async fn numbers_lie_within_their_bounds() {
        let (values, data_type) = call("rand", vec![]).await.unwrap();
        assert_eq!(data_type.to_string(), "double");
        let value = values
            .as_primitive::<arrow::datatypes::Float64Type>()
            .value(0);
        assert!((0.0..1.0).contains(&value));

        let bounds = column("tinyint", Int8Array::from(vec![Some(1), None, Some(127)]));
        let (values, data_type) = call("random", vec![bounds]).await.unwrap();
        assert_eq!(data_type.to_string(), "tinyint");
        let values = values.as_primitive::<Int8Type>();
        assert_eq!(values.value(0), 0);
        assert!(values.is_null(1));
        assert!((0..127).contains(&values.value(2)));

        let starts = column(
            "bigint",
            Int64Array::from(vec![Some(i64::MIN), Some(5), Some(-3)]),
        );
        let stops = column(
            "bigint",
            Int64Array::from(vec![Some(i64::MAX), Some(6), None]),
        );
        let (values, _) = call("random", vec![starts, stops]).await.unwrap();
        assert_eq!(values.as_primitive::<Int64Type>().value(1), 5);
        assert!(values.is_null(2));
    }

    #[tokio::test]
    async fn every_row_has_a_number_of_its_own() {
        let bounds = column("bigint", Int64Array::from(vec![i64::MAX; 100]));
        let (values, _) = call("random", vec![bounds]).await.unwrap();
        let distinct: std::collections::HashSet<i64> = values
            .as_primitive::<Int64Type>()
            .values()
            .iter()
            .copied()
            .collect();
        assert!(distinct.len() > 90, "{distinct:?}");
    }

    #[tokio::test]
    async fn empty_ranges_are_errors() {
        assert_eq!(
            shown("random", vec![bigint(0)]).await,
            "ERROR: bound must be positive"
        );
        assert_eq!(
            shown("rand", vec![bigint(5), bigint(5)]).await,
            "ERROR: start value must be less than stop value"
        );
    }
}
