//! `DateProjection`: the rule of a `date` key, of which the time of a query makes a sequence.

use chrono::{DateTime, NaiveDateTime, Utc};

use super::date_bound::DateBound;
use super::date_format::{DateFormat, Precision};
use super::date_sequence::{DateSequence, StoredDate};
use super::error::ProjectionError;
use super::interval_unit::{IntervalUnit, Step};
use super::properties::{ColumnProperties, Property};

/// The rule of a `date` key.
#[derive(Debug, Clone)]
pub(super) struct DateProjection {
    range: Property,
    minimum: DateBound,
    maximum: DateBound,
    step: Step,
    format: DateFormat,
    stored: StoredDate,
}

impl DateProjection {
    pub(super) fn configured(
        properties: &ColumnProperties<'_>,
        stored: StoredDate,
    ) -> Result<Self, ProjectionError> {
        let pattern = properties.required(
            "format",
            "set it to a pattern of Java's DateTimeFormatter such as yyyy-MM-dd",
        )?;
        let format = match DateFormat::of(&pattern.value) {
            Ok(format) => format,
            Err(reason) => {
                return Err(ProjectionError::InvalidFormat {
                    property: pattern,
                    reason,
                });
            }
        };
        let range = properties.required(
            "range",
            "set it to minimum,maximum, each a date in the format or relative such as NOW-3YEARS",
        )?;
        let Some((minimum, maximum)) = DateBound::parse_range(&range.value, &format) else {
            return Err(ProjectionError::InvalidRange {
                property: range,
                advice: format!(
                    "use minimum,maximum, each a date in the format '{}' or relative such as NOW, NOW-3YEARS or NOW+1MONTH",
                    format.pattern
                ),
            });
        };
        if let (DateBound::Fixed(least), DateBound::Fixed(greatest)) = (&minimum, &maximum)
            && least > greatest
        {
            return Err(ProjectionError::ReversedRange(range));
        }
        let step = step(properties, format.precision)?;
        Ok(DateProjection {
            range,
            minimum,
            maximum,
            step,
            format,
            stored,
        })
    }

    /// The values at a time.
    pub(super) fn at(&self, now: DateTime<Utc>) -> Result<DateSequence, ProjectionError> {
        let now = now.naive_utc();
        let start = self.bound(&self.minimum, now)?;
        let start = self
            .format
            .truncate(start)
            .ok_or_else(|| self.out_of_range())?;
        let end = self.bound(&self.maximum, now)?;
        let last = self.step.count_until(start, end);
        // A fixed bound may lie beyond a relative one for a while, such as in a table for data that is yet to come.
        if last.is_none() && self.minimum.is_relative() && self.maximum.is_relative() {
            return Err(ProjectionError::ReversedRange(self.range.clone()));
        }
        Ok(DateSequence {
            format: self.format.clone(),
            stored: self.stored,
            start,
            step: self.step,
            last,
        })
    }

    fn bound(
        &self,
        bound: &DateBound,
        now: NaiveDateTime,
    ) -> Result<NaiveDateTime, ProjectionError> {
        bound
            .at(now)
            .filter(|time| self.format.represents(*time))
            .ok_or_else(|| self.out_of_range())
    }

    fn out_of_range(&self) -> ProjectionError {
        ProjectionError::DateOutOfRange {
            property: self.range.clone(),
            format: self.format.pattern.clone(),
        }
    }
}

/// The interval and its unit. Formats of days or months imply both, all others neither.
fn step(properties: &ColumnProperties<'_>, precision: Precision) -> Result<Step, ProjectionError> {
    let implied = match precision {
        Precision::Day => Some(IntervalUnit::Days),
        Precision::Month => Some(IntervalUnit::Months),
        _ => None,
    };
    let amount = match (properties.interval()?, implied) {
        (Some(interval), _) => interval,
        (None, Some(_)) => 1,
        (None, None) => {
            return Err(properties.missing(
                "interval",
                "set it to a whole number: only formats of days or months imply 1",
            ));
        }
    };
    let unit = match (properties.get("interval.unit"), implied) {
        (Some(property), _) => IntervalUnit::parse(&property.value)
            .ok_or(ProjectionError::InvalidIntervalUnit(property))?,
        (None, Some(unit)) => unit,
        (None, None) => {
            return Err(properties.missing(
                "interval.unit",
                "set it to YEARS, MONTHS, WEEKS, DAYS, HOURS, MINUTES, SECONDS or MILLISECONDS: only formats of days or months imply it",
            ));
        }
    };
    Ok(Step { amount, unit })
}
