//! Regions of the tz database: their names, and the offset from UTC that each had, has, and by its rules will have.

use std::sync::{LazyLock, OnceLock};

use jiff::Timestamp;
use jiff::tz::{TimeZone as Rules, TimeZoneDatabase};

use super::LocalOffset;

/// From 2100 on, all zones follow fixed rules, which repeat with the calendar after 400 years.
const PERIOD_START: i64 = 4_102_444_800;

/// The seconds of 400 years.
const PERIOD: i64 = 146_097 * 86_400;

/// Changes are listed a year beyond the first period, so that local times at its end are found too.
const LISTED_UNTIL: i64 = PERIOD_START + PERIOD + 366 * 86_400;

/// No offset is farther from UTC.
const OFFSET_SECONDS_MAX: i64 = 86_400;

/// Names of the database that Java does not know.
const NOT_REGIONS: [&str; 5] = ["EST", "Factory", "HST", "MST", "ROC"];

static REGIONS: LazyLock<Regions> = LazyLock::new(Regions::load);

/// A region of the tz database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Region(i16);

/// A time during which a region's clocks were not changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OffsetSpan {
    /// Its first second of the epoch.
    pub start: i64,
    /// The first second after it; `i64::MAX` if it does not end.
    pub end: i64,
    /// Seconds east of UTC.
    pub offset: i32,
    /// Whether daylight saving time is in force.
    pub daylight: bool,
    /// The usual short name of the zone's time, such as `CET`, or an offset.
    pub abbreviation: &'static str,
}

struct Regions {
    /// In the order of their names.
    names: Vec<String>,
    /// The changes of each, from the first use on.
    spans: Vec<OnceLock<Vec<OffsetSpan>>>,
}

impl Regions {
    fn load() -> Regions {
        let database = TimeZoneDatabase::bundled();
        let mut names: Vec<String> = database
            .available()
            .map(|name| name.as_str().to_owned())
            .filter(|name| !NOT_REGIONS.contains(&name.as_str()))
            .collect();
        names.sort_unstable();
        let spans = names.iter().map(|_| OnceLock::new()).collect();
        Regions { names, spans }
    }
}

impl Region {
    /// The region of exactly that name.
    pub fn parse(name: &str) -> Option<Region> {
        let place = REGIONS
            .names
            .binary_search_by(|known| known.as_str().cmp(name))
            .ok()?;
        i16::try_from(place).ok().map(Region)
    }

    /// Its place in the list of names.
    pub fn place(self) -> i16 {
        self.0
    }

    /// The region at that place of the list of names.
    pub fn from_place(place: i16) -> Option<Region> {
        let known = usize::try_from(place).is_ok_and(|place| place < REGIONS.names.len());
        known.then_some(Region(place))
    }

    /// Its name, such as `Europe/Paris`.
    pub fn name(self) -> &'static str {
        usize::try_from(self.0)
            .ok()
            .and_then(|place| REGIONS.names.get(place))
            .map_or("UTC", String::as_str)
    }

    fn spans(self) -> &'static [OffsetSpan] {
        usize::try_from(self.0)
            .ok()
            .and_then(|place| REGIONS.spans.get(place))
            .map_or(&[], |spans| spans.get_or_init(|| load_spans(self.name())))
    }

    /// The time without changes that an instant lies in.
    pub fn span_at(self, epoch_seconds: i64) -> OffsetSpan {
        let shift = periods_after_listed(epoch_seconds);
        let listed = epoch_seconds - shift;
        let spans = self.spans();
        let after = spans.partition_point(|span| span.start <= listed);
        let Some(span) = after.checked_sub(1).and_then(|place| spans.get(place)) else {
            return OffsetSpan {
                start: i64::MIN,
                end: i64::MAX,
                offset: 0,
                daylight: false,
                abbreviation: "UTC",
            };
        };
        OffsetSpan {
            start: span.start.saturating_add(shift),
            end: span.end.saturating_add(shift),
            ..*span
        }
    }

    /// The first second after an instant at which the region's clocks change, if they still do.
    pub fn next_change(self, epoch_seconds: i64) -> Option<i64> {
        let mut span = self.span_at(epoch_seconds);
        let offset = span.offset;
        while span.end < i64::MAX {
            let next = self.span_at(span.end);
            if next.offset != offset {
                return Some(next.start);
            }
            span = next;
        }
        None
    }

    /// What a local time means, given in seconds as if it were UTC.
    pub(super) fn local_offset(self, local_seconds: i64) -> LocalOffset {
        let local = local_seconds - periods_after_listed(local_seconds);
        let spans = self.spans();
        let earliest = local.saturating_sub(OFFSET_SECONDS_MAX);
        let first = spans.partition_point(|span| span.end <= earliest);
        let mut earlier = None;
        let mut before = 0;
        for span in spans.iter().skip(first) {
            let instant = local.saturating_sub(span.offset.into());
            if instant < span.start {
                return match earlier {
                    Some(offset) => LocalOffset::Single(offset),
                    None => LocalOffset::Gap {
                        before,
                        after: span.offset,
                    },
                };
            }
            before = span.offset;
            if instant >= span.end {
                continue;
            }
            match earlier {
                Some(earlier) if earlier != span.offset => {
                    return LocalOffset::Overlap {
                        earlier,
                        later: span.offset,
                    };
                }
                _ => earlier = Some(span.offset),
            }
        }
        LocalOffset::Single(earlier.unwrap_or(before))
    }
}

