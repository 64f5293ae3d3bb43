//! `IntegerSequence`: the candidates of an `integer` key.

use crate::{KeyType, PartitionLiteral};

use super::candidates::{Candidates, ProjectedValue};
use super::error::ProjectionError;
use super::properties::{ColumnProperties, Property};

/// The widest that numbers are padded to: more than any number has, and little enough for a file's name.
const DIGITS_MAX: usize = 100;

/// Numbers from a minimum on, the same interval apart.
#[derive(Debug, Clone)]
pub(super) struct IntegerSequence {
    minimum: i64,
    interval: u64,
    last: u64,
    /// To how many characters a sign and zeros fill a number up.
    digits: usize,
    key_type: KeyType,
}

impl IntegerSequence {
    pub(super) fn configured(
        properties: &ColumnProperties<'_>,
        key_type: KeyType,
    ) -> Result<Self, ProjectionError> {
        let property = properties.required("range", "set it to minimum,maximum")?;
        let (minimum, maximum) = range(&property)?;
        let interval = properties.interval()?.unwrap_or(1);
        let digits = digits(properties)?;
        let Some(steps) = maximum.abs_diff(minimum).checked_div(interval) else {
            return Err(properties.missing("interval", "use a whole number of at least 1"));
        };
        Ok(IntegerSequence {
            minimum,
            interval,
            last: steps,
            digits,
            key_type,
        })
    }

    fn number(&self, index: u64) -> Option<i64> {
        let distance = index.checked_mul(self.interval)?;
        self.minimum.checked_add_unsigned(distance)
    }

    fn padded(&self, number: i64) -> String {
        format!("{number:0width$}", width = self.digits)
    }

    fn stored(&self, number: i64) -> String {
        match self.key_type {
            KeyType::Integer => number.to_string(),
            _ => self.padded(number),
        }
    }
}

fn range(property: &Property) -> Result<(i64, i64), ProjectionError> {
    let bounds = property.value.split_once(',').and_then(|(low, high)| {
        let low: i64 = low.trim().parse().ok()?;
        let high: i64 = high.trim().parse().ok()?;
        Some((low, high))
    });
    let Some((minimum, maximum)) = bounds else {
        return Err(ProjectionError::InvalidRange {
            property: property.clone(),
            advice: format!(
                "use minimum,maximum with whole numbers from {} to {}",
                i64::MIN,
                i64::MAX
            ),
        });
    };
    if minimum > maximum {
        return Err(ProjectionError::ReversedRange(property.clone()));
    }
    Ok((minimum, maximum))
}

fn digits(properties: &ColumnProperties<'_>) -> Result<usize, ProjectionError> {
    let Some(property) = properties.get("digits") else {
        return Ok(0);
    };
    match property.value.trim().parse::<usize>() {
        Ok(digits) if (1..=DIGITS_MAX).contains(&digits) => Ok(digits),
        _ => Err(ProjectionError::InvalidDigits {
            property,
            most: DIGITS_MAX,
        }),
    }
}

impl Candidates for IntegerSequence {
    fn last_index(&self) -> Option<u64> {
        Some(self.last)
    }

    fn value(&self, index: u64) -> Option<ProjectedValue> {
        let number = self.number(index)?;
        Some(ProjectedValue {
            stored: self.stored(number),
            in_location: self.padded(number),
        })
    }

    fn literal(&self, index: u64) -> Option<PartitionLiteral> {
        let number = self.number(index)?;
        Some(match self.key_type {
            KeyType::Integer => PartitionLiteral::Integer(number),
            _ => PartitionLiteral::Text(self.padded(number)),
        })
    }

    fn is_ordered(&self) -> bool {
        // Texts of numbers are in the numbers' order if none has a sign and all are of the same width.
        let width = |index| self.number(index).map(|number| self.padded(number).len());
        self.key_type == KeyType::Integer || (self.minimum >= 0 && width(0) == width(self.last))
    }

    fn index_of(&self, literal: &PartitionLiteral) -> Option<u64> {
        let number = match literal {
            PartitionLiteral::Integer(number) => *number,
            PartitionLiteral::Text(text) => text
                .parse()
                .ok()
                .filter(|number| self.padded(*number) == *text)?,
            _ => return None,
        };
        if number < self.minimum {
            return None;
        }
        let index = number.abs_diff(self.minimum).checked_div(self.interval)?;
        (self.number(index) == Some(number) && index <= self.last).then_some(index)
    }
}
