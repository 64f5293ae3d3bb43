//! Trino's set digest: a HyperLogLog for the size of a set, and its smallest hashes (MinHash) for its likeness to others.

use std::collections::BTreeMap;

use super::bytes::Reader;
use super::hyperloglog::HyperLogLog;
use super::murmur3::{hash_bytes, hash_i64};
use super::round::round_half_up;
use crate::error::FunctionError;

const TAG: u8 = 1;

/// The buckets of the HyperLogLog.
const BUCKETS: u32 = 2048;

/// How many of the smallest hashes are kept. Sets with fewer values are known exactly.
const HASHES_MAX: usize = 8192;

/// A summary of a set of values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SetDigest {
    sketch: HyperLogLog,
    /// How often each of the smallest hashes occurred; the count stays at what a smallint holds.
    counts: BTreeMap<i64, i16>,
    hashes_max: usize,
}

impl Default for SetDigest {
    fn default() -> Self {
        SetDigest {
            sketch: HyperLogLog::new(BUCKETS),
            counts: BTreeMap::new(),
            hashes_max: HASHES_MAX,
        }
    }
}

impl SetDigest {
    /// Adds an integer, or what Trino keeps in one.
    pub(crate) fn add_i64(&mut self, value: i64) {
        self.add_hash(hash_i64(value));
    }

    /// Adds text or bytes.
    pub(crate) fn add_bytes(&mut self, value: &[u8]) {
        self.add_hash(hash_bytes(value));
    }

    fn add_hash(&mut self, hash: u64) {
        self.sketch.add_hash(hash);
        self.count(hash.cast_signed(), 1);
        self.drop_greatest();
    }

    fn count(&mut self, hash: i64, times: i16) {
        let count = self.counts.entry(hash).or_insert(0);
        *count = count.saturating_add(times);
    }

    fn drop_greatest(&mut self) {
        while self.counts.len() > self.hashes_max {
            self.counts.pop_last();
        }
    }

    /// Adds everything that another digest has seen.
    pub(crate) fn merge(&mut self, other: &SetDigest) -> Result<(), FunctionError> {
        self.sketch.merge(&other.sketch)?;
        for (hash, times) in &other.counts {
            self.count(*hash, *times);
        }
        self.drop_greatest();
        Ok(())
    }

    /// Whether every value's hash is kept.
    fn is_exact(&self) -> bool {
        self.counts.len() < self.hashes_max
    }

    /// How many distinct values it has seen.
    pub(crate) fn cardinality(&self) -> i64 {
        if self.is_exact() {
            i64::try_from(self.counts.len()).unwrap_or(i64::MAX)
        } else {
            self.sketch.cardinality()
        }
    }

    /// How many distinct values both have seen, about.
    pub(crate) fn intersection_cardinality(&self, other: &SetDigest) -> Result<i64, FunctionError> {
        if self.is_exact() && other.is_exact() {
            let both = self
                .counts
                .keys()
                .filter(|hash| other.counts.contains_key(hash))
                .count();
            return Ok(i64::try_from(both).unwrap_or(i64::MAX));
        }
        let mut union = self.clone();
        union.merge(other)?;
        let estimate = self.jaccard_index(other) * union.cardinality() as f64;
        // The smaller set is a bound that the estimate does not know.
        Ok(round_half_up(estimate)
            .min(self.cardinality())
            .min(other.cardinality()))
    }

    /// The share of common values among all values, read from the smallest hashes of the union.
    pub(crate) fn jaccard_index(&self, other: &SetDigest) -> f64 {
        let compared = self.counts.len().min(other.counts.len());
        let mut union: Vec<&i64> = self.counts.keys().chain(other.counts.keys()).collect();
        union.sort_unstable();
        union.dedup();
        let both = union
            .into_iter()
            .take(compared)
            .filter(|hash| self.counts.contains_key(hash) && other.counts.contains_key(hash))
            .count();
        both as f64 / compared as f64
    }

    /// The kept hashes in order, with how often each occurred.
    pub(crate) fn hash_counts(&self) -> impl Iterator<Item = (i64, i16)> {
        self.counts.iter().map(|(hash, count)| (*hash, *count))
    }

