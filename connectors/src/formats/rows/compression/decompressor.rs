//! `Decompressor`: compressed bytes pushed in, plain bytes out, a bounded number at a time.

use std::io;

use super::blocks::BlockCodec;
use super::streams::{Bzip2, Deflate, Xz, Zstd};

/// The most bytes that one call appends, so that a few bytes that expand to gigabytes cannot eat the memory.
const OUTPUT_BYTES_MAX: usize = 1 << 20;

/// Bytes that a codec gives at a time.
pub(super) const PIECE_BYTES: usize = 64 << 10;

/// How a whole object is compressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum ObjectCompression {
    /// Not at all.
    #[default]
    None,
    /// RFC 1952, any number of members: `.gz`.
    Gzip,
    /// Any number of streams: `.bz2`.
    Bzip2,
    /// RFC 8878, any number of frames: `.zst`.
    Zstd,
    /// RFC 1950, which Hadoop's DefaultCodec writes: `.deflate`.
    Deflate,
    /// Snappy's framing format or the blocks of Hadoop's SnappyCodec: `.snappy`.
    Snappy,
    /// LZ4's frame format or the blocks of Hadoop's Lz4Codec: `.lz4`.
    Lz4,
    /// The `.xz` format.
    Xz,
    /// lzop's file format, or the blocks of Hadoop's LzoCodec: `.lzo`, `.lzo_deflate`.
    Lzo,
}

/// Bytes that cannot be decompressed.
#[derive(Debug, thiserror::Error)]
pub enum CompressionError {
    /// The bytes break off before the compressed data ends.
    #[error("the {0:?} data ends before it is complete; write the object again")]
    Truncated(ObjectCompression),
    /// The bytes are not compressed as told.
    #[error("the object is not valid {compression:?} data: {source}")]
    Invalid {
        /// How they should be.
        compression: ObjectCompression,
        /// What the codec says.
        source: io::Error,
    },
}

/// What one call of `push` has done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Step {
    /// Bytes of the input that need not be pushed again.
    pub consumed: usize,
    /// Whether more output is ready for the next call, even without input.
    pub has_more: bool,
}

impl ObjectCompression {
    /// The compression that the end of an object's name tells, whatever its case.
    pub fn from_object_name(name: &str) -> ObjectCompression {
        let extension = name
            .rsplit_once('.')
            .map(|(_, extension)| extension.to_ascii_lowercase());
        match extension.as_deref() {
            Some("gz" | "gzip") => ObjectCompression::Gzip,
            Some("bz2") => ObjectCompression::Bzip2,
            Some("zst" | "zstd") => ObjectCompression::Zstd,
            Some("deflate") => ObjectCompression::Deflate,
            Some("snappy") => ObjectCompression::Snappy,
            Some("lz4") => ObjectCompression::Lz4,
            Some("xz") => ObjectCompression::Xz,
            Some("lzo" | "lzo_deflate") => ObjectCompression::Lzo,
            _ => ObjectCompression::None,
        }
    }

    /// Bytes of an object that tell its compression.
    pub const HEAD_BYTES: u64 = 10;

    /// The compression that an object's first bytes tell: those formats whose beginning no text has.
    pub fn from_head(head: &[u8]) -> ObjectCompression {
        match head {
            [0x1f, 0x8b, 8, ..] => ObjectCompression::Gzip,
            [
                b'B',
                b'Z',
                b'h',
                b'1'..=b'9',
                0x31,
                0x41,
                0x59,
                0x26,
                0x53,
                0x59,
                ..,
            ] => ObjectCompression::Bzip2,
            [0x28, 0xb5, 0x2f, 0xfd, ..] => ObjectCompression::Zstd,
            [0xfd, b'7', b'z', b'X', b'Z', 0, ..] => ObjectCompression::Xz,
            [0x04, 0x22, 0x4d, 0x18, ..] => ObjectCompression::Lz4,
            [0xff, 6, 0, 0, b's', b'N', b'a', b'P', ..] => ObjectCompression::Snappy,
            [0x89, b'L', b'Z', b'O', 0, b'\r', b'\n', 0x1a, b'\n', ..] => ObjectCompression::Lzo,
            _ => ObjectCompression::None,
        }
    }

