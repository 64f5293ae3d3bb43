//! Time zones as 16-bit keys, so that each value of a `timestamp with time zone` carries its zone.
//!
//! Key 0 is UTC. Keys from -840 to 840, but for 0, are fixed offsets in minutes; Trino allows offsets of up to 14 hours, and
//! reads `+00:00` as UTC. Keys from 1000 are regions: 1000 plus the region's place in the list of names.

mod offset_cache;
mod region;

pub use offset_cache::OffsetCache;
pub use region::{OffsetSpan, Region};

/// The greatest offset from UTC in minutes.
pub const OFFSET_MINUTES_MAX: i16 = 14 * 60;

/// The key of the first region.
const REGION_BASE: i16 = 1000;

/// Names that mean UTC besides `UTC` itself.
const UTC_NAMES: [&str; 27] = [
    "UTC",
    "GMT",
    "GMT0",
    "GMT+0",
    "GMT-0",
    "Etc/GMT",
    "Etc/GMT0",
    "Etc/GMT+0",
    "Etc/GMT-0",
    "UT",
    "UT+0",
    "UT-0",
    "Etc/UT",
    "Etc/UT+0",
    "Etc/UT-0",
    "UTC+0",
    "UTC-0",
    "Etc/UTC",
    "Etc/UTC+0",
    "Etc/UTC-0",
    "Z",
    "Zulu",
    "UCT",
    "Greenwich",
    "Universal",
    "Etc/Universal",
    "Etc/UCT",
];

/// What may stand before an offset. `Etc/GMT` counts offsets westwards.
const OFFSET_PREFIXES: [&str; 6] = ["Etc/GMT", "Etc/UTC", "Etc/UT", "GMT", "UTC", "UT"];

/// A time zone: a fixed offset or a region with its history.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TimeZone {
    /// UTC, shown as `UTC`.
    Utc,
    /// Minutes east of UTC, shown as `+05:30`.
    Offset(i16),
    /// A region, shown by its name.
    Region(Region),
}

/// What a local time may mean in a zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LocalOffset {
    /// It occurs once, with these seconds east of UTC.
    Single(i32),
    /// It occurs twice, for clocks are put back.
    Overlap {
        /// The offset of the first time.
        earlier: i32,
        /// The offset of the second time.
        later: i32,
    },
    /// It does not occur, for clocks are put forward.
    Gap {
        /// The offset before.
        before: i32,
        /// The offset after.
        after: i32,
    },
}

impl TimeZone {
    /// The zone of that name, by Trino's rules: `UTC` and its other names, offsets such as `+05:30`, `+0530`, `+05`, `+5` and
    /// `GMT+5:30`, and names of regions. Case matters, as in Java.
    pub fn parse(name: &str) -> Option<TimeZone> {
        if UTC_NAMES.contains(&name) {
            return Some(TimeZone::Utc);
        }
        for prefix in OFFSET_PREFIXES {
            if let Some(offset) = name.strip_prefix(prefix) {
                return prefixed_offset(offset, prefix == "Etc/GMT");
            }
        }
        if name.starts_with(['+', '-']) {
            return TimeZone::from_offset_minutes(java_offset(name)?);
        }
        Region::parse(name).map(TimeZone::Region)
    }

    /// The zone of so many minutes east of UTC, if they are within bounds.
    pub fn from_offset_minutes(minutes: i64) -> Option<TimeZone> {
        let minutes = i16::try_from(minutes).ok()?;
        if minutes == 0 {
            return Some(TimeZone::Utc);
        }
        (minutes.abs() <= OFFSET_MINUTES_MAX).then_some(TimeZone::Offset(minutes))
    }

    /// The key by which values name this zone.
    pub fn key(self) -> i16 {
        match self {
            TimeZone::Utc => 0,
            TimeZone::Offset(minutes) => minutes,
            TimeZone::Region(region) => REGION_BASE.saturating_add(region.place()),
        }
    }

    /// The zone of a key; UTC for a key that no zone has.
    pub fn from_key(key: i16) -> TimeZone {
        if key == 0 {
            return TimeZone::Utc;
        }
        if (-OFFSET_MINUTES_MAX..=OFFSET_MINUTES_MAX).contains(&key) {
            return TimeZone::Offset(key);
        }
        key.checked_sub(REGION_BASE)
            .and_then(Region::from_place)
            .map_or(TimeZone::Utc, TimeZone::Region)
    }

    /// Seconds east of UTC at an instant, given in seconds of the epoch. Over many instants, an [`OffsetCache`] is faster.
    pub fn offset_at(self, epoch_seconds: i64) -> i32 {
        match self {
            TimeZone::Utc => 0,
            TimeZone::Offset(minutes) => i32::from(minutes) * 60,
            TimeZone::Region(region) => region.span_at(epoch_seconds).offset,
        }
    }

    /// What a local time means, given in seconds as if it were UTC.
    pub fn local_offset(self, local_seconds: i64) -> LocalOffset {
        match self {
            TimeZone::Region(region) => region.local_offset(local_seconds),
            fixed => LocalOffset::Single(fixed.offset_at(local_seconds)),
        }
    }

    /// Seconds east of UTC at a local time, given in seconds as if it were UTC.
    ///
    /// As Java has it: a time that a change of clocks skips is shifted forward by the gap, of one that occurs twice the first is meant.
    pub fn offset_at_local(self, local_seconds: i64) -> i32 {
        match self.local_offset(local_seconds) {
            LocalOffset::Single(offset)
            | LocalOffset::Overlap {
                earlier: offset, ..
            }
            | LocalOffset::Gap { before: offset, .. } => offset,
        }
    }
}

