//! Functions of digests: `value_at_quantile`, `values_at_quantiles`, `quantile_at_value`.

use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, AsArray, Float32Array, Float64Array, Int64Array, ListArray, new_empty_array,
};
use arrow::buffer::OffsetBuffer;
use arrow::datatypes::{Float32Type, Float64Type};
use datafusion::error::Result;

use super::QuantileDigest;
use super::float_order::{
    double_to_sortable, real_to_sortable, sortable_to_double, sortable_to_real,
};
use super::tdigest::TDigest;
use crate::call::{Call, as_nested};
use crate::definition::Definition;
use crate::error::FunctionError;
use crate::types::Type;

pub(super) fn definitions() -> Vec<Definition> {
    vec![
        Definition::new(
            "value_at_quantile",
            "Value at a quantile, from 0 to 1, of a digest",
        )
        .strict("(qdigest(bigint), double) -> bigint", value_of_qdigest)
        .strict("(qdigest(real), double) -> real", value_of_qdigest)
        .strict("(qdigest(double), double) -> double", value_of_qdigest)
        .strict("(tdigest, double) -> double", value_of_tdigest),
        Definition::new(
            "values_at_quantiles",
            "Values at quantiles, from 0 to 1, of a digest",
        )
        .strict(
            "(qdigest(bigint), array(double)) -> array(bigint)",
            values_of_qdigest,
        )
        .strict(
            "(qdigest(real), array(double)) -> array(real)",
            values_of_qdigest,
        )
        .strict(
            "(qdigest(double), array(double)) -> array(double)",
            values_of_qdigest,
        )
        .strict(
            "(tdigest, array(double)) -> array(double)",
            values_of_tdigest,
        ),
        Definition::new(
            "quantile_at_value",
            "Quantile, from 0 to 1, of a value in a digest",
        )
        .strict("(qdigest(bigint), bigint) -> double", quantile_of_value)
        .strict("(qdigest(real), real) -> double", quantile_of_value)
        .strict("(qdigest(double), double) -> double", quantile_of_value),
    ]
}

fn value_of_qdigest(call: &Call<'_>) -> Result<ArrayRef> {
    let (digests, quantiles) = (call.binaries(0)?, call.doubles(1)?);
    let mut values = Vec::with_capacity(call.rows);
    for row in 0..call.rows {
        values.push(if call.is_null(row) {
            0
        } else {
            let digest = QuantileDigest::deserialize(digests.value(row))?;
            value_at(&digest, quantiles.value(row))?
        });
    }
    Ok(unsorted(values, call.returns()))
}

fn values_of_qdigest(call: &Call<'_>) -> Result<ArrayRef> {
    let digests = call.binaries(0)?;
    let element = element(call.returns());
    lists(call, |row, quantiles| {
        let digest = QuantileDigest::deserialize(digests.value(row))?;
        let values = quantiles
            .iter()
            .map(|quantile| value_at(&digest, *quantile))
            .collect::<Result<Vec<i64>, FunctionError>>()?;
        Ok(unsorted(values, &element))
    })
}

fn value_at(digest: &QuantileDigest, quantile: f64) -> Result<i64, FunctionError> {
    if (0.0..=1.0).contains(&quantile) {
        return Ok(digest.value_at(quantile));
    }
    Err(FunctionError::argument(format!(
        "Quantile should be within bounds [0, 1], was: {quantile:?}"
    )))
}

/// Numbers as digests keep them, as values of their type.
fn unsorted(values: Vec<i64>, data_type: &Type) -> ArrayRef {
    match data_type {
        Type::Double => Arc::new(
            values
                .into_iter()
                .map(sortable_to_double)
                .collect::<Float64Array>(),
        ),
        Type::Real => Arc::new(
            values
                .into_iter()
                .map(sortable_to_real)
                .collect::<Float32Array>(),
        ),
        _ => Arc::new(Int64Array::from(values)),
    }
}

fn value_of_tdigest(call: &Call<'_>) -> Result<ArrayRef> {
    let (digests, quantiles) = (call.binaries(0)?, call.doubles(1)?);
    let mut values = Vec::with_capacity(call.rows);
    for row in 0..call.rows {
        if call.is_null(row) {
            values.push(0.0);
        } else {
            let mut digest = TDigest::deserialize(digests.value(row))?;
            values.extend(digest.values_at(&[quantiles.value(row)])?);
        }
    }
    Ok(Arc::new(Float64Array::from(values)))
}

fn values_of_tdigest(call: &Call<'_>) -> Result<ArrayRef> {
    let digests = call.binaries(0)?;
    lists(call, |row, quantiles| {
        if !quantiles.is_sorted() {
            return Err(
                FunctionError::argument("percentiles must be sorted in increasing order").into(),
            );
        }
        let mut digest = TDigest::deserialize(digests.value(row))?;
        Ok(Arc::new(Float64Array::from(digest.values_at(quantiles)?)))
    })
}

fn element(data_type: &Type) -> Type {
    match data_type {
        Type::Array(element) => element.as_ref().clone(),
        _ => Type::Unknown,
    }
}

/// A list a row of what the row's quantiles, the second argument, give. A NULL among them counts as 0, as in Trino.
fn lists(call: &Call<'_>, values: impl Fn(usize, &[f64]) -> Result<ArrayRef>) -> Result<ArrayRef> {
    let quantiles = call.lists(1)?;
    let element = element(call.returns());
    let mut parts = vec![new_empty_array(&element.nested_arrow())];
    let mut lengths = Vec::with_capacity(call.rows);
    for row in 0..call.rows {
        if call.is_null(row) {
            lengths.push(0);
            continue;
        }
        let of_row = quantiles.value(row);
        let of_row: Vec<f64> = of_row
            .as_primitive::<Float64Type>()
            .iter()
            .map(Option::unwrap_or_default)
            .collect();
        let part = as_nested(values(row, &of_row)?, &element)?;
        lengths.push(part.len());
        parts.push(part);
    }
    let parts: Vec<&dyn Array> = parts.iter().map(AsRef::as_ref).collect();
    Ok(Arc::new(ListArray::try_new(
        element.element_field(),
        OffsetBuffer::from_lengths(lengths),
        arrow::compute::concat(&parts)?,
        None,
    )?))
}