    fn codec(self) -> io::Result<Option<Box<dyn Codec>>> {
        Ok(Some(match self {
            ObjectCompression::None => return Ok(None),
            ObjectCompression::Gzip => Box::new(Deflate::gzip()),
            ObjectCompression::Deflate => Box::new(Deflate::zlib()),
            ObjectCompression::Bzip2 => Box::new(Bzip2::new()),
            ObjectCompression::Zstd => Box::new(Zstd::new()?),
            ObjectCompression::Snappy => Box::new(BlockCodec::snappy()),
            ObjectCompression::Lz4 => Box::new(BlockCodec::lz4()),
            ObjectCompression::Xz => Box::new(Xz::new()?),
            ObjectCompression::Lzo => Box::new(BlockCodec::lzo()),
        }))
    }
}

/// What a codec has done with some input.
#[derive(Debug, Clone, Copy)]
pub(super) struct Progress {
    pub consumed: usize,
    /// Whether a member has ended: the data may end here, or another member begins.
    pub ended: bool,
}

/// Decompresses one member after the other.
pub(super) trait Codec: Send {
    /// Consumes a prefix of `input` and fills the room in `output`, which is empty with a capacity of `PIECE_BYTES`.
    fn run(&mut self, input: &[u8], output: &mut Vec<u8>) -> io::Result<Progress>;

    /// Prepares for the next member.
    fn begin(&mut self) -> io::Result<()>;
}

/// Decompresses one object.
///
/// ```text
/// loop {
///     step = decompressor.push(input, &mut output)
///     use and clear output; input = input[step.consumed..]
///     if input is empty and not step.has_more { fetch more input, or stop }
/// }
/// decompressor.finish()
/// ```
pub struct Decompressor {
    compression: ObjectCompression,
    codec: Option<Box<dyn Codec>>,
    within_member: bool,
    piece: Vec<u8>,
}

impl Decompressor {
    /// A decompressor for one object.
    pub fn new(compression: ObjectCompression) -> Result<Decompressor, CompressionError> {
        let codec = compression
            .codec()
            .map_err(|source| CompressionError::Invalid {
                compression,
                source,
            })?;
        Ok(Decompressor {
            compression,
            codec,
            within_member: false,
            piece: Vec::with_capacity(PIECE_BYTES),
        })
    }

    /// Whether the bytes are plain already, and may as well not be pushed.
    pub fn is_identity(&self) -> bool {
        self.codec.is_none()
    }

    /// Consumes a prefix of `input` and appends at most 1 MiB to `output`.
    pub fn push(&mut self, input: &[u8], output: &mut Vec<u8>) -> Result<Step, CompressionError> {
        let compression = self.compression;
        self.run(input, output)
            .map_err(|source| CompressionError::Invalid {
                compression,
                source,
            })
    }

    /// Ends the object. All input must be pushed and all output taken.
    pub fn finish(&mut self) -> Result<(), CompressionError> {
        if self.within_member {
            return Err(CompressionError::Truncated(self.compression));
        }
        Ok(())
    }

    fn run(&mut self, input: &[u8], output: &mut Vec<u8>) -> io::Result<Step> {
        let Some(codec) = &mut self.codec else {
            let (piece, rest) = input.split_at(input.len().min(OUTPUT_BYTES_MAX));
            output.extend_from_slice(piece);
            return Ok(Step {
                consumed: piece.len(),
                has_more: !rest.is_empty(),
            });
        };
        let mut rest = input;
        let mut appended = 0;
        while appended + PIECE_BYTES <= OUTPUT_BYTES_MAX {
            if !self.within_member {
                if rest.is_empty() {
                    return Ok(Step {
                        consumed: input.len(),
                        has_more: false,
                    });
                }
                codec.begin()?;
                self.within_member = true;
            }
            self.piece.clear();
            let progress = codec.run(rest, &mut self.piece)?;
            rest = rest.get(progress.consumed..).unwrap_or_default();
            output.extend_from_slice(&self.piece);
            appended += self.piece.len();
            self.within_member = !progress.ended;
            let stands_still = progress.consumed == 0 && self.piece.is_empty() && !progress.ended;
            if stands_still && !rest.is_empty() {
                return Err(io::Error::from(io::ErrorKind::InvalidData));
            }
            if stands_still {
                return Ok(Step {
                    consumed: input.len(),
                    has_more: false,
                });
            }
        }
        Ok(Step {
            consumed: input.len() - rest.len(),
            has_more: true,
        })
    }
}

impl std::fmt::Debug for Decompressor {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("Decompressor")
            .field("compression", &self.compression)
            .field("within_member", &self.within_member)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
#[path = "decompressor_tests.rs"]
mod tests;
