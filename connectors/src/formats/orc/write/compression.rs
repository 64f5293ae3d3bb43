//! ORC's compression: a stream is cut into blocks, each behind a header of three bytes.

use std::io::Write;

use flate2::Compression;
use flate2::write::DeflateEncoder;
use orc_rust::proto::CompressionKind;

/// Bytes of a block before compression: the size that Hive and Spark write.
pub(super) const BLOCK_BYTES: usize = 256 * 1024;
/// Zstandard's level; its own default, and Athena's.
const ZSTD_LEVEL: i32 = 3;

/// The codecs that Athena writes ORC with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum OrcCompression {
    /// Not compressed.
    None,
    /// Deflate, Athena's default.
    Zlib,
    /// Snappy.
    Snappy,
    /// LZ4.
    Lz4,
    /// Zstandard.
    Zstd,
}

/// A stream as the file holds it.
pub(super) struct StoredStream {
    pub(super) bytes: Vec<u8>,
    /// Where each compressed block begins; empty where nothing is compressed.
    blocks: Vec<usize>,
}

impl StoredStream {
    /// The positions by which a row index names a byte of the stream before compression: block and byte in it, or the byte.
    pub(super) fn positions(&self, byte: usize) -> Vec<u64> {
        let whole = |place: usize| u64::try_from(place).unwrap_or(u64::MAX);
        match self.blocks.get(byte / BLOCK_BYTES) {
            Some(block) => vec![whole(*block), whole(byte % BLOCK_BYTES)],
            None => vec![whole(byte)],
        }
    }
}

impl OrcCompression {
    pub(super) fn kind(self) -> CompressionKind {
        match self {
            OrcCompression::None => CompressionKind::None,
            OrcCompression::Zlib => CompressionKind::Zlib,
            OrcCompression::Snappy => CompressionKind::Snappy,
            OrcCompression::Lz4 => CompressionKind::Lz4,
            OrcCompression::Zstd => CompressionKind::Zstd,
        }
    }

    /// A stream's bytes as the file holds them.
    pub(super) fn compress_stream(self, bytes: &[u8]) -> std::io::Result<StoredStream> {
        let mut stored = StoredStream {
            bytes: Vec::new(),
            blocks: Vec::new(),
        };
        if self == OrcCompression::None {
            stored.bytes = bytes.to_vec();
            return Ok(stored);
        }
        stored.bytes.reserve(bytes.len() / 2);
        for block in bytes.chunks(BLOCK_BYTES) {
            stored.blocks.push(stored.bytes.len());
            let compressed = self.compress_block(block)?;
            // A block that does not shrink is kept as it is, and its header says so.
            let (kept, original) = if compressed.len() < block.len() {
                (compressed.as_slice(), 0)
            } else {
                (block, 1)
            };
            let length = u32::try_from(kept.len()).map_err(std::io::Error::other)?;
            let [first, second, third, _] = (length << 1 | original).to_le_bytes();
            stored.bytes.extend_from_slice(&[first, second, third]);
            stored.bytes.extend_from_slice(kept);
        }
        // A place at the very end may be that of a block that is not there.
        stored.blocks.push(stored.bytes.len());
        Ok(stored)
    }

    fn compress_block(self, block: &[u8]) -> std::io::Result<Vec<u8>> {
        match self {
            OrcCompression::None => Ok(block.to_vec()),
            OrcCompression::Zlib => {
                let mut encoder = DeflateEncoder::new(Vec::new(), Compression::default());
                encoder.write_all(block)?;
                encoder.finish()
            }
            OrcCompression::Snappy => snap::raw::Encoder::new()
                .compress_vec(block)
                .map_err(std::io::Error::other),
            OrcCompression::Lz4 => Ok(lz4_flex::block::compress(block)),
            OrcCompression::Zstd => zstd::bulk::compress(block, ZSTD_LEVEL),
        }
    }
}
