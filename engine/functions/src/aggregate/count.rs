//! `count` and `count_if`.

use std::sync::Arc;

use arrow::array::{ArrayRef, AsArray, BooleanArray, Int64Array};
use arrow::datatypes::{DataType, Int64Type};
use datafusion::error::Result;
use datafusion::functions_aggregate::count::count_udaf;

use super::identity::is_plain;
use super::summary::{PerGroup, Summary};
use super::udaf::Aggregate;
use crate::definition::Definition;
use crate::types::Type;

pub(super) fn definitions() -> Vec<Definition> {
    vec![
        Definition::new("count", "Number of rows, or of values that are not NULL")
            .aggregate("() -> bigint", |_| Ok(count_udaf()))
            .aggregate("(T) -> bigint", |bound| {
                // DataFusion's count is Trino's, but for what it takes for distinct.
                if bound.arguments.iter().all(is_plain) {
                    return Ok(count_udaf());
                }
                Aggregate::new("count", bound, |_| Ok(Box::new(PerGroup::new(Count))))
                    .zero_when_empty()
                    .build()
            }),
        Definition::new("count_if", "Number of values that are true").aggregate(
            "(boolean) -> bigint",
            |bound| {
                Aggregate::new("count_if", bound, |_| Ok(Box::new(PerGroup::new(CountIf))))
                    .zero_when_empty()
                    .build()
            },
        ),
    ]
}

/// Counts of rows as they are stored and given.
fn counts(states: &[i64]) -> ArrayRef {
    Arc::new(Int64Array::from(states.to_vec()))
}

fn read_counts(states: &[ArrayRef]) -> Vec<Option<i64>> {
    let counts = states
        .first()
        .map(|state| state.as_primitive::<Int64Type>());
    counts
        .map(|counts| counts.iter().collect())
        .unwrap_or_default()
}

#[derive(Debug)]
struct Count;

impl Summary for Count {
    type State = i64;
    type Input = ();

    const REMOVES: bool = true;

    fn new_state(&self) -> i64 {
        0
    }

    fn input(&self, _arguments: &[ArrayRef]) -> Result<()> {
        Ok(())
    }

    fn add(&self, state: &mut i64, _input: &(), _row: usize) -> Result<()> {
        *state += 1;
        Ok(())
    }

    fn remove(&self, state: &mut i64, _input: &(), _row: usize) -> Result<()> {
        *state -= 1;
        Ok(())
    }

    fn merge(&self, state: &mut i64, other: i64) -> Result<()> {
        *state += other;
        Ok(())
    }

    fn finish(&self, states: &mut [i64]) -> Result<ArrayRef> {
        Ok(counts(states))
    }

    fn state_types(&self) -> Vec<DataType> {
        vec![Type::Bigint.arrow()]
    }

    fn write(&self, states: &mut [i64]) -> Result<Vec<ArrayRef>> {
        Ok(vec![counts(states)])
    }

    fn read(&self, states: &[ArrayRef]) -> Result<Vec<Option<i64>>> {
        Ok(read_counts(states))
    }
}

#[derive(Debug)]
struct CountIf;

impl Summary for CountIf {
    type State = i64;
    type Input = BooleanArray;

    const REMOVES: bool = true;

    fn new_state(&self) -> i64 {
        0
    }

    fn input(&self, arguments: &[ArrayRef]) -> Result<BooleanArray> {
        super::column(arguments, 0).map(|column| column.as_boolean().clone())
    }

    fn add(&self, state: &mut i64, input: &BooleanArray, row: usize) -> Result<()> {
        *state += i64::from(input.value(row));
        Ok(())
    }

    fn remove(&self, state: &mut i64, input: &BooleanArray, row: usize) -> Result<()> {
        *state -= i64::from(input.value(row));
        Ok(())
    }

    fn merge(&self, state: &mut i64, other: i64) -> Result<()> {
        *state += other;
        Ok(())
    }

    fn finish(&self, states: &mut [i64]) -> Result<ArrayRef> {
        Ok(counts(states))
    }

    fn state_types(&self) -> Vec<DataType> {
        vec![Type::Bigint.arrow()]
    }

