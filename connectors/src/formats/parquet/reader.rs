//! `MeteredParquetReader`: gives the Parquet decoder its bytes and counts which of them the query had to read.

use std::ops::Range;
use std::sync::Arc;

use bytes::Bytes;
use datafusion::datasource::listing::PartitionedFile;
use datafusion::datasource::physical_plan::parquet::ParquetFileReaderFactory;
use datafusion::physical_plan::metrics::ExecutionPlanMetricsSet;
use futures::FutureExt;
use futures::future::BoxFuture;
use object_store::ObjectStore;
use parquet::arrow::arrow_reader::ArrowReaderOptions;
use parquet::arrow::async_reader::AsyncFileReader;
use parquet::errors::ParquetError;
use parquet::file::metadata::{PageIndexPolicy, ParquetMetaData, ParquetMetaDataReader};

use super::footer::{Footer, IndexedFooter, Tail};
use super::footer_cache::FooterCache;
use crate::error::ConnectorError;
use crate::formats::object_reader::ObjectReader;
use crate::formats::scan_accounting::{FileAccount, ScanAccounting};
use crate::object_uri::ObjectUri;

/// Marks a file of which pages will be skipped by what their rows hold: where each lies must be known.
#[derive(Debug, Clone, Copy)]
pub(super) struct PagesSkipped;

/// Makes a metered reader for each file of a scan.
#[derive(Debug)]
pub(super) struct MeteredReaderFactory {
    pub(super) store: Arc<dyn ObjectStore>,
    pub(super) base: ObjectUri,
    pub(super) accounting: Arc<ScanAccounting>,
    pub(super) footers: Arc<FooterCache>,
}

impl ParquetFileReaderFactory for MeteredReaderFactory {
    fn create_reader(
        &self,
        _partition_index: usize,
        file: PartitionedFile,
        _metadata_size_hint: Option<usize>,
        metrics: &ExecutionPlanMetricsSet,
    ) -> datafusion::error::Result<Box<dyn AsyncFileReader + Send>> {
        let account = self
            .accounting
            .open_file(metrics, &file.object_meta.location);
        Ok(Box::new(MeteredParquetReader {
            with_page_index: file.extension::<PagesSkipped>().is_some(),
            reader: ObjectReader::new(Arc::clone(&self.store), &self.base, file.object_meta),
            account,
            footers: Arc::clone(&self.footers),
            tail: Tail::default(),
            row_groups: Vec::new(),
            index_ranges: Vec::new(),
        }))
    }
}

struct MeteredParquetReader {
    reader: ObjectReader,
    account: FileAccount,
    footers: Arc<FooterCache>,
    /// The end of the file, when this reader had to fetch it.
    tail: Tail,
    /// Where each row group's column chunks lie.
    row_groups: Vec<Range<u64>>,
    /// Whether the footer is to come with its page indexes. DataFusion itself loads them where they prune.
    with_page_index: bool,
    /// What was read last, for the page indexes to be found there.
    index_ranges: Vec<Range<u64>>,
}

impl MeteredParquetReader {
    async fn read(&self, ranges: Vec<Range<u64>>) -> Result<Vec<Bytes>, ConnectorError> {
        for range in &ranges {
            self.account.scanned(range.clone());
            let holder = self
                .row_groups
                .iter()
                .position(|group| group.contains(&range.start));
            if let Some(index) = holder.and_then(|index| u64::try_from(index).ok()) {
                self.account.row_group_scanned(index);
            }
            if let Some(group) = holder.and_then(|index| self.row_groups.get(index)) {
                self.account.progressed(group.clone());
            }
        }
        let held: Option<Vec<Bytes>> = ranges.iter().map(|range| self.tail.slice(range)).collect();
        match held {
            Some(held) => Ok(held),
            None => self.reader.read_ranges(&ranges).await,
        }
    }

    async fn footer(&mut self) -> Result<Footer, ConnectorError> {
        let (footer, tail) = self.footers.read(&self.reader).await?;
        self.tail = tail;
        self.account.scanned(footer.range.clone());
        self.account.progressed(footer.range.clone());
        self.account
            .has_row_groups(footer.metadata.num_row_groups());
        self.row_groups = footer
            .metadata
            .row_groups()
            .iter()
            .map(row_group_range)
            .collect();
        Ok(footer)
    }
}

/// The bytes from a row group's first column chunk to the end of its last one.
pub(super) fn row_group_range(row_group: &parquet::file::metadata::RowGroupMetaData) -> Range<u64> {
    let chunks = || row_group.columns().iter().map(chunk_range);
    let start = chunks().map(|range| range.start).min().unwrap_or(0);
    let end = chunks().map(|range| range.end).max().unwrap_or(0);
    start..end
}

/// The bytes of one column chunk, its dictionary page included. Offsets that make no sense give an empty range.
pub(super) fn chunk_range(column: &parquet::file::metadata::ColumnChunkMetaData) -> Range<u64> {
    let start = column
        .dictionary_page_offset()
        .filter(|offset| *offset > 0)
        .map_or(column.data_page_offset(), |offset| {
            offset.min(column.data_page_offset())
        });
    let start = u64::try_from(start).unwrap_or(0);
    let length = u64::try_from(column.compressed_size()).unwrap_or(0);
    start..start.saturating_add(length)
}

fn external(error: ConnectorError) -> ParquetError {
    ParquetError::External(Box::new(error))
}

impl AsyncFileReader for MeteredParquetReader {
    fn get_bytes(&mut self, range: Range<u64>) -> BoxFuture<'_, parquet::errors::Result<Bytes>> {
        async move {
            self.index_ranges.push(range.clone());
            let mut parts = self.read(vec![range]).await.map_err(external)?;
            Ok(parts.pop().unwrap_or_default())
        }
        .boxed()
    }

    fn get_byte_ranges(
        &mut self,
        ranges: Vec<Range<u64>>,
    ) -> BoxFuture<'_, parquet::errors::Result<Vec<Bytes>>> {
        async move { self.read(ranges).await.map_err(external) }.boxed()
    }

    fn get_metadata<'a>(
        &'a mut self,
        _options: Option<&'a ArrowReaderOptions>,
    ) -> BoxFuture<'a, parquet::errors::Result<Arc<ParquetMetaData>>> {
        async move {
            let footer = self.footer().await.map_err(external)?;
            if !self.with_page_index {
                return Ok(footer.metadata);
            }
            if let Some(indexed) = footer.indexed {
                for range in indexed.ranges {
                    self.account.scanned(range);
                }
                return Ok(indexed.metadata);
            }
            let mut index =
                ParquetMetaDataReader::new_with_metadata(footer.metadata.as_ref().clone())
                    .with_page_index_policy(PageIndexPolicy::Optional);
            self.index_ranges.clear();
            index.load_page_index(&mut *self).await?;
            let metadata = Arc::new(index.finish()?);
            let indexed = Footer {
                indexed: Some(IndexedFooter {
                    metadata: Arc::clone(&metadata),
                    ranges: std::mem::take(&mut self.index_ranges),
                }),
                ..footer
            };
            self.footers
                .put(self.reader.uri(), self.reader.meta(), &indexed);
            Ok(metadata)
        }
        .boxed()
    }
}
