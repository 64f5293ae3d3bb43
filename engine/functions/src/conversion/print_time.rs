//! Dates and times by `%t…`, and in the forms of Java's `toString`.

use std::fmt::Write;

use super::argument::Argument;
use super::pattern::FormatError;
use crate::types::time_zone::TimeZone;
use crate::value_text::calendar::CivilDate;
use crate::value_text::{LargeYear, LocalTimestamp, NANOS_PER_SECOND, write_date, write_offset};

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

const WEEKDAYS: [&str; 7] = [
    "Sunday",
    "Monday",
    "Tuesday",
    "Wednesday",
    "Thursday",
    "Friday",
    "Saturday",
];

/// What a value says of dates and times.
struct Moment {
    date: Option<i64>,
    nanos_of_day: Option<i64>,
    zone: Option<(LocalTimestamp, TimeZone)>,
    /// Whole seconds since 1970.
    epoch_seconds: Option<i64>,
}

impl Moment {
    fn of(argument: Argument<'_>) -> Option<Moment> {
        Some(match argument {
            Argument::Date(days) => Moment {
                date: Some(days),
                nanos_of_day: None,
                zone: None,
                epoch_seconds: None,
            },
            Argument::Time(nanos) => Moment {
                date: None,
                nanos_of_day: Some(nanos),
                zone: None,
                epoch_seconds: None,
            },
            Argument::Timestamp(timestamp) => Moment {
                date: Some(timestamp.epoch_days()),
                nanos_of_day: Some(timestamp.nanos_of_day()),
                zone: None,
                epoch_seconds: None,
            },
            Argument::Zoned(instant, zone) => {
                let local = local(instant, zone);
                Moment {
                    date: Some(local.epoch_days()),
                    nanos_of_day: Some(local.nanos_of_day()),
                    zone: Some((instant, zone)),
                    epoch_seconds: Some(instant.seconds),
                }
            }
            // Milliseconds since 1970 in the zone of the server, which is UTC.
            Argument::Long(millis) => {
                let instant = LocalTimestamp::from_units(millis, 1000);
                Moment {
                    date: Some(instant.epoch_days()),
                    nanos_of_day: Some(instant.nanos_of_day()),
                    zone: Some((instant, TimeZone::Utc)),
                    // Java cuts these off.
                    epoch_seconds: Some(millis / 1000),
                }
            }
            _ => return None,
        })
    }

    fn date(&self) -> Option<CivilDate> {
        self.date.map(CivilDate::from_epoch_days)
    }

    fn seconds_of_day(&self) -> Option<i64> {
        self.nanos_of_day.map(|nanos| nanos / NANOS_PER_SECOND)
    }

    fn hour(&self) -> Option<i64> {
        self.seconds_of_day().map(|seconds| seconds / 3600)
    }

    /// From 1 to 12.
    fn half_day_hour(&self) -> Option<i64> {
        self.hour().map(|hour| (hour + 11) % 12 + 1)
    }

    fn year_of_era(&self) -> Option<i64> {
        self.date().map(|date| {
            if date.year > 0 {
                date.year
            } else {
                1 - date.year
            }
        })
    }

    fn weekday(&self) -> Option<&'static str> {
        let days = self.date?;
        let place = usize::try_from((days + 4).rem_euclid(7)).ok()?;
        WEEKDAYS.get(place).copied()
    }

    fn month(&self) -> Option<&'static str> {
        let place = usize::try_from(self.date()?.month.checked_sub(1)?).ok()?;
        MONTHS.get(place).copied()
    }
}

fn local(instant: LocalTimestamp, zone: TimeZone) -> LocalTimestamp {
    LocalTimestamp {
        seconds: instant
            .seconds
            .saturating_add(i64::from(zone.offset_at(instant.seconds))),
        nanos: instant.nanos,
    }
}

/// The part of a date or time that a letter stands for.
pub(super) fn print_date_time(letter: char, argument: Argument<'_>) -> Result<String, FormatError> {
    let Some(moment) = Moment::of(argument) else {
        return Err(FormatError::conversion(letter, argument.class()));
    };
    let mut text = String::new();
    write_part(&mut text, letter, &moment, argument.class())?;
    Ok(text)
}

fn write_part(
    text: &mut String,
    letter: char,
    moment: &Moment,
    class: &str,
) -> Result<(), FormatError> {
    let composed = match letter {
        'R' => Some("H:M"),
        'T' => Some("H:M:S"),
        'r' => Some("I:M:S P"),
        'D' => Some("m/d/y"),
        'F' => Some("Y-m-d"),
        'c' => Some("a b d T Z Y"),
        _ => None,
    };
    if let Some(parts) = composed {
        for part in parts.chars() {
            match part {
                ':' | '/' | '-' | ' ' => text.push(part),
                part => write_part(text, part, moment, class)?,
            }
        }
        return Ok(());
    }
    match simple_part(letter, moment) {
        Some(part) => {
            text.push_str(&part);
            Ok(())
        }
        None => Err(FormatError::conversion(
            // Only within `%tr` is there an upper `P`.
            if letter == 'P' { 'p' } else { letter },
            class,
        )),
    }
}

