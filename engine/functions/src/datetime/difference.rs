//! `date_diff`: the whole units that elapsed from one value to another.

use arrow::array::ArrayRef;
use datafusion::error::Result;

use super::calendar;
use super::columns::{
    MILLIS_PER_DAY, OffsetTimes, Prepared, SECONDS_PER_DAY, Zoned, argument_days, argument_numbers,
    bigint_column, each_row, with_units,
};
use super::unit::{ClockUnit, DateUnit, TimestampUnit, with_constant_unit};
use crate::call::Call;
use crate::definition::Definition;
use crate::types::time_zone::OffsetCache;

pub(crate) fn definitions() -> Vec<Definition> {
    vec![
        Definition::new(
            "date_diff",
            "Whole units of time from the first value to the second",
        )
        .strict("(varchar, date, date) -> bigint", dates)
        .strict("(varchar, time(p), time(p)) -> bigint", |call| {
            with_units!(call, 1, times(call))
        })
        .strict(
            "(varchar, time(p) with time zone, time(p) with time zone) -> bigint",
            |call| with_units!(call, 1, offset_times(call)),
        )
        .strict("(varchar, timestamp(p), timestamp(p)) -> bigint", |call| {
            with_units!(call, 1, timestamps(call))
        })
        .strict(
            "(varchar, timestamp(p) with time zone, timestamp(p) with time zone) -> bigint",
            |call| with_units!(call, 1, zoned(call)),
        ),
    ]
}

/// The whole units between two times of no zone in milliseconds.
#[inline]
fn date_units(unit: DateUnit, from: i64, to: i64) -> i64 {
    match unit {
        DateUnit::Day => (to - from) / MILLIS_PER_DAY,
        DateUnit::Week => (to - from) / (7 * MILLIS_PER_DAY),
        DateUnit::Month => calendar::months_between(from, to),
        DateUnit::Quarter => calendar::months_between(from, to) / 3,
        DateUnit::Year => calendar::years_between(from, to),
    }
}

#[inline]
fn clock_units(unit: ClockUnit, millis: i64) -> i64 {
    // Each length is a constant of its own, for divisions by constants are cheap.
    match unit {
        ClockUnit::Millisecond => millis,
        ClockUnit::Second => millis / 1_000,
        ClockUnit::Minute => millis / 60_000,
        ClockUnit::Hour => millis / 3_600_000,
    }
}

fn dates(call: &Call<'_>) -> Result<ArrayRef> {
    let mut units = Prepared::argument(call, 0, DateUnit::parse)?;
    let later = argument_days(call, 2)?;
    let results = each_row(call, &argument_days(call, 1)?, |row, from| {
        let unit = *units.at(row)?;
        let to = i64::from(later.get(row).copied().unwrap_or(0));
        Ok(date_units(
            unit,
            i64::from(from) * MILLIS_PER_DAY,
            to * MILLIS_PER_DAY,
        ))
    })?;
    Ok(bigint_column(results))
}

fn elapsed_times<const PER_SECOND: i64>(
    call: &Call<'_>,
    from: &[i64],
    to: &[i64],
) -> Result<ArrayRef> {
    let mut units = Prepared::argument(call, 0, ClockUnit::parse)?;
    let results = each_row(call, from, |row, from| {
        let unit = *units.at(row)?;
        let elapsed = to.get(row).copied().unwrap_or(0).wrapping_sub(from);
        Ok(clock_units(unit, elapsed / (PER_SECOND / 1_000)))
    })?;
    Ok(bigint_column(results))
}

fn times<const PER_SECOND: i64>(call: &Call<'_>) -> Result<ArrayRef> {
    let (from, to) = (argument_numbers(call, 1)?, argument_numbers(call, 2)?);
    elapsed_times::<PER_SECOND>(call, &from, &to)
}

/// The times at UTC, within a day.
pub(crate) fn normalized<const PER_SECOND: i64>(values: &OffsetTimes) -> Vec<i64> {
    let per_day = PER_SECOND * SECONDS_PER_DAY;
    let pairs = values.times.iter().zip(values.offsets.iter());
    pairs
        .map(|(time, offset)| {
            // What lies in rows of NULL may be anything.
            let shift = i64::from(*offset) * 60 * PER_SECOND;
            time.wrapping_sub(shift).rem_euclid(per_day)
        })
        .collect()
}

fn offset_times<const PER_SECOND: i64>(call: &Call<'_>) -> Result<ArrayRef> {
    let from = normalized::<PER_SECOND>(&OffsetTimes::argument(call, 1)?);
    let to = normalized::<PER_SECOND>(&OffsetTimes::argument(call, 2)?);
    elapsed_times::<PER_SECOND>(call, &from, &to)
}

