//! Tables for people: the first rows size the columns, and all others are drawn by these widths as they come.

use std::io::{self, Write};

use arrow::datatypes::SchemaRef;
use arrow::record_batch::RecordBatch;
use comfy_table::{
    CellAlignment, ColumnConstraint, ContentArrangement, Table, TableComponent, Width,
};

use super::ResultWriter;
use super::value_text::value_text;

/// Rows that are looked at before the first is drawn.
const ROWS_SIZED: usize = 1000;

pub struct TableWriter {
    /// The terminal's width; without one nothing is wrapped.
    width: Option<u16>,
    headings: Vec<String>,
    right_aligned: Vec<bool>,
    waiting: Vec<Vec<String>>,
    /// Set once the first rows are drawn.
    widths: Option<Vec<u16>>,
}

impl TableWriter {
    pub fn new(width: Option<u16>) -> Self {
        TableWriter {
            width,
            headings: Vec::new(),
            right_aligned: Vec::new(),
            waiting: Vec::new(),
            widths: None,
        }
    }

    fn table(&self) -> Table {
        let mut table = Table::new();
        table.load_preset(comfy_table::presets::NOTHING);
        table.set_style(TableComponent::VerticalLines, '│');
        table.set_style(TableComponent::HeaderLines, '─');
        table.set_style(TableComponent::MiddleHeaderIntersections, '┼');
        match self.width {
            Some(width) => {
                table.set_content_arrangement(ContentArrangement::Dynamic);
                table.set_width(width);
            }
            None => {
                table.set_content_arrangement(ContentArrangement::Disabled);
            }
        }
        table
    }

    fn align(&self, table: &mut Table) {
        for (column, right) in table.column_iter_mut().zip(&self.right_aligned) {
            if *right {
                column.set_cell_alignment(CellAlignment::Right);
            }
        }
    }

    /// Draws the waiting rows; the first time with the heading.
    fn draw(&mut self, output: &mut dyn Write) -> io::Result<()> {
        let mut table = self.table();
        let first = self.widths.is_none();
        if first {
            table.set_header(self.headings.clone());
        }
        for row in self.waiting.drain(..) {
            table.add_row(row);
        }
        self.align(&mut table);
        match &self.widths {
            Some(widths) => {
                let fixed = widths
                    .iter()
                    .map(|width| ColumnConstraint::Absolute(Width::Fixed(*width)));
                table.set_constraints(fixed);
            }
            None => self.widths = Some(table.column_max_content_widths()),
        }
        for line in table.lines() {
            writeln!(output, "{}", line.trim_end())?;
        }
        Ok(())
    }
}

impl ResultWriter for TableWriter {
    fn begin(&mut self, _output: &mut dyn Write, schema: &SchemaRef) -> io::Result<()> {
        self.headings = schema
            .fields()
            .iter()
            .map(|field| field.name().clone())
            .collect();
        self.right_aligned = schema
            .fields()
            .iter()
            .map(|field| field.data_type().is_numeric())
            .collect();
        self.waiting.clear();
        self.widths = None;
        Ok(())
    }

    fn write(&mut self, output: &mut dyn Write, batch: &RecordBatch) -> io::Result<()> {
        for row in 0..batch.num_rows() {
            let cells = batch
                .columns()
                .iter()
                .map(|column| value_text(column, row).unwrap_or_else(|| "NULL".to_owned()));
            self.waiting.push(cells.collect());
            if self.waiting.len() >= ROWS_SIZED {
                self.draw(output)?;
            }
        }
        Ok(())
    }

    fn finish(&mut self, output: &mut dyn Write) -> io::Result<()> {
        if self.widths.is_none() || !self.waiting.is_empty() {
            self.draw(output)?;
        }
        Ok(())
    }
}
