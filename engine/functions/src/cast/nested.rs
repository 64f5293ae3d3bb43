//! Casts of arrays, maps and rows: each element, key, value and field by its own cast.

use std::collections::HashSet;
use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, ListArray, MapArray, StructArray, UInt32Array, new_empty_array,
};
use arrow::buffer::OffsetBuffer;
use arrow::compute::take;
use arrow::datatypes::{DataType, FieldRef, Fields};
use arrow_row::{RowConverter, SortField};
use datafusion::error::Result;

use super::failures::Failures;
use super::kernel::{Kernel, kernel as cast_kernel};
use super::rows::stored_as;
use super::unchanged::{exact_in_arrow, stays_as_it_is};
use crate::call::{as_nested, with_nulls};
use crate::error::FunctionError;
use crate::types::{RowField, Type};

pub(super) fn kernel(from: &Type, to: &Type) -> Option<Kernel> {
    match (from, to) {
        (Type::Array(from), Type::Array(to)) => array(from, to),
        (Type::Map(from_key, from_value), Type::Map(to_key, to_value)) => {
            map((from_key, from_value), (to_key, to_value))
        }
        (Type::Row(from), Type::Row(to)) => row(from, to),
        _ => None,
    }
}

/// The elements that belong to a row, one row's after the other's, without a gap: no cast may fail for what is not there.
struct Elements {
    offsets: OffsetBuffer<i32>,
    /// Where the elements lie among all, if they lie apart.
    places: Option<UInt32Array>,
    start: usize,
}

impl Elements {
    fn new(offsets: &OffsetBuffer<i32>, array: &dyn Array) -> Elements {
        let lengths = || {
            offsets.windows(2).enumerate().map(|(row, window)| {
                let &[start, end] = window else { return (0, 0) };
                (start, if array.is_null(row) { start } else { end })
            })
        };
        let start = offsets.first().copied().unwrap_or(0);
        let visible: i32 = lengths().map(|(start, end)| end - start).sum();
        let spanned = offsets.last().copied().unwrap_or(0) - start;
        let rows = lengths().map(|(start, end)| usize::try_from(end - start).unwrap_or(0));
        Elements {
            offsets: OffsetBuffer::from_lengths(rows),
            places: (visible != spanned).then(|| {
                lengths()
                    .flat_map(|(start, end)| start..end)
                    .filter_map(|place| u32::try_from(place).ok())
                    .collect()
            }),
            start: usize::try_from(start).unwrap_or(0),
        }
    }

    fn count(&self) -> usize {
        self.offsets
            .last()
            .and_then(|end| usize::try_from(*end).ok())
            .unwrap_or(0)
    }

    fn of(&self, values: &ArrayRef) -> Result<ArrayRef> {
        Ok(match &self.places {
            Some(places) => take(values, places, None)?,
            None if self.count() == 0 => new_empty_array(values.data_type()),
            None => values.slice(self.start, self.count()),
        })
    }
}

fn array(from: &Type, to: &Type) -> Option<Kernel> {
    let cast_element = cast_kernel(from, to)?;
    let to = to.clone();
    Some(Box::new(move |values, failures| {
        let lists = stored_as::<ListArray>(values)?;
        let elements = Elements::new(lists.offsets(), lists);
        let mut of_elements = failures.of_elements();
        let converted = cast_element(&elements.of(lists.values())?, &mut of_elements)?;
        failures.add_rows_of(of_elements, &elements.offsets);
        Ok(Arc::new(ListArray::try_new(
            to.element_field(),
            elements.offsets,
            as_nested(converted, &to)?,
            lists.nulls().cloned(),
        )?))
    }))
}

fn map(from: (&Type, &Type), to: (&Type, &Type)) -> Option<Kernel> {
    let cast_key = cast_kernel(from.0, to.0)?;
    let cast_value = cast_kernel(from.1, to.1)?;
    let keys_stay_distinct = stays_as_it_is(from.0, to.0) || exact_in_arrow(from.0, to.0);
    let (to_key, to_value) = (to.0.clone(), to.1.clone());
    Some(Box::new(move |values, failures| {
        let maps = stored_as::<MapArray>(values)?;
        let elements = Elements::new(maps.offsets(), maps);
        let mut of_elements = failures.of_elements();
        let keys = cast_key(&elements.of(maps.keys())?, &mut of_elements)?;
        let keys = as_nested(keys, &to_key)?;
        let converted = cast_value(&elements.of(maps.values())?, &mut of_elements)?;
        let converted = as_nested(converted, &to_value)?;
        failures.add_rows_of(of_elements, &elements.offsets);
        if !keys_stay_distinct {
            check_keys(&keys, &elements.offsets, failures)?;
        }
        let (entries, fields) = entries_field(&to_key, &to_value)?;
        let entry_values = StructArray::try_new(fields, vec![keys, converted], None)?;
        Ok(Arc::new(MapArray::try_new(
            entries,
            elements.offsets,
            entry_values,
            maps.nulls().cloned(),
            false,
        )?))
    }))
}

fn entries_field(key: &Type, value: &Type) -> Result<(FieldRef, Fields)> {
    let stored = Type::map(key.clone(), value.clone()).nested_arrow();
    if let DataType::Map(entries, _) = stored
        && let DataType::Struct(fields) = entries.data_type()
    {
        return Ok((Arc::clone(&entries), fields.clone()));
    }
    datafusion::common::exec_err!("maps have entries of keys and values")
}

/// Different keys may become the same by the cast.
fn check_keys(keys: &ArrayRef, offsets: &[i32], failures: &mut Failures) -> Result<()> {
    let field = SortField::new(keys.data_type().clone());
    if !RowConverter::supports_fields(std::slice::from_ref(&field)) {
        return Ok(());
    }
    let converter = RowConverter::new(vec![field])?;
    let rows = converter.convert_columns(&[Arc::clone(keys)])?;
    let mut seen = HashSet::new();
    let mut keys = rows.iter();
    for (row, window) in offsets.windows(2).enumerate() {
        let &[start, end] = window else { continue };
        seen.clear();
        let mut distinct = true;
        for key in keys
            .by_ref()
            .take(usize::try_from(end - start).unwrap_or(0))
        {
            distinct &= seen.insert(key);
        }
        if !distinct {
            failures.add(row, || FunctionError::cast("duplicate keys"))?;
        }
    }
    Ok(())
}

fn row(from: &[RowField], to: &[RowField]) -> Option<Kernel> {
    if from.len() != to.len() {
        return None;
    }
    let casts = from
        .iter()
        .zip(to)
        .map(|(from, to)| cast_kernel(&from.data_type, &to.data_type))
        .collect::<Option<Vec<_>>>()?;
    let to = to.to_vec();
    Some(Box::new(move |values, failures| {
        let rows = stored_as::<StructArray>(values)?;
        let DataType::Struct(fields) = Type::Row(to.clone()).nested_arrow() else {
            return datafusion::common::exec_err!("rows are structs");
        };
        let mut columns = Vec::with_capacity(to.len());
        for ((column, cast_field), field) in rows.columns().iter().zip(&casts).zip(&to) {
            let visible = with_nulls(Arc::clone(column), rows.nulls())?;
            columns.push(as_nested(
                cast_field(&visible, failures)?,
                &field.data_type,
            )?);
        }
        Ok(Arc::new(StructArray::try_new(
            fields,
            columns,
            rows.nulls().cloned(),
        )?))
    }))
}
