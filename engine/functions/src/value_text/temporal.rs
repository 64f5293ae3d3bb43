//! Dates, times, timestamps and intervals as text.

use std::fmt::{Result, Write};

use super::calendar::CivilDate;
use super::number::write_integer;
use crate::types::time_zone::TimeZone;

pub(crate) const SECONDS_PER_DAY: i64 = 86_400;
pub(crate) const NANOS_PER_SECOND: i64 = 1_000_000_000;

/// How a year of more than four digits is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum LargeYear {
    /// As it is: Joda's way, of casts from date.
    Plain,
    /// With a plus sign: the way of Java's own time package.
    Signed,
}

/// A local time of a day of the calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct LocalTimestamp {
    /// Seconds of the local clock since 1970-01-01 00:00:00.
    pub(crate) seconds: i64,
    /// Within the second.
    pub(crate) nanos: u32,
}

impl LocalTimestamp {
    /// A count of units of which a second has so many.
    pub(crate) fn from_units(value: i64, units_per_second: i64) -> LocalTimestamp {
        let fraction = value.rem_euclid(units_per_second) * (NANOS_PER_SECOND / units_per_second);
        LocalTimestamp {
            seconds: value.div_euclid(units_per_second),
            nanos: u32::try_from(fraction).unwrap_or(0),
        }
    }

    /// The days since 1970-01-01.
    pub(crate) fn epoch_days(self) -> i64 {
        self.seconds.div_euclid(SECONDS_PER_DAY)
    }

    /// The time of its day.
    pub(crate) fn nanos_of_day(self) -> i64 {
        self.seconds.rem_euclid(SECONDS_PER_DAY) * NANOS_PER_SECOND + i64::from(self.nanos)
    }
}

const DIGIT_PAIRS: &str = "00010203040506070809101112131415161718192021222324252627282930313233343536373839\
4041424344454647484950515253545556575859606162636465666768697071727374757677787980818283848586878889\
90919293949596979899";

/// A number below 100 as two digits.
fn write_two_digits(out: &mut (impl Write + ?Sized), number: u32) -> Result {
    let start = usize::try_from(number % 100).unwrap_or(0) * 2;
    out.write_str(DIGIT_PAIRS.get(start..start + 2).unwrap_or("00"))
}

/// `2020-01-02`
pub(crate) fn write_date(
    out: &mut (impl Write + ?Sized),
    epoch_days: i64,
    large_year: LargeYear,
) -> Result {
    let CivilDate { year, month, day } = CivilDate::from_epoch_days(epoch_days);
    match u32::try_from(year) {
        Ok(year) if year <= 9999 => {
            write_two_digits(out, year / 100)?;
            write_two_digits(out, year % 100)?;
        }
        _ => {
            if year < 0 {
                out.write_char('-')?;
            } else if large_year == LargeYear::Signed {
                out.write_char('+')?;
            }
            write!(out, "{:04}", year.unsigned_abs())?;
        }
    }
    out.write_char('-')?;
    write_two_digits(out, month)?;
    out.write_char('-')?;
    write_two_digits(out, day)
}

/// `01:02:03.456`, with so many digits of a second.
pub(crate) fn write_time(
    out: &mut (impl Write + ?Sized),
    nanos_of_day: i64,
    precision: u8,
) -> Result {
    let seconds = u32::try_from(nanos_of_day / NANOS_PER_SECOND).unwrap_or(0);
    write_two_digits(out, seconds / 3600)?;
    out.write_char(':')?;
    write_two_digits(out, seconds / 60 % 60)?;
    out.write_char(':')?;
    write_two_digits(out, seconds % 60)?;
    let nanos = u32::try_from(nanos_of_day % NANOS_PER_SECOND).unwrap_or(0);
    write_fraction(out, nanos, precision)
}

/// `.456`, or nothing for a precision of 0.
fn write_fraction(out: &mut (impl Write + ?Sized), nanos: u32, precision: u8) -> Result {
    if precision == 0 {
        return Ok(());
    }
    out.write_char('.')?;
    let mut rest = nanos;
    let mut unit = NANOS_PER_SECOND.unsigned_abs();
    for _ in 0..precision.min(9) {
        unit /= 10;
        let unit = u32::try_from(unit).unwrap_or(1);
        let digit = rest / unit;
        rest %= unit;
        out.write_char(char::from_digit(digit, 10).unwrap_or('0'))?;
    }
    Ok(())
}

