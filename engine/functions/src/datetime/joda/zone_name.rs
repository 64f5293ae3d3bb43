//! The usual English names of zones, as Java has them: `PST`, `Pacific Standard Time`.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::LazyLock;

use crate::types::time_zone::TimeZone;

/// The full names of zones' times, by their abbreviations in the tz database and the minutes east of UTC.
const NAMES: [(&str, i32, &str); 54] = [
    ("GMT", 0, "Greenwich Mean Time"),
    ("UTC", 0, "Coordinated Universal Time"),
    ("BST", 60, "British Summer Time"),
    ("IST", 60, "Irish Standard Time"),
    ("WET", 0, "Western European Standard Time"),
    ("WEST", 60, "Western European Summer Time"),
    ("CET", 60, "Central European Standard Time"),
    ("CEST", 120, "Central European Summer Time"),
    ("EET", 120, "Eastern European Standard Time"),
    ("EEST", 180, "Eastern European Summer Time"),
    ("MSK", 180, "Moscow Standard Time"),
    ("IST", 120, "Israel Standard Time"),
    ("IDT", 180, "Israel Daylight Time"),
    ("SAST", 120, "South Africa Standard Time"),
    ("CAT", 120, "Central Africa Time"),
    ("EAT", 180, "East Africa Time"),
    ("WAT", 60, "West Africa Standard Time"),
    ("PKT", 300, "Pakistan Standard Time"),
    ("IST", 330, "India Standard Time"),
    ("WIB", 420, "Western Indonesia Time"),
    ("WITA", 480, "Central Indonesia Time"),
    ("WIT", 540, "Eastern Indonesia Time"),
    ("CST", 480, "China Standard Time"),
    ("HKT", 480, "Hong Kong Standard Time"),
    ("PST", 480, "Philippine Standard Time"),
    ("JST", 540, "Japan Standard Time"),
    ("KST", 540, "Korean Standard Time"),
    ("AWST", 480, "Australian Western Standard Time"),
    ("ACST", 570, "Australian Central Standard Time"),
    ("ACDT", 630, "Australian Central Daylight Time"),
    ("AEST", 600, "Australian Eastern Standard Time"),
    ("AEDT", 660, "Australian Eastern Daylight Time"),
    ("NZST", 720, "New Zealand Standard Time"),
    ("NZDT", 780, "New Zealand Daylight Time"),
    ("NST", -210, "Newfoundland Standard Time"),
    ("NDT", -150, "Newfoundland Daylight Time"),
    ("AST", -240, "Atlantic Standard Time"),
    ("ADT", -180, "Atlantic Daylight Time"),
    ("EST", -300, "Eastern Standard Time"),
    ("EDT", -240, "Eastern Daylight Time"),
    ("CST", -360, "Central Standard Time"),
    ("CDT", -300, "Central Daylight Time"),
    ("MST", -420, "Mountain Standard Time"),
    ("MDT", -360, "Mountain Daylight Time"),
    ("PST", -480, "Pacific Standard Time"),
    ("PDT", -420, "Pacific Daylight Time"),
    ("AKST", -540, "Alaska Standard Time"),
    ("AKDT", -480, "Alaska Daylight Time"),
    ("HST", -600, "Hawaii-Aleutian Standard Time"),
    ("HDT", -540, "Hawaii-Aleutian Daylight Time"),
    ("SST", -660, "Samoa Standard Time"),
    ("ChST", 600, "Chamorro Standard Time"),
    ("CST", -300, "Cuba Standard Time"),
    ("CDT", -240, "Cuba Daylight Time"),
];

/// The names of regions' times where the abbreviations of the tz database do not lead to them.
static NAMES_OF_REGIONS: LazyLock<HashMap<&'static str, RegionNames>> = LazyLock::new(|| {
    let lines = include_str!("zone_names.txt").lines();
    let entries = lines
        .filter(|line| !line.starts_with('#'))
        .filter_map(|line| {
            let mut parts = line.split('\t');
            let names = RegionNames {
                standard: [parts.next()?, parts.next()?],
                daylight: [parts.next()?, parts.next()?],
            };
            Some((names, parts.next()?))
        });
    entries
        .flat_map(|(names, regions)| regions.split(' ').map(move |region| (region, names)))
        .collect()
});

/// Abbreviations and full names.
#[derive(Clone, Copy)]
struct RegionNames {
    standard: [&'static str; 2],
    daylight: [&'static str; 2],
}

/// The name of a zone's time at an instant; an offset where it has none.
pub(super) fn zone_name(zone: TimeZone, epoch_seconds: i64, short: bool) -> Cow<'static, str> {
    let region = match zone {
        TimeZone::Utc if !short => return "Coordinated Universal Time".into(),
        TimeZone::Utc | TimeZone::Offset(_) => return zone.to_string().into(),
        TimeZone::Region(region) => region,
    };
    let span = region.span_at(epoch_seconds);
    if let Some(RegionNames { standard, daylight }) = NAMES_OF_REGIONS.get(region.name()) {
        let [abbreviation, name] = if span.daylight { daylight } else { standard };
        return (if short { *abbreviation } else { *name }).into();
    }
    let offset = span.offset;
    let shown = if short {
        Some(span.abbreviation).filter(|name| !name.starts_with(['+', '-']))
    } else {
        let named = NAMES
            .iter()
            .find(|(of, minutes, _)| *of == span.abbreviation && *minutes * 60 == offset);
        named.map(|(_, _, name)| *name)
    };
    match shown {
        Some(name) => name.into(),
        None => {
            let sign = if offset < 0 { '-' } else { '+' };
            let minutes = offset.unsigned_abs() / 60;
            format!("{sign}{:02}:{:02}", minutes / 60, minutes % 60).into()
        }
    }
}
