//! The fields of a time: what they are in a given time, and times with a field changed.

use crate::datetime::calendar::{self, Civil, YEARS};
use crate::datetime::columns::MILLIS_PER_DAY;

/// The mean length of a year in milliseconds.
const MILLIS_PER_YEAR: i64 = 31_556_952_000;

/// What compares as longer than any length: years have no bound within anything.
const UNBOUNDED: i64 = i64::MAX;

const MILLIS_PER_HOUR: i64 = 3_600_000;

const MILLIS_PER_HALFDAY: i64 = 12 * MILLIS_PER_HOUR;

/// A field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Field {
    Era,
    CenturyOfEra,
    YearOfEra,
    Year,
    Weekyear,
    MonthOfYear,
    WeekOfWeekyear,
    DayOfYear,
    DayOfMonth,
    DayOfWeek,
    HalfdayOfDay,
    HourOfHalfday,
    ClockhourOfHalfday,
    HourOfDay,
    ClockhourOfDay,
    MinuteOfHour,
    SecondOfMinute,
    /// Milliseconds of what lasts so many milliseconds.
    MillisOf(i64),
}

/// A value that a field cannot have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct FieldOutOfBounds {
    field: Field,
    value: i64,
    lower: i64,
    upper: i64,
}

impl std::fmt::Display for FieldOutOfBounds {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let FieldOutOfBounds {
            field,
            value,
            lower,
            upper,
        } = self;
        write!(
            formatter,
            "Value {value} for {} must be in the range [{lower},{upper}]",
            field.name()
        )
    }
}

/// A time of no zone, taken apart.
#[derive(Debug, Clone, Copy)]
pub(crate) struct TimeParts {
    days: i64,
    civil: Civil,
    millis_of_day: i64,
}

impl TimeParts {
    /// The parts of a time in milliseconds.
    #[inline]
    pub(crate) fn of(millis: i64) -> TimeParts {
        let days = millis.div_euclid(MILLIS_PER_DAY);
        TimeParts {
            days,
            civil: calendar::civil_from_days(days),
            millis_of_day: millis.rem_euclid(MILLIS_PER_DAY),
        }
    }

    /// The value of a field.
    #[inline]
    pub(crate) fn get(&self, field: Field) -> i64 {
        let Civil { year, month, day } = self.civil;
        let hour = self.millis_of_day / MILLIS_PER_HOUR;
        let from_one = |hour: i64, hours: i64| if hour == 0 { hours } else { hour };
        match field {
            Field::Era => i64::from(year > 0),
            Field::CenturyOfEra => year.abs() / 100,
            Field::YearOfEra => {
                if year > 0 {
                    year
                } else {
                    1 - year
                }
            }
            Field::Year => year,
            Field::Weekyear => calendar::iso_week(self.days).0,
            Field::MonthOfYear => month,
            Field::WeekOfWeekyear => calendar::iso_week(self.days).1,
            Field::DayOfYear => self.days - calendar::year_start(year) + 1,
            Field::DayOfMonth => day,
            Field::DayOfWeek => calendar::day_of_week(self.days),
            Field::HalfdayOfDay => hour / 12,
            Field::HourOfHalfday => hour % 12,
            Field::ClockhourOfHalfday => from_one(hour % 12, 12),
            Field::HourOfDay => hour,
            Field::ClockhourOfDay => from_one(hour, 24),
            Field::MinuteOfHour => self.millis_of_day / 60_000 % 60,
            Field::SecondOfMinute => self.millis_of_day / 1_000 % 60,
            Field::MillisOf(range) => self.millis_of_day % range,
        }
    }

    /// The time in milliseconds of a date with this time of the day.
    fn at(&self, days: i64) -> i64 {
        millis_of(days, self.millis_of_day)
    }

    /// The time in another year. After February, days are the same of the month.
    fn in_year(&self, year: i64) -> i64 {
        let Civil { month, day, .. } = self.civil;
        let day = day.min(calendar::days_in_month(year, month));
        self.at(calendar::days_from_civil(year, month, day))
    }
}

fn millis_of(days: i64, millis_of_day: i64) -> i64 {
    days.saturating_mul(MILLIS_PER_DAY)
        .saturating_add(millis_of_day)
}

