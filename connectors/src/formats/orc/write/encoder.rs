//! `OrcEncoder`: one ORC file from its first batch to its postscript.

use arrow::array::{ArrayRef, StructArray};
use arrow::datatypes::{DataType, Field, SchemaRef};
use arrow::record_batch::RecordBatch;
use orc_rust::proto::stream::Kind as StreamKind;
use orc_rust::proto::{
    BloomFilterIndex, ColumnStatistics, CompressionKind, Footer, Metadata, PostScript, RowIndex,
    RowIndexEntry, Stream, StripeFooter, StripeInformation, StripeStatistics, Type,
};
use prost::Message;
use std::sync::Arc;

use super::column::{ColumnIndex, ColumnWriter};
use super::compression::{BLOCK_BYTES, OrcCompression, StoredStream};
use super::row_groups::{EncodedStream, ROWS_A_GROUP};
use super::statistics::Statistics;
use super::types::orc_types;
use crate::error::{ConnectorError, ErrorKind, Result};
use crate::formats::column_mapping::is_positional;
use crate::formats::encoder::BatchEncoder;
use crate::formats::footer_statistics::FooterStatistics;
use crate::formats::orc::footer_statistics::of_column;

/// Bytes of values, before encoding, after which a stripe ends: what Hive and Spark take.
const STRIPE_BYTES: usize = 64 * 1024 * 1024;
const MAGIC: &str = "ORC";
/// Version 0.12 of the format, the one with RLEv2.
const FORMAT_VERSION: [u32; 2] = [0, 12];
/// The newest bug fix of writers that readers ask about (timestamps before 1970, ORC-135).
const WRITER_VERSION: u32 = 6;

/// How a file is written.
#[derive(Debug, Clone, PartialEq)]
pub struct OrcWriteOptions {
    /// The codec of all its streams.
    pub compression: OrcCompression,
    /// Columns that get Bloom filters (`orc.bloom.filter.columns`).
    pub bloom_filter_columns: Vec<String>,
    /// How often such a filter may be wrong, between 0 and 1 (`orc.bloom.filter.fpp`).
    pub bloom_filter_false_positives: f64,
}

impl OrcWriteOptions {
    /// A file with this codec, and without Bloom filters.
    pub fn new(compression: OrcCompression) -> Self {
        OrcWriteOptions {
            compression,
            bloom_filter_columns: Vec::new(),
            bloom_filter_false_positives: 0.05,
        }
    }
}

/// Writes one ORC file.
pub struct OrcEncoder {
    root: ColumnWriter,
    schema: SchemaRef,
    types: Vec<Type>,
    compression: OrcCompression,
    output: Vec<u8>,
    /// Bytes of the file so far, those taken included.
    length: u64,
    stripe_rows: u64,
    /// Rows of the row group under way.
    group_rows: usize,
    stripes: Vec<StripeInformation>,
    stripe_statistics: Vec<StripeStatistics>,
    rows: u64,
    finished: bool,
    told: Option<FooterStatistics>,
}

impl OrcEncoder {
    /// An encoder of files with this schema.
    pub fn try_new(schema: SchemaRef, options: &OrcWriteOptions) -> Result<Self> {
        let types = orc_types(schema.fields())?;
        let root = Field::new("root", DataType::Struct(schema.fields().clone()), false);
        let mut encoder = OrcEncoder {
            root: ColumnWriter::try_new(&root, &mut 0)?,
            schema,
            types,
            compression: options.compression,
            output: Vec::new(),
            length: 0,
            stripe_rows: 0,
            group_rows: 0,
            stripes: Vec::new(),
            stripe_statistics: Vec::new(),
            rows: 0,
            finished: false,
            told: None,
        };
        encoder.root.filter_children(
            &options.bloom_filter_columns,
            options.bloom_filter_false_positives,
        );
        encoder.append(MAGIC.as_bytes());
        Ok(encoder)
    }

    fn append(&mut self, bytes: &[u8]) {
        self.output.extend_from_slice(bytes);
        self.length += length(bytes);
    }

