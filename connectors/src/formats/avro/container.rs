//! `Container`: takes a container file apart into its header and its blocks, decompressed within bounds.

use std::io::{self, Read};

use crate::formats::rows::decoder::RowError;

const MAGIC: &[u8; 4] = b"Obj\x01";
const SYNC_BYTES: usize = 16;
/// The most bytes that a header's metadata may take.
const METADATA_BYTES_MAX: usize = 16 << 20;
/// The most bytes that a block may take, compressed or not. Writers make blocks of 16 to 64 KiB.
const BLOCK_BYTES_MAX: usize = 256 << 20;
/// Bytes of an Avro `long` at most.
const LONG_BYTES_MAX: usize = 10;

/// A container's header: what its blocks are read by.
#[derive(Debug)]
pub(super) struct Header {
    /// The writer's schema, as JSON.
    pub schema: Vec<u8>,
    codec: BlockCodec,
    sync: [u8; SYNC_BYTES],
}

/// A block's rows, decompressed.
#[derive(Debug)]
pub(super) struct Block {
    pub rows: u64,
    pub bytes: Vec<u8>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum BlockCodec {
    Null,
    Deflate,
    Snappy,
    Zstd,
    Bzip2,
    Xz,
}

/// What the bytes pushed so far amount to.
#[derive(Debug, Default)]
pub(super) struct Container {
    pending: Vec<u8>,
    pub header: Option<Header>,
    blocks: u64,
}

impl Container {
    /// Adds the file's next bytes.
    pub fn push(&mut self, bytes: &[u8]) {
        self.pending.extend_from_slice(bytes);
    }

    /// Takes the header, if all of it is there.
    pub fn read_header(&mut self) -> Result<(), RowError> {
        if self.header.is_none()
            && let Some((header, length)) = parse_header(&self.pending)?
        {
            self.header = Some(header);
            self.pending.drain(..length);
        }
        Ok(())
    }

    /// The next block, if all of it is there.
    pub fn next_block(&mut self) -> Result<Option<Block>, RowError> {
        self.read_header()?;
        let Some(header) = &self.header else {
            return Ok(None);
        };
        let number = self.blocks + 1;
        let bad = |reason: &str| RowError::malformed_file(format!("block {number}: {reason}"));
        let mut rest: &[u8] = &self.pending;
        let (Some(rows), Some(length)) = (long(&mut rest)?, long(&mut rest)?) else {
            return Ok(None);
        };
        let rows = u64::try_from(rows).map_err(|_| bad("it has a negative number of rows"))?;
        let length = usize::try_from(length)
            .ok()
            .filter(|length| *length <= BLOCK_BYTES_MAX)
            .ok_or_else(|| bad("its length is negative or beyond 256 MiB"))?;
        let (Some(stored), Some(sync)) =
            (rest.get(..length), rest.get(length..length + SYNC_BYTES))
        else {
            return Ok(None);
        };
        if sync != header.sync {
            return Err(bad("it does not end with the file's sync marker"));
        }
        let bytes = header
            .codec
            .decompress(stored)
            .map_err(|error| bad(&format!("it cannot be decompressed: {error}")))?;
        let taken = self.pending.len() - rest.len() + length + SYNC_BYTES;
        self.pending.drain(..taken);
        self.blocks += 1;
        Ok(Some(Block { rows, bytes }))
    }

    /// Checks that the file ended with a block.
    pub fn finish(&self) -> Result<(), RowError> {
        if self.pending.is_empty() && self.header.is_some() {
            return Ok(());
        }
        Err(RowError::malformed_file(
            "it ends in the middle of its header or of a block; it may be truncated".to_owned(),
        ))
    }
}

impl Header {
    /// A container's beginning with this header's schema, for blocks that are not compressed.
    pub fn plain(&self) -> Vec<u8> {
        let mut bytes = MAGIC.to_vec();
        push_long(&mut bytes, 2);
        for (key, value) in [
            (b"avro.schema".as_slice(), self.schema.as_slice()),
            (b"avro.codec", b"null"),
        ] {
            for part in [key, value] {
                push_long(&mut bytes, part.len());
                bytes.extend_from_slice(part);
            }
        }
        push_long(&mut bytes, 0);
        bytes.extend_from_slice(&self.sync);
        bytes
    }

