//! `year` to `millisecond`: fields of dates, times, timestamps and intervals.

use std::sync::Arc;

use arrow::array::{ArrayRef, Int64Array};
use arrow::compute::kernels::arity::unary;
use arrow::datatypes::{Date32Type, DurationMillisecondType, Int64Type, IntervalYearMonthType};
use datafusion::error::Result;

use super::calendar;
use super::columns::{
    OffsetTimes, SECONDS_PER_DAY, Zoned, argument_numbers, bigint_column, with_units,
};
use crate::call::Call;
use crate::definition::Definition;

/// A field of a day, given in days since 1970-01-01.
trait DateField {
    fn of(days: i64) -> i64;
}

/// A field of the clock, given in units since midnight of any day.
trait ClockField {
    fn of<const PER_SECOND: i64>(units: i64) -> i64;
}

/// Declares fields by the expression that computes them.
macro_rules! date_fields {
    ($($name:ident: |$days:ident| $value:expr;)+) => {
        $(
            struct $name;

            impl DateField for $name {
                #[inline]
                fn of($days: i64) -> i64 {
                    $value
                }
            }
        )+
    };
}

date_fields! {
    Year: |days| calendar::civil_from_days(days).year;
    Quarter: |days| (calendar::civil_from_days(days).month + 2) / 3;
    Month: |days| calendar::civil_from_days(days).month;
    Week: |days| calendar::iso_week(days).1;
    Day: |days| calendar::civil_from_days(days).day;
    DayOfWeek: |days| calendar::day_of_week(days);
    DayOfYear: |days| calendar::day_of_year(days);
    YearOfWeek: |days| calendar::iso_week(days).0;
}

macro_rules! clock_fields {
    ($($name:ident: |$units:ident, $per_second:ident| $value:expr;)+) => {
        $(
            struct $name;

            impl ClockField for $name {
                #[inline]
                fn of<const $per_second: i64>($units: i64) -> i64 {
                    $value
                }
            }
        )+
    };
}

clock_fields! {
    Hour: |units, PER_SECOND| units.div_euclid(PER_SECOND * 3_600).rem_euclid(24);
    Minute: |units, PER_SECOND| units.div_euclid(PER_SECOND * 60).rem_euclid(60);
    Second: |units, PER_SECOND| units.div_euclid(PER_SECOND).rem_euclid(60);
    Millisecond: |units, PER_SECOND| units.div_euclid(PER_SECOND / 1_000).rem_euclid(1_000);
}

pub(crate) fn definitions() -> Vec<Definition> {
    let week = date_field::<Week>("week", "ISO week of the year");
    let day = date_field::<Day>("day", "Day of the month; of an interval its whole days")
        .strict("(interval day to second) -> bigint", |call| {
            of_interval(call, |millis| millis / (SECONDS_PER_DAY * 1_000))
        });
    let day_of_week =
        date_field::<DayOfWeek>("day_of_week", "ISO day of the week, from 1 for Monday to 7");
    let day_of_year = date_field::<DayOfYear>("day_of_year", "Day of the year");
    let year_of_week =
        date_field::<YearOfWeek>("year_of_week", "Year that the ISO week belongs to");
    vec![
        date_field::<Year>("year", "Year; of an interval its whole years")
            .strict("(interval year to month) -> bigint", |call| {
                of_months(call, |months| months / 12)
            }),
        date_field::<Quarter>("quarter", "Quarter of the year"),
        date_field::<Month>(
            "month",
            "Month of the year; of an interval the months beside whole years",
        )
        .strict("(interval year to month) -> bigint", |call| {
            of_months(call, |months| months % 12)
        }),
        week.alias("week_of_year"),
        week,
        day.alias("day_of_month"),
        day,
        day_of_week.alias("dow"),
        day_of_week,
        day_of_year.alias("doy"),
        day_of_year,
        year_of_week.alias("yow"),
        year_of_week,
        clock_field::<Hour>("hour", "Hour of the day")
            .strict("(interval day to second) -> bigint", |call| {
                of_interval(call, |millis| millis / 3_600_000 % 24)
            }),
        clock_field::<Minute>("minute", "Minute of the hour")
            .strict("(interval day to second) -> bigint", |call| {
                of_interval(call, |millis| millis / 60_000 % 60)
            }),
        clock_field::<Second>("second", "Second of the minute")
            .strict("(interval day to second) -> bigint", |call| {
                of_interval(call, |millis| millis / 1_000 % 60)
            }),
        clock_field::<Millisecond>("millisecond", "Millisecond of the second")
            .strict("(interval day to second) -> bigint", |call| {
                of_interval(call, |millis| millis % 1_000)
            }),
    ]
}

