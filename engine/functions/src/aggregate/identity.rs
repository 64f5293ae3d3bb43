//! Values as bytes that are equal where Trino takes the values for the same: `IS NOT DISTINCT FROM`.
//!
//! Zeros of both signs are the same, NaNs are, so are times with time zone that are the same instant, and maps with the same entries in
//! whatever order.

use std::fmt;
use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, AsArray, Float32Array, Float64Array, Int64Array, ListArray, StructArray,
    UInt32Array,
};
use arrow::buffer::NullBuffer;
use arrow::compute::take;
use arrow::datatypes::{DataType, Field, Float32Type, Float64Type, Int16Type, TimeUnit};
use arrow::row::{RowConverter, Rows, SortField};
use datafusion::common::exec_err;
use datafusion::error::Result;

use crate::types::Type;

/// Turns rows of values into bytes.
pub(super) struct Identity {
    types: Vec<Type>,
    /// Made with the first batch.
    converter: Option<RowConverter>,
}

impl fmt::Debug for Identity {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Identity")
            .field("types", &self.types)
            .finish()
    }
}

impl Identity {
    /// For columns of these types.
    pub(super) fn new(types: Vec<Type>) -> Identity {
        Identity {
            types,
            converter: None,
        }
    }

    /// The bytes of each row.
    pub(super) fn rows(&mut self, columns: &[ArrayRef]) -> Result<Rows> {
        let columns = self
            .types
            .iter()
            .zip(columns)
            .map(|(data_type, column)| normalized(data_type, column))
            .collect::<Result<Vec<ArrayRef>>>()?;
        let converter = match &mut self.converter {
            Some(converter) => converter,
            unmade => {
                let fields = columns
                    .iter()
                    .map(|column| SortField::new(column.data_type().clone()));
                unmade.insert(RowConverter::new(fields.collect())?)
            }
        };
        Ok(converter.convert_columns(&columns)?)
    }
}

/// Whether values of this type are the same only if they are stored alike.
pub(super) fn is_plain(data_type: &Type) -> bool {
    match data_type {
        Type::Real
        | Type::Double
        | Type::TimeWithTimeZone(_)
        | Type::TimestampWithTimeZone(_)
        | Type::Map(..) => false,
        Type::Array(element) => is_plain(element),
        Type::Row(fields) => fields.iter().all(|field| is_plain(&field.data_type)),
        _ => true,
    }
}

/// Values that are stored alike where they are the same.
fn normalized(data_type: &Type, values: &ArrayRef) -> Result<ArrayRef> {
    if is_plain(data_type) || *values.data_type() == DataType::Null {
        return Ok(Arc::clone(values));
    }
    Ok(match data_type {
        Type::Real => {
            let values = values.as_primitive::<Float32Type>();
            let same = |value: f32| {
                if value.is_nan() {
                    f32::NAN
                } else {
                    value + 0.0
                }
            };
            Arc::new(values.unary::<_, Float32Type>(same)) as Arc<Float32Array>
        }
        Type::Double => {
            let values = values.as_primitive::<Float64Type>();
            let same = |value: f64| {
                if value.is_nan() {
                    f64::NAN
                } else {
                    value + 0.0
                }
            };
            Arc::new(values.unary::<_, Float64Type>(same)) as Arc<Float64Array>
        }
        Type::TimestampWithTimeZone(_) => instants(values)?,
        Type::TimeWithTimeZone(_) => times_of_day(values)?,
        Type::Array(element) => {
            let lists = values.as_list::<i32>();
            let elements = normalized(element, lists.values())?;
            let field = Arc::new(Field::new("element", elements.data_type().clone(), true));
            let nulls = lists.nulls().cloned();
            Arc::new(ListArray::try_new(
                field,
                lists.offsets().clone(),
                elements,
                nulls,
            )?)
        }
        Type::Row(fields) => {
            let rows = values.as_struct();
            let columns = fields
                .iter()
                .zip(rows.columns())
                .map(|(field, column)| normalized(&field.data_type, column))
                .collect::<Result<Vec<ArrayRef>>>()?;
            structs(columns, rows.nulls().cloned())?
        }
        Type::Map(key, value) => entries_in_order(key, value, values)?,
        other => return exec_err!("values of {other} have no identity"),
    })
}

fn structs(columns: Vec<ArrayRef>, nulls: Option<NullBuffer>) -> Result<ArrayRef> {
    let field = |(place, column): (usize, &ArrayRef)| {
        Field::new(format!("{place}"), column.data_type().clone(), true)
    };
    let fields = columns.iter().enumerate().map(field).collect();
    Ok(Arc::new(StructArray::try_new(fields, columns, nulls)?))
}

/// The instants of a `timestamp with time zone`.
pub(super) fn instants(values: &ArrayRef) -> Result<ArrayRef> {
    let values = values.as_struct();
    let Some(instants) = values.columns().first() else {
        return exec_err!("a timestamp with time zone has an instant");
    };
    crate::call::with_nulls(Arc::clone(instants), values.nulls())
}

/// The times in UTC of a `time with time zone`, within one day.
pub(super) fn times_of_day(values: &ArrayRef) -> Result<ArrayRef> {
    let values = values.as_struct();
    let [times, offsets] = values.columns() else {
        return exec_err!("a time with time zone has a time and an offset");
    };
    let units_a_minute = match times.data_type() {
        DataType::Time64(TimeUnit::Nanosecond) => 60_000_000_000_i64,
        _ => 60_000_000,
    };
    let stored = times
        .to_data()
        .into_builder()
        .data_type(DataType::Int64)
        .build()?;
    let times = Int64Array::from(stored);
    let offsets = offsets.as_primitive::<Int16Type>();
    let in_utc = |(time, offset): (Option<i64>, Option<i16>)| {
        let shift = i64::from(offset?) * units_a_minute;
        Some(
            time?
                .wrapping_sub(shift)
                .rem_euclid(units_a_minute * 24 * 60),
        )
    };
    let times: Int64Array = times.iter().zip(offsets.iter()).map(in_utc).collect();
    crate::call::with_nulls(Arc::new(times), values.nulls())
}

/// Maps as lists of their entries, in the order of their keys' bytes.
fn entries_in_order(key: &Type, value: &Type, values: &ArrayRef) -> Result<ArrayRef> {
    let maps = values.as_map();
    let keys = normalized(key, maps.keys())?;
    let values = normalized(value, maps.values())?;
    let order = RowConverter::new(vec![SortField::new(keys.data_type().clone())])?;
    let order = order.convert_columns(&[Arc::clone(&keys)])?;
    let mut places: Vec<u32> = Vec::with_capacity(keys.len());
    let mut lengths = Vec::with_capacity(maps.len());
    for window in maps.offsets().windows(2) {
        let &[start, end] = window else { continue };
        let mut of_map: Vec<u32> = (start..end)
            .map(|place| u32::try_from(place).unwrap_or_default())
            .collect();
        of_map.sort_by_key(|place| usize::try_from(*place).ok().map(|place| order.row(place)));
        lengths.push(of_map.len());
        places.extend(of_map);
    }
    let places = UInt32Array::from(places);
    let entries = structs(
        vec![take(&keys, &places, None)?, take(&values, &places, None)?],
        None,
    )?;
    let field = Arc::new(Field::new("entry", entries.data_type().clone(), true));
    let offsets = arrow::buffer::OffsetBuffer::from_lengths(lengths);
    Ok(Arc::new(ListArray::try_new(
        field,
        offsets,
        entries,
        maps.nulls().cloned(),
    )?))
}
