//! Aggregates that keep a value of some type for each group, and are told of rows one by one.

use std::fmt::Debug;

use arrow::array::ArrayRef;
use arrow::buffer::{BooleanBuffer, NullBuffer};
use arrow::datatypes::DataType;
use datafusion::common::internal_err;
use datafusion::error::Result;

use super::groups::{Groups, Rows, nulls_of};

/// How rows become a state, states one state, and states results. Calls are static, so the loop over a batch's rows is tight.
pub(super) trait Summary: Debug + Send + Sync {
    /// What a group keeps.
    type State: Debug + Send + Sync;

    /// The arguments of a batch as they are read, made once a batch.
    type Input;

    /// Whether states hold memory beyond themselves, which [`Summary::heap_size`] tells.
    const HEAP: bool = false;

    /// Whether rows with NULL arguments count.
    const SEES_NULLS: bool = false;

    /// Whether rows can be taken away again.
    const REMOVES: bool = false;

    /// The state of a group without rows.
    fn new_state(&self) -> Self::State;

    /// Reads a batch's arguments.
    fn input(&self, arguments: &[ArrayRef]) -> Result<Self::Input>;

    /// How many arguments there are; a row where one is NULL is left out, unless NULLs are seen.
    fn arguments(&self) -> usize {
        1
    }

    /// Adds a row.
    fn add(&self, state: &mut Self::State, input: &Self::Input, row: usize) -> Result<()>;

    /// Adds rows of a batch that are all of one group: those chosen, or all of so many. What gives the same as [`Summary::add`] of each is
    /// free to be faster.
    fn add_all(
        &self,
        state: &mut Self::State,
        input: &Self::Input,
        count: usize,
        chosen: Option<&BooleanBuffer>,
    ) -> Result<()> {
        match chosen {
            Some(chosen) => chosen
                .set_indices()
                .try_for_each(|row| self.add(state, input, row)),
            None => (0..count).try_for_each(|row| self.add(state, input, row)),
        }
    }

    /// Takes a row away.
    fn remove(&self, _state: &mut Self::State, _input: &Self::Input, _row: usize) -> Result<()> {
        internal_err!("rows cannot be taken away from this aggregate")
    }

    /// Adds another group's state.
    fn merge(&self, state: &mut Self::State, other: Self::State) -> Result<()>;

    /// The results of groups.
    fn finish(&self, states: &mut [Self::State]) -> Result<ArrayRef>;

    /// How states are stored.
    fn state_types(&self) -> Vec<DataType>;

    /// States as they are stored.
    fn write(&self, states: &mut [Self::State]) -> Result<Vec<ArrayRef>>;

    /// Stored states; `None` for those of groups that have nothing to add.
    fn read(&self, states: &[ArrayRef]) -> Result<Vec<Option<Self::State>>>;

    /// The bytes that a state holds beyond itself. Called for each row, so it must be quick.
    fn heap_size(&self, _state: &Self::State) -> usize {
        0
    }
}

/// The states of all groups.
#[derive(Debug)]
pub(super) struct PerGroup<S: Summary> {
    summary: S,
    states: Vec<S::State>,
    heap_bytes: usize,
}

impl<S: Summary> PerGroup<S> {
    pub(super) fn new(summary: S) -> PerGroup<S> {
        PerGroup {
            summary,
            states: Vec::new(),
            heap_bytes: 0,
        }
    }

    fn change(
        &mut self,
        group: usize,
        change: impl FnOnce(&S, &mut S::State) -> Result<()>,
    ) -> Result<()> {
        let Some(state) = self.states.get_mut(group) else {
            return internal_err!("there is no group {group}");
        };
        if !S::HEAP {
            return change(&self.summary, state);
        }
        let before = self.summary.heap_size(state);
        let changed = change(&self.summary, state);
        self.heap_bytes = (self.heap_bytes + self.summary.heap_size(state)).saturating_sub(before);
        changed
    }

    /// A batch's arguments, and the rows where they do not count; nothing where no row counts.
    fn input(&self, arguments: &[ArrayRef]) -> Result<Option<(S::Input, Option<NullBuffer>)>> {
        let arguments = arguments
            .get(..self.summary.arguments())
            .unwrap_or(arguments);
        // An argument without a type is NULL in every row.
        if !S::SEES_NULLS
            && arguments
                .iter()
                .any(|argument| *argument.data_type() == DataType::Null)
        {
            return Ok(None);
        }
        let input = self.summary.input(arguments)?;
        let nulls = if S::SEES_NULLS {
            None
        } else {
            nulls_of(arguments)
        };
        Ok(Some((input, nulls)))
    }

    fn first(&mut self, count: usize) -> Result<(&S, &mut [S::State])> {
        match self.states.get_mut(..count) {
            Some(states) => Ok((&self.summary, states)),
            None => internal_err!("there are fewer than {count} groups"),
        }
    }
}

impl<S: Summary> Groups for PerGroup<S> {
    fn resize(&mut self, count: usize) {
        while self.states.len() < count {
            let state = self.summary.new_state();
            self.heap_bytes += if S::HEAP {
                self.summary.heap_size(&state)
            } else {
                0
            };
            self.states.push(state);
        }
    }

    fn update(&mut self, arguments: &[ArrayRef], rows: &Rows<'_>) -> Result<()> {
        let Some((input, nulls)) = self.input(arguments)? else {
            return Ok(());
        };
        if rows.are_one_group() {
            let chosen = rows.chosen(nulls.as_ref());
            return self.change(0, |summary, state| {
                summary.add_all(state, &input, rows.count(), chosen.as_ref())
            });
        }
        rows.for_each(nulls.as_ref(), |row, group| {
            self.change(group, |summary, state| summary.add(state, &input, row))
        })
    }

    fn merge(&mut self, states: &[ArrayRef], rows: &Rows<'_>) -> Result<()> {
        let others = self.summary.read(states)?;
        for (row, other) in others.into_iter().enumerate() {
            if let Some(other) = other {
                self.change(rows.group(row), |summary, state| {
                    summary.merge(state, other)
                })?;
            }
        }
        Ok(())
    }

    fn retracts(&self) -> bool {
        S::REMOVES
    }

    fn retract(&mut self, arguments: &[ArrayRef], rows: &Rows<'_>) -> Result<()> {
        let Some((input, nulls)) = self.input(arguments)? else {
            return Ok(());
        };
        rows.for_each(nulls.as_ref(), |row, group| {
            self.change(group, |summary, state| summary.remove(state, &input, row))
        })
    }

    fn values(&mut self, count: usize) -> Result<ArrayRef> {
        let (summary, states) = self.first(count)?;
        summary.finish(states)
    }

    fn states(&mut self, count: usize) -> Result<Vec<ArrayRef>> {
        let (summary, states) = self.first(count)?;
        summary.write(states)
    }

    fn state_types(&self) -> Vec<DataType> {
        self.summary.state_types()
    }

    fn forget(&mut self, count: usize) -> Result<()> {
        let count = count.min(self.states.len());
        if S::HEAP {
            let forgotten: usize = self
                .states
                .iter()
                .take(count)
                .map(|state| self.summary.heap_size(state))
                .sum();
            self.heap_bytes = self.heap_bytes.saturating_sub(forgotten);
        }
        if count == self.states.len() {
            self.states = Vec::new();
        } else {
            self.states.drain(..count);
        }
        Ok(())
    }

    fn size(&self) -> usize {
        self.states.capacity() * size_of::<S::State>() + self.heap_bytes
    }
}
