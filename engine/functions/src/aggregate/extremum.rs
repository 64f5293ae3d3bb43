//! `min` and `max` of one value.

use std::cmp::Ordering;
use std::collections::VecDeque;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef};
use arrow::buffer::BooleanBuffer;
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

    fn add_all(
        &self,
        state: &mut Option<K::Kept>,
        input: &K::Column,
        count: usize,
        chosen: Option<&BooleanBuffer>,
    ) -> Result<()> {
        // Apart from where it is stored, so that it may be in a register.
        let mut best = state.take();
        match chosen {
            Some(chosen) => {
                for row in chosen.set_indices() {
                    self.add(&mut best, input, row)?;
                }
            }
            None => {
                for row in 0..count {
                    self.add(&mut best, input, row)?;
                }
            }
        }
        *state = best;
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
mod tests;
