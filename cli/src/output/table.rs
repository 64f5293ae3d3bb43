//! Tables for people: the first rows size the columns, and all others are drawn by these widths as they come.

use std::io::{self, Write};

use arrow::datatypes::SchemaRef;
use arrow::record_batch::RecordBatch;
use comfy_table::{
    CellAlignment, ColumnConstraint, ContentArrangement, Table, TableComponent, Width,
};

use super::ResultWriter;
use super::value_text::{cell_text, cells};

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
        if let Some(widths) = &self.widths {
            // On a terminal a longer value is wrapped; elsewhere nothing is, and its column grows for these rows.
            let constraint: fn(Width) -> ColumnConstraint = match self.width {
                Some(_) => ColumnConstraint::Absolute,
                None => ColumnConstraint::LowerBoundary,
            };
            table.set_constraints(widths.iter().map(|width| constraint(Width::Fixed(*width))));
        }
        for line in table.lines() {
            if self.widths.is_none() {
                self.widths = ruled_widths(&line);
            }
            writeln!(output, "{}", line.trim_end())?;
        }
        Ok(())
    }
}

/// The columns' widths with their padding, as the rule below the heading shows them; `None` for any other line.
fn ruled_widths(line: &str) -> Option<Vec<u16>> {
    let ruled = |column: &str| {
        let width = column.chars().count();
        (width > 0 && column.chars().all(|letter| letter == '─'))
            .then(|| u16::try_from(width).unwrap_or(u16::MAX))
    };
    line.split('┼').map(ruled).collect()
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
        let columns = cells(batch)?;
        for row in 0..batch.num_rows() {
            let texts = columns
                .iter()
                .map(|column| cell_text(column, row).unwrap_or_else(|| "NULL".to_owned()));
            self.waiting.push(texts.collect());
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

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow::array::{Int32Array, StringArray};
    use arrow::datatypes::{DataType, Field, Schema};
    use arrow::record_batch::RecordBatch;

    use super::*;

    fn drawn(width: Option<u16>) -> Vec<String> {
        let schema = Arc::new(Schema::new(vec![
            Field::new("n", DataType::Int32, false),
            Field::new("some_text", DataType::Utf8, false),
        ]));
        let rows = 2 * ROWS_SIZED + 5;
        let numbers: Int32Array = (0..rows)
            .map(|row| i32::try_from(1000 + row).ok())
            .collect();
        let texts: StringArray = (0..rows)
            .map(|row| Some(format!("row number {row} of them all")))
            .collect();
        let batch = RecordBatch::try_new(
            Arc::clone(&schema),
            vec![Arc::new(numbers), Arc::new(texts)],
        )
        .unwrap();
        let mut writer = TableWriter::new(width);
        let mut output = Vec::new();
        writer.begin(&mut output, &schema).unwrap();
        writer.write(&mut output, &batch).unwrap();
        writer.finish(&mut output).unwrap();
        let text = String::from_utf8(output).unwrap();
        text.lines().map(str::to_owned).collect()
    }

    #[test]
    fn rows_past_those_that_were_sized_stay_in_their_columns() {
        let lines = drawn(None);
        assert_eq!(lines.len(), 2 + 2 * ROWS_SIZED + 5);
        let bar = |line: &String| line.chars().position(|letter| letter == '│');
        let first = bar(&lines[0]);
        assert!(first.is_some());
        for line in lines.iter().skip(2) {
            assert_eq!(bar(line), first, "{line}");
        }
        assert_eq!(lines[2], " 1000 │ row number 0 of them all");
        assert_eq!(lines[1502], " 2500 │ row number 1500 of them all");
    }

    #[test]
    fn a_narrow_terminal_wraps_all_rows_alike() {
        let lines = drawn(Some(24));
        let bar = |line: &String| line.chars().position(|letter| letter == '│');
        for line in lines.iter().skip(2) {
            assert!(line.chars().count() <= 24, "{line}");
            assert_eq!(bar(line), bar(&lines[0]), "{line}");
        }
    }
}
