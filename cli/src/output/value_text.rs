//! Values as text, as Athena's result cells have them.

use std::io;

use arrow::record_batch::RecordBatch;
use prismlake_engine::{ResultText, Type, column_type};

/// A column's cells.
pub struct Cells {
    text: ResultText,
    /// Whether they are timestamps of microseconds, which tables have: where these are whole milliseconds, they are shown as such.
    microseconds: bool,
}

impl Cells {
    /// Cells of values whose texts are prepared.
    pub fn new(text: ResultText, data_type: &Type) -> Cells {
        Cells {
            text,
            microseconds: *data_type == Type::Timestamp(6),
        }
    }
}

/// The cells of a batch's columns.
pub fn cells(batch: &RecordBatch) -> io::Result<Vec<Cells>> {
    batch
        .schema_ref()
        .fields()
        .iter()
        .zip(batch.columns())
        .map(|(field, column)| {
            let data_type = column_type(field);
            let text = ResultText::new(column, &data_type).map_err(io::Error::other)?;
            Ok(Cells::new(text, &data_type))
        })
        .collect()
}

/// The text of a cell; `None` for NULL.
pub fn cell_text(column: &Cells, row: usize) -> Option<String> {
    if column.text.is_null(row) {
        return None;
    }
    let mut text = String::new();
    // Writing to a String cannot fail.
    let _ = column.text.write(row, &mut text);
    if column.microseconds
        && let Some(milliseconds) = text.strip_suffix("000")
    {
        return Some(milliseconds.to_owned());
    }
    Some(text)
}
