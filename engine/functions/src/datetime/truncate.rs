//! `date_trunc`: the start of the unit that a value lies in.

use arrow::array::ArrayRef;
use datafusion::error::Result;

use super::calendar::{self, Civil};
use super::columns::{
    OffsetTimes, Prepared, SECONDS_PER_DAY, Zoned, argument_days, argument_numbers, date_column,
    date_from_days, each_number, each_row, returned_numbers, timestamp_out_of_range, with_units,
};
use super::local_time::{instant_of_local, local_of_instant};
use super::unit::{ClockUnit, DateUnit, TimestampUnit, with_constant_unit};
use crate::call::Call;
use crate::definition::Definition;
use crate::error::FunctionError;
use crate::types::time_zone::OffsetCache;

pub(crate) fn definitions() -> Vec<Definition> {
    vec![
        Definition::new(
            "date_trunc",
            "Start of the unit of time that the value lies in",
        )
        .strict("(varchar, date) -> date", dates)
        .strict("(varchar, time(p)) -> time(p)", |call| {
            with_units!(call, 1, times(call))
        })
        .strict(
            "(varchar, time(p) with time zone) -> time(p) with time zone",
            |call| with_units!(call, 1, offset_times(call)),
        )
        .strict("(varchar, timestamp(p)) -> timestamp(p)", |call| {
            with_units!(call, 1, timestamps(call))
        })
        .strict(
            "(varchar, timestamp(p) with time zone) -> timestamp(p) with time zone",
            |call| with_units!(call, 1, zoned(call)),
        ),
    ]
}

/// The first day of the unit that a day lies in.
#[inline]
fn first_day(unit: DateUnit, days: i64) -> i64 {
    match unit {
        DateUnit::Day => days,
        DateUnit::Week => days - (days + 3).rem_euclid(7),
        DateUnit::Month => days - calendar::civil_from_days(days).day + 1,
        DateUnit::Quarter => {
            let Civil { year, month, .. } = calendar::civil_from_days(days);
            calendar::days_from_civil(year, (month - 1) / 3 * 3 + 1, 1)
        }
        DateUnit::Year => calendar::year_start(calendar::civil_from_days(days).year),
    }
}

/// The last multiple of the unit that is not greater, if there is one.
#[inline]
fn floor_of_clock<const PER_SECOND: i64>(unit: ClockUnit, units: i64) -> Option<i64> {
    // Each length is a constant of its own, for divisions by constants are cheap.
    let beyond = match unit {
        ClockUnit::Millisecond => units.rem_euclid(PER_SECOND / 1_000),
        ClockUnit::Second => units.rem_euclid(PER_SECOND),
        ClockUnit::Minute => units.rem_euclid(PER_SECOND * 60),
        ClockUnit::Hour => units.rem_euclid(PER_SECOND * 3_600),
    };
    units.checked_sub(beyond)
}

#[inline]
fn floor_of_date<const PER_SECOND: i64>(unit: DateUnit, units: i64) -> Option<i64> {
    let per_day = PER_SECOND * SECONDS_PER_DAY;
    first_day(unit, units.div_euclid(per_day)).checked_mul(per_day)
}

#[inline]
fn floor<const PER_SECOND: i64>(unit: TimestampUnit, units: i64) -> Option<i64> {
    match unit {
        TimestampUnit::Clock(unit) => floor_of_clock::<PER_SECOND>(unit, units),
        TimestampUnit::Date(unit) => floor_of_date::<PER_SECOND>(unit, units),
    }
}

fn dates(call: &Call<'_>) -> Result<ArrayRef> {
    let mut units = Prepared::argument(call, 0, DateUnit::parse)?;
    let days = argument_days(call, 1)?;
    let results = each_row(call, &days, |row, days| {
        date_from_days(first_day(*units.at(row)?, days.into()))
    })?;
    Ok(date_column(results))
}

fn truncated_times<const PER_SECOND: i64>(call: &Call<'_>, times: &[i64]) -> Result<Vec<i64>> {
    let mut units = Prepared::argument(call, 0, ClockUnit::parse)?;
    each_row(call, times, |row, time| {
        // Times are not negative, so the last multiple is there.
        Ok(floor_of_clock::<PER_SECOND>(*units.at(row)?, time).unwrap_or(time))
    })
}

fn times<const PER_SECOND: i64>(call: &Call<'_>) -> Result<ArrayRef> {
    let times = argument_numbers(call, 1)?;
    returned_numbers(call, truncated_times::<PER_SECOND>(call, &times)?)
}

