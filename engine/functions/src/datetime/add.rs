//! `date_add`: values moved by a number of units.

use arrow::array::ArrayRef;
use datafusion::error::Result;
use datafusion::scalar::ScalarValue;

use super::calendar::{self, YEARS};
use super::columns::{
    OffsetTimes, Prepared, SECONDS_PER_DAY, Zoned, argument_days, argument_numbers, date_column,
    date_from_days, each_number, each_row, precision, returned_numbers, with_units,
};
use super::local_time::{first_instant_of_local, instant_of_local, local_of_instant};
use super::rounding::round_half_up;
use super::unit::{ClockUnit, DateUnit, TimestampUnit, with_constant_unit};
use crate::call::Call;
use crate::definition::Definition;
use crate::error::FunctionError;
use crate::types::time_zone::OffsetCache;

pub(crate) fn definitions() -> Vec<Definition> {
    vec![
        Definition::new("date_add", "The value moved by a number of units of time")
            .strict("(varchar, bigint, date) -> date", dates)
            .strict("(varchar, bigint, time(p)) -> time(p)", |call| {
                with_units!(call, 2, times(call))
            })
            .strict(
                "(varchar, bigint, time(p) with time zone) -> time(p) with time zone",
                |call| with_units!(call, 2, offset_times(call)),
            )
            .strict("(varchar, bigint, timestamp(p)) -> timestamp(p)", |call| {
                with_units!(call, 2, timestamps(call))
            })
            .strict(
                "(varchar, bigint, timestamp(p) with time zone) -> timestamp(p) with time zone",
                |call| with_units!(call, 2, zoned(call)),
            ),
    ]
}

/// The failure of a result that 64 bits cannot hold.
fn overflow() -> FunctionError {
    FunctionError::argument("long overflow")
}

/// Trino takes no more units than 32 bits hold.
#[inline]
fn amount_in_bounds(amount: i64) -> Result<i64, FunctionError> {
    match i32::try_from(amount) {
        Ok(_) => Ok(amount),
        Err(_) => Err(FunctionError::argument("integer overflow")),
    }
}

/// The day so many units later.
#[inline]
fn add_to_day(unit: DateUnit, amount: i64, days: i64) -> Result<i64, FunctionError> {
    match unit {
        DateUnit::Day => Ok(days + amount),
        DateUnit::Week => Ok(days + 7 * amount),
        DateUnit::Month => calendar::add_months(days, amount).ok_or_else(overflow),
        DateUnit::Quarter => calendar::add_months(days, 3 * amount).ok_or_else(overflow),
        DateUnit::Year => calendar::add_months(days, 12 * amount)
            .ok_or_else(|| year_out_of_range(calendar::civil_from_days(days).year + amount)),
    }
}

#[cold]
fn year_out_of_range(year: i64) -> FunctionError {
    FunctionError::argument(format!(
        "Value {year} for year must be in the range [{},{}]",
        YEARS.start(),
        YEARS.end()
    ))
}

fn dates(call: &Call<'_>) -> Result<ArrayRef> {
    let mut units = Prepared::argument(call, 0, DateUnit::parse)?;
    let amounts = call.bigints(1)?;
    let amounts = amounts.values();
    let results = each_row(call, &argument_days(call, 2)?, |row, days| {
        let unit = *units.at(row)?;
        let amount = amount_in_bounds(amounts.get(row).copied().unwrap_or(0))?;
        date_from_days(add_to_day(unit, amount, days.into())?)
    })?;
    Ok(date_column(results))
}

#[inline]
const fn units_of<const PER_SECOND: i64>(unit: ClockUnit) -> i64 {
    // Nanoseconds of a millisecond and more are whole numbers.
    PER_SECOND / 1_000 * unit.millis()
}

fn moved_times<const PER_SECOND: i64>(call: &Call<'_>, times: &[i64]) -> Result<Vec<i64>> {
    let mut units = Prepared::argument(call, 0, ClockUnit::parse)?;
    let amounts = call.bigints(1)?;
    let amounts = amounts.values();
    let per_day = PER_SECOND * SECONDS_PER_DAY;
    let step = rounding_step::<PER_SECOND>(precision(call.returns()));
    each_row(call, times, |row, time| {
        let unit = *units.at(row)?;
        let length = units_of::<PER_SECOND>(unit);
        let amount = amounts.get(row).copied().unwrap_or(0) % (per_day / length);
        let moved = time.wrapping_add(amount * length).rem_euclid(per_day);
        Ok(round_half_up(moved, step).rem_euclid(per_day))
    })
}

