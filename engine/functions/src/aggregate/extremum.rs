//! `min` and `max` of one value.

use std::cmp::Ordering;
use std::collections::VecDeque;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef};
use arrow::datatypes::DataType;
use datafusion::common::internal_err;
use datafusion::error::Result;
use datafusion::logical_expr::{Accumulator, AggregateUDF};
use datafusion::scalar::ScalarValue;

use super::groups::Groups;
use super::order_key::{OrderKey, WithKey, with_key};
use super::summary::{PerGroup, Summary};
use super::udaf::Aggregate;
use super::value_order::NanOrder;
use crate::definition::Definition;
use crate::signature::Bound;
use crate::types::Type;

pub(super) fn definitions() -> Vec<Definition> {
    vec![
        Definition::new("max", "Greatest of all values")
            .aggregate("(T) -> T where T: orderable", |bound| {
                extremum(bound, Side::Greatest)
            }),
        Definition::new("min", "Least of all values")
            .aggregate("(T) -> T where T: orderable", |bound| {
                extremum(bound, Side::Least)
            }),
    ]
}

/// Which end of the order is looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    Least,
    Greatest,
}

impl Side {
    /// How a value compares with one that it replaces.
    pub(super) fn better(self) -> Ordering {
        match self {
            Side::Least => Ordering::Less,
            Side::Greatest => Ordering::Greater,
        }
    }

    /// NaN is the worst value on either side.
    pub(super) fn nan(self) -> NanOrder {
        match self {
            Side::Least => NanOrder::Last,
            Side::Greatest => NanOrder::First,
        }
    }
}

fn extremum(bound: &Bound, side: Side) -> Result<Arc<AggregateUDF>> {
    // DataFusion's rules compare NaN otherwise, and know nothing of time zones and nested values.
    let plain = !matches!(
        bound.returns,
        Type::Real
            | Type::Double
            | Type::Array(_)
            | Type::Row(_)
            | Type::TimestampWithTimeZone(_)
            | Type::TimeWithTimeZone(_)
    );
    let aggregate = match side {
        Side::Least => {
            let name = if plain { "min" } else { "least_value" };
            Aggregate::new(name, bound, |bound| Ok(groups(bound, Side::Least)))
                .with_frame(|bound| Ok(frame(bound, Side::Least)))
        }
        Side::Greatest => {
            let name = if plain { "max" } else { "greatest_value" };
            Aggregate::new(name, bound, |bound| Ok(groups(bound, Side::Greatest)))
                .with_frame(|bound| Ok(frame(bound, Side::Greatest)))
        }
    };
    let aggregate = aggregate.ignoring_repetition();
    if plain {
        aggregate.extremum(side == Side::Greatest).build()
    } else {
        aggregate.build()
    }
}

fn groups(bound: &Bound, side: Side) -> Box<dyn Groups> {
    struct Make(Side);
    impl WithKey for Make {
        type Made = Box<dyn Groups>;

        fn with<K: OrderKey>(self, key: K) -> Box<dyn Groups> {
            Box::new(PerGroup::new(Extremum { key, side: self.0 }))
        }
    }
    with_key(&bound.returns, side.nan(), Make(side))
}

fn frame(bound: &Bound, side: Side) -> Box<dyn Accumulator> {
    struct Make(Side);
    impl WithKey for Make {
        type Made = Box<dyn Accumulator>;

        fn with<K: OrderKey>(self, key: K) -> Box<dyn Accumulator> {
            Box::new(FrameExtremum {
                key,
                side: self.0,
                candidates: VecDeque::new(),
                entered: 0,
                left: 0,
            })
        }
    }
    with_key(&bound.returns, side.nan(), Make(side))
}

#[derive(Debug)]
struct Extremum<K> {
    key: K,
    side: Side,
}

impl<K: OrderKey> Summary for Extremum<K> {
    type State = Option<K::Kept>;
    type Input = K::Column;

    const HEAP: bool = K::HEAP;

    fn new_state(&self) -> Option<K::Kept> {
        None
    }

    fn input(&self, arguments: &[ArrayRef]) -> Result<K::Column> {
        self.key.column(super::column(arguments, 0)?)
    }

    fn add(&self, state: &mut Option<K::Kept>, input: &K::Column, row: usize) -> Result<()> {
        let better = match state {
            Some(kept) => self.key.compare(input, row, kept)? == self.side.better(),
            None => true,
        };
        if better {
            *state = Some(self.key.keep(input, row));
        }
        Ok(())
    }

