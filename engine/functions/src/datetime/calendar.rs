//! The proleptic Gregorian calendar over days since 1970-01-01, for years far beyond what dates can hold.
//!
//! Years begin in March within the arithmetic, as in Howard Hinnant's `days_from_civil`, so that leap days come last.

/// Days of 400 years, after which the calendar repeats.
const DAYS_PER_ERA: i64 = 146_097;

/// From 0000-03-01 to 1970-01-01.
const DAYS_TO_EPOCH: i64 = 719_468;

/// The days of months in years that are not leap years.
const MONTH_LENGTHS: [i64; 12] = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/// A date by year, month from 1 and day of the month from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Civil {
    pub(crate) year: i64,
    pub(crate) month: i64,
    pub(crate) day: i64,
}

/// The date of a day, with the multiplications instead of divisions that Neri and Schneider found ("Euclidean affine functions and
/// their application to calendar algorithms", 2023).
#[inline]
pub(crate) fn civil_from_days(days: i64) -> Civil {
    const DAYS_PER_YEAR_INVERSE: u64 = 2_939_745;
    const DAYS_PER_MONTH_INVERSE: u32 = 2_141;
    let days = days + DAYS_TO_EPOCH;
    let era = days.div_euclid(DAYS_PER_ERA);
    // Below 146,097, so that nothing is lost.
    let day_of_era = days.rem_euclid(DAYS_PER_ERA) as u32;
    let century = (4 * day_of_era + 3) / 146_097;
    let day_of_century = (4 * day_of_era + 3) % 146_097 / 4;
    let years = DAYS_PER_YEAR_INVERSE * u64::from(4 * day_of_century + 3);
    let year_of_century = years >> 32;
    let day_of_year = (years & 0xffff_ffff) / DAYS_PER_YEAR_INVERSE / 4;
    // Below 366.
    let months = DAYS_PER_MONTH_INVERSE * day_of_year as u32 + 197_913;
    let month = i64::from(months >> 16);
    let day = i64::from((months & 0xffff) / DAYS_PER_MONTH_INVERSE) + 1;
    let after_december = day_of_year >= 306;
    // Below 100.
    let year = era * 400 + i64::from(century) * 100 + year_of_century as i64;
    Civil {
        year: year + i64::from(after_december),
        month: if after_december { month - 12 } else { month },
        day,
    }
}

