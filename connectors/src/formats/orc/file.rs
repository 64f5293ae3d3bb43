//! `OrcFile`: what a file's tail says: its schema, where its stripes lie, and their statistics.

use std::collections::HashMap;
use std::io::{self, Read};
use std::ops::Range;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use arrow::datatypes::{Schema, SchemaRef};
use bytes::Bytes;
use futures::FutureExt;
use futures::future::BoxFuture;
use orc_rust::ArrowReaderBuilder;
use orc_rust::compression::{Compression, Decompressor};
use orc_rust::proto::{ColumnStatistics, Footer, Metadata, StripeFooter};
use orc_rust::reader::AsyncChunkReader;
use orc_rust::reader::metadata::FileMetadata;
use orc_rust::schema::{ArrowSchemaOptions, RootDataType, TimestampPrecision};
use orc_rust::stripe::StripeMetadata;
use prost::Message;

use super::tail::OrcTail;
use super::unions::without_unions;
use crate::error::{ConnectorError, ErrorKind, Result};
use crate::formats::object_reader::ObjectReader;

/// A section of metadata grows with columns and stripes: 10,000 columns take some 500 kB a stripe. A corrupt one must not take
/// all memory.
const SECTION_BYTES_MAX: u64 = 256 * 1024 * 1024;
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
        let bytes = TailBytes {
            size: reader.size(),
            tail: tail.clone(),
            reader: reader.clone(),
        };
        // The library trusts what a footer says; one that contradicts itself may make it panic.
        let opened = AssertUnwindSafe(ArrowReaderBuilder::try_new_async(bytes))
            .catch_unwind()
            .await;
        let opened = match opened {
            Ok(Ok(builder)) => builder,
            Ok(Err(error)) => return Err(invalid(&reader, error)),
            Err(_) => return Err(invalid(&reader, "its footer contradicts itself")),
        };
        let metadata = opened.file_metadata();
        let root = metadata.root_data_type();
        let decoded = root.create_arrow_schema_with_options(
            &HashMap::new(),
            ArrowSchemaOptions::new().with_timestamp_precision(TimestampPrecision::Microsecond),
        );
        let footer = section(&tail.footer, metadata.compression())
            .map_err(|error| invalid(&reader, error))?;
        Ok(OrcFile {
            stripes: stripe_ranges(metadata, &reader)?,
            physical: Arc::new(without_unions(&decoded)),
            decoded,
            footer: Footer::decode(footer.as_slice()).map_err(|error| invalid(&reader, error))?,
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

/// The tail as the library reads it, which asks for the file's last bytes alone.
struct TailBytes {
    size: u64,
    tail: OrcTail,
    reader: ObjectReader,
}

impl AsyncChunkReader for TailBytes {
    fn len(&mut self) -> BoxFuture<'_, io::Result<u64>> {
        let size = self.size;
        async move { Ok(size) }.boxed()
    }

    fn get_bytes(&mut self, offset: u64, length: u64) -> BoxFuture<'_, io::Result<Bytes>> {
        async move {
            let range = offset..offset.saturating_add(length);
            match self.tail.slice(&range) {
                Some(bytes) => Ok(bytes),
                None => self.reader.read(range).await.map_err(io::Error::other),
            }
        }
        .boxed()
    }
}
