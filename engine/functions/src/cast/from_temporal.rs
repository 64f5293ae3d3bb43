//! Casts from dates and timestamps to each other and to times.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, Int16Array, Int64Array, StructArray};
use arrow::buffer::NullBuffer;
use arrow::compute::cast;
use arrow::datatypes::{DataType, Date32Type, Int16Type, Int64Type};
use datafusion::error::Result;

use super::failures::Failures;
use super::from_time::times_with_zone;
use super::kernel::Kernel;
use super::rows::{counts, map_primitives, primitives, stored_as};
use crate::error::FunctionError;
use crate::types::Type;
use crate::types::time_zone::TimeZone;
use crate::value_text::{LocalTimestamp, SECONDS_PER_DAY, write_timestamp};

/// The greatest instant of a `timestamp with time zone` of up to three digits, for Trino keeps 12 bits for the zone.
pub(super) const MILLIS_MAX: i64 = (1 << 51) - 1;

/// The digits of a second that values of a precision are stored with.
pub(super) fn unit_digits(precision: u8) -> u32 {
    if precision <= 6 { 6 } else { 9 }
}

pub(super) fn units_per_second(precision: u8) -> i64 {
    if precision <= 6 {
        1_000_000
    } else {
        1_000_000_000
    }
}

/// From the units of one precision to those of another, rounded half up where digits are lost.
#[derive(Debug, Clone, Copy)]
pub(super) struct Rescale {
    /// What values are rounded to a multiple of.
    rounding: i64,
    multiplier: i64,
    divisor: i64,
}

impl Rescale {
    pub(super) fn new(from: u8, to: u8) -> Rescale {
        let (from_digits, to_digits) = (unit_digits(from), unit_digits(to));
        let rounding = if to < from {
            10_i64.pow(from_digits - u32::from(to))
        } else {
            1
        };
        Rescale {
            rounding,
            multiplier: 10_i64.pow(to_digits.saturating_sub(from_digits)),
            divisor: 10_i64.pow(from_digits.saturating_sub(to_digits)),
        }
    }

    /// `None` if the value is beyond the target's range.
    pub(super) fn apply(self, value: i64) -> Option<i64> {
        let rounded = if self.rounding == 1 {
            value
        } else {
            let raised = value.checked_add(self.rounding / 2)?;
            raised.checked_sub(raised.rem_euclid(self.rounding))?
        };
        (rounded / self.divisor).checked_mul(self.multiplier)
    }
}

/// An array of timestamps with time zone.
pub(super) fn timestamps_with_zone(
    instants: &Int64Array,
    zones: ArrayRef,
    nulls: Option<&NullBuffer>,
    precision: u8,
) -> Result<ArrayRef> {
    let DataType::Struct(fields) = Type::TimestampWithTimeZone(precision).arrow() else {
        return datafusion::common::exec_err!("timestamps with time zone are structs");
    };
    let Some(instant) = fields.first() else {
        return datafusion::common::exec_err!("timestamps with time zone have an instant");
    };
    let instants = cast(instants, instant.data_type())?;
    Ok(Arc::new(StructArray::try_new(
        fields,
        vec![instants, zones],
        nulls.cloned(),
    )?))
}

/// The parts of times or timestamps with zone: their counts of units, and the keys of zones or the offsets.
pub(super) fn zoned_parts(values: &ArrayRef) -> Result<(Int64Array, Int16Array)> {
    let values = stored_as::<StructArray>(values)?;
    let [counted, zones] = values.columns() else {
        return datafusion::common::exec_err!("a value with time zone has two parts");
    };
    Ok((counts(counted)?, primitives::<Int16Type>(zones)?.clone()))
}

/// The zones of rows, whose keys mostly repeat.
#[derive(Debug)]
pub(super) struct ZoneLookup {
    key: i16,
    zone: TimeZone,
}

impl ZoneLookup {
    pub(super) fn new() -> ZoneLookup {
        ZoneLookup {
            key: 0,
            zone: TimeZone::Utc,
        }
    }