    /// Appends a block that is not compressed.
    pub fn push_plain(&self, block: &Block, bytes: &mut Vec<u8>) {
        push_long(bytes, usize::try_from(block.rows).unwrap_or(usize::MAX));
        push_long(bytes, block.bytes.len());
        bytes.extend_from_slice(&block.bytes);
        bytes.extend_from_slice(&self.sync);
    }
}

fn parse_header(bytes: &[u8]) -> Result<Option<(Header, usize)>, RowError> {
    let bad = |reason: &str| RowError::malformed_file(reason.to_owned());
    let mut rest = bytes;
    let known = MAGIC.len().min(rest.len());
    if rest.get(..known) != MAGIC.get(..known) {
        return Err(bad(
            "not an Avro file: it does not begin as container files do",
        ));
    }
    if bytes.len() > METADATA_BYTES_MAX {
        return Err(bad("its header does not end"));
    }
    rest = rest.get(MAGIC.len()..).unwrap_or_default();
    let (mut schema, mut codec) = (None, BlockCodec::Null);
    loop {
        let Some(mut entries) = long(&mut rest)? else {
            return Ok(None);
        };
        if entries == 0 {
            break;
        }
        if entries < 0 {
            // The size of the entries in bytes stands before them.
            if long(&mut rest)?.is_none() {
                return Ok(None);
            }
            entries = entries.saturating_neg();
        }
        for _ in 0..entries {
            let (Some(key), Some(value)) = (text(&mut rest)?, text(&mut rest)?) else {
                return Ok(None);
            };
            match key {
                b"avro.schema" => schema = Some(value.to_vec()),
                b"avro.codec" => codec = BlockCodec::from_name(value)?,
                _ => {}
            }
        }
    }
    let Some(sync) = rest.first_chunk::<SYNC_BYTES>() else {
        return Ok(None);
    };
    let header = Header {
        schema: schema.ok_or_else(|| bad("its header names no schema"))?,
        codec,
        sync: *sync,
    };
    Ok(Some((header, bytes.len() - rest.len() + SYNC_BYTES)))
}

/// A length and so many bytes; `None` where they are not all there.
fn text<'a>(rest: &mut &'a [u8]) -> Result<Option<&'a [u8]>, RowError> {
    let Some(length) = long(rest)? else {
        return Ok(None);
    };
    let length = usize::try_from(length)
        .ok()
        .filter(|length| *length <= METADATA_BYTES_MAX)
        .ok_or_else(|| {
            RowError::malformed_file("its header has an impossible length".to_owned())
        })?;
    let Some((text, after)) = rest.split_at_checked(length) else {
        return Ok(None);
    };
    *rest = after;
    Ok(Some(text))
}

/// A zig-zag number of variable length; `None` where it is not all there.
fn long(rest: &mut &[u8]) -> Result<Option<i64>, RowError> {
    let mut value = 0_u64;
    for (index, byte) in rest.iter().take(LONG_BYTES_MAX).enumerate() {
        let bits = u64::from(byte & 0x7f);
        value |= bits << (7 * index);
        if byte & 0x80 == 0 {
            *rest = rest.get(index + 1..).unwrap_or_default();
            let magnitude = i64::from_ne_bytes((value >> 1).to_ne_bytes());
            return Ok(Some(if value & 1 == 0 {
                magnitude
            } else {
                !magnitude
            }));
        }
    }
    if rest.len() >= LONG_BYTES_MAX {
        return Err(RowError::malformed_file("a number does not end".to_owned()));
    }
    Ok(None)
}

fn push_long(bytes: &mut Vec<u8>, value: usize) {
    let mut rest = u64::try_from(value).unwrap_or(u64::MAX >> 1) << 1;
    loop {
        let [low, ..] = (rest & 0x7f).to_le_bytes();
        rest >>= 7;
        if rest == 0 {
            bytes.push(low);
            return;
        }
        bytes.push(low | 0x80);
    }
}

impl BlockCodec {
    fn from_name(name: &[u8]) -> Result<Self, RowError> {
        Ok(match name {
            b"null" => BlockCodec::Null,
            b"deflate" => BlockCodec::Deflate,
            b"snappy" => BlockCodec::Snappy,
            b"zstandard" => BlockCodec::Zstd,
            b"bzip2" => BlockCodec::Bzip2,
            b"xz" => BlockCodec::Xz,
            other => {
                return Err(RowError::malformed_file(format!(
                    "its codec '{}' is not known",
                    String::from_utf8_lossy(other)
                )));
            }
        })
    }

    fn decompress(self, stored: &[u8]) -> io::Result<Vec<u8>> {
        match self {
            BlockCodec::Null => Ok(stored.to_vec()),
            BlockCodec::Deflate => bounded(flate2::read::DeflateDecoder::new(stored)),
            BlockCodec::Zstd => bounded(zstd::stream::read::Decoder::new(stored)?),
            BlockCodec::Bzip2 => bounded(bzip2::read::MultiBzDecoder::new(stored)),
            BlockCodec::Xz => bounded(liblzma::read::XzDecoder::new_multi_decoder(stored)),
            BlockCodec::Snappy => {
                let (raw, checksum) = stored
                    .split_last_chunk::<4>()
                    .ok_or_else(|| io::Error::other("it breaks off"))?;
                if snap::raw::decompress_len(raw)? > BLOCK_BYTES_MAX {
                    return Err(io::Error::other("it holds more than 256 MiB"));
                }
                let bytes = snap::raw::Decoder::new().decompress_vec(raw)?;
                let mut sum = flate2::Crc::new();
                sum.update(&bytes);
                if sum.sum() != u32::from_be_bytes(*checksum) {
                    return Err(io::Error::other("its checksum is wrong"));
                }
                Ok(bytes)
            }
        }
    }
}

fn bounded(reader: impl Read) -> io::Result<Vec<u8>> {
    let limit = u64::try_from(BLOCK_BYTES_MAX).unwrap_or(u64::MAX);
    let mut bytes = Vec::new();
    reader.take(limit + 1).read_to_end(&mut bytes)?;
    if bytes.len() > BLOCK_BYTES_MAX {
        return Err(io::Error::other("it holds more than 256 MiB"));
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_as_they_are_written() {
        for value in [0, 1, 63, 64, 8191, 1 << 40] {
            let mut bytes = Vec::new();
            push_long(&mut bytes, value);
            let mut rest: &[u8] = &bytes;
            assert_eq!(long(&mut rest).unwrap(), i64::try_from(value).ok());
            assert!(rest.is_empty());
            let mut broken = bytes.get(..bytes.len() - 1).unwrap();
            assert_eq!(long(&mut broken).unwrap(), None);
        }
        let mut rest: &[u8] = &[1];
        assert_eq!(long(&mut rest).unwrap(), Some(-1));
        let mut endless: &[u8] = &[0xff; 12];
        assert!(long(&mut endless).is_err());
    }
}
