//! `ScheduleExpression`: a schedule as users write it, and its next moment.

use std::fmt;

use chrono::{DateTime, Datelike, Utc};

use super::cron::Cron;
use super::error::ScheduleError;
use super::rate::Rate;

/// Glue's bound on how often a crawler runs.
pub(super) const INTERVAL_MINUTES_MIN: u32 = 5;
/// Glue's last year of schedules.
pub(super) const YEAR_MAX: i32 = 2199;
/// Each field listing each of its values takes less.
const TEXT_BYTES_MAX: usize = 4096;

/// A schedule: `cron(…)` with six fields or `rate(…)`, in UTC.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScheduleExpression {
    text: String,
    rule: Rule,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Rule {
    Cron(Cron),
    Rate(Rate),
}

impl ScheduleExpression {
    /// Reads a schedule such as `cron(0/15 * ? * MON-FRI *)` or `rate(2 hours)`.
    ///
    /// # Errors
    ///
    /// Text outside the grammar, schedules that name no moment at all, and those with less than five minutes between two runs.
    pub fn parse(text: &str) -> Result<Self, ScheduleError> {
        if text.len() > TEXT_BYTES_MAX {
            return Err(ScheduleError::TooLong {
                bytes: text.len(),
                bytes_max: TEXT_BYTES_MAX,
            });
        }
        let Some((form, content)) = text
            .trim()
            .strip_suffix(')')
            .and_then(|text| text.split_once('('))
        else {
            return Err(ScheduleError::UnknownForm {
                text: text.to_owned(),
            });
        };
        let fields: Vec<&str> = content.split_whitespace().collect();
        let text = format!("{form}({})", fields.join(" "));
        let rule = match form {
            "cron" => Rule::Cron(Cron::parse(&fields)?),
            "rate" => Rule::Rate(Rate::parse(&fields)?),
            _ => return Err(ScheduleError::UnknownForm { text }),
        };
        let schedule = ScheduleExpression { text, rule };
        schedule.check_moments()?;
        Ok(schedule)
    }

    fn check_moments(&self) -> Result<(), ScheduleError> {
        let text = self.text.clone();
        match &self.rule {
            Rule::Cron(cron) if cron.next_after(DateTime::UNIX_EPOCH).is_none() => {
                Err(ScheduleError::Never { text })
            }
            Rule::Cron(cron) if cron.is_more_frequent_than(INTERVAL_MINUTES_MIN) => {
                Err(ScheduleError::TooFrequent { text })
            }
            Rule::Rate(rate) if rate.is_more_frequent_than(INTERVAL_MINUTES_MIN) => {
                Err(ScheduleError::TooFrequent { text })
            }
            _ => Ok(()),
        }
    }

    /// The first moment of the schedule after `time`, itself excluded; `None` if there is none up to the year 2199.
    ///
    /// Rates count from 1970-01-01 00:00: whoever asks, whenever, gets the same moments, and a restart shifts none.
    pub fn next_after(&self, time: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let next = match &self.rule {
            Rule::Cron(cron) => cron.next_after(time),
            Rule::Rate(rate) => rate.next_after(time),
        };
        next.filter(|next| next.year() <= YEAR_MAX)
    }
}

impl fmt::Display for ScheduleExpression {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.text)
    }
}
