//! The entries of maps that aggregates build: the distinct keys of each group in the order in which they came.

use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, AsArray, BooleanBufferBuilder, MapArray, StructArray, UInt32Array,
};
use arrow::buffer::{BooleanBuffer, NullBuffer, OffsetBuffer};
use arrow::compute::take;
use arrow::datatypes::DataType;
use datafusion::common::{exec_err, internal_err};
use datafusion::error::Result;

use super::distinct_rows::DistinctRows;
use super::groups::{Rows, nulls_of};
use super::identity::Identity;
use super::row_buffer::RowBuffer;
use crate::call::as_nested;
use crate::types::Type;

/// The keys of each group's map.
#[derive(Debug)]
pub(super) struct MapEntries {
    key_type: Type,
    identity: Identity,
    seen: DistinctRows,
    /// A row for each entry: its key, and what came with it when it was new.
    entries: RowBuffer,
}

impl MapEntries {
    /// For maps with keys of that type; beside each key, columns of these types are kept.
    pub(super) fn new(key_type: Type, beside: Vec<DataType>) -> MapEntries {
        let mut columns = vec![key_type.nested_arrow()];
        columns.extend(beside);
        MapEntries {
            identity: Identity::new(vec![key_type.clone()]),
            key_type,
            seen: DistinctRows::default(),
            entries: RowBuffer::new(columns),
        }
    }

    /// Adds rows, but for those whose key is NULL. Visits each row with its entry, and whether that is new. What stands beside a key
    /// is kept from the row that brought it first.
    pub(super) fn add(
        &mut self,
        keys: &ArrayRef,
        beside: &[ArrayRef],
        rows: &Rows<'_>,
        mut visit: impl FnMut(usize, usize, bool),
    ) -> Result<()> {
        if *keys.data_type() == DataType::Null {
            return Ok(());
        }
        let keys = as_nested(Arc::clone(keys), &self.key_type)?;
        let identities = self.identity.rows(std::slice::from_ref(&keys))?;
        let mut new = BooleanBufferBuilder::new(rows.count());
        new.append_n(rows.count(), false);
        let seen = &mut self.seen;
        rows.for_each(nulls_of([&keys]).as_ref(), |row, group| {
            let (entry, is_new) = seen.insert(group, identities.row(row).data())?;
            new.set_bit(row, is_new);
            visit(row, entry, is_new);
            Ok(())
        })?;
        let mut columns = vec![keys];
        columns.extend(beside.iter().cloned());
        self.entries.push_chosen(&columns, rows, Some(new.finish()))
    }

    /// How many entries there are.
    pub(super) fn len(&self) -> usize {
        self.seen.len()
    }

    /// What was kept beside the keys, an entry a row.
    pub(super) fn beside(&self, place: usize) -> Result<ArrayRef> {
        self.entries.column(place + 1)
    }

    /// The maps of the first groups, given the value of each entry; NULL for a group without entries, unless it is said to be empty.
    pub(super) fn maps(
        &self,
        values: &ArrayRef,
        map_type: &Type,
        count: usize,
        is_empty: impl Fn(usize) -> bool,
    ) -> Result<ArrayRef> {
        let DataType::Map(entries, _) = map_type.arrow() else {
            return exec_err!("{map_type} is no map");
        };
        let DataType::Struct(fields) = entries.data_type() else {
            return exec_err!("a map has entries");
        };
        let places = self.entries.places(count)?;
        let mut lengths = vec![0_usize; count];
        for place in &places {
            if let Some(length) = lengths.get_mut(self.entries.group_at(*place)) {
                *length += 1;
            }
        }
        let there = |(group, length): (usize, &usize)| *length > 0 || is_empty(group);
        let nulls: NullBuffer = lengths.iter().enumerate().map(there).collect();
        let places = UInt32Array::from(places);
        let keys = take(&self.entries.column(0)?, &places, None)?;
        let values = take(values, &places, None)?;
        let columns = StructArray::try_new(fields.clone(), vec![keys, values], None)?;
        let offsets = OffsetBuffer::from_lengths(lengths);
        Ok(Arc::new(MapArray::try_new(
            entries,
            offsets,
            columns,
            Some(nulls),
            false,
        )?))
    }

    /// Drops the entries of the first groups; those that follow take their numbers. Tells which entries were kept.
    pub(super) fn forget(&mut self, count: usize) -> Result<BooleanBuffer> {
        self.entries.forget(count)?;
        self.seen.forget(count)
    }

    /// The bytes it holds.
    pub(super) fn size(&self) -> usize {
        self.seen.size() + self.entries.size()
    }
}

/// The keys and values of maps, and the row of each.
pub(super) fn flattened_maps(maps: &ArrayRef) -> Result<(ArrayRef, ArrayRef, Vec<usize>)> {
    let Some(maps) = maps.as_map_opt() else {
        return internal_err!("{} is no map", maps.data_type());
    };
    let mut rows = Vec::with_capacity(maps.entries().len());
    let mut places = Vec::with_capacity(maps.entries().len());
    for (row, window) in maps.offsets().windows(2).enumerate() {
        let &[start, end] = window else { continue };
        if maps.is_valid(row) {
            for place in start..end {
                rows.push(row);
                places.push(u32::try_from(place).unwrap_or_default());
            }
        }
    }
    let places = UInt32Array::from(places);
    Ok((
        take(maps.keys(), &places, None)?,
        take(maps.values(), &places, None)?,
        rows,
    ))
}
