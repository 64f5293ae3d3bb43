//! Run-length encoding of bytes, and of booleans as bits of them.

use super::row_groups::{AT_BIT, AT_RUN, StreamStart, by_groups};

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

/// Encodes booleans: eight a byte, the first in the highest bit. A row group may begin within a byte, and a run with that byte;
/// `groups` are the first values of each.
pub(super) fn encode_booleans(
    values: &[bool],
    groups: impl Iterator<Item = usize>,
) -> (Vec<u8>, Vec<StreamStart>) {
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
    let groups: Vec<usize> = groups.collect();
    let (encoded, mut starts) =
        by_groups(&bytes, groups.iter().map(|first| first / 8), encode_bytes);
    for (start, first) in starts.iter_mut().zip(&groups) {
        start.within = AT_BIT.get(first % 8).copied().unwrap_or(AT_RUN);
    }
    (encoded, starts)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_and_literals_are_as_the_specification_shows_them() {
        assert_eq!(encode_bytes(&[0; 100]), vec![0x61, 0x00]);
        assert_eq!(encode_bytes(&[0x44, 0x45]), vec![0xfe, 0x44, 0x45]);
        let values = [true, false, false, false, false, false, false, false, true];
        assert_eq!(
            encode_booleans(&values[..8], [0].into_iter()).0,
            vec![0xff, 0x80]
        );
        let (bytes, starts) = encode_booleans(&values, [0, 9].into_iter());
        assert_eq!(bytes, vec![0xff, 0x80, 0xff, 0x80]);
        let second = starts.last().unwrap();
        assert_eq!((second.byte, second.within), (2, [0, 1].as_slice()));
    }
}
