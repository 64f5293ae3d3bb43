//! `LineDecoder`: formats in which every line is a row, whatever it looks like.

use arrow::datatypes::SchemaRef;
use arrow::record_batch::RecordBatch;

use super::columns::BatchBuilder;
use super::decoder::{Place, RowDecoder, RowError};
use super::lines::{Line, LineSplitter};

/// Turns a line into the values of a row.
pub(in crate::formats) trait LineParser: Send {
    /// Appends a line's values to the columns of `batch`; the caller ends the row.
    fn push_line(&mut self, line: &[u8], batch: &mut BatchBuilder) -> Result<(), RowError>;
}

/// Cuts an object into lines and has each parsed.
pub(in crate::formats) struct LineDecoder<P> {
    lines: LineSplitter,
    batch: BatchBuilder,
    header_lines: u64,
    parser: P,
}

impl<P: LineParser> LineDecoder<P> {
    pub fn new(
        file_schema: &SchemaRef,
        projection: &[usize],
        batch_rows: usize,
        header_lines: usize,
        parser: P,
    ) -> Result<Self, RowError> {
        Ok(LineDecoder {
            lines: LineSplitter::default(),
            batch: BatchBuilder::new(file_schema, projection, batch_rows)?,
            header_lines: u64::try_from(header_lines).unwrap_or(u64::MAX),
            parser,
        })
    }
}

fn push_line(
    parser: &mut impl LineParser,
    batch: &mut BatchBuilder,
    line: Line<'_>,
    header_lines: u64,
) -> Result<(), RowError> {
    if line.number <= header_lines {
        return Ok(());
    }
    parser.push_line(line.bytes, batch)?;
    batch.end_row(line.bytes.len());
    Ok(())
}

impl<P: LineParser> RowDecoder for LineDecoder<P> {
    fn decode(&mut self, input: &[u8]) -> Result<usize, RowError> {
        let mut rest = input;
        while !self.batch.is_full() {
            let Some(line) = self.lines.next_line(&mut rest)? else {
                break;
            };
            push_line(&mut self.parser, &mut self.batch, line, self.header_lines)?;
        }
        Ok(input.len() - rest.len())
    }

    fn finish(&mut self) -> Result<(), RowError> {
        match self.lines.last_line() {
            Some(line) => push_line(&mut self.parser, &mut self.batch, line, self.header_lines),
            None => Ok(()),
        }
    }

    fn flush(&mut self) -> Result<Option<RecordBatch>, RowError> {
        self.batch.finish()
    }

    fn place(&self) -> Place {
        self.lines.place()
    }
}
