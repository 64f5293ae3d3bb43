//! `DateSequence`: the candidates of a `date` key at one time.

use chrono::NaiveDateTime;

use crate::PartitionLiteral;
use crate::partition_value::days_since_epoch;

use super::candidates::{Candidates, ProjectedValue, first_passing};
use super::date_format::DateFormat;
use super::interval_unit::Step;

/// How a key of a `date` projection stores its values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum StoredDate {
    /// A string: in the projection's format.
    Formatted,
    /// A date: `yyyy-MM-dd`.
    Date,
    /// A timestamp: `yyyy-MM-dd HH:mm:ss`, with a fraction if there is one.
    Timestamp,
}

/// Times from a start on, the same step apart, as their format writes them. Steps that are finer than the format
/// lead to the same text several times, of which only the first is a value.
#[derive(Debug, Clone)]
pub(super) struct DateSequence {
    pub(super) format: DateFormat,
    pub(super) stored: StoredDate,
    pub(super) start: NaiveDateTime,
    pub(super) step: Step,
    /// The last index, `None` for an empty range.
    pub(super) last: Option<u64>,
}

impl DateSequence {
    /// The time at an index, as precise as the format.
    fn time(&self, index: u64) -> Option<NaiveDateTime> {
        self.format.truncate(self.step.after(self.start, index)?)
    }

    fn stored(&self, time: NaiveDateTime) -> String {
        match self.stored {
            StoredDate::Formatted => self.format.render(time),
            StoredDate::Date => time.format("%Y-%m-%d").to_string(),
            StoredDate::Timestamp => time.format("%Y-%m-%d %H:%M:%S%.f").to_string(),
        }
    }
}

impl Candidates for DateSequence {
    fn last_index(&self) -> Option<u64> {
        self.last
    }

    fn value(&self, index: u64) -> Option<ProjectedValue> {
        let time = self.time(index)?;
        Some(ProjectedValue {
            stored: self.stored(time),
            in_location: self.format.render(time),
        })
    }

    fn literal(&self, index: u64) -> Option<PartitionLiteral> {
        let time = self.time(index)?;
        match self.stored {
            StoredDate::Date => days_since_epoch(time.date()).map(PartitionLiteral::Date),
            StoredDate::Timestamp => Some(PartitionLiteral::Timestamp(
                time.and_utc().timestamp_micros(),
            )),
            StoredDate::Formatted => Some(PartitionLiteral::Text(self.stored(time))),
        }
    }

    fn is_ordered(&self) -> bool {
        match self.stored {
            StoredDate::Formatted => self.format.is_ordered,
            StoredDate::Date | StoredDate::Timestamp => true,
        }
    }

    fn index_of(&self, literal: &PartitionLiteral) -> Option<u64> {
        let PartitionLiteral::Text(text) = literal else {
            return None;
        };
        let sought = self.format.parse_exact(text)?;
        let index = first_passing(0, self.last?, |index| self.time(index) >= Some(sought))?;
        (self.time(index) == Some(sought)).then_some(index)
    }

    fn following(&self, index: u64) -> Option<u64> {
        let following = index.checked_add(1)?;
        let last = self.last.filter(|last| following <= *last)?;
        let time = self.time(index);
        if self.time(following) > time {
            return Some(following);
        }
        first_passing(following, last, |later| self.time(later) > time)
    }
}
