//! `RowDecoder`: turns an object's decompressed bytes into batches of the projected columns.

use std::sync::Arc;

use arrow::array::RecordBatchOptions;
use arrow::datatypes::{Schema, SchemaRef};
use arrow::record_batch::RecordBatch;

use super::column_builder::{ColumnBuilder, ProjectedColumn};
use super::csv::CsvRows;
use super::delimited::DelimitedRows;
use super::json::JsonRows;
use super::options::{RowSyntax, TextOptions};
use super::records::{RecordEnd, RecordSplitter};
use super::row::RowError;
use crate::error::{ConnectorError, ErrorKind, Result};

/// Parses one record into the projected columns: one value appended to each, or an error.
pub(super) trait RowParser: Send {
    /// Whether a record is a row at all.
    fn is_row(&self, _record: &[u8]) -> bool {
        true
    }

    fn parse(
        &mut self,
        record: &[u8],
        columns: &mut [ProjectedColumn],
    ) -> std::result::Result<(), RowError>;
}

/// Push decoder of one object.
pub(super) struct RowDecoder {
    splitter: RecordSplitter,
    parser: Box<dyn RowParser>,
    columns: Vec<ProjectedColumn>,
    schema: SchemaRef,
    batch_rows: usize,
    rows: usize,
    records: u64,
    header_records: u64,
}

impl RowDecoder {
    /// A decoder of objects with the columns `declared`, of which those of `projection` are wanted.
    pub(super) fn try_new(
        options: &TextOptions,
        declared: &Schema,
        projection: &[usize],
        batch_rows: usize,
    ) -> Result<Self> {
        let schema = Arc::new(
            declared
                .project(projection)
                .map_err(|error| ConnectorError::new(ErrorKind::BadData, error.to_string()))?,
        );
        let columns = schema
            .fields()
            .iter()
            .map(|field| {
                let builder = ColumnBuilder::for_type(field.data_type()).ok_or_else(|| {
                    ConnectorError::new(
                        ErrorKind::NotSupported,
                        format!(
                            "column '{}' of type {} cannot be read from text",
                            field.name(),
                            field.data_type()
                        ),
                    )
                })?;
                Ok(ProjectedColumn {
                    field: field.as_ref().clone(),
                    builder,
                })
            })
            .collect::<Result<_>>()?;
        let (end, parser): (RecordEnd, Box<dyn RowParser>) = match &options.syntax {
            RowSyntax::Delimited(delimited) => (
                RecordEnd::LineBreak,
                Box::new(DelimitedRows::new(delimited.clone(), projection)),
            ),
            RowSyntax::Csv(csv) => (
                RecordEnd::UnquotedLineBreak {
                    quote: csv.quote,
                    escape: csv.escape,
                },
                Box::new(CsvRows::new(csv.clone(), projection)),
            ),
            RowSyntax::Json(json) => (
                RecordEnd::LineBreak,
                Box::new(JsonRows::new(json.clone(), schema.fields())),
            ),
        };
        Ok(RowDecoder {
            splitter: RecordSplitter::new(end),
            parser,
            columns,
            schema,
            batch_rows,
            rows: 0,
            records: 0,
            header_records: u64::try_from(options.header_records).unwrap_or(u64::MAX),
        })
    }

    /// Takes bytes from the front of `input` and says how many: all of them unless a batch is full.
    pub(super) fn push(&mut self, input: &[u8]) -> Result<usize> {
        let mut taken = 0;
        while self.rows < self.batch_rows && taken < input.len() {
            let (length, record) = self.splitter.take(input.get(taken..).unwrap_or_default())?;
            taken += length;
            if let Some(record) = record {
                self.record(&record)?;
            }
        }
        Ok(taken)
    }

    /// The object has ended.
    pub(super) fn finish(&mut self) -> Result<()> {
        match self.splitter.last() {
            Some(record) => self.record(&record),
            None => Ok(()),
        }
    }

    /// The rows decoded so far.
    pub(super) fn flush(&mut self) -> Result<Option<RecordBatch>> {
        if self.rows == 0 {
            return Ok(None);
        }
        let failed = |error: arrow::error::ArrowError| {
            ConnectorError::new(ErrorKind::BadData, error.to_string())
        };
        let columns = self
            .columns
            .iter_mut()
            .map(|column| column.builder.finish())
            .collect::<std::result::Result<Vec<_>, _>>()
            .map_err(failed)?;
        let options =
            RecordBatchOptions::new().with_row_count(Some(std::mem::take(&mut self.rows)));
        RecordBatch::try_new_with_options(Arc::clone(&self.schema), columns, &options)
            .map(Some)
            .map_err(failed)
    }

    pub(super) fn is_full(&self) -> bool {
        self.rows >= self.batch_rows
    }

    fn record(&mut self, record: &[u8]) -> Result<()> {
        self.records += 1;
        if self.records <= self.header_records || !self.parser.is_row(record) {
            return Ok(());
        }
        self.parser
            .parse(record, &mut self.columns)
            .map_err(|error| error.at_row(self.records))?;
        self.rows += 1;
        Ok(())
    }
}