fn offset_times<const PER_SECOND: i64>(call: &Call<'_>) -> Result<ArrayRef> {
    let OffsetTimes { times, offsets } = OffsetTimes::argument(call, 1)?;
    let truncated = truncated_times::<PER_SECOND>(call, &times)?;
    OffsetTimes::column(call.returns(), truncated, offsets)
}

fn timestamps<const PER_SECOND: i64>(call: &Call<'_>) -> Result<ArrayRef> {
    let mut units = Prepared::argument(call, 0, TimestampUnit::parse)?;
    let values = argument_numbers(call, 1)?;
    let results = match units.constant() {
        Some(unit) => with_constant_unit!(*unit, |unit| each_number(
            call,
            &values,
            |value| floor::<PER_SECOND>(unit, value),
            |_| timestamp_out_of_range()
        ))?,
        None => each_row(call, &values, |row, value| {
            floor::<PER_SECOND>(*units.at(row)?, value).ok_or_else(timestamp_out_of_range)
        })?,
    };
    returned_numbers(call, results)
}

fn zoned<const PER_SECOND: i64>(call: &Call<'_>) -> Result<ArrayRef> {
    let mut units = Prepared::argument(call, 0, TimestampUnit::parse)?;
    let Zoned { instants, zones } = Zoned::argument(call, 1)?;
    let mut cache = OffsetCache::new();
    let results = each_row(call, &instants, |row, instant| {
        let unit = *units.at(row)?;
        let zone = zones.get(row).copied().unwrap_or(0);
        floor_in_zone::<PER_SECOND>(&mut cache, unit, instant, zone)
    })?;
    Zoned::column(call.returns(), results, zones)
}

#[inline]
fn floor_in_zone<const PER_SECOND: i64>(
    cache: &mut OffsetCache,
    unit: TimestampUnit,
    instant: i64,
    zone: i16,
) -> Result<i64, FunctionError> {
    let local = local_of_instant::<PER_SECOND>(cache, zone, instant)?;
    let floored = floor::<PER_SECOND>(unit, local).ok_or_else(timestamp_out_of_range)?;
    match unit {
        // Within a day the offset is kept.
        TimestampUnit::Clock(_) => instant
            .checked_sub(local - floored)
            .ok_or_else(timestamp_out_of_range),
        TimestampUnit::Date(DateUnit::Quarter) => {
            // Trino first goes to the quarter's first month, which settles the offset.
            let per_day = PER_SECOND * SECONDS_PER_DAY;
            let (days, of_day) = (local.div_euclid(per_day), local.rem_euclid(per_day));
            let Civil { year, month, day } = calendar::civil_from_days(days);
            let month = (month - 1) / 3 * 3 + 1;
            let day = day.min(calendar::days_in_month(year, month));
            let in_month = calendar::days_from_civil(year, month, day)
                .checked_mul(per_day)
                .and_then(|midnight| midnight.checked_add(of_day))
                .ok_or_else(timestamp_out_of_range)?;
            let settled = instant_of_local::<PER_SECOND>(cache, zone, in_month, instant)?;
            instant_of_local::<PER_SECOND>(cache, zone, floored, settled)
        }
        TimestampUnit::Date(_) => instant_of_local::<PER_SECOND>(cache, zone, floored, instant),
    }
}

#[cfg(test)]
mod tests {
    use crate::datetime::fixtures::{dates, result, result_type, texts, times, timestamps};
    use crate::testing::text;

    #[tokio::test]
    async fn timestamps_are_cut_to_the_start_of_the_unit() {
        for (unit, shown) in [
            (
                "millisecond",
                "2001-08-22 03:04:05.321000|NULL|1969-12-31 23:59:59.999000",
            ),
            (
                "second",
                "2001-08-22 03:04:05.000000|NULL|1969-12-31 23:59:59.000000",
            ),
            (
                "MINUTE",
                "2001-08-22 03:04:00.000000|NULL|1969-12-31 23:59:00.000000",
            ),
            (
                "hour",
                "2001-08-22 03:00:00.000000|NULL|1969-12-31 23:00:00.000000",
            ),
            (
                "day",
                "2001-08-22 00:00:00.000000|NULL|1969-12-31 00:00:00.000000",
            ),
            (
                "week",
                "2001-08-20 00:00:00.000000|NULL|1969-12-29 00:00:00.000000",
            ),
            (
                "month",
                "2001-08-01 00:00:00.000000|NULL|1969-12-01 00:00:00.000000",
            ),
            (
                "quarter",
                "2001-07-01 00:00:00.000000|NULL|1969-10-01 00:00:00.000000",
            ),
            (
                "year",
                "2001-01-01 00:00:00.000000|NULL|1969-01-01 00:00:00.000000",
            ),
        ] {
            let values = timestamps(&[
                "2001-08-22 03:04:05.321456",
                "NULL",
                "1969-12-31 23:59:59.999999",
            ]);
            assert_eq!(result("date_trunc", vec![text(unit), values]).await, shown);
        }
        let values = timestamps(&["2001-08-22 03:04:05.123456789"]);
        assert_eq!(
            result_type("date_trunc", vec![text("day"), values]).await,
            "timestamp(9)"
        );
    }

