//! `BatchBuilder`: the projected columns of one batch under construction.

use arrow::array::RecordBatchOptions;
use arrow::datatypes::SchemaRef;
use arrow::record_batch::RecordBatch;

use super::builder::ColumnBuilder;
use crate::formats::rows::decoder::RowError;

/// Bytes of text after which a batch is full whatever its rows: bounds the memory of batches of long rows.
const BATCH_TEXT_BYTES_MAX: usize = 32 << 20;

/// Rows for which room is made at once; a batch of more grows into it.
const ROWS_RESERVED_MAX: usize = 8192;

/// Columns in the order of the projection, and the rows that they all have.
#[derive(Debug)]
pub(crate) struct BatchBuilder {
    schema: SchemaRef,
    columns: Vec<ColumnBuilder>,
    rows: usize,
    rows_max: usize,
    text_bytes: usize,
}

impl BatchBuilder {
    /// Builds batches of at most `rows_max` rows with the `projection` of the file's columns, which must name each at
    /// most once.
    pub fn new(
        file_schema: &SchemaRef,
        projection: &[usize],
        rows_max: usize,
    ) -> Result<BatchBuilder, RowError> {
        let repeats = projection.iter().enumerate().any(|(position, column)| {
            projection
                .iter()
                .take(position)
                .any(|other| other == column)
        });
        if repeats {
            return Err(RowError::InvalidOptions(
                "the projection names a column twice; name each once".to_owned(),
            ));
        }
        let schema = SchemaRef::new(file_schema.project(projection)?);
        let columns = schema
            .fields()
            .iter()
            .map(|field| {
                ColumnBuilder::new(field.data_type(), rows_max.min(ROWS_RESERVED_MAX)).map_err(
                    |data_type| RowError::UnsupportedType {
                        column: field.name().clone(),
                        data_type,
                    },
                )
            })
            .collect::<Result<Vec<_>, _>>()?;
        Ok(BatchBuilder {
            schema,
            columns,
            rows: 0,
            rows_max: rows_max.max(1),
            text_bytes: 0,
        })
    }

    /// Whether `finish` must be called before the next row.
    pub fn is_full(&self) -> bool {
        self.rows >= self.rows_max || self.text_bytes >= BATCH_TEXT_BYTES_MAX
    }

    /// The rows ended so far: the length of a column without a value in the row under way.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// The projected columns, in the projection's order.
    pub fn columns(&mut self) -> &mut [ColumnBuilder] {
        &mut self.columns
    }

    /// The projected column at `position`, with its name.
    pub fn column(&mut self, position: usize) -> Option<(&mut ColumnBuilder, &str)> {
        let column = self.columns.get_mut(position)?;
        Some((column, self.schema.fields().get(position)?.name()))
    }

    /// The batches' schema.
    pub fn schema(&self) -> &SchemaRef {
        &self.schema
    }

    /// Ends a row that took `text_bytes` in its object; columns without a value are NULL in it.
    pub fn end_row(&mut self, text_bytes: usize) {
        self.rows += 1;
        self.text_bytes = self.text_bytes.saturating_add(text_bytes);
        for column in &mut self.columns {
            if column.len() < self.rows {
                column.push_null();
            }
        }
    }

    /// Drops what the row under way has appended.
    pub fn undo_row(&mut self) {
        let rows = self.rows;
        self.columns
            .iter_mut()
            .for_each(|column| column.truncate(rows));
    }

    /// The batch of all rows, if there are any; the builder is empty again.
    pub fn finish(&mut self) -> Result<Option<RecordBatch>, RowError> {
        if self.rows == 0 {
            return Ok(None);
        }
        let options = RecordBatchOptions::new().with_row_count(Some(self.rows));
        self.rows = 0;
        self.text_bytes = 0;
        let columns = self
            .columns
            .iter_mut()
            .map(ColumnBuilder::finish)
            .collect::<Result<Vec<_>, _>>()?;
        Ok(Some(RecordBatch::try_new_with_options(
            SchemaRef::clone(&self.schema),
            columns,
            &options,
        )?))
    }
}
