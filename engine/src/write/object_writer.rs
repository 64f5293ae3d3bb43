//! `ObjectWriter`: one data file on its way to its store, encoded and uploaded in parts with bounded memory.

use std::sync::Arc;

use arrow::record_batch::RecordBatch;
use object_store::ObjectStore;
use prismlake_catalog::file_statistics::FileStatistics;
use prismlake_connectors::formats::encoder::BatchEncoder;
use prismlake_connectors::store::version_with_e_tag;
use prismlake_connectors::{ConnectorError, ObjectUri};

use super::upload::Upload;
use crate::error::{QueryError, Result};
use crate::file_statistics::entry_of;

/// A file that has been uploaded whole.
#[derive(Debug, Clone)]
pub(crate) struct WrittenObject {
    pub(crate) uri: ObjectUri,
    pub(crate) rows: u64,
    pub(crate) bytes: u64,
    /// What its footer tells, where it has one and the store said which version it is.
    pub(crate) statistics: Option<FileStatistics>,
}

/// Encodes rows into one object. Nothing is at the object's address before `finish` has returned.
pub(crate) struct ObjectWriter {
    uri: ObjectUri,
    encoder: Box<dyn BatchEncoder>,
    upload: Upload,
    rows: u64,
    bytes: u64,
}

impl ObjectWriter {
    pub(crate) fn new(
        store: Arc<dyn ObjectStore>,
        uri: ObjectUri,
        encoder: Box<dyn BatchEncoder>,
    ) -> Result<Self> {
        Ok(ObjectWriter {
            upload: Upload::new(store, uri.store_path()?),
            uri,
            encoder,
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
        let uploaded = match self.upload.finish().await {
            Ok(uploaded) => uploaded,
            Err(error) => return Err(ConnectorError::from_store(&error, &self.uri).into()),
        };
        let statistics = match (self.encoder.statistics(), uploaded.e_tag) {
            (Some(told), Some(e_tag)) => {
                let version = version_with_e_tag(self.bytes, &e_tag);
                Some(entry_of(&self.uri, version, &told))
            }
            _ => None,
        };
        Ok(WrittenObject {
            uri: self.uri,
            rows: self.rows,
            bytes: self.bytes,
            statistics,
        })
    }

    /// Drops what has been uploaded. Best effort: an upload that is never completed is never an object.
    pub(crate) async fn abort(self) {
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

    fn named(&self, error: ConnectorError) -> QueryError {
        error.with_uri(&self.uri).into()
    }
}
