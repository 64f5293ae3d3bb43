//! `DelimitedDecoder`: the lines of LazySimpleSerDe, fields between delimiters without quotes, to Arrow.

use std::collections::VecDeque;

use arrow::datatypes::SchemaRef;
use arrow::record_batch::RecordBatch;

use super::delimited_format::{DelimitedOptions, fits_delimiters};
use super::delimited_values::DelimitedValues;
use crate::formats::rows::columns::BatchBuilder;
use crate::formats::rows::decoder::{Place, RowDecoder, RowError};
use crate::formats::rows::lines::LineSplitter;

/// The most footer lines, each of which is held back: Hive's own bound, `hive.file.max.footer`.
const FOOTER_LINES_MAX: usize = 100;

/// Decodes lines as `org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe` does.
///
/// Text that is no value of its column's type is NULL. Fields beyond the columns are dropped, missing ones are NULL.
/// An empty text is an empty string, list or map, a struct of empty texts, and NULL for any other type.
#[derive(Debug)]
pub struct DelimitedDecoder {
    lines: LineSplitter,
    rows: DelimitedRows,
    header_lines: u64,
    footer_lines: usize,
    /// The last lines so far, which may turn out to be the footer.
    held_back: VecDeque<Vec<u8>>,
}

/// Turns lines into rows.
#[derive(Debug)]
struct DelimitedRows {
    values: DelimitedValues,
    batch: BatchBuilder,
    /// For each field of a line the projected column it goes to; fields after the last one projected are not looked at.
    targets: Vec<Option<usize>>,
    /// The field that takes the rest of the line.
    rest_field: Option<usize>,
}

impl DelimitedDecoder {
    /// A decoder of objects with the columns of `file_schema`, which gives the columns at `projection` in batches of
    /// `batch_rows`.
    pub fn new(
        file_schema: &SchemaRef,
        projection: &[usize],
        batch_rows: usize,
        options: &DelimitedOptions,
    ) -> Result<DelimitedDecoder, RowError> {
        if options.footer_lines > FOOTER_LINES_MAX {
            return Err(RowError::InvalidOptions(format!(
                "skip.footer.line.count is {}, and at most {FOOTER_LINES_MAX} lines can be skipped",
                options.footer_lines
            )));
        }
        let batch = BatchBuilder::new(file_schema, projection, batch_rows)?;
        for field in batch.schema().fields() {
            if !fits_delimiters(field.data_type()) {
                return Err(RowError::UnsupportedType {
                    column: field.name().clone(),
                    data_type: field.data_type().clone(),
                });
            }
        }
        let rest_field = file_schema
            .fields()
            .len()
            .checked_sub(1)
            .filter(|_| options.last_column_takes_rest);
        Ok(DelimitedDecoder {
            lines: LineSplitter::default(),
            rows: DelimitedRows {
                values: DelimitedValues::new(options),
                batch,
                targets: targets(projection),
                rest_field,
            },
            header_lines: u64::try_from(options.header_lines).unwrap_or(u64::MAX),
            footer_lines: options.footer_lines,
            held_back: VecDeque::new(),
        })
    }
}

/// For each field up to the last projected one the position in the projection.
pub(super) fn targets(projection: &[usize]) -> Vec<Option<usize>> {
    let fields = projection.iter().max().map_or(0, |last| last + 1);
    (0..fields)
        .map(|field| projection.iter().position(|column| *column == field))
        .collect()
}

impl DelimitedRows {
    fn push_line(&mut self, line: &[u8]) {
        let mut fields = self.values.fields(line);
        for (index, target) in self.targets.iter().enumerate() {
            let field = if self.rest_field == Some(index) {
                fields.take_rest()
            } else {
                fields.next()
            };
            let Some(field) = field else { break };
            let Some((column, _)) = target.and_then(|target| self.batch.column(target)) else {
                continue;
            };
            self.values.push(column, field, 1);
        }
        self.batch.end_row(line.len());
    }
}

impl RowDecoder for DelimitedDecoder {
    fn decode(&mut self, input: &[u8]) -> Result<usize, RowError> {
        let mut rest = input;
        while !self.rows.batch.is_full() {
            let Some(line) = self.lines.next_line(&mut rest)? else {
                break;
            };
            if line.number <= self.header_lines {
                continue;
            }
            if self.footer_lines == 0 {
                self.rows.push_line(line.bytes);
                continue;
            }
            self.held_back.push_back(line.bytes.to_vec());
            if self.held_back.len() > self.footer_lines {
                let oldest = self.held_back.pop_front().unwrap_or_default();
                self.rows.push_line(&oldest);
            }
        }
        Ok(input.len() - rest.len())
    }

    fn finish(&mut self) -> Result<(), RowError> {
        let Some(line) = self.lines.last_line() else {
            return Ok(());
        };
        if line.number <= self.header_lines {
            return Ok(());
        }
        if self.footer_lines == 0 {
            self.rows.push_line(line.bytes);
        } else if self.held_back.len() == self.footer_lines {
            let oldest = self.held_back.pop_front().unwrap_or_default();
            self.rows.push_line(&oldest);
        }
        Ok(())
    }

    fn flush(&mut self) -> Result<Option<RecordBatch>, RowError> {
        self.rows.batch.finish()
    }

    fn place(&self) -> Place {
        self.lines.place()
    }
}

#[cfg(test)]
#[path = "delimited_tests.rs"]
mod tests;