/// The seconds by which an instant lies beyond the changes that are listed, in whole periods of the rules.
fn periods_after_listed(seconds: i64) -> i64 {
    if seconds < PERIOD_START + PERIOD {
        return 0;
    }
    (seconds - PERIOD_START).div_euclid(PERIOD) * PERIOD
}

fn load_spans(name: &str) -> Vec<OffsetSpan> {
    let Ok(rules) = TimeZoneDatabase::bundled().get(name) else {
        return Vec::new();
    };
    let mut known_abbreviations = Vec::new();
    let first = rules.to_offset_info(Timestamp::MIN);
    let mut spans = vec![OffsetSpan {
        start: i64::MIN,
        end: i64::MAX,
        offset: first.offset().seconds(),
        daylight: first.dst().is_dst(),
        abbreviation: kept(&mut known_abbreviations, first.abbreviation()),
    }];
    for change in changes(&rules) {
        let start = change.timestamp().as_second();
        if start > LISTED_UNTIL {
            break;
        }
        if let Some(last) = spans.last_mut() {
            last.end = start;
        }
        spans.push(OffsetSpan {
            start,
            end: i64::MAX,
            offset: change.offset().seconds(),
            daylight: change.dst().is_dst(),
            abbreviation: kept(&mut known_abbreviations, change.abbreviation()),
        });
    }
    spans
}

fn changes(rules: &Rules) -> jiff::tz::TimeZoneFollowingTransitions<'_> {
    rules.following(Timestamp::MIN)
}

/// The abbreviation with the life of the program. A region has a handful, and each is kept once.
fn kept(known: &mut Vec<&'static str>, abbreviation: &str) -> &'static str {
    if let Some(found) = known.iter().find(|found| **found == abbreviation) {
        return found;
    }
    let leaked: &'static str = Box::leak(abbreviation.into());
    known.push(leaked);
    leaked
}

#[cfg(test)]
mod tests {
    use super::Region;

    fn region(name: &str) -> Region {
        Region::parse(name).expect("a region")
    }

    #[test]
    fn history_begins_with_local_mean_time() {
        let first = region("America/New_York").span_at(i64::MIN);
        assert_eq!((first.offset, first.abbreviation), (-17_762, "LMT"));
    }

    #[test]
    fn rules_go_on_for_ever() {
        let new_york = region("America/New_York");
        // 2020-07-01, 2101-07-01, 2500-07-01, 9999-07-01 and 72000-07-01 are in summer, half a year later it is winter.
        for summer in [
            1_593_561_600,
            4_149_619_200,
            16_740_864_000,
            253_386_403_200,
            2_209_949_049_600,
        ] {
            assert_eq!(new_york.span_at(summer).offset, -4 * 3600, "{summer}");
            assert_eq!(
                new_york.span_at(summer + 184 * 86_400).offset,
                -5 * 3600,
                "{summer}"
            );
        }
        assert_eq!(region("Asia/Tokyo").span_at(i64::MAX).end, i64::MAX);
    }

    #[test]
    fn spans_meet_one_another() {
        let paris = region("Europe/Paris");
        let summer = paris.span_at(1_593_561_600);
        let winter = paris.span_at(summer.end);
        assert_eq!(summer.end, winter.start);
        assert!(summer.daylight && !winter.daylight);
        assert_eq!((summer.abbreviation, winter.abbreviation), ("CEST", "CET"));
        assert_eq!(paris.next_change(1_593_561_600), Some(winter.start));
        assert_eq!(region("Asia/Tokyo").next_change(1_593_561_600), None);
    }
}