/// The units to which results are rounded: a unit smaller than the last digit of the type can be added.
fn rounding_step<const PER_SECOND: i64>(precision: u8) -> i64 {
    if precision >= 3 {
        return 1;
    }
    PER_SECOND / 10_i64.pow(precision.into())
}

fn times<const PER_SECOND: i64>(call: &Call<'_>) -> Result<ArrayRef> {
    let times = argument_numbers(call, 2)?;
    returned_numbers(call, moved_times::<PER_SECOND>(call, &times)?)
}

fn offset_times<const PER_SECOND: i64>(call: &Call<'_>) -> Result<ArrayRef> {
    let OffsetTimes { times, offsets } = OffsetTimes::argument(call, 2)?;
    let moved = moved_times::<PER_SECOND>(call, &times)?;
    OffsetTimes::column(call.returns(), moved, offsets)
}

/// A timestamp of no zone so many units later.
#[inline]
fn add<const PER_SECOND: i64>(
    unit: TimestampUnit,
    amount: i64,
    value: i64,
) -> Result<i64, FunctionError> {
    match unit {
        TimestampUnit::Clock(unit) => amount
            .checked_mul(units_of::<PER_SECOND>(unit))
            .and_then(|delta| value.checked_add(delta)),
        TimestampUnit::Date(unit) => {
            let per_day = PER_SECOND * SECONDS_PER_DAY;
            let days = add_to_day(unit, amount, value.div_euclid(per_day))?;
            days.checked_mul(per_day)
                .and_then(|midnight| midnight.checked_add(value.rem_euclid(per_day)))
        }
    }
    .ok_or_else(overflow)
}

fn timestamps<const PER_SECOND: i64>(call: &Call<'_>) -> Result<ArrayRef> {
    let mut units = Prepared::argument(call, 0, TimestampUnit::parse)?;
    let step = rounding_step::<PER_SECOND>(precision(call.returns()));
    let values = argument_numbers(call, 2)?;
    let moved = |unit, amount, value| {
        let moved = add::<PER_SECOND>(unit, amount_in_bounds(amount)?, value)?;
        Ok(round_half_up(moved, step))
    };
    let results = match (units.constant(), call.constant(1)) {
        (Some(unit), Some(ScalarValue::Int64(Some(amount)))) => {
            with_constant_unit!(*unit, |unit| each_number(
                call,
                &values,
                |value| moved(unit, *amount, value).ok(),
                |value| moved(unit, *amount, value).err().unwrap_or_else(overflow)
            ))?
        }
        _ => {
            let amounts = call.bigints(1)?;
            let amounts = amounts.values();
            each_row(call, &values, |row, value| {
                moved(
                    *units.at(row)?,
                    amounts.get(row).copied().unwrap_or(0),
                    value,
                )
            })?
        }
    };
    returned_numbers(call, results)
}

fn zoned<const PER_SECOND: i64>(call: &Call<'_>) -> Result<ArrayRef> {
    let mut units = Prepared::argument(call, 0, TimestampUnit::parse)?;
    let amounts = call.bigints(1)?;
    let amounts = amounts.values();
    let step = rounding_step::<PER_SECOND>(precision(call.returns()));
    let Zoned { instants, zones } = Zoned::argument(call, 2)?;
    let mut cache = OffsetCache::new();
    let results = each_row(call, &instants, |row, instant| {
        let unit = *units.at(row)?;
        let amount = amount_in_bounds(amounts.get(row).copied().unwrap_or(0))?;
        let moved = match unit {
            TimestampUnit::Clock(_) => add::<PER_SECOND>(unit, amount, instant)?,
            TimestampUnit::Date(_) => {
                let zone = zones.get(row).copied().unwrap_or(0);
                let local = local_of_instant::<PER_SECOND>(&mut cache, zone, instant)?;
                let moved = add::<PER_SECOND>(unit, amount, local)?;
                // Trino does not keep the offset of a value that it moves by quarters.
                if unit == TimestampUnit::Date(DateUnit::Quarter) {
                    first_instant_of_local::<PER_SECOND>(zone, moved)?
                } else {
                    instant_of_local::<PER_SECOND>(&mut cache, zone, moved, instant)?
                }
            }
        };
        Ok(round_half_up(moved, step))
    })?;
    Zoned::column(call.returns(), results, zones)
}

