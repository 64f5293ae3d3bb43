//! Timestamps moved by intervals, and the intervals between them.

use arrow::array::ArrayRef;
use datafusion::error::Result;

use super::Direction;
use super::intervals::months;
use crate::call::Call;
use crate::datetime::calendar;
use crate::datetime::columns::{
    SECONDS_PER_DAY, Zoned, argument_numbers, each_pair, each_row, precision, returned_numbers,
    timestamp_out_of_range, with_units,
};
use crate::datetime::local_time::{instant_of_local, local_of_instant};
use crate::datetime::rounding::rounded_quotient;
use crate::definition::Definition;
use crate::error::FunctionError;
use crate::signature::Bound;
use crate::types::Type;
use crate::types::time_zone::OffsetCache;

/// The digits of a second that intervals have, and sums with them at least.
const INTERVAL_PRECISION: u8 = 3;

/// A timestamp of the argument's precision, or of milliseconds.
fn moved_timestamp(bound: &Bound) -> Result<Type, FunctionError> {
    Ok(Type::Timestamp(moved_precision(bound)))
}

fn moved_zoned(bound: &Bound) -> Result<Type, FunctionError> {
    Ok(Type::TimestampWithTimeZone(moved_precision(bound)))
}

/// The greater precision of an argument that has one and of intervals.
pub(super) fn moved_precision(bound: &Bound) -> u8 {
    let of_arguments = bound.arguments.iter().map(precision);
    of_arguments.fold(INTERVAL_PRECISION, u8::max)
}

pub(super) fn additions(add: Definition) -> Definition {
    add.strict_returning(
        "(timestamp(p), interval day to second) -> timestamp(p)",
        moved_timestamp,
        |call| with_units!(call, 0, move_by_millis(call, 0, 1, Direction::Forwards)),
    )
    .strict_returning(
        "(interval day to second, timestamp(p)) -> timestamp(p)",
        moved_timestamp,
        |call| with_units!(call, 1, move_by_millis(call, 1, 0, Direction::Forwards)),
    )
    .strict(
        "(timestamp(p), interval year to month) -> timestamp(p)",
        |call| with_units!(call, 0, move_by_months(call, 0, 1, Direction::Forwards)),
    )
    .strict(
        "(interval year to month, timestamp(p)) -> timestamp(p)",
        |call| with_units!(call, 1, move_by_months(call, 1, 0, Direction::Forwards)),
    )
    .strict_returning(
        "(timestamp(p) with time zone, interval day to second) -> timestamp(p) with time zone",
        moved_zoned,
        |call| {
            with_units!(
                call,
                0,
                move_zoned_by_millis(call, 0, 1, Direction::Forwards)
            )
        },
    )
    .strict_returning(
        "(interval day to second, timestamp(p) with time zone) -> timestamp(p) with time zone",
        moved_zoned,
        |call| {
            with_units!(
                call,
                1,
                move_zoned_by_millis(call, 1, 0, Direction::Forwards)
            )
        },
    )
    .strict(
        "(timestamp(p) with time zone, interval year to month) -> timestamp(p) with time zone",
        |call| {
            with_units!(
                call,
                0,
                move_zoned_by_months(call, 0, 1, Direction::Forwards)
            )
        },
    )
    .strict(
        "(interval year to month, timestamp(p) with time zone) -> timestamp(p) with time zone",
        |call| {
            with_units!(
                call,
                1,
                move_zoned_by_months(call, 1, 0, Direction::Forwards)
            )
        },
    )
}

pub(super) fn subtractions(subtract: Definition) -> Definition {
    subtract
        .strict_returning(
            "(timestamp(p), interval day to second) -> timestamp(p)",
            moved_timestamp,
            |call| with_units!(call, 0, move_by_millis(call, 0, 1, Direction::Backwards)),
        )
        .strict(
            "(timestamp(p), interval year to month) -> timestamp(p)",
            |call| with_units!(call, 0, move_by_months(call, 0, 1, Direction::Backwards)),
        )
        .strict_returning(
            "(timestamp(p) with time zone, interval day to second) -> timestamp(p) with time zone",
            moved_zoned,
            |call| {
                with_units!(
                    call,
                    0,
                    move_zoned_by_millis(call, 0, 1, Direction::Backwards)
                )
            },
        )
        .strict(
            "(timestamp(p) with time zone, interval year to month) -> timestamp(p) with time zone",
            |call| {
                with_units!(
                    call,
                    0,
                    move_zoned_by_months(call, 0, 1, Direction::Backwards)
                )
            },
        )
        .strict(
            "(timestamp(p), timestamp(p)) -> interval day to second",
            |call| with_units!(call, 0, between_timestamps(call)),
        )
        .strict(
            "(timestamp(p) with time zone, timestamp(p) with time zone) -> interval day to second",
            |call| with_units!(call, 0, between_zoned(call)),
        )
}