    fn compressed(&self, bytes: &[u8]) -> Result<StoredStream> {
        self.compression.compress_stream(bytes).map_err(|error| {
            ConnectorError::new(
                ErrorKind::NotSupported,
                format!("a stream could not be compressed: {error}"),
            )
        })
    }

    fn append_compressed(&mut self, bytes: &[u8]) -> Result<u64> {
        let stored = self.compressed(bytes)?;
        self.append(&stored.bytes);
        Ok(length(&stored.bytes))
    }

    fn end_group(&mut self) {
        if std::mem::take(&mut self.group_rows) > 0 {
            self.root.end_group();
        }
    }

    fn finish_stripe(&mut self) -> Result<()> {
        if self.stripe_rows == 0 {
            return Ok(());
        }
        self.end_group();
        let offset = self.length;
        let (mut encoded, mut encodings, mut indexes) = (Vec::new(), Vec::new(), Vec::new());
        self.root
            .finish_stripe(&mut encoded, &mut encodings, &mut indexes);
        let data = encoded
            .into_iter()
            .map(|stream| {
                let stored = self.compressed(&stream.bytes)?;
                Ok((stream, stored))
            })
            .collect::<Result<Vec<_>>>()?;
        let mut streams = Vec::with_capacity(data.len() + indexes.len());
        // Indexes come first, so that a reader gets them in one request.
        for index in &indexes {
            let row_index = row_index(index, &data).encode_to_vec();
            let length = self.append_compressed(&row_index)?;
            streams.push(stream_of(StreamKind::RowIndex, index.column, length));
            if !index.filters.is_empty() {
                let filters = BloomFilterIndex {
                    bloom_filter: index.filters.clone(),
                };
                let length = self.append_compressed(&filters.encode_to_vec())?;
                streams.push(stream_of(StreamKind::BloomFilterUtf8, index.column, length));
            }
        }
        let index_length = self.length - offset;
        for (stream, stored) in data {
            self.append(&stored.bytes);
            streams.push(stream_of(stream.kind, stream.column, length(&stored.bytes)));
        }
        let data_length = self.length - offset - index_length;
        let footer = StripeFooter {
            streams,
            columns: encodings,
            writer_timezone: Some("UTC".to_owned()),
            ..StripeFooter::default()
        };
        let footer_length = self.append_compressed(&footer.encode_to_vec())?;
        self.stripes.push(StripeInformation {
            offset: Some(offset),
            index_length: Some(index_length),
            data_length: Some(data_length),
            footer_length: Some(footer_length),
            number_of_rows: Some(self.stripe_rows),
            ..StripeInformation::default()
        });
        self.stripe_statistics.push(StripeStatistics {
            col_stats: indexes.into_iter().map(stripe_statistics).collect(),
        });
        self.stripe_rows = 0;
        Ok(())
    }

    /// The file's statistics as a reader of it gets them.
    fn told_by(&self, statistics: &[ColumnStatistics]) -> FooterStatistics {
        let roots = self.types.first().map_or(&[][..], |root| &root.subtypes);
        let columns = self
            .schema
            .fields()
            .iter()
            .zip(roots)
            .filter_map(|(field, root)| {
                let told = statistics.get(usize::try_from(*root).ok()?)?;
                let read_as = match field.data_type() {
                    nested if nested.is_nested() => return None,
                    DataType::Utf8View | DataType::LargeUtf8 => &DataType::Utf8,
                    scalar => scalar,
                };
                Some(of_column(field.name(), read_as, self.rows, told))
            })
            .collect();
        FooterStatistics::new(self.rows, columns, is_positional(&self.schema))
    }

