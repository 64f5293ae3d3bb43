//! `IntervalUnit` and `Step`: how dates move by calendar units, with every overflow seen.

use chrono::{Datelike, Months, NaiveDateTime, TimeDelta};

/// A unit of a date range's interval.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum IntervalUnit {
    Years,
    Months,
    Weeks,
    Days,
    Hours,
    Minutes,
    Seconds,
    Milliseconds,
}

/// How long one of a unit is.
enum Length {
    Months(u64),
    Milliseconds(u64),
}

impl IntervalUnit {
    /// The unit of that name, in the singular or plural, in any case.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let name = text.trim().to_ascii_uppercase();
        Some(match name.strip_suffix('S').unwrap_or(&name) {
            "YEAR" => IntervalUnit::Years,
            "MONTH" => IntervalUnit::Months,
            "WEEK" => IntervalUnit::Weeks,
            "DAY" => IntervalUnit::Days,
            "HOUR" => IntervalUnit::Hours,
            "MINUTE" => IntervalUnit::Minutes,
            "SECOND" => IntervalUnit::Seconds,
            "MILLISECOND" => IntervalUnit::Milliseconds,
            _ => return None,
        })
    }

    fn length(self) -> Length {
        match self {
            IntervalUnit::Years => Length::Months(12),
            IntervalUnit::Months => Length::Months(1),
            IntervalUnit::Weeks => Length::Milliseconds(7 * 24 * 60 * 60 * 1000),
            IntervalUnit::Days => Length::Milliseconds(24 * 60 * 60 * 1000),
            IntervalUnit::Hours => Length::Milliseconds(60 * 60 * 1000),
            IntervalUnit::Minutes => Length::Milliseconds(60 * 1000),
            IntervalUnit::Seconds => Length::Milliseconds(1000),
            IntervalUnit::Milliseconds => Length::Milliseconds(1),
        }
    }
}

/// So many of a unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Step {
    pub(super) amount: u64,
    pub(super) unit: IntervalUnit,
}

impl Step {
    /// So many steps after a start. Months are counted from the start, and end where the month that they lead to does.
    pub(super) fn after(self, start: NaiveDateTime, count: u64) -> Option<NaiveDateTime> {
        let amount = self.amount.checked_mul(count)?;
        match self.unit.length() {
            Length::Months(each) => start.checked_add_months(months(amount, each)?),
            Length::Milliseconds(each) => start.checked_add_signed(duration(amount, each)?),
        }
    }

    /// One step before a time.
    pub(super) fn before(self, time: NaiveDateTime) -> Option<NaiveDateTime> {
        match self.unit.length() {
            Length::Months(each) => time.checked_sub_months(months(self.amount, each)?),
            Length::Milliseconds(each) => time.checked_sub_signed(duration(self.amount, each)?),
        }
    }

    /// How many steps after `start` are the last that do not pass `end`. `None` if `end` is earlier than `start`.
    pub(super) fn count_until(self, start: NaiveDateTime, end: NaiveDateTime) -> Option<u64> {
        if end < start {
            return None;
        }
        match self.unit.length() {
            Length::Months(each) => {
                let distance = u64::try_from(month_number(end) - month_number(start)).ok()?;
                let count = distance.checked_div(self.amount.saturating_mul(each))?;
                // In the month of the end the step may lead to a later day.
                match self.after(start, count) {
                    Some(time) if time <= end => Some(count),
                    _ => count.checked_sub(1),
                }
            }
            Length::Milliseconds(each) => {
                let distance = end.signed_duration_since(start).num_milliseconds();
                u64::try_from(distance)
                    .ok()?
                    .checked_div(self.amount.saturating_mul(each))
            }
        }
    }
}

fn months(amount: u64, each: u64) -> Option<Months> {
    let months = u32::try_from(amount.checked_mul(each)?).ok()?;
    Some(Months::new(months))
}

fn duration(amount: u64, each: u64) -> Option<TimeDelta> {
    let milliseconds = i64::try_from(amount.checked_mul(each)?).ok()?;
    TimeDelta::try_milliseconds(milliseconds)
}

/// Months since the year 0. Years have at most six digits here, so that nothing overflows.
fn month_number(time: NaiveDateTime) -> i64 {
    i64::from(time.year()) * 12 + i64::from(time.month0())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn time(text: &str) -> NaiveDateTime {
        NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M:%S%.f").unwrap()
    }

    fn step(amount: u64, unit: &str) -> Step {
        Step {
            amount,
            unit: IntervalUnit::parse(unit).unwrap(),
        }
    }

    #[test]
    fn each_unit_moves_by_its_length() {
        let start = time("2024-02-28 23:59:59.999");
        for (unit, moved) in [
            ("years", "2026-02-28 23:59:59.999"),
            ("MONTH", "2024-04-28 23:59:59.999"),
            ("Weeks", "2024-03-13 23:59:59.999"),
            (" DAYS ", "2024-03-01 23:59:59.999"),
            ("hour", "2024-02-29 01:59:59.999"),
            ("MINUTES", "2024-02-29 00:01:59.999"),
            ("second", "2024-02-29 00:00:01.999"),
            ("MILLISECONDS", "2024-02-29 00:00:00.001"),
        ] {
            assert_eq!(step(1, unit).after(start, 2), Some(time(moved)), "{unit}");
            assert_eq!(step(1, unit).count_until(start, time(moved)), Some(2));
        }
        assert_eq!(IntervalUnit::parse("FORTNIGHTS"), None);
        assert_eq!(IntervalUnit::parse(""), None);
        assert_eq!(IntervalUnit::parse("S"), None);
    }

    #[test]
    fn months_end_where_the_month_does_and_come_back() {
        let start = time("2024-01-31 00:00:00");
        let month = step(1, "MONTHS");
        assert_eq!(month.after(start, 1), Some(time("2024-02-29 00:00:00")));
        assert_eq!(month.after(start, 2), Some(time("2024-03-31 00:00:00")));
        assert_eq!(
            month.count_until(start, time("2024-02-28 00:00:00")),
            Some(0)
        );
        assert_eq!(
            month.count_until(start, time("2024-02-29 00:00:00")),
            Some(1)
        );
    }

    #[test]
    fn what_overflows_is_none() {
        let start = time("2024-01-31 00:00:00");
        for unit in ["YEARS", "MONTHS", "WEEKS", "MILLISECONDS"] {
            assert_eq!(step(u64::MAX, unit).after(start, 1), None, "{unit}");
            assert_eq!(step(1, unit).after(start, u64::MAX), None, "{unit}");
            assert_eq!(step(u64::MAX, unit).before(start), None, "{unit}");
            let later = time("2025-01-31 00:00:00");
            assert_eq!(step(u64::MAX, unit).count_until(start, later), Some(0));
            assert_eq!(step(1, unit).count_until(later, start), None);
        }
    }
}