    fn merge(&self, state: &mut Option<K::Kept>, other: Option<K::Kept>) -> Result<()> {
        let better = match (&state, &other) {
            (Some(kept), Some(other)) => self.key.compare_kept(other, kept)? == self.side.better(),
            (_, other) => other.is_some(),
        };
        if better {
            *state = other;
        }
        Ok(())
    }

    fn finish(&self, states: &mut [Option<K::Kept>]) -> Result<ArrayRef> {
        self.key.array(states.iter().map(Option::as_ref))
    }

    fn state_types(&self) -> Vec<DataType> {
        vec![self.key.data_type()]
    }

    fn write(&self, states: &mut [Option<K::Kept>]) -> Result<Vec<ArrayRef>> {
        Ok(vec![self.finish(states)?])
    }

    fn read(&self, states: &[ArrayRef]) -> Result<Vec<Option<Option<K::Kept>>>> {
        let state = super::column(states, 0)?;
        let column = self.key.column(state)?;
        let kept = |row: usize| {
            state
                .is_valid(row)
                .then(|| Some(self.key.keep(&column, row)))
        };
        Ok((0..state.len()).map(kept).collect())
    }

    fn heap_size(&self, state: &Option<K::Kept>) -> usize {
        state.as_ref().map_or(0, |kept| self.key.heap_size(kept))
    }
}

/// The extremum of a window frame that moves. A value that entered before a better one can never become the extremum, so only those are
/// kept that are better than all that entered after them: the first is the extremum.
#[derive(Debug)]
struct FrameExtremum<K: OrderKey> {
    key: K,
    side: Side,
    /// Values with the number of the row that they entered with.
    candidates: VecDeque<(u64, K::Kept)>,
    entered: u64,
    left: u64,
}

