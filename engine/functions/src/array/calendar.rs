//! Months added to dates and timestamps, as sequences count them.

use arrow::datatypes::{
    ArrowPrimitiveType, Date32Type, TimestampMicrosecondType, TimestampNanosecondType,
};
use chrono::{DateTime, Datelike, Months, NaiveDate, NaiveDateTime};

/// A date or timestamp that months can be added to.
pub(super) trait Calendar: ArrowPrimitiveType {
    /// The value as a date with a time.
    fn read(value: Self::Native) -> Option<NaiveDateTime>;
    /// The number of days or units that stands for a date with a time.
    fn write(value: NaiveDateTime) -> Option<i64>;
    /// The number of days or units.
    fn number(value: Self::Native) -> i64;
}

impl Calendar for Date32Type {
    fn read(value: i32) -> Option<NaiveDateTime> {
        let seconds = i64::from(value) * 24 * 60 * 60;
        DateTime::from_timestamp(seconds, 0).map(|at| at.naive_utc())
    }

    fn write(value: NaiveDateTime) -> Option<i64> {
        Some(i64::from(value.date().num_days_from_ce()) - 719_163)
    }

    fn number(value: i32) -> i64 {
        i64::from(value)
    }
}

impl Calendar for TimestampMicrosecondType {
    fn read(value: i64) -> Option<NaiveDateTime> {
        DateTime::from_timestamp_micros(value).map(|at| at.naive_utc())
    }

    fn write(value: NaiveDateTime) -> Option<i64> {
        Some(value.and_utc().timestamp_micros())
    }

    fn number(value: i64) -> i64 {
        value
    }
}

impl Calendar for TimestampNanosecondType {
    fn read(value: i64) -> Option<NaiveDateTime> {
        Some(DateTime::from_timestamp_nanos(value).naive_utc())
    }

    fn write(value: NaiveDateTime) -> Option<i64> {
        value.and_utc().timestamp_nanos_opt()
    }

    fn number(value: i64) -> i64 {
        value
    }
}

/// The whole months from one time to another, negative if the other is earlier. A month after the 31st may be the 30th.
pub(super) fn months_between(start: NaiveDateTime, stop: NaiveDateTime) -> i64 {
    if stop < start {
        return -months_between(stop, start);
    }
    let month = |at: NaiveDateTime| i64::from(at.year()) * 12 + i64::from(at.month0());
    let months = month(stop) - month(start);
    match plus_months(start, months) {
        Some(reached) if reached > stop => months - 1,
        _ => months,
    }
}

/// The same day of another month, or its last day.
pub(super) fn plus_months(at: NaiveDateTime, months: i64) -> Option<NaiveDateTime> {
    let count = Months::new(u32::try_from(months.unsigned_abs()).ok()?);
    let date: NaiveDate = if months < 0 {
        at.date().checked_sub_months(count)?
    } else {
        at.date().checked_add_months(count)?
    };
    Some(date.and_time(at.time()))
}
