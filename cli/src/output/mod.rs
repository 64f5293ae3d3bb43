//! Printing rows: one trait, a file for each format. All of them stream; none holds a whole result.

mod arrow_ipc;
mod delimited;
mod json;
mod json_value;
mod markdown;
mod sink;
mod table;
mod value_text;

use std::io::{self, Write};

use arrow::datatypes::SchemaRef;
use arrow::record_batch::RecordBatch;

pub use sink::Sink;

use crate::arguments::Format;

/// Prints one result.
pub trait ResultWriter {
    /// Prints what comes before the rows.
    fn begin(&mut self, output: &mut dyn Write, schema: &SchemaRef) -> io::Result<()>;
    /// Prints rows.
    fn write(&mut self, output: &mut dyn Write, batch: &RecordBatch) -> io::Result<()>;
    /// Prints what comes after the rows.
    fn finish(&mut self, output: &mut dyn Write) -> io::Result<()>;
}

/// The writer of a format. `width` is the terminal's, for tables drawn on one.
pub fn writer(format: Format, width: Option<u16>) -> Box<dyn ResultWriter> {
    match format {
        Format::Table => Box::new(table::TableWriter::new(width)),
        Format::Csv => Box::new(delimited::DelimitedWriter::csv()),
        Format::Tsv => Box::new(delimited::DelimitedWriter::tsv()),
        Format::Json => Box::new(json::JsonWriter::array()),
        Format::Ndjson => Box::new(json::JsonWriter::lines()),
        Format::Markdown => Box::new(markdown::MarkdownWriter),
        Format::Arrow => Box::new(arrow_ipc::ArrowWriter::default()),
    }
}

/// An Arrow failure as an I/O one.
fn arrow_failed(error: arrow::error::ArrowError) -> io::Error {
    io::Error::other(error)
}