    #[tokio::test]
    async fn units_may_vary_by_row() {
        let units = texts(&["year", "NULL", "day", "day"]);
        let values = dates(&["2020-05-17", "2020-05-17", "NULL", "2020-05-17"]);
        assert_eq!(
            result("date_trunc", vec![units, values]).await,
            "2020-01-01|NULL|NULL|2020-05-17"
        );
    }

    #[tokio::test]
    async fn wrong_units_are_errors_only_where_there_are_values() {
        let wrong = result("date_trunc", vec![text("hour"), dates(&["2020-05-17"])]).await;
        assert_eq!(wrong, "ERROR: 'hour' is not a valid DATE field");
        let wrong = result("date_trunc", vec![text("DAY"), times(&["01:02"])]).await;
        assert_eq!(wrong, "ERROR: 'day' is not a valid Time field");
        let wrong = result("date_trunc", vec![text("x"), timestamps(&["2020-05-17"])]).await;
        assert_eq!(wrong, "ERROR: 'x' is not a valid Timestamp field");
    }

    #[tokio::test]
    async fn times_keep_their_offset() {
        let values = times(&["03:04:05.321", "NULL"]);
        assert_eq!(
            result("date_trunc", vec![text("hour"), values]).await,
            "03:00:00.000|NULL"
        );
        let values = times(&["03:04:05.321 +07:09", "NULL"]);
        assert_eq!(
            result("date_trunc", vec![text("minute"), values]).await,
            "03:04:00.000+07:09|NULL"
        );
    }

    #[tokio::test]
    async fn units_begin_by_the_local_time_of_the_zone() {
        let zoned = |texts: &[&str]| timestamps(texts);
        let values = zoned(&[
            "2020-03-29 12:34:56.789 Europe/Paris",
            "NULL",
            "2020-10-25 12:00:00.000 America/Sao_Paulo",
        ]);
        assert_eq!(
            result("date_trunc", vec![text("day"), values]).await,
            "2020-03-29 00:00:00.000 Europe/Paris|NULL|2020-10-25 00:00:00.000 America/Sao_Paulo"
        );
        let values = zoned(&["2020-05-17 12:34:56.789 Asia/Kathmandu"]);
        assert_eq!(
            result("date_trunc", vec![text("hour"), values]).await,
            "2020-05-17 12:00:00.000 Asia/Kathmandu"
        );
        let values = zoned(&["2020-05-31 12:34:56.789 Europe/Paris"]);
        assert_eq!(
            result("date_trunc", vec![text("quarter"), values]).await,
            "2020-04-01 00:00:00.000 Europe/Paris"
        );
        // On 2018-11-04 clocks in Sao Paulo went from 00:00 to 01:00, so that the day began an hour later.
        let values = zoned(&["2018-11-04 12:00:00.000 America/Sao_Paulo"]);
        assert_eq!(
            result("date_trunc", vec![text("day"), values]).await,
            "2018-11-04 01:00:00.000 America/Sao_Paulo"
        );
    }

    #[tokio::test]
    async fn hours_that_occur_twice_stay_apart() {
        // 01:30 occurs twice in New York on 2020-11-01: at 05:30 and 06:30 in UTC.
        let values = vec![
            timestamps(&["2020-11-01 05:30:00 UTC", "2020-11-01 06:30:00 UTC"]),
            text("America/New_York"),
        ];
        let (zoned, data_type) = crate::testing::call("at_timezone", values)
            .await
            .expect("zoned");
        let zoned = crate::testing::Argument::Column(zoned, data_type);
        let (hours, data_type) = crate::testing::call("date_trunc", vec![text("hour"), zoned])
            .await
            .expect("hours");
        let hours = crate::testing::Argument::Column(hours, data_type);
        assert_eq!(
            result("at_timezone", vec![hours, text("UTC")]).await,
            "2020-11-01 05:00:00 UTC|2020-11-01 06:00:00 UTC"
        );
    }
}