impl std::fmt::Display for TimeZone {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            TimeZone::Utc => formatter.write_str("UTC"),
            TimeZone::Offset(minutes) => {
                let sign = if *minutes < 0 { '-' } else { '+' };
                let minutes = minutes.unsigned_abs();
                write!(formatter, "{sign}{:02}:{:02}", minutes / 60, minutes % 60)
            }
            TimeZone::Region(region) => formatter.write_str(region.name()),
        }
    }
}

/// An offset after a prefix: `+7`, `-07`, `+7:35`. Java reads the sign with the hours alone.
fn prefixed_offset(text: &str, westwards: bool) -> Option<TimeZone> {
    if !text.starts_with(['+', '-']) {
        return None;
    }
    let (hours, minutes) = match text.split_once(':') {
        Some((hours, minutes)) => (hours, minutes.parse::<i64>().ok()?),
        None if text.len() <= 3 => (text, 0),
        None => return None,
    };
    let hours = hours
        .parse::<i64>()
        .ok()
        .filter(|hours| hours.abs() < 100)?;
    if !(0..60).contains(&minutes) {
        return None;
    }
    let hours = if westwards { -hours } else { hours };
    let sign = if hours < 0 { -1 } else { 1 };
    TimeZone::from_offset_minutes(hours * 60 + sign * minutes)
}

/// Minutes of the offsets that Java reads: `+h`, `+hh`, `+hh:mm`, `+hhmm`, and with seconds, which must be zero here.
fn java_offset(text: &str) -> Option<i64> {
    let (sign, digits) = match text.split_at_checked(1)? {
        ("+", digits) => (1, digits),
        ("-", digits) => (-1, digits),
        _ => return None,
    };
    let (hours, minutes, seconds) = match digits.len() {
        1 | 2 => (digits, "00", "00"),
        4 => (digits.get(..2)?, digits.get(2..)?, "00"),
        6 => (digits.get(..2)?, digits.get(2..4)?, digits.get(4..)?),
        5 => (digits.get(..2)?, digits.get(2..)?.strip_prefix(':')?, "00"),
        8 => (
            digits.get(..2)?,
            digits.get(2..5)?.strip_prefix(':')?,
            digits.get(5..)?.strip_prefix(':')?,
        ),
        _ => return None,
    };
    let number = |text: &str| -> Option<i64> {
        let digits = text.bytes().all(|byte| byte.is_ascii_digit());
        if digits { text.parse().ok() } else { None }
    };
    let (hours, minutes, seconds) = (number(hours)?, number(minutes)?, number(seconds)?);
    (minutes < 60 && seconds == 0).then_some(sign * (hours * 60 + minutes))
}

#[cfg(test)]
mod tests {
    use super::{LocalOffset, TimeZone};

    fn zone(name: &str) -> TimeZone {
        TimeZone::parse(name).unwrap_or_else(|| panic!("{name} is a zone"))
    }

    #[track_caller]
    fn assert_read(name: &str, shown: &str) {
        let found = TimeZone::parse(name).map(|zone| zone.to_string());
        assert_eq!(found.as_deref(), Some(shown), "{name}");
    }

    #[test]
    fn other_names_of_utc_are_utc() {
        for name in [
            "Z",
            "Zulu",
            "GMT",
            "GMT0",
            "GMT+00:00",
            "+00:00",
            "-0000",
            "Etc/GMT-0",
        ] {
            assert_eq!(TimeZone::parse(name), Some(TimeZone::Utc), "{name}");
        }
    }

    #[test]
    fn offsets_are_shown_in_one_form() {
        assert_read("+7", "+07:00");
        assert_read("-14", "-14:00");
        assert_read("+0735", "+07:35");
        assert_read("-00:45", "-00:45");
        assert_read("GMT+7", "+07:00");
        assert_read("UTC-7:35", "-07:35");
        assert_read("Etc/GMT+7", "-07:00");
    }

    #[test]
    fn what_trino_does_not_know_is_no_zone() {
        for name in [
            "utc",
            "europe/paris",
            "GMT7",
            "UT0",
            "+14:01",
            "+1:2:3",
            "+07:35:21",
            "EST",
            "",
            "+",
            "GMT+",
            "GMT+0730",
            "+0a:00",
            "ü",
            "+ü",
        ] {
            assert_eq!(TimeZone::parse(name), None, "{name}");
        }
    }

    #[test]
    fn keys_lead_back_to_their_zones() {
        for name in [
            "UTC",
            "+05:30",
            "-14:00",
            "Europe/Paris",
            "America/Argentina/Buenos_Aires",
        ] {
            assert_eq!(TimeZone::from_key(zone(name).key()), zone(name));
        }
        assert_eq!(TimeZone::from_key(i16::MAX), TimeZone::Utc);
        assert_eq!(TimeZone::from_key(i16::MIN), TimeZone::Utc);
    }

    #[test]
    fn skipped_and_repeated_local_times_follow_java() {
        let (paris, new_york) = (zone("Europe/Paris"), zone("America/New_York"));
        // 2020-03-29 02:30 does not occur in Paris, 2020-10-25 02:30 twice.
        let gap = LocalOffset::Gap {
            before: 3600,
            after: 7200,
        };
        assert_eq!(paris.local_offset(1_585_449_000), gap);
        assert_eq!(paris.offset_at_local(1_585_449_000), 3600);
        let overlap = LocalOffset::Overlap {
            earlier: 7200,
            later: 3600,
        };
        assert_eq!(paris.local_offset(1_603_593_000), overlap);
        assert_eq!(paris.offset_at_local(1_603_593_000), 7200);
        // 2020-11-01 01:30 occurs twice in New York.
        assert_eq!(new_york.offset_at_local(1_604_194_200), -4 * 3600);
        assert_eq!(
            new_york.local_offset(1_604_206_800),
            LocalOffset::Single(-5 * 3600)
        );
    }
}
