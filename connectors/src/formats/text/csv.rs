//! `CsvDecoder`: the comma-separated records of OpenCSVSerde, with typed columns, to Arrow.

use arrow::datatypes::SchemaRef;
use arrow::record_batch::RecordBatch;

use super::csv_fields::{Dialect, FieldText, RecordFields};
use super::delimited::targets;
use crate::formats::rows::columns::BatchBuilder;
use crate::formats::rows::decoder::{Place, RECORD_BYTES_MAX, RowDecoder, RowError};
use crate::formats::rows::lines::{Line, LineSplitter};
use crate::formats::rows::scalar_text::number::IntegerRule;
use crate::formats::rows::scalar_text::{BinaryRule, DateRule, ScalarRules, TimestampRule};

/// Options of OpenCSVSerde. The property of each stands beside it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CsvOptions {
    /// Between fields: `separatorChar`.
    pub separator: u8,
    /// Around fields; two within a quoted field are one: `quoteChar`.
    pub quote: Option<u8>,
    /// Before a quote or an escape within a field: `escapeChar`. The same as the quote, it has no further meaning.
    pub escape: Option<u8>,
    /// The text of NULL where it stands unquoted, `Some("")` for an empty field: `serialization.null.format`.
    pub null_format: Option<String>,
    /// Records to skip at an object's beginning: `skip.header.line.count`.
    pub header_records: usize,
}

impl Default for CsvOptions {
    fn default() -> Self {
        CsvOptions {
            separator: b',',
            quote: Some(b'"'),
            escape: Some(b'\\'),
            null_format: None,
            header_records: 0,
        }
    }
}

/// Decodes records as `org.apache.hadoop.hive.serde2.OpenCSVSerde` does, and types as Athena does.
///
/// Missing fields and the fields of an empty line are NULL, those beyond the columns are dropped. A date is
/// `yyyy-MM-dd` or days, a timestamp is text or milliseconds since 1970-01-01. A text that is no value of its column's
/// type is an error. Line breaks within quotes are kept.
#[derive(Debug)]
pub struct CsvDecoder {
    lines: LineSplitter,
    record: RecordFields,
    /// The line at which the record under way begins.
    record_line: u64,
    rows: CsvRows,
}

/// Turns records into rows.
#[derive(Debug)]
struct CsvRows {
    dialect: Dialect,
    null_format: Option<Vec<u8>>,
    rules: ScalarRules,
    batch: BatchBuilder,
    /// For each field of a record the projected column it goes to, up to the last one projected.
    targets: Vec<Option<usize>>,
    header_records: usize,
}

impl CsvDecoder {
    /// A decoder of objects with the columns of `file_schema`, which gives the columns at `projection` in batches of
    /// `batch_rows`.
    pub fn new(
        file_schema: &SchemaRef,
        projection: &[usize],
        batch_rows: usize,
        options: &CsvOptions,
    ) -> Result<CsvDecoder, RowError> {
        if options.quote == Some(options.separator) || options.escape == Some(options.separator) {
            return Err(RowError::InvalidOptions(
                "separatorChar must differ from quoteChar and escapeChar".to_owned(),
            ));
        }
        let batch = BatchBuilder::new(file_schema, projection, batch_rows)?;
        for field in batch.schema().fields() {
            if field.data_type().is_nested() {
                return Err(RowError::UnsupportedType {
                    column: field.name().clone(),
                    data_type: field.data_type().clone(),
                });
            }
        }
        Ok(CsvDecoder {
            lines: LineSplitter::default(),
            record: RecordFields::default(),
            record_line: 0,
            rows: CsvRows {
                dialect: Dialect {
                    separator: options.separator,
                    quote: options.quote,
                    escape: options.escape.filter(|_| options.escape != options.quote),
                },
                null_format: options.null_format.clone().map(String::into_bytes),
                rules: ScalarRules {
                    integers: IntegerRule::Digits,
                    dates: DateRule::TextOrDays,
                    timestamps: TimestampRule::TextOrMilliseconds,
                    timestamp_formats: Vec::new(),
                    binary: BinaryRule::Base64OrRaw,
                },
                batch,
                targets: targets(projection),
                header_records: options.header_records,
            },
        })
    }
}

