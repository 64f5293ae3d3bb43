//! `OrcFile`: what a file's tail says: its schema, where its stripes lie, and their statistics.

use std::collections::HashMap;
use std::io::{self, Read};
use std::ops::Range;
use std::sync::Arc;

use arrow::datatypes::{Schema, SchemaRef};
use bytes::Bytes;
use futures::FutureExt;
use futures::future::BoxFuture;
use orc_rust::ArrowReaderBuilder;
use orc_rust::compression::{Compression, Decompressor};
use orc_rust::proto::r#type::Kind;
use orc_rust::proto::{
    ColumnStatistics, CompressionKind, Footer, Metadata, PostScript, StripeFooter, Type,
};
use orc_rust::reader::AsyncChunkReader;
use orc_rust::reader::metadata::FileMetadata;
use orc_rust::schema::{ArrowSchemaOptions, RootDataType, TimestampPrecision};
use orc_rust::stripe::StripeMetadata;
use prost::Message;

use super::tail::OrcTail;
use super::unions::without_unions;
use crate::error::{ConnectorError, ErrorKind, Result};
use crate::formats::decode_guard::{Contradiction, guarded_future};
use crate::formats::object_reader::ObjectReader;

/// A section of metadata grows with columns and stripes: 10,000 columns take some 500 kB a stripe. A corrupt one must not take
/// all memory.
const SECTION_BYTES_MAX: u64 = 256 * 1024 * 1024;
/// The most that a compressed block's header can count.
const BLOCK_BYTES_MAX: u64 = 1 << 23;
/// The writer's number of the C++ library.
const WRITER_CPP: u32 = 1;

/// An opened file.
pub(super) struct OrcFile {
    pub(super) reader: ObjectReader,
    pub(super) tail: OrcTail,
    opened: ArrowReaderBuilder<TailBytes>,
    /// Where the stripes lie, each checked to lie within the file.
    pub(super) stripes: Vec<Range<u64>>,
    /// The file's root columns as Arrow sees them, unions as structs.
    pub(super) physical: SchemaRef,
    /// The same as the decoder gives them.
    pub(super) decoded: Schema,
    footer: Footer,
}

impl OrcFile {
    /// Reads and checks the tail.
    pub(super) async fn open(reader: ObjectReader) -> Result<Self> {
        let tail = OrcTail::read(&reader).await?;
        let compression = compression(&reader, &tail).await?;
        let plain = section(&tail.footer, compression).map_err(|error| invalid(&reader, error))?;
        let mut footer =
            Footer::decode(plain.as_slice()).map_err(|error| invalid(&reader, error))?;
        check_types(&footer).map_err(|reason| invalid(&reader, reason))?;
        let encoded = if declare_early_decimals(&mut footer) {
            encoded(&footer, compression.is_some())
        } else {
            tail.footer.clone()
        };
        let opened = open(&reader, TailBytes::new(&tail, encoded)).await?;
        let metadata = opened.file_metadata();
        let decoded = metadata.root_data_type().create_arrow_schema_with_options(
            &HashMap::new(),
            ArrowSchemaOptions::new().with_timestamp_precision(TimestampPrecision::Microsecond),
        );
        Ok(OrcFile {
            stripes: stripe_ranges(metadata, &reader)?,
            physical: Arc::new(without_unions(&decoded)),
            decoded,
            footer,
            reader,
            tail,
            opened,
        })
    }

    /// The library's view of the tail.
    pub(super) fn metadata(&self) -> &FileMetadata {
        self.opened.file_metadata()
    }

    /// The file's types.
    pub(super) fn root(&self) -> &RootDataType {
        self.metadata().root_data_type()
    }

    /// The type of a column, by its place among all of the file.
    pub(super) fn kind(&self, column: u32) -> Kind {
        usize::try_from(column)
            .ok()
            .and_then(|column| self.footer.types.get(column))
            .map_or(Kind::Binary, Type::kind)
    }

    /// The stripes' metadata, in the order of the file.
    pub(super) fn stripe(&self, index: usize) -> Option<&StripeMetadata> {
        self.metadata().stripe_metadatas().get(index)
    }

    /// Rows of a row group within a stripe; `None` where the file has no row indexes.
    pub(super) fn row_index_stride(&self) -> Option<usize> {
        let stride = usize::try_from(self.footer.row_index_stride?).ok()?;
        (stride > 0).then_some(stride)
    }

    /// Each stripe's statistics, by column of the file; empty where the file has none.
    pub(super) fn stripe_statistics(&self) -> Result<Vec<Vec<ColumnStatistics>>> {
        let bytes = section(&self.tail.metadata, self.metadata().compression())
            .map_err(|error| invalid(&self.reader, error))?;
        let metadata =
            Metadata::decode(bytes.as_slice()).map_err(|error| invalid(&self.reader, error))?;
        Ok(metadata
            .stripe_stats
            .into_iter()
            .map(|stripe| stripe.col_stats)
            .collect())
    }

