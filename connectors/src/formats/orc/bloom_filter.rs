//! Looking values up in ORC's Bloom filters.
//!
//! Which hash a type takes: <https://orc.apache.org/specification/ORCv1/#bloom-filter-index>.

use datafusion::scalar::ScalarValue;
use orc_rust::bloom_filter::BloomFilter;

/// Whether a value may be among those of the filter; `None` for types whose hashes writers do not agree on.
pub(super) fn may_contain(filter: &BloomFilter, value: &ScalarValue) -> Option<bool> {
    let integer = match value {
        ScalarValue::Utf8(Some(text))
        | ScalarValue::LargeUtf8(Some(text))
        | ScalarValue::Utf8View(Some(text)) => {
            return Some(filter.might_contain(text.as_bytes()));
        }
        ScalarValue::Binary(Some(bytes)) => return Some(filter.might_contain(bytes)),
        ScalarValue::Int8(Some(value)) => i64::from(*value),
        ScalarValue::Int16(Some(value)) => i64::from(*value),
        ScalarValue::Int32(Some(value)) => i64::from(*value),
        ScalarValue::Int64(Some(value)) => *value,
        ScalarValue::Date32(Some(days)) => i64::from(*days),
        _ => return None,
    };
    Some(filter.test_hash(integer_hash(integer)))
}

/// Thomas Wang's mix of 64 bits, with the signed shifts of Java.
pub(super) fn integer_hash(value: i64) -> u64 {
    let mut key = value;
    key = (!key).wrapping_add(key.wrapping_shl(21));
    key ^= key >> 24;
    key = key
        .wrapping_add(key.wrapping_shl(3))
        .wrapping_add(key.wrapping_shl(8));
    key ^= key >> 14;
    key = key
        .wrapping_add(key.wrapping_shl(2))
        .wrapping_add(key.wrapping_shl(4));
    key ^= key >> 28;
    key = key.wrapping_add(key.wrapping_shl(31));
    key.cast_unsigned()
}
