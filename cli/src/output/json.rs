//! JSON: an array of objects, or an object a line.

use std::io::{self, Write};

use arrow::datatypes::SchemaRef;
use arrow::record_batch::RecordBatch;

use super::ResultWriter;
use super::json_value::{JsonValues, write_text};
use prismlake_engine::column_type;

pub struct JsonWriter {
    array: bool,
    rows: u64,
}

impl JsonWriter {
    pub fn array() -> Self {
        JsonWriter {
            array: true,
            rows: 0,
        }
    }

    pub fn lines() -> Self {
        JsonWriter {
            array: false,
            rows: 0,
        }
    }
}

impl ResultWriter for JsonWriter {
    fn begin(&mut self, output: &mut dyn Write, _schema: &SchemaRef) -> io::Result<()> {
        self.rows = 0;
        if self.array {
            write!(output, "[")?;
        }
        Ok(())
    }

    fn write(&mut self, output: &mut dyn Write, batch: &RecordBatch) -> io::Result<()> {
        let schema = batch.schema();
        let columns = schema
            .fields()
            .iter()
            .zip(batch.columns())
            .map(|(field, column)| JsonValues::new(column, &column_type(field)))
            .collect::<io::Result<Vec<_>>>()?;
        for row in 0..batch.num_rows() {
            if self.array {
                write!(output, "{}", if self.rows == 0 { "\n" } else { ",\n" })?;
            }
            self.rows += 1;
            write!(output, "{{")?;
            for (index, (field, column)) in schema.fields().iter().zip(&columns).enumerate() {
                if index > 0 {
                    write!(output, ",")?;
                }
                write_text(output, field.name())?;
                write!(output, ":")?;
                column.write(output, row)?;
            }
            write!(output, "}}")?;
            if !self.array {
                writeln!(output)?;
            }
        }
        Ok(())
    }

    fn finish(&mut self, output: &mut dyn Write) -> io::Result<()> {
        if self.array {
            writeln!(output, "{}", if self.rows == 0 { "]" } else { "\n]" })?;
        }
        Ok(())
    }
}
