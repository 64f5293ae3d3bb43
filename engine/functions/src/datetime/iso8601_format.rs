//! The formats that texts of ISO 8601 may have, as Joda-Time reads them.

use std::sync::LazyLock;

use super::calendar;
use super::columns::SECONDS_PER_DAY;
use super::joda::{Element, Field, Formatter, ParsedTime};
use crate::types::time_zone::TimeZone;

/// A calendar date, a week date or an ordinal date, of which only the year is needed.
pub(super) static DATE: LazyLock<Formatter> =
    LazyLock::new(|| Formatter::new(vec![date_element()]));

/// The time of a text in the form that most have: `2020-05-11T11:15:05.055Z`, with or without a fraction and an offset. All others, and
/// wrong ones, are for [`DATE_TIME`], which takes many times as long.
pub(super) fn plain_date_time(text: &str) -> Option<ParsedTime> {
    let (date, rest) = text.split_at_checked(10)?;
    let (clock, rest) = rest.split_at_checked(9)?;
    let [y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2] = date.as_bytes() else {
        return None;
    };
    let [b'T', h1, h2, b':', n1, n2, b':', s1, s2] = clock.as_bytes() else {
        return None;
    };
    let two = |tens: &u8, ones: &u8, most: i64| {
        let digits = tens.is_ascii_digit() && ones.is_ascii_digit();
        let value = i64::from(tens.wrapping_sub(b'0')) * 10 + i64::from(ones.wrapping_sub(b'0'));
        (digits && value <= most).then_some(value)
    };
    let year = two(y1, y2, 99)? * 100 + two(y3, y4, 99)?;
    let (month, day) = (two(m1, m2, 12)?, two(d1, d2, 31)?);
    if month == 0 || day == 0 || day > calendar::days_in_month(year, month) {
        return None;
    }
    let minutes = two(h1, h2, 23)? * 60 + two(n1, n2, 59)?;
    let seconds = minutes * 60 + two(s1, s2, 59)?;
    let (fraction, offset) = match rest.strip_prefix('.') {
        Some(rest) => rest.split_at_checked(rest.bytes().take_while(u8::is_ascii_digit).count())?,
        None => ("0", rest),
    };
    if fraction.is_empty() || fraction.len() > 9 {
        return None;
    }
    let weights = [100, 10, 1].iter().zip(fraction.bytes());
    let millis: i64 = weights
        .map(|(weight, digit)| weight * i64::from(digit - b'0'))
        .sum();
    let zone = match offset.as_bytes() {
        [] | [b'Z'] => TimeZone::Utc,
        [sign @ (b'+' | b'-'), h1, h2, b':', m1, m2] => {
            let minutes = two(h1, h2, 23)? * 60 + two(m1, m2, 59)?;
            TimeZone::from_offset_minutes(if *sign == b'-' { -minutes } else { minutes })?
        }
        _ => return None,
    };
    let local = calendar::days_from_civil(year, month, day) * SECONDS_PER_DAY + seconds;
    Some(ParsedTime {
        millis: (local - i64::from(zone.offset_at(0))) * 1_000 + millis,
        zone,
    })
}

/// A date with or without a time and an offset, or a time alone after `T`.
pub(super) static DATE_TIME: LazyLock<Formatter> = LazyLock::new(|| {
    let offset = || optional(vec![Element::ZoneOffset { colon: true }]);
    let mut time = vec![Element::text('T')];
    time.extend(time_elements());
    time.push(offset());
    let time_or_offset = vec![Element::text('T'), optional(time_elements()), offset()];
    let date = vec![date_element(), optional(time_or_offset)];
    Formatter::new(vec![one_of(vec![time, date])])
});

fn one_of(alternatives: Vec<Vec<Element>>) -> Element {
    Element::OneOf {
        alternatives,
        optional: false,
    }
}

fn optional(elements: Vec<Element>) -> Element {
    Element::OneOf {
        alternatives: vec![elements],
        optional: true,
    }
}

fn date_element() -> Element {
    let part = |separator: &str, field, digits| {
        [
            Element::text(separator),
            Element::number(field, digits, digits),
        ]
    };
    let mut month_and_day = part("-", Field::MonthOfYear, 2).to_vec();
    month_and_day.push(optional(part("-", Field::DayOfMonth, 2).to_vec()));
    let calendar_date = vec![Element::signed(Field::Year, 4, 9), optional(month_and_day)];
    let mut week_date = vec![Element::signed(Field::Weekyear, 4, 9)];
    week_date.extend(part("-W", Field::WeekOfWeekyear, 2));
    week_date.push(optional(part("-", Field::DayOfWeek, 1).to_vec()));
    let mut ordinal_date = vec![Element::signed(Field::Year, 4, 9)];
    ordinal_date.extend(part("-", Field::DayOfYear, 3));
    one_of(vec![calendar_date, week_date, ordinal_date])
}

/// Hours, minutes and seconds, the last of them with a fraction.
fn time_elements() -> Vec<Element> {
    let fraction = |of_millis| {
        vec![
            one_of(vec![vec![Element::text('.')], vec![Element::text(',')]]),
            Element::Fraction {
                of_millis,
                digits_min: 1,
                digits_max: 9,
            },
        ]
    };
    let seconds = vec![
        Element::text(':'),
        Element::number(Field::SecondOfMinute, 2, 2),
        optional(fraction(1_000)),
    ];
    let minutes = vec![
        Element::text(':'),
        Element::number(Field::MinuteOfHour, 2, 2),
        Element::OneOf {
            alternatives: vec![seconds, fraction(60_000)],
            optional: true,
        },
    ];
    vec![
        Element::number(Field::HourOfDay, 2, 2),
        Element::OneOf {
            alternatives: vec![minutes, fraction(3_600_000)],
            optional: true,
        },
    ]
}
