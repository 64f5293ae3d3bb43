//! `ScheduleError`: why a text is no schedule.

use super::expression::INTERVAL_MINUTES_MIN;

/// What is wrong with a schedule.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ScheduleError {
    /// Neither `cron(…)` nor `rate(…)`.
    #[error(
        "`{text}` is no schedule; write cron(minutes hours day-of-month month day-of-week year) or rate(n minutes)"
    )]
    UnknownForm {
        /// The text.
        text: String,
    },
    /// Longer than any schedule needs to be.
    #[error("the schedule has {bytes} bytes; at most {bytes_max} are allowed")]
    TooLong {
        /// Bytes of the text.
        bytes: usize,
        /// The bound.
        bytes_max: usize,
    },
    /// Not six fields.
    #[error(
        "cron has {found} fields and needs six: minutes, hours, day-of-month, month, day-of-week, year"
    )]
    FieldCount {
        /// How many there are.
        found: usize,
    },
    /// A field that cannot be read.
    #[error("cron field {field}: `{text}` {problem}; allowed are {allowed}")]
    Field {
        /// The field's name.
        field: &'static str,
        /// The part of the field that is wrong.
        text: String,
        /// What is wrong.
        problem: &'static str,
        /// What the field takes.
        allowed: &'static str,
    },
    /// `?` in both or in neither of the fields of days.
    #[error(
        "exactly one of day-of-month (`{day_of_month}`) and day-of-week (`{day_of_week}`) must be `?`"
    )]
    DayFields {
        /// The field of days of the month.
        day_of_month: String,
        /// The field of days of the week.
        day_of_week: String,
    },
    /// A rate that is no count and unit.
    #[error(
        "rate(`{text}`) must be a positive whole number and minutes, hours or days (minute, hour, day after 1)"
    )]
    Rate {
        /// What stands between the parentheses.
        text: String,
    },
    /// Runs would follow each other too fast.
    #[error(
        "`{text}` runs more often than every {INTERVAL_MINUTES_MIN} minutes; choose a longer interval"
    )]
    TooFrequent {
        /// The schedule.
        text: String,
    },
    /// No day ever matches, such as the 30th of February.
    #[error("`{text}` names no moment from 1970 to 2199; correct its day, month or year")]
    Never {
        /// The schedule.
        text: String,
    },
}
