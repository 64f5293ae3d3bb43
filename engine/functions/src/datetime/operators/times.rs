//! Times moved by intervals around the clock, and the intervals between them.

use arrow::array::ArrayRef;
use datafusion::error::Result;

use super::Direction;
use super::timestamps::moved_precision;
use crate::call::Call;
use crate::datetime::columns::{
    MILLIS_PER_DAY, OffsetTimes, SECONDS_PER_DAY, argument_numbers, each_pair, returned_numbers,
    with_units,
};
use crate::datetime::difference::normalized;
use crate::datetime::rounding::rounded_quotient;
use crate::definition::Definition;
use crate::error::FunctionError;
use crate::signature::Bound;
use crate::types::Type;

fn moved_time(bound: &Bound) -> Result<Type, FunctionError> {
    Ok(Type::Time(moved_precision(bound)))
}

fn moved_offset_time(bound: &Bound) -> Result<Type, FunctionError> {
    Ok(Type::TimeWithTimeZone(moved_precision(bound)))
}

pub(super) fn additions(add: Definition) -> Definition {
    add.strict_returning(
        "(time(p), interval day to second) -> time(p)",
        moved_time,
        |call| with_units!(call, 0, move_times(call, 0, 1, Direction::Forwards)),
    )
    .strict_returning(
        "(interval day to second, time(p)) -> time(p)",
        moved_time,
        |call| with_units!(call, 1, move_times(call, 1, 0, Direction::Forwards)),
    )
    .strict_returning(
        "(time(p) with time zone, interval day to second) -> time(p) with time zone",
        moved_offset_time,
        |call| with_units!(call, 0, move_offset_times(call, 0, 1, Direction::Forwards)),
    )
    .strict_returning(
        "(interval day to second, time(p) with time zone) -> time(p) with time zone",
        moved_offset_time,
        |call| with_units!(call, 1, move_offset_times(call, 1, 0, Direction::Forwards)),
    )
}

pub(super) fn subtractions(subtract: Definition) -> Definition {
    subtract
        .strict_returning(
            "(time(p), interval day to second) -> time(p)",
            moved_time,
            |call| with_units!(call, 0, move_times(call, 0, 1, Direction::Backwards)),
        )
        .strict_returning(
            "(time(p) with time zone, interval day to second) -> time(p) with time zone",
            moved_offset_time,
            |call| with_units!(call, 0, move_offset_times(call, 0, 1, Direction::Backwards)),
        )
        .strict("(time(p), time(p)) -> interval day to second", |call| {
            with_units!(call, 0, between_times(call))
        })
        .strict(
            "(time(p) with time zone, time(p) with time zone) -> interval day to second",
            |call| with_units!(call, 0, between_offset_times(call)),
        )
}

fn moved<const PER_SECOND: i64>(
    call: &Call<'_>,
    times: &[i64],
    interval: usize,
    direction: Direction,
) -> Result<Vec<i64>> {
    let per_day = PER_SECOND * SECONDS_PER_DAY;
    each_pair(
        call,
        times,
        &argument_numbers(call, interval)?,
        |time: i64, millis: i64| {
            // Whole days do not move a time.
            let of_day = millis.rem_euclid(MILLIS_PER_DAY) * (PER_SECOND / 1_000);
            Ok(match direction {
                Direction::Forwards => time.wrapping_add(of_day),
                Direction::Backwards => time.wrapping_sub(of_day),
            }
            .rem_euclid(per_day))
        },
    )
}

fn move_times<const PER_SECOND: i64>(
    call: &Call<'_>,
    time: usize,
    interval: usize,
    direction: Direction,
) -> Result<ArrayRef> {
    let times = argument_numbers(call, time)?;
    returned_numbers(
        call,
        moved::<PER_SECOND>(call, &times, interval, direction)?,
    )
}

fn move_offset_times<const PER_SECOND: i64>(
    call: &Call<'_>,
    time: usize,
    interval: usize,
    direction: Direction,
) -> Result<ArrayRef> {
    let OffsetTimes { times, offsets } = OffsetTimes::argument(call, time)?;
    let moved = moved::<PER_SECOND>(call, &times, interval, direction)?;
    OffsetTimes::column(call.returns(), moved, offsets)
}

fn between<const PER_SECOND: i64>(
    call: &Call<'_>,
    left: &[i64],
    right: &[i64],
) -> Result<ArrayRef> {
    let millis = each_pair(call, left, right, |left: i64, right| {
        Ok(rounded_quotient(
            left.wrapping_sub(right),
            PER_SECOND / 1_000,
        ))
    })?;
    returned_numbers(call, millis)
}

fn between_times<const PER_SECOND: i64>(call: &Call<'_>) -> Result<ArrayRef> {
    let (left, right) = (argument_numbers(call, 0)?, argument_numbers(call, 1)?);
    between::<PER_SECOND>(call, &left, &right)
}

fn between_offset_times<const PER_SECOND: i64>(call: &Call<'_>) -> Result<ArrayRef> {
    let left = normalized::<PER_SECOND>(&OffsetTimes::argument(call, 0)?);
    let right = normalized::<PER_SECOND>(&OffsetTimes::argument(call, 1)?);
    between::<PER_SECOND>(call, &left, &right)
}
