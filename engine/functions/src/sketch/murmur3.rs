//! The upper half of the 128-bit MurmurHash3, by which sketches tell values apart.

const C1: u64 = 0x87c3_7b91_1142_53d5;
const C2: u64 = 0x4cf5_ad43_2745_937f;

/// Hashes bytes with seed 0.
pub(crate) fn hash_bytes(bytes: &[u8]) -> u64 {
    let (mut first, mut second) = (0_u64, 0_u64);
    let blocks = bytes.chunks_exact(16);
    let tail = blocks.remainder();
    for block in blocks {
        let (low, high) = words(block);
        first = (first ^ scramble_first(low))
            .rotate_left(27)
            .wrapping_add(second);
        first = first.wrapping_mul(5).wrapping_add(0x52dc_e729);
        second = (second ^ scramble_second(high))
            .rotate_left(31)
            .wrapping_add(first);
        second = second.wrapping_mul(5).wrapping_add(0x3849_5ab5);
    }
    // A missing byte is zero, and zero words change nothing.
    let (low, high) = words(tail);
    first ^= scramble_first(low);
    second ^= scramble_second(high);
    finish(first, second, bytes.len())
}

/// Hashes an integer as its eight little-endian bytes.
pub(crate) fn hash_i64(value: i64) -> u64 {
    hash_bytes(&value.to_le_bytes())
}

/// Up to sixteen bytes as two little-endian words.
fn words(bytes: &[u8]) -> (u64, u64) {
    let word = |bytes: &[u8]| {
        bytes
            .iter()
            .rev()
            .fold(0_u64, |word, byte| (word << 8) | u64::from(*byte))
    };
    let (low, high) = bytes.split_at(bytes.len().min(8));
    (word(low), word(high))
}

fn scramble_first(word: u64) -> u64 {
    word.wrapping_mul(C1).rotate_left(31).wrapping_mul(C2)
}

fn scramble_second(word: u64) -> u64 {
    word.wrapping_mul(C2).rotate_left(33).wrapping_mul(C1)
}

fn finish(first: u64, second: u64, length: usize) -> u64 {
    let length = u64::try_from(length).unwrap_or(u64::MAX);
    let first = (first ^ length).wrapping_add(second ^ length);
    let second = (second ^ length).wrapping_add(first);
    mix(first).wrapping_add(mix(second))
}

fn mix(word: u64) -> u64 {
    let word = (word ^ (word >> 33)).wrapping_mul(0xff51_afd7_ed55_8ccd);
    let word = (word ^ (word >> 33)).wrapping_mul(0xc4ce_b9fe_1a85_ec53);
    word ^ (word >> 33)
}

#[cfg(test)]
mod tests {
    use super::{hash_bytes, hash_i64};

    #[test]
    fn integers_hash_as_trino_documents() {
        assert_eq!(hash_i64(1).cast_signed(), 19_144_387_141_682_250);
        assert_eq!(hash_i64(2).cast_signed(), -2_447_670_524_089_286_488);
    }

    #[test]
    fn every_length_of_the_tail_counts() {
        // The published vector of MurmurHash3_x64_128 for this text with seed 0.
        let text = b"The quick brown fox jumps over the lazy dog";
        assert_eq!(hash_bytes(text), 0xe34b_bc7b_bc07_1b6c);
        assert_eq!(hash_bytes(b""), 0);
        let hashes: std::collections::HashSet<u64> = (0..=text.len())
            .map(|length| hash_bytes(&text[..length]))
            .collect();
        assert_eq!(hashes.len(), text.len() + 1);
    }
}
