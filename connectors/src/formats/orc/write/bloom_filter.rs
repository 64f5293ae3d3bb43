//! Bloom filters of a column's row groups.
//!
//! Hashes and layout: <https://orc.apache.org/specification/ORCv1/#bloom-filter-index>.

use arrow::array::{Array, ArrayRef, AsArray};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Int64Type};
use orc_rust::proto::BloomFilter;

use super::row_groups::ROWS_A_GROUP;
use crate::formats::orc::bloom_filter::integer_hash;

/// Java's seed.
const SEED: u64 = 104_729;

/// Gathers the values of one row group.
#[derive(Debug, Clone)]
pub(super) struct FilterBuilder {
    words: Vec<u64>,
    hashes: u32,
}

impl FilterBuilder {
    /// A filter for a row group's values, of which so many in one that are not there seem to be.
    pub(super) fn new(false_positives: f64) -> Self {
        let rows = f64::from(u32::try_from(ROWS_A_GROUP).unwrap_or(u32::MAX));
        let log_2 = std::f64::consts::LN_2;
        let bits = -rows * false_positives.ln() / (log_2 * log_2);
        let words = (bits / 64.0).ceil().clamp(1.0, 1_000_000.0);
        let hashes = (words * 64.0 / rows * log_2).round().clamp(1.0, 32.0);
        let whole = |number: f64| format!("{number:.0}").parse::<u32>().unwrap_or(1);
        FilterBuilder {
            words: vec![0; usize::try_from(whole(words)).unwrap_or(1)],
            hashes: whole(hashes),
        }
    }

    /// Whether columns of the type can have filters.
    pub(super) fn fits(data_type: &DataType) -> bool {
        matches!(
            data_type,
            DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View | DataType::Date32
        ) || data_type.is_integer()
    }

    /// Adds values of a type that fits, none of them NULL.
    pub(super) fn add(&mut self, values: &ArrayRef) {
        if let DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View = values.data_type() {
            if let Ok(texts) = cast(values, &DataType::LargeUtf8) {
                for text in texts.as_string::<i64>().iter().flatten() {
                    self.add_hash(bytes_hash(text.as_bytes()));
                }
            }
            return;
        }
        let integers = match values.data_type() {
            DataType::Date32 => {
                cast(values, &DataType::Int32).and_then(|days| cast(&days, &DataType::Int64))
            }
            _ => cast(values, &DataType::Int64),
        };
        if let Ok(integers) = integers {
            for value in integers.as_primitive::<Int64Type>().values() {
                self.add_hash(integer_hash(*value));
            }
        }
    }

    /// The filter of the values so far; the builder begins anew.
    pub(super) fn take(&mut self) -> BloomFilter {
        let bytes = self
            .words
            .iter()
            .flat_map(|word| word.to_le_bytes())
            .collect();
        self.words.fill(0);
        BloomFilter {
            num_hash_functions: Some(self.hashes),
            bitset: Vec::new(),
            utf8bitset: Some(bytes),
        }
    }

    fn add_hash(&mut self, hash: u64) {
        let [a, b, c, d, e, f, g, h] = hash.to_le_bytes();
        let (low, high) = (
            i32::from_le_bytes([a, b, c, d]),
            i32::from_le_bytes([e, f, g, h]),
        );
        let bits = u64::try_from(self.words.len())
            .unwrap_or(1)
            .saturating_mul(64);
        let mut combined = low;
        for _ in 0..self.hashes {
            combined = combined.wrapping_add(high);
            let positive = if combined < 0 { !combined } else { combined };
            let bit = u64::from(positive.cast_unsigned()) % bits;
            let word = usize::try_from(bit / 64).unwrap_or(0);
            if let Some(word) = self.words.get_mut(word) {
                *word |= 1 << (bit % 64);
            }
        }
    }
}

/// Murmur3 with 64 bits, as Java's writer has it.
fn bytes_hash(bytes: &[u8]) -> u64 {
    const FIRST: u64 = 0x87c3_7b91_1142_53d5;
    const SECOND: u64 = 0x4cf5_ad43_2745_937f;
    let mixed = |word: u64| {
        word.wrapping_mul(FIRST)
            .rotate_left(31)
            .wrapping_mul(SECOND)
    };
    let mut hash = SEED;
    let (words, rest) = bytes.as_chunks::<8>();
    for word in words {
        hash ^= mixed(u64::from_le_bytes(*word));
        hash = hash
            .rotate_left(27)
            .wrapping_mul(5)
            .wrapping_add(0x52dc_e729);
    }
    if !rest.is_empty() {
        let mut last = [0; 8];
        for (to, from) in last.iter_mut().zip(rest) {
            *to = *from;
        }
        hash ^= mixed(u64::from_le_bytes(last));
    }
    hash ^= u64::try_from(bytes.len()).unwrap_or(0);
    hash ^= hash >> 33;
    hash = hash.wrapping_mul(0xff51_afd7_ed55_8ccd);
    hash ^= hash >> 33;
    hash = hash.wrapping_mul(0xc4ce_b9fe_1a85_ec53);
    hash ^ (hash >> 33)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow::array::{Int32Array, StringArray};

    use super::*;

    #[test]
    fn a_filter_knows_its_values_and_few_others() {
        let texts: Vec<String> = (0..1000).map(|n| format!("value {n} é")).collect();
        let values: ArrayRef = Arc::new(StringArray::from(texts.clone()));
        let mut builder = FilterBuilder::new(0.05);
        builder.add(&values);
        let filter = orc_rust::bloom_filter::BloomFilter::try_from_proto(&builder.take()).unwrap();
        for text in &texts {
            assert!(filter.might_contain(text.as_bytes()), "{text}");
        }
        let wrong = (0..1000)
            .filter(|n| filter.might_contain(format!("other {n}").as_bytes()))
            .count();
        assert!(wrong < 50, "{wrong} of 1,000 others seem to be there");

        let numbers: ArrayRef = Arc::new(Int32Array::from((0..1000).collect::<Vec<i32>>()));
        builder.add(&numbers);
        let filter = orc_rust::bloom_filter::BloomFilter::try_from_proto(&builder.take()).unwrap();
        assert!((0..1000).all(|n| filter.test_hash(integer_hash(n))));
        assert!(!(1000..2000).all(|n| filter.test_hash(integer_hash(n))));
    }
}
