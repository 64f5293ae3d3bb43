//! CSV and TSV with a heading. NULL is an empty field; in CSV an empty text is `""`, so that the two differ.

use std::io::{self, Write};

use arrow::datatypes::SchemaRef;
use arrow::record_batch::RecordBatch;

use super::ResultWriter;
use super::value_text::{cell_text, cells};

pub struct DelimitedWriter {
    delimiter: &'static str,
    field: fn(&str) -> String,
}

impl DelimitedWriter {
    pub fn csv() -> Self {
        DelimitedWriter {
            delimiter: ",",
            field: csv_field,
        }
    }

    pub fn tsv() -> Self {
        DelimitedWriter {
            delimiter: "\t",
            field: tsv_field,
        }
    }

    fn line(
        &self,
        output: &mut dyn Write,
        fields: impl Iterator<Item = Option<String>>,
    ) -> io::Result<()> {
        let fields: Vec<String> = fields
            .map(|text| text.map(|text| (self.field)(&text)).unwrap_or_default())
            .collect();
        writeln!(output, "{}", fields.join(self.delimiter))
    }
}

/// RFC 4180: quoted where it has to be.
fn csv_field(text: &str) -> String {
    if text.is_empty() || text.contains(['"', ',', '\n', '\r']) {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text.to_owned()
    }
}

/// Tabs and line breaks are escaped; there are no quotes.
fn tsv_field(text: &str) -> String {
    text.replace('\\', "\\\\")
        .replace('\t', "\\t")
        .replace('\n', "\\n")
        .replace('\r', "\\r")
}

impl ResultWriter for DelimitedWriter {
    fn begin(&mut self, output: &mut dyn Write, schema: &SchemaRef) -> io::Result<()> {
        self.line(
            output,
            schema
                .fields()
                .iter()
                .map(|field| Some(field.name().clone())),
        )
    }

    fn write(&mut self, output: &mut dyn Write, batch: &RecordBatch) -> io::Result<()> {
        let columns = cells(batch)?;
        for row in 0..batch.num_rows() {
            self.line(output, columns.iter().map(|column| cell_text(column, row)))?;
        }
        Ok(())
    }

    fn finish(&mut self, _output: &mut dyn Write) -> io::Result<()> {
        Ok(())
    }
}
