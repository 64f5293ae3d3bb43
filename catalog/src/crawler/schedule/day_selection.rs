//! `DaySelection`: which days of a month a cron expression names, by their number or by their weekday.

use std::collections::BTreeSet;

use chrono::{Datelike, NaiveDate};

use super::error::ScheduleError;
use super::field::{DAYS_OF_MONTH, DAYS_OF_WEEK, digits};

const SUNDAY: u32 = 1;
const SATURDAY: u32 = 7;
/// A weekday comes at most so often in a month.
const WEEKS_MAX: u32 = 5;

/// The days that one of the two fields of days names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum DaySelection {
    OfMonth(DaysOfMonth),
    OfWeek(DaysOfWeek),
}

/// The field of days of the month.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct DaysOfMonth {
    numbers: BTreeSet<u32>,
    /// `L`
    holds_last: bool,
    /// `LW`
    holds_last_workday: bool,
    /// `15W`: the workday next to a day, within the same month.
    nearest_workdays: BTreeSet<u32>,
}

/// The field of days of the week; Sunday is 1.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct DaysOfWeek {
    weekdays: BTreeSet<u32>,
    /// `6L`: the last Friday of the month.
    last: BTreeSet<u32>,
    /// `3#2`: the second Tuesday of the month, as weekday and week.
    counted: BTreeSet<(u32, u32)>,
}

impl DaySelection {
    /// Reads both fields, of which exactly one is `?`.
    pub fn parse(day_of_month: &str, day_of_week: &str) -> Result<Self, ScheduleError> {
        match (day_of_month, day_of_week) {
            (days, "?") if days != "?" => days_of_month(days).map(DaySelection::OfMonth),
            ("?", days) if days != "?" => days_of_week(days).map(DaySelection::OfWeek),
            _ => Err(ScheduleError::DayFields {
                day_of_month: day_of_month.to_owned(),
                day_of_week: day_of_week.to_owned(),
            }),
        }
    }

    /// The selected days of a month, in order.
    pub fn days(&self, year: i32, month: u32) -> BTreeSet<u32> {
        let Some(first) = NaiveDate::from_ymd_opt(year, month, 1) else {
            return BTreeSet::new();
        };
        let calendar = Month {
            length: month_length(year, month),
            first_weekday: first.weekday().number_from_sunday(),
        };
        (1..=calendar.length)
            .filter(|day| match self {
                DaySelection::OfMonth(days) => days.hold(*day, calendar),
                DaySelection::OfWeek(days) => days.hold(*day, calendar),
            })
            .collect()
    }
}

/// What the days of a month depend on.
#[derive(Debug, Clone, Copy)]
struct Month {
    length: u32,
    first_weekday: u32,
}

impl Month {
    /// The weekday of a day, Sunday being 1.
    fn weekday(self, day: u32) -> u32 {
        (self.first_weekday + day + 5) % 7 + 1
    }

    fn is_workday(self, day: u32) -> bool {
        !matches!(self.weekday(day), SUNDAY | SATURDAY)
    }

    /// The workday that stands for a day: itself, Friday for Saturday, Monday for Sunday, but never in another month.
    fn nearest_workday(self, day: u32) -> u32 {
        match self.weekday(day) {
            SATURDAY if day == 1 => day + 2,
            SATURDAY => day - 1,
            SUNDAY if day == self.length => day - 2,
            SUNDAY => day + 1,
            _ => day,
        }
    }
}

fn month_length(year: i32, month: u32) -> u32 {
    (28..=31)
        .rev()
        .find(|day| NaiveDate::from_ymd_opt(year, month, *day).is_some())
        .unwrap_or(28)
}

impl DaysOfMonth {
    fn hold(&self, day: u32, month: Month) -> bool {
        self.numbers.contains(&day)
            || (self.holds_last && day == month.length)
            || (self.holds_last_workday
                && month.is_workday(day)
                && (day + 1..=month.length).all(|later| !month.is_workday(later)))
            || self
                .nearest_workdays
                .iter()
                .any(|wanted| *wanted <= month.length && month.nearest_workday(*wanted) == day)
    }
}

impl DaysOfWeek {
    fn hold(&self, day: u32, month: Month) -> bool {
        let weekday = month.weekday(day);
        self.weekdays.contains(&weekday)
            || (self.last.contains(&weekday) && day + 7 > month.length)
            || self.counted.contains(&(weekday, day.div_ceil(7)))
    }
}

fn days_of_month(text: &str) -> Result<DaysOfMonth, ScheduleError> {
    let mut days = DaysOfMonth::default();
    for part in text.split(',') {
        let upper = part.to_ascii_uppercase();
        match upper.as_str() {
            "L" => days.holds_last = true,
            "LW" | "WL" => days.holds_last_workday = true,
            other => match other.strip_suffix('W') {
                Some(day) => {
                    days.nearest_workdays.insert(DAYS_OF_MONTH.number(day)?);
                }
                None => DAYS_OF_MONTH.add_part(part, &mut days.numbers)?,
            },
        }
    }
    Ok(days)
}

fn days_of_week(text: &str) -> Result<DaysOfWeek, ScheduleError> {
    let mut days = DaysOfWeek::default();
    for part in text.split(',') {
        if let Some((weekday, week)) = part.split_once('#') {
            let week = digits(week)
                .filter(|week| (1..=WEEKS_MAX).contains(week))
                .ok_or_else(|| DAYS_OF_WEEK.error(part, "has no week from 1 to 5 after #"))?;
            days.counted.insert((DAYS_OF_WEEK.number(weekday)?, week));
            continue;
        }
        match part.strip_suffix(['L', 'l']) {
            Some("") => {
                days.weekdays.insert(SATURDAY);
            }
            Some(weekday) => {
                days.last.insert(DAYS_OF_WEEK.number(weekday)?);
            }
            None => DAYS_OF_WEEK.add_part(part, &mut days.weekdays)?,
        }
    }
    Ok(days)
}