    /// The whole file's statistics, by column of the file; empty where it has none.
    pub(super) fn column_statistics(&self) -> &[ColumnStatistics] {
        &self.footer.statistics
    }

    /// Whether Bloom filters can be believed. Before 1.6.11 the C++ library hashed text with bytes beyond ASCII wrong (ORC-1024).
    pub(super) fn has_sound_bloom_filters(&self) -> bool {
        const FIRST_SOUND: [u32; 3] = [1, 6, 11];
        if self.footer.writer != Some(WRITER_CPP) {
            return true;
        }
        let version = self.footer.software_version.as_deref().unwrap_or("");
        let mut numbers = version
            .split(['.', '-'])
            .map(|part| part.parse::<u32>().unwrap_or(0));
        let version: [u32; 3] = std::array::from_fn(|_| numbers.next().unwrap_or(0));
        version >= FIRST_SOUND
    }

    /// A stripe's footer.
    pub(super) fn decoded_stripe_footer(&self, encoded: Bytes) -> Result<StripeFooter> {
        let decoded = self.decompressed(encoded)?;
        StripeFooter::decode(decoded.as_slice()).map_err(|error| invalid(&self.reader, error))
    }

    /// A metadata stream's plain bytes.
    pub(super) fn decompressed(&self, encoded: Bytes) -> Result<Vec<u8>> {
        section(&encoded, self.metadata().compression())
            .map_err(|error| invalid(&self.reader, error))
    }
}

/// The file's compression, as the library names it. It tells only of files that it has opened, and it opens a footer that it has
/// not been seen to be able to; so it is shown one without columns.
async fn compression(reader: &ObjectReader, tail: &OrcTail) -> Result<Option<Compression>> {
    let footer = Footer {
        types: vec![Type {
            kind: Some(Kind::Struct.into()),
            ..Type::default()
        }],
        ..Footer::default()
    };
    let is_compressed = tail.postscript.compression() != CompressionKind::None;
    let mut empty = tail.clone();
    empty.metadata = Bytes::new();
    let opened = open(
        reader,
        TailBytes::new(&empty, encoded(&footer, is_compressed)),
    )
    .await?;
    Ok(opened.file_metadata().compression())
}

fn encoded(footer: &Footer, is_compressed: bool) -> Bytes {
    let plain = footer.encode_to_vec();
    if is_compressed {
        stored_blocks(&plain).into()
    } else {
        plain.into()
    }
}

/// Checks that the types are a tree: each comes after the one that it is part of, and is part of one alone. The library follows them
/// without looking.
fn check_types(footer: &Footer) -> std::result::Result<(), String> {
    /// How deep types may nest.
    const NESTING_MAX: u32 = 100;
    let mut depths: Vec<Option<u32>> = vec![None; footer.types.len()];
    if let Some(root) = depths.first_mut() {
        *root = Some(0);
    }
    for (place, of) in footer.types.iter().enumerate() {
        let depth = depths.get(place).copied().flatten().unwrap_or(0) + 1;
        for part in &of.subtypes {
            let part = usize::try_from(*part).unwrap_or(usize::MAX);
            let known = depths.get_mut(part).filter(|depth| depth.is_none());
            match known {
                Some(known) if part > place && depth <= NESTING_MAX => *known = Some(depth),
                _ => return Err(format!("type {place} cannot have type {part} as a part")),
            }
        }
    }
    Ok(())
}

/// The library's view of a tail. It trusts what a footer says; one that contradicts itself may make it panic.
async fn open(reader: &ObjectReader, tail: TailBytes) -> Result<ArrowReaderBuilder<TailBytes>> {
    match guarded_future(ArrowReaderBuilder::try_new_async(tail)).await {
        Ok(Ok(builder)) => Ok(builder),
        Ok(Err(error)) => Err(invalid(reader, error)),
        Err(Contradiction(words)) => Err(invalid(reader, words)),
    }
}

/// Where a stripe's footer lies.
pub(super) fn footer_range(stripe: &StripeMetadata) -> Range<u64> {
    let start = stripe.footer_offset();
    start..start.saturating_add(stripe.footer_length())
}

/// That the file is not what it should be.
pub(super) fn invalid(reader: &ObjectReader, reason: impl ToString) -> ConnectorError {
    ConnectorError::new(
        ErrorKind::BadData,
        format!(
            "not a valid ORC file; it may be truncated or corrupt: {}",
            reason.to_string()
        ),
    )
    .with_uri(reader.uri())
}

