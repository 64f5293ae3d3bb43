//! The cosine of the angle between vectors: dense ones, which are arrays, and sparse ones, which are maps.

use std::collections::HashMap;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, Float64Array, MapArray, StringArray};
use arrow::datatypes::Float64Type;
use datafusion::common::exec_err;
use datafusion::error::Result;

use super::list_argument::DoubleLists;
use crate::call::Call;
use crate::definition::Definition;
use crate::error::FunctionError;

pub(crate) fn definitions() -> Vec<Definition> {
    vec![
        Definition::new(
            "cosine_similarity",
            "The cosine of the angle between two vectors, given as arrays or as maps of their components",
        )
        .strict("(array(double), array(double)) -> double", |call| {
            of_arrays(call, |cosine| cosine)
        })
        .strict("(map(varchar, double), map(varchar, double)) -> double", |call| {
            of_maps(call, |cosine| cosine)
        }),
        Definition::new(
            "cosine_distance",
            "One minus the cosine of the angle between two vectors, given as arrays or as maps of their components",
        )
        .strict("(array(double), array(double)) -> double", |call| {
            of_arrays(call, |cosine| 1.0 - cosine)
        })
        .strict("(map(varchar, double), map(varchar, double)) -> double", |call| {
            of_maps(call, |cosine| 1.0 - cosine)
        }),
    ]
}

fn of_arrays(call: &Call<'_>, result: fn(f64) -> f64) -> Result<ArrayRef> {
    let (left, right) = (DoubleLists::of(call, 0)?, DoubleLists::of(call, 1)?);
    let mut values = Vec::with_capacity(call.rows);
    for row in 0..call.rows {
        values.push(if call.is_null(row) {
            None
        } else {
            let (first, second) = (left.numbers(row), right.numbers(row));
            if first.len() != second.len() {
                return Err(
                    FunctionError::argument("The arguments must have the same length").into(),
                );
            }
            if left.has_null(row) || right.has_null(row) {
                None
            } else {
                Some(result(cosine(first, second)?))
            }
        });
    }
    Ok(Arc::new(Float64Array::from(values)))
}

fn cosine(left: &[f64], right: &[f64]) -> Result<f64, FunctionError> {
    let (mut left_square, mut right_square, mut product) = (0.0, 0.0, 0.0);
    for (left, right) in left.iter().zip(right) {
        left_square += left * left;
        right_square += right * right;
        product += left * right;
    }
    if left_square == 0.0 || right_square == 0.0 {
        return Err(FunctionError::argument("Vector magnitude cannot be zero"));
    }
    Ok(product / (left_square * right_square).sqrt())
}

fn of_maps(call: &Call<'_>, result: fn(f64) -> f64) -> Result<ArrayRef> {
    let (left, right) = (SparseVectors::of(call, 0)?, SparseVectors::of(call, 1)?);
    let mut values = Vec::with_capacity(call.rows);
    // The right vector's components, kept for as long as it stays the same.
    let mut components: HashMap<&str, f64> = HashMap::new();
    let mut components_of = None;
    for row in 0..call.rows {
        let norms = if call.is_null(row) {
            None
        } else {
            left.norm(row).zip(right.norm(row))
        };
        let Some((left_norm, right_norm)) = norms else {
            values.push(None);
            continue;
        };
        let place = right.place(row);
        if components_of != Some(place) {
            components.clear();
            components.extend(
                right
                    .components(row)
                    .filter_map(|(key, value)| Some((key?, value?))),
            );
            components_of = Some(place);
        }
        let product = left
            .components(row)
            .filter_map(|(key, value)| Some(value? * components.get(key?)?))
            .fold(0.0, |sum, product| sum + product);
        values.push(Some(result(product / (left_norm * right_norm))));
    }
    Ok(Arc::new(Float64Array::from(values)))
}

/// Maps of components, one a row or a single one for all.
struct SparseVectors {
    maps: MapArray,
    constant: bool,
    keys: StringArray,
    values: Float64Array,
}

impl SparseVectors {
    fn of(call: &Call<'_>, place: usize) -> Result<SparseVectors> {
        let (array, constant) = match call.constant(place) {
            Some(value) => (value.to_array()?, true),
            None => (call.array(place)?, false),
        };
        let Some(maps) = array.as_map_opt() else {
            return exec_err!(
                "argument {place} is stored as {}, not as a map",
                array.data_type()
            );
        };
        let keys = maps.keys().as_string_opt::<i32>();
        let values = maps.values().as_primitive_opt::<Float64Type>();
        let Some((keys, values)) = keys.zip(values) else {
            return exec_err!("argument {place} is stored as {}", array.data_type());
        };
        Ok(SparseVectors {
            maps: maps.clone(),
            constant,
            keys: keys.clone(),
            values: values.clone(),
        })
    }

