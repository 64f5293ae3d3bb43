//! `RowEncoder`: Arrow batches in, the text of rows out.

use arrow::record_batch::RecordBatch;

use super::decoder::RowError;

/// Appends the rows of batches, as text, to a buffer that the caller empties as it likes.
pub trait RowEncoder: Send {
    /// Appends the rows of `batch` to `out`. After an error `out` may end within a row.
    fn encode(&mut self, batch: &RecordBatch, out: &mut Vec<u8>) -> Result<(), RowError>;
}
