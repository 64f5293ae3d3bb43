//! `Upload`: the bytes of one object on their way to its store: in one request if they are few, else in parts. What the store
//! answers at the end tells the object's version.

use std::sync::Arc;

use bytes::Bytes;
use object_store::path::Path;
use object_store::{ObjectStore, ObjectStoreExt, PutPayloadMut, PutResult, Result, WriteMultipart};

/// Size of an upload's parts. S3 allows 10,000 of them, so an object may have 80 GB.
const PART_BYTES: usize = 8 * 1024 * 1024;
/// Parts of one object in flight.
const PARTS_IN_FLIGHT: usize = 2;

/// An upload under way. Nothing is at the object's address before `finish` has returned.
pub(super) struct Upload {
    store: Arc<dyn ObjectStore>,
    path: Path,
    /// What is held back until it is known whether it fills a part.
    first: PutPayloadMut,
    parts: Option<WriteMultipart>,
}

impl Upload {
    pub(super) fn new(store: Arc<dyn ObjectStore>, path: Path) -> Self {
        Upload {
            store,
            path,
            first: PutPayloadMut::new(),
            parts: None,
        }
    }

    /// Adds bytes; waits while too many parts are in flight.
    pub(super) async fn put(&mut self, bytes: Bytes) -> Result<()> {
        if let Some(parts) = &mut self.parts {
            parts.wait_for_capacity(PARTS_IN_FLIGHT).await?;
            parts.put(bytes);
            return Ok(());
        }
        self.first.push(bytes);
        if self.first.content_length() >= PART_BYTES {
            let upload = self.store.put_multipart(&self.path).await?;
            let mut parts = WriteMultipart::new_with_chunk_size(upload, PART_BYTES);
            for chunk in std::mem::take(&mut self.first).freeze() {
                parts.put(chunk);
            }
            self.parts = Some(parts);
        }
        Ok(())
    }

    /// Completes the object.
    pub(super) async fn finish(self) -> Result<PutResult> {
        match self.parts {
            Some(parts) => parts.finish().await,
            None => self.store.put(&self.path, self.first.freeze()).await,
        }
    }

    /// Drops what has been uploaded.
    pub(super) async fn abort(self) -> Result<()> {
        match self.parts {
            Some(parts) => parts.abort().await,
            None => Ok(()),
        }
    }
}
