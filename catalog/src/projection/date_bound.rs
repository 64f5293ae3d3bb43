//! `DateBound`: one end of a date range, fixed or relative to the time of the query.

use chrono::NaiveDateTime;

use super::date_format::DateFormat;
use super::interval_unit::{IntervalUnit, Step};

/// One end of a date range.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum DateBound {
    Fixed(NaiveDateTime),
    Now,
    BeforeNow(Step),
    AfterNow(Step),
}

impl DateBound {
    /// Reads `NOW`, `NOW-3YEARS`, or a date in the format.
    fn parse(text: &str, format: &DateFormat) -> Option<Self> {
        let fixed = format.parse(text).or_else(|| format.parse(text.trim()));
        match fixed {
            Some(time) => Some(DateBound::Fixed(time)),
            None => relative(text.trim()),
        }
    }

    /// Reads `minimum,maximum`. A format may have commas of its own, so that any comma can be the one between.
    pub(super) fn parse_range(text: &str, format: &DateFormat) -> Option<(Self, Self)> {
        text.match_indices(',').find_map(|(place, comma)| {
            let minimum = text.get(..place)?;
            let maximum = text.get(place..)?.strip_prefix(comma)?;
            Some((
                DateBound::parse(minimum, format)?,
                DateBound::parse(maximum, format)?,
            ))
        })
    }

    /// The time that it is at a time. `None` if no calendar reaches so far.
    pub(super) fn at(&self, now: NaiveDateTime) -> Option<NaiveDateTime> {
        match self {
            DateBound::Fixed(time) => Some(*time),
            DateBound::Now => Some(now),
            DateBound::BeforeNow(step) => step.before(now),
            DateBound::AfterNow(step) => step.after(now, 1),
        }
    }

    pub(super) fn is_relative(&self) -> bool {
        !matches!(self, DateBound::Fixed(_))
    }
}

fn relative(text: &str) -> Option<DateBound> {
    let (now, rest) = text.split_at_checked(3)?;
    if !now.eq_ignore_ascii_case("NOW") {
        return None;
    }
    let rest = rest.trim_start();
    if rest.is_empty() {
        return Some(DateBound::Now);
    }
    let (join, offset): (fn(Step) -> DateBound, &str) = match rest.strip_prefix('-') {
        Some(offset) => (DateBound::BeforeNow, offset),
        None => (DateBound::AfterNow, rest.strip_prefix('+')?),
    };
    let offset = offset.trim_start();
    let digits = offset
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(offset.len());
    let (amount, unit) = offset.split_at_checked(digits)?;
    let amount = amount.parse().ok()?;
    // Offsets have no milliseconds, only intervals do.
    let unit = IntervalUnit::parse(unit).filter(|unit| *unit != IntervalUnit::Milliseconds)?;
    Some(join(Step { amount, unit }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn relative_bounds_are_read_with_any_blanks() {
        let three_years = Step {
            amount: 3,
            unit: IntervalUnit::Years,
        };
        assert_eq!(relative("NOW"), Some(DateBound::Now));
        for text in ["NOW-3YEARS", "NOW - 3 YEARS", "now-3year", "NOW\t-3 Years"] {
            let bound = DateBound::BeforeNow(three_years);
            assert_eq!(relative(text), Some(bound), "{text}");
        }
        assert_eq!(
            relative("NOW+3YEARS"),
            Some(DateBound::AfterNow(three_years))
        );
        for text in [
            "",
            "NO",
            "NOW3YEARS",
            "NOW-YEARS",
            "NOW-3",
            "NOW-3AGES",
            "NOW--3DAYS",
            "NOW-3YEARS+1DAY",
            "NOW-5MILLISECONDS",
            "NOW-99999999999999999999DAYS",
            "NÖW",
        ] {
            assert_eq!(relative(text), None, "{text}");
        }
    }

    #[test]
    fn a_range_may_have_commas_in_its_dates() {
        let format = DateFormat::of("MMM d, yyyy").unwrap();
        let range = DateBound::parse_range("Jan 1, 2024,Feb 29, 2024", &format);
        assert!(range.is_some());
        assert!(DateBound::parse_range("Jan 1, 2024,NOW", &format).is_some());
        assert_eq!(DateBound::parse_range("Jan 1, 2024", &format), None);
    }
}
