//! `TextOpener`: opens one text object as a stream of batches in the declared types.

use std::sync::Arc;

use arrow::datatypes::SchemaRef;
use arrow::record_batch::RecordBatch;
use bytes::{Buf, Bytes};
use datafusion::datasource::listing::PartitionedFile;
use datafusion::datasource::physical_plan::{FileOpenFuture, FileOpener};
use datafusion::error::{DataFusionError, Result};
use datafusion::physical_plan::metrics::ExecutionPlanMetricsSet;
use futures::stream::BoxStream;
use futures::{FutureExt, StreamExt};
use object_store::ObjectStore;

use super::compression::decompressed;
use super::decoder::RowDecoder;
use super::options::TextOptions;
use crate::error::ConnectorError;
use crate::formats::object_reader::ObjectReader;
use crate::formats::scan_accounting::{FileAccount, ScanAccounting};
use crate::object_uri::ObjectUri;

pub(super) struct TextOpener {
    pub(super) store: Arc<dyn ObjectStore>,
    pub(super) base: ObjectUri,
    pub(super) options: TextOptions,
    /// The declared columns, in the order of the fields.
    pub(super) declared: SchemaRef,
    pub(super) projection: Vec<usize>,
    pub(super) batch_rows: usize,
    pub(super) accounting: Arc<ScanAccounting>,
    pub(super) metrics: ExecutionPlanMetricsSet,
}

impl FileOpener for TextOpener {
    fn open(&self, file: PartitionedFile) -> Result<FileOpenFuture> {
        let account = self
            .accounting
            .open_file(&self.metrics, &file.object_meta.location);
        let reader = ObjectReader::new(Arc::clone(&self.store), &self.base, file.object_meta);
        let decoder = RowDecoder::try_new(
            &self.options,
            &self.declared,
            &self.projection,
            self.batch_rows,
        )
        .map_err(external)?;
        Ok(open(reader, account, decoder).boxed())
    }
}

async fn open(
    reader: ObjectReader,
    account: FileAccount,
    decoder: RowDecoder,
) -> Result<BoxStream<'static, Result<RecordBatch>>> {
    // A text object is charged whole: where its rows lie is known only by reading it.
    account.scanned(0..reader.size());
    let stored = reader.read_all().await.map_err(external)?;
    let size = reader.size();
    let progress = account.clone();
    let mut read = 0_u64;
    let stored = stored
        .inspect(move |chunk| {
            if let Ok(chunk) = chunk {
                let end = read
                    .saturating_add(u64::try_from(chunk.len()).unwrap_or(0))
                    .min(size);
                progress.progressed(read..end);
                read = end;
            }
        })
        .boxed();
    let state = Decoding {
        chunks: decompressed(reader.uri(), stored).map_err(external)?,
        chunk: Bytes::new(),
        ended: false,
        decoder,
        uri: reader.uri().clone(),
    };
    Ok(futures::stream::try_unfold(state, |mut state| async move {
        match state.next_batch().await {
            Ok(Some(batch)) => Ok(Some((batch, state))),
            Ok(None) => Ok(None),
            Err(error) => Err(external(error.with_uri(&state.uri))),
        }
    })
    .boxed())
}

struct Decoding {
    chunks: BoxStream<'static, crate::error::Result<Bytes>>,
    /// What the decoder has not taken of the last chunk.
    chunk: Bytes,
    ended: bool,
    decoder: RowDecoder,
    uri: ObjectUri,
}

impl Decoding {
    async fn next_batch(&mut self) -> crate::error::Result<Option<RecordBatch>> {
        while !self.decoder.is_full() && !self.ended {
            if self.chunk.is_empty() {
                match self.chunks.next().await {
                    Some(chunk) => self.chunk = chunk?,
                    None => {
                        self.ended = true;
                        self.decoder.finish()?;
                        break;
                    }
                }
            }
            let taken = self.decoder.push(&self.chunk)?;
            self.chunk.advance(taken);
        }
        self.decoder.flush()
    }
}

fn external(error: ConnectorError) -> DataFusionError {
    DataFusionError::External(Box::new(error))
}
