//! `BlockCodec`: the codecs whose libraries take whole blocks, which are gathered here.

use std::io;

use super::decompressor::{Codec, PIECE_BYTES, Progress};
use super::hadoop_blocks::{HadoopBlocks, RawCodec};
use super::lz4_frames::{LZ4_FRAME_MAGIC, Lz4Frames};
use super::lzo_files::{LZO_FILE_BEGINNING, LzoFile};
use super::snappy_frames::{SNAPPY_STREAM_BEGINNING, SnappyFrames};

/// The most bytes that a block may have, compressed or not. The framing formats allow less; Hadoop's blocks are
/// 256 KiB unless its buffer size is configured.
const BLOCK_BYTES_MAX: usize = 64 << 20;

/// Bytes that tell the formats of a family apart.
const BEGINNING_BYTES: usize = 4;

/// A format as a sequence of parts, each of which says how long the next is.
pub(super) trait BlockFormat: Send {
    /// The length of the next part.
    fn next_length(&self) -> usize;

    /// Takes the next part and appends what it holds to `output`.
    fn take(&mut self, part: &[u8], output: &mut Vec<u8>) -> io::Result<()>;

    /// Whether the data may end here.
    fn may_end(&self) -> bool;
}

/// Gathers the parts of a format, and gives out in pieces what they hold.
pub(super) struct BlockCodec {
    /// Chooses the format by the first four bytes.
    choose: fn([u8; BEGINNING_BYTES]) -> Box<dyn BlockFormat>,
    format: Option<Box<dyn BlockFormat>>,
    part: Vec<u8>,
    ready: Vec<u8>,
    given: usize,
}

impl BlockCodec {
    pub fn snappy() -> Self {
        BlockCodec::with(|beginning| {
            if beginning == SNAPPY_STREAM_BEGINNING {
                Box::new(SnappyFrames::new())
            } else {
                Box::new(HadoopBlocks::new(RawCodec::Snappy))
            }
        })
    }

    pub fn lz4() -> Self {
        BlockCodec::with(|beginning| {
            if beginning == LZ4_FRAME_MAGIC {
                Box::new(Lz4Frames::new())
            } else {
                Box::new(HadoopBlocks::new(RawCodec::Lz4))
            }
        })
    }

    pub fn lzo() -> Self {
        BlockCodec::with(|beginning| {
            if beginning == LZO_FILE_BEGINNING {
                Box::new(LzoFile::new())
            } else {
                Box::new(HadoopBlocks::new(RawCodec::Lzo))
            }
        })
    }

    fn with(choose: fn([u8; BEGINNING_BYTES]) -> Box<dyn BlockFormat>) -> Self {
        BlockCodec {
            choose,
            format: None,
            part: Vec::new(),
            ready: Vec::new(),
            given: 0,
        }
    }

    /// Moves input into the part under way; whether that is whole then.
    fn gather(&mut self, input: &mut &[u8]) -> io::Result<bool> {
        let length = match &self.format {
            Some(format) => format.next_length(),
            None => BEGINNING_BYTES,
        };
        if length > BLOCK_BYTES_MAX {
            return Err(invalid("a block is longer than 64 MiB"));
        }
        let missing = length.saturating_sub(self.part.len());
        let (taken, rest) = input.split_at(missing.min(input.len()));
        self.part.extend_from_slice(taken);
        *input = rest;
        Ok(taken.len() == missing)
    }

    fn progress(&self, consumed: usize) -> Progress {
        let may_end = self.format.as_ref().is_some_and(|format| format.may_end());
        Progress {
            consumed,
            ended: may_end && self.part.is_empty() && self.given == self.ready.len(),
        }
    }
}

impl Codec for BlockCodec {
    fn run(&mut self, input: &[u8], output: &mut Vec<u8>) -> io::Result<Progress> {
        let mut rest = input;
        loop {
            let ready = self.ready.get(self.given..).unwrap_or_default();
            if !ready.is_empty() {
                let piece = ready.get(..PIECE_BYTES).unwrap_or(ready);
                output.extend_from_slice(piece);
                self.given += piece.len();
                return Ok(self.progress(input.len() - rest.len()));
            }
            if !self.gather(&mut rest)? {
                return Ok(self.progress(input.len()));
            }
            let Some(format) = &mut self.format else {
                // The first part of every format is that long, and is still to be taken.
                self.format = Some((self.choose)(array(&self.part)?));
                continue;
            };
            self.ready.clear();
            self.given = 0;
            format.take(&self.part, &mut self.ready)?;
            self.part.clear();
        }
    }

    fn begin(&mut self) -> io::Result<()> {
        // Where the data could have ended, the same format goes on.
        Ok(())
    }
}

/// A count of bytes that a format gives, or an error where it is beyond the bound.
pub(super) fn block_length(length: u32) -> io::Result<usize> {
    usize::try_from(length)
        .ok()
        .filter(|length| *length <= BLOCK_BYTES_MAX)
        .ok_or_else(|| invalid("a block is longer than 64 MiB"))
}

pub(super) fn invalid(reason: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, reason)
}

/// The part as an array, whose length the format has asked for.
pub(super) fn array<const LENGTH: usize>(part: &[u8]) -> io::Result<[u8; LENGTH]> {
    <[u8; LENGTH]>::try_from(part).map_err(|_| invalid("a block breaks off"))
}
