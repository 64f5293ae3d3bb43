//! What an aggregate keeps for each of its groups, in whatever way DataFusion runs it.

use std::fmt::Debug;

use arrow::array::{Array, ArrayRef, BooleanArray};
use arrow::buffer::{BooleanBuffer, NullBuffer};
use arrow::datatypes::DataType;
use datafusion::common::internal_err;
use datafusion::error::Result;

/// The states of an aggregate's groups. An aggregate is written once against this trait; adapters make of it what DataFusion wants for
/// whole tables, for groups and for windows.
pub(super) trait Groups: Debug + Send + Sync {
    /// Makes groups up to this many; there are never fewer than before.
    fn resize(&mut self, count: usize);

    /// Adds rows.
    fn update(&mut self, arguments: &[ArrayRef], rows: &Rows<'_>) -> Result<()>;

    /// Adds states that others of its kind have given.
    fn merge(&mut self, states: &[ArrayRef], rows: &Rows<'_>) -> Result<()>;

    /// Whether rows can be taken away again, the earliest first.
    fn retracts(&self) -> bool {
        false
    }

    /// Takes rows away that were added.
    fn retract(&mut self, _arguments: &[ArrayRef], _rows: &Rows<'_>) -> Result<()> {
        internal_err!("rows cannot be taken away from this aggregate")
    }

    /// The results of the first groups. They may be asked for again, after further rows.
    fn values(&mut self, count: usize) -> Result<ArrayRef>;

    /// The states of the first groups, a column for each of [`Groups::state_types`].
    fn states(&mut self, count: usize) -> Result<Vec<ArrayRef>>;

    /// How states are stored.
    fn state_types(&self) -> Vec<DataType>;

    /// Drops the first groups; those that follow take their numbers.
    fn forget(&mut self, count: usize) -> Result<()>;

    /// The bytes it holds. Asked for after every batch, so it must not take time with the number of groups.
    fn size(&self) -> usize;
}

/// Makes the states of an aggregate.
pub(super) type GroupsFactory = std::sync::Arc<dyn Fn() -> Result<Box<dyn Groups>> + Send + Sync>;

/// Rows of a batch and the groups that they belong to.
#[derive(Debug, Clone, Copy)]
pub(super) struct Rows<'a> {
    count: usize,
    /// The group of each row; without it, all are in the first.
    groups: Option<&'a [usize]>,
    /// Rows where this is not true are left out.
    filter: Option<&'a BooleanArray>,
}

impl<'a> Rows<'a> {
    /// So many rows of the first group.
    pub(super) fn of_one_group(count: usize) -> Rows<'a> {
        Rows {
            count,
            groups: None,
            filter: None,
        }
    }

    /// One row for each entry, which names its group.
    pub(super) fn of_groups(groups: &'a [usize], filter: Option<&'a BooleanArray>) -> Rows<'a> {
        Rows {
            count: groups.len(),
            groups: Some(groups),
            filter,
        }
    }

    /// Whether all rows are of the first group.
    pub(super) fn are_one_group(&self) -> bool {
        self.groups.is_none()
    }

    /// How many rows the batch has.
    pub(super) fn count(&self) -> usize {
        self.count
    }

    /// The group of a row.
    pub(super) fn group(&self, row: usize) -> usize {
        self.groups
            .and_then(|groups| groups.get(row).copied())
            .unwrap_or_default()
    }

    /// The rows that count: those that the filter keeps, without those that are NULL here. `None` stands for all of them.
    pub(super) fn chosen(&self, nulls: Option<&NullBuffer>) -> Option<BooleanBuffer> {
        let kept = self.filter.map(|filter| match filter.nulls() {
            Some(nulls) => filter.values() & nulls.inner(),
            None => filter.values().clone(),
        });
        match (kept, nulls.filter(|nulls| nulls.null_count() > 0)) {
            (Some(kept), Some(nulls)) => Some(&kept & nulls.inner()),
            (None, Some(nulls)) => Some(nulls.inner().clone()),
            (kept, None) => kept,
        }
    }

    /// Visits the rows that count, with their groups.
    pub(super) fn for_each(
        &self,
        nulls: Option<&NullBuffer>,
        mut visit: impl FnMut(usize, usize) -> Result<()>,
    ) -> Result<()> {
        match (self.chosen(nulls), self.groups) {
            (None, None) => (0..self.count).try_for_each(|row| visit(row, 0)),
            (None, Some(groups)) => groups
                .iter()
                .enumerate()
                .try_for_each(|(row, group)| visit(row, *group)),
            (Some(chosen), None) => chosen.set_indices().try_for_each(|row| visit(row, 0)),
            (Some(chosen), Some(groups)) => chosen
                .set_indices()
                .try_for_each(|row| visit(row, groups.get(row).copied().unwrap_or_default())),
        }
    }
}

/// The rows where one of these columns is NULL.
pub(super) fn nulls_of<'a>(columns: impl IntoIterator<Item = &'a ArrayRef>) -> Option<NullBuffer> {
    columns.into_iter().fold(None, |nulls, column| {
        NullBuffer::union(nulls.as_ref(), column.logical_nulls().as_ref())
    })
}
