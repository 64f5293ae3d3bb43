//! Values rewritten so that Arrow's comparisons see what Trino compares.
//!
//! Arrow tells apart the bits of NaNs and zeros, and the zones of equal instants; Trino does not.

use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, Float32Array, Float64Array, Int16Array, ListArray, MapArray, PrimitiveArray,
    StructArray, UInt32Array,
};
use arrow::compute::kernels::arity::{binary, unary};
use arrow::datatypes::{
    ArrowPrimitiveType, DataType, Field, Fields, Float32Type, Float64Type, Int64Type,
    Time64MicrosecondType, Time64NanosecondType, TimeUnit,
};
use datafusion::common::downcast_value;
use datafusion::error::{DataFusionError, Result};

use super::identity::Identity;
use super::ordering::SignOfZero;
use crate::nested::{Offsets, gather, places, trimmed_lists, trimmed_maps, usize_of};
use crate::types::Type;

/// The values with one form for each set of equal ones, as far as Arrow's own comparisons need it. `values` are stored as within nested
/// types.
pub(super) fn canonical(
    values: &ArrayRef,
    data_type: &Type,
    zeros: SignOfZero,
) -> Result<ArrayRef> {
    if !needs_rewriting(data_type) {
        return Ok(Arc::clone(values));
    }
    match data_type {
        Type::Real => {
            let values = downcast_value!(values, Float32Array);
            let rewritten: Float32Array = unary::<_, _, Float32Type>(values, |value| {
                if value.is_nan() {
                    f32::NAN
                } else if value == 0.0 && zeros == SignOfZero::Ignored {
                    0.0
                } else {
                    value
                }
            });
            Ok(Arc::new(rewritten))
        }
        Type::Double => {
            let values = downcast_value!(values, Float64Array);
            let rewritten: Float64Array = unary::<_, _, Float64Type>(values, |value| {
                if value.is_nan() {
                    f64::NAN
                } else if value == 0.0 && zeros == SignOfZero::Ignored {
                    0.0
                } else {
                    value
                }
            });
            Ok(Arc::new(rewritten))
        }
        Type::TimestampWithTimeZone(_) => {
            let (instants, _) = parts(values)?;
            with_nulls_of(instants, values)
        }
        Type::TimeWithTimeZone(_) => {
            let (times, offsets) = parts(values)?;
            let offsets = downcast_value!(offsets, Int16Array).clone();
            let instants = match times.data_type() {
                DataType::Time64(TimeUnit::Nanosecond) => {
                    times_in_utc::<Time64NanosecondType>(&times, &offsets, 60_000_000_000)?
                }
                _ => times_in_utc::<Time64MicrosecondType>(&times, &offsets, 60_000_000)?,
            };
            with_nulls_of(instants, values)
        }
        Type::Array(element) => {
            let lists = trimmed_lists(downcast_value!(values, ListArray))?;
            let elements = canonical(lists.values(), element, zeros)?;
            let field = Arc::new(Field::new("element", elements.data_type().clone(), true));
            let offsets = lists.offsets().clone();
            let nulls = lists.nulls().cloned();
            Ok(Arc::new(ListArray::try_new(
                field, offsets, elements, nulls,
            )?))
        }
        Type::Row(fields) => {
            let rows = downcast_value!(values, StructArray);
            let columns = rows
                .columns()
                .iter()
                .zip(fields)
                .map(|(column, field)| canonical(column, &field.data_type, zeros))
                .collect::<Result<Vec<_>>>()?;
            Ok(Arc::new(StructArray::try_new_with_length(
                numbered_fields(&columns),
                columns,
                rows.nulls().cloned(),
                rows.len(),
            )?))
        }
        Type::Map(key, value) => sorted_entries(values, key, value),
        _ => Ok(Arc::clone(values)),
    }
}

fn needs_rewriting(data_type: &Type) -> bool {
    match data_type {
        Type::Real
        | Type::Double
        | Type::TimestampWithTimeZone(_)
        | Type::TimeWithTimeZone(_)
        | Type::Map(..) => true,
        Type::Array(element) => needs_rewriting(element),
        Type::Row(fields) => fields.iter().any(|field| needs_rewriting(&field.data_type)),
        _ => false,
    }
}

/// Maps as lists of their entries in the order of their keys.
fn sorted_entries(values: &ArrayRef, key: &Type, value: &Type) -> Result<ArrayRef> {
    let maps = trimmed_maps(downcast_value!(values, MapArray))?;
    let identity = Identity::of(key)?;
    let keys = identity.keys(maps.keys())?;
    let mut offsets = Offsets::with_capacity(maps.len());
    let mut chosen: Vec<u32> = Vec::new();
    for places in places(maps.offsets(), maps.nulls()) {
        let start = chosen.len();
        chosen.extend(places);
        if let Some(entries) = chosen.get_mut(start..) {
            entries
                .sort_by(|left, right| keys.row(usize_of(*left)).cmp(&keys.row(usize_of(*right))));
        }
        offsets.end(chosen.len())?;
    }
    let chosen = UInt32Array::from(chosen);
    let columns = vec![
        gather(&canonical(maps.keys(), key, SignOfZero::Ignored)?, &chosen)?,
        gather(
            &canonical(maps.values(), value, SignOfZero::Ignored)?,
            &chosen,
        )?,
    ];
    let entries = StructArray::try_new(numbered_fields(&columns), columns, None)?;
    offsets.lists_of_arrow(Arc::new(entries), maps.nulls().cloned())
}

fn numbered_fields(columns: &[ArrayRef]) -> Fields {
    let numbered = columns.iter().enumerate();
    numbered
        .map(|(place, column)| Field::new(place.to_string(), column.data_type().clone(), true))
        .collect()
}

/// The two fields of a time or timestamp with its zone.
fn parts(values: &ArrayRef) -> Result<(ArrayRef, ArrayRef)> {
    let pairs = downcast_value!(values, StructArray);
    match pairs.columns() {
        [first, second] => Ok((Arc::clone(first), Arc::clone(second))),
        _ => Err(DataFusionError::Internal(
            "a value with a zone has two fields".to_owned(),
        )),
    }
}

/// Times of the day in UTC.
fn times_in_utc<T: ArrowPrimitiveType<Native = i64>>(
    times: &ArrayRef,
    offsets: &Int16Array,
    minute: i64,
) -> Result<ArrayRef> {
    let day = minute * 24 * 60;
    let times = downcast_value!(times, PrimitiveArray, T);
    let shifted: PrimitiveArray<Int64Type> = binary(times, offsets, |time, offset| {
        time.wrapping_sub(i64::from(offset).wrapping_mul(minute))
            .rem_euclid(day)
    })?;
    Ok(Arc::new(shifted))
}

fn with_nulls_of(values: ArrayRef, of: &ArrayRef) -> Result<ArrayRef> {
    crate::call::with_nulls(values, of.nulls())
}
