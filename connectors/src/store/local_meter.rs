//! `MeteredStore` wraps a store that has no wire beneath it (local files) and counts each call as one request.

use std::fmt;
use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::ops::Range;
use std::path::PathBuf;
use std::sync::Arc;

use async_trait::async_trait;
use bytes::Bytes;
use futures::StreamExt;
use futures::stream::BoxStream;
use object_store::path::Path;
use object_store::{
    CopyOptions, GetOptions, GetResult, GetResultPayload, ListResult, MultipartUpload, ObjectMeta,
    ObjectStore, PutMultipartOptions, PutOptions, PutPayload, PutResult, Result, UploadPart,
};

use super::meter::{RequestKind, RequestMeter};

/// Bytes of a file that are read at a time.
const CHUNK_BYTES: u64 = 1024 * 1024;
/// The longest range that is read in one piece.
const RANGE_BYTES_MAX: u64 = 64 << 20;

#[derive(Debug)]
pub(super) struct MeteredStore<S> {
    pub(super) inner: S,
    pub(super) meter: Arc<RequestMeter>,
}

impl<S: fmt::Display> fmt::Display for MeteredStore<S> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.inner.fmt(formatter)
    }
}

fn length(bytes: &Bytes) -> u64 {
    u64::try_from(bytes.len()).unwrap_or(u64::MAX)
}

#[async_trait]
impl<S: ObjectStore> ObjectStore for MeteredStore<S> {
    async fn put_opts(
        &self,
        location: &Path,
        payload: PutPayload,
        options: PutOptions,
    ) -> Result<PutResult> {
        self.meter.count(RequestKind::Put);
        self.inner.put_opts(location, payload, options).await
    }

    async fn put_multipart_opts(
        &self,
        location: &Path,
        options: PutMultipartOptions,
    ) -> Result<Box<dyn MultipartUpload>> {
        self.meter.count(RequestKind::Put);
        let upload = self.inner.put_multipart_opts(location, options).await?;
        Ok(Box::new(MeteredUpload {
            inner: upload,
            meter: Arc::clone(&self.meter),
        }))
    }

    async fn get_opts(&self, location: &Path, options: GetOptions) -> Result<GetResult> {
        if options.head {
            self.meter.count(RequestKind::Head);
            return self.inner.get_opts(location, options).await;
        }
        self.meter.count(RequestKind::Get);
        // Who asks for a range wants all of it at once: one piece need not be put together.
        let chunk_bytes_max = match options.range {
            Some(_) => RANGE_BYTES_MAX,
            None => CHUNK_BYTES,
        };
        let result = self.inner.get_opts(location, options).await?;
        // Read through the stream, so that a read given up half-way counts what it read.
        let (meta, range, attributes) = (
            result.meta.clone(),
            result.range.clone(),
            result.attributes.clone(),
        );
        let meter = Arc::clone(&self.meter);
        let stream = match result.payload {
            GetResultPayload::File(file, path) => {
                file_chunks(file, path, range.clone(), chunk_bytes_max)
            }
            GetResultPayload::Stream(stream) => stream,
        };
        let stream = stream.inspect(move |chunk| {
            if let Ok(chunk) = chunk {
                meter.count_fetched(length(chunk));
            }
        });
        Ok(GetResult {
            payload: GetResultPayload::Stream(stream.boxed()),
            meta,
            range,
            attributes,
        })
    }

    async fn get_ranges(&self, location: &Path, ranges: &[Range<u64>]) -> Result<Vec<Bytes>> {
        let parts = self.inner.get_ranges(location, ranges).await?;
        for part in &parts {
            self.meter.count(RequestKind::Get);
            self.meter.count_fetched(length(part));
        }
        Ok(parts)
    }

    fn delete_stream(
        &self,
        locations: BoxStream<'static, Result<Path>>,
    ) -> BoxStream<'static, Result<Path>> {
        let meter = Arc::clone(&self.meter);
        self.inner
            .delete_stream(locations)
            .inspect(move |_| meter.count(RequestKind::Delete))
            .boxed()
    }

    fn list(&self, prefix: Option<&Path>) -> BoxStream<'static, Result<ObjectMeta>> {
        self.meter.count(RequestKind::List);
        self.inner.list(prefix)
    }

    fn list_with_offset(
        &self,
        prefix: Option<&Path>,
        offset: &Path,
    ) -> BoxStream<'static, Result<ObjectMeta>> {
        self.meter.count(RequestKind::List);
        self.inner.list_with_offset(prefix, offset)
    }

    async fn list_with_delimiter(&self, prefix: Option<&Path>) -> Result<ListResult> {
        self.meter.count(RequestKind::List);
        self.inner.list_with_delimiter(prefix).await
    }

    async fn copy_opts(&self, from: &Path, to: &Path, options: CopyOptions) -> Result<()> {
        self.meter.count(RequestKind::Put);
        self.inner.copy_opts(from, to, options).await
    }
}

/// A file's bytes in larger chunks than the store's own, each of which costs a switch of threads.
fn file_chunks(
    file: File,
    path: PathBuf,
    range: Range<u64>,
    chunk_bytes_max: u64,
) -> BoxStream<'static, Result<Bytes>> {
    futures::stream::try_unfold((file, range.start), move |(mut file, start)| {
        let (path, end) = (path.clone(), range.end);
        async move {
            let wanted = match end.saturating_sub(start) {
                rest if rest <= chunk_bytes_max => rest,
                _ => CHUNK_BYTES,
            };
            if wanted == 0 {
                return Ok(None);
            }
            let read = tokio::task::spawn_blocking(move || {
                let mut chunk = Vec::with_capacity(usize::try_from(wanted).unwrap_or(0));
                file.seek(SeekFrom::Start(start))?;
                (&mut file).take(wanted).read_to_end(&mut chunk)?;
                Ok::<_, std::io::Error>((file, Bytes::from(chunk)))
            });
            let failed = |source: std::io::Error| object_store::Error::Generic {
                store: "LocalFileSystem",
                source: format!("{} cannot be read: {source}", path.display()).into(),
            };
            let (file, chunk) = read
                .await
                .map_err(|stopped| failed(std::io::Error::other(stopped)))?
                .map_err(failed)?;
            // A file that became shorter ends here; whoever asked for the bytes notices.
            let next = match chunk.is_empty() {
                true => return Ok(None),
                false => start.saturating_add(length(&chunk)),
            };
            Ok(Some((chunk, (file, next))))
        }
    })
    .boxed()
}

#[derive(Debug)]
struct MeteredUpload {
    inner: Box<dyn MultipartUpload>,
    meter: Arc<RequestMeter>,
}

#[async_trait]
impl MultipartUpload for MeteredUpload {
    fn put_part(&mut self, data: PutPayload) -> UploadPart {
        self.meter.count(RequestKind::Put);
        self.inner.put_part(data)
    }

    async fn complete(&mut self) -> Result<PutResult> {
        self.meter.count(RequestKind::Put);
        self.inner.complete().await
    }

    async fn abort(&mut self) -> Result<()> {
        self.inner.abort().await
    }
}
