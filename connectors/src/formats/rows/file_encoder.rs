//! `RowFileEncoder`: rows written one after the other, and compressed as a whole.

use arrow::record_batch::RecordBatch;

use super::compression::{Compressor, ObjectCodec};
use super::decoder::RowError;
use super::encoder::RowEncoder;
use crate::error::{ConnectorError, ErrorKind, Result};
use crate::formats::encoder::BatchEncoder;
use crate::formats::shared_buffer::SharedBuffer;

/// Writes one object.
pub(in crate::formats) struct RowFileEncoder {
    rows: Box<dyn RowEncoder>,
    compressor: Compressor,
    /// Rows as plain bytes, kept for its memory.
    plain: Vec<u8>,
    output: SharedBuffer,
}

impl RowFileEncoder {
    pub fn new(rows: Box<dyn RowEncoder>, codec: ObjectCodec) -> Result<Self> {
        let output = SharedBuffer::default();
        Ok(RowFileEncoder {
            rows,
            compressor: Compressor::new(codec, output.clone()).map_err(compression_failed)?,
            plain: Vec::new(),
            output,
        })
    }
}

fn compression_failed(error: std::io::Error) -> ConnectorError {
    ConnectorError::new(
        ErrorKind::InvalidSettings,
        format!("the rows cannot be compressed: {error}"),
    )
}

impl BatchEncoder for RowFileEncoder {
    fn write(&mut self, batch: &RecordBatch) -> Result<()> {
        self.plain.clear();
        self.rows
            .encode(batch, &mut self.plain)
            .map_err(|error: RowError| {
                ConnectorError::new(ErrorKind::NotSupported, error.to_string())
            })?;
        self.compressor
            .write(&self.plain)
            .map_err(compression_failed)
    }

    fn flush(&mut self) -> Result<()> {
        // Rows leave as they come; a codec's window is all that stays.
        Ok(())
    }

    fn buffered_bytes(&self) -> usize {
        self.plain.capacity()
    }

    fn take_output(&mut self) -> Vec<u8> {
        self.output.take()
    }

    fn finish(&mut self) -> Result<()> {
        self.compressor.finish().map_err(compression_failed)
    }
}
