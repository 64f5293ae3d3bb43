//! Zones in texts: offsets, names of regions and abbreviations.

use super::parse::{Failure, bytes_from, count_digits, parse_fraction};
use crate::error::{FunctionError, FunctionErrorCode};
use crate::types::time_zone::{Region, TimeZone};

/// The longest name of a zone.
const ZONE_NAME_LENGTH_MAX: usize = 64;

/// The zones that abbreviations mean, as Joda-Time has them.
const ABBREVIATED_ZONES: [(&str, &str); 11] = [
    ("UTC", "UTC"),
    ("GMT", "UTC"),
    ("UT", "UTC"),
    ("EST", "America/New_York"),
    ("EDT", "America/New_York"),
    ("CST", "America/Chicago"),
    ("CDT", "America/Chicago"),
    ("MST", "America/Denver"),
    ("MDT", "America/Denver"),
    ("PST", "America/Los_Angeles"),
    ("PDT", "America/Los_Angeles"),
];

/// Trino has zones of whole minutes up to 14 hours.
pub(super) fn zone_of_millis(offset: i64) -> Result<TimeZone, FunctionError> {
    let whole = (offset % 60_000 == 0).then_some(offset / 60_000);
    whole
        .and_then(TimeZone::from_offset_minutes)
        .ok_or_else(|| {
            let sign = if offset < 0 { '-' } else { '+' };
            let seconds = offset.unsigned_abs() / 1_000;
            let (hours, minutes, seconds) = (seconds / 3_600, seconds / 60 % 60, seconds % 60);
            let mut shown = format!("{sign}{hours:02}:{minutes:02}");
            if seconds > 0 {
                shown.push_str(&format!(":{seconds:02}"));
            }
            FunctionError::new(
                FunctionErrorCode::NotSupported,
                format!("Time zone not supported: {shown}"),
            )
        })
}

/// `Z`, or a sign with hours, minutes, seconds and milliseconds, with separators between all of them or none.
pub(super) fn parse_offset(text: &str, position: usize) -> Result<(i64, usize), Failure> {
    let rest = bytes_from(text, position);
    let negative = match rest {
        [b'Z' | b'z', ..] => return Ok((0, position + 1)),
        [b'-', _, ..] => true,
        [b'+', _, ..] => false,
        _ => return Err(Failure::At(position)),
    };
    let two_digits = |at: usize, most: i64| match bytes_from(text, at) {
        [tens @ b'0'..=b'9', ones @ b'0'..=b'9', ..] => {
            let value = i64::from(tens - b'0') * 10 + i64::from(ones - b'0');
            (value <= most).then_some(value)
        }
        _ => None,
    };
    let mut end = position + 1;
    let mut offset = two_digits(end, 23).ok_or(Failure::At(end))? * 3_600_000;
    end += 2;
    let signed = |offset: i64| if negative { -offset } else { offset };
    let separated = match bytes_from(text, end) {
        [b':', ..] => true,
        [b'0'..=b'9', ..] => false,
        _ => return Ok((signed(offset), end)),
    };
    for unit in [60_000, 1_000] {
        match bytes_from(text, end) {
            [] => return Ok((signed(offset), end)),
            [b':', ..] if separated => end += 1,
            _ if separated => return Ok((signed(offset), end)),
            [b'0'..=b'9', ..] => {}
            _ => return Ok((signed(offset), end)),
        }
        offset += two_digits(end, 59).ok_or(Failure::At(end))? * unit;
        end += 2;
    }
    match bytes_from(text, end) {
        [b'.' | b',', ..] if separated => end += 1,
        [b'0'..=b'9', ..] if !separated => {}
        _ => return Ok((signed(offset), end)),
    }
    let digits = count_digits(bytes_from(text, end), 3);
    if digits == 0 {
        return Err(Failure::At(end));
    }
    let (fraction, end) = parse_fraction(text, end, 1_000, digits)?;
    Ok((signed(offset + fraction), end))
}

/// The longest name of a region that stands here.
pub(super) fn parse_zone_id(text: &str, position: usize) -> Result<(TimeZone, usize), Failure> {
    let rest = text.get(position..).unwrap_or("");
    for length in (1..=rest.len().min(ZONE_NAME_LENGTH_MAX)).rev() {
        let known = rest
            .get(..length)
            .filter(|name| *name == "UTC" || Region::parse(name).is_some());
        if let Some(zone) = known.and_then(TimeZone::parse) {
            return Ok((zone, position + length));
        }
    }
    Err(Failure::At(position))
}

pub(super) fn parse_abbreviated_zone(
    text: &str,
    position: usize,
) -> Result<(TimeZone, usize), Failure> {
    let rest = text.get(position..).unwrap_or("");
    for (abbreviation, name) in ABBREVIATED_ZONES {
        if rest.starts_with(abbreviation)
            && let Some(zone) = TimeZone::parse(name)
        {
            return Ok((zone, position + abbreviation.len()));
        }
    }
    Err(Failure::At(position))
}
