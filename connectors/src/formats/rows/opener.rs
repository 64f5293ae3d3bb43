//! `RowOpener`: opens one object, or the lines of it that begin in a range, as a stream of batches in the declared types.

use std::num::NonZero;
use std::ops::Range;
use std::sync::Arc;

use arrow::datatypes::SchemaRef;
use arrow::record_batch::RecordBatch;
use bytes::{Buf, Bytes};
use datafusion::datasource::listing::PartitionedFile;
use datafusion::datasource::physical_plan::{FileOpenFuture, FileOpener};
use datafusion::error::{DataFusionError, Result};
use datafusion::physical_plan::metrics::ExecutionPlanMetricsSet;
use futures::stream::BoxStream;
use futures::{FutureExt, StreamExt, TryStreamExt};
use object_store::ObjectStore;

use super::bzip2_stream;
use super::compression::{Decompressor, ObjectCompression};
use super::decoder::{RowDecoder, RowError};
use super::parallel::ChunkDecoder;
use super::plain_bytes::{PlainBytes, compression_failed};
use super::split::LineSplit;
use crate::error::{ConnectorError, ErrorKind};
use crate::formats::object_reader::{ObjectReader, split_range};
use crate::formats::row_format::RowFormat;
use crate::formats::scan_accounting::{FileAccount, ScanAccounting};
use crate::object_uri::ObjectUri;

/// Bytes asked for at a time to find the end of a split's last line.
const LINE_END_BYTES: u64 = 64 * 1024;

/// Stored bytes of an object from which on it is worth to decode it on all cores.
const PARALLEL_BYTES_MIN: u64 = 1024 * 1024;

pub(super) struct RowOpener {
    pub(super) store: Arc<dyn ObjectStore>,
    pub(super) base: ObjectUri,
    pub(super) format: Arc<RowFormat>,
    /// The declared columns, in the order of the fields.
    pub(super) declared: SchemaRef,
    pub(super) projection: Vec<usize>,
    pub(super) batch_rows: usize,
    pub(super) accounting: Arc<ScanAccounting>,
    pub(super) metrics: ExecutionPlanMetricsSet,
}

impl FileOpener for RowOpener {
    fn open(&self, file: PartitionedFile) -> Result<FileOpenFuture> {
        let account = self
            .accounting
            .open_file(&self.metrics, &file.object_meta.location);
        let range = split_range(&file);
        let reader = ObjectReader::new(Arc::clone(&self.store), &self.base, file.object_meta);
        let open = RowOpen {
            reader,
            account,
            range,
            format: Arc::clone(&self.format),
            declared: Arc::clone(&self.declared),
            projection: self.projection.clone(),
            batch_rows: self.batch_rows,
        };
        Ok(open.stream().map(|opened| opened.map_err(external)).boxed())
    }
}

struct RowOpen {
    reader: ObjectReader,
    account: FileAccount,
    range: Option<Range<u64>>,
    format: Arc<RowFormat>,
    declared: SchemaRef,
    projection: Vec<usize>,
    batch_rows: usize,
}

