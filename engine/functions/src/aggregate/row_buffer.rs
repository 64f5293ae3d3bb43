//! Rows that are kept until their groups are complete: for arrays of values, and for DISTINCT and ORDER BY within aggregates.

use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, AsArray, BinaryArray, BooleanArray, ListArray, UInt32Array, make_array,
    new_empty_array,
};
use arrow::buffer::{BooleanBuffer, NullBuffer, OffsetBuffer};
use arrow::compute::{SortOptions, concat, filter, take};
use arrow::datatypes::{DataType, Field, FieldRef};
use arrow::row::{RowConverter, SortField};
use datafusion::common::scalar::copy_array_data;
use datafusion::common::{exec_datafusion_err, internal_err};
use datafusion::error::Result;

use super::groups::Rows;

/// Rows of several groups, in the order in which they came.
#[derive(Debug)]
pub(super) struct RowBuffer {
    types: Vec<DataType>,
    /// The columns of the rows, in parts as they came.
    parts: Vec<Vec<ArrayRef>>,
    /// The group of each row.
    groups: Vec<u32>,
    /// What the parts hold.
    bytes: usize,
}

impl RowBuffer {
    /// An empty buffer of columns of these types.
    pub(super) fn new(types: Vec<DataType>) -> RowBuffer {
        RowBuffer {
            types,
            parts: Vec::new(),
            groups: Vec::new(),
            bytes: 0,
        }
    }

    /// The types of the columns.
    pub(super) fn types(&self) -> &[DataType] {
        &self.types
    }

    /// How many rows it has.
    pub(super) fn len(&self) -> usize {
        self.groups.len()
    }

    /// Adds the rows that count.
    pub(super) fn push(
        &mut self,
        columns: &[ArrayRef],
        rows: &Rows<'_>,
        nulls: Option<&NullBuffer>,
    ) -> Result<()> {
        let chosen = rows.chosen(nulls);
        self.push_chosen(columns, rows, chosen)
    }

    /// Adds these rows; `None` stands for all of them.
    pub(super) fn push_chosen(
        &mut self,
        columns: &[ArrayRef],
        rows: &Rows<'_>,
        chosen: Option<BooleanBuffer>,
    ) -> Result<()> {
        let before = self.groups.len();
        match &chosen {
            None => (0..rows.count()).try_for_each(|row| self.push_group(rows.group(row)))?,
            Some(chosen) => {
                chosen
                    .set_indices()
                    .try_for_each(|row| self.push_group(rows.group(row)))?;
            }
        }
        if self.groups.len() == before {
            return Ok(());
        }
        let chosen = chosen.map(|chosen| BooleanArray::new(chosen, None));
        let part = columns
            .iter()
            .take(self.types.len())
            .map(|column| match &chosen {
                Some(chosen) => without_slack(&filter(column, chosen)?),
                None => without_slack(column),
            })
            .collect::<Result<Vec<ArrayRef>>>()?;
        self.bytes += part
            .iter()
            .map(|column| column.get_array_memory_size())
            .sum::<usize>();
        self.parts.push(part);
        Ok(())
    }

    fn push_group(&mut self, group: usize) -> Result<()> {
        match u32::try_from(group) {
            Ok(group) => {
                self.groups.push(group);
                Ok(())
            }
            Err(_) => internal_err!("there are more than 2^32 groups"),
        }
    }

    /// The rows of the first groups, by group, and within each in the order of the last columns, for which these options are, or as they
    /// came. Also the group of each row.
    pub(super) fn arranged(
        &self,
        count: usize,
        order: &[SortOptions],
    ) -> Result<(Vec<ArrayRef>, Vec<usize>)> {
        let columns = self.columns()?;
        let mut places = self.places(count)?;
        if !order.is_empty() {
            let keys = columns
                .get(columns.len().saturating_sub(order.len())..)
                .unwrap_or(&[]);
            let fields = keys
                .iter()
                .zip(order)
                .map(|(key, options)| {
                    SortField::new_with_options(key.data_type().clone(), *options)
                })
                .collect();
            let keys = RowConverter::new(fields)?.convert_columns(keys)?;
            let key = |place: u32| usize::try_from(place).ok().map(|place| keys.row(place));
            places.sort_by(|left, right| {
                let groups = self.group_at(*left).cmp(&self.group_at(*right));
                groups.then_with(|| key(*left).cmp(&key(*right)))
            });
        }
        let groups = places.iter().map(|place| self.group_at(*place)).collect();
        let places = UInt32Array::from(places);
        let columns = columns
            .iter()
            .map(|column| Ok(take(column, &places, None)?))
            .collect::<Result<Vec<ArrayRef>>>()?;
        Ok((columns, groups))
    }

    /// A list of a column's values for each of the first groups, in the order in which they came; NULL for a group without rows.
    pub(super) fn lists(&self, column: usize, element: FieldRef, count: usize) -> Result<ArrayRef> {
        let places = self.places(count)?;
        let mut lengths = vec![None; count];
        for place in &places {
            if let Some(length) = lengths.get_mut(self.group_at(*place)) {
                *length = Some(length.unwrap_or(0) + 1);
            }
        }
        let mut values = self.column(column)?;
        // Rows of a single group stand as they must.
        if places.len() < self.len() || !places.is_sorted() {
            values = take(&values, &UInt32Array::from(places), None)?;
        }
        lists(values, element, lengths)
    }

    fn columns(&self) -> Result<Vec<ArrayRef>> {
        (0..self.types.len()).map(|of| self.column(of)).collect()
    }

