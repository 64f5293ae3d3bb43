//! The states of groups as DataFusion's accumulators: of a single group, of many groups, and of a window frame that moves.

use std::collections::VecDeque;
use std::fmt;

use arrow::array::{Array, ArrayRef, BooleanArray};
use datafusion::common::internal_err;
use datafusion::error::Result;
use datafusion::logical_expr::{Accumulator, EmitTo, GroupsAccumulator};
use datafusion::scalar::ScalarValue;

use super::groups::{Groups, GroupsFactory, Rows};
use super::row_buffer::without_slack;

/// The only group of a query without GROUP BY, or of a window frame.
#[derive(Debug)]
pub(super) struct SingleGroup {
    groups: Box<dyn Groups>,
}

impl SingleGroup {
    pub(super) fn new(mut groups: Box<dyn Groups>) -> SingleGroup {
        groups.resize(1);
        SingleGroup { groups }
    }
}

fn rows_of(columns: &[ArrayRef]) -> Rows<'static> {
    Rows::of_one_group(columns.first().map_or(0, |column| column.len()))
}

impl Accumulator for SingleGroup {
    fn update_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        self.groups.update(values, &rows_of(values))
    }

    fn merge_batch(&mut self, states: &[ArrayRef]) -> Result<()> {
        self.groups.merge(states, &rows_of(states))
    }

    fn evaluate(&mut self) -> Result<ScalarValue> {
        ScalarValue::try_from_array(&self.groups.values(1)?, 0)
    }

    fn state(&mut self) -> Result<Vec<ScalarValue>> {
        let states = self.groups.states(1)?;
        states
            .iter()
            .map(|state| ScalarValue::try_from_array(state, 0))
            .collect()
    }

    fn retract_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        self.groups.retract(values, &rows_of(values))
    }

    fn supports_retract_batch(&self) -> bool {
        self.groups.retracts()
    }

    fn size(&self) -> usize {
        size_of_val(self) + self.groups.size()
    }
}

/// All groups of a GROUP BY.
pub(super) struct ManyGroups {
    groups: Box<dyn Groups>,
    count: usize,
    factory: GroupsFactory,
}

impl ManyGroups {
    pub(super) fn new(factory: GroupsFactory) -> Result<ManyGroups> {
        Ok(ManyGroups {
            groups: factory()?,
            count: 0,
            factory,
        })
    }

    fn resize(&mut self, count: usize) {
        self.groups.resize(count);
        self.count = count;
    }

    fn emitted(&self, emit_to: EmitTo) -> usize {
        match emit_to {
            EmitTo::All => self.count,
            EmitTo::First(count) => count.min(self.count),
        }
    }

    fn forget(&mut self, count: usize) -> Result<()> {
        self.groups.forget(count)?;
        self.count -= count;
        Ok(())
    }
}

impl GroupsAccumulator for ManyGroups {
    fn update_batch(
        &mut self,
        values: &[ArrayRef],
        group_indices: &[usize],
        filter: Option<&BooleanArray>,
        total_num_groups: usize,
    ) -> Result<()> {
        self.resize(total_num_groups);
        self.groups
            .update(values, &Rows::of_groups(group_indices, filter))
    }

    fn merge_batch(
        &mut self,
        states: &[ArrayRef],
        group_indices: &[usize],
        total_num_groups: usize,
    ) -> Result<()> {
        self.resize(total_num_groups);
        self.groups
            .merge(states, &Rows::of_groups(group_indices, None))
    }

    fn evaluate(&mut self, emit_to: EmitTo) -> Result<ArrayRef> {
        let count = self.emitted(emit_to);
        let values = self.groups.values(count)?;
        self.forget(count)?;
        Ok(values)
    }

    fn state(&mut self, emit_to: EmitTo) -> Result<Vec<ArrayRef>> {
        let count = self.emitted(emit_to);
        let states = self.groups.states(count)?;
        self.forget(count)?;
        Ok(states)
    }

    fn convert_to_state(
        &self,
        values: &[ArrayRef],
        filter: Option<&BooleanArray>,
    ) -> Result<Vec<ArrayRef>> {
        let count = values.first().map_or(0, |column| column.len());
        let each_its_own: Vec<usize> = (0..count).collect();
        let mut groups = (self.factory)()?;
        groups.resize(count);
        groups.update(values, &Rows::of_groups(&each_its_own, filter))?;
        groups.states(count)
    }

    fn size(&self) -> usize {
        size_of_val(self) + self.groups.size()
    }
}

/// A window frame that moves, of an aggregate from which rows cannot be taken away: the frame's rows are kept, and aggregated anew for
/// each frame, as Trino does.
pub(super) struct MovingFrame {
    factory: GroupsFactory,
    /// The columns of the rows in the frame, in parts as they came.
    parts: VecDeque<Vec<ArrayRef>>,
}

impl fmt::Debug for MovingFrame {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("MovingFrame")
            .field("parts", &self.parts.len())
            .finish()
    }
}

impl MovingFrame {
    pub(super) fn new(factory: GroupsFactory) -> MovingFrame {
        MovingFrame {
            factory,
            parts: VecDeque::new(),
        }
    }
}

impl Accumulator for MovingFrame {
    fn update_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        if rows_of(values).count() > 0 {
            let part = values.iter().map(without_slack).collect::<Result<_>>()?;
            self.parts.push_back(part);
        }
        Ok(())
    }

    fn retract_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        let mut leaving = rows_of(values).count();
        while leaving > 0 {
            let Some(part) = self.parts.front_mut() else {
                return internal_err!("more rows leave the window frame than it has");
            };
            let count = rows_of(part).count();
            if count <= leaving {
                leaving -= count;
                self.parts.pop_front();
            } else {
                for column in part.iter_mut() {
                    *column = column.slice(leaving, count - leaving);
                }
                leaving = 0;
            }
        }
        Ok(())
    }

    fn supports_retract_batch(&self) -> bool {
        true
    }

    fn evaluate(&mut self) -> Result<ScalarValue> {
        let mut groups = (self.factory)()?;
        groups.resize(1);
        for part in &self.parts {
            groups.update(part, &rows_of(part))?;
        }
        ScalarValue::try_from_array(&groups.values(1)?, 0)
    }

    fn state(&mut self) -> Result<Vec<ScalarValue>> {
        internal_err!("window frames have no states")
    }

    fn merge_batch(&mut self, _states: &[ArrayRef]) -> Result<()> {
        internal_err!("window frames have no states")
    }

    fn size(&self) -> usize {
        let columns = self.parts.iter().flatten();
        size_of_val(self)
            + columns
                .map(|column| column.get_array_memory_size())
                .sum::<usize>()
    }
}
