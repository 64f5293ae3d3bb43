//! Instants in zones and their local times, by the rules by which Trino computes with them (those of Joda-Time).

use super::columns::timestamp_out_of_range;
use crate::error::FunctionError;
use crate::types::time_zone::{LocalOffset, OffsetCache, Region, TimeZone};

/// The instant of a local time that was computed from another instant, both in units since the epoch.
///
/// The offset of the original instant is kept where the local time allows it. Else a local time that does not occur is shifted forward,
/// and of one that occurs twice the second is meant east of Greenwich, the first west of it.
pub(crate) fn instant_of_local<const PER_SECOND: i64>(
    cache: &mut OffsetCache,
    zone: i16,
    local: i64,
    original: i64,
) -> Result<i64, FunctionError> {
    let seconds = local.div_euclid(PER_SECOND);
    let kept = cache.offset_at(zone, original.div_euclid(PER_SECOND));
    let offset = if cache.offset_at(zone, seconds - kept) == kept {
        kept
    } else {
        match TimeZone::from_key(zone) {
            TimeZone::Region(region) => offset_near_change(region, seconds),
            _ => kept,
        }
    };
    local
        .checked_sub(offset * PER_SECOND)
        .ok_or_else(timestamp_out_of_range)
}

/// The first instant of a local time, by Java's rules.
pub(crate) fn first_instant_of_local<const PER_SECOND: i64>(
    zone: i16,
    local: i64,
) -> Result<i64, FunctionError> {
    let offset = TimeZone::from_key(zone).offset_at_local(local.div_euclid(PER_SECOND));
    local
        .checked_sub(i64::from(offset) * PER_SECOND)
        .ok_or_else(timestamp_out_of_range)
}

#[cold]
fn offset_near_change(region: Region, local_seconds: i64) -> i64 {
    let zone = TimeZone::Region(region);
    let estimate = zone.offset_at(local_seconds);
    let adjusted = zone.offset_at(local_seconds - i64::from(estimate));
    let skipped = matches!(zone.local_offset(local_seconds), LocalOffset::Gap { .. });
    let offset = if estimate != adjusted && estimate < 0 && skipped {
        estimate
    } else {
        adjusted
    };
    offset.into()
}

/// The local time of an instant.
#[inline]
pub(crate) fn local_of_instant<const PER_SECOND: i64>(
    cache: &mut OffsetCache,
    zone: i16,
    instant: i64,
) -> Result<i64, FunctionError> {
    let offset = cache.offset_at(zone, instant.div_euclid(PER_SECOND));
    instant
        .checked_add(offset * PER_SECOND)
        .ok_or_else(timestamp_out_of_range)
}

#[cfg(test)]
mod tests {
    use super::{instant_of_local, local_of_instant};
    use crate::types::time_zone::{OffsetCache, TimeZone};

    fn instant(zone: &str, local: i64, original: i64) -> i64 {
        let zone = TimeZone::parse(zone).expect("a zone").key();
        instant_of_local::<1>(&mut OffsetCache::new(), zone, local, original).expect("an instant")
    }

    #[test]
    fn local_times_without_an_offset_to_keep_follow_joda() {
        // 2020-03-29 02:30 is skipped in Paris, 2020-03-08 02:30 in New York: an hour later is meant.
        assert_eq!(
            instant("Europe/Paris", 1_585_449_000, 0),
            1_585_449_000 - 3_600
        );
        assert_eq!(
            instant("America/New_York", 1_583_634_600, 1_591_000_000),
            1_583_634_600 + 5 * 3_600
        );
        // 2020-10-25 02:30 occurs twice in Paris: the offset of the original instant, in winter or in summer, is kept.
        assert_eq!(
            instant("Europe/Paris", 1_603_593_000, 0),
            1_603_593_000 - 3_600
        );
        assert_eq!(
            instant("Europe/Paris", 1_603_593_000, 1_591_000_000),
            1_603_593_000 - 7_200
        );
    }

    #[test]
    fn instants_and_local_times_lead_to_one_another() {
        let zone = TimeZone::parse("Asia/Kathmandu").expect("a zone").key();
        let mut cache = OffsetCache::new();
        let local = local_of_instant::<1>(&mut cache, zone, 1_000_000_000).expect("a local time");
        assert_eq!(local, 1_000_000_000 + 20_700);
        assert_eq!(instant("Asia/Kathmandu", local, 0), 1_000_000_000);
        assert!(local_of_instant::<1>(&mut cache, zone, i64::MAX).is_err());
    }
}
