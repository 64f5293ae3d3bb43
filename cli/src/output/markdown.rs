//! Markdown tables.

use std::io::{self, Write};

use arrow::datatypes::SchemaRef;
use arrow::record_batch::RecordBatch;

use super::ResultWriter;
use super::value_text::{cell_text, cells};

pub struct MarkdownWriter;

fn cell(text: &str) -> String {
    text.replace('\\', "\\\\")
        .replace('|', "\\|")
        .replace('\n', "<br>")
        .replace('\r', "")
}

impl ResultWriter for MarkdownWriter {
    fn begin(&mut self, output: &mut dyn Write, schema: &SchemaRef) -> io::Result<()> {
        let names: Vec<String> = schema
            .fields()
            .iter()
            .map(|field| cell(field.name()))
            .collect();
        let rules: Vec<&str> = schema
            .fields()
            .iter()
            .map(|field| {
                if field.data_type().is_numeric() {
                    "---:"
                } else {
                    "---"
                }
            })
            .collect();
        writeln!(output, "| {} |", names.join(" | "))?;
        writeln!(output, "| {} |", rules.join(" | "))
    }

    fn write(&mut self, output: &mut dyn Write, batch: &RecordBatch) -> io::Result<()> {
        let columns = cells(batch)?;
        for row in 0..batch.num_rows() {
            let texts: Vec<String> = columns
                .iter()
                .map(|column| {
                    cell_text(column, row).map_or_else(|| "NULL".to_owned(), |text| cell(&text))
                })
                .collect();
            writeln!(output, "| {} |", texts.join(" | "))?;
        }
        Ok(())
    }

    fn finish(&mut self, _output: &mut dyn Write) -> io::Result<()> {
        Ok(())
    }
}
