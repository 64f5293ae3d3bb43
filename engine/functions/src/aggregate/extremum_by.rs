//! `min_by` and `max_by` of one value.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef};
use arrow::datatypes::DataType;
use datafusion::common::internal_err;
use datafusion::error::Result;
use datafusion::logical_expr::AggregateUDF;
use datafusion::scalar::ScalarValue;

use super::extremum::Side;
use super::groups::{Groups, Rows, nulls_of};
use super::order_key::{OrderKey, WithKey, with_key};
use super::udaf::Aggregate;
use crate::definition::Definition;
use crate::signature::Bound;
use crate::types::Type;

pub(super) fn definitions() -> Vec<Definition> {
    vec![
        Definition::new(
            "max_by",
            "Value of the first argument where the second is greatest",
        )
        .aggregate("(V, K) -> V where K: orderable", |bound| {
            build(Aggregate::new("max_by", bound, |bound| {
                Ok(groups(bound, Side::Greatest))
            }))
        }),
        Definition::new(
            "min_by",
            "Value of the first argument where the second is least",
        )
        .aggregate("(V, K) -> V where K: orderable", |bound| {
            build(Aggregate::new("min_by", bound, |bound| {
                Ok(groups(bound, Side::Least))
            }))
        }),
    ]
}

fn build(aggregate: Aggregate) -> Result<Arc<AggregateUDF>> {
    aggregate.ignoring_repetition().build()
}

fn groups(bound: &Bound, side: Side) -> Box<dyn Groups> {
    struct Make(Type, Side);
    impl WithKey for Make {
        type Made = Box<dyn Groups>;

        fn with<K: OrderKey>(self, key: K) -> Box<dyn Groups> {
            let Make(value_type, side) = self;
            Box::new(ExtremumBy {
                key,
                value_type,
                side,
                keys: Vec::new(),
                values: Vec::new(),
                winners: Vec::new(),
                heap_bytes: 0,
            })
        }
    }
    let key_type = bound.arguments.get(1).cloned().unwrap_or(Type::Unknown);
    with_key(&key_type, side.nan(), Make(bound.returns.clone(), side))
}

/// No row of the batch is the best of a group so far.
const NO_ROW: u32 = u32::MAX;

/// The best key of each group, and the value beside it. Values are copied once a batch, when the best row of each group is known.
#[derive(Debug)]
struct ExtremumBy<K: OrderKey> {
    key: K,
    value_type: Type,
    side: Side,
    keys: Vec<Option<K::Kept>>,
    values: Vec<ScalarValue>,
    /// The best row of the batch for each group; [`NO_ROW`] between batches.
    winners: Vec<u32>,
    heap_bytes: usize,
}

impl<K: OrderKey> ExtremumBy<K> {
    fn key_bytes(&self, key: &Option<K::Kept>) -> usize {
        key.as_ref().map_or(0, |key| self.key.heap_size(key))
    }

    /// Notes a row if it is the best of its group, and tells whether it is the first of the batch to be.
    fn contend(&mut self, group: usize, column: &K::Column, row: usize) -> Result<bool> {
        let (Some(best), Some(winner)) = (self.keys.get_mut(group), self.winners.get_mut(group))
        else {
            return internal_err!("there is no group {group}");
        };
        if let Some(best) = best
            && self.key.compare(column, row, best)? != self.side.better()
        {
            return Ok(false);
        }
        let key = self.key.keep(column, row);
        if K::HEAP {
            self.heap_bytes += self.key.heap_size(&key);
            self.heap_bytes -= best.as_ref().map_or(0, |best| self.key.heap_size(best));
        }
        *best = Some(key);
        let first = *winner == NO_ROW;
        *winner = u32::try_from(row).unwrap_or(NO_ROW);
        Ok(first)
    }

    /// Copies the values of the rows that won.
    fn take_winners(&mut self, groups: &[usize], column: &ArrayRef) -> Result<()> {
        for group in groups {
            let (Some(value), Some(winner)) =
                (self.values.get_mut(*group), self.winners.get_mut(*group))
            else {
                continue;
            };
            let row = usize::try_from(std::mem::replace(winner, NO_ROW)).unwrap_or_default();
            self.heap_bytes -= value.size() - size_of::<ScalarValue>();
            *value = ScalarValue::try_from_array(column, row)?.compacted();
            self.heap_bytes += value.size() - size_of::<ScalarValue>();
        }
        Ok(())
    }

    fn value_column(&self, count: usize) -> Result<ArrayRef> {
        let values = self.values.iter().take(count).cloned();
        if count == 0 {
            return Ok(arrow::array::new_empty_array(&self.value_type.arrow()));
        }
        ScalarValue::iter_to_array(values)
    }
}

impl<K: OrderKey> Groups for ExtremumBy<K> {
    fn resize(&mut self, count: usize) {
        // A type that has no NULL as a scalar does not occur among values of arguments.
        let null = ScalarValue::try_from(self.value_type.arrow()).unwrap_or(ScalarValue::Null);
        while self.keys.len() < count {
            self.heap_bytes += null.size() - size_of::<ScalarValue>();
            self.keys.push(None);
            self.values.push(null.clone());
            self.winners.push(NO_ROW);
        }
    }

