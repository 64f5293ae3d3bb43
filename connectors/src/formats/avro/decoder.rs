//! `AvroDecoder`: a container file's rows in the declared types.

use std::collections::VecDeque;
use std::io::Cursor;
use std::sync::Arc;

use arrow::array::RecordBatchOptions;
use arrow::datatypes::SchemaRef;
use arrow::record_batch::RecordBatch;
use arrow_avro::reader::ReaderBuilder;
use arrow_avro::schema::AvroSchema;
use datafusion::physical_expr_adapter::{BatchAdapter, BatchAdapterFactory};

use super::container::{Block, Container, Header};
use super::logical_values::in_hives_types;
use crate::formats::column_mapping::ColumnMapping;
use crate::formats::failure_context::find_connector_error;
use crate::formats::rows::decoder::{RowDecoder, RowError};

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
    fitting: Option<Fitting>,
    ready: VecDeque<RecordBatch>,
}

/// How a file's columns become the declared ones.
struct Fitting {
    /// A container's beginning, for plain blocks.
    header: Vec<u8>,
    /// The file's columns that are read.
    columns: Vec<usize>,
    adapter: BatchAdapter,
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
        fitting: None,
        ready: VecDeque::new(),
    }))
}

impl AvroDecoder {
    fn take_blocks(&mut self) -> Result<(), RowError> {
        while let Some(block) = self.container.next_block()? {
            // Every record takes a byte at least; a number beyond that would keep a decoder busy for ever.
            if usize::try_from(block.rows).map_or(true, |rows| rows > block.bytes.len()) {
                return Err(RowError::malformed_file(format!(
                    "a block of {} bytes cannot have {} rows",
                    block.bytes.len(),
                    block.rows
                )));
            }
            if self.projected.fields().is_empty() {
                self.push_empty_rows(block.rows)?;
            } else if block.rows > 0 {
                self.decode_block(&block)?;
            }
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

    fn builder(&self) -> ReaderBuilder {
        let builder = ReaderBuilder::new();
        match &self.reader_schema {
            Some(schema) => builder.with_reader_schema(AvroSchema::new(self.named_alike(schema))),
            None => builder,
        }
    }

    fn fitting(&mut self) -> Result<Fitting, RowError> {
        if let Some(fitting) = self.fitting.take() {
            return Ok(fitting);
        }
        let header = self
            .container
            .header
            .as_ref()
            .map(Header::plain)
            .unwrap_or_default();
        let open = |builder: ReaderBuilder| builder.build(Cursor::new(&header)).map_err(invalid);
        let found = open(self.builder())?.schema();
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
        let read = open(self.builder().with_projection(columns.clone()))?.schema();
        let own = in_hives_types(&RecordBatch::new_empty(read), &self.projected)?.schema();
        let adapter = BatchAdapterFactory::new(Arc::clone(&self.projected))
            .with_adapter_factory(Arc::new(ColumnMapping::ByName))
            .make_adapter(&own)
            .map_err(not_adapted)?;
        Ok(Fitting {
            header,
            columns,
            adapter,
        })
    }

    /// Decodes one block as one batch. The library is asked once for as many rows as there are: asked again it would look for
    /// rows in what a corrupt block has too many of, and never come back.
    fn decode_block(&mut self, block: &Block) -> Result<(), RowError> {
        let fitting = self.fitting()?;
        let rows = usize::try_from(block.rows).unwrap_or(usize::MAX);
        let mut plain = fitting.header.clone();
        if let Some(header) = &self.container.header {
            header.push_plain(block, &mut plain);
        }
        let mut reader = self
            .builder()
            .with_batch_size(rows)
            .with_projection(fitting.columns.clone())
            .build(Cursor::new(&plain))
            .map_err(invalid)?;
        if let Some(batch) = reader.next() {
            let batch = in_hives_types(&batch.map_err(invalid)?, &self.projected)?;
            let batch = fitting.adapter.adapt_batch(&batch).map_err(not_adapted)?;
            for start in (0..batch.num_rows()).step_by(self.batch_rows.max(1)) {
                let rows = self.batch_rows.min(batch.num_rows() - start);
                self.ready.push_back(batch.slice(start, rows));
            }
        }
        self.fitting = Some(fitting);
        Ok(())
    }
}

fn invalid(error: arrow::error::ArrowError) -> RowError {
    RowError::malformed_file(format!("not a valid Avro file: {error}"))
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
        self.take_blocks()?;
        Ok(input.len())
    }

    fn finish(&mut self) -> Result<(), RowError> {
        self.take_blocks()?;
        self.container.finish()
    }

    fn flush(&mut self) -> Result<Option<RecordBatch>, RowError> {
        Ok(self.ready.pop_front())
    }
}
