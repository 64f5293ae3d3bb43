//! Run-length encoding of integers, version 2: short repeats, fixed deltas, and bit-packed literals.

/// Values of one run at most.
const RUN_MAX: usize = 512;
/// A short repeat has 3 to 10 equal values.
const SHORT_REPEAT_MIN: usize = 3;
const SHORT_REPEAT_MAX: usize = 10;
/// A fixed delta of fewer values saves nothing over literals.
const DELTA_MIN: usize = 8;

const DIRECT: u8 = 0b01 << 6;
const DELTA: u8 = 0b11 << 6;

/// Whether values may be negative: those that may are stored zigzag.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sign {
    Signed,
    Unsigned,
}

/// Encodes a stream of integers.
pub(super) fn encode_integers(values: &[i64], sign: Sign) -> Vec<u8> {
    let mut encoded = Vec::new();
    let mut literals: Vec<u64> = Vec::new();
    let mut rest = values;
    while let Some(first) = rest.first() {
        let (length, delta) = fixed_delta_run(rest);
        let repeats = delta == 0 && length >= SHORT_REPEAT_MIN;
        if !repeats && length < DELTA_MIN {
            literals.push(stored(*first, sign));
            if literals.len() == RUN_MAX {
                flush_direct(&mut literals, &mut encoded);
            }
            rest = rest.get(1..).unwrap_or_default();
            continue;
        }
        flush_direct(&mut literals, &mut encoded);
        if repeats && length <= SHORT_REPEAT_MAX {
            short_repeat(stored(*first, sign), length, &mut encoded);
        } else {
            delta_run(*first, delta, length, sign, &mut encoded);
        }
        rest = rest.get(length..).unwrap_or_default();
    }
    flush_direct(&mut literals, &mut encoded);
    encoded
}

/// How many values from the first on differ by the same amount, and that amount.
fn fixed_delta_run(values: &[i64]) -> (usize, i64) {
    let [first, second, ..] = values else {
        return (values.len(), 0);
    };
    let Some(delta) = second.checked_sub(*first) else {
        return (1, 1);
    };
    let run = values
        .windows(2)
        .take(RUN_MAX - 1)
        .take_while(|pair| matches!(pair, [left, right] if right.checked_sub(*left) == Some(delta)))
        .count();
    (run + 1, delta)
}

fn stored(value: i64, sign: Sign) -> u64 {
    match sign {
        Sign::Signed => zigzag(value),
        Sign::Unsigned => value.cast_unsigned(),
    }
}

fn zigzag(value: i64) -> u64 {
    ((value << 1) ^ (value >> 63)).cast_unsigned()
}

/// Base 128, the lowest seven bits first.
pub(super) fn push_varint(mut value: u128, encoded: &mut Vec<u8>) {
    loop {
        let low = u8::try_from(value & 0x7f).unwrap_or(0);
        value >>= 7;
        if value == 0 {
            encoded.push(low);
            return;
        }
        encoded.push(low | 0x80);
    }
}

fn short_repeat(value: u64, count: usize, encoded: &mut Vec<u8>) {
    let bytes = value.to_be_bytes();
    let skipped = bytes.iter().take_while(|byte| **byte == 0).count().min(7);
    let width = 8 - skipped;
    let header = (width - 1) << 3 | (count - SHORT_REPEAT_MIN);
    encoded.push(u8::try_from(header).unwrap_or(0));
    encoded.extend(bytes.iter().skip(skipped));
}

fn delta_run(first: i64, delta: i64, length: usize, sign: Sign, encoded: &mut Vec<u8>) {
    push_header(DELTA, 0, length, encoded);
    push_varint(u128::from(stored(first, sign)), encoded);
    push_varint(u128::from(zigzag(delta)), encoded);
}

/// Two bits of kind, five of width code, nine of length less one.
fn push_header(kind: u8, width_code: u8, length: usize, encoded: &mut Vec<u8>) {
    let length = u16::try_from(length.saturating_sub(1)).unwrap_or(0);
    let [high, low] = length.to_be_bytes();
    encoded.push(kind | width_code << 1 | (high & 1));
    encoded.push(low);
}

fn flush_direct(literals: &mut Vec<u64>, encoded: &mut Vec<u8>) {
    let Some(largest) = literals.iter().max() else {
        return;
    };
    let (width, code) = packed_width(64 - largest.leading_zeros());
    push_header(DIRECT, code, literals.len(), encoded);
    let (mut held, mut bits) = (0_u128, 0_u32);
    for value in literals.drain(..) {
        held = held << width | u128::from(value);
        bits += width;
        while bits >= 8 {
            bits -= 8;
            encoded.push(u8::try_from(held >> bits & 0xff).unwrap_or(0));
        }
        held &= (1 << bits) - 1;
    }
    if bits > 0 {
        encoded.push(u8::try_from(held << (8 - bits) & 0xff).unwrap_or(0));
    }
}

/// The next width that the format has, and its code.
fn packed_width(bits: u32) -> (u32, u8) {
    const WIDE: [(u32, u8); 8] = [
        (26, 24),
        (28, 25),
        (30, 26),
        (32, 27),
        (40, 28),
        (48, 29),
        (56, 30),
        (64, 31),
    ];
    match bits {
        0 | 1 => (1, 0),
        2..=24 => (bits, u8::try_from(bits - 1).unwrap_or(0)),
        _ => WIDE
            .into_iter()
            .find(|(width, _)| *width >= bits)
            .unwrap_or((64, 31)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn encodings_are_as_the_specification_shows_them() {
        assert_eq!(
            encode_integers(&[10000; 5], Sign::Unsigned),
            vec![0x0a, 0x27, 0x10]
        );
        assert_eq!(
            encode_integers(&[23713, 43806, 57005, 48879], Sign::Unsigned),
            vec![0x5e, 0x03, 0x5c, 0xa1, 0xab, 0x1e, 0xde, 0xad, 0xbe, 0xef]
        );
        // Fixed delta: header, base 1, delta 1 as zigzag.
        assert_eq!(
            encode_integers(&(1..=20).collect::<Vec<_>>(), Sign::Unsigned),
            vec![0xc0, 0x13, 0x01, 0x02]
        );
    }
}
