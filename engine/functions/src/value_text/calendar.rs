//! The proleptic Gregorian calendar over all the years that a date or timestamp can hold, far beyond chrono's.

/// The days from 0000-03-01 to 1970-01-01. Years that begin in March have their leap day at the end.
const DAYS_TO_EPOCH: i64 = 719_468;

/// The days of 400 years.
const DAYS_PER_ERA: i64 = 146_097;

/// A day of the calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct CivilDate {
    /// With a year 0, which is 1 BC.
    pub(crate) year: i64,
    /// From 1.
    pub(crate) month: u32,
    /// From 1.
    pub(crate) day: u32,
}

impl CivilDate {
    /// The day so many days after 1970-01-01.
    pub(crate) fn from_epoch_days(days: i64) -> CivilDate {
        let shifted = days.saturating_add(DAYS_TO_EPOCH);
        let era = shifted.div_euclid(DAYS_PER_ERA);
        let day_of_era = shifted.rem_euclid(DAYS_PER_ERA);
        let year_of_era =
            (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let month_from_march = (5 * day_of_year + 2) / 153;
        let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
        let month = if month_from_march < 10 {
            month_from_march + 3
        } else {
            month_from_march - 9
        };
        CivilDate {
            year: year_of_era + era * 400 + i64::from(month <= 2),
            month: u32::try_from(month).unwrap_or(1),
            day: u32::try_from(day).unwrap_or(1),
        }
    }

    /// The day of that year, month and day of the month, if there is one.
    pub(crate) fn new(year: i64, month: u32, day: u32) -> Option<CivilDate> {
        let exists = (1..=12).contains(&month) && (1..=days_in_month(year, month)).contains(&day);
        exists.then_some(CivilDate { year, month, day })
    }

    /// How many days it is after 1970-01-01.
    pub(crate) fn epoch_days(self) -> i64 {
        let year = self.year - i64::from(self.month <= 2);
        let era = year.div_euclid(400);
        let year_of_era = year.rem_euclid(400);
        let month_from_march = (i64::from(self.month) + 9) % 12;
        let day_of_year = (153 * month_from_march + 2) / 5 + i64::from(self.day) - 1;
        let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
        era * DAYS_PER_ERA + day_of_era - DAYS_TO_EPOCH
    }

    /// The day of the year, from 1.
    pub(crate) fn day_of_year(self) -> u32 {
        (1..self.month)
            .map(|month| days_in_month(self.year, month))
            .sum::<u32>()
            + self.day
    }
}

fn is_leap_year(year: i64) -> bool {
    year.rem_euclid(4) == 0 && (year.rem_euclid(100) != 0 || year.rem_euclid(400) == 0)
}

fn days_in_month(year: i64, month: u32) -> u32 {
    match month {
        2 => 28 + u32::from(is_leap_year(year)),
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

#[cfg(test)]
mod tests {
    use super::CivilDate;

    #[test]
    fn days_and_dates_convert_both_ways() {
        for (days, year, month, day) in [
            (0, 1970, 1, 1),
            (-1, 1969, 12, 31),
            (11_016, 2000, 2, 29),
            (-719_468, 0, 3, 1),
            (-719_529, -1, 12, 31),
            (2_932_897, 10_000, 1, 1),
        ] {
            let date = CivilDate::new(year, month, day).unwrap();
            assert_eq!(date.epoch_days(), days);
            assert_eq!(CivilDate::from_epoch_days(days), date);
        }
        for days in (-3_000_000..3_000_000).step_by(997) {
            assert_eq!(CivilDate::from_epoch_days(days).epoch_days(), days);
        }
    }

    #[test]
    fn days_that_do_not_exist_are_none() {
        assert_eq!(CivilDate::new(2023, 2, 29), None);
        assert_eq!(CivilDate::new(1900, 2, 29), None);
        assert_eq!(CivilDate::new(2023, 13, 1), None);
        assert_eq!(CivilDate::new(2023, 4, 31), None);
        assert_eq!(CivilDate::new(2023, 1, 0), None);
    }

    #[test]
    fn the_day_of_the_year_counts_leap_days() {
        assert_eq!(CivilDate::new(2024, 12, 31).unwrap().day_of_year(), 366);
        assert_eq!(CivilDate::new(2023, 3, 1).unwrap().day_of_year(), 60);
    }
}
