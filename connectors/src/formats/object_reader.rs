//! `ObjectReader`: ranged reads of one object for a format's reader, with every failure naming the object.

use std::ops::Range;
use std::sync::Arc;

use bytes::Bytes;
use datafusion::datasource::listing::PartitionedFile;
use futures::stream::BoxStream;
use futures::{StreamExt, TryStreamExt};
use object_store::{
    GetOptions, GetRange, OBJECT_STORE_COALESCE_DEFAULT, ObjectMeta, ObjectStore, coalesce_ranges,
};

use crate::error::{ConnectorError, ErrorKind, Result};
use crate::object_uri::ObjectUri;

/// The bytes of an object that a split of it covers; `None` for the whole object.
pub(super) fn split_range(file: &PartitionedFile) -> Option<Range<u64>> {
    let offset = |value: i64| u64::try_from(value).unwrap_or(0);
    let range = file.range.as_ref()?;
    Some(offset(range.start)..offset(range.end))
}

/// Reads ranges of one version of one object.
///
/// Where the listing gave an ETag, every request asks for that version, so that an object that is replaced during a query
/// is an error and not a mixture of two files.
#[derive(Debug, Clone)]
pub struct ObjectReader {
    store: Arc<dyn ObjectStore>,
    uri: ObjectUri,
    meta: ObjectMeta,
}

impl ObjectReader {
    /// A reader of the object that `meta` describes, in the store that serves `base`.
    pub fn new(store: Arc<dyn ObjectStore>, base: &ObjectUri, meta: ObjectMeta) -> Self {
        let uri = base.with_key(meta.location.as_ref());
        ObjectReader { store, uri, meta }
    }

    /// The object's address.
    pub fn uri(&self) -> &ObjectUri {
        &self.uri
    }

    /// The object's size in bytes, as it was listed.
    pub fn size(&self) -> u64 {
        self.meta.size
    }

    /// Size, time and ETag as they were listed.
    pub fn meta(&self) -> &ObjectMeta {
        &self.meta
    }

    /// Reads one range. Fewer bytes than asked for are an error.
    pub async fn read(&self, range: Range<u64>) -> Result<Bytes> {
        if range.start >= range.end {
            return Ok(Bytes::new());
        }
        if range.end > self.meta.size {
            return Err(ConnectorError::new(
                ErrorKind::BadData,
                format!(
                    "the file refers to bytes {}..{} and has only {}; it is truncated or corrupt",
                    range.start, range.end, self.meta.size
                ),
            )
            .with_uri(&self.uri));
        }
        let expected = range.end - range.start;
        let result = self
            .store
            .get_opts(
                &self.meta.location,
                GetOptions {
                    range: Some(GetRange::Bounded(range)),
                    ..self.options()
                },
            )
            .await
            .map_err(|error| self.failed(&error))?;
        let bytes = result.bytes().await.map_err(|error| self.failed(&error))?;
        if u64::try_from(bytes.len()).ok() != Some(expected) {
            return Err(ConnectorError::new(
                ErrorKind::ObjectChanged,
                format!(
                    "the store returned {} bytes where {expected} were asked for; the object changed while it was read",
                    bytes.len()
                ),
            )
            .with_uri(&self.uri));
        }
        Ok(bytes)
    }

    /// Reads several ranges; those that lie near each other share a request.
    pub async fn read_ranges(&self, ranges: &[Range<u64>]) -> Result<Vec<Bytes>> {
        coalesce_ranges(
            ranges,
            |range| self.read(range),
            OBJECT_STORE_COALESCE_DEFAULT,
        )
        .await
    }

    /// Streams one range, or the whole object.
    pub async fn stream(&self, range: Range<u64>) -> Result<BoxStream<'static, Result<Bytes>>> {
        let range = (range != (0..self.meta.size)).then_some(GetRange::Bounded(range));
        let options = GetOptions {
            range,
            ..self.options()
        };
        let result = self
            .store
            .get_opts(&self.meta.location, options)
            .await
            .map_err(|error| self.failed(&error))?;
        let uri = self.uri.clone();
        Ok(result
            .into_stream()
            .map_err(move |error| ConnectorError::from_store(&error, &uri))
            .boxed())
    }

    fn options(&self) -> GetOptions {
        GetOptions {
            if_match: self.meta.e_tag.clone(),
            ..GetOptions::default()
        }
    }

    fn failed(&self, error: &object_store::Error) -> ConnectorError {
        ConnectorError::from_store(error, &self.uri)
    }
}
