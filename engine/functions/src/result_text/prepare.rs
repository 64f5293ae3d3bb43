//! From whatever Arrow type values are stored in to the one that is written.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, Int16Array, Int64Array, ListArray, MapArray, StructArray};
use arrow::compute::{CastOptions, cast_with_options};
use arrow::datatypes::{DataType, IntervalUnit, TimeUnit};
use datafusion::common::exec_err;
use datafusion::error::Result;

use super::ResultText;
use super::write::{Values, Zones};
use crate::types::Type;
use crate::types::time_zone::TimeZone;

pub(super) fn prepare(values: &ArrayRef, data_type: &Type) -> Result<ResultText> {
    let plain = match values.data_type() {
        DataType::Dictionary(_, value) => exactly(values, value)?,
        DataType::RunEndEncoded(_, value) => exactly(values, value.data_type())?,
        _ => Arc::clone(values),
    };
    Ok(ResultText {
        nulls: plain.logical_nulls(),
        values: prepared(&plain, data_type)?,
    })
}

/// The values in another Arrow type; an error if one does not fit.
fn exactly(values: &ArrayRef, stored: &DataType) -> Result<ArrayRef> {
    if values.data_type() == stored {
        return Ok(Arc::clone(values));
    }
    let options = CastOptions {
        safe: false,
        ..CastOptions::default()
    };
    Ok(cast_with_options(values, stored, &options)?)
}

/// The values as an array of a Rust type, which stores that Arrow type.
fn stored<T: Array + Clone + 'static>(values: &ArrayRef, as_type: &DataType) -> Result<T> {
    let values = exactly(values, as_type)?;
    match values.as_any().downcast_ref::<T>() {
        Some(values) => Ok(values.clone()),
        None => exec_err!("values of a result are stored as {as_type}"),
    }
}

fn prepared(values: &ArrayRef, data_type: &Type) -> Result<Values> {
    if *values.data_type() == DataType::Null {
        return Ok(Values::Null);
    }
    Ok(match data_type {
        Type::Boolean => Values::Boolean(stored(values, &DataType::Boolean)?),
        Type::Tinyint | Type::Smallint | Type::Integer | Type::Bigint => {
            Values::Integer(stored(values, &DataType::Int64)?)
        }
        Type::Real => Values::Real(stored(values, &DataType::Float32)?),
        Type::Double => Values::Double(stored(values, &DataType::Float64)?),
        Type::Decimal { scale, .. } => Values::Decimal(stored(values, &data_type.arrow())?, *scale),
        Type::Unknown | Type::Varchar(_) | Type::Json => {
            Values::Text(stored(values, &DataType::Utf8View)?)
        }
        Type::Char(length) => Values::FilledText(
            stored(values, &DataType::Utf8View)?,
            usize::try_from(*length).unwrap_or(0),
        ),
        Type::Uuid | Type::IpAddress if is_text(values.data_type()) => {
            Values::Text(stored(values, &DataType::Utf8View)?)
        }
        Type::Uuid => Values::Uuid(stored(values, &DataType::Binary)?),
        Type::IpAddress => Values::IpAddress(stored(values, &DataType::Binary)?),
        Type::Varbinary
        | Type::HyperLogLog
        | Type::P4HyperLogLog
        | Type::SetDigest
        | Type::TDigest
        | Type::QDigest(_) => Values::Hexadecimal(stored(values, &DataType::Binary)?),
        Type::Geometry | Type::SphericalGeography => {
            Values::Geometry(stored(values, &DataType::Binary)?)
        }
        Type::Date => {
            let dates = exactly(values, &DataType::Date32)?;
            Values::Date(stored(&dates, &DataType::Int32)?)
        }
        Type::Time(precision) => Values::Time {
            nanos: nanos_of_day(values)?,
            precision: *precision,
        },
        Type::TimeWithTimeZone(precision) => {
            let (times, offsets) = two_parts(values)?;
            Values::TimeWithTimeZone {
                nanos: nanos_of_day(times)?,
                offset_minutes: stored(offsets, &DataType::Int16)?,
                precision: *precision,
            }
        }
        Type::Timestamp(precision) => {
            let (counts, units_per_second) = timestamp_counts(values)?;
            Values::Timestamp {
                counts,
                units_per_second,
                precision: *precision,
            }
        }
        Type::TimestampWithTimeZone(precision) => zoned_timestamps(values, *precision)?,
        Type::IntervalDayToSecond => {
            let millis = exactly(values, &DataType::Duration(TimeUnit::Millisecond))?;
            Values::IntervalDayToSecond(stored(&millis, &DataType::Int64)?)
        }
        Type::IntervalYearToMonth => {
            let months: arrow::array::IntervalYearMonthArray =
                stored(values, &DataType::Interval(IntervalUnit::YearMonth))?;
            Values::IntervalYearToMonth(months.reinterpret_cast())
        }
        Type::BingTile => Values::BingTile(stored(values, &DataType::Int64)?),
        Type::Color => Values::Color(stored(values, &DataType::Int32)?),
        Type::Array(element) => {
            let lists = lists(values)?;
            Values::Array {
                offsets: lists.offsets().clone(),
                elements: Box::new(prepare(lists.values(), element)?),
            }
        }
        Type::Map(key, value) => {
            let Some(maps) = values.as_any().downcast_ref::<MapArray>() else {
                return exec_err!("maps of a result are stored as {}", values.data_type());
            };
            Values::Map {
                offsets: maps.offsets().clone(),
                keys: Box::new(prepare(maps.keys(), key)?),
                values: Box::new(prepare(maps.values(), value)?),
            }
        }
        Type::Row(fields) => {
            let rows = structs(values)?;
            if rows.num_columns() != fields.len() {
                return exec_err!(
                    "rows of {} fields are stored with {}",
                    fields.len(),
                    rows.num_columns()
                );
            }
            let mut prepared = Vec::with_capacity(fields.len());
            for (place, (field, column)) in fields.iter().zip(rows.columns()).enumerate() {
                let name = match &field.name {
                    Some(name) => name.clone(),
                    None => format!("field{place}"),
                };
                prepared.push((name, prepare(column, &field.data_type)?));
            }
            Values::Row(prepared)
        }
    })
}

