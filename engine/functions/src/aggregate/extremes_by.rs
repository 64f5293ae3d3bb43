//! `min_by` and `max_by` of so many values.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, Int64Array, new_empty_array};
use arrow::datatypes::{DataType, Int64Type};
use datafusion::error::Result;
use datafusion::scalar::ScalarValue;

use super::bounded_heap::BoundedHeap;
use super::extremes::checked_count;
use super::extremum::Side;
use super::groups::{Groups, Rows, nulls_of};
use super::order_key::{OrderKey, WithKey, with_key};
use super::row_buffer::{flattened, lists, state_element};
use super::udaf::Aggregate;
use crate::call::as_nested;
use crate::definition::Definition;
use crate::error::FunctionError;
use crate::signature::Bound;
use crate::types::Type;

pub(super) fn definitions() -> Vec<Definition> {
    vec![
        Definition::new(
            "max_by",
            "Values of the first argument where the second is greatest, so many of them",
        )
        .aggregate("(V, K, bigint) -> array(V) where K: orderable", |bound| {
            Aggregate::new("max_by_n", bound, |bound| Ok(groups(bound, Side::Greatest))).build()
        }),
        Definition::new(
            "min_by",
            "Values of the first argument where the second is least, so many of them",
        )
        .aggregate("(V, K, bigint) -> array(V) where K: orderable", |bound| {
            Aggregate::new("min_by_n", bound, |bound| Ok(groups(bound, Side::Least))).build()
        }),
    ]
}

fn groups(bound: &Bound, side: Side) -> Box<dyn Groups> {
    struct Make(Type, Side);
    impl WithKey for Make {
        type Made = Box<dyn Groups>;

        fn with<K: OrderKey>(self, key: K) -> Box<dyn Groups> {
            let Make(value_type, side) = self;
            Box::new(ExtremesBy {
                key,
                value_type,
                side,
                best: Vec::new(),
                heap_bytes: 0,
            })
        }
    }
    let argument = |place: usize| bound.arguments.get(place).cloned().unwrap_or(Type::Unknown);
    with_key(&argument(1), side.nan(), Make(argument(0), side))
}

/// A key, and the value beside it.
type KeyAndValue<K> = (<K as OrderKey>::Kept, ScalarValue);

/// The best keys of each group, with the values beside them.
#[derive(Debug)]
struct ExtremesBy<K: OrderKey> {
    key: K,
    value_type: Type,
    side: Side,
    best: Vec<Option<BoundedHeap<KeyAndValue<K>>>>,
    heap_bytes: usize,
}

impl<K: OrderKey> ExtremesBy<K> {
    fn limit(&self, count: i64) -> Result<usize, FunctionError> {
        let name = match self.side {
            Side::Least => "min_by",
            Side::Greatest => "max_by",
        };
        checked_count(
            count,
            || format!("third argument of {name} must be a positive integer"),
            || {
                format!(
                    "third argument of {name} must be less than or equal to 10000; found {count}"
                )
            },
        )
    }

    fn worse(&self, left: &(K::Kept, ScalarValue), right: &(K::Kept, ScalarValue)) -> Result<bool> {
        Ok(self.key.compare_kept(&right.0, &left.0)? == self.side.better())
    }

    fn bytes(&self, (key, value): &(K::Kept, ScalarValue)) -> usize {
        self.key.heap_size(key) + value.size() - size_of::<ScalarValue>()
    }

    /// Adds a row to a group's best, if it belongs to them.
    fn contend(
        &mut self,
        group: usize,
        keys: &K::Column,
        values: &ArrayRef,
        row: usize,
        limit: impl FnOnce(&Self) -> Result<usize, FunctionError>,
    ) -> Result<()> {
        // Taken out, so that the heap and the key can be used together.
        let mut heap = match self.best.get_mut(group).and_then(Option::take) {
            Some(best) => best,
            None => BoundedHeap::new(limit(self)?),
        };
        let size_before = heap.size();
        let enters = match heap.worst() {
            Some(worst) => self.key.compare(keys, row, &worst.0)? == self.side.better(),
            None => true,
        };
        if enters {
            let item = (
                self.key.keep(keys, row),
                ScalarValue::try_from_array(values, row)?.compacted(),
            );
            self.heap_bytes += self.bytes(&item);
            self.heap_bytes -= heap.worst().map_or(0, |worst| self.bytes(worst));
            heap.add(item, |left, right| self.worse(left, right))?;
            self.heap_bytes += heap.size() - size_before;
        }
        if let Some(best) = self.best.get_mut(group) {
            *best = Some(heap);
        }
        Ok(())
    }

    fn values_of<'a>(&self, items: impl Iterator<Item = &'a ScalarValue>) -> Result<ArrayRef> {
        let mut items = items.cloned().peekable();
        if items.peek().is_none() {
            return Ok(new_empty_array(&self.value_type.arrow()));
        }
        ScalarValue::iter_to_array(items)
    }
}

impl<K: OrderKey> Groups for ExtremesBy<K> {
    fn resize(&mut self, count: usize) {
        self.best.resize_with(count.max(self.best.len()), || None);
    }