fn section(encoded: &Bytes, compression: Option<Compression>) -> io::Result<Vec<u8>> {
    let mut decoded = Vec::new();
    Decompressor::new(encoded.clone(), compression, Vec::new())
        .take(SECTION_BYTES_MAX)
        .read_to_end(&mut decoded)?;
    Ok(decoded)
}

fn stripe_ranges(metadata: &FileMetadata, reader: &ObjectReader) -> Result<Vec<Range<u64>>> {
    metadata
        .stripe_metadatas()
        .iter()
        .map(|stripe| {
            let end = [
                stripe.index_length(),
                stripe.data_length(),
                stripe.footer_length(),
            ]
            .into_iter()
            .fold(stripe.offset(), u64::saturating_add);
            if end > reader.size() {
                return Err(invalid(
                    reader,
                    format!(
                        "a stripe should end at byte {end} and the file has only {}",
                        reader.size()
                    ),
                ));
            }
            Ok(stripe.offset()..end)
        })
        .collect()
}

/// The tail as the library reads it: as if it were the whole file, and with what postscripts of early writers leave out.
struct TailBytes(Bytes);

impl TailBytes {
    fn new(tail: &OrcTail, footer: Bytes) -> Self {
        let postscript = PostScript {
            metadata_length: Some(length(&tail.metadata)),
            footer_length: Some(length(&footer)),
            // Decoders make room for a block of that size.
            compression_block_size: tail
                .postscript
                .compression_block_size
                .map(|bytes| bytes.min(BLOCK_BYTES_MAX)),
            ..tail.postscript.clone()
        }
        .encode_to_vec();
        // A postscript of more bytes than one can count is none that was read.
        let postscript_length = u8::try_from(postscript.len()).unwrap_or(u8::MAX);
        let parts = [
            tail.metadata.as_ref(),
            footer.as_ref(),
            postscript.as_slice(),
            &[postscript_length],
        ];
        TailBytes(parts.concat().into())
    }
}

/// Gives decimals the precision and scale that they had before these could be declared (HIVE-5567); whether there were any.
fn declare_early_decimals(footer: &mut Footer) -> bool {
    const EARLY_PRECISION: u32 = 38;
    const EARLY_SCALE: u32 = 18;
    let mut found = false;
    for of in &mut footer.types {
        if of.kind == Some(Kind::Decimal.into()) && of.precision.unwrap_or(0) == 0 {
            of.precision = Some(EARLY_PRECISION);
            of.scale = Some(EARLY_SCALE);
            found = true;
        }
    }
    found
}

/// Blocks whose headers say that they are not compressed.
fn stored_blocks(plain: &[u8]) -> Vec<u8> {
    /// Fits any block size that files are written with.
    const BLOCK_BYTES: usize = 1024;
    let mut blocks = Vec::with_capacity(plain.len() + plain.len() / 100);
    for block in plain.chunks(BLOCK_BYTES) {
        let header = u32::try_from(block.len()).unwrap_or(0) << 1 | 1;
        let [first, second, third, _] = header.to_le_bytes();
        blocks.extend_from_slice(&[first, second, third]);
        blocks.extend_from_slice(block);
    }
    blocks
}

fn length(bytes: &Bytes) -> u64 {
    u64::try_from(bytes.len()).unwrap_or(u64::MAX)
}

impl AsyncChunkReader for TailBytes {
    fn len(&mut self) -> BoxFuture<'_, io::Result<u64>> {
        let length = length(&self.0);
        async move { Ok(length) }.boxed()
    }

    fn get_bytes(&mut self, offset: u64, length: u64) -> BoxFuture<'_, io::Result<Bytes>> {
        let part = usize::try_from(offset).ok().and_then(|start| {
            let end = start.checked_add(usize::try_from(length).ok()?)?;
            (end <= self.0.len()).then(|| self.0.slice(start..end))
        });
        async move { part.ok_or_else(|| io::Error::other("the tail has fewer bytes")) }.boxed()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_that_are_no_tree_are_refused() {
        let footer = |parts: &[&[u32]]| Footer {
            types: parts
                .iter()
                .map(|subtypes| Type {
                    subtypes: subtypes.to_vec(),
                    ..Type::default()
                })
                .collect(),
            ..Footer::default()
        };
        assert_eq!(check_types(&footer(&[&[1, 3], &[2], &[], &[]])), Ok(()));
        for parts in [
            [&[1_u32][..], &[1]].as_slice(),
            &[&[1], &[0]],
            &[&[1, 2], &[2], &[]],
            &[&[7]],
            &[&[0]],
        ] {
            assert!(check_types(&footer(parts)).is_err(), "{parts:?}");
        }
    }
}