impl RowOpen {
    async fn stream(self) -> crate::error::Result<BoxStream<'static, Result<RecordBatch>>> {
        // A row-oriented object is charged whole: where its rows lie is known only by reading it.
        let size = self.reader.size();
        self.account.scanned(0..size);
        let range = self.range.clone().unwrap_or(0..size);
        let mut compression = match self.format.is_container() {
            true => ObjectCompression::None,
            false => ObjectCompression::from_object_name(self.reader.uri().file_name()),
        };
        let by_content = compression == ObjectCompression::None && !self.format.is_container();
        if by_content && range.start > 0 {
            let head = self.reader.read(0..ObjectCompression::HEAD_BYTES.min(size));
            compression = ObjectCompression::from_head(&head.await?);
        }
        let splittable = compression == ObjectCompression::None && self.format.is_splittable();
        if range.start > 0 && !splittable {
            // An object that cannot be split belongs to the reader of its head.
            return Ok(futures::stream::empty().boxed());
        }
        let mut split = LineSplit::new(if splittable { range } else { 0..size });
        let mut stored = self.stored(&split);
        let mut chunk = Bytes::new();
        if by_content && split.first_byte() == 0 {
            chunk = head(&mut stored).await?;
            compression = ObjectCompression::from_head(&chunk);
            if compression != ObjectCompression::None {
                split = LineSplit::new(0..size);
                stored = self.stored(&split);
                chunk = head(&mut stored).await?;
            }
        }
        let uri = self.reader.uri().clone();
        let first_byte = split.first_byte();
        let cores = std::thread::available_parallelism().map_or(1, NonZero::get);
        if compression == ObjectCompression::Bzip2 && cores > 1 && size >= PARALLEL_BYTES_MIN {
            let head = futures::stream::once(std::future::ready(Ok(std::mem::take(&mut chunk))));
            stored = bzip2_stream::decompressed(head.chain(stored).boxed(), cores, &uri);
            compression = ObjectCompression::None;
            // What comes now are plain bytes, of which all are wanted.
            split = LineSplit::new(0..u64::MAX);
        }
        let wanted = chunk.slice_ref(split.take(&chunk));
        let plain = PlainBytes::new(
            stored,
            wanted,
            split,
            Decompressor::new(compression).map_err(|error| compression_failed(&error, &uri))?,
            self.format
                .charset
                .filter(|charset| !charset.is_utf8())
                .map(|charset| charset.converter()),
            uri.clone(),
        );
        let whole = self
            .range
            .is_none_or(|range| range.start == 0 && range.end >= size);
        if whole && cores > 1 && size >= PARALLEL_BYTES_MIN && self.format.decodes_in_chunks() {
            let chunks = ChunkDecoder {
                format: self.format,
                declared: self.declared,
                projection: self.projection.into(),
                batch_rows: self.batch_rows,
            };
            return Ok(chunks.rows(plain, cores).map_err(external).boxed());
        }
        let decoder = self
            .format
            .decoder(
                &self.declared,
                &self.projection,
                self.batch_rows,
                first_byte == 0,
            )
            .map_err(|error| row_failed(error, &uri, 0))?;
        let state = Decoding {
            plain,
            bytes: Bytes::new(),
            first_byte,
            batch_full: false,
            ended: false,
            decoder,
        };
        Ok(futures::stream::try_unfold(state, |mut state| async move {
            match state.next_batch().await {
                Ok(Some(batch)) => Ok(Some((batch, state))),
                Ok(None) => Ok(None),
                Err(error) => Err(external(error)),
            }
        })
        .boxed())
    }

    /// The stored bytes that a split needs, as they arrive: those of its range, and then piece by piece what follows, for as
    /// long as its last line goes on.
    fn stored(&self, split: &LineSplit) -> BoxStream<'static, crate::error::Result<Bytes>> {
        let (size, end) = (self.reader.size(), split.end());
        let reader = self.reader.clone();
        let account = self.account.clone();
        let mut position = split.first_byte();
        let requests = futures::stream::unfold(split.first_byte()..end, move |next| async move {
            let following = next.end..next.end.saturating_add(LINE_END_BYTES).min(size);
            (!next.is_empty()).then_some((next, following))
        });
        requests
            .then(move |range| {
                let reader = reader.clone();
                async move { reader.stream(range).await }
            })
            .try_flatten()
            .inspect_ok(move |chunk| {
                let end = position
                    .saturating_add(u64::try_from(chunk.len()).unwrap_or(0))
                    .min(size);
                account.progressed(position..end);
                position = end;
            })
            .boxed()
    }
}

/// Enough of the beginning to tell a compression by.
async fn head(
    stored: &mut BoxStream<'static, crate::error::Result<Bytes>>,
) -> crate::error::Result<Bytes> {
    let mut head = Bytes::new();
    while u64::try_from(head.len()).unwrap_or(u64::MAX) < ObjectCompression::HEAD_BYTES {
        let Some(chunk) = stored.next().await.transpose()? else {
            break;
        };
        head = if head.is_empty() {
            chunk
        } else {
            [head, chunk].concat().into()
        };
    }
    Ok(head)
}

/// One object on its way through one decoder.
struct Decoding {
    plain: PlainBytes,
    /// What the decoder has not taken of the plain bytes.
    bytes: Bytes,
    first_byte: u64,
    batch_full: bool,
    ended: bool,
    decoder: Box<dyn RowDecoder>,
}

impl Decoding {
    async fn next_batch(&mut self) -> crate::error::Result<Option<RecordBatch>> {
        self.batch_full = false;
        while !self.batch_full && !self.ended {
            if self.bytes.is_empty() {
                match self.plain.next().await? {
                    Some(bytes) => self.bytes = bytes,
                    None => {
                        self.ended = true;
                        self.decoder.finish().map_err(|error| self.failed(error))?;
                        break;
                    }
                }
            }
            let taken = self
                .decoder
                .decode(&self.bytes)
                .map_err(|error| self.failed(error))?;
            self.batch_full = taken < self.bytes.len();
            self.bytes.advance(taken);
        }
        self.decoder.flush().map_err(|error| self.failed(error))
    }

    fn failed(&self, error: RowError) -> ConnectorError {
        row_failed(error, &self.plain.uri, self.first_byte)
    }
}

/// An error of an object's rows, which are counted from a byte of it.
pub(super) fn row_failed(error: RowError, uri: &ObjectUri, first_byte: u64) -> ConnectorError {
    let kind = match &error {
        RowError::BadValue { .. }
        | RowError::MalformedRow { .. }
        | RowError::MalformedFile(_)
        | RowError::RecordTooLong { .. }
        | RowError::Arrow(_) => ErrorKind::BadData,
        RowError::Contradiction(_) => ErrorKind::TypeContradiction,
        RowError::UnsupportedType { .. }
        | RowError::UnwritableValue { .. }
        | RowError::InvalidOptions(_) => ErrorKind::NotSupported,
    };
    let message = if first_byte == 0 {
        error.to_string()
    } else {
        format!("{error} (rows counted from byte {first_byte} of the file)")
    };
    ConnectorError::new(kind, message).with_uri(uri)
}

fn external(error: ConnectorError) -> DataFusionError {
    DataFusionError::External(Box::new(error))
}
