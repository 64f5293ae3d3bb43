//! Dates and timestamps as text, in Hive's notation and in ISO 8601.

use arrow::datatypes::TimeUnit;

const SECONDS_A_DAY: i64 = 86_400;

/// The most digits of a year: more lie outside of every date type.
const YEAR_DIGITS_MAX: usize = 7;

/// A point in time: seconds since 1970-01-01T00:00:00 and the nanoseconds after them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Instant {
    /// Whole seconds, rounded down.
    pub seconds: i64,
    /// 0 to 999,999,999.
    pub nanoseconds: u32,
}

impl Instant {
    /// The instant `count` units of `unit_a_second` to the second after 1970-01-01.
    fn from_units(count: i64, unit_a_second: i64) -> Option<Instant> {
        let nanoseconds = count.rem_euclid(unit_a_second) * (1_000_000_000 / unit_a_second);
        Some(Instant {
            seconds: count.div_euclid(unit_a_second),
            nanoseconds: u32::try_from(nanoseconds).ok()?,
        })
    }

    /// The instant `count` milliseconds after 1970-01-01.
    pub fn from_milliseconds(count: i64) -> Option<Instant> {
        Instant::from_units(count, 1_000)
    }

    /// The instant `count` nanoseconds after 1970-01-01.
    pub fn from_nanoseconds(count: i128) -> Option<Instant> {
        Some(Instant {
            seconds: i64::try_from(count.div_euclid(1_000_000_000)).ok()?,
            nanoseconds: u32::try_from(count.rem_euclid(1_000_000_000)).ok()?,
        })
    }

    /// The instant that Arrow writes as `count` of `unit`.
    pub fn from_unit(count: i64, unit: TimeUnit) -> Option<Instant> {
        Instant::from_units(count, units_a_second(unit))
    }

    /// The count of `unit` since 1970-01-01, rounded down; `None` where 64 bits do not hold it.
    pub fn to_unit(self, unit: TimeUnit) -> Option<i64> {
        let units = units_a_second(unit);
        let below = i64::from(self.nanoseconds) / (1_000_000_000 / units);
        self.seconds.checked_mul(units)?.checked_add(below)
    }
}

fn units_a_second(unit: TimeUnit) -> i64 {
    match unit {
        TimeUnit::Second => 1,
        TimeUnit::Millisecond => 1_000,
        TimeUnit::Microsecond => 1_000_000,
        TimeUnit::Nanosecond => 1_000_000_000,
    }
}

/// Which notations of a timestamp are accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Notation {
    /// `yyyy-MM-dd[ HH:mm:ss[.fffffffff]]`.
    Hive,
    /// Hive's, and ISO 8601 with `T` and an offset, which is converted to UTC.
    HiveOrIso,
}

/// Days since 1970-01-01 of `yyyy-MM-dd`; a time after a blank is dropped as Hive does.
pub(crate) fn parse_date(text: &[u8]) -> Option<i32> {
    let mut cursor = Cursor(text.trim_ascii());
    let days = cursor.date()?;
    if !matches!(cursor.0, [] | [b' ', ..]) {
        return None;
    }
    i32::try_from(days).ok()
}

/// The instant that `text` stands for; without an offset it is read as UTC.
pub(crate) fn parse_timestamp(text: &[u8], notation: Notation) -> Option<Instant> {
    let mut cursor = Cursor(text.trim_ascii());
    let days = cursor.date()?;
    let midnight = days.checked_mul(SECONDS_A_DAY)?;
    let iso = notation == Notation::HiveOrIso;
    match cursor.0 {
        [] => {
            return Some(Instant {
                seconds: midnight,
                nanoseconds: 0,
            });
        }
        [b' ', ..] => cursor.skip(1),
        [b'T' | b't', ..] if iso => cursor.skip(1),
        _ => return None,
    }
    let hour = cursor.number(1, 2, 23)?;
    cursor.expect(b':')?;
    let minute = cursor.number(1, 2, 59)?;
    // Seconds are optional in ISO 8601 only.
    let (second, nanoseconds) = match cursor.0 {
        [b':', ..] => {
            cursor.skip(1);
            (cursor.number(1, 2, 59)?, cursor.fraction()?)
        }
        _ if iso => (0, 0),
        _ => return None,
    };
    let offset = if iso { cursor.offset()? } else { 0 };
    if !cursor.0.is_empty() {
        return None;
    }
    Some(Instant {
        seconds: midnight + hour * 3600 + minute * 60 + second - offset,
        nanoseconds,
    })
}

/// Reads parts of dates and times off the front of a text.
pub(super) struct Cursor<'a>(pub(super) &'a [u8]);