    pub(super) fn zone(&mut self, key: i16) -> TimeZone {
        if key != self.key {
            self.key = key;
            self.zone = TimeZone::from_key(key);
        }
        self.zone
    }
}

/// Timestamps with zone as their own clocks show them: seconds east of UTC, and local counts of units.
fn local_parts(values: &ArrayRef, precision: u8) -> Result<(Vec<i32>, Int64Array)> {
    let (instants, zones) = zoned_parts(values)?;
    let units = units_per_second(precision);
    let mut lookup = ZoneLookup::new();
    let mut offsets = Vec::with_capacity(instants.len());
    let mut locals = Vec::with_capacity(instants.len());
    for (instant, key) in instants.values().iter().zip(zones.values()) {
        let offset = lookup.zone(*key).offset_at(instant.div_euclid(units));
        offsets.push(offset);
        locals.push(instant.saturating_add(i64::from(offset) * units));
    }
    Ok((
        offsets,
        Int64Array::new(locals.into(), values.nulls().cloned()),
    ))
}

pub(super) fn kernel(from: &Type, to: &Type) -> Option<Kernel> {
    match (from, to) {
        (Type::Date, Type::Timestamp(precision)) => {
            let precision = *precision;
            Some(Box::new(move |values, failures| {
                let midnights = midnights(values, failures, precision)?;
                Ok(cast(&midnights, &Type::Timestamp(precision).arrow())?)
            }))
        }
        (Type::Date, Type::TimestampWithTimeZone(precision)) => {
            let precision = *precision;
            Some(Box::new(move |values, failures| {
                let midnights = midnights(values, failures, precision)?;
                in_utc(&midnights, precision)
            }))
        }
        (Type::Timestamp(from), to) => from_timestamp(*from, to),
        (Type::TimestampWithTimeZone(from), to) => from_timestamp_with_zone(*from, to),
        _ => None,
    }
}

/// Values of the session's zone, which is UTC.
pub(super) fn in_utc(instants: &Int64Array, precision: u8) -> Result<ArrayRef> {
    let zones = Int16Array::from(vec![0; instants.len()]);
    timestamps_with_zone(instants, Arc::new(zones), instants.nulls(), precision)
}

fn midnights(values: &ArrayRef, failures: &mut Failures, precision: u8) -> Result<Int64Array> {
    let day = SECONDS_PER_DAY * units_per_second(precision);
    map_primitives::<Date32Type, Int64Type>(
        primitives(values)?,
        failures,
        |days| i64::from(days).checked_mul(day),
        |days| out_of_range(i64::from(days) * SECONDS_PER_DAY, 0, precision),
    )
}

fn out_of_range(seconds: i64, nanos: u32, precision: u8) -> FunctionError {
    let mut text = String::new();
    // Strings take whatever is written.
    let _ = write_timestamp(&mut text, LocalTimestamp { seconds, nanos }, precision);
    FunctionError::cast(format!("Out of range for timestamp({precision}): {text}"))
}

fn rescaled(values: &Int64Array, failures: &mut Failures, from: u8, to: u8) -> Result<Int64Array> {
    let rescale = Rescale::new(from, to);
    map_primitives::<Int64Type, Int64Type>(
        values,
        failures,
        |value| rescale.apply(value),
        |value| {
            let timestamp = LocalTimestamp::from_units(value, units_per_second(from));
            out_of_range(timestamp.seconds, timestamp.nanos, to)
        },
    )
}