fn quantile_of_value(call: &Call<'_>) -> Result<ArrayRef> {
    let digests = call.binaries(0)?;
    let values: Vec<i64> = match call.argument_type(1) {
        Type::Double => call
            .doubles(1)?
            .values()
            .iter()
            .map(|of| double_to_sortable(*of))
            .collect(),
        Type::Real => {
            let values = call.primitives::<Float32Type>(1)?;
            values
                .values()
                .iter()
                .map(|of| real_to_sortable(*of))
                .collect()
        }
        _ => call.bigints(1)?.values().to_vec(),
    };
    let mut quantiles = Vec::with_capacity(call.rows);
    for (row, value) in values.into_iter().enumerate() {
        quantiles.push(if call.is_null(row) {
            None
        } else {
            QuantileDigest::deserialize(digests.value(row))?.quantile_at(value)
        });
    }
    Ok(Arc::new(Float64Array::from(quantiles)))
}

#[cfg(test)]
mod tests {
    use arrow::array::{BinaryArray, Float32Array, Float64Array, Int64Array, ListArray};
    use arrow::datatypes::Float64Type;

    use super::super::{QuantileDigest, TDigest, double_to_sortable, real_to_sortable};
    use crate::testing::{Argument, column, double, shown};

    fn qdigest(data_type: &str, values: impl IntoIterator<Item = i64>) -> Argument {
        let mut digest = QuantileDigest::new(0.01);
        values.into_iter().for_each(|value| digest.add(value, 1.0));
        let bytes = digest.serialize();
        column(
            data_type,
            BinaryArray::from(vec![Some(bytes.as_slice()), None]),
        )
    }

    fn tdigest(values: &[f64]) -> Argument {
        let mut digest = TDigest::default();
        values
            .iter()
            .for_each(|value| digest.add(*value, 1.0).unwrap());
        let bytes = digest.serialize();
        column(
            "tdigest",
            BinaryArray::from(vec![Some(bytes.as_slice()), None]),
        )
    }

    fn quantiles(values: &[f64]) -> Argument {
        let row = Some(values.iter().copied().map(Some).collect::<Vec<_>>());
        column(
            "array(double)",
            ListArray::from_iter_primitive::<Float64Type, _, _>(vec![row.clone(), row]),
        )
    }

    #[tokio::test]
    async fn quantiles_keep_the_type_of_the_values() {
        let integers = || qdigest("qdigest(bigint)", 1..=10);
        assert_eq!(
            shown("value_at_quantile", vec![integers(), double(0.5)]).await,
            "6|NULL"
        );
        assert_eq!(
            shown(
                "values_at_quantiles",
                vec![integers(), quantiles(&[1.0, 0.0])]
            )
            .await,
            "[10, 1]|NULL"
        );
        let reals = qdigest("qdigest(real)", [-1.5_f32, 2.5].map(real_to_sortable));
        assert_eq!(
            shown("value_at_quantile", vec![reals, double(0.0)]).await,
            "-1.5|NULL"
        );
        let doubles = qdigest("qdigest(double)", [-1.5, 2.5].map(double_to_sortable));
        assert_eq!(
            shown("values_at_quantiles", vec![doubles, quantiles(&[0.0, 1.0])]).await,
            "[-1.5, 2.5]|NULL"
        );
        assert_eq!(
            shown("value_at_quantile", vec![integers(), double(1.5)]).await,
            "ERROR: Quantile should be within bounds [0, 1], was: 1.5"
        );
    }

    #[tokio::test]
    async fn tdigests_want_quantiles_in_order() {
        let digest = || tdigest(&[1.0, 2.0, 3.0]);
        assert_eq!(
            shown("value_at_quantile", vec![digest(), double(0.5)]).await,
            "2.0|NULL"
        );
        assert_eq!(
            shown(
                "values_at_quantiles",
                vec![digest(), quantiles(&[0.0, 1.0])]
            )
            .await,
            "[1.0, 3.0]|NULL"
        );
        assert_eq!(
            shown(
                "values_at_quantiles",
                vec![digest(), quantiles(&[1.0, 0.0])]
            )
            .await,
            "ERROR: percentiles must be sorted in increasing order"
        );
        assert_eq!(
            shown("value_at_quantile", vec![tdigest(&[]), double(0.5)]).await,
            "NaN|NULL"
        );
    }

    #[tokio::test]
    async fn values_have_quantiles_within_their_range() {
        let values = column("bigint", Int64Array::from(vec![5, 1]));
        let digest = qdigest("qdigest(bigint)", 0..10);
        assert_eq!(
            shown("quantile_at_value", vec![digest, values]).await,
            "0.5|NULL"
        );
        let beyond = column("double", Float64Array::from(vec![9.5, 9.5]));
        let doubles = qdigest("qdigest(double)", [1.0, 2.0].map(double_to_sortable));
        assert_eq!(
            shown("quantile_at_value", vec![doubles, beyond]).await,
            "NULL|NULL"
        );
        let within = column("real", Float32Array::from(vec![2.0, 2.0]));
        let reals = qdigest("qdigest(real)", [1.0_f32, 2.0].map(real_to_sortable));
        assert_eq!(
            shown("quantile_at_value", vec![reals, within]).await,
            "0.5|NULL"
        );
    }
}