fn timestamps<const PER_SECOND: i64>(call: &Call<'_>) -> Result<ArrayRef> {
    let mut units = Prepared::argument(call, 0, TimestampUnit::parse)?;
    let (from, to) = (argument_numbers(call, 1)?, argument_numbers(call, 2)?);
    let elapsed = |unit, from: i64, to: i64| {
        let from = from.div_euclid(PER_SECOND / 1_000);
        let to = to.div_euclid(PER_SECOND / 1_000);
        match unit {
            TimestampUnit::Clock(unit) => clock_units(unit, to - from),
            TimestampUnit::Date(unit) => date_units(unit, from, to),
        }
    };
    let results = match units.constant() {
        Some(unit) => {
            let pairs = from.iter().zip(to.iter());
            with_constant_unit!(*unit, |unit| pairs
                .map(|(from, to)| elapsed(unit, *from, *to))
                .collect())
        }
        None => each_row(call, &from, |row, from| {
            Ok(elapsed(
                *units.at(row)?,
                from,
                to.get(row).copied().unwrap_or(0),
            ))
        })?,
    };
    Ok(bigint_column(results))
}

/// Both values are seen in the zone of the first.
fn zoned<const PER_SECOND: i64>(call: &Call<'_>) -> Result<ArrayRef> {
    let mut units = Prepared::argument(call, 0, TimestampUnit::parse)?;
    let Zoned { instants, zones } = Zoned::argument(call, 1)?;
    let later = Zoned::argument(call, 2)?.instants;
    let (mut from_cache, mut to_cache) = (OffsetCache::new(), OffsetCache::new());
    let results = each_row(call, &instants, |row, from| {
        let unit = *units.at(row)?;
        let millis = |units: i64| units.div_euclid(PER_SECOND / 1_000);
        let (from, to) = (millis(from), millis(later.get(row).copied().unwrap_or(0)));
        Ok(match unit {
            TimestampUnit::Clock(unit) => clock_units(unit, to - from),
            TimestampUnit::Date(unit) => {
                let zone = zones.get(row).copied().unwrap_or(0);
                let from_offset = from_cache.offset_at(zone, from.div_euclid(1_000));
                let to_offset = to_cache.offset_at(zone, to.div_euclid(1_000));
                date_units(unit, from + from_offset * 1_000, to + to_offset * 1_000)
            }
        })
    })?;
    Ok(bigint_column(results))
}

#[cfg(test)]
mod tests {
    use crate::datetime::fixtures::{dates, result, times, timestamps};
    use crate::testing::{Argument, text};

    async fn elapsed(unit: &str, from: Argument, to: Argument) -> String {
        result("date_diff", vec![text(unit), from, to]).await
    }

    #[tokio::test]
    async fn only_whole_units_count() {
        for (unit, shown) in [
            ("millisecond", "86400123"),
            ("second", "86400"),
            ("minute", "1440"),
            ("hour", "24"),
            ("day", "1"),
            ("week", "0"),
            ("month", "0"),
        ] {
            let from = timestamps(&["2020-06-01 12:30:45.000000000"]);
            let to = timestamps(&["2020-06-02 12:30:45.123456789"]);
            assert_eq!(elapsed(unit, from, to).await, shown, "{unit}");
        }
        let values = || timestamps(&["2020-06-01 12:00:00.001"]);
        assert_eq!(
            elapsed("day", values(), timestamps(&["2020-05-31 12:00:00.002"])).await,
            "0"
        );
        assert_eq!(
            elapsed("day", values(), timestamps(&["2020-05-31 12:00:00.001"])).await,
            "-1"
        );
    }

    #[tokio::test]
    async fn months_end_with_the_month() {
        let from = || dates(&["2020-01-31", "NULL", "2020-02-29", "2020-05-03"]);
        let to = || dates(&["2020-02-29", "2020-01-01", "2020-01-31", "1960-08-22"]);
        assert_eq!(elapsed("month", from(), to()).await, "1|NULL|-1|-716");
        assert_eq!(elapsed("quarter", from(), to()).await, "0|NULL|0|-238");
        assert_eq!(elapsed("year", from(), to()).await, "0|NULL|0|-59");
        assert_eq!(elapsed("week", from(), to()).await, "4|NULL|-4|-3114");
    }

    #[tokio::test]
    async fn days_are_those_of_the_first_zone() {
        let from = || timestamps(&["2020-03-28 12:00:00.000 Europe/Paris"]);
        let to = || timestamps(&["2020-03-29 12:00:00.000 Europe/Paris"]);
        assert_eq!(elapsed("day", from(), to()).await, "1");
        assert_eq!(elapsed("hour", from(), to()).await, "23");
        let in_utc = timestamps(&["2020-03-28 11:00:00.000 UTC"]);
        assert_eq!(elapsed("day", in_utc, to()).await, "0");
        let from = timestamps(&["2020-03-28 12:00:00.000000 Europe/Paris"]);
        let to = timestamps(&["2020-03-29 12:00:00.000000 Europe/Paris"]);
        assert_eq!(elapsed("day", from, to).await, "1");
    }

    #[tokio::test]
    async fn times_differ_by_their_offsets() {
        assert_eq!(
            elapsed("minute", times(&["07:02:09.678"]), times(&["03:04:05.321"])).await,
            "-238"
        );
        let (from, to) = (times(&["07:00 +07:00"]), times(&["03:00 +01:00"]));
        assert_eq!(elapsed("hour", from, to).await, "2");
        assert_eq!(
            elapsed("day", times(&["07:00"]), times(&["03:00"])).await,
            "ERROR: 'day' is not a valid Time field"
        );
    }
}