/// `2020-01-02 03:04:05.678`
pub(crate) fn write_timestamp(
    out: &mut (impl Write + ?Sized),
    timestamp: LocalTimestamp,
    precision: u8,
) -> Result {
    write_date(out, timestamp.epoch_days(), LargeYear::Signed)?;
    out.write_char(' ')?;
    write_time(out, timestamp.nanos_of_day(), precision)
}

/// `2020-01-01 00:00:00.000 America/New_York`
pub(crate) fn write_timestamp_with_zone(
    out: &mut (impl Write + ?Sized),
    instant: LocalTimestamp,
    zone: TimeZone,
    precision: u8,
) -> Result {
    let offset = i64::from(zone.offset_at(instant.seconds));
    let local = LocalTimestamp {
        seconds: instant.seconds.saturating_add(offset),
        nanos: instant.nanos,
    };
    write_timestamp(out, local, precision)?;
    write!(out, " {zone}")
}

/// `+05:30`
pub(crate) fn write_offset(out: &mut (impl Write + ?Sized), offset_minutes: i16) -> Result {
    out.write_char(if offset_minutes < 0 { '-' } else { '+' })?;
    let minutes = u32::from(offset_minutes.unsigned_abs());
    write_two_digits(out, minutes / 60)?;
    out.write_char(':')?;
    write_two_digits(out, minutes % 60)
}

/// `2 03:04:05.321`, or `-2 03:04:05.321`
pub(crate) fn write_interval_day_to_second(out: &mut (impl Write + ?Sized), millis: i64) -> Result {
    if millis < 0 {
        out.write_char('-')?;
    }
    let millis = millis.unsigned_abs();
    write_integer(out, millis / 86_400_000)?;
    out.write_char(' ')?;
    let nanos_of_day = millis % 86_400_000 * 1_000_000;
    write_time(out, i64::try_from(nanos_of_day).unwrap_or(0), 3)
}

/// `1-2`, or `-1-2`
pub(crate) fn write_interval_year_to_month(out: &mut (impl Write + ?Sized), months: i32) -> Result {
    if months < 0 {
        out.write_char('-')?;
    }
    let months = months.unsigned_abs();
    write_integer(out, months / 12)?;
    out.write_char('-')?;
    write_integer(out, months % 12)
}

#[cfg(test)]
mod tests {
    use super::{
        LargeYear, LocalTimestamp, write_date, write_interval_day_to_second,
        write_interval_year_to_month, write_offset, write_timestamp,
    };

    fn written(write: impl Fn(&mut String) -> std::fmt::Result) -> String {
        let mut text = String::new();
        write(&mut text).unwrap();
        text
    }

    #[test]
    fn years_have_four_digits_or_more() {
        let date = |days, large_year| written(|out| write_date(out, days, large_year));
        assert_eq!(date(0, LargeYear::Plain), "1970-01-01");
        assert_eq!(date(-719_529, LargeYear::Signed), "-0001-12-31");
        assert_eq!(date(2_932_897, LargeYear::Plain), "10000-01-01");
        assert_eq!(date(2_932_897, LargeYear::Signed), "+10000-01-01");
        assert_eq!(date(-714_748, LargeYear::Signed), "0013-02-01");
    }

    #[test]
    fn timestamps_before_the_epoch_count_backwards() {
        let timestamp = |micros, precision| {
            written(|out| {
                write_timestamp(
                    out,
                    LocalTimestamp::from_units(micros, 1_000_000),
                    precision,
                )
            })
        };
        assert_eq!(timestamp(-1, 6), "1969-12-31 23:59:59.999999");
        assert_eq!(timestamp(1_500_000, 0), "1970-01-01 00:00:01");
        assert_eq!(timestamp(1_020_000, 3), "1970-01-01 00:00:01.020");
    }

    #[test]
    fn intervals_and_offsets_have_one_sign() {
        assert_eq!(
            written(|out| write_interval_day_to_second(out, -183_845_321)),
            "-2 03:04:05.321"
        );
        assert_eq!(
            written(|out| write_interval_day_to_second(out, i64::MIN)),
            "-106751991167 07:12:55.808"
        );
        assert_eq!(
            written(|out| write_interval_year_to_month(out, -14)),
            "-1-2"
        );
        assert_eq!(
            written(|out| write_interval_year_to_month(out, i32::MIN)),
            "-178956970-8"
        );
        assert_eq!(written(|out| write_offset(out, -330)), "-05:30");
    }
}