    fn write(&self, states: &mut [i64]) -> Result<Vec<ArrayRef>> {
        Ok(vec![counts(states)])
    }

    fn read(&self, states: &[ArrayRef]) -> Result<Vec<Option<i64>>> {
        Ok(read_counts(states))
    }
}

#[cfg(test)]
mod tests {
    use arrow::array::{BooleanArray, Float64Array, Int64Array, StringArray};

    use crate::testing::{bigint, calling, column, constant, maps, zoned};

    #[tokio::test]
    async fn null_is_not_counted() {
        let values = StringArray::from(vec![Some("a"), None, Some(""), Some("a")]);
        assert_eq!(
            calling("count", vec![column("varchar", values.clone())])
                .shown()
                .await,
            "3"
        );
        assert_eq!(
            calling("count", vec![column("varchar", values)])
                .distinct()
                .shown()
                .await,
            "2"
        );
        let none = Float64Array::from(vec![None::<f64>, None]);
        assert_eq!(
            calling("count", vec![column("double", none)])
                .grouped_by([1, 2])
                .shown()
                .await,
            "0|0"
        );
        let untyped = constant("unknown", datafusion::scalar::ScalarValue::Null);
        assert_eq!(calling("count", vec![untyped]).shown().await, "0");
        assert_eq!(calling("count", vec![bigint(1)]).shown().await, "1");
    }

    #[tokio::test]
    async fn all_nans_and_both_zeros_are_the_same() {
        let values = Float64Array::from(vec![0.0, -0.0, f64::NAN, -f64::NAN, 1.0]);
        assert_eq!(
            calling("count", vec![column("double", values.clone())])
                .distinct()
                .shown()
                .await,
            "3"
        );
        assert_eq!(
            calling("count", vec![column("double", values)])
                .distinct()
                .over_rows(Some(-2), Some(0))
                .shown()
                .await,
            "1|1|2|2|2"
        );
    }

    #[tokio::test]
    async fn what_is_equal_is_the_same() {
        let zeros = || {
            column(
                "double",
                Float64Array::from(vec![0.0, f64::NAN, -0.0, -f64::NAN]),
            )
        };
        assert_eq!(
            calling("count", vec![zeros()])
                .distinct()
                .grouped_by([1, 2, 1, 2])
                .shown()
                .await,
            "1|1"
        );
        let instants = || zoned(&[Some((0, "UTC")), Some((0, "+01:00")), Some((5, "UTC"))]);
        assert_eq!(
            calling("count", vec![instants()]).distinct().shown().await,
            "2"
        );
        assert_eq!(
            calling("count", vec![instants()])
                .distinct()
                .grouped_by([1, 1, 2])
                .shown()
                .await,
            "1|1"
        );
        let same = maps(&[
            Some(&[("x", Some(1)), ("y", None)]),
            Some(&[("y", None), ("x", Some(1))]),
        ]);
        assert_eq!(calling("count", vec![same]).distinct().shown().await, "1");
    }

    #[tokio::test]
    async fn count_if_counts_what_is_true() {
        let values = BooleanArray::from(vec![Some(true), None, Some(false), Some(true)]);
        assert_eq!(
            calling("count_if", vec![column("boolean", values.clone())])
                .shown()
                .await,
            "2"
        );
        assert_eq!(
            calling("count_if", vec![column("boolean", values)])
                .over_rows(Some(-1), Some(0))
                .shown()
                .await,
            "1|1|0|1"
        );
        let none = BooleanArray::from(Vec::<bool>::new());
        assert_eq!(
            calling("count_if", vec![column("boolean", none)])
                .shown()
                .await,
            "0"
        );
    }

    #[tokio::test]
    async fn counts_of_frames_and_groups() {
        let values = || {
            column(
                "bigint",
                Int64Array::from(vec![Some(1), None, Some(1), Some(2)]),
            )
        };
        assert_eq!(
            calling("count", vec![values()])
                .over_rows(Some(-1), Some(0))
                .shown()
                .await,
            "1|1|1|2"
        );
        assert_eq!(
            calling("count", vec![values()])
                .distinct()
                .grouped_by([1, 1, 1, 2])
                .shown()
                .await,
            "1|1"
        );
    }
}