    fn update(&mut self, arguments: &[ArrayRef], rows: &Rows<'_>) -> Result<()> {
        let (values, keys) = (super::column(arguments, 0)?, super::column(arguments, 1)?);
        let counts = super::column(arguments, 2)?;
        if [keys, counts]
            .iter()
            .any(|column| *column.data_type() == DataType::Null)
        {
            return Ok(());
        }
        let column = self.key.column(keys)?;
        let nulls = nulls_of([keys, counts]);
        let counts = counts.as_primitive::<Int64Type>();
        rows.for_each(nulls.as_ref(), |row, group| {
            self.contend(group, &column, values, row, |of| {
                of.limit(counts.value(row))
            })
        })
    }

    fn merge(&mut self, states: &[ArrayRef], rows: &Rows<'_>) -> Result<()> {
        let (values, places) = flattened(super::column(states, 0)?)?;
        let (keys, _) = flattened(super::column(states, 1)?)?;
        let limits = super::column(states, 2)?.as_primitive::<Int64Type>();
        let column = self.key.column(&keys)?;
        for (place, row) in places.into_iter().enumerate() {
            self.contend(rows.group(row), &column, &values, place, |of| {
                of.limit(limits.value(row))
            })?;
        }
        Ok(())
    }

    fn values(&mut self, count: usize) -> Result<ArrayRef> {
        let mut lengths = Vec::with_capacity(count);
        let mut sorted = Vec::new();
        for best in self.best.iter().take(count) {
            let items = match best {
                Some(heap) => heap.sorted(|left, right| self.worse(left, right))?,
                None => Vec::new(),
            };
            lengths.push(best.as_ref().map(|_| items.len()));
            sorted.extend(items);
        }
        let values = self.values_of(sorted.into_iter().map(|(_, value)| value))?;
        let values = as_nested(values, &self.value_type)?;
        lists(values, self.value_type.element_field(), lengths)
    }

    fn states(&mut self, count: usize) -> Result<Vec<ArrayRef>> {
        let heaps = || self.best.iter().take(count).map(Option::as_ref);
        let items = || heaps().flatten().flat_map(|heap| heap.items());
        let lengths = || {
            heaps()
                .map(|heap| heap.map(|heap| heap.items().len()))
                .collect()
        };
        let values = self.values_of(items().map(|(_, value)| value))?;
        let keys = self.key.array(items().map(|(key, _)| Some(key)))?;
        let limits = heaps().map(|heap| heap.and_then(|heap| i64::try_from(heap.limit()).ok()));
        let (value_field, key_field) = (
            state_element(values.data_type()),
            state_element(keys.data_type()),
        );
        Ok(vec![
            lists(values, value_field, lengths())?,
            lists(keys, key_field, lengths())?,
            Arc::new(limits.collect::<Int64Array>()),
        ])
    }

    fn state_types(&self) -> Vec<DataType> {
        vec![
            DataType::List(state_element(&self.value_type.arrow())),
            DataType::List(state_element(&self.key.data_type())),
            DataType::Int64,
        ]
    }

    fn forget(&mut self, count: usize) -> Result<()> {
        let count = count.min(self.best.len());
        let forgotten: usize = self
            .best
            .iter()
            .take(count)
            .flatten()
            .map(|heap| {
                heap.size()
                    + heap
                        .items()
                        .iter()
                        .map(|item| self.bytes(item))
                        .sum::<usize>()
            })
            .sum();
        self.heap_bytes = self.heap_bytes.saturating_sub(forgotten);
        self.best.drain(..count);
        Ok(())
    }

    fn size(&self) -> usize {
        self.best.capacity() * size_of::<Option<BoundedHeap<KeyAndValue<K>>>>() + self.heap_bytes
    }
}

#[cfg(test)]
mod tests {
    use arrow::array::{Int64Array, StringArray};

    use crate::testing::{Argument, bigint, calling, column};

    fn words() -> Argument {
        column(
            "varchar",
            StringArray::from(vec![Some("a"), None, Some("c"), Some("d"), Some("e")]),
        )
    }

    fn keys() -> Argument {
        column(
            "bigint",
            Int64Array::from(vec![Some(3), Some(9), None, Some(-1), Some(4)]),
        )
    }

    #[tokio::test]
    async fn values_of_the_best_keys() {
        assert_eq!(
            calling("max_by", vec![words(), keys(), bigint(3)])
                .shown()
                .await,
            "[NULL, e, a]"
        );
        assert_eq!(
            calling("min_by", vec![words(), keys(), bigint(2)])
                .shown()
                .await,
            "[d, a]"
        );
        assert_eq!(
            calling("min_by", vec![words(), keys(), bigint(9)])
                .grouped_by([1, 1, 2, 3, 3])
                .shown()
                .await,
            "[a, NULL]|NULL|[d, e]"
        );
    }

    #[tokio::test]
    async fn counts_have_bounds() {
        assert_eq!(
            calling("max_by", vec![words(), keys(), bigint(0)])
                .shown()
                .await,
            "ERROR: third argument of max_by must be a positive integer"
        );
        assert_eq!(
            calling("min_by", vec![words(), keys(), bigint(20000)])
                .shown()
                .await,
            "ERROR: third argument of min_by must be less than or equal to 10000; found 20000"
        );
    }

    #[tokio::test]
    async fn frames() {
        assert_eq!(
            calling("max_by", vec![words(), keys(), bigint(1)])
                .over_rows(Some(-1), Some(0))
                .shown()
                .await,
            "[a]|[NULL]|[NULL]|[d]|[e]"
        );
    }
}