    fn finish_file(&mut self) -> Result<()> {
        let content_length = self.length;
        let metadata = Metadata {
            stripe_stats: std::mem::take(&mut self.stripe_statistics),
        };
        let metadata_length = self.append_compressed(&metadata.encode_to_vec())?;
        let mut statistics = Vec::new();
        self.root.file_statistics(&mut statistics);
        self.told = Some(self.told_by(&statistics));
        let footer = Footer {
            header_length: Some(length(MAGIC.as_bytes())),
            content_length: Some(content_length),
            stripes: std::mem::take(&mut self.stripes),
            types: std::mem::take(&mut self.types),
            number_of_rows: Some(self.rows),
            statistics,
            row_index_stride: u32::try_from(ROWS_A_GROUP).ok(),
            ..Footer::default()
        };
        let footer_length = self.append_compressed(&footer.encode_to_vec())?;
        let kind = self.compression.kind();
        let postscript = PostScript {
            footer_length: Some(footer_length),
            compression: Some(kind.into()),
            compression_block_size: (kind != CompressionKind::None)
                .then(|| u64::try_from(BLOCK_BYTES).unwrap_or(u64::MAX)),
            version: FORMAT_VERSION.to_vec(),
            metadata_length: Some(metadata_length),
            writer_version: Some(WRITER_VERSION),
            magic: Some(MAGIC.to_owned()),
            ..PostScript::default()
        }
        .encode_to_vec();
        let postscript_length = u8::try_from(postscript.len()).map_err(|_| {
            ConnectorError::new(ErrorKind::NotSupported, "the postscript is too long")
        })?;
        self.append(&postscript);
        self.append(&[postscript_length]);
        Ok(())
    }
}

fn stream_of(kind: StreamKind, column: u32, length: u64) -> Stream {
    Stream {
        kind: Some(kind.into()),
        column: Some(column),
        length: Some(length),
    }
}

/// Where a column's row groups begin, and what is told of them.
fn row_index(index: &ColumnIndex, data: &[(EncodedStream, StoredStream)]) -> RowIndex {
    let entry = |(group, statistics): (usize, &Statistics)| {
        let mut positions = Vec::new();
        for (stream, stored) in data {
            if stream.column == index.column
                && let Some(start) = stream.starts.get(group)
            {
                positions.extend(stored.positions(start.byte));
                positions.extend_from_slice(start.within);
            }
        }
        RowIndexEntry {
            positions,
            statistics: Some(statistics.encoded()),
        }
    };
    RowIndex {
        entry: index.statistics.iter().enumerate().map(entry).collect(),
    }
}

fn stripe_statistics(index: ColumnIndex) -> ColumnStatistics {
    let mut stripe = Statistics::default();
    for group in index.statistics {
        stripe.merge(group);
    }
    stripe.encoded()
}

fn length(bytes: &[u8]) -> u64 {
    u64::try_from(bytes.len()).unwrap_or(u64::MAX)
}

impl BatchEncoder for OrcEncoder {
    fn write(&mut self, batch: &RecordBatch) -> Result<()> {
        if self.finished {
            return Err(ConnectorError::new(
                ErrorKind::NotSupported,
                "the ORC file is finished",
            ));
        }
        let root: ArrayRef = Arc::new(StructArray::from(batch.clone()));
        let mut first = 0;
        while first < batch.num_rows() {
            let rows = (ROWS_A_GROUP - self.group_rows).min(batch.num_rows() - first);
            self.root.write(&root.slice(first, rows))?;
            first += rows;
            self.group_rows += rows;
            let rows = u64::try_from(rows).unwrap_or(0);
            self.stripe_rows += rows;
            self.rows += rows;
            if self.group_rows == ROWS_A_GROUP {
                self.end_group();
            }
            if self.root.buffered_bytes() >= STRIPE_BYTES {
                self.finish_stripe()?;
            }
        }
        Ok(())
    }

    fn flush(&mut self) -> Result<()> {
        self.finish_stripe()
    }

    fn buffered_bytes(&self) -> usize {
        self.root.buffered_bytes() + self.output.len()
    }

    fn take_output(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.output)
    }

    fn finish(&mut self) -> Result<()> {
        if std::mem::replace(&mut self.finished, true) {
            return Ok(());
        }
        self.finish_stripe()?;
        self.finish_file()
    }

    fn statistics(&self) -> Option<FooterStatistics> {
        self.told.clone()
    }
}
