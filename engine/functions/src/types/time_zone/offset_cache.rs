//! Offsets of many instants: most lie close together and in one zone, so the last time without changes is remembered.

use super::{OffsetSpan, TimeZone};

/// Finds the offsets of zones by their keys.
#[derive(Debug, Clone)]
pub struct OffsetCache {
    key: i16,
    start: i64,
    end: i64,
    offset: i64,
}

impl OffsetCache {
    /// A cache that knows UTC.
    pub fn new() -> OffsetCache {
        OffsetCache {
            key: TimeZone::Utc.key(),
            start: i64::MIN,
            end: i64::MAX,
            offset: 0,
        }
    }

    /// Seconds east of UTC in the zone of that key, at an instant in seconds of the epoch.
    #[inline]
    pub fn offset_at(&mut self, key: i16, epoch_seconds: i64) -> i64 {
        if key != self.key || epoch_seconds < self.start || epoch_seconds >= self.end {
            self.find(key, epoch_seconds);
        }
        self.offset
    }

    #[cold]
    fn find(&mut self, key: i16, epoch_seconds: i64) {
        let zone = TimeZone::from_key(key);
        let (start, end, offset) = match zone {
            TimeZone::Region(region) => {
                let OffsetSpan {
                    start, end, offset, ..
                } = region.span_at(epoch_seconds);
                (start, end, offset)
            }
            fixed => (i64::MIN, i64::MAX, fixed.offset_at(epoch_seconds)),
        };
        *self = OffsetCache {
            key,
            start,
            end,
            offset: offset.into(),
        };
    }
}

impl Default for OffsetCache {
    fn default() -> Self {
        OffsetCache::new()
    }
}

#[cfg(test)]
mod tests {
    use super::{OffsetCache, TimeZone};

    #[test]
    fn remembered_offsets_are_those_of_the_zones() {
        let names = ["UTC", "+05:30", "Europe/Paris", "America/New_York"];
        let keys = names.map(|name| TimeZone::parse(name).expect("a zone").key());
        let mut cache = OffsetCache::new();
        for key in keys {
            for step in -50..50 {
                let seconds = 1_585_443_600 + step * 1_000_003;
                let expected = TimeZone::from_key(key).offset_at(seconds);
                assert_eq!(cache.offset_at(key, seconds), i64::from(expected));
            }
        }
    }
}
