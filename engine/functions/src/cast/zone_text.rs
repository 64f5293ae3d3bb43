//! Time zones within texts of timestamps, by the names that Java's `ZoneId` takes.

use crate::types::time_zone::TimeZone;

/// The greatest offset that Java has.
const OFFSET_SECONDS_MAX: i32 = 18 * 3600;

/// Regions that are UTC by another name.
const UTC_NAMES: &[&str] = &[
    "Etc/GMT",
    "Etc/GMT+0",
    "Etc/GMT-0",
    "Etc/GMT0",
    "Etc/Greenwich",
    "Etc/UCT",
    "Etc/UTC",
    "Etc/Universal",
    "Etc/Zulu",
    "GMT",
    "GMT0",
    "Greenwich",
    "UCT",
    "UT",
    "UTC",
    "Universal",
    "Z",
    "Zulu",
];

/// Abbreviations that the tz database has and Java has not.
const UNKNOWN_TO_JAVA: &[&str] = &["EST", "HST", "MST", "ROC"];

/// A zone that stands in a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ZoneText {
    /// Seconds east of UTC.
    Offset(i32),
    Region(TimeZone),
}

impl ZoneText {
    /// Reads `Z`, `UTC`, `+05:30`, `+0530`, `+5`, `UTC+5` or a region's name, in exactly that case.
    pub(super) fn parse(text: &str) -> Option<ZoneText> {
        if text.starts_with(['+', '-']) {
            return parse_offset(text).map(ZoneText::Offset);
        }
        if UTC_NAMES.contains(&text) {
            return Some(ZoneText::Offset(0));
        }
        for prefix in ["UTC", "GMT", "UT"] {
            if let Some(offset) = text.strip_prefix(prefix)
                && offset.starts_with(['+', '-'])
            {
                return parse_offset(offset).map(ZoneText::Offset);
            }
        }
        if UNKNOWN_TO_JAVA.contains(&text) {
            return None;
        }
        match TimeZone::parse(text)? {
            TimeZone::Region(region) if region.name() == text => match etc_offset(text) {
                Some(seconds) => Some(ZoneText::Offset(seconds)),
                None => Some(ZoneText::Region(TimeZone::Region(region))),
            },
            zone => Some(ZoneText::Region(zone)),
        }
    }

    /// The zone of values, if it is one that values can have.
    pub(super) fn time_zone(self) -> Option<TimeZone> {
        /// Values have offsets of up to 14 hours, in minutes.
        const OFFSET_MINUTES_MAX: i16 = 14 * 60;
        match self {
            ZoneText::Region(zone) => Some(zone),
            ZoneText::Offset(0) => Some(TimeZone::Utc),
            ZoneText::Offset(seconds) if seconds % 60 == 0 => i16::try_from(seconds / 60)
                .ok()
                .filter(|minutes| minutes.abs() <= OFFSET_MINUTES_MAX)
                .map(TimeZone::Offset),
            ZoneText::Offset(_) => None,
        }
    }

    /// A local time as the zone's clocks show it: later by the gap if they skip it.
    pub(super) fn shown_locally(self, local_seconds: i64) -> i64 {
        match self {
            ZoneText::Offset(_) => local_seconds,
            ZoneText::Region(zone) => {
                let instant = local_seconds - i64::from(zone.offset_at_local(local_seconds));
                instant + i64::from(zone.offset_at(instant))
            }
        }
    }
}

/// `Etc/GMT+5` is five hours west of Greenwich, and shown as an offset.
fn etc_offset(name: &str) -> Option<i32> {
    let hours: i32 = name.strip_prefix("Etc/GMT")?.parse().ok()?;
    Some(-hours * 3600)
}

/// Seconds of `+h`, `+hh`, `+hh:mm`, `+hhmm`, `+hh:mm:ss` and `+hhmmss`.
fn parse_offset(text: &str) -> Option<i32> {
    let sign = if text.starts_with('-') { -1 } else { 1 };
    let digits = text.get(1..)?;
    let colons = digits.contains(':');
    let mut parts = [0_i32; 3];
    let mut rest = digits;
    for (place, part) in parts.iter_mut().enumerate() {
        if place > 0 {
            if rest.is_empty() {
                break;
            }
            if colons {
                rest = rest.strip_prefix(':')?;
            }
        }
        let width = if digits.len() == 1 { 1 } else { 2 };
        let number = rest.get(..width)?;
        if !number.bytes().all(|digit| digit.is_ascii_digit()) {
            return None;
        }
        *part = number.parse().ok()?;
        rest = rest.get(width..)?;
    }
    let [hours, minutes, seconds] = parts;
    let total = hours * 3600 + minutes * 60 + seconds;
    (rest.is_empty() && minutes < 60 && seconds < 60 && total <= OFFSET_SECONDS_MAX)
        .then_some(sign * total)
}

#[cfg(test)]
mod tests {
    use super::ZoneText;

    #[track_caller]
    fn assert_shown(text: &str, shown: Option<&str>) {
        let zone = ZoneText::parse(text).and_then(ZoneText::time_zone);
        assert_eq!(
            zone.map(|zone| zone.to_string()).as_deref(),
            shown,
            "{text}"
        );
    }

    // What Java and Trino make of these names.
    #[test]
    fn zones_are_named_as_java_has_them() {
        for (text, shown) in [
            ("UTC", "UTC"),
            ("Z", "UTC"),
            ("UT", "UTC"),
            ("GMT0", "UTC"),
            ("+00:00", "UTC"),
            ("+5", "+05:00"),
            ("+05:30", "+05:30"),
            ("-0530", "-05:30"),
            ("UTC+05:00", "+05:00"),
            ("GMT-7", "-07:00"),
            ("Etc/GMT+5", "-05:00"),
            ("America/New_York", "America/New_York"),
        ] {
            assert_shown(text, Some(shown));
        }
        for text in [
            "utc",
            "z",
            "+5:30",
            "EST",
            "PST",
            "+18:01",
            "america/new_york",
            "xxx",
            "",
            "+",
            "+05:",
            "+5x",
            "+05:30:15",
            "+15:00",
        ] {
            assert_shown(text, None);
        }
    }
}