/// The day of a date; months and days beyond their bounds lead into neighbouring months, months from 1 to 12 only.
#[inline]
pub(crate) fn days_from_civil(year: i64, month: i64, day: i64) -> i64 {
    let year = year - i64::from(month <= 2);
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let month_from_march = if month > 2 { month - 3 } else { month + 9 };
    let day_of_year = (153 * month_from_march + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * DAYS_PER_ERA + day_of_era - DAYS_TO_EPOCH
}

pub(crate) fn is_leap_year(year: i64) -> bool {
    year.rem_euclid(4) == 0 && (year.rem_euclid(100) != 0 || year.rem_euclid(400) == 0)
}

/// The days of a month from 1 to 12.
pub(crate) fn days_in_month(year: i64, month: i64) -> i64 {
    if month == 2 && is_leap_year(year) {
        return 29;
    }
    usize::try_from(month - 1)
        .ok()
        .and_then(|place| MONTH_LENGTHS.get(place))
        .map_or(31, |days| *days)
}

/// 1 for Monday to 7 for Sunday.
#[inline]
pub(crate) fn day_of_week(days: i64) -> i64 {
    (days + 3).rem_euclid(7) + 1
}

/// The first day of the year.
#[inline]
pub(crate) fn year_start(year: i64) -> i64 {
    /// From 0001-01-01 to 1970-01-01.
    const DAYS_TO_EPOCH: i64 = 719_162;
    let before = year - 1;
    let leap_days = before.div_euclid(4) - before.div_euclid(100) + before.div_euclid(400);
    before * 365 + leap_days - DAYS_TO_EPOCH
}

/// 1 for the first of January.
#[inline]
pub(crate) fn day_of_year(days: i64) -> i64 {
    days - year_start(civil_from_days(days).year) + 1
}

/// The year that an ISO week belongs to, and the number of the week in it.
#[inline]
pub(crate) fn iso_week(days: i64) -> (i64, i64) {
    // A week belongs to the year of its Thursday.
    let thursday = days - (days + 3).rem_euclid(7) + 3;
    let year = civil_from_days(thursday).year;
    (year, (thursday - year_start(year)) / 7 + 1)
}

/// The Monday of the first ISO week of a year.
pub(crate) fn iso_year_start(year: i64) -> i64 {
    // The fourth of January lies in the first week.
    let fourth = days_from_civil(year, 1, 4);
    fourth - (fourth + 3).rem_euclid(7)
}

/// How many ISO weeks a year has.
pub(crate) fn iso_weeks_in_year(year: i64) -> i64 {
    (iso_year_start(year + 1) - iso_year_start(year)) / 7
}

/// The day so many months later; the last of the month where that month is shorter. `None` beyond all years that anything can hold.
#[inline]
pub(crate) fn add_months(days: i64, months: i64) -> Option<i64> {
    let Civil { year, month, day } = civil_from_days(days);
    let total = (year * 12 + month - 1).checked_add(months)?;
    let (year, month) = (total.div_euclid(12), total.rem_euclid(12) + 1);
    if !YEARS.contains(&year) {
        return None;
    }
    Some(days_from_civil(
        year,
        month,
        day.min(days_in_month(year, month)),
    ))
}

/// The years that Trino computes with.
pub(crate) const YEARS: std::ops::RangeInclusive<i64> = -292_275_054..=292_278_993;

/// A time of no zone in milliseconds, split where months end.
#[derive(Clone, Copy)]
struct Split {
    civil: Civil,
    /// From midnight.
    millis: i64,
}

const MILLIS_PER_DAY: i64 = 86_400_000;

#[inline]
fn split(millis: i64) -> Split {
    Split {
        civil: civil_from_days(millis.div_euclid(MILLIS_PER_DAY)),
        millis: millis.rem_euclid(MILLIS_PER_DAY),
    }
}

/// The whole months that have elapsed from one time to another, in milliseconds of no zone. What `add_months` cuts to the end of a
/// month counts as elapsed at that end.
#[inline]
pub(crate) fn months_between(from: i64, to: i64) -> i64 {
    if to < from {
        return -months_between_ordered(to, from);
    }
    months_between_ordered(from, to)
}

#[inline]
fn months_between_ordered(from: i64, to: i64) -> i64 {
    let (from, to) = (split(from), split(to));
    let months = (to.civil.year - from.civil.year) * 12 + to.civil.month - from.civil.month;
    let mut from_day = from.civil.day;
    if to.civil.day == days_in_month(to.civil.year, to.civil.month) {
        from_day = from_day.min(to.civil.day);
    }
    months - i64::from((to.civil.day, to.millis) < (from_day, from.millis))
}

/// The whole years that have elapsed from one time to another, in milliseconds of no zone.
#[inline]
pub(crate) fn years_between(from: i64, to: i64) -> i64 {
    if to < from {
        return -years_between_ordered(to, from);
    }
    years_between_ordered(from, to)
}

#[inline]
fn years_between_ordered(from: i64, to: i64) -> i64 {
    // The first of March of a year that is no leap year.
    const LEAP_DAY: i64 = 31 + 28;
    let elapsed = |millis: i64| {
        let days = millis.div_euclid(MILLIS_PER_DAY);
        let year = civil_from_days(days).year;
        (
            year,
            days - year_start(year),
            millis.rem_euclid(MILLIS_PER_DAY),
        )
    };
    let (from_year, mut from_day, from_millis) = elapsed(from);
    let (to_year, mut to_day, to_millis) = elapsed(to);
    // Days after February are compared as if both years were of the same length.
    if from_day >= LEAP_DAY {
        if is_leap_year(from_year) {
            from_day -= i64::from(!is_leap_year(to_year));
        } else if to_day >= LEAP_DAY && is_leap_year(to_year) {
            to_day -= 1;
        }
    }
    to_year - from_year - i64::from((to_day, to_millis) < (from_day, from_millis))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn civil(year: i64, month: i64, day: i64) -> Civil {
        Civil { year, month, day }
    }

    #[test]
    fn days_and_dates_lead_to_one_another() {
        assert_eq!(civil_from_days(0), civil(1970, 1, 1));
        assert_eq!(days_from_civil(2000, 3, 1), 11_017);
        assert_eq!(days_from_civil(0, 1, 1), -719_528);
        assert_eq!(days_from_civil(-1, 12, 31), -719_529);
        for days in (-2_147_483_648_i64..=2_147_483_647).step_by(1_000_003) {
            let Civil { year, month, day } = civil_from_days(days);
            assert_eq!(days_from_civil(year, month, day), days);
            assert_eq!(year_start(year), days_from_civil(year, 1, 1));
        }
        let mut expected = civil(1599, 12, 31);
        for days in days_from_civil(1600, 1, 1)..days_from_civil(2401, 1, 1) {
            let found = civil_from_days(days);
            let same_month = civil(expected.year, expected.month, expected.day + 1);
            let next_month = civil(expected.year, expected.month + 1, 1);
            assert!(
                found == same_month
                    || found == next_month
                    || found == civil(expected.year + 1, 1, 1)
            );
            assert!(found.day <= days_in_month(found.year, found.month));
            expected = found;
        }
        assert_eq!(
            civil_from_days(i64::from(i32::MAX)),
            civil(5_881_580, 7, 11)
        );
    }

    #[test]
    fn weeks_begin_on_monday_and_belong_to_the_year_of_their_thursday() {
        assert_eq!(day_of_week(0), 4);
        assert_eq!(day_of_week(-4), 7);
        for (date, week) in [
            ((2005, 1, 2), (2004, 53)),
            ((2008, 12, 28), (2008, 52)),
            ((2008, 12, 29), (2009, 1)),
            ((2010, 1, 3), (2009, 53)),
            ((-1, 1, 1), (-2, 53)),
        ] {
            assert_eq!(
                iso_week(days_from_civil(date.0, date.1, date.2)),
                week,
                "{date:?}"
            );
        }
        assert_eq!(iso_weeks_in_year(2020), 53);
        assert_eq!(iso_weeks_in_year(2021), 52);
    }

    #[test]
    fn months_end_where_they_are_shorter() {
        let january = days_from_civil(2020, 1, 31);
        assert_eq!(add_months(january, 1), Some(days_from_civil(2020, 2, 29)));
        assert_eq!(add_months(january, -11), Some(days_from_civil(2019, 2, 28)));
        assert_eq!(add_months(january, 12 * 300_000_000), None);
        assert_eq!(add_months(january, i64::MAX), None);
    }

    #[test]
    fn elapsed_months_and_years_are_whole() {
        let millis = |year, month, day, hour: i64| {
            days_from_civil(year, month, day) * MILLIS_PER_DAY + hour * 3_600_000
        };
        assert_eq!(
            months_between(millis(2020, 1, 31, 0), millis(2020, 2, 29, 0)),
            1
        );
        assert_eq!(
            months_between(millis(2020, 1, 31, 1), millis(2020, 2, 29, 0)),
            0
        );
        assert_eq!(
            months_between(millis(2020, 3, 31, 0), millis(2020, 2, 29, 0)),
            -1
        );
        assert_eq!(
            months_between(millis(2020, 1, 15, 0), millis(2021, 1, 14, 23)),
            11
        );
        assert_eq!(
            years_between(millis(2020, 2, 29, 0), millis(2021, 2, 28, 0)),
            1
        );
        assert_eq!(
            years_between(millis(2020, 2, 29, 1), millis(2021, 2, 28, 0)),
            0
        );
        assert_eq!(
            years_between(millis(2019, 3, 1, 0), millis(2020, 3, 1, 0)),
            1
        );
        assert_eq!(
            years_between(millis(2019, 3, 1, 0), millis(2020, 2, 29, 0)),
            0
        );
        assert_eq!(
            years_between(millis(2021, 1, 1, 0), millis(2020, 1, 1, 1)),
            0
        );
    }
}
