//! MurmurHash3 in its form of 128 bits for 64-bit machines (Austin Appleby's algorithm, seed 0).

const C1: u64 = 0x87c3_7b91_1142_53d5;
const C2: u64 = 0x4cf5_ad43_2745_937f;

/// Both halves of the hash, the lower one first.
pub(super) fn murmur3_x64_128(bytes: &[u8]) -> [u64; 2] {
    let (mut low, mut high) = (0_u64, 0_u64);
    let (blocks, tail) = bytes.as_chunks::<16>();
    for block in blocks {
        let (first, second) = halves(block);
        low ^= mixed_low(first);
        low = low
            .rotate_left(27)
            .wrapping_add(high)
            .wrapping_mul(5)
            .wrapping_add(0x52dc_e729);
        high ^= mixed_high(second);
        high = high
            .rotate_left(31)
            .wrapping_add(low)
            .wrapping_mul(5)
            .wrapping_add(0x3849_5ab5);
    }
    let mut last = [0_u8; 16];
    for (into, byte) in last.iter_mut().zip(tail) {
        *into = *byte;
    }
    // What is zero mixes to zero, so that a short tail needs no cases.
    let (first, second) = halves(&last);
    high ^= mixed_high(second);
    low ^= mixed_low(first);
    let length = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
    low ^= length;
    high ^= length;
    low = low.wrapping_add(high);
    high = high.wrapping_add(low);
    low = finished(low);
    high = finished(high);
    low = low.wrapping_add(high);
    high = high.wrapping_add(low);
    [low, high]
}

fn halves(block: &[u8; 16]) -> (u64, u64) {
    let whole = u128::from_le_bytes(*block);
    let low = u64::try_from(whole & u128::from(u64::MAX)).unwrap_or(0);
    let high = u64::try_from(whole >> 64).unwrap_or(0);
    (low, high)
}

fn mixed_low(value: u64) -> u64 {
    value.wrapping_mul(C1).rotate_left(31).wrapping_mul(C2)
}

fn mixed_high(value: u64) -> u64 {
    value.wrapping_mul(C2).rotate_left(33).wrapping_mul(C1)
}

fn finished(mut value: u64) -> u64 {
    value ^= value >> 33;
    value = value.wrapping_mul(0xff51_afd7_ed55_8ccd);
    value ^= value >> 33;
    value = value.wrapping_mul(0xc4ce_b9fe_1a85_ec53);
    value ^ (value >> 33)
}