    /// The bytes it holds beyond itself, about: nodes of the tree are at least half full.
    pub(crate) fn heap_size(&self) -> usize {
        self.sketch.heap_size() + self.counts.len() * 2 * (size_of::<i64>() + size_of::<i16>())
    }

    /// Trino's bytes.
    pub(crate) fn serialize(&self) -> Vec<u8> {
        let sketch = self.sketch.serialize();
        let length = |of: usize| i32::try_from(of).unwrap_or(i32::MAX).to_le_bytes();
        let mut bytes = vec![TAG];
        bytes.extend(length(sketch.len()));
        bytes.extend(sketch);
        bytes.extend(length(self.hashes_max));
        bytes.extend(length(self.counts.len()));
        bytes.extend(self.counts.keys().flat_map(|hash| hash.to_le_bytes()));
        bytes.extend(self.counts.values().flat_map(|count| count.to_le_bytes()));
        bytes
    }

    /// Reads Trino's bytes.
    pub(crate) fn deserialize(bytes: &[u8]) -> Result<SetDigest, FunctionError> {
        let mut reader = Reader::new("SetDigest", bytes);
        if reader.u8()? != TAG {
            return Err(reader.malformed());
        }
        let length = reader.count(1)?;
        let sketch = HyperLogLog::deserialize(reader.bytes(length)?)?;
        let hashes_max = usize::try_from(reader.u32()?).unwrap_or(usize::MAX);
        let count = reader.count(10)?;
        let hashes = (0..count)
            .map(|_| reader.i64())
            .collect::<Result<Vec<i64>, _>>()?;
        let times = (0..count)
            .map(|_| reader.i16())
            .collect::<Result<Vec<i16>, _>>()?;
        reader.finish()?;
        Ok(SetDigest {
            sketch,
            counts: hashes.into_iter().zip(times).collect(),
            hashes_max,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::SetDigest;

    fn of(values: impl IntoIterator<Item = i64>) -> SetDigest {
        let mut digest = SetDigest::default();
        values.into_iter().for_each(|value| digest.add_i64(value));
        digest
    }

    #[test]
    fn small_sets_are_exact() {
        let (left, right) = (of([1, 1, 1, 2, 2]), of([2, 3]));
        assert_eq!((left.cardinality(), right.cardinality()), (2, 2));
        assert_eq!(left.intersection_cardinality(&right).unwrap(), 1);
        assert_eq!(left.jaccard_index(&left), 1.0);
        assert_eq!(
            left.hash_counts().collect::<Vec<_>>(),
            [(-2_447_670_524_089_286_488, 2), (19_144_387_141_682_250, 3)]
        );
        assert!(SetDigest::default().jaccard_index(&left).is_nan());
    }

    #[test]
    fn large_sets_are_close() {
        let (left, right) = (of(0..60_000), of(30_000..90_000));
        let near = |found: f64, expected: f64| (found / expected - 1.0).abs() < 0.08;
        assert!(near(left.cardinality() as f64, 60_000.0));
        assert!(near(left.jaccard_index(&right), 1.0 / 3.0));
        let both = left.intersection_cardinality(&right).unwrap();
        assert!(near(both as f64, 30_000.0), "{both}");
        assert!(
            left.intersection_cardinality(&of(0..9_000)).unwrap() <= of(0..9_000).cardinality()
        );
    }

    #[test]
    fn merging_and_bytes_keep_everything() {
        let mut left = of(0..20_000);
        left.merge(&of(10_000..30_000)).unwrap();
        let mut all = of(0..20_000);
        (10_000..30_000).for_each(|value| all.add_i64(value));
        assert_eq!(left, all);
        assert_eq!(SetDigest::deserialize(&left.serialize()).unwrap(), left);
        assert_eq!(
            SetDigest::default().serialize(),
            [1, 4, 0, 0, 0, 2, 11, 0, 0, 0, 32, 0, 0, 0, 0, 0, 0]
        );
        assert!(SetDigest::deserialize(&[1, 255, 0, 0, 0]).is_err());
    }

    #[test]
    fn counts_stop_at_what_a_smallint_holds() {
        let digest = of(std::iter::repeat_n(7, 40_000));
        assert_eq!(
            digest
                .hash_counts()
                .map(|(_, count)| count)
                .collect::<Vec<_>>(),
            [i16::MAX]
        );
    }
}