/// `None` if the value has no such part.
fn simple_part(letter: char, moment: &Moment) -> Option<String> {
    let short = |name: &str| name.get(..3).unwrap_or(name).to_owned();
    let seconds = moment.seconds_of_day();
    let nanos = moment.nanos_of_day.map(|nanos| nanos % NANOS_PER_SECOND);
    Some(match letter {
        'H' => format!("{:02}", moment.hour()?),
        'k' => moment.hour()?.to_string(),
        'I' => format!("{:02}", moment.half_day_hour()?),
        'l' => moment.half_day_hour()?.to_string(),
        'M' => format!("{:02}", seconds? / 60 % 60),
        'S' => format!("{:02}", seconds? % 60),
        'N' => format!("{:09}", nanos?),
        'L' => format!("{:03}", nanos? / 1_000_000),
        'p' => if moment.hour()? < 12 { "am" } else { "pm" }.to_owned(),
        'P' => if moment.hour()? < 12 { "AM" } else { "PM" }.to_owned(),
        's' => moment.epoch_seconds?.to_string(),
        'Q' => {
            let (instant, _) = moment.zone?;
            (i128::from(instant.seconds) * 1000 + i128::from(instant.nanos / 1_000_000)).to_string()
        }
        'z' => {
            let (instant, zone) = moment.zone?;
            let minutes = zone.offset_at(instant.seconds) / 60;
            let sign = if minutes < 0 { '-' } else { '+' };
            let minutes = minutes.abs();
            format!("{sign}{:02}{:02}", minutes / 60, minutes % 60)
        }
        'Z' => {
            let (instant, zone) = moment.zone?;
            zone_abbreviation(instant.seconds, zone)
        }
        'A' => moment.weekday()?.to_owned(),
        'a' => short(moment.weekday()?),
        'B' => moment.month()?.to_owned(),
        'b' | 'h' => short(moment.month()?),
        'C' => format!("{:02}", moment.year_of_era()? / 100),
        'Y' => format!("{:04}", moment.year_of_era()?),
        'y' => format!("{:02}", moment.year_of_era()? % 100),
        'j' => format!("{:03}", moment.date()?.day_of_year()),
        'm' => format!("{:02}", moment.date()?.month),
        'd' => format!("{:02}", moment.date()?.day),
        'e' => moment.date()?.day.to_string(),
        _ => return None,
    })
}

/// `EDT`; offsets are their own names.
fn zone_abbreviation(epoch_seconds: i64, zone: TimeZone) -> String {
    if let TimeZone::Region(region) = zone {
        return region.span_at(epoch_seconds).abbreviation.to_owned();
    }
    zone.to_string()
}

/// `2020-01-02`
pub(super) fn shown_date(days: i64) -> String {
    let mut text = String::new();
    // Strings take whatever is written.
    let _ = write_date(&mut text, days, LargeYear::Signed);
    text
}

/// `01:02`, with seconds and groups of three digits of them as far as they are not zero.
pub(super) fn shown_time(nanos_of_day: i64) -> String {
    let seconds = nanos_of_day / NANOS_PER_SECOND;
    let nanos = nanos_of_day % NANOS_PER_SECOND;
    let mut text = format!("{:02}:{:02}", seconds / 3600, seconds / 60 % 60);
    if seconds % 60 > 0 || nanos > 0 {
        // Strings take whatever is written.
        let _ = write!(text, ":{:02}", seconds % 60);
    }
    let _ = match nanos {
        0 => Ok(()),
        _ if nanos % 1_000_000 == 0 => write!(text, ".{:03}", nanos / 1_000_000),
        _ if nanos % 1_000 == 0 => write!(text, ".{:06}", nanos / 1_000),
        _ => write!(text, ".{nanos:09}"),
    };
    text
}

/// `2020-01-02T03:04`
pub(super) fn shown_timestamp(timestamp: LocalTimestamp) -> String {
    format!(
        "{}T{}",
        shown_date(timestamp.epoch_days()),
        shown_time(timestamp.nanos_of_day())
    )
}

/// `2020-01-02T03:04-05:00[America/New_York]`
pub(super) fn shown_zoned(instant: LocalTimestamp, zone: TimeZone) -> String {
    let mut text = shown_timestamp(local(instant, zone));
    let offset = zone.offset_at(instant.seconds);
    // Strings take whatever is written.
    let _ = match i16::try_from(offset / 60) {
        _ if offset == 0 => write!(text, "Z"),
        Ok(minutes) => write_offset(&mut text, minutes),
        Err(_) => Ok(()),
    };
    if offset % 60 != 0 {
        let _ = write!(text, ":{:02}", (offset % 60).abs());
    }
    match zone {
        TimeZone::Offset(_) => text,
        named => format!("{text}[{named}]"),
    }
}
