//! `JsonDecoder`: lines of JSON objects to Arrow.

use arrow::datatypes::SchemaRef;
use arrow::record_batch::RecordBatch;

use super::options::JsonOptions;
use super::record_list::RecordList;
use super::row_parser::{Failure, RowParser};
use crate::formats::rows::columns::BatchBuilder;
use crate::formats::rows::decoder::{Place, RowDecoder, RowError};
use crate::formats::rows::lines::{Line, LineSplitter};

/// Decodes lines as Hive's and OpenX's JsonSerDe do, with exact numbers.
///
/// Columns without a key, and those whose value is `null`, are NULL. A quoted number is a number, and any value is a
/// string by its JSON text. Dates are `yyyy-MM-dd` or days, timestamps Hive's notation, ISO 8601 converted to UTC, or a
/// number since 1970-01-01: with a point seconds, with 13 digits or more milliseconds, with fewer seconds. Binary is
/// base64. Blank lines are no rows, and text after a line's object is not looked at.
#[derive(Debug)]
pub struct JsonDecoder {
    records: Records,
    parser: RowParser,
    batch: BatchBuilder,
}

/// How the objects stand in the file.
#[derive(Debug)]
enum Records {
    Lines(LineSplitter),
    CloudTrail(RecordList),
}

impl JsonDecoder {
    /// A decoder of objects with the columns of `file_schema`, which gives the columns at `projection` in batches of
    /// `batch_rows`.
    pub fn new(
        file_schema: &SchemaRef,
        projection: &[usize],
        batch_rows: usize,
        options: &JsonOptions,
    ) -> Result<JsonDecoder, RowError> {
        Ok(JsonDecoder {
            records: if options.cloud_trail {
                Records::CloudTrail(RecordList::default())
            } else {
                Records::Lines(LineSplitter::default())
            },
            batch: BatchBuilder::new(file_schema, projection, batch_rows)?,
            parser: RowParser::new(file_schema, projection, options),
        })
    }
}

fn push_line(
    parser: &mut RowParser,
    batch: &mut BatchBuilder,
    line: Line<'_>,
) -> Result<(), RowError> {
    if line.bytes.trim_ascii().is_empty() {
        return Ok(());
    }
    let parsed = match str::from_utf8(line.bytes) {
        Ok(text) => parser.push_row(text, batch),
        Err(_) => Err(Failure::Malformed("the line is not UTF-8".into())),
    };
    if let Err(failure) = parsed {
        batch.undo_row();
        match failure {
            Failure::Malformed(_) if parser.ignores_malformed() => {}
            Failure::Malformed(malformed) => {
                return Err(RowError::malformed(line.number, malformed.0));
            }
            Failure::BadValue {
                column,
                text,
                data_type,
            } => {
                let name = batch
                    .column(column)
                    .map(|(_, name)| name)
                    .unwrap_or_default();
                return Err(RowError::bad_value(
                    line.number,
                    name,
                    text.as_bytes(),
                    data_type,
                ));
            }
        }
    }
    batch.end_row(line.bytes.len());
    Ok(())
}

impl RowDecoder for JsonDecoder {
    fn decode(&mut self, input: &[u8]) -> Result<usize, RowError> {
        let mut rest = input;
        while !self.batch.is_full() {
            let line = match &mut self.records {
                Records::Lines(lines) => lines.next_line(&mut rest)?,
                Records::CloudTrail(list) => {
                    let record = list.next_record(&mut rest)?;
                    record.map(|(bytes, number)| Line {
                        bytes,
                        number,
                        line_break: b"",
                    })
                }
            };
            let Some(line) = line else { break };
            push_line(&mut self.parser, &mut self.batch, line)?;
        }
        Ok(input.len() - rest.len())
    }

    fn finish(&mut self) -> Result<(), RowError> {
        match &mut self.records {
            Records::Lines(lines) => match lines.last_line() {
                Some(line) => push_line(&mut self.parser, &mut self.batch, line),
                None => Ok(()),
            },
            Records::CloudTrail(list) if list.is_complete() => Ok(()),
            Records::CloudTrail(list) => Err(RowError::malformed(
                list.records() + 1,
                "the file ends before its list of records does",
            )),
        }
    }

    fn flush(&mut self) -> Result<Option<RecordBatch>, RowError> {
        self.batch.finish()
    }

    fn place(&self) -> Place {
        match &self.records {
            Records::Lines(lines) => lines.place(),
            Records::CloudTrail(_) => Place::default(),
        }
    }
}

#[cfg(test)]
#[path = "decoder_tests.rs"]
mod tests;
