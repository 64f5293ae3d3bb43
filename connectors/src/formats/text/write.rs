//! `DelimitedEncoder`: Arrow batches to the lines that LazySimpleSerDe reads.

use arrow::array::{Array, AsArray};
use arrow::datatypes::DataType;
use arrow::record_batch::RecordBatch;

use super::delimited_format::{DelimitedOptions, fits_delimiters};
use crate::formats::rows::decoder::RowError;
use crate::formats::rows::encoder::RowEncoder;
use crate::formats::rows::scalar_text::array_values::{string_at, write_scalar};

/// Encodes rows as LazySimpleSerDe does: NULL as the null format, binary as base64, timestamps as
/// `yyyy-MM-dd HH:mm:ss[.f]`.
///
/// A string with a line break, or with a delimiter where there is no escape, would read back as something else and is
/// refused. What Hive cannot tell apart is written as Hive does: a string that equals the null format where there is no
/// escape, and a list of one empty string, which reads back empty.
#[derive(Debug)]
pub struct DelimitedEncoder {
    delimiters: [u8; 8],
    escape: Option<u8>,
    null_format: Vec<u8>,
}

impl DelimitedEncoder {
    /// An encoder with the delimiters, escape and null format of `options`.
    pub fn new(options: &DelimitedOptions) -> DelimitedEncoder {
        DelimitedEncoder {
            delimiters: options.delimiters(),
            escape: options.escape,
            null_format: options.null_format.clone().into_bytes(),
        }
    }
}

impl RowEncoder for DelimitedEncoder {
    fn encode(&mut self, batch: &RecordBatch, out: &mut Vec<u8>) -> Result<(), RowError> {
        let schema = batch.schema();
        for field in schema.fields() {
            if !fits_delimiters(field.data_type()) {
                return Err(unsupported(field.name(), field.data_type()));
            }
        }
        for row in 0..batch.num_rows() {
            for (index, (array, field)) in batch.columns().iter().zip(schema.fields()).enumerate() {
                self.delimit(index, 0, out);
                self.write(array.as_ref(), row, 1, field.name(), out)?;
            }
            out.push(b'\n');
        }
        Ok(())
    }
}

impl DelimitedEncoder {
    /// Appends the value at `row`; `level` counts the levels of nesting around it, a column's own being 1.
    fn write(
        &self,
        array: &dyn Array,
        row: usize,
        level: usize,
        column: &str,
        out: &mut Vec<u8>,
    ) -> Result<(), RowError> {
        if array.is_null(row) {
            out.extend_from_slice(&self.null_format);
            return Ok(());
        }
        if let Some(text) = string_at(array, row) {
            return self.write_string(text, column, out);
        }
        match array.data_type() {
            DataType::List(_) => {
                let elements = array.as_list::<i32>().value(row);
                for index in 0..elements.len() {
                    self.delimit(index, level, out);
                    self.write(elements.as_ref(), index, level + 1, column, out)?;
                }
            }
            DataType::Map(_, _) => {
                let entries = array.as_map().value(row);
                for index in 0..entries.len() {
                    self.delimit(index, level, out);
                    self.write(entries.column(0), index, level + 2, column, out)?;
                    out.push(self.delimiter(level + 1));
                    self.write(entries.column(1), index, level + 2, column, out)?;
                }
            }
            DataType::Struct(_) => {
                for (index, field) in array.as_struct().columns().iter().enumerate() {
                    self.delimit(index, level, out);
                    self.write(field, row, level + 1, column, out)?;
                }
            }
            other => {
                write_scalar(array, row, out).ok_or_else(|| unsupported(column, other))?;
            }
        }
        Ok(())
    }

    fn write_string(&self, text: &str, column: &str, out: &mut Vec<u8>) -> Result<(), RowError> {
        let unwritable = |reason: &str| RowError::UnwritableValue {
            column: column.to_owned(),
            reason: reason.to_owned(),
        };
        if text.contains('\n') || text.ends_with('\r') {
            return Err(unwritable(
                "a text file cannot hold a line break within a value; choose another format",
            ));
        }
        let is_special = |byte: u8| self.delimiters.contains(&byte) || self.escape == Some(byte);
        for byte in text.bytes() {
            if is_special(byte) {
                out.push(self.escape.ok_or_else(|| {
                    unwritable(
                        "a value holds a delimiter; set 'escape.delim', or choose another delimiter or format",
                    )
                })?);
            }
            out.push(byte);
        }
        Ok(())
    }

    /// Appends the delimiter before every value but the first.
    fn delimit(&self, index: usize, level: usize, out: &mut Vec<u8>) {
        if index > 0 {
            out.push(self.delimiter(level));
        }
    }

    /// Types that nest deeper than there are delimiters are refused before.
    fn delimiter(&self, level: usize) -> u8 {
        self.delimiters.get(level).copied().unwrap_or_default()
    }
}

fn unsupported(column: &str, data_type: &DataType) -> RowError {
    RowError::UnsupportedType {
        column: column.to_owned(),
        data_type: data_type.clone(),
    }
}

#[cfg(test)]
#[path = "write_tests.rs"]
mod tests;