#[cfg(test)]
mod tests {
    use crate::datetime::fixtures::{dates, result, texts, times, timestamps};
    use crate::testing::{Argument, bigint, column, text};
    use arrow::array::Int64Array;

    async fn added(unit: &str, amount: i64, value: Argument) -> String {
        result("date_add", vec![text(unit), bigint(amount), value]).await
    }

    #[tokio::test]
    async fn dates_end_with_their_month() {
        assert_eq!(
            added("month", 1, dates(&["2020-01-31", "NULL", "2019-12-31"])).await,
            "2020-02-29|NULL|2020-01-31"
        );
        assert_eq!(
            added("quarter", -1, dates(&["2020-05-31"])).await,
            "2020-02-29"
        );
        assert_eq!(added("year", 1, dates(&["2020-02-29"])).await, "2021-02-28");
        assert_eq!(
            added("week", -2, dates(&["2020-01-01"])).await,
            "2019-12-18"
        );
        assert_eq!(added("day", 0, dates(&["2020-01-01"])).await, "2020-01-01");
    }

    #[tokio::test]
    async fn amounts_and_results_have_bounds() {
        assert_eq!(
            added("day", 2_147_483_648, dates(&["2020-01-01"])).await,
            "ERROR: integer overflow"
        );
        assert_eq!(
            added("year", 300_000_000, dates(&["2020-01-01"])).await,
            "ERROR: Value 300002020 for year must be in the range [-292275054,292278993]"
        );
        assert_eq!(
            added("month", 2_147_483_647, timestamps(&["2020-01-01"])).await,
            "ERROR: long overflow"
        );
        assert_eq!(
            added("year", 300_000, timestamps(&["2020-01-01"])).await,
            "ERROR: long overflow"
        );
        let amounts = column(
            "bigint",
            Int64Array::from(vec![Some(i64::MAX), None, Some(1)]),
        );
        let values = dates(&["NULL", "2020-01-01", "2020-01-01"]);
        assert_eq!(
            result("date_add", vec![text("day"), amounts, values]).await,
            "NULL|NULL|2020-01-02"
        );
    }

    #[tokio::test]
    async fn timestamps_keep_their_precision() {
        let value = || timestamps(&["2001-08-22 03:04:05.321456"]);
        assert_eq!(
            added("millisecond", 3, value()).await,
            "2001-08-22 03:04:05.324456"
        );
        assert_eq!(
            added("hour", -4, value()).await,
            "2001-08-21 23:04:05.321456"
        );
        assert_eq!(
            added("month", 6, value()).await,
            "2002-02-22 03:04:05.321456"
        );
        assert_eq!(
            added("millisecond", 1_500, timestamps(&["2020-01-01 00:00:00"])).await,
            "2020-01-01 00:00:02"
        );
        assert_eq!(
            added("second", 1, timestamps(&["2020-01-01 00:00:00.123456789"])).await,
            "2020-01-01 00:00:01.123456789"
        );
        let units = texts(&["day", "hour"]);
        let values = timestamps(&["2020-01-01", "2020-01-01"]);
        assert_eq!(
            result("date_add", vec![units, bigint(1), values]).await,
            "2020-01-02 00:00:00|2020-01-01 01:00:00"
        );
    }

    #[tokio::test]
    async fn days_follow_the_local_time_and_hours_the_instant() {
        let value = || timestamps(&["2020-03-28 02:30:00 Europe/Paris"]);
        // 02:30 does not occur on the next day.
        assert_eq!(
            added("day", 1, value()).await,
            "2020-03-29 03:30:00 Europe/Paris"
        );
        assert_eq!(
            added("hour", 24, value()).await,
            "2020-03-29 03:30:00 Europe/Paris"
        );
        assert_eq!(
            added("day", 2, value()).await,
            "2020-03-30 02:30:00 Europe/Paris"
        );
        assert_eq!(
            added("hour", 48, value()).await,
            "2020-03-30 03:30:00 Europe/Paris"
        );
    }

    #[tokio::test]
    async fn times_go_around_the_clock() {
        assert_eq!(
            added("hour", 23, times(&["03:04:05.321", "NULL"])).await,
            "02:04:05.321|NULL"
        );
        assert_eq!(
            added("minute", -200, times(&["03:04:05.321 +07:09"])).await,
            "23:44:05.321+07:09"
        );
        assert_eq!(
            added("millisecond", 500, times(&["23:59:59"])).await,
            "00:00:00"
        );
        assert_eq!(
            added("second", i64::MIN, times(&["00:00:00"])).await,
            "08:29:52"
        );
    }
}