#[inline]
fn add_millis<const PER_SECOND: i64>(
    value: i64,
    millis: i64,
    direction: Direction,
) -> Result<i64, FunctionError> {
    direction
        .of(millis)
        .and_then(|millis| millis.checked_mul(PER_SECOND / 1_000))
        .and_then(|delta| value.checked_add(delta))
        .ok_or_else(timestamp_out_of_range)
}

#[inline]
fn add_months<const PER_SECOND: i64>(
    value: i64,
    months: i32,
    direction: Direction,
) -> Result<i64, FunctionError> {
    let per_day = PER_SECOND * SECONDS_PER_DAY;
    direction
        .of(months.into())
        .and_then(|months| calendar::add_months(value.div_euclid(per_day), months))
        .and_then(|days| days.checked_mul(per_day))
        .and_then(|midnight| midnight.checked_add(value.rem_euclid(per_day)))
        .ok_or_else(timestamp_out_of_range)
}

fn move_by_millis<const PER_SECOND: i64>(
    call: &Call<'_>,
    value: usize,
    interval: usize,
    direction: Direction,
) -> Result<ArrayRef> {
    let (values, intervals) = (
        argument_numbers(call, value)?,
        argument_numbers(call, interval)?,
    );
    let moved = each_pair(call, &values, &intervals, |value, millis| {
        add_millis::<PER_SECOND>(value, millis, direction)
    })?;
    returned_numbers(call, moved)
}

fn move_by_months<const PER_SECOND: i64>(
    call: &Call<'_>,
    value: usize,
    interval: usize,
    direction: Direction,
) -> Result<ArrayRef> {
    let (values, intervals) = (argument_numbers(call, value)?, months(call, interval)?);
    let moved = each_pair(call, &values, &intervals, |value, months| {
        add_months::<PER_SECOND>(value, months, direction)
    })?;
    returned_numbers(call, moved)
}

fn move_zoned_by_millis<const PER_SECOND: i64>(
    call: &Call<'_>,
    value: usize,
    interval: usize,
    direction: Direction,
) -> Result<ArrayRef> {
    let Zoned { instants, zones } = Zoned::argument(call, value)?;
    let intervals = argument_numbers(call, interval)?;
    let moved = each_pair(call, &instants, &intervals, |instant, millis| {
        add_millis::<PER_SECOND>(instant, millis, direction)
    })?;
    Zoned::column(call.returns(), moved, zones)
}

/// Months are those of the local time.
fn move_zoned_by_months<const PER_SECOND: i64>(
    call: &Call<'_>,
    value: usize,
    interval: usize,
    direction: Direction,
) -> Result<ArrayRef> {
    let Zoned { instants, zones } = Zoned::argument(call, value)?;
    let intervals = months(call, interval)?;
    let mut cache = OffsetCache::new();
    let moved = each_row(call, &instants, |row, instant| {
        let zone = zones.get(row).copied().unwrap_or(0);
        let months = intervals.get(row).copied().unwrap_or(0);
        let local = local_of_instant::<PER_SECOND>(&mut cache, zone, instant)?;
        let moved = add_months::<PER_SECOND>(local, months, direction)?;
        instant_of_local::<PER_SECOND>(&mut cache, zone, moved, instant)
    })?;
    Zoned::column(call.returns(), moved, zones)
}

/// Milliseconds, rounded; what is finer than microseconds does not count.
fn between_timestamps<const PER_SECOND: i64>(call: &Call<'_>) -> Result<ArrayRef> {
    let (left, right) = (argument_numbers(call, 0)?, argument_numbers(call, 1)?);
    let micros = |units: i64| units.div_euclid(PER_SECOND / 1_000_000);
    let millis = each_pair(call, &left, &right, |left, right| {
        micros(left)
            .checked_sub(micros(right))
            .map(|micros| rounded_quotient(micros, 1_000))
            .ok_or_else(timestamp_out_of_range)
    })?;
    returned_numbers(call, millis)
}

/// Milliseconds, rounded away from zero where what remains is half of one.
fn between_zoned<const PER_SECOND: i64>(call: &Call<'_>) -> Result<ArrayRef> {
    let per_milli = PER_SECOND / 1_000;
    let (left, right) = (
        Zoned::argument(call, 0)?.instants,
        Zoned::argument(call, 1)?.instants,
    );
    let millis = each_pair(call, &left, &right, |left: i64, right: i64| {
        let whole = left.div_euclid(per_milli) - right.div_euclid(per_milli);
        let rest = left.rem_euclid(per_milli) - right.rem_euclid(per_milli);
        Ok(if rest.abs() * 2 >= per_milli {
            whole + rest.signum()
        } else {
            whole
        })
    })?;
    returned_numbers(call, millis)
}
