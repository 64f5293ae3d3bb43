//! `Compressor`: plain bytes in, one compressed object out.

use std::io::{self, Write};

use crate::formats::shared_buffer::SharedBuffer;

/// Plain bytes of a block of Hadoop's codecs: what its writers use.
const HADOOP_BLOCK_BYTES: usize = 256 * 1024;

/// How a row-oriented object is compressed when it is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ObjectCodec {
    /// Not at all.
    None,
    /// Gzip.
    Gzip,
    /// Bzip2.
    Bzip2,
    /// Zstandard at a level from 1 to 22.
    Zstd(i32),
    /// Blocks as Hadoop's SnappyCodec writes them.
    Snappy,
    /// Blocks as Hadoop's Lz4Codec writes them.
    Lz4,
}

impl ObjectCodec {
    /// The end of an object's name, by which readers know the codec.
    pub fn name_ending(self) -> &'static str {
        match self {
            ObjectCodec::None => "",
            ObjectCodec::Gzip => ".gz",
            ObjectCodec::Bzip2 => ".bz2",
            ObjectCodec::Zstd(_) => ".zst",
            ObjectCodec::Snappy => ".snappy",
            ObjectCodec::Lz4 => ".lz4",
        }
    }
}

/// Compresses one object into memory that its owner takes away.
pub(in crate::formats) enum Compressor {
    Plain(SharedBuffer),
    Gzip(flate2::write::GzEncoder<SharedBuffer>),
    Bzip2(bzip2::write::BzEncoder<SharedBuffer>),
    Zstd(zstd::stream::write::Encoder<'static, SharedBuffer>),
    Hadoop {
        compress: fn(&[u8]) -> io::Result<Vec<u8>>,
        block: Vec<u8>,
        output: SharedBuffer,
    },
}

impl Compressor {
    pub fn new(codec: ObjectCodec, output: SharedBuffer) -> io::Result<Self> {
        let hadoop = |compress, output| Compressor::Hadoop {
            compress,
            block: Vec::with_capacity(HADOOP_BLOCK_BYTES),
            output,
        };
        Ok(match codec {
            ObjectCodec::None => Compressor::Plain(output),
            ObjectCodec::Gzip => Compressor::Gzip(flate2::write::GzEncoder::new(
                output,
                flate2::Compression::default(),
            )),
            ObjectCodec::Bzip2 => Compressor::Bzip2(bzip2::write::BzEncoder::new(
                output,
                bzip2::Compression::best(),
            )),
            ObjectCodec::Zstd(level) => {
                Compressor::Zstd(zstd::stream::write::Encoder::new(output, level)?)
            }
            ObjectCodec::Snappy => hadoop(
                |plain| {
                    snap::raw::Encoder::new()
                        .compress_vec(plain)
                        .map_err(io::Error::other)
                },
                output,
            ),
            ObjectCodec::Lz4 => hadoop(|plain| Ok(lz4_flex::block::compress(plain)), output),
        })
    }

    /// Adds bytes.
    pub fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        match self {
            Compressor::Plain(output) => output.write_all(bytes),
            Compressor::Gzip(encoder) => encoder.write_all(bytes),
            Compressor::Bzip2(encoder) => encoder.write_all(bytes),
            Compressor::Zstd(encoder) => encoder.write_all(bytes),
            Compressor::Hadoop {
                compress,
                block,
                output,
            } => {
                let mut rest = bytes;
                while !rest.is_empty() {
                    let room = HADOOP_BLOCK_BYTES.saturating_sub(block.len());
                    let (taken, after) = rest.split_at(room.min(rest.len()));
                    block.extend_from_slice(taken);
                    rest = after;
                    if block.len() >= HADOOP_BLOCK_BYTES {
                        write_block(*compress, block, output)?;
                    }
                }
                Ok(())
            }
        }
    }

    /// Ends the object.
    pub fn finish(&mut self) -> io::Result<()> {
        match self {
            Compressor::Plain(_) => Ok(()),
            Compressor::Gzip(encoder) => encoder.try_finish(),
            Compressor::Bzip2(encoder) => encoder.try_finish(),
            Compressor::Zstd(encoder) => encoder.do_finish(),
            Compressor::Hadoop {
                compress,
                block,
                output,
            } => write_block(*compress, block, output),
        }
    }
}

/// A block of one chunk: its plain length, its compressed length, its bytes.
fn write_block(
    compress: fn(&[u8]) -> io::Result<Vec<u8>>,
    block: &mut Vec<u8>,
    output: &mut SharedBuffer,
) -> io::Result<()> {
    if block.is_empty() {
        return Ok(());
    }
    let compressed = compress(block)?;
    for length in [block.len(), compressed.len()] {
        let length = u32::try_from(length).map_err(io::Error::other)?;
        output.write_all(&length.to_be_bytes())?;
    }
    output.write_all(&compressed)?;
    block.clear();
    Ok(())
}
