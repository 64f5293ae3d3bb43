//! Casts from times to each other and to timestamps, whose day is that of the query.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, Int16Array, Int64Array, StructArray};
use arrow::buffer::NullBuffer;
use arrow::compute::cast;
use arrow::datatypes::DataType;
use datafusion::error::Result;

use super::from_temporal::{Rescale, in_utc, timestamps_with_zone, units_per_second, zoned_parts};
use super::kernel::Kernel;
use super::rows::counts;
use crate::types::Type;
use crate::value_text::SECONDS_PER_DAY;

/// An array of times with time zone.
pub(super) fn times_with_zone(
    times: &Int64Array,
    offsets: Int16Array,
    nulls: Option<&NullBuffer>,
    precision: u8,
) -> Result<ArrayRef> {
    let DataType::Struct(fields) = Type::TimeWithTimeZone(precision).arrow() else {
        return datafusion::common::exec_err!("times with time zone are structs");
    };
    let Some(time) = fields.first() else {
        return datafusion::common::exec_err!("times with time zone have a time");
    };
    let times = cast(times, time.data_type())?;
    Ok(Arc::new(StructArray::try_new(
        fields,
        vec![times, Arc::new(offsets)],
        nulls.cloned(),
    )?))
}

pub(super) fn kernel(from: &Type, to: &Type) -> Option<Kernel> {
    match *from {
        Type::Time(from) => from_time(from, to),
        Type::TimeWithTimeZone(from) => from_time_with_zone(from, to),
        _ => None,
    }
}

/// Midnight of the day on which the query is planned, in units of a precision.
fn today(precision: u8) -> i64 {
    let seconds = chrono::Utc::now().timestamp();
    (seconds - seconds.rem_euclid(SECONDS_PER_DAY)) * units_per_second(precision)
}

/// Times in another precision; what rounds up to the next day is midnight.
fn rescaled(times: &Int64Array, from: u8, to: u8) -> Int64Array {
    let day = SECONDS_PER_DAY * units_per_second(to);
    let rescale = Rescale::new(from, to);
    times.unary(|time| rescale.apply(time).unwrap_or(0) % day)
}

/// Times of a day; those that round up to the next day are of that.
fn on_day(times: &Int64Array, midnight: i64, from: u8, to: u8) -> Int64Array {
    let rescale = Rescale::new(from, to);
    times.unary(|time| midnight.saturating_add(rescale.apply(time).unwrap_or(0)))
}

fn from_time(from: u8, to: &Type) -> Option<Kernel> {
    match *to {
        Type::Time(to) => Some(Box::new(move |values, _| {
            Ok(cast(
                &rescaled(&counts(values)?, from, to),
                &Type::Time(to).arrow(),
            )?)
        })),
        Type::TimeWithTimeZone(to) => Some(Box::new(move |values, _| {
            let times = rescaled(&counts(values)?, from, to);
            let offsets = Int16Array::from(vec![0; times.len()]);
            times_with_zone(&times, offsets, values.nulls(), to)
        })),
        Type::Timestamp(to) => {
            let midnight = today(to);
            Some(Box::new(move |values, _| {
                let timestamps = on_day(&counts(values)?, midnight, from, to);
                Ok(cast(&timestamps, &Type::Timestamp(to).arrow())?)
            }))
        }
        Type::TimestampWithTimeZone(to) => {
            let midnight = today(to);
            Some(Box::new(move |values, _| {
                in_utc(&on_day(&counts(values)?, midnight, from, to), to)
            }))
        }
        _ => None,
    }
}

fn from_time_with_zone(from: u8, to: &Type) -> Option<Kernel> {
    match *to {
        Type::Time(to) => Some(Box::new(move |values, _| {
            let (times, _) = visible_parts(values)?;
            Ok(cast(&rescaled(&times, from, to), &Type::Time(to).arrow())?)
        })),
        Type::TimeWithTimeZone(to) => Some(Box::new(move |values, _| {
            let (times, offsets) = visible_parts(values)?;
            times_with_zone(&rescaled(&times, from, to), offsets, values.nulls(), to)
        })),
        // The local time of the session's day, whatever the offset.
        Type::Timestamp(to) => {
            let midnight = today(to);
            Some(Box::new(move |values, _| {
                let (times, _) = visible_parts(values)?;
                let timestamps = on_day(&times, midnight, from, to);
                Ok(cast(&timestamps, &Type::Timestamp(to).arrow())?)
            }))
        }
        // The instant on the session's day at which it is that time in UTC.
        Type::TimestampWithTimeZone(to) => {
            let midnight = today(to);
            Some(Box::new(move |values, _| {
                let (times, offsets) = visible_parts(values)?;
                let minute = 60 * units_per_second(from);
                let day = SECONDS_PER_DAY * units_per_second(from);
                let in_utc: Int64Array =
                    arrow::compute::binary(&times, &offsets, |time, offset| {
                        time.saturating_sub(i64::from(offset) * minute)
                            .rem_euclid(day)
                    })?;
                let instants = on_day(&rescaled(&in_utc, from, to), midnight, to, to);
                timestamps_with_zone(&instants, Arc::new(offsets), values.nulls(), to)
            }))
        }
        _ => None,
    }
}

/// Times and offsets, with the NULLs of the values.
fn visible_parts(values: &ArrayRef) -> Result<(Int64Array, Int16Array)> {
    let (times, offsets) = zoned_parts(values)?;
    let nulls = values
        .as_any()
        .downcast_ref::<StructArray>()
        .and_then(Array::nulls);
    Ok((
        Int64Array::new(times.values().clone(), nulls.cloned()),
        Int16Array::new(offsets.values().clone(), nulls.cloned()),
    ))
}
