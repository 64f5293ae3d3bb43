//! Dates moved by intervals.

use arrow::array::ArrayRef;
use datafusion::error::Result;

use super::Direction;
use super::intervals::months;
use crate::call::Call;
use crate::datetime::calendar;
use crate::datetime::columns::{
    MILLIS_PER_DAY, argument_days, argument_numbers, date_column, date_from_days, each_pair,
};
use crate::definition::Definition;
use crate::error::FunctionError;

pub(super) fn additions(add: Definition) -> Definition {
    add.strict("(date, interval day to second) -> date", |call| {
        move_by_days(call, 0, 1, Direction::Forwards)
    })
    .strict("(interval day to second, date) -> date", |call| {
        move_by_days(call, 1, 0, Direction::Forwards)
    })
    .strict("(date, interval year to month) -> date", |call| {
        move_by_months(call, 0, 1, Direction::Forwards)
    })
    .strict("(interval year to month, date) -> date", |call| {
        move_by_months(call, 1, 0, Direction::Forwards)
    })
}

pub(super) fn subtractions(subtract: Definition) -> Definition {
    subtract
        .strict("(date, interval day to second) -> date", |call| {
            move_by_days(call, 0, 1, Direction::Backwards)
        })
        .strict("(date, interval year to month) -> date", |call| {
            move_by_months(call, 0, 1, Direction::Backwards)
        })
}

fn out_of_range() -> FunctionError {
    FunctionError::out_of_range("Date out of range")
}

fn move_by_days(
    call: &Call<'_>,
    date: usize,
    interval: usize,
    direction: Direction,
) -> Result<ArrayRef> {
    let (dates, intervals) = (
        argument_days(call, date)?,
        argument_numbers(call, interval)?,
    );
    let moved = each_pair(call, &dates, &intervals, |days: i32, millis: i64| {
        if millis % MILLIS_PER_DAY != 0 {
            return Err(FunctionError::argument(match direction {
                Direction::Forwards => "Cannot add hour, minutes or seconds to a date",
                Direction::Backwards => "Cannot subtract hour, minutes or seconds from a date",
            }));
        }
        let delta = direction
            .of(millis / MILLIS_PER_DAY)
            .ok_or_else(out_of_range)?;
        date_from_days(i64::from(days) + delta)
    })?;
    Ok(date_column(moved))
}

fn move_by_months(
    call: &Call<'_>,
    date: usize,
    interval: usize,
    direction: Direction,
) -> Result<ArrayRef> {
    let (dates, months) = (argument_days(call, date)?, months(call, interval)?);
    let moved = each_pair(call, &dates, &months, |days: i32, months: i32| {
        let delta = direction.of(months.into()).ok_or_else(out_of_range)?;
        date_from_days(calendar::add_months(days.into(), delta).ok_or_else(out_of_range)?)
    })?;
    Ok(date_column(moved))
}
