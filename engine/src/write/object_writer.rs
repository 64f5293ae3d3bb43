//! `ObjectWriter`: one data file on its way to its store, encoded and uploaded in parts with bounded memory.

use std::sync::Arc;

use arrow::record_batch::RecordBatch;
use object_store::ObjectStore;
use object_store::buffered::BufWriter;
use prismlake_connectors::formats::encoder::BatchEncoder;
use prismlake_connectors::{ConnectorError, ObjectUri};
use tokio::io::AsyncWriteExt;

use crate::error::{QueryError, Result};

/// Size of an upload's parts. S3 allows 10,000 of them, so an object may have 80 GB.
const PART_BYTES: usize = 8 * 1024 * 1024;
/// Parts of one object in flight.
const PARTS_IN_FLIGHT: usize = 2;

/// A file that has been uploaded whole.
#[derive(Debug, Clone)]
pub(crate) struct WrittenObject {
    pub(crate) uri: ObjectUri,
    pub(crate) rows: u64,
    pub(crate) bytes: u64,
}

/// Encodes rows into one object. Nothing is at the object's address before `finish` has returned.
pub(crate) struct ObjectWriter {
    uri: ObjectUri,
    encoder: Box<dyn BatchEncoder>,
    upload: BufWriter,
    rows: u64,
    bytes: u64,
}

impl ObjectWriter {
    pub(crate) fn new(
        store: Arc<dyn ObjectStore>,
        uri: ObjectUri,
        encoder: Box<dyn BatchEncoder>,
    ) -> Result<Self> {
        let upload = BufWriter::with_capacity(store, uri.store_path()?, PART_BYTES)
            .with_max_concurrency(PARTS_IN_FLIGHT);
        Ok(ObjectWriter {
            uri,
            encoder,
            upload,
            rows: 0,
            bytes: 0,
        })
    }

    /// Adds rows.
    pub(crate) async fn write(&mut self, batch: &RecordBatch) -> Result<()> {
        self.encoder
            .write(batch)
            .map_err(|error| self.named(error))?;
        self.rows += u64::try_from(batch.num_rows()).unwrap_or(0);
        self.upload_ready().await
    }

    /// Gives back the memory of rows that wait for their row group to fill.
    pub(crate) async fn flush(&mut self) -> Result<()> {
        self.encoder.flush().map_err(|error| self.named(error))?;
        self.upload_ready().await
    }

    pub(crate) fn buffered_bytes(&self) -> usize {
        self.encoder.buffered_bytes()
    }

    /// Ends the file and completes the upload.
    pub(crate) async fn finish(mut self) -> Result<WrittenObject> {
        self.encoder.finish().map_err(|error| self.named(error))?;
        self.upload_ready().await?;
        if let Err(error) = self.upload.shutdown().await {
            return Err(self.upload_failed(&error));
        }
        Ok(WrittenObject {
            uri: self.uri,
            rows: self.rows,
            bytes: self.bytes,
        })
    }

    /// Drops what has been uploaded. Best effort: an upload that is never completed is never an object.
    pub(crate) async fn abort(mut self) {
        if let Err(error) = self.upload.abort().await {
            tracing::debug!(uri = %self.uri, %error, "upload could not be aborted");
        }
    }

    async fn upload_ready(&mut self) -> Result<()> {
        let ready = self.encoder.take_output();
        if ready.is_empty() {
            return Ok(());
        }
        self.bytes += u64::try_from(ready.len()).unwrap_or(0);
        match self.upload.put(ready.into()).await {
            Ok(()) => Ok(()),
            Err(error) => Err(ConnectorError::from_store(&error, &self.uri).into()),
        }
    }

    fn upload_failed(&self, error: &std::io::Error) -> QueryError {
        let store_error = error
            .get_ref()
            .and_then(|inner| inner.downcast_ref::<object_store::Error>());
        match store_error {
            Some(error) => ConnectorError::from_store(error, &self.uri).into(),
            None => QueryError::new(
                crate::error::ErrorCode::HiveWriterError,
                format!("{}: the upload failed: {error}", self.uri),
            ),
        }
    }

    fn named(&self, error: ConnectorError) -> QueryError {
        error.with_uri(&self.uri).into()
    }
}
