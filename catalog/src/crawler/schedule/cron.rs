//! `Cron`: the moments of Glue's six fields.

use std::collections::BTreeSet;

use chrono::{DateTime, Datelike, NaiveDate, Timelike, Utc};

use super::day_selection::DaySelection;
use super::error::ScheduleError;
use super::field::{HOURS, MINUTES, MONTHS, YEARS};

const MINUTES_PER_HOUR: u32 = 60;
const HOURS_PER_DAY: u32 = 24;

/// The numbers that the six fields name. None of the sets is empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Cron {
    minutes: BTreeSet<u32>,
    hours: BTreeSet<u32>,
    days: DaySelection,
    months: BTreeSet<u32>,
    years: BTreeSet<u32>,
}

/// The minutes of a day, from which a search goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct MinuteOfDay {
    hour: u32,
    minute: u32,
}

impl Cron {
    /// Reads the six fields.
    pub fn parse(fields: &[&str]) -> Result<Self, ScheduleError> {
        let [minutes, hours, day_of_month, month, day_of_week, year] = fields else {
            return Err(ScheduleError::FieldCount {
                found: fields.len(),
            });
        };
        Ok(Cron {
            minutes: MINUTES.numbers(minutes)?,
            hours: HOURS.numbers(hours)?,
            days: DaySelection::parse(day_of_month, day_of_week)?,
            months: MONTHS.numbers(month)?,
            years: YEARS.numbers(year)?,
        })
    }

    /// The first moment after `time`: at most a look at each month of the years.
    pub fn next_after(&self, time: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let start = time.naive_utc();
        let today = start.date();
        let now = MinuteOfDay {
            hour: start.hour(),
            minute: start.minute(),
        };
        for (year, month) in self.months_from(today) {
            let is_this_month = today.year() == year && today.month() == month;
            for day in self.days.days(year, month) {
                if is_this_month && day < today.day() {
                    continue;
                }
                let is_today = is_this_month && day == today.day();
                let found = if is_today {
                    self.minute_after(now)
                } else {
                    self.first_minute()
                };
                if let Some(MinuteOfDay { hour, minute }) = found {
                    let date = NaiveDate::from_ymd_opt(year, month, day)?;
                    return Some(date.and_hms_opt(hour, minute, 0)?.and_utc());
                }
            }
        }
        None
    }

    /// The selected months from that of a day on.
    fn months_from(&self, day: NaiveDate) -> impl Iterator<Item = (i32, u32)> + '_ {
        let first = (day.year(), day.month());
        self.years
            .iter()
            .filter_map(|year| i32::try_from(*year).ok())
            .filter(move |year| *year >= first.0)
            .flat_map(|year| self.months.iter().map(move |month| (year, *month)))
            .filter(move |month| *month >= first)
    }

    fn first_minute(&self) -> Option<MinuteOfDay> {
        Some(MinuteOfDay {
            hour: *self.hours.first()?,
            minute: *self.minutes.first()?,
        })
    }

    /// The first moment of a day after another of the same day.
    fn minute_after(&self, now: MinuteOfDay) -> Option<MinuteOfDay> {
        let later = self.minutes.range(now.minute + 1..).next();
        if let Some(minute) = later.filter(|_| self.hours.contains(&now.hour)) {
            return Some(MinuteOfDay {
                hour: now.hour,
                minute: *minute,
            });
        }
        Some(MinuteOfDay {
            hour: *self.hours.range(now.hour + 1..).next()?,
            minute: *self.minutes.first()?,
        })
    }

    /// Whether any two moments that follow each other are fewer minutes apart.
    pub fn is_more_frequent_than(&self, minutes: u32) -> bool {
        let (Some(first), Some(last)) = (self.minutes.first(), self.minutes.last()) else {
            return false;
        };
        let within_hour = self
            .minutes
            .iter()
            .zip(self.minutes.iter().skip(1))
            .any(|(earlier, later)| later - earlier < minutes);
        let over_hours = first + MINUTES_PER_HOUR - last < minutes;
        let has_neighbours = |hour: &u32| self.hours.contains(&(hour + 1));
        within_hour
            || (over_hours && self.hours.iter().any(has_neighbours))
            || (over_hours
                && self.hours.contains(&0)
                && self.hours.contains(&(HOURS_PER_DAY - 1))
                && self.has_consecutive_days())
    }

    fn has_consecutive_days(&self) -> bool {
        let mut previous: Option<NaiveDate> = None;
        for (year, month) in self.months_from(DateTime::UNIX_EPOCH.date_naive()) {
            for day in self.days.days(year, month) {
                let date = NaiveDate::from_ymd_opt(year, month, day);
                if previous.and_then(|day| day.succ_opt()) == date && date.is_some() {
                    return true;
                }
                previous = date;
            }
        }
        false
    }
}