    /// A column of all rows, as they came.
    pub(super) fn column(&self, column: usize) -> Result<ArrayRef> {
        let parts: Vec<&dyn Array> = self
            .parts
            .iter()
            .filter_map(|part| part.get(column))
            .map(AsRef::as_ref)
            .collect();
        match (parts.as_slice(), self.types.get(column)) {
            ([], Some(data_type)) => Ok(new_empty_array(data_type)),
            (parts, _) => Ok(concat(parts)?),
        }
    }

    /// The group of the row at that place.
    pub(super) fn group_at(&self, place: u32) -> usize {
        let group = usize::try_from(place)
            .ok()
            .and_then(|place| self.groups.get(place).copied());
        group
            .and_then(|group| usize::try_from(group).ok())
            .unwrap_or_default()
    }

    /// The places of the first groups' rows, by group, and within each in the order in which they came.
    pub(super) fn places(&self, count: usize) -> Result<Vec<u32>> {
        let total = u32::try_from(self.len())
            .map_err(|_| exec_datafusion_err!("an aggregate cannot keep more than 2^32 rows"))?;
        let mut places: Vec<u32> = (0..total)
            .filter(|place| self.group_at(*place) < count)
            .collect();
        if !self.groups.is_sorted() {
            places.sort_by_key(|place| self.group_at(*place));
        }
        Ok(places)
    }

    /// Gives the rows of each group another group, or drops them.
    pub(super) fn regroup(&mut self, regrouped: impl Fn(u32) -> Option<u32>) -> Result<()> {
        let kept: BooleanBuffer = self
            .groups
            .iter()
            .map(|group| regrouped(*group).is_some())
            .collect();
        self.groups = self
            .groups
            .iter()
            .filter_map(|group| regrouped(*group))
            .collect();
        if self.groups.is_empty() {
            self.parts = Vec::new();
            self.bytes = 0;
        } else if kept.count_set_bits() < kept.len() {
            let kept = BooleanArray::new(kept, None);
            let part = (0..self.types.len())
                .map(|of| without_slack(&filter(&self.column(of)?, &kept)?))
                .collect::<Result<Vec<ArrayRef>>>()?;
            self.bytes = part
                .iter()
                .map(|column| column.get_array_memory_size())
                .sum();
            self.parts = vec![part];
        }
        Ok(())
    }

    /// Drops the rows of the first groups; the groups that follow take their numbers.
    pub(super) fn forget(&mut self, count: usize) -> Result<()> {
        let count = u32::try_from(count).unwrap_or(u32::MAX);
        self.regroup(|group| group.checked_sub(count))
    }

    /// The bytes it holds.
    pub(super) fn size(&self) -> usize {
        self.bytes + self.groups.capacity() * size_of::<u32>()
    }
}

/// The field of lists that states are kept in.
pub(super) fn state_element(data_type: &DataType) -> FieldRef {
    Arc::new(Field::new("element", data_type.clone(), true))
}

/// Values as lists of these lengths; NULL where there is none.
pub(super) fn lists(
    values: ArrayRef,
    element: FieldRef,
    lengths: Vec<Option<usize>>,
) -> Result<ArrayRef> {
    let nulls: NullBuffer = lengths.iter().map(Option::is_some).collect();
    if i32::try_from(values.len()).is_err() {
        return Err(exec_datafusion_err!(
            "arrays of an aggregate have more than 2^31 elements"
        ));
    }
    let offsets = OffsetBuffer::from_lengths(lengths.into_iter().map(Option::unwrap_or_default));
    Ok(Arc::new(ListArray::try_new(
        element,
        offsets,
        values,
        Some(nulls),
    )?))
}

/// Bytes as a column.
pub(super) fn binary_column(values: impl Iterator<Item = Option<Vec<u8>>>) -> Result<ArrayRef> {
    let values: Vec<Option<Vec<u8>>> = values.collect();
    let bytes: usize = values.iter().flatten().map(Vec::len).sum();
    if i32::try_from(bytes).is_err() {
        return Err(exec_datafusion_err!(
            "the values of an aggregate have more than 2^31 bytes"
        ));
    }
    let values = values.iter().map(Option::as_deref).collect::<BinaryArray>();
    Ok(Arc::new(values))
}

/// The elements of a state's lists, and the row of each.
pub(super) fn flattened(lists: &ArrayRef) -> Result<(ArrayRef, Vec<usize>)> {
    let Some(lists) = lists.as_list_opt::<i32>() else {
        return internal_err!("a state is no list but {}", lists.data_type());
    };
    let mut rows = Vec::with_capacity(lists.values().len());
    let mut places = Vec::with_capacity(lists.values().len());
    for (row, window) in lists.offsets().windows(2).enumerate() {
        let &[start, end] = window else { continue };
        if lists.is_valid(row) {
            for place in start..end {
                rows.push(row);
                places.push(u32::try_from(place).unwrap_or_default());
            }
        }
    }
    let elements = if places.len() == lists.values().len() {
        Arc::clone(lists.values())
    } else {
        take(lists.values(), &UInt32Array::from(places), None)?
    };
    Ok((elements, rows))
}

/// A slice keeps all of its batch alive; this copies one that is a small part of what it keeps.
pub(super) fn without_slack(column: &ArrayRef) -> Result<ArrayRef> {
    if let Some(texts) = column.as_string_view_opt() {
        let held: usize = texts.data_buffers().iter().map(|buffer| buffer.len()).sum();
        if held > 2 * texts.total_buffer_bytes_used() + 1024 {
            return Ok(Arc::new(texts.gc()));
        }
        return Ok(Arc::clone(column));
    }
    let data = column.to_data();
    if column.get_buffer_memory_size() > 2 * data.get_slice_memory_size()? + 1024 {
        return Ok(make_array(copy_array_data(&data)));
    }
    Ok(Arc::clone(column))
}
