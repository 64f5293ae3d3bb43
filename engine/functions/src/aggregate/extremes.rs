//! `min` and `max` of so many values.

use std::sync::Arc;

use arrow::array::{ArrayRef, AsArray, Int64Array, PrimitiveArray};
use arrow::datatypes::{DataType, Int64Type};
use datafusion::error::Result;

use super::bounded_heap::BoundedHeap;
use super::extremum::Side;
use super::groups::Groups;
use super::order_key::{OrderKey, WithKey, with_key};
use super::row_buffer::{flattened, lists, state_element};
use super::summary::{PerGroup, Summary};
use super::udaf::Aggregate;
use crate::call::as_nested;
use crate::definition::Definition;
use crate::error::FunctionError;
use crate::signature::Bound;
use crate::types::Type;

/// The most values that can be asked for, as in Trino.
const COUNT_MAX: i64 = 10_000;

pub(super) fn definitions() -> Vec<Definition> {
    vec![
        Definition::new("max", "Greatest of all values, so many of them").aggregate(
            "(T, bigint) -> array(T) where T: orderable",
            |bound| {
                Aggregate::new("max_n", bound, |bound| Ok(groups(bound, Side::Greatest))).build()
            },
        ),
        Definition::new("min", "Least of all values, so many of them")
            .aggregate("(T, bigint) -> array(T) where T: orderable", |bound| {
                Aggregate::new("min_n", bound, |bound| Ok(groups(bound, Side::Least))).build()
            }),
    ]
}

fn groups(bound: &Bound, side: Side) -> Box<dyn Groups> {
    struct Make(Type, Side);
    impl WithKey for Make {
        type Made = Box<dyn Groups>;

        fn with<K: OrderKey>(self, key: K) -> Box<dyn Groups> {
            let Make(element, side) = self;
            Box::new(PerGroup::new(Extremes { key, element, side }))
        }
    }
    let element = bound.arguments.first().cloned().unwrap_or(Type::Unknown);
    with_key(&element.clone(), side.nan(), Make(element, side))
}

#[derive(Debug)]
struct Extremes<K> {
    key: K,
    element: Type,
    side: Side,
}

/// The best values so far, once the first row has told how many there may be; and the bytes that they hold.
type Best<T> = Option<(BoundedHeap<T>, usize)>;

/// A number of values that is within bounds.
pub(super) fn checked_count(
    count: i64,
    too_few: impl FnOnce() -> String,
    too_many: impl FnOnce() -> String,
) -> Result<usize, FunctionError> {
    if count <= 0 {
        return Err(FunctionError::argument(too_few()));
    }
    match usize::try_from(count) {
        Ok(limit) if count <= COUNT_MAX => Ok(limit),
        _ => Err(FunctionError::argument(too_many())),
    }
}

impl<K: OrderKey> Extremes<K> {
    fn worse(&self, left: &K::Kept, right: &K::Kept) -> Result<bool> {
        Ok(self.key.compare_kept(right, left)? == self.side.better())
    }

    fn limit(&self, count: i64) -> Result<usize, FunctionError> {
        let name = match self.side {
            Side::Least => "min_n",
            Side::Greatest => "max_n",
        };
        checked_count(
            count,
            || format!("second argument of {name} must be positive"),
            || {
                format!(
                    "second argument of {name} must be less than or equal to {COUNT_MAX}; found {count}"
                )
            },
        )
    }

    fn keep(&self, best: &mut (BoundedHeap<K::Kept>, usize), kept: K::Kept) -> Result<()> {
        let (heap, bytes) = best;
        *bytes += self.key.heap_size(&kept);
        *bytes -= heap.worst().map_or(0, |worst| self.key.heap_size(worst));
        heap.add(kept, |left, right| self.worse(left, right))
    }
}

impl<K: OrderKey> Summary for Extremes<K> {
    type State = Best<K::Kept>;
    type Input = (K::Column, Int64Array);

    const HEAP: bool = true;

    fn arguments(&self) -> usize {
        2
    }

    fn new_state(&self) -> Best<K::Kept> {
        None
    }

    fn input(&self, arguments: &[ArrayRef]) -> Result<(K::Column, Int64Array)> {
        let counts = super::column(arguments, 1)?
            .as_primitive::<Int64Type>()
            .clone();
        Ok((self.key.column(super::column(arguments, 0)?)?, counts))
    }

    fn add(
        &self,
        state: &mut Best<K::Kept>,
        (values, counts): &(K::Column, PrimitiveArray<Int64Type>),
        row: usize,
    ) -> Result<()> {
        let best = match state {
            Some(best) => best,
            new => new.insert((BoundedHeap::new(self.limit(counts.value(row))?), 0)),
        };
        if let Some(worst) = best.0.worst()
            && self.key.compare(values, row, worst)? != self.side.better()
        {
            return Ok(());
        }
        self.keep(best, self.key.keep(values, row))
    }

    fn merge(&self, state: &mut Best<K::Kept>, other: Best<K::Kept>) -> Result<()> {
        let Some((others, _)) = &other else {
            return Ok(());
        };
        let Some(best) = state else {
            *state = other;
            return Ok(());
        };
        for kept in others.items() {
            let better = match best.0.worst() {
                Some(worst) => self.worse(worst, kept)?,
                None => true,
            };
            if better {
                self.keep(best, kept.clone())?;
            }
        }
        Ok(())
    }

