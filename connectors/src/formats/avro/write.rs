//! `AvroEncoder` writes container files that Hive, Trino and Spark read.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, RecordBatchOptions};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Field, FieldRef, Fields, Schema, SchemaRef, TimeUnit};
use arrow::error::ArrowError;
use arrow::record_batch::RecordBatch;
use arrow_avro::compression::CompressionCodec;
use arrow_avro::errors::AvroError;
use arrow_avro::writer::format::AvroOcfFormat;
use arrow_avro::writer::{Writer, WriterBuilder};

use crate::error::{ConnectorError, ErrorKind, Result};
use crate::formats::encoder::BatchEncoder;
use crate::formats::nested_arrays::with_children;
use crate::formats::shared_buffer::SharedBuffer;

/// Rows of a block, so that readers need little memory.
const BLOCK_ROWS: usize = 4096;

/// The codecs that Athena writes Avro with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AvroCompression {
    /// Not compressed.
    None,
    /// Deflate, the codec of Avro's specification.
    Deflate,
    /// Snappy.
    Snappy,
    /// Zstandard.
    Zstd,
    /// Bzip2.
    Bzip2,
}

/// Writes one file.
pub(in crate::formats) struct AvroEncoder {
    writer: Writer<SharedBuffer, AvroOcfFormat>,
    schema: SchemaRef,
    output: SharedBuffer,
}

impl AvroEncoder {
    pub fn try_new(schema: &SchemaRef, compression: AvroCompression) -> Result<Self> {
        let codec = match compression {
            AvroCompression::None => None,
            AvroCompression::Deflate => Some(CompressionCodec::Deflate),
            AvroCompression::Snappy => Some(CompressionCodec::Snappy),
            AvroCompression::Zstd => Some(CompressionCodec::ZStandard),
            AvroCompression::Bzip2 => Some(CompressionCodec::Bzip2),
        };
        let fields: Fields = schema.fields().iter().map(avro_field).collect();
        let schema = Arc::new(Schema::new(fields));
        let output = SharedBuffer::default();
        let writer = WriterBuilder::new(schema.as_ref().clone())
            .with_compression(codec)
            .build(output.clone())
            .map_err(write_failed)?;
        Ok(AvroEncoder {
            writer,
            schema,
            output,
        })
    }
}

fn write_failed(error: AvroError) -> ConnectorError {
    ConnectorError::new(
        ErrorKind::NotSupported,
        format!("the rows cannot be written as Avro: {error}"),
    )
}

/// The field in types that Avro has. Times are instants in UTC, which every reader knows.
fn avro_field(field: &FieldRef) -> FieldRef {
    let data_type = match field.data_type() {
        DataType::Int8 | DataType::Int16 => DataType::Int32,
        DataType::Utf8View | DataType::LargeUtf8 => DataType::Utf8,
        DataType::BinaryView | DataType::LargeBinary => DataType::Binary,
        DataType::Timestamp(_, _) => {
            DataType::Timestamp(TimeUnit::Microsecond, Some("+00:00".into()))
        }
        DataType::List(element) => DataType::List(avro_field(element)),
        DataType::Map(entries, sorted) => DataType::Map(avro_field(entries), *sorted),
        DataType::Struct(fields) => DataType::Struct(fields.iter().map(avro_field).collect()),
        other => other.clone(),
    };
    Arc::new(Field::new(field.name(), data_type, field.is_nullable()))
}

/// The column in its field's type.
fn in_avros_type(column: &ArrayRef, field: &Field) -> Result<ArrayRef> {
    let failed = |error: arrow::error::ArrowError| {
        ConnectorError::new(
            ErrorKind::NotSupported,
            format!(
                "column '{}' cannot be written as Avro: {error}",
                field.name()
            ),
        )
    };
    if column.data_type() == field.data_type() {
        return Ok(Arc::clone(column));
    }
    Ok(match (column.data_type(), field.data_type()) {
        (DataType::Timestamp(_, None), DataType::Timestamp(_, Some(zone))) => {
            let micros =
                cast(column, &DataType::Timestamp(TimeUnit::Microsecond, None)).map_err(failed)?;
            Arc::new(
                micros
                    .as_primitive::<arrow::datatypes::TimestampMicrosecondType>()
                    .clone()
                    .with_timezone(Arc::clone(zone)),
            )
        }
        (DataType::List(_) | DataType::Map(_, _) | DataType::Struct(_), target) => {
            let children = with_children(column, &mut |place, _, child| match child_field(
                target, place,
            ) {
                Some(field) => in_avros_type(child, field),
                None => Ok(Arc::clone(child)),
            })?;
            children.unwrap_or_else(|| Arc::clone(column))
        }
        (_, target) => cast(column, target).map_err(failed)?,
    })
}

/// The field of a nested type's child.
fn child_field(data_type: &DataType, place: usize) -> Option<&FieldRef> {
    match data_type {
        DataType::List(child) | DataType::Map(child, _) => Some(child),
        DataType::Struct(fields) => fields.get(place),
        _ => None,
    }
}

impl From<ArrowError> for ConnectorError {
    fn from(error: ArrowError) -> Self {
        ConnectorError::new(
            ErrorKind::NotSupported,
            format!("the values cannot be put together: {error}"),
        )
    }
}

impl BatchEncoder for AvroEncoder {
    fn write(&mut self, batch: &RecordBatch) -> Result<()> {
        let columns = batch
            .columns()
            .iter()
            .zip(self.schema.fields())
            .map(|(column, field)| in_avros_type(column, field))
            .collect::<Result<Vec<_>>>()?;
        let options = RecordBatchOptions::new().with_row_count(Some(batch.num_rows()));
        let batch = RecordBatch::try_new_with_options(Arc::clone(&self.schema), columns, &options)
            .map_err(|error| ConnectorError::new(ErrorKind::NotSupported, error.to_string()))?;
        for start in (0..batch.num_rows()).step_by(BLOCK_ROWS) {
            let block = batch.slice(start, BLOCK_ROWS.min(batch.num_rows() - start));
            self.writer.write(&block).map_err(write_failed)?;
        }
        Ok(())
    }

    fn flush(&mut self) -> Result<()> {
        // Every block leaves as it is written.
        Ok(())
    }

    fn buffered_bytes(&self) -> usize {
        0
    }

    fn take_output(&mut self) -> Vec<u8> {
        self.output.take()
    }

    fn finish(&mut self) -> Result<()> {
        self.writer.finish().map_err(write_failed)
    }
}
