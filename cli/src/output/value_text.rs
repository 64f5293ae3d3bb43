//! Values as text, as Athena's result cells have them.

use std::io;

use arrow::record_batch::RecordBatch;
use prismlake_engine::{ResultText, column_type};

/// The cells of a batch's columns.
pub fn cells(batch: &RecordBatch) -> io::Result<Vec<ResultText>> {
    batch
        .schema_ref()
        .fields()
        .iter()
        .zip(batch.columns())
        .map(|(field, column)| {
            ResultText::new(column, &column_type(field)).map_err(io::Error::other)
        })
        .collect()
}

/// The text of a cell; `None` for NULL.
pub fn cell_text(column: &ResultText, row: usize) -> Option<String> {
    if column.is_null(row) {
        return None;
    }
    let mut text = String::new();
    // Writing to a String cannot fail.
    let _ = column.write(row, &mut text);
    Some(text)
}
