//! Printing of times by formats.

use super::element::{Element, Formatter};
use super::field::{Field, TimeParts};
use super::number::push_padded;
use super::zone_name::zone_name;
use crate::types::time_zone::TimeZone;

/// A time to print, with the zone that it is local in.
pub(crate) struct ShownTime {
    /// The local time in milliseconds.
    pub(crate) local_millis: i64,
    /// Seconds east of UTC.
    pub(crate) offset: i64,
    /// The zone.
    pub(crate) zone: TimeZone,
}

/// The names of months, in full and short, with their numbers.
const MONTHS: [(&str, i64); 23] = [
    ("January", 1),
    ("February", 2),
    ("March", 3),
    ("April", 4),
    ("May", 5),
    ("June", 6),
    ("July", 7),
    ("August", 8),
    ("September", 9),
    ("October", 10),
    ("November", 11),
    ("December", 12),
    ("Jan", 1),
    ("Feb", 2),
    ("Mar", 3),
    ("Apr", 4),
    ("Jun", 6),
    ("Jul", 7),
    ("Aug", 8),
    ("Sep", 9),
    ("Oct", 10),
    ("Nov", 11),
    ("Dec", 12),
];

const DAYS_OF_WEEK: [(&str, i64); 14] = [
    ("Monday", 1),
    ("Tuesday", 2),
    ("Wednesday", 3),
    ("Thursday", 4),
    ("Friday", 5),
    ("Saturday", 6),
    ("Sunday", 7),
    ("Mon", 1),
    ("Tue", 2),
    ("Wed", 3),
    ("Thu", 4),
    ("Fri", 5),
    ("Sat", 6),
    ("Sun", 7),
];

const HALFDAYS: [(&str, i64); 2] = [("AM", 0), ("PM", 1)];

const ERAS: [(&str, i64); 4] = [("BC", 0), ("AD", 1), ("BCE", 0), ("CE", 1)];

/// The length of short names of months and days of the week.
const SHORT_NAME_LENGTH: usize = 3;

/// The names that a field's values have, each value's full name first.
pub(super) fn names_of(field: Field) -> &'static [(&'static str, i64)] {
    match field {
        Field::MonthOfYear => &MONTHS,
        Field::DayOfWeek => &DAYS_OF_WEEK,
        Field::HalfdayOfDay => &HALFDAYS,
        Field::Era => &ERAS,
        _ => &[],
    }
}

fn name_of(field: Field, value: i64, short: bool) -> &'static str {
    let found = names_of(field).iter().find(|(_, of)| *of == value);
    let name = found.map_or("\u{fffd}", |(name, _)| *name);
    match field {
        Field::MonthOfYear | Field::DayOfWeek if short => {
            name.get(..SHORT_NAME_LENGTH).unwrap_or(name)
        }
        _ => name,
    }
}

impl Formatter {
    /// Appends the time in this format.
    pub(crate) fn print(&self, time: &ShownTime, text: &mut String) {
        let parts = TimeParts::of(time.local_millis);
        for element in &self.elements {
            print_element(element, time, &parts, text);
        }
    }
}

#[inline]
fn print_element(element: &Element, time: &ShownTime, parts: &TimeParts, text: &mut String) {
    match element {
        Element::Text(literal) => text.push_str(literal),
        Element::Number {
            field, digits_min, ..
        } => push_padded(text, parts.get(*field), *digits_min),
        Element::TwoDigitYear { field, .. } => push_padded(text, parts.get(*field).abs() % 100, 2),
        Element::Name { field, short } => {
            text.push_str(name_of(*field, parts.get(*field), *short));
        }
        Element::Fraction {
            of_millis,
            digits_min,
            digits_max,
        } => {
            let millis = parts.get(Field::MillisOf(*of_millis));
            print_fraction(text, millis, *digits_min, *digits_max);
        }
        Element::ZoneOffset { colon } => print_offset(text, time.offset, *colon),
        Element::ZoneId => text.push_str(&time.zone.to_string()),
        Element::ZoneName { short } => {
            let epoch_seconds = time.local_millis.div_euclid(1_000) - time.offset;
            text.push_str(&zone_name(time.zone, epoch_seconds, *short));
        }
        Element::OneOf { .. } => {}
    }
}

/// Milliseconds of a second as a decimal fraction. Joda-Time computes no more than 15 digits, but for zero.
fn print_fraction(text: &mut String, millis: i64, digits_min: usize, digits_max: usize) {
    if millis == 0 {
        text.extend(std::iter::repeat_n('0', digits_min));
        return;
    }
    if digits_min == 3 && digits_max == 3 {
        push_padded(text, millis, 3);
        return;
    }
    let digits = digits_max.min(15);
    let shown = text.len() + digits_min.min(digits);
    let mut rest = millis;
    let mut weight = 100;
    for _ in 0..digits {
        let digit = if weight > 0 { rest / weight } else { 0 };
        push_padded(text, digit, 1);
        rest -= digit * weight;
        weight /= 10;
    }
    while text.len() > shown && text.ends_with('0') {
        text.pop();
    }
}

fn print_offset(text: &mut String, offset: i64, colon: bool) {
    text.push(if offset < 0 { '-' } else { '+' });
    let minutes = offset.abs() / 60;
    push_padded(text, minutes / 60, 2);
    if colon {
        text.push(':');
    }
    push_padded(text, minutes % 60, 2);
}
