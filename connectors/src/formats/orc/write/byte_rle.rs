//! Run-length encoding of bytes, and of booleans as bits of them.

/// Bytes of a run or of literals at most.
const LITERALS_MAX: usize = 128;
/// A run has 3 to 130 equal bytes.
const RUN_MIN: usize = 3;
const RUN_MAX: usize = 130;

/// Encodes bytes: a run is its length less 3 and the byte; literals are their count, negated, and the bytes.
pub(super) fn encode_bytes(bytes: &[u8]) -> Vec<u8> {
    let mut encoded = Vec::new();
    let mut literals = Vec::new();
    let mut rest = bytes;
    while let Some(first) = rest.first() {
        let run = rest
            .iter()
            .take(RUN_MAX)
            .take_while(|byte| *byte == first)
            .count();
        if run >= RUN_MIN {
            flush_literals(&mut literals, &mut encoded);
            encoded.push(u8::try_from(run - RUN_MIN).unwrap_or(0));
            encoded.push(*first);
            rest = rest.get(run..).unwrap_or_default();
        } else {
            literals.push(*first);
            if literals.len() == LITERALS_MAX {
                flush_literals(&mut literals, &mut encoded);
            }
            rest = rest.get(1..).unwrap_or_default();
        }
    }
    flush_literals(&mut literals, &mut encoded);
    encoded
}

fn flush_literals(literals: &mut Vec<u8>, encoded: &mut Vec<u8>) {
    if literals.is_empty() {
        return;
    }
    let count = u8::try_from(literals.len()).unwrap_or(0);
    encoded.push(count.wrapping_neg());
    encoded.append(literals);
}

/// Encodes booleans: eight a byte, the first in the highest bit.
pub(super) fn encode_booleans(values: &[bool]) -> Vec<u8> {
    let bytes: Vec<u8> = values
        .chunks(8)
        .map(|bits| {
            bits.iter()
                .zip([128, 64, 32, 16, 8, 4, 2, 1])
                .filter(|(bit, _)| **bit)
                .map(|(_, place)| place)
                .sum()
        })
        .collect();
    encode_bytes(&bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_and_literals_are_as_the_specification_shows_them() {
        assert_eq!(encode_bytes(&[0; 100]), vec![0x61, 0x00]);
        assert_eq!(encode_bytes(&[0x44, 0x45]), vec![0xfe, 0x44, 0x45]);
        assert_eq!(
            encode_booleans(&[true, false, false, false, false, false, false, false]),
            vec![0xff, 0x80]
        );
    }
}