fn date_field<F: DateField>(name: &'static str, description: &'static str) -> Definition {
    Definition::new(name, description)
        .strict("(date) -> bigint", of_dates::<F>)
        .strict("(timestamp(p)) -> bigint", |call| {
            with_units!(call, 0, date_of_timestamps::<F>(call))
        })
        .strict("(timestamp(p) with time zone) -> bigint", |call| {
            with_units!(call, 0, date_of_zoned::<F>(call))
        })
}

fn clock_field<F: ClockField>(name: &'static str, description: &'static str) -> Definition {
    Definition::new(name, description)
        .strict("(time(p)) -> bigint", |call| {
            with_units!(call, 0, clock_of_timestamps::<F>(call))
        })
        .strict("(time(p) with time zone) -> bigint", |call| {
            with_units!(call, 0, clock_of_offset_times::<F>(call))
        })
        .strict("(timestamp(p)) -> bigint", |call| {
            with_units!(call, 0, clock_of_timestamps::<F>(call))
        })
        .strict("(timestamp(p) with time zone) -> bigint", |call| {
            with_units!(call, 0, clock_of_zoned::<F>(call))
        })
}

fn of_dates<F: DateField>(call: &Call<'_>) -> Result<ArrayRef> {
    let dates = call.primitives::<Date32Type>(0)?;
    Ok(Arc::new(unary::<_, _, Int64Type>(&dates, |days| {
        F::of(days.into())
    })))
}

fn mapped(values: &[i64], field: impl Fn(i64) -> i64) -> ArrayRef {
    Arc::new(Int64Array::from_iter_values(
        values.iter().map(|value| field(*value)),
    ))
}

fn date_of_timestamps<F: DateField, const PER_SECOND: i64>(call: &Call<'_>) -> Result<ArrayRef> {
    let units = argument_numbers(call, 0)?;
    Ok(mapped(&units, |units| {
        F::of(units.div_euclid(PER_SECOND * SECONDS_PER_DAY))
    }))
}

fn date_of_zoned<F: DateField, const PER_SECOND: i64>(call: &Call<'_>) -> Result<ArrayRef> {
    let days = Zoned::argument(call, 0)?.each::<i64, PER_SECOND>(call, |instant, offset| {
        let seconds = instant.div_euclid(PER_SECOND) + offset;
        Ok(F::of(seconds.div_euclid(SECONDS_PER_DAY)))
    })?;
    Ok(bigint_column(days))
}

fn clock_of_timestamps<F: ClockField, const PER_SECOND: i64>(call: &Call<'_>) -> Result<ArrayRef> {
    let units = argument_numbers(call, 0)?;
    Ok(mapped(&units, F::of::<PER_SECOND>))
}

fn clock_of_offset_times<F: ClockField, const PER_SECOND: i64>(
    call: &Call<'_>,
) -> Result<ArrayRef> {
    let times = OffsetTimes::argument(call, 0)?.times;
    Ok(mapped(&times, F::of::<PER_SECOND>))
}

fn clock_of_zoned<F: ClockField, const PER_SECOND: i64>(call: &Call<'_>) -> Result<ArrayRef> {
    let fields = Zoned::argument(call, 0)?.each::<i64, PER_SECOND>(call, |instant, offset| {
        // Only the time of the day counts, so that the offset cannot lead beyond what 64 bits hold.
        let of_day = instant.rem_euclid(PER_SECOND * SECONDS_PER_DAY);
        Ok(F::of::<PER_SECOND>(of_day + offset * PER_SECOND))
    })?;
    Ok(bigint_column(fields))
}

fn of_interval(call: &Call<'_>, field: fn(i64) -> i64) -> Result<ArrayRef> {
    let intervals = call.primitives::<DurationMillisecondType>(0)?;
    Ok(Arc::new(unary::<_, _, Int64Type>(&intervals, field)))
}

