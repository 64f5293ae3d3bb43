//! `DateFormat`: dates as text, in the elements that a pattern of Java's `DateTimeFormatter` is made of.

use std::fmt::Write as _;

use chrono::{Datelike, NaiveDate, NaiveDateTime, NaiveTime, Timelike};

/// The years that have a text of four digits. Java's `y` counts from 1 too.
const YEARS: std::ops::RangeInclusive<i32> = 1..=9999;
/// The years that Java reads two digits as.
const YEARS_OF_CENTURY: std::ops::RangeInclusive<i32> = 2000..=2099;

/// The finest part of a time that a format writes, from coarse to fine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Precision {
    Year,
    Month,
    Day,
    Hour,
    Minute,
    Second,
    /// So many digits of a second, 1 to 9.
    Fraction(u32),
}

/// One part of a format.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Element {
    Literal(String),
    /// A number up to the second; the padded ones have 2 digits, years 4.
    Number {
        unit: Precision,
        padded: bool,
    },
    /// The last 2 digits of a year from 2000 to 2099.
    YearOfCentury,
    /// A month's English name.
    MonthName {
        full: bool,
    },
    /// A weekday's English name.
    WeekdayName {
        full: bool,
    },
    /// Digits of the second's fraction.
    Fraction(u32),
}

/// A format whose texts are all different for times that differ in its precision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct DateFormat {
    /// The pattern as the property has it.
    pub(super) pattern: String,
    pub(super) elements: Vec<Element>,
    pub(super) precision: Precision,
    /// Whether the texts are in the order of their times.
    pub(super) is_ordered: bool,
}

impl DateFormat {
    /// Whether the format has a text for the time that it can read back.
    pub(super) fn represents(&self, time: NaiveDateTime) -> bool {
        let years = if self.elements.contains(&Element::YearOfCentury) {
            YEARS_OF_CENTURY
        } else {
            YEARS
        };
        years.contains(&time.year())
    }

    /// The time without what the format does not write.
    pub(super) fn truncate(&self, time: NaiveDateTime) -> Option<NaiveDateTime> {
        let date = time.date();
        let midnight = |date: NaiveDate| Some(date.and_time(NaiveTime::MIN));
        match self.precision {
            Precision::Year => midnight(NaiveDate::from_ymd_opt(date.year(), 1, 1)?),
            Precision::Month => midnight(date.with_day(1)?),
            Precision::Day => midnight(date),
            Precision::Hour => date.and_hms_opt(time.hour(), 0, 0),
            Precision::Minute => date.and_hms_opt(time.hour(), time.minute(), 0),
            Precision::Second => time.with_nanosecond(0),
            Precision::Fraction(digits) => {
                let unit = fraction_unit(digits);
                let nanosecond = time.nanosecond();
                time.with_nanosecond(nanosecond.checked_sub(nanosecond.checked_rem(unit)?)?)
            }
        }
    }

    /// The time as text.
    pub(super) fn render(&self, time: NaiveDateTime) -> String {
        let mut text = String::new();
        for element in &self.elements {
            // Writing to a string does not fail.
            let _ = match element {
                Element::Literal(literal) => text.write_str(literal),
                Element::Number { unit, padded } => {
                    let width = if *padded { digits_max(*unit) } else { 1 };
                    write!(text, "{:0width$}", number(time, *unit))
                }
                Element::YearOfCentury => write!(text, "{:02}", time.year().rem_euclid(100)),
                Element::MonthName { full } => {
                    write!(text, "{}", time.format(if *full { "%B" } else { "%b" }))
                }
                Element::WeekdayName { full } => {
                    write!(text, "{}", time.format(if *full { "%A" } else { "%a" }))
                }
                Element::Fraction(digits) => {
                    let fraction = time
                        .nanosecond()
                        .checked_div(fraction_unit(*digits))
                        .unwrap_or(0);
                    let width = usize::try_from(*digits).unwrap_or(0);
                    write!(text, "{fraction:0width$}")
                }
            };
        }
        text
    }
}

/// The most digits of a number.
pub(super) fn digits_max(unit: Precision) -> usize {
    if unit == Precision::Year { 4 } else { 2 }
}

/// The nanoseconds of the last of so many digits of a second.
pub(super) fn fraction_unit(digits: u32) -> u32 {
    10_u32.pow(9_u32.saturating_sub(digits))
}

fn number(time: NaiveDateTime, unit: Precision) -> u32 {
    match unit {
        // Only years of the common era are rendered.
        Precision::Year => time.year().unsigned_abs(),
        Precision::Month => time.month(),
        Precision::Day => time.day(),
        Precision::Hour => time.hour(),
        Precision::Minute => time.minute(),
        Precision::Second | Precision::Fraction(_) => time.second(),
    }
}