    fn update(&mut self, arguments: &[ArrayRef], rows: &Rows<'_>) -> Result<()> {
        let (values, keys) = (super::column(arguments, 0)?, super::column(arguments, 1)?);
        if *keys.data_type() == DataType::Null {
            return Ok(());
        }
        let column = self.key.column(keys)?;
        let mut won = Vec::new();
        rows.for_each(nulls_of([keys]).as_ref(), |row, group| {
            if self.contend(group, &column, row)? {
                won.push(group);
            }
            Ok(())
        })?;
        self.take_winners(&won, values)
    }

    /// States are what rows are: a value and its key.
    fn merge(&mut self, states: &[ArrayRef], rows: &Rows<'_>) -> Result<()> {
        self.update(states, rows)
    }

    fn values(&mut self, count: usize) -> Result<ArrayRef> {
        self.value_column(count)
    }

    fn states(&mut self, count: usize) -> Result<Vec<ArrayRef>> {
        let keys = self
            .key
            .array(self.keys.iter().take(count).map(Option::as_ref))?;
        Ok(vec![self.value_column(count)?, keys])
    }

    fn state_types(&self) -> Vec<DataType> {
        vec![self.value_type.arrow(), self.key.data_type()]
    }

    fn forget(&mut self, count: usize) -> Result<()> {
        let count = count.min(self.keys.len());
        let keys: usize = self
            .keys
            .iter()
            .take(count)
            .map(|key| self.key_bytes(key))
            .sum();
        let values = self.values.iter().take(count);
        let values: usize = values
            .map(|value| value.size() - size_of::<ScalarValue>())
            .sum();
        self.heap_bytes = self.heap_bytes.saturating_sub(keys + values);
        self.keys.drain(..count);
        self.values.drain(..count);
        self.winners.drain(..count);
        Ok(())
    }

    fn size(&self) -> usize {
        self.keys.capacity() * size_of::<Option<K::Kept>>()
            + self.values.capacity() * size_of::<ScalarValue>()
            + self.winners.capacity() * size_of::<u32>()
            + self.heap_bytes
    }
}

#[cfg(test)]
mod tests {
    use arrow::array::{Float64Array, Int64Array, StringArray};

    use crate::testing::{Argument, calling, column, lists, maps, zoned};

    fn words() -> Argument {
        column(
            "varchar",
            StringArray::from(vec![Some("a"), None, Some("c"), Some("d"), Some("e")]),
        )
    }

    fn keys(values: Vec<Option<i64>>) -> Argument {
        column("bigint", Int64Array::from(values))
    }

    #[tokio::test]
    async fn the_value_of_the_best_key() {
        let all = || keys(vec![Some(3), Some(9), None, Some(-1), Some(4)]);
        // A value may be NULL; a row whose key is NULL is passed over.
        assert_eq!(
            calling("max_by", vec![words(), all()]).shown().await,
            "NULL"
        );
        assert_eq!(calling("min_by", vec![words(), all()]).shown().await, "d");
        assert_eq!(
            calling("max_by", vec![words(), all()])
                .grouped_by([1, 2, 3, 1, 2])
                .shown()
                .await,
            "a|NULL|NULL"
        );
        assert_eq!(
            calling("min_by", vec![words(), keys(vec![None; 5])])
                .shown()
                .await,
            "NULL"
        );
    }

    #[tokio::test]
    async fn of_equal_keys_the_first_counts() {
        let same = keys(vec![None, None, Some(1), Some(1), Some(1)]);
        assert_eq!(
            calling("max_by", vec![words(), same])
                .in_one_stage()
                .shown()
                .await,
            "c"
        );
    }

    #[tokio::test]
    async fn nan_is_the_worst_key() {
        let doubles = || {
            column(
                "double",
                Float64Array::from(vec![f64::NAN, 1.0, 2.0, f64::NAN, 3.0]),
            )
        };
        assert_eq!(
            calling("max_by", vec![words(), doubles()]).shown().await,
            "e"
        );
        assert_eq!(
            calling("min_by", vec![words(), doubles()]).shown().await,
            "NULL"
        );
    }

    #[tokio::test]
    async fn nested_values_and_keys() {
        let values = maps(&[Some(&[("x", Some(1))]), Some(&[]), Some(&[("y", None)])]);
        let arrays = lists(vec![
            Some(vec![Some(1)]),
            None,
            Some(vec![Some(1), Some(0)]),
        ]);
        assert_eq!(
            calling("max_by", vec![values, column("array(bigint)", arrays)])
                .shown()
                .await,
            "{y: NULL}"
        );
        let instants = zoned(&[Some((5, "UTC")), Some((7, "Asia/Tokyo")), Some((6, "UTC"))]);
        assert_eq!(
            calling(
                "min_by",
                vec![instants, keys(vec![Some(2), Some(1), Some(3)])]
            )
            .shown()
            .await,
            "{instant: 1970-01-01T00:00:00.007Z, zone: ".to_string()
                + &crate::types::time_zone::TimeZone::parse("Asia/Tokyo")
                    .unwrap()
                    .key()
                    .to_string()
                + "}"
        );
    }

    #[tokio::test]
    async fn frames() {
        assert_eq!(
            calling(
                "max_by",
                vec![
                    words(),
                    keys(vec![Some(3), Some(1), None, Some(2), Some(9)])
                ]
            )
            .over_rows(Some(-1), Some(0))
            .shown()
            .await,
            "a|a|NULL|d|e"
        );
    }
}
