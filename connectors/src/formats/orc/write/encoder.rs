//! `OrcEncoder`: one ORC file from its first batch to its postscript.

use arrow::array::{ArrayRef, StructArray};
use arrow::datatypes::{DataType, Field, SchemaRef};
use arrow::record_batch::RecordBatch;
use orc_rust::proto::{
    CompressionKind, Footer, Metadata, PostScript, Stream, StripeFooter, StripeInformation, Type,
};
use prost::Message;
use std::sync::Arc;

use super::column::ColumnWriter;
use super::compression::{BLOCK_BYTES, OrcCompression};
use super::types::orc_types;
use crate::error::{ConnectorError, ErrorKind, Result};
use crate::formats::encoder::BatchEncoder;

/// Bytes of values, before encoding, after which a stripe ends: what Hive and Spark take.
const STRIPE_BYTES: usize = 64 * 1024 * 1024;
const MAGIC: &str = "ORC";
/// Version 0.12 of the format, the one with RLEv2.
const FORMAT_VERSION: [u32; 2] = [0, 12];
/// The newest bug fix of writers that readers ask about (timestamps before 1970, ORC-135).
const WRITER_VERSION: u32 = 6;

/// Writes one ORC file.
pub struct OrcEncoder {
    root: ColumnWriter,
    types: Vec<Type>,
    compression: OrcCompression,
    output: Vec<u8>,
    /// Bytes of the file so far, those taken included.
    length: u64,
    stripe_rows: u64,
    stripes: Vec<StripeInformation>,
    rows: u64,
    finished: bool,
}

impl OrcEncoder {
    /// An encoder of files with this schema.
    pub fn try_new(schema: SchemaRef, compression: OrcCompression) -> Result<Self> {
        let types = orc_types(schema.fields())?;
        let root = Field::new("root", DataType::Struct(schema.fields().clone()), false);
        let mut encoder = OrcEncoder {
            root: ColumnWriter::try_new(&root, &mut 0)?,
            types,
            compression,
            output: Vec::new(),
            length: 0,
            stripe_rows: 0,
            stripes: Vec::new(),
            rows: 0,
            finished: false,
        };
        encoder.append(MAGIC.as_bytes());
        Ok(encoder)
    }

    fn append(&mut self, bytes: &[u8]) {
        self.output.extend_from_slice(bytes);
        self.length += length(bytes);
    }

    fn append_compressed(&mut self, bytes: &[u8]) -> Result<u64> {
        let compressed = self.compression.compress_stream(bytes).map_err(|error| {
            ConnectorError::new(
                ErrorKind::NotSupported,
                format!("a stream could not be compressed: {error}"),
            )
        })?;
        self.append(&compressed);
        Ok(length(&compressed))
    }

    fn finish_stripe(&mut self) -> Result<()> {
        if self.stripe_rows == 0 {
            return Ok(());
        }
        let offset = self.length;
        let (mut encoded, mut encodings) = (Vec::new(), Vec::new());
        self.root.finish_stripe(&mut encoded, &mut encodings);
        let mut streams = Vec::with_capacity(encoded.len());
        for stream in encoded {
            let stored = self.append_compressed(&stream.bytes)?;
            streams.push(Stream {
                kind: Some(stream.kind.into()),
                column: Some(stream.column),
                length: Some(stored),
            });
        }
        let data_length = self.length - offset;
        let footer = StripeFooter {
            streams,
            columns: encodings,
            writer_timezone: Some("UTC".to_owned()),
            ..StripeFooter::default()
        };
        let footer_length = self.append_compressed(&footer.encode_to_vec())?;
        self.stripes.push(StripeInformation {
            offset: Some(offset),
            index_length: Some(0),
            data_length: Some(data_length),
            footer_length: Some(footer_length),
            number_of_rows: Some(self.stripe_rows),
            ..StripeInformation::default()
        });
        self.stripe_rows = 0;
        Ok(())
    }

    fn finish_file(&mut self) -> Result<()> {
        let content_length = self.length;
        let metadata_length = self.append_compressed(&Metadata::default().encode_to_vec())?;
        let mut statistics = Vec::new();
        self.root.file_statistics(&mut statistics);
        let footer = Footer {
            header_length: Some(length(MAGIC.as_bytes())),
            content_length: Some(content_length),
            stripes: std::mem::take(&mut self.stripes),
            types: std::mem::take(&mut self.types),
            number_of_rows: Some(self.rows),
            statistics,
            row_index_stride: Some(0),
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
        let rows = u64::try_from(batch.num_rows()).unwrap_or(0);
        let root: ArrayRef = Arc::new(StructArray::from(batch.clone()));
        self.root.write(&root)?;
        self.stripe_rows += rows;
        self.rows += rows;
        if self.root.buffered_bytes() >= STRIPE_BYTES {
            self.finish_stripe()?;
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
}
