//! `Rate`: moments at a fixed distance from each other.

use chrono::{DateTime, Utc};

use super::error::ScheduleError;

/// `rate(n minutes)`, `rate(n hours)` or `rate(n days)`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Rate {
    seconds: i64,
}

impl Rate {
    /// Reads a count and a unit, which is singular exactly after 1, as AWS demands.
    pub fn parse(fields: &[&str]) -> Result<Self, ScheduleError> {
        Rate::from_fields(fields).ok_or_else(|| ScheduleError::Rate {
            text: fields.join(" "),
        })
    }

    fn from_fields(fields: &[&str]) -> Option<Self> {
        let [count, unit] = fields else {
            return None;
        };
        // `u32` would take a plus sign.
        if !count.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        let count: u32 = count.parse().ok()?;
        let unit_seconds = match (count, *unit) {
            (0, _) => return None,
            (1, "minute") | (2.., "minutes") => 60,
            (1, "hour") | (2.., "hours") => 3_600,
            (1, "day") | (2.., "days") => 86_400,
            _ => return None,
        };
        Some(Rate {
            seconds: i64::from(count) * unit_seconds,
        })
    }

    pub fn is_more_frequent_than(self, minutes: u32) -> bool {
        self.seconds < i64::from(minutes) * 60
    }

    /// The next multiple of the interval since 1970.
    pub fn next_after(self, time: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let passed = time.timestamp().div_euclid(self.seconds);
        DateTime::from_timestamp((passed + 1).checked_mul(self.seconds)?, 0)
    }
}