/// Adds a line to the record under way, which becomes a row when it is complete.
fn push_line(
    record: &mut RecordFields,
    record_line: &mut u64,
    rows: &mut CsvRows,
    line: Line<'_>,
) -> Result<(), RowError> {
    if !record.is_open() {
        *record_line = line.number;
        if rows.is_plain(line.bytes) {
            return rows.push_plain(line);
        }
    }
    if record.len().saturating_add(line.bytes.len()) > RECORD_BYTES_MAX {
        return Err(RowError::RecordTooLong {
            row: *record_line,
            limit: RECORD_BYTES_MAX,
        });
    }
    record.push_line(line, rows.dialect);
    if !record.is_open() {
        rows.push_record(record, *record_line)?;
        record.clear();
    }
    Ok(())
}

impl CsvRows {
    /// Whether a line has no quote and no escape, so that it can be cut at its separators.
    fn is_plain(&self, line: &[u8]) -> bool {
        match (self.dialect.quote, self.dialect.escape) {
            (Some(quote), Some(escape)) => memchr::memchr2(quote, escape, line).is_none(),
            (Some(only), None) | (None, Some(only)) => memchr::memchr(only, line).is_none(),
            (None, None) => true,
        }
    }

    fn push_plain(&mut self, line: Line<'_>) -> Result<(), RowError> {
        if self.is_header() {
            return Ok(());
        }
        let mut rest = (!line.bytes.is_empty()).then_some(line.bytes);
        for index in 0..self.targets.len() {
            let Some(text) = rest else { break };
            let field = match memchr::memchr(self.dialect.separator, text) {
                Some(end) => {
                    rest = text.get(end + 1..);
                    text.get(..end).unwrap_or_default()
                }
                None => {
                    rest = None;
                    text
                }
            };
            let field = FieldText {
                text: field,
                unquoted: Some(field),
            };
            self.push_field(index, field, line.number)?;
        }
        self.batch.end_row(line.bytes.len());
        Ok(())
    }

    fn push_record(&mut self, record: &RecordFields, row: u64) -> Result<(), RowError> {
        if self.is_header() {
            return Ok(());
        }
        for index in 0..self.targets.len() {
            let Some(field) = record.get(index) else {
                break;
            };
            self.push_field(index, field, row)?;
        }
        self.batch.end_row(record.len());
        Ok(())
    }

    fn is_header(&mut self) -> bool {
        let header = self.header_records > 0;
        self.header_records = self.header_records.saturating_sub(1);
        header
    }

    fn push_field(&mut self, index: usize, field: FieldText<'_>, row: u64) -> Result<(), RowError> {
        let Some(target) = self.targets.get(index).copied().flatten() else {
            return Ok(());
        };
        let Some((column, name)) = self.batch.column(target) else {
            return Ok(());
        };
        if self.null_format.is_some() && field.unquoted == self.null_format.as_deref() {
            column.push_null();
            return Ok(());
        }
        if column.push_scalar(field.text, &self.rules).is_ok() {
            return Ok(());
        }
        let name = name.to_owned();
        let data_type = self.batch.schema().field(target).data_type().clone();
        self.batch.undo_row();
        Err(RowError::bad_value(row, &name, field.text, data_type))
    }
}

impl RowDecoder for CsvDecoder {
    fn decode(&mut self, input: &[u8]) -> Result<usize, RowError> {
        let mut rest = input;
        while !self.rows.batch.is_full() {
            let Some(line) = self.lines.next_line(&mut rest)? else {
                break;
            };
            push_line(
                &mut self.record,
                &mut self.record_line,
                &mut self.rows,
                line,
            )?;
        }
        Ok(input.len() - rest.len())
    }

    fn finish(&mut self) -> Result<(), RowError> {
        if let Some(line) = self.lines.last_line() {
            push_line(
                &mut self.record,
                &mut self.record_line,
                &mut self.rows,
                line,
            )?;
        }
        if self.record.is_open() {
            return Err(RowError::malformed(
                self.record_line,
                "a quoted field is not closed before the object ends",
            ));
        }
        Ok(())
    }

    fn flush(&mut self) -> Result<Option<RecordBatch>, RowError> {
        self.rows.batch.finish()
    }

    fn place(&self) -> Place {
        let lines = self.lines.place();
        if !self.record.is_open() {
            return lines;
        }
        Place {
            lines: self.record_line.saturating_sub(1),
            open_bytes: self.record.stored_bytes() + lines.open_bytes,
        }
    }
}

#[cfg(test)]
#[path = "csv_tests.rs"]
mod tests;