fn of_months(call: &Call<'_>, field: fn(i64) -> i64) -> Result<ArrayRef> {
    let intervals = call.primitives::<IntervalYearMonthType>(0)?;
    Ok(Arc::new(unary::<_, _, Int64Type>(&intervals, |months| {
        field(months.into())
    })))
}

#[cfg(test)]
mod tests {
    use crate::datetime::fixtures::{dates, interval, result, times, timestamps};

    #[tokio::test]
    async fn fields_of_dates_and_timestamps_agree() {
        let expected = [
            ("year", "2005|NULL|-1"),
            ("quarter", "1|NULL|4"),
            ("month", "1|NULL|12"),
            ("week", "53|NULL|52"),
            ("week_of_year", "53|NULL|52"),
            ("day", "2|NULL|31"),
            ("day_of_month", "2|NULL|31"),
            ("day_of_week", "7|NULL|5"),
            ("dow", "7|NULL|5"),
            ("day_of_year", "2|NULL|365"),
            ("doy", "2|NULL|365"),
            ("year_of_week", "2004|NULL|-1"),
            ("yow", "2004|NULL|-1"),
        ];
        for (name, shown) in expected {
            let days = dates(&["2005-01-02", "NULL", "-0001-12-31"]);
            assert_eq!(result(name, vec![days]).await, shown, "{name} of dates");
            let values = timestamps(&["2005-01-02 23:59:59", "NULL", "-0001-12-31 23:59:59"]);
            assert_eq!(
                result(name, vec![values]).await,
                shown,
                "{name} of timestamps"
            );
            let zoned = timestamps(&[
                "2005-01-02 00:00 +14:00",
                "NULL",
                "-0001-12-31 23:59 -14:00",
            ]);
            assert_eq!(
                result(name, vec![zoned]).await,
                shown,
                "{name} of zoned timestamps"
            );
        }
    }

    #[tokio::test]
    async fn fields_of_the_clock_are_local() {
        let expected = [
            ("hour", "13|NULL|23"),
            ("minute", "4|NULL|59"),
            ("second", "5|NULL|58"),
            ("millisecond", "321|NULL|999"),
        ];
        for (name, shown) in expected {
            let values = timestamps(&[
                "2001-01-09 13:04:05.3219",
                "NULL",
                "1969-12-31 23:59:58.9999",
            ]);
            assert_eq!(
                result(name, vec![values]).await,
                shown,
                "{name} of timestamps"
            );
            let zoned = timestamps(&[
                "2001-01-09 13:04:05.3219999 +07:09",
                "NULL",
                "1969-12-31 23:59:58.9999999 Asia/Tokyo",
            ]);
            assert_eq!(
                result(name, vec![zoned]).await,
                shown,
                "{name} of zoned timestamps"
            );
            let plain = times(&["13:04:05.321", "NULL", "23:59:58.999"]);
            assert_eq!(result(name, vec![plain]).await, shown, "{name} of times");
            let offset = times(&["13:04:05.321 +01:00", "NULL", "23:59:58.999 -01:00"]);
            assert_eq!(
                result(name, vec![offset]).await,
                shown,
                "{name} of zoned times"
            );
        }
    }

    #[tokio::test]
    async fn fields_of_intervals_have_the_sign_of_the_interval() {
        for (name, unit, amount, shown) in [
            ("second", "second", "65", "5"),
            ("second", "second", "-65", "-5"),
            ("millisecond", "second", "1.25", "250"),
            ("minute", "second", "247", "4"),
            ("hour", "minute", "1627", "3"),
            ("day", "hour", "55", "2"),
            ("day_of_month", "hour", "-55", "-2"),
            ("month", "month", "15", "3"),
            ("year", "month", "-29", "-2"),
        ] {
            assert_eq!(
                result(name, vec![interval(amount, unit)]).await,
                shown,
                "{name} {amount}"
            );
        }
    }

    #[tokio::test]
    async fn extreme_dates_have_years() {
        assert_eq!(
            result("year", vec![dates(&["5881580-07-11", "-5877641-06-23"])]).await,
            "5881580|-5877641"
        );
    }
}
