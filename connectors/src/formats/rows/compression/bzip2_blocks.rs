//! `Bzip2Blocks`: finds the blocks of a bzip2 object, so that each can be decompressed by itself.
//!
//! A block begins with 48 bits that are the digits of pi, at any bit of a byte, and then its checksum; a stream ends with those of pi's
//! square root. A block with a header before it and an end behind it is a stream of its own. The digits may turn up within a block by
//! chance, once in 2^48 places; what was cut there does not decompress, and is put together again.

use std::io;

const BLOCK: u64 = 0x3141_5926_5359;
const STREAM_END: u64 = 0x1772_4538_5090;
const MAGIC_BITS: u32 = 48;
const MAGIC_MASK: u64 = (1 << MAGIC_BITS) - 1;
/// The header of a stream with blocks of any size.
const HEADER: &[u8; 4] = b"BZh9";
/// The most bytes that a compressed block may take: the largest plain one, and some.
const BLOCK_BYTES_MAX: usize = 4 << 20;

/// Bits of an object from one magic to the next.
#[derive(Debug, Clone)]
pub(in crate::formats::rows) struct Bzip2Block {
    /// Their bytes, the first bit being that of the magic.
    bytes: Vec<u8>,
    bits: usize,
}

/// What the bytes pushed so far amount to.
#[derive(Debug, Default)]
pub(in crate::formats::rows) struct Bzip2Blocks {
    /// Bytes from the one on that the part under way begins in.
    pending: Vec<u8>,
    /// Where in `pending` the block under way begins, in bits; `None` between streams.
    block_at: Option<usize>,
    /// Bits of `pending` that were looked at.
    searched: usize,
    /// The last 48 bits and more.
    window: u64,
    seen: usize,
    ended: bool,
}

impl Bzip2Blocks {
    /// Adds the object's next bytes, and returns the blocks that are complete.
    pub fn push(&mut self, bytes: &[u8]) -> io::Result<Vec<Bzip2Block>> {
        self.pending.extend_from_slice(bytes);
        let mut blocks = Vec::new();
        while let Some(byte) = self.pending.get(self.searched / 8) {
            let byte = u64::from(*byte);
            let before = self.window;
            self.window = (before << 8) | byte;
            self.searched += 8;
            self.seen = self.seen.saturating_add(8).min(64);
            // The magic may end at any bit of the new byte.
            for bit in (0..8).rev() {
                if self.seen < usize::try_from(MAGIC_BITS + bit).unwrap_or(usize::MAX) {
                    continue;
                }
                let found = (self.window >> bit) & MAGIC_MASK;
                if found != BLOCK && found != STREAM_END {
                    continue;
                }
                let start = self.searched - usize::try_from(bit + MAGIC_BITS).unwrap_or(0);
                if let Some(at) = self.block_at.take() {
                    blocks.push(self.cut(at, start));
                }
                self.ended = found == STREAM_END;
                if found == BLOCK {
                    self.block_at = Some(start);
                }
            }
        }
        let keep_from = self.block_at.unwrap_or(self.searched.saturating_sub(64)) / 8;
        if self.pending.len() - keep_from > BLOCK_BYTES_MAX {
            return Err(io::Error::new(
                io::ErrorKind::InvalidData,
                "a block is longer than any can be",
            ));
        }
        self.pending.drain(..keep_from);
        self.searched -= keep_from * 8;
        self.block_at = self.block_at.map(|at| at - keep_from * 8);
        Ok(blocks)
    }

    /// Whether the object may end here: after the end of a stream, or before the first.
    pub fn is_complete(&self) -> bool {
        self.ended && self.block_at.is_none()
    }

    fn cut(&self, start: usize, end: usize) -> Bzip2Block {
        let mut block = Bzip2Block {
            bytes: Vec::with_capacity((end - start) / 8 + 1),
            bits: 0,
        };
        block.append(&self.pending, start, end);
        block
    }
}

impl Bzip2Block {
    /// Appends bits of other bytes.
    fn append(&mut self, from: &[u8], start: usize, end: usize) {
        let mut at = start;
        while at < end {
            let (byte, shift) = (at / 8, at % 8);
            let high = u16::from(from.get(byte).copied().unwrap_or(0)) << 8;
            let pair = high | u16::from(from.get(byte + 1).copied().unwrap_or(0));
            let [wanted, _] = (pair << shift).to_be_bytes();
            let bits = (end - at).min(8);
            self.append_bits(wanted, bits);
            at += bits;
        }
    }