    fn finish(&self, states: &mut [Best<K::Kept>]) -> Result<ArrayRef> {
        let mut lengths = Vec::with_capacity(states.len());
        let mut values = Vec::new();
        for state in states.iter() {
            let sorted = match state {
                Some((heap, _)) => heap.sorted(|left, right| self.worse(left, right))?,
                None => Vec::new(),
            };
            lengths.push(state.as_ref().map(|_| sorted.len()));
            values.extend(sorted.into_iter().map(Some));
        }
        let values = as_nested(self.key.array(values.into_iter())?, &self.element)?;
        lists(values, self.element.element_field(), lengths)
    }

    fn state_types(&self) -> Vec<DataType> {
        vec![
            DataType::Int64,
            DataType::List(state_element(&self.key.data_type())),
        ]
    }

    fn write(&self, states: &mut [Best<K::Kept>]) -> Result<Vec<ArrayRef>> {
        let heaps = || {
            states
                .iter()
                .map(|state| state.as_ref().map(|(heap, _)| heap))
        };
        let limits = heaps().map(|heap| heap.and_then(|heap| i64::try_from(heap.limit()).ok()));
        let lengths = heaps()
            .map(|heap| heap.map(|heap| heap.items().len()))
            .collect();
        let values = self
            .key
            .array(heaps().flatten().flat_map(|heap| heap.items()).map(Some))?;
        let element = state_element(&self.key.data_type());
        Ok(vec![
            Arc::new(limits.collect::<Int64Array>()),
            lists(values, element, lengths)?,
        ])
    }

    fn read(&self, states: &[ArrayRef]) -> Result<Vec<Option<Best<K::Kept>>>> {
        let limits = super::column(states, 0)?.as_primitive::<Int64Type>();
        let (values, rows) = flattened(super::column(states, 1)?)?;
        let values = self.key.column(&values)?;
        let mut read: Vec<Option<Best<K::Kept>>> = limits
            .iter()
            .map(|limit| {
                let limit = usize::try_from(limit?).ok()?;
                Some(Some((BoundedHeap::new(limit), 0)))
            })
            .collect();
        for (place, row) in rows.into_iter().enumerate() {
            if let Some(Some(Some(best))) = read.get_mut(row) {
                self.keep(best, self.key.keep(&values, place))?;
            }
        }
        Ok(read)
    }

    fn heap_size(&self, state: &Best<K::Kept>) -> usize {
        state
            .as_ref()
            .map_or(0, |(heap, bytes)| heap.size() + bytes)
    }
}

#[cfg(test)]
mod tests {
    use arrow::array::{Float64Array, Int64Array, StringArray};

    use crate::testing::{Argument, bigint, calling, column, constant, lists};

    fn numbers() -> Argument {
        column(
            "bigint",
            Int64Array::from(vec![Some(3), Some(1), None, Some(5), Some(3), Some(4)]),
        )
    }

    #[tokio::test]
    async fn the_best_come_first() {
        assert_eq!(
            calling("max", vec![numbers(), bigint(3)]).shown().await,
            "[5, 4, 3]"
        );
        assert_eq!(
            calling("min", vec![numbers(), bigint(2)]).shown().await,
            "[1, 3]"
        );
        assert_eq!(
            calling("min", vec![numbers(), bigint(99)]).shown().await,
            "[1, 3, 3, 4, 5]"
        );
        assert_eq!(
            calling("max", vec![numbers(), bigint(2)])
                .distinct()
                .grouped_by([1, 1, 1, 2, 2, 3])
                .shown()
                .await,
            "[3, 1]|[5, 3]|[4]"
        );
    }

    #[tokio::test]
    async fn every_orderable_type_has_extremes() {
        let text = StringArray::from(vec![Some("b"), Some("a"), None, Some("c")]);
        assert_eq!(
            calling("max", vec![column("varchar", text), bigint(2)])
                .shown()
                .await,
            "[c, b]"
        );
        let doubles = || column("double", Float64Array::from(vec![f64::NAN, 1.0, 2.0]));
        assert_eq!(
            calling("max", vec![doubles(), bigint(3)]).shown().await,
            "[2.0, 1.0, NaN]"
        );
        assert_eq!(
            calling("min", vec![doubles(), bigint(3)]).shown().await,
            "[1.0, 2.0, NaN]"
        );
        let arrays = lists(vec![
            Some(vec![Some(2)]),
            Some(vec![]),
            None,
            Some(vec![Some(7)]),
        ]);
        assert_eq!(
            calling("min", vec![column("array(bigint)", arrays), bigint(2)])
                .shown()
                .await,
            "[[], [2]]"
        );
    }

    #[tokio::test]
    async fn nothing_gives_null() {
        let none = || column("bigint", Int64Array::from(vec![None, None]));
        assert_eq!(
            calling("max", vec![none(), bigint(2)]).shown().await,
            "NULL"
        );
        let unknown = constant("bigint", datafusion::scalar::ScalarValue::Int64(None));
        assert_eq!(
            calling("max", vec![numbers(), unknown]).shown().await,
            "NULL"
        );
    }

    #[tokio::test]
    async fn counts_have_bounds() {
        for (count, message) in [
            (0, "second argument of max_n must be positive"),
            (-1, "second argument of max_n must be positive"),
            (
                10001,
                "second argument of max_n must be less than or equal to 10000; found 10001",
            ),
        ] {
            assert_eq!(
                calling("max", vec![numbers(), bigint(count)]).shown().await,
                format!("ERROR: {message}")
            );
        }
        assert_eq!(
            calling("min", vec![numbers(), bigint(0)]).shown().await,
            "ERROR: second argument of min_n must be positive"
        );
    }

    #[tokio::test]
    async fn frames() {
        assert_eq!(
            calling("max", vec![numbers(), bigint(2)])
                .over_rows(Some(-1), Some(0))
                .shown()
                .await,
            "[3]|[3, 1]|[1]|[5]|[5, 3]|[4, 3]"
        );
    }
}
