//! OpenCSVSerde's rows: fields that may be quoted. Missing fields are NULL, further ones are dropped.

use super::column_builder::{ColumnBuilder, ProjectedColumn};
use super::decoder::RowParser;
use super::options::CsvOptions;
use super::row::{RowError, shown};

pub(super) struct CsvRows {
    options: CsvOptions,
    projection: Vec<usize>,
    /// Fields beyond the last projected column are not cut.
    fields_wanted: usize,
}

struct CsvField {
    text: Vec<u8>,
    quoted: bool,
}

impl CsvRows {
    pub(super) fn new(options: CsvOptions, projection: &[usize]) -> Self {
        CsvRows {
            options,
            fields_wanted: projection.iter().max().map_or(0, |last| last + 1),
            projection: projection.to_vec(),
        }
    }

    fn fields(&self, record: &[u8]) -> Vec<CsvField> {
        let mut fields = Vec::new();
        let mut bytes = record.iter().copied().peekable();
        while fields.len() < self.fields_wanted {
            let mut field = CsvField {
                text: Vec::new(),
                quoted: false,
            };
            let mut in_quotes = false;
            let ended = loop {
                let Some(byte) = bytes.next() else {
                    break true;
                };
                if byte == self.options.quote {
                    if in_quotes && bytes.peek() == Some(&self.options.quote) {
                        bytes.next();
                        field.text.push(byte);
                    } else {
                        in_quotes = !in_quotes;
                        field.quoted = true;
                    }
                } else if byte == self.options.escape && in_quotes {
                    // The escape only counts before a quote or another escape, as in opencsv.
                    match bytes.peek().copied() {
                        Some(next) if next == self.options.quote || next == self.options.escape => {
                            bytes.next();
                            field.text.push(next);
                        }
                        _ => field.text.push(byte),
                    }
                } else if byte == self.options.separator && !in_quotes {
                    break false;
                } else {
                    field.text.push(byte);
                }
            };
            fields.push(field);
            if ended {
                break;
            }
        }
        fields
    }

    fn append(&self, column: &mut ProjectedColumn, field: &CsvField) -> Result<(), RowError> {
        if !field.quoted
            && let Some(null) = &self.options.null_format
            && field.text == *null
        {
            column.builder.append_null();
            return Ok(());
        }
        let bad_value = |text: &[u8]| RowError::BadValue {
            column: column.field.name().clone(),
            value: shown(text),
            data_type: column.field.data_type().to_string(),
        };
        let Ok(text) = std::str::from_utf8(&field.text) else {
            return Err(RowError::Malformed("it is not UTF-8".to_owned()));
        };
        let appended = match &mut column.builder {
            // Athena's forms: days and milliseconds since 1970.
            ColumnBuilder::Date(builder) if text.parse::<i32>().is_ok() => {
                builder.append_option(text.parse::<i32>().ok());
                true
            }
            ColumnBuilder::Timestamp(builder) if text.parse::<i64>().is_ok() => {
                let micros = text
                    .parse::<i64>()
                    .ok()
                    .and_then(|millis| millis.checked_mul(1000));
                builder.append_option(micros);
                micros.is_some()
            }
            builder => builder.append_text(text),
        };
        if appended {
            return Ok(());
        }
        Err(bad_value(&field.text))
    }
}

impl RowParser for CsvRows {
    fn is_row(&self, record: &[u8]) -> bool {
        !record.is_empty()
    }

    fn parse(&mut self, record: &[u8], columns: &mut [ProjectedColumn]) -> Result<(), RowError> {
        let fields = self.fields(record);
        for (place, column) in self.projection.iter().zip(columns) {
            match fields.get(*place) {
                Some(field) => self.append(column, field)?,
                None => column.builder.append_null(),
            }
        }
        Ok(())
    }
}