impl Field {
    fn name(self) -> &'static str {
        match self {
            Field::Era => "era",
            Field::CenturyOfEra => "centuryOfEra",
            Field::YearOfEra => "yearOfEra",
            Field::Year => "year",
            Field::Weekyear => "weekyear",
            Field::MonthOfYear => "monthOfYear",
            Field::WeekOfWeekyear => "weekOfWeekyear",
            Field::DayOfYear => "dayOfYear",
            Field::DayOfMonth => "dayOfMonth",
            Field::DayOfWeek => "dayOfWeek",
            Field::HalfdayOfDay => "halfdayOfDay",
            Field::HourOfHalfday => "hourOfHalfday",
            Field::ClockhourOfHalfday => "clockhourOfHalfday",
            Field::HourOfDay => "hourOfDay",
            Field::ClockhourOfDay => "clockhourOfDay",
            Field::MinuteOfHour => "minuteOfHour",
            Field::SecondOfMinute => "secondOfMinute",
            Field::MillisOf(_) => "millisOfSecond",
        }
    }

    /// What the field counts within, and what it counts, by their lengths in milliseconds. Parsed fields are applied from the longest on.
    pub(super) fn lengths(self) -> (i64, i64) {
        match self {
            Field::Era => (UNBOUNDED, UNBOUNDED),
            Field::CenturyOfEra => (UNBOUNDED, 100 * MILLIS_PER_YEAR),
            Field::YearOfEra | Field::Year | Field::Weekyear => (UNBOUNDED, MILLIS_PER_YEAR),
            Field::MonthOfYear => (MILLIS_PER_YEAR, MILLIS_PER_YEAR / 12),
            Field::WeekOfWeekyear => (MILLIS_PER_YEAR, 7 * MILLIS_PER_DAY),
            Field::DayOfYear => (MILLIS_PER_YEAR, MILLIS_PER_DAY),
            Field::DayOfMonth => (MILLIS_PER_YEAR / 12, MILLIS_PER_DAY),
            Field::DayOfWeek => (7 * MILLIS_PER_DAY, MILLIS_PER_DAY),
            Field::HalfdayOfDay => (MILLIS_PER_DAY, MILLIS_PER_HALFDAY),
            Field::HourOfHalfday | Field::ClockhourOfHalfday => {
                (MILLIS_PER_HALFDAY, MILLIS_PER_HOUR)
            }
            Field::HourOfDay | Field::ClockhourOfDay => (MILLIS_PER_DAY, MILLIS_PER_HOUR),
            Field::MinuteOfHour => (MILLIS_PER_HOUR, 60_000),
            Field::SecondOfMinute => (60_000, 1_000),
            Field::MillisOf(range) => (range, 1),
        }
    }

    /// Whether it tells a part of a year that is a day or longer.
    pub(super) fn is_within_year(self) -> bool {
        let (_, length) = self.lengths();
        (MILLIS_PER_DAY..=MILLIS_PER_YEAR / 12).contains(&length)
    }

    /// The time in milliseconds with this field changed.
    pub(super) fn set(self, millis: i64, value: i64) -> Result<i64, FieldOutOfBounds> {
        let parts = TimeParts::of(millis);
        let Civil { year, month, .. } = parts.civil;
        let bounded = |lower: i64, upper: i64| {
            if (lower..=upper).contains(&value) {
                return Ok(());
            }
            Err(FieldOutOfBounds {
                field: self,
                value,
                lower,
                upper,
            })
        };
        let moved = |length: i64| Ok(millis.saturating_add((value - parts.get(self)) * length));
        let moved_hours =
            |value: i64, now: i64| Ok(millis.saturating_add((value - now) * MILLIS_PER_HOUR));
        match self {
            Field::Era => {
                bounded(0, 1)?;
                Ok(if value == parts.get(self) {
                    millis
                } else {
                    parts.in_year(-year)
                })
            }
            Field::CenturyOfEra => {
                bounded(0, YEARS.end() / 100)?;
                let of_era = value * 100 + year.abs() % 100;
                Ok(parts.in_year(if year < 0 { -of_era } else { of_era }))
            }
            Field::YearOfEra => {
                bounded(1, *YEARS.end())?;
                Ok(parts.in_year(if year <= 0 { 1 - value } else { value }))
            }
            Field::Year => {
                bounded(YEARS.start() - 1, YEARS.end() + 1)?;
                Ok(parts.in_year(value))
            }
            Field::Weekyear => {
                bounded(*YEARS.start(), *YEARS.end())?;
                let week = parts
                    .get(Field::WeekOfWeekyear)
                    .min(calendar::iso_weeks_in_year(value));
                let day = parts.get(Field::DayOfWeek);
                Ok(parts.at(calendar::iso_year_start(value) + (week - 1) * 7 + day - 1))
            }
            Field::MonthOfYear => {
                bounded(1, 12)?;
                let day = parts.civil.day.min(calendar::days_in_month(year, value));
                Ok(parts.at(calendar::days_from_civil(year, value, day)))
            }
            Field::WeekOfWeekyear => {
                let weeks = if value > 52 {
                    calendar::iso_weeks_in_year(parts.get(Field::Weekyear))
                } else {
                    52
                };
                bounded(1, weeks)?;
                moved(7 * MILLIS_PER_DAY)
            }
            Field::DayOfYear => {
                let days = if (1..=365).contains(&value) {
                    365
                } else {
                    365 + i64::from(calendar::is_leap_year(year))
                };
                bounded(1, days)?;
                moved(MILLIS_PER_DAY)
            }
            Field::DayOfMonth => {
                bounded(1, calendar::days_in_month(year, month))?;
                moved(MILLIS_PER_DAY)
            }
            Field::DayOfWeek => {
                bounded(1, 7)?;
                moved(MILLIS_PER_DAY)
            }
            Field::HalfdayOfDay => {
                bounded(0, 1)?;
                moved(MILLIS_PER_HALFDAY)
            }
            Field::HourOfHalfday => {
                bounded(0, 11)?;
                moved(MILLIS_PER_HOUR)
            }
            Field::ClockhourOfHalfday => {
                bounded(1, 12)?;
                moved_hours(value % 12, parts.get(Field::HourOfHalfday))
            }
            Field::HourOfDay => {
                bounded(0, 23)?;
                moved(MILLIS_PER_HOUR)
            }
            Field::ClockhourOfDay => {
                bounded(1, 24)?;
                moved_hours(value % 24, parts.get(Field::HourOfDay))
            }
            Field::MinuteOfHour => {
                bounded(0, 59)?;
                moved(60_000)
            }
            Field::SecondOfMinute => {
                bounded(0, 59)?;
                moved(1_000)
            }
            Field::MillisOf(range) => {
                bounded(0, range - 1)?;
                moved(1)
            }
        }
    }

    /// The first time in milliseconds with the same value of this field, and of all that are longer.
    pub(super) fn floor(self, millis: i64) -> i64 {
        let parts = TimeParts::of(millis);
        let Civil { year, month, .. } = parts.civil;
        let year_start = |year: i64| millis_of(calendar::year_start(year), 0);
        match self {
            Field::Era => year_start(if year > 0 { 1 } else { *YEARS.start() }),
            Field::CenturyOfEra => year_start(year / 100 * 100),
            Field::YearOfEra | Field::Year => year_start(year),
            Field::Weekyear => millis_of(calendar::iso_year_start(parts.get(Field::Weekyear)), 0),
            Field::MonthOfYear => millis_of(calendar::days_from_civil(year, month, 1), 0),
            Field::WeekOfWeekyear => {
                millis_of(parts.days - calendar::day_of_week(parts.days) + 1, 0)
            }
            shorter => {
                let (_, length) = shorter.lengths();
                millis.saturating_sub(millis.rem_euclid(length))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Field, TimeParts};
    use crate::datetime::calendar::{Civil, days_from_civil};
    use crate::datetime::columns::MILLIS_PER_DAY;

    fn millis(year: i64, month: i64, day: i64) -> i64 {
        days_from_civil(year, month, day) * MILLIS_PER_DAY
    }

    #[test]
    fn years_before_the_first_count_backwards() {
        let parts = TimeParts::of(millis(-43, 3, 15));
        assert_eq!(parts.get(Field::Era), 0);
        assert_eq!(parts.get(Field::YearOfEra), 44);
        assert_eq!(parts.get(Field::CenturyOfEra), 0);
        assert_eq!(
            Field::YearOfEra.set(millis(-43, 3, 15), 1),
            Ok(millis(0, 3, 15))
        );
    }

    #[test]
    fn the_leap_day_becomes_the_day_before_in_other_years() {
        assert_eq!(
            Field::Year.set(millis(2020, 2, 29), 2021),
            Ok(millis(2021, 2, 28))
        );
        assert_eq!(
            Field::Year.set(millis(2020, 3, 1), 2021),
            Ok(millis(2021, 3, 1))
        );
        assert_eq!(
            Field::MonthOfYear.set(millis(2020, 3, 31), 6),
            Ok(millis(2020, 6, 30))
        );
    }

    #[test]
    fn weeks_keep_the_day_of_the_week() {
        assert_eq!(
            Field::Weekyear.set(millis(2020, 12, 31), 2019),
            Ok(millis(2019, 12, 26))
        );
        assert_eq!(
            Field::WeekOfWeekyear.set(millis(2020, 1, 1), 53),
            Ok(millis(2020, 12, 30))
        );
        let error = Field::WeekOfWeekyear
            .set(millis(2021, 2, 1), 53)
            .expect_err("no such week");
        assert_eq!(
            error.to_string(),
            "Value 53 for weekOfWeekyear must be in the range [1,52]"
        );
    }

    #[test]
    fn floors_keep_what_is_longer() {
        let time = millis(2020, 5, 17) + 13 * 3_600_000 + 61_001;
        assert_eq!(Field::Weekyear.floor(time), millis(2019, 12, 30));
        assert_eq!(Field::WeekOfWeekyear.floor(time), millis(2020, 5, 11));
        assert_eq!(Field::CenturyOfEra.floor(time), millis(2000, 1, 1));
        assert_eq!(
            Field::HalfdayOfDay.floor(time),
            millis(2020, 5, 17) + 12 * 3_600_000
        );
        let Civil { year, .. } = TimeParts::of(Field::Era.floor(-1)).civil;
        assert_eq!(year, 1);
    }
}
