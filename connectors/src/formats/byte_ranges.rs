//! `ByteRanges`: a set of byte offsets as disjoint ranges, so that bytes asked for twice count once.

use std::ops::Range;

/// Disjoint, non-adjacent ranges in ascending order.
#[derive(Debug, Clone, Default)]
pub struct ByteRanges {
    ranges: Vec<Range<u64>>,
}

impl ByteRanges {
    /// Adds a range and returns how many of its bytes were not in the set before.
    pub fn insert(&mut self, range: Range<u64>) -> u64 {
        if range.start >= range.end {
            return 0;
        }
        // The run of ranges that touch the new one is replaced by their union.
        let first = self.ranges.partition_point(|held| held.end < range.start);
        let last = self.ranges.partition_point(|held| held.start <= range.end);
        let mut union = range.clone();
        let mut known = 0;
        for held in self.ranges.get(first..last).unwrap_or_default() {
            union.start = union.start.min(held.start);
            union.end = union.end.max(held.end);
            known += held
                .end
                .min(range.end)
                .saturating_sub(held.start.max(range.start));
        }
        self.ranges.splice(first..last, [union]);
        (range.end - range.start).saturating_sub(known)
    }
}

#[cfg(test)]
mod tests {
    use super::ByteRanges;

    #[test]
    fn overlapping_and_adjacent_ranges_count_each_byte_once() {
        let mut set = ByteRanges::default();
        assert_eq!(set.insert(10..20), 10);
        assert_eq!(set.insert(10..20), 0);
        assert_eq!(set.insert(15..25), 5);
        assert_eq!(set.insert(30..40), 10);
        assert_eq!(set.insert(25..30), 5);
        assert_eq!(set.insert(0..100), 70);
        assert_eq!(set.insert(5..5), 0);
        assert_eq!(set.ranges, vec![0..100]);
    }
}