    /// Appends the highest bits of a byte.
    fn append_bits(&mut self, byte: u8, bits: usize) {
        let kept = match bits {
            8.. => byte,
            _ => byte & !(0xff >> bits),
        };
        let shift = self.bits % 8;
        if shift == 0 {
            self.bytes.push(kept);
        } else {
            let [first, second] = (u16::from(kept) << (8 - shift)).to_be_bytes();
            if let Some(last) = self.bytes.last_mut() {
                *last |= first;
            }
            if bits > 8 - shift {
                self.bytes.push(second);
            }
        }
        self.bits += bits;
    }

    /// Puts back together what was cut in two by digits that were no magic.
    pub fn joined(mut self, next: &Bzip2Block) -> Bzip2Block {
        self.append(&next.bytes, 0, next.bits);
        self
    }

    /// The block's plain bytes.
    pub fn decompress(&self) -> io::Result<Vec<u8>> {
        let mut stream = Bzip2Block {
            bytes: HEADER.to_vec(),
            bits: HEADER.len() * 8,
        };
        stream.append(&self.bytes, 0, self.bits);
        let [_, _, end @ ..] = STREAM_END.to_be_bytes();
        stream.append(&end, 0, 48);
        // A stream of one block has that block's checksum, which follows its magic.
        let checksum = self.bytes.get(6..10).unwrap_or_default();
        stream.append(checksum, 0, 32);
        let mut plain = Vec::new();
        io::Read::read_to_end(
            &mut bzip2::read::BzDecoder::new(stream.bytes.as_slice()),
            &mut plain,
        )?;
        Ok(plain)
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    fn compressed(plain: &[u8], level: u32) -> Vec<u8> {
        let mut encoder = bzip2::write::BzEncoder::new(Vec::new(), bzip2::Compression::new(level));
        encoder.write_all(plain).unwrap();
        encoder.finish().unwrap()
    }

    fn decompressed(object: &[u8], piece: usize) -> (Vec<u8>, usize, bool) {
        let mut blocks = Bzip2Blocks::default();
        let (mut plain, mut count) = (Vec::new(), 0);
        for bytes in object.chunks(piece) {
            for block in blocks.push(bytes).unwrap() {
                plain.extend(block.decompress().unwrap());
                count += 1;
            }
        }
        (plain, count, blocks.is_complete())
    }

    #[test]
    fn blocks_one_by_one_are_the_whole() {
        let plain: Vec<u8> = (0..60_000_u32)
            .flat_map(|n| format!("{n} {}\n", n.wrapping_mul(2_654_435_761)).into_bytes())
            .collect();
        let object = compressed(&plain, 1);
        for piece in [1, 7, 1000, object.len()] {
            let (found, count, complete) = decompressed(&object, piece);
            assert!(found == plain, "pieces of {piece}");
            assert!(count > 5, "{count} blocks");
            assert!(complete);
        }
        let two = [object.clone(), compressed(b"and more", 9)].concat();
        let (found, _, complete) = decompressed(&two, 333);
        assert_eq!(found, [plain.as_slice(), b"and more"].concat());
        assert!(complete);
        let (_, _, complete) = decompressed(&object[..object.len() - 5], 333);
        assert!(!complete, "a stream without its end");
    }

    #[test]
    fn what_was_cut_by_chance_is_put_together_again() {
        let object = compressed(b"some plain text", 9);
        let block = Bzip2Blocks::default().push(&object).unwrap().remove(0);
        for cut in [60, 64, 77, block.bits - 3] {
            let mut head = Bzip2Block {
                bytes: Vec::new(),
                bits: 0,
            };
            head.append(&block.bytes, 0, cut);
            let mut tail = Bzip2Block {
                bytes: Vec::new(),
                bits: 0,
            };
            tail.append(&block.bytes, cut, block.bits);
            assert!(head.decompress().is_err(), "cut at {cut}");
            assert_eq!(head.joined(&tail).decompress().unwrap(), b"some plain text");
        }
    }
}
