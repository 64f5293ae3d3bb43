//! Nested columns under construction: lists, maps, structs.

use std::sync::Arc;

use arrow::array::{ArrayRef, ListArray, MapArray, NullBufferBuilder, StructArray};
use arrow::buffer::{OffsetBuffer, ScalarBuffer};
use arrow::datatypes::{Field, FieldRef, Fields};
use arrow::error::ArrowError;

use super::builder::ColumnBuilder;

/// Where each row's elements end, and which rows are NULL.
#[derive(Debug)]
struct Extents {
    offsets: Vec<i32>,
    nulls: NullBufferBuilder,
}

impl Extents {
    fn new(rows: usize) -> Self {
        Extents {
            offsets: vec![0],
            nulls: NullBufferBuilder::new(rows),
        }
    }

    fn len(&self) -> usize {
        self.offsets.len().saturating_sub(1)
    }

    fn push(&mut self, end: usize, valid: bool) {
        self.offsets.push(i32::try_from(end).unwrap_or(i32::MAX));
        self.nulls.append(valid);
    }

    /// Cuts back to `len` rows and returns the number of their elements.
    fn truncate(&mut self, len: usize) -> usize {
        self.offsets.truncate(len + 1);
        self.nulls.truncate(len);
        self.end()
    }

    fn end(&self) -> usize {
        self.offsets
            .last()
            .and_then(|end| usize::try_from(*end).ok())
            .unwrap_or_default()
    }

    fn finish(
        &mut self,
        elements: usize,
    ) -> Result<(OffsetBuffer<i32>, Option<arrow::buffer::NullBuffer>), ArrowError> {
        if i32::try_from(elements).is_err() {
            return Err(ArrowError::OffsetOverflowError(elements));
        }
        let offsets = std::mem::replace(&mut self.offsets, vec![0]);
        Ok((
            OffsetBuffer::new(ScalarBuffer::from(offsets)),
            self.nulls.finish(),
        ))
    }
}

/// Lists: append elements to `elements`, then `end_row`.
#[derive(Debug)]
pub(crate) struct ListColumn {
    field: FieldRef,
    /// The elements of all rows.
    pub elements: ColumnBuilder,
    extents: Extents,
}

impl ListColumn {
    pub fn new(field: &FieldRef, elements: ColumnBuilder, rows: usize) -> Self {
        ListColumn {
            field: Arc::clone(field),
            elements,
            extents: Extents::new(rows),
        }
    }

    pub fn len(&self) -> usize {
        self.extents.len()
    }

    /// The elements appended since the last row are this row's.
    pub fn end_row(&mut self) {
        self.extents.push(self.elements.len(), true);
    }

    pub fn push_null(&mut self) {
        self.elements.truncate(self.extents.end());
        self.extents.push(self.elements.len(), false);
    }

    pub fn truncate(&mut self, len: usize) {
        let elements = self.extents.truncate(len);
        self.elements.truncate(elements);
    }

    pub fn finish(&mut self) -> Result<ArrayRef, ArrowError> {
        let elements = self.elements.finish()?;
        let (offsets, nulls) = self.extents.finish(elements.len())?;
        Ok(Arc::new(ListArray::try_new(
            Arc::clone(&self.field),
            offsets,
            elements,
            nulls,
        )?))
    }
}

/// Maps: append as many keys as values, then `end_row`. Keys are never NULL.
#[derive(Debug)]
pub(crate) struct MapColumn {
    field: FieldRef,
    entry_fields: Fields,
    ordered: bool,
    /// The keys of all rows.
    pub keys: ColumnBuilder,
    /// The values of all rows.
    pub values: ColumnBuilder,
    extents: Extents,
}

impl MapColumn {
    pub fn new(
        field: &FieldRef,
        entry_fields: &Fields,
        ordered: bool,
        (keys, values): (ColumnBuilder, ColumnBuilder),
        rows: usize,
    ) -> Self {
        MapColumn {
            field: Arc::clone(field),
            entry_fields: entry_fields.clone(),
            ordered,
            keys,
            values,
            extents: Extents::new(rows),
        }
    }

    pub fn len(&self) -> usize {
        self.extents.len()
    }

    /// The entries appended since the last row are this row's.
    pub fn end_row(&mut self) {
        self.extents.push(self.keys.len(), true);
    }

    pub fn push_null(&mut self) {
        let entries = self.extents.end();
        self.keys.truncate(entries);
        self.values.truncate(entries);
        self.extents.push(entries, false);
    }

    pub fn truncate(&mut self, len: usize) {
        let entries = self.extents.truncate(len);
        self.keys.truncate(entries);
        self.values.truncate(entries);
    }

    pub fn finish(&mut self) -> Result<ArrayRef, ArrowError> {
        let keys = self.keys.finish()?;
        let values = self.values.finish()?;
        let (offsets, nulls) = self.extents.finish(keys.len())?;
        let entries = StructArray::try_new(self.entry_fields.clone(), vec![keys, values], None)?;
        Ok(Arc::new(MapArray::try_new(
            Arc::clone(&self.field),
            offsets,
            entries,
            nulls,
            self.ordered,
        )?))
    }
}

/// Structs: append to the fields that have a value, then `end_row`.
#[derive(Debug)]
pub(crate) struct StructColumn {
    fields: Fields,
    columns: Vec<ColumnBuilder>,
    nulls: NullBufferBuilder,
}

impl StructColumn {
    pub fn new(fields: &Fields, columns: Vec<ColumnBuilder>, rows: usize) -> Self {
        StructColumn {
            fields: fields.clone(),
            columns,
            nulls: NullBufferBuilder::new(rows),
        }
    }

    pub fn len(&self) -> usize {
        self.nulls.len()
    }

    /// The fields' columns, in order.
    pub fn columns(&mut self) -> &mut [ColumnBuilder] {
        &mut self.columns
    }

    /// Ends the row; fields without a value are NULL.
    pub fn end_row(&mut self) {
        self.nulls.append_non_null();
        self.fill();
    }

    pub fn push_null(&mut self) {
        let rows = self.nulls.len();
        self.columns
            .iter_mut()
            .for_each(|column| column.truncate(rows));
        self.nulls.append_null();
        self.fill();
    }

    pub fn truncate(&mut self, len: usize) {
        self.nulls.truncate(len);
        self.columns
            .iter_mut()
            .for_each(|column| column.truncate(len));
    }

    pub fn finish(&mut self) -> Result<ArrayRef, ArrowError> {
        let rows = self.nulls.len();
        let columns = self
            .columns
            .iter_mut()
            .map(ColumnBuilder::finish)
            .collect::<Result<Vec<_>, _>>()?;
        Ok(Arc::new(StructArray::try_new_with_length(
            self.fields.clone(),
            columns,
            self.nulls.finish(),
            rows,
        )?))
    }

    fn fill(&mut self) {
        let rows = self.nulls.len();
        for column in &mut self.columns {
            if column.len() < rows {
                column.push_null();
            }
        }
    }
}

/// The key and value fields of a map's entries.
pub(super) fn map_entry_fields(entries: &Field) -> Option<(&Fields, &FieldRef, &FieldRef)> {
    let arrow::datatypes::DataType::Struct(fields) = entries.data_type() else {
        return None;
    };
    match fields.as_ref() {
        [key, value] => Some((fields, key, value)),
        _ => None,
    }
}