fn is_text(stored: &DataType) -> bool {
    matches!(
        stored,
        DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View
    )
}

fn nanos_of_day(values: &ArrayRef) -> Result<Int64Array> {
    let times = exactly(values, &DataType::Time64(TimeUnit::Nanosecond))?;
    stored(&times, &DataType::Int64)
}

/// Timestamps as counts of a unit, and how many of them a second has.
fn timestamp_counts(values: &ArrayRef) -> Result<(Int64Array, i64)> {
    let units_per_second = match values.data_type() {
        DataType::Timestamp(TimeUnit::Second, _) => 1,
        DataType::Timestamp(TimeUnit::Millisecond, _) => 1_000,
        DataType::Timestamp(TimeUnit::Microsecond, _) => 1_000_000,
        DataType::Timestamp(TimeUnit::Nanosecond, _) => 1_000_000_000,
        DataType::Date32 | DataType::Date64 => {
            let seconds = exactly(values, &DataType::Timestamp(TimeUnit::Second, None))?;
            return Ok((stored(&seconds, &DataType::Int64)?, 1));
        }
        other => return exec_err!("timestamps of a result are stored as {other}"),
    };
    Ok((stored(values, &DataType::Int64)?, units_per_second))
}

/// Timestamps with a zone each, or Arrow's own, which share one.
fn zoned_timestamps(values: &ArrayRef, precision: u8) -> Result<Values> {
    let (instants, zones) = match values.data_type() {
        DataType::Timestamp(_, zone) => {
            let zone = zone
                .as_deref()
                .and_then(TimeZone::parse)
                .unwrap_or(TimeZone::Utc);
            (values, Zones::Same(zone))
        }
        _ => {
            let (instants, keys) = two_parts(values)?;
            (
                instants,
                Zones::Keys(stored::<Int16Array>(keys, &DataType::Int16)?),
            )
        }
    };
    let (counts, units_per_second) = timestamp_counts(instants)?;
    Ok(Values::TimestampWithTimeZone {
        counts,
        units_per_second,
        zones,
        precision,
    })
}

fn structs(values: &ArrayRef) -> Result<&StructArray> {
    match values.as_any().downcast_ref::<StructArray>() {
        Some(values) => Ok(values),
        None => exec_err!("rows of a result are stored as {}", values.data_type()),
    }
}

/// The two parts of a value with time zone.
fn two_parts(values: &ArrayRef) -> Result<(&ArrayRef, &ArrayRef)> {
    match structs(values)?.columns() {
        [first, second] => Ok((first, second)),
        _ => exec_err!("a value with time zone has two parts"),
    }
}

/// Lists of whatever kind as plain ones.
fn lists(values: &ArrayRef) -> Result<ListArray> {
    let element = match values.data_type() {
        DataType::List(element)
        | DataType::LargeList(element)
        | DataType::ListView(element)
        | DataType::LargeListView(element)
        | DataType::FixedSizeList(element, _) => Arc::clone(element),
        other => return exec_err!("arrays of a result are stored as {other}"),
    };
    stored(values, &DataType::List(element))
}
