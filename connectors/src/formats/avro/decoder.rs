//! `AvroDecoder`: a container file's rows in the declared types.

use std::collections::VecDeque;
use std::io::Cursor;
use std::sync::Arc;

use arrow::array::RecordBatchOptions;
use arrow::datatypes::SchemaRef;
use arrow::record_batch::RecordBatch;
use arrow_avro::reader::ReaderBuilder;
use arrow_avro::schema::AvroSchema;
use datafusion::physical_expr_adapter::BatchAdapterFactory;

use super::container::Container;
use super::logical_values::in_hives_types;
use crate::formats::column_mapping::ColumnMapping;
use crate::formats::failure_context::find_connector_error;
use crate::formats::rows::decoder::{RowDecoder, RowError};

/// Decompressed bytes that are decoded at a time: the file's schema is resolved anew for each.
const DECODED_BYTES: usize = 1 << 20;

/// Options of `org.apache.hadoop.hive.serde2.avro.AvroSerDe`. The property of each stands beside it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AvroOptions {
    /// The reader's schema, as JSON; what files were written with is resolved to it: `avro.schema.literal`, or what
    /// `avro.schema.url` points to.
    pub schema: Option<String>,
}

struct AvroDecoder {
    container: Container,
    reader_schema: Option<String>,
    /// The declared columns to produce, in this order.
    projected: SchemaRef,
    batch_rows: usize,
    /// A container of plain blocks, on its way to the decoder.
    plain: Vec<u8>,
    plain_rows: u64,
    ready: VecDeque<RecordBatch>,
}

/// A decoder of one file. Columns are found by name, whatever its case; a column that a file lacks is NULL.
pub(in crate::formats) fn avro_decoder(
    declared: &SchemaRef,
    projection: &[usize],
    batch_rows: usize,
    options: &AvroOptions,
) -> Result<Box<dyn RowDecoder>, RowError> {
    Ok(Box::new(AvroDecoder {
        container: Container::default(),
        reader_schema: options.schema.clone(),
        projected: Arc::new(declared.project(projection)?),
        batch_rows,
        plain: Vec::new(),
        plain_rows: 0,
        ready: VecDeque::new(),
    }))
}

impl AvroDecoder {
    fn take_blocks(&mut self, last: bool) -> Result<(), RowError> {
        while let Some(block) = self.container.next_block()? {
            let Some(header) = &self.container.header else {
                break;
            };
            if self.projected.fields().is_empty() {
                self.push_empty_rows(block.rows)?;
                continue;
            }
            if self.plain.is_empty() {
                self.plain = header.plain();
            }
            header.push_plain(&block, &mut self.plain);
            self.plain_rows = self.plain_rows.saturating_add(block.rows);
            if self.plain.len() >= DECODED_BYTES {
                self.decode_plain()?;
            }
        }
        if last && self.plain_rows > 0 {
            self.decode_plain()?;
        }
        Ok(())
    }

    /// Rows of which no column is wanted.
    fn push_empty_rows(&mut self, mut rows: u64) -> Result<(), RowError> {
        while rows > 0 {
            let count = usize::try_from(rows)
                .unwrap_or(usize::MAX)
                .min(self.batch_rows.max(1));
            let options = RecordBatchOptions::new().with_row_count(Some(count));
            let batch =
                RecordBatch::try_new_with_options(Arc::clone(&self.projected), vec![], &options)?;
            self.ready.push_back(batch);
            rows -= u64::try_from(count).unwrap_or(rows);
        }
        Ok(())
    }

    fn decode_plain(&mut self) -> Result<(), RowError> {
        let plain = std::mem::take(&mut self.plain);
        self.plain_rows = 0;
        let decoded = self.decode_container(plain)?;
        self.ready.extend(decoded);
        Ok(())
    }

    /// The reader's schema under the name of the writer's: what a record is called is no part of what a table is.
    fn named_alike(&self, reader: &str) -> String {
        let renamed = || {
            let writer = &self.container.header.as_ref()?.schema;
            let writer: serde_json::Value = serde_json::from_slice(writer).ok()?;
            let mut reader: serde_json::Value = serde_json::from_str(reader).ok()?;
            for key in ["name", "namespace"] {
                let fields = reader.as_object_mut()?;
                match writer.get(key) {
                    Some(value) => fields.insert(key.to_owned(), value.clone()),
                    None => fields.remove(key),
                };
            }
            Some(reader.to_string())
        };
        renamed().unwrap_or_else(|| reader.to_owned())
    }

    fn decode_container(&self, plain: Vec<u8>) -> Result<Vec<RecordBatch>, RowError> {
        let failed = |error: arrow::error::ArrowError| {
            RowError::malformed_file(format!("not a valid Avro file: {error}"))
        };
        let builder = || {
            let builder = ReaderBuilder::new().with_batch_size(self.batch_rows);
            match &self.reader_schema {
                Some(schema) => {
                    builder.with_reader_schema(AvroSchema::new(self.named_alike(schema)))
                }
                None => builder,
            }
        };
        let whole = builder().build(Cursor::new(&plain)).map_err(failed)?;
        let found = whole.schema();
        drop(whole);
        let mut columns: Vec<usize> = ColumnMapping::ByName
            .resolve(&self.projected, &found)
            .into_iter()
            .flatten()
            .collect();
        columns.sort_unstable();
        columns.dedup();
        if columns.is_empty() {
            // No column of the file is wanted, but its rows are: the first column tells how many there are.
            columns.extend((!found.fields().is_empty()).then_some(0));
        }
        let reader = builder()
            .with_projection(columns)
            .build(Cursor::new(&plain))
            .map_err(failed)?;
        let schema =
            in_hives_types(&RecordBatch::new_empty(reader.schema()), &self.projected)?.schema();
        let adapter = BatchAdapterFactory::new(Arc::clone(&self.projected))
            .with_adapter_factory(Arc::new(ColumnMapping::ByName))
            .make_adapter(&schema)
            .map_err(not_adapted)?;
        reader
            .map(|batch| {
                let batch = in_hives_types(&batch.map_err(failed)?, &self.projected)?;
                adapter.adapt_batch(&batch).map_err(not_adapted)
            })
            .collect()
    }
}

fn not_adapted(error: datafusion::error::DataFusionError) -> RowError {
    match find_connector_error(&error) {
        Some(contradiction) => RowError::Contradiction(contradiction.message.clone()),
        None => RowError::malformed_file(error.to_string()),
    }
}

impl RowDecoder for AvroDecoder {
    fn decode(&mut self, input: &[u8]) -> Result<usize, RowError> {
        if !self.ready.is_empty() {
            return Ok(0);
        }
        self.container.push(input);
        self.take_blocks(false)?;
        Ok(input.len())
    }

    fn finish(&mut self) -> Result<(), RowError> {
        self.take_blocks(true)?;
        self.container.finish()
    }

    fn flush(&mut self) -> Result<Option<RecordBatch>, RowError> {
        Ok(self.ready.pop_front())
    }
}
