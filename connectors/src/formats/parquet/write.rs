//! `ParquetEncoder` writes Parquet files that every reader of Hive tables understands.

use arrow::datatypes::SchemaRef;
use arrow::record_batch::RecordBatch;
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_writer::ArrowWriterOptions;
use parquet::basic::{Compression, GzipLevel, ZstdLevel};
use parquet::file::properties::{EnabledStatistics, WriterProperties, WriterVersion};

use super::footer_statistics::of_metadata;
use crate::error::{ConnectorError, ErrorKind, Result};
use crate::formats::encoder::BatchEncoder;
use crate::formats::footer_statistics::FooterStatistics;
use crate::formats::shared_buffer::SharedBuffer;

/// Rows of a row group at most. Bytes end it earlier, see [`ROW_GROUP_BYTES`].
const ROW_GROUP_ROWS: usize = 1_000_000;
/// Encoded bytes after which a row group ends: large enough for few requests, small enough for parallel reads.
const ROW_GROUP_BYTES: usize = 128 * 1024 * 1024;

/// The codecs that Athena writes Parquet with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ParquetCompression {
    /// Not compressed.
    None,
    /// Snappy.
    Snappy,
    /// Gzip, Athena's default.
    Gzip,
    /// LZ4 blocks without Hadoop's framing.
    Lz4,
    /// Zstandard at a level from 1 to 22.
    Zstd(i32),
}

/// Writes one Parquet file.
pub struct ParquetEncoder {
    writer: Option<ArrowWriter<SharedBuffer>>,
    output: SharedBuffer,
    statistics: Option<FooterStatistics>,
}

impl ParquetEncoder {
    /// An encoder of files with this schema.
    pub fn try_new(schema: SchemaRef, compression: ParquetCompression) -> Result<Self> {
        let compression = match compression {
            ParquetCompression::None => Compression::UNCOMPRESSED,
            ParquetCompression::Snappy => Compression::SNAPPY,
            ParquetCompression::Gzip => Compression::GZIP(GzipLevel::default()),
            ParquetCompression::Lz4 => Compression::LZ4_RAW,
            ParquetCompression::Zstd(level) => {
                Compression::ZSTD(ZstdLevel::try_new(level).map_err(|error| {
                    ConnectorError::new(ErrorKind::InvalidSettings, error.to_string())
                })?)
            }
        };
        let properties = WriterProperties::builder()
            .set_writer_version(WriterVersion::PARQUET_1_0)
            .set_compression(compression)
            .set_max_row_group_row_count(Some(ROW_GROUP_ROWS))
            .set_max_row_group_bytes(Some(ROW_GROUP_BYTES))
            .set_statistics_enabled(EnabledStatistics::Page)
            .set_created_by(concat!("prismlake version ", env!("CARGO_PKG_VERSION")).to_owned())
            .build();
        let output = SharedBuffer::default();
        let options = ArrowWriterOptions::new()
            .with_properties(properties)
            // The Arrow schema in the footer would make other Arrow readers see views and our time units.
            .with_skip_arrow_metadata(true);
        let writer = ArrowWriter::try_new_with_options(output.clone(), schema, options)
            .map_err(write_failed)?;
        Ok(ParquetEncoder {
            writer: Some(writer),
            output,
            statistics: None,
        })
    }

    fn writer(&mut self) -> Result<&mut ArrowWriter<SharedBuffer>> {
        self.writer.as_mut().ok_or_else(|| {
            ConnectorError::new(ErrorKind::NotSupported, "the Parquet file is finished")
        })
    }
}

fn write_failed(error: parquet::errors::ParquetError) -> ConnectorError {
    ConnectorError::new(
        ErrorKind::NotSupported,
        format!("the rows cannot be written as Parquet: {error}"),
    )
}

impl BatchEncoder for ParquetEncoder {
    fn write(&mut self, batch: &RecordBatch) -> Result<()> {
        self.writer()?.write(batch).map_err(write_failed)
    }

    fn flush(&mut self) -> Result<()> {
        self.writer()?.flush().map_err(write_failed)
    }

    fn buffered_bytes(&self) -> usize {
        self.writer.as_ref().map_or(0, ArrowWriter::memory_size)
    }

    fn take_output(&mut self) -> Vec<u8> {
        self.output.take()
    }

    fn finish(&mut self) -> Result<()> {
        if let Some(writer) = self.writer.take() {
            let metadata = writer.close().map_err(write_failed)?;
            self.statistics = of_metadata(&metadata);
        }
        Ok(())
    }

    fn statistics(&self) -> Option<FooterStatistics> {
        self.statistics.clone()
    }
}
