//! DISTINCT and ORDER BY within the parentheses of any aggregate: rows are kept, then given to the aggregate once each or in order.

use std::fmt;

use arrow::array::{ArrayRef, BooleanBufferBuilder};
use arrow::compute::SortOptions;
use arrow::datatypes::DataType;
use datafusion::error::Result;

use super::distinct_rows::DistinctRows;
use super::groups::{Groups, GroupsFactory, Rows};
use super::identity::Identity;
use super::row_buffer::{RowBuffer, flattened, state_element};
use crate::types::Type;

/// The rows of all groups until their aggregates are asked for.
pub(super) struct Buffered {
    aggregate: GroupsFactory,
    /// Which rows were seen, with DISTINCT: by the identity of the arguments.
    seen: Option<(Identity, DistinctRows)>,
    /// How the columns that follow the arguments order the rows.
    order: Vec<SortOptions>,
    rows: RowBuffer,
}

impl fmt::Debug for Buffered {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Buffered")
            .field("seen", &self.seen)
            .field("order", &self.order)
            .field("rows", &self.rows)
            .finish()
    }
}

impl Buffered {
    /// Rows of columns of these types, of which the last are what the rows are ordered by. With `distinct`, the types of the arguments,
    /// rows with the same arguments count once.
    pub(super) fn new(
        aggregate: GroupsFactory,
        columns: Vec<DataType>,
        distinct: Option<Vec<Type>>,
        order: Vec<SortOptions>,
    ) -> Buffered {
        Buffered {
            aggregate,
            seen: distinct.map(|types| (Identity::new(types), DistinctRows::default())),
            order,
            rows: RowBuffer::new(columns),
        }
    }
}

impl Groups for Buffered {
    fn resize(&mut self, _count: usize) {}

    fn update(&mut self, arguments: &[ArrayRef], rows: &Rows<'_>) -> Result<()> {
        let Some((identity, seen)) = &mut self.seen else {
            return self.rows.push(arguments, rows, None);
        };
        let identities = identity.rows(arguments)?;
        let mut new = BooleanBufferBuilder::new(rows.count());
        new.append_n(rows.count(), false);
        rows.for_each(None, |row, group| {
            let (_, is_new) = seen.insert(group, identities.row(row).data())?;
            new.set_bit(row, is_new);
            Ok(())
        })?;
        self.rows.push_chosen(arguments, rows, Some(new.finish()))
    }

    fn merge(&mut self, states: &[ArrayRef], rows: &Rows<'_>) -> Result<()> {
        let mut columns = Vec::with_capacity(states.len());
        let mut groups = Vec::new();
        for state in states {
            let (column, state_rows) = flattened(state)?;
            groups = state_rows.into_iter().map(|row| rows.group(row)).collect();
            columns.push(column);
        }
        self.update(&columns, &Rows::of_groups(&groups, None))
    }

    fn values(&mut self, count: usize) -> Result<ArrayRef> {
        let (columns, groups) = self.rows.arranged(count, &self.order)?;
        let arguments = columns
            .get(..columns.len() - self.order.len())
            .unwrap_or(&columns);
        let mut aggregate = (self.aggregate)()?;
        aggregate.resize(count);
        if !groups.is_empty() {
            aggregate.update(arguments, &Rows::of_groups(&groups, None))?;
        }
        aggregate.values(count)
    }

    fn states(&mut self, count: usize) -> Result<Vec<ArrayRef>> {
        let types = self.rows.types().iter().enumerate();
        types
            .map(|(column, data_type)| self.rows.lists(column, state_element(data_type), count))
            .collect()
    }

    fn state_types(&self) -> Vec<DataType> {
        self.rows
            .types()
            .iter()
            .map(|of| DataType::List(state_element(of)))
            .collect()
    }

    fn forget(&mut self, count: usize) -> Result<()> {
        if let Some((_, seen)) = &mut self.seen {
            seen.forget(count)?;
        }
        self.rows.forget(count)
    }

    fn size(&self) -> usize {
        self.rows.size() + self.seen.as_ref().map_or(0, |(_, seen)| seen.size())
    }
}