    /// The place of a row's map among the maps.
    fn place(&self, row: usize) -> usize {
        if self.constant { 0 } else { row }
    }

    fn components(&self, row: usize) -> impl Iterator<Item = (Option<&str>, Option<f64>)> {
        let offset = |place: usize| {
            let offset = self.maps.offsets().get(place).copied().unwrap_or_default();
            usize::try_from(offset).unwrap_or_default()
        };
        let place = self.place(row);
        (offset(place)..offset(place + 1)).map(|place| {
            let key = self.keys.is_valid(place).then(|| self.keys.value(place));
            let value = self
                .values
                .is_valid(place)
                .then(|| self.values.value(place));
            (key, value)
        })
    }

    /// A vector's length; None if a component is NULL.
    fn norm(&self, row: usize) -> Option<f64> {
        let squares = self.components(row).try_fold(0.0, |sum, (_, value)| {
            let value = value?;
            Some(sum + value * value)
        })?;
        Some(squares.sqrt())
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow::array::{Float64Builder, ListArray, MapArray, MapBuilder, StringBuilder};
    use arrow::datatypes::Float64Type;
    use datafusion::scalar::ScalarValue;

    use crate::testing::{Argument, column, constant, shown};

    type Component = (&'static str, Option<f64>);

    fn lists(values: Vec<Option<Vec<Option<f64>>>>) -> ListArray {
        ListArray::from_iter_primitive::<Float64Type, _, _>(values)
    }

    fn list(values: &[f64]) -> Argument {
        let lists = lists(vec![Some(values.iter().copied().map(Some).collect())]);
        constant("array(double)", ScalarValue::List(Arc::new(lists)))
    }

    fn maps(rows: Vec<Option<Vec<Component>>>) -> MapArray {
        let mut maps = MapBuilder::new(None, StringBuilder::new(), Float64Builder::new());
        for row in rows {
            for (key, value) in row.iter().flatten() {
                maps.keys().append_value(key);
                maps.values().append_option(*value);
            }
            maps.append(row.is_some()).unwrap();
        }
        maps.finish()
    }

    fn map(components: Vec<Component>) -> Argument {
        let maps = maps(vec![Some(components)]);
        constant("map(varchar,double)", ScalarValue::Map(Arc::new(maps)))
    }

    #[tokio::test]
    async fn arrays_are_dense_vectors() {
        assert_eq!(
            shown(
                "cosine_similarity",
                vec![list(&[1.0, 2.0]), list(&[3.0, 4.0])]
            )
            .await,
            "0.9838699100999074"
        );
        assert_eq!(
            shown(
                "cosine_distance",
                vec![list(&[1.0, 2.0]), list(&[3.0, 4.0])]
            )
            .await,
            "0.01613008990009257"
        );
        let rows = lists(vec![
            Some(vec![Some(0.0), Some(2.0)]),
            None,
            Some(vec![Some(1.0), None]),
            Some(vec![Some(-1.0), Some(0.0)]),
        ]);
        assert_eq!(
            shown(
                "cosine_similarity",
                vec![column("array(double)", rows), list(&[5.0, 0.0])]
            )
            .await,
            "0.0|NULL|NULL|-1.0"
        );
    }

    #[tokio::test]
    async fn vectors_without_an_angle_are_errors() {
        assert_eq!(
            shown("cosine_similarity", vec![list(&[1.0]), list(&[1.0, 2.0])]).await,
            "ERROR: The arguments must have the same length"
        );
        assert_eq!(
            shown("cosine_distance", vec![list(&[0.0]), list(&[1.0])]).await,
            "ERROR: Vector magnitude cannot be zero"
        );
        assert_eq!(
            shown("cosine_distance", vec![list(&[]), list(&[])]).await,
            "ERROR: Vector magnitude cannot be zero"
        );
    }

    #[tokio::test]
    async fn maps_are_sparse_vectors() {
        let rows = || {
            let rows = maps(vec![
                Some(vec![("a", Some(1.0)), ("b", Some(2.0))]),
                Some(vec![("a", Some(1.0)), ("b", Some(2.0)), ("c", Some(-1.0))]),
                None,
                Some(vec![("d", Some(1.0))]),
                Some(vec![("b", None)]),
                Some(vec![]),
            ]);
            column("map(varchar,double)", rows)
        };
        let other = || map(vec![("c", Some(1.0)), ("b", Some(3.0))]);
        let expected = "0.8485281374238569|0.6454972243679029|NULL|0.0|NULL|NaN";
        assert_eq!(
            shown("cosine_similarity", vec![rows(), other()]).await,
            expected
        );
        assert_eq!(
            shown("cosine_similarity", vec![other(), rows()]).await,
            expected
        );
        // As the norms are rounded, in Trino as well.
        assert_eq!(
            shown("cosine_distance", vec![other(), other()]).await,
            "2.220446049250313e-16"
        );
    }
}
