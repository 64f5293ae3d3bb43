//! `RowOpener`: opens one object, or the lines of it that begin in a range, as a stream of batches in the declared types.

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

use super::charset::CharsetConverter;
use super::compression::{CompressionError, Decompressor, ObjectCompression};
use super::decoder::{RowDecoder, RowError};
use super::split::LineSplit;
use crate::error::{ConnectorError, ErrorKind};
use crate::formats::object_reader::ObjectReader;
use crate::formats::row_format::RowFormat;
use crate::formats::scan_accounting::{FileAccount, ScanAccounting};
use crate::object_uri::ObjectUri;

/// Bytes asked for at a time to find the end of a split's last line.
const LINE_END_BYTES: u64 = 64 * 1024;

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
        let range = file
            .range
            .as_ref()
            .map(|range| offset(range.start)..offset(range.end));
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

fn offset(value: i64) -> u64 {
    u64::try_from(value).unwrap_or(0)
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
        let decoder = self
            .format
            .decoder(
                &self.declared,
                &self.projection,
                self.batch_rows,
                split.first_byte() == 0,
            )
            .map_err(|error| row_failed(error, &uri, 0))?;
        let wanted = chunk.slice_ref(split.take(&chunk));
        let state = Decoding {
            stored,
            chunk: wanted,
            first_byte: split.first_byte(),
            split,
            decompressor: Decompressor::new(compression)
                .map_err(|error| compression_failed(&error, &uri))?,
            has_more: false,
            converter: self
                .format
                .charset
                .filter(|charset| !charset.is_utf8())
                .map(|charset| charset.converter()),
            plain: Bytes::new(),
            batch_full: false,
            ended: false,
            decoder,
            uri,
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

/// One object on its way: stored bytes, cut to the split, decompressed, converted, decoded.
struct Decoding {
    stored: BoxStream<'static, crate::error::Result<Bytes>>,
    /// What the decompressor has not taken of the last chunk.
    chunk: Bytes,
    split: LineSplit,
    first_byte: u64,
    decompressor: Decompressor,
    /// Whether the decompressor has output without more input.
    has_more: bool,
    converter: Option<CharsetConverter>,
    /// What the decoder has not taken of the plain bytes.
    plain: Bytes,
    batch_full: bool,
    ended: bool,
    decoder: Box<dyn RowDecoder>,
    uri: ObjectUri,
}

impl Decoding {
    async fn next_batch(&mut self) -> crate::error::Result<Option<RecordBatch>> {
        self.batch_full = false;
        while !self.batch_full && !self.ended {
            if self.plain.is_empty() && !self.more_plain().await? {
                self.ended = true;
                self.decoder.finish().map_err(|error| self.failed(error))?;
                break;
            }
            let taken = self
                .decoder
                .decode(&self.plain)
                .map_err(|error| self.failed(error))?;
            self.batch_full = taken < self.plain.len();
            self.plain.advance(taken);
        }
        self.decoder.flush().map_err(|error| self.failed(error))
    }

    /// Makes plain bytes of the next stored ones; false at the end of the object or split.
    async fn more_plain(&mut self) -> crate::error::Result<bool> {
        while self.plain.is_empty() {
            if self.chunk.is_empty() && !self.has_more {
                if self.split.is_ended() {
                    return Ok(false);
                }
                let Some(chunk) = self.stored.next().await.transpose()? else {
                    self.decompressor
                        .finish()
                        .map_err(|error| compression_failed(&error, &self.uri))?;
                    return Ok(self.convert(Vec::new(), true));
                };
                let wanted = self.split.take(&chunk);
                self.chunk = chunk.slice_ref(wanted);
                continue;
            }
            if self.decompressor.is_identity() {
                let chunk = std::mem::take(&mut self.chunk);
                match &self.converter {
                    None => self.plain = chunk,
                    Some(_) => {
                        self.convert(chunk.to_vec(), false);
                    }
                }
                continue;
            }
            let mut output = Vec::new();
            let step = self
                .decompressor
                .push(&self.chunk, &mut output)
                .map_err(|error| compression_failed(&error, &self.uri))?;
            self.chunk.advance(step.consumed);
            self.has_more = step.has_more;
            self.convert(output, false);
        }
        Ok(true)
    }

    /// Whether there are plain bytes now.
    fn convert(&mut self, bytes: Vec<u8>, last: bool) -> bool {
        self.plain = match &mut self.converter {
            None => bytes.into(),
            Some(converter) => {
                let mut converted = Vec::with_capacity(bytes.len());
                converter.push(&bytes, last, &mut converted);
                if last {
                    self.converter = None;
                }
                converted.into()
            }
        };
        !self.plain.is_empty()
    }

    fn failed(&self, error: RowError) -> ConnectorError {
        row_failed(error, &self.uri, self.first_byte)
    }
}

fn row_failed(error: RowError, uri: &ObjectUri, first_byte: u64) -> ConnectorError {
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

fn compression_failed(error: &CompressionError, uri: &ObjectUri) -> ConnectorError {
    ConnectorError::new(
        ErrorKind::BadData,
        format!("the file cannot be decompressed; it may be truncated or of another compression: {error}"),
    )
    .with_uri(uri)
}

fn external(error: ConnectorError) -> DataFusionError {
    DataFusionError::External(Box::new(error))
}