fn from_timestamp(from: u8, to: &Type) -> Option<Kernel> {
    match *to {
        Type::Date => Some(Box::new(move |values, failures| {
            dates(&counts(values)?, failures, from)
        })),
        Type::Time(to) => Some(Box::new(move |values, _| {
            Ok(cast(
                &times_of_day(&counts(values)?, from, to),
                &Type::Time(to).arrow(),
            )?)
        })),
        Type::TimeWithTimeZone(to) => Some(Box::new(move |values, _| {
            let times = times_of_day(&counts(values)?, from, to);
            let offsets = Int16Array::from(vec![0; times.len()]);
            times_with_zone(&times, offsets, values.nulls(), to)
        })),
        Type::Timestamp(to) => Some(Box::new(move |values, failures| {
            let rescaled = rescaled(&counts(values)?, failures, from, to)?;
            Ok(cast(&rescaled, &Type::Timestamp(to).arrow())?)
        })),
        Type::TimestampWithTimeZone(to) => Some(Box::new(move |values, failures| {
            let mut values = counts(values)?;
            if to < 3 && (4..=6).contains(&from) {
                // Trino rounds these twice.
                values = rescaled(&values, failures, from, 3)?;
            }
            let instants = rescaled(&values, failures, from, to)?;
            if to <= 3 {
                within_millis(&instants, failures)?;
            }
            in_utc(&instants, to)
        })),
        _ => None,
    }
}

/// Trino stores instants of up to three digits in 52 bits.
fn within_millis(instants: &Int64Array, failures: &mut Failures) -> Result<()> {
    for (row, instant) in instants.iter().enumerate() {
        let Some(instant) = instant else { continue };
        let millis = instant.div_euclid(1000);
        if millis.abs() > MILLIS_MAX {
            failures.add(row, || {
                FunctionError::cast(format!(
                    "Out of range for timestamp with time zone: {millis}"
                ))
            })?;
        }
    }
    Ok(())
}

fn from_timestamp_with_zone(from: u8, to: &Type) -> Option<Kernel> {
    match *to {
        Type::Date => Some(Box::new(move |values, failures| {
            dates(&local_parts(values, from)?.1, failures, from)
        })),
        Type::Time(to) => Some(Box::new(move |values, _| {
            let (_, locals) = local_parts(values, from)?;
            Ok(cast(
                &times_of_day(&locals, from, to),
                &Type::Time(to).arrow(),
            )?)
        })),
        Type::TimeWithTimeZone(to) => Some(Box::new(move |values, _| {
            let (offsets, locals) = local_parts(values, from)?;
            let minutes = offsets
                .into_iter()
                .map(|seconds| i16::try_from(seconds / 60).unwrap_or(0))
                .collect::<Vec<_>>();
            let times = times_of_day(&locals, from, to);
            times_with_zone(&times, Int16Array::from(minutes), values.nulls(), to)
        })),
        Type::Timestamp(to) => Some(Box::new(move |values, failures| {
            let (_, locals) = local_parts(values, from)?;
            let rescaled = rescaled(&locals, failures, from, to)?;
            Ok(cast(&rescaled, &Type::Timestamp(to).arrow())?)
        })),
        Type::TimestampWithTimeZone(to) => Some(Box::new(move |values, failures| {
            let (instants, zones) = zoned_parts(values)?;
            let instants = Int64Array::new(instants.values().clone(), values.nulls().cloned());
            let rescaled = rescaled(&instants, failures, from, to)?;
            timestamps_with_zone(&rescaled, Arc::new(zones), values.nulls(), to)
        })),
        _ => None,
    }
}

fn dates(locals: &Int64Array, failures: &mut Failures, precision: u8) -> Result<ArrayRef> {
    let day = SECONDS_PER_DAY * units_per_second(precision);
    let dates = map_primitives::<Int64Type, Date32Type>(
        locals,
        failures,
        |value| i32::try_from(value.div_euclid(day)).ok(),
        |value| FunctionError::cast(format!("Out of range for date: {value}")),
    )?;
    Ok(Arc::new(dates))
}

/// The times of the days, rounded half up; what rounds up to the next day is midnight.
fn times_of_day(locals: &Int64Array, from: u8, to: u8) -> Int64Array {
    let day = SECONDS_PER_DAY * units_per_second(from);
    let target_day = SECONDS_PER_DAY * units_per_second(to);
    let rescale = Rescale::new(from, to);
    locals.unary(|value| rescale.apply(value.rem_euclid(day)).unwrap_or(0) % target_day)
}
