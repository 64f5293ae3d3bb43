//! `BatchEncoder`: Arrow batches in, the bytes of one file of a format out, with bounded memory between.

use arrow::record_batch::RecordBatch;

use super::footer_statistics::FooterStatistics;
use crate::error::Result;

/// Encodes one file. Bytes become ready as row groups end; the caller takes them and writes them where it likes.
pub trait BatchEncoder: Send {
    /// Adds rows.
    fn write(&mut self, batch: &RecordBatch) -> Result<()>;

    /// Ends the row group under way, so that its memory is given back once the bytes are taken.
    fn flush(&mut self) -> Result<()>;

    /// Bytes of memory that rows not yet encoded take.
    fn buffered_bytes(&self) -> usize;

    /// The bytes that are ready since the last call.
    fn take_output(&mut self) -> Vec<u8>;

    /// Ends the file. Its last bytes are then ready; nothing may be written after this.
    fn finish(&mut self) -> Result<()>;

    /// What the finished file's footer tells of its rows; `None` for formats without one, and before the file is finished.
    fn statistics(&self) -> Option<FooterStatistics> {
        None
    }
}
