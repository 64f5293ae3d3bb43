//! Compression of whole row-oriented objects: which one an object's name or head tells, undoing it piece by piece, and doing it.

mod blocks;
mod bzip2_blocks;
mod compressor;
mod decompressor;
mod hadoop_blocks;
mod lz4_frames;
mod lzo_files;
mod snappy_frames;
mod streams;

pub(super) use bzip2_blocks::{Bzip2Block, Bzip2Blocks};
pub(in crate::formats) use compressor::Compressor;
pub use compressor::ObjectCodec;
pub use decompressor::{CompressionError, Decompressor, ObjectCompression, Step};
