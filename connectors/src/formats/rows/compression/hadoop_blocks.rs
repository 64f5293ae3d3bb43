//! `HadoopBlocks`: what Hadoop's SnappyCodec, Lz4Codec and LzoCodec write.
//!
//! A block is its plain length, and then chunks that hold as much together: a compressed length and so many bytes of
//! raw Snappy, LZ4 or LZO1X. Lengths are four bytes, the highest first. See Hadoop's `BlockCompressorStream`.

use std::io;

use super::blocks::{BlockFormat, array, block_length, invalid};

/// What the chunks hold.
#[derive(Debug, Clone, Copy)]
pub(super) enum RawCodec {
    Snappy,
    Lz4,
    Lzo,
}

#[derive(Debug, Clone, Copy)]
enum Next {
    BlockLength,
    ChunkLength { left: usize },
    Chunk { left: usize, length: usize },
}

#[derive(Debug)]
pub(super) struct HadoopBlocks {
    codec: RawCodec,
    next: Next,
}

impl HadoopBlocks {
    pub fn new(codec: RawCodec) -> Self {
        HadoopBlocks {
            codec,
            next: Next::BlockLength,
        }
    }

    /// Decompresses a chunk into at most `left` bytes; returns how many.
    fn decompress(&self, chunk: &[u8], left: usize, output: &mut Vec<u8>) -> io::Result<usize> {
        match self.codec {
            RawCodec::Snappy => {
                if snap::raw::decompress_len(chunk).map_err(invalid)? > left {
                    return Err(invalid("a chunk holds more than its block"));
                }
                let plain = snap::raw::Decoder::new()
                    .decompress_vec(chunk)
                    .map_err(invalid)?;
                output.extend_from_slice(&plain);
                Ok(plain.len())
            }
            RawCodec::Lz4 => {
                let mut plain = vec![0; left];
                let length =
                    lz4_flex::block::decompress_into(chunk, &mut plain).map_err(invalid)?;
                output.extend_from_slice(plain.get(..length).unwrap_or_default());
                Ok(length)
            }
            RawCodec::Lzo => {
                let mut plain = vec![0; left];
                let length = lzokay::decompress::decompress(chunk, &mut plain)
                    .map_err(|error| invalid(format!("{error:?}")))?;
                output.extend_from_slice(plain.get(..length).unwrap_or_default());
                Ok(length)
            }
        }
    }
}

impl BlockFormat for HadoopBlocks {
    fn next_length(&self) -> usize {
        match self.next {
            Next::BlockLength | Next::ChunkLength { .. } => 4,
            Next::Chunk { length, .. } => length,
        }
    }

    fn take(&mut self, part: &[u8], output: &mut Vec<u8>) -> io::Result<()> {
        self.next = match self.next {
            Next::BlockLength => match block_length(u32::from_be_bytes(array(part)?))? {
                0 => Next::BlockLength,
                left => Next::ChunkLength { left },
            },
            Next::ChunkLength { left } => Next::Chunk {
                left,
                length: block_length(u32::from_be_bytes(array(part)?))?,
            },
            Next::Chunk { left, .. } => {
                let length = self.decompress(part, left, output)?;
                match left.saturating_sub(length) {
                    0 => Next::BlockLength,
                    _ if length == 0 => return Err(invalid("a chunk is empty")),
                    left => Next::ChunkLength { left },
                }
            }
        };
        Ok(())
    }

    fn may_end(&self) -> bool {
        matches!(self.next, Next::BlockLength)
    }
}