impl<K: OrderKey> Accumulator for FrameExtremum<K> {
    fn update_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        let values = super::column(values, 0)?;
        let column = if *values.data_type() == self.key.data_type() {
            Some(self.key.column(values)?)
        } else {
            // Values without a type are all NULL.
            None
        };
        let nulls = values.logical_nulls();
        for row in 0..values.len() {
            if let Some(column) = &column
                && nulls.as_ref().is_none_or(|nulls| nulls.is_valid(row))
            {
                while let Some((_, last)) = self.candidates.back() {
                    if self.key.compare(column, row, last)? != self.side.better() {
                        break;
                    }
                    self.candidates.pop_back();
                }
                self.candidates
                    .push_back((self.entered, self.key.keep(column, row)));
            }
            self.entered += 1;
        }
        Ok(())
    }

    fn retract_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        let count = super::column(values, 0)?.len();
        self.left += u64::try_from(count).unwrap_or(u64::MAX);
        while self
            .candidates
            .front()
            .is_some_and(|(entered, _)| *entered < self.left)
        {
            self.candidates.pop_front();
        }
        Ok(())
    }

    fn supports_retract_batch(&self) -> bool {
        true
    }

    fn evaluate(&mut self) -> Result<ScalarValue> {
        let first = self.candidates.front().map(|(_, kept)| kept);
        ScalarValue::try_from_array(&self.key.array(std::iter::once(first))?, 0)
    }

    fn state(&mut self) -> Result<Vec<ScalarValue>> {
        internal_err!("window frames have no states")
    }

    fn merge_batch(&mut self, _states: &[ArrayRef]) -> Result<()> {
        internal_err!("window frames have no states")
    }

    fn size(&self) -> usize {
        let heap = self
            .candidates
            .iter()
            .map(|(_, kept)| self.key.heap_size(kept));
        let heap: usize = if K::HEAP { heap.sum() } else { 0 };
        size_of_val(self) + self.candidates.capacity() * size_of::<(u64, K::Kept)>() + heap
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow::array::{
        BooleanArray, Decimal128Array, Float64Array, Int64Array, NullArray, StringArray,
    };

    use crate::testing::{Argument, calling, column, lists, rows, zoned};

    async fn both(values: impl Fn() -> Argument) -> (String, String) {
        (
            calling("min", vec![values()]).shown().await,
            calling("max", vec![values()]).shown().await,
        )
    }

    fn pair(least: &str, greatest: &str) -> (String, String) {
        (least.to_string(), greatest.to_string())
    }

    #[tokio::test]
    async fn every_orderable_type_has_extremes() {
        let text = || {
            column(
                "varchar",
                StringArray::from(vec![Some("b"), None, Some("é"), Some("B")]),
            )
        };
        assert_eq!(both(text).await, pair("B", "é"));
        let booleans = || {
            column(
                "boolean",
                BooleanArray::from(vec![Some(true), None, Some(false)]),
            )
        };
        assert_eq!(both(booleans).await, pair("false", "true"));
        let decimals = || {
            let values = Decimal128Array::from(vec![-150, 275]).with_precision_and_scale(5, 2);
            column("decimal(5,2)", values.unwrap())
        };
        assert_eq!(both(decimals).await, pair("-1.50", "2.75"));
        let arrays = || {
            column(
                "array(bigint)",
                lists(vec![
                    Some(vec![Some(2)]),
                    Some(vec![Some(1), Some(9)]),
                    None,
                    Some(vec![Some(1)]),
                ]),
            )
        };
        assert_eq!(both(arrays).await, pair("[1]", "[2]"));
        let structs = || {
            let numbers = Int64Array::from(vec![1, 1, 0]);
            let words = StringArray::from(vec![Some("a"), Some("b"), None]);
            rows(
                "row(bigint, varchar)",
                vec![Arc::new(numbers), Arc::new(words)],
            )
        };
        assert_eq!(
            both(structs).await,
            pair("{field0: 0, field1: NULL}", "{field0: 1, field1: b}")
        );
        let untyped = || column("unknown", NullArray::new(3));
        assert_eq!(both(untyped).await, pair("NULL", "NULL"));
    }

    #[tokio::test]
    async fn instants_decide_over_zones() {
        let values = || zoned(&[Some((7_200_000, "UTC")), Some((3_600_000, "+05:00")), None]);
        assert_eq!(
            both(values).await.0,
            "{instant: 1970-01-01T01:00:00Z, zone: 300}"
        );
    }

    #[tokio::test]
    async fn nan_is_only_given_if_there_is_nothing_else() {
        let values = || {
            column(
                "double",
                Float64Array::from(vec![Some(f64::NAN), Some(1.0), None, Some(-2.0)]),
            )
        };
        assert_eq!(both(values).await, pair("-2.0", "1.0"));
        let only = || column("double", Float64Array::from(vec![Some(f64::NAN), None]));
        assert_eq!(both(only).await, pair("NaN", "NaN"));
        let zeros = || column("double", Float64Array::from(vec![0.0, -0.0]));
        assert_eq!(both(zeros).await, pair("-0.0", "0.0"));
    }

    #[tokio::test]
    async fn null_elements_are_not_comparable() {
        let values = || {
            lists(vec![
                Some(vec![Some(1), None]),
                Some(vec![Some(1), Some(2)]),
            ])
        };
        assert_eq!(
            calling("max", vec![column("array(bigint)", values())])
                .shown()
                .await,
            "ERROR: ARRAY comparison not supported for arrays with null elements"
        );
        let apart = lists(vec![
            Some(vec![Some(1), None]),
            Some(vec![Some(0), Some(2)]),
        ]);
        assert_eq!(
            calling("max", vec![column("array(bigint)", apart)])
                .shown()
                .await,
            "[1, NULL]"
        );
    }

    #[tokio::test]
    async fn groups_of_nothing_are_null() {
        let values = || {
            column(
                "varchar",
                StringArray::from(vec![None, Some("x"), None, Some("y")]),
            )
        };
        assert_eq!(
            calling("max", vec![values()])
                .grouped_by([1, 2, 1, 2])
                .shown()
                .await,
            "NULL|y"
        );
        assert_eq!(
            calling("min", vec![values()])
                .distinct()
                .grouped_by([1, 2, 1, 2])
                .shown()
                .await,
            "NULL|x"
        );
    }

    #[tokio::test]
    async fn frames_keep_what_can_still_win() {
        let values = || {
            column(
                "bigint",
                Int64Array::from(vec![Some(3), Some(1), None, Some(2), Some(5), Some(4)]),
            )
        };
        assert_eq!(
            calling("min", vec![values()])
                .over_rows(Some(-2), Some(0))
                .shown()
                .await,
            "3|1|1|1|2|2"
        );
        assert_eq!(
            calling("max", vec![values()])
                .over_rows(Some(0), Some(1))
                .shown()
                .await,
            "3|1|2|5|5|4"
        );
        assert_eq!(
            calling("max", vec![values()])
                .over_rows(Some(-1), None)
                .shown()
                .await,
            "5|5|5|5|5|5"
        );
        let doubles = Float64Array::from(vec![f64::NAN, 1.0, f64::NAN, f64::NAN]);
        assert_eq!(
            calling("max", vec![column("double", doubles)])
                .over_rows(Some(-1), Some(0))
                .shown()
                .await,
            "NaN|1.0|1.0|NaN"
        );
    }
}