impl Cursor<'_> {
    pub(super) fn skip(&mut self, bytes: usize) {
        self.0 = self.0.get(bytes..).unwrap_or_default();
    }

    pub(super) fn expect(&mut self, byte: u8) -> Option<()> {
        self.0 = self.0.strip_prefix(&[byte])?;
        Some(())
    }

    /// `digits_min` to `digits_max` digits, of a value up to `value_max`.
    pub(super) fn number(
        &mut self,
        digits_min: usize,
        digits_max: usize,
        value_max: i64,
    ) -> Option<i64> {
        let mut value: i64 = 0;
        let mut digits = 0;
        while let [byte @ b'0'..=b'9', rest @ ..] = self.0 {
            if digits == digits_max {
                break;
            }
            value = value.checked_mul(10)? + i64::from(byte - b'0');
            digits += 1;
            self.0 = rest;
        }
        (digits >= digits_min && value <= value_max).then_some(value)
    }

    /// An optional point and digits, as nanoseconds; digits beyond the ninth are dropped.
    pub(super) fn fraction(&mut self) -> Option<u32> {
        if self.expect(b'.').is_none() {
            return Some(0);
        }
        self.fraction_digits(usize::MAX)
    }

    /// One digit at least and `digits_max` at most of a fraction, as nanoseconds.
    pub(super) fn fraction_digits(&mut self, digits_max: usize) -> Option<u32> {
        let mut value = 0;
        let mut digits = 0;
        let mut weight = 100_000_000;
        while let [byte @ b'0'..=b'9', rest @ ..] = self.0 {
            if digits == digits_max {
                break;
            }
            value += u32::from(byte - b'0') * weight;
            weight /= 10;
            digits += 1;
            self.0 = rest;
        }
        (digits > 0).then_some(value)
    }

    /// An optional `Z`, `+HH`, `+HHmm` or `+HH:mm`, in seconds east of UTC.
    pub(super) fn offset(&mut self) -> Option<i64> {
        let sign = match self.0 {
            [b'Z' | b'z', ..] => {
                self.skip(1);
                return Some(0);
            }
            [b'+', ..] => 1,
            [b'-', ..] => -1,
            _ => return Some(0),
        };
        self.skip(1);
        let hours = self.number(2, 2, 18)?;
        let minutes = match self.0 {
            [] => 0,
            [b':', ..] => {
                self.skip(1);
                self.number(2, 2, 59)?
            }
            _ => self.number(2, 2, 59)?,
        };
        Some(sign * (hours * 3600 + minutes * 60))
    }

    /// `[-]yyyy-MM-dd` in days since 1970-01-01; month and day may have one digit.
    fn date(&mut self) -> Option<i64> {
        let negative = self.expect(b'-').is_some();
        let year = self.number(1, YEAR_DIGITS_MAX, i64::MAX)?;
        self.expect(b'-')?;
        let month = self.number(1, 2, 12)?;
        self.expect(b'-')?;
        let day = self.number(1, 2, 31)?;
        days_of(if negative { -year } else { year }, month, day)
    }
}

/// Days from 1970-01-01 to a day of the proleptic Gregorian calendar; `None` for a day that does not exist.
///
/// The arithmetic counts from March, so that the leap day ends a year of 153-day groups of five months; see
/// Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms".
pub(crate) fn days_of(year: i64, month: i64, day: i64) -> Option<i64> {
    if !(1..=12).contains(&month) || day < 1 || day > days_in_month(year, month) {
        return None;
    }
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    Some(era * 146_097 + day_of_era - 719_468)
}

/// Year, month and day of a number of days since 1970-01-01: the inverse of `days_of`.
pub(crate) fn date_of(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let era = days.div_euclid(146_097);
    let day_of_era = days.rem_euclid(146_097);
    let year_of_era =
        (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = (month_from_march + 2) % 12 + 1;
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    (year, month, day)
}

fn days_in_month(year: i64, month: i64) -> i64 {
    match month {
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_and_dates_are_inverse_over_eight_centuries() {
        let first = days_of(1600, 1, 1).unwrap();
        let last = days_of(2400, 12, 31).unwrap();
        assert_eq!(last - first, 292_559);
        for days in first..=last {
            let (year, month, day) = date_of(days);
            assert_eq!(days_of(year, month, day), Some(days));
        }
        assert_eq!(days_of(1970, 1, 1), Some(0));
        assert_eq!(days_of(1969, 12, 31), Some(-1));
    }

    #[test]
    fn dates_that_do_not_exist_are_no_dates() {
        assert_eq!(parse_date(b"2024-02-29"), Some(19_782));
        assert_eq!(parse_date(b" 1970-1-2 10:00:00 "), Some(1));
        for text in [
            "2023-02-29",
            "1900-02-29",
            "2024-13-01",
            "2024-00-01",
            "2024-01-32",
            "2024-01",
            "2024-01-01T00:00:00",
            "20240101",
            "",
        ] {
            assert_eq!(parse_date(text.as_bytes()), None, "{text}");
        }
    }

    #[test]
    fn timestamps_follow_their_notation() {
        let micros = |text: &str, notation| {
            parse_timestamp(text.as_bytes(), notation)
                .and_then(|instant| instant.to_unit(TimeUnit::Microsecond))
        };
        for (text, hive, iso) in [
            ("1970-01-01 00:00:01", Some(1_000_000), Some(1_000_000)),
            ("1970-01-01 00:00:00.5", Some(500_000), Some(500_000)),
            (
                "1970-01-01 00:00:00.123456789",
                Some(123_456),
                Some(123_456),
            ),
            ("1969-12-31 23:59:59.999999", Some(-1), Some(-1)),
            ("1970-01-02", Some(86_400_000_000), Some(86_400_000_000)),
            ("1970-01-01T00:00:01Z", None, Some(1_000_000)),
            ("1970-01-01T01:00:01+01:00", None, Some(1_000_000)),
            ("1970-01-01T00:00:01.5-0130", None, Some(5_401_500_000)),
            ("1970-01-01T00:01", None, Some(60_000_000)),
            ("1970-01-01 00:01", None, Some(60_000_000)),
            ("1970-01-01 24:00:00", None, None),
            ("1970-01-01 00:00:00.", None, None),
            ("1970-01-01 00:00:00 x", None, None),
        ] {
            assert_eq!(micros(text, Notation::Hive), hive, "{text}");
            assert_eq!(micros(text, Notation::HiveOrIso), iso, "{text}");
        }
    }

    #[test]
    fn instants_beyond_a_unit_have_no_count_in_it() {
        let far = parse_timestamp(b"9999-12-31 23:59:59", Notation::Hive).unwrap();
        assert!(far.to_unit(TimeUnit::Nanosecond).is_none());
        assert_eq!(
            far.to_unit(TimeUnit::Microsecond),
            Some(253_402_300_799_000_000)
        );
    }
}
