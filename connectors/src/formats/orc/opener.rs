//! `OrcOpener`: opens one ORC file, or the stripes of it that begin in a range, as a stream of batches in the declared types.

use std::collections::VecDeque;
use std::ops::Range;
use std::sync::Arc;

use arrow::array::{RecordBatchOptions, new_null_array};
use arrow::datatypes::{Schema, SchemaRef};
use arrow::record_batch::RecordBatch;
use chrono_tz::Tz;
use datafusion::datasource::listing::PartitionedFile;
use datafusion::datasource::physical_plan::{FileOpenFuture, FileOpener};
use datafusion::error::{DataFusionError, Result};
use datafusion::physical_expr::PhysicalExpr;
use datafusion::physical_expr_adapter::{
    BatchAdapterFactory, PhysicalExprAdapter, PhysicalExprAdapterFactory,
};
use datafusion::physical_plan::metrics::ExecutionPlanMetricsSet;
use futures::stream::BoxStream;
use futures::{FutureExt, StreamExt};
use object_store::ObjectStore;
use orc_rust::array_decoder::NaiveStripeDecoder;
use orc_rust::projection::ProjectionMask;
use orc_rust::reader::metadata::FileMetadata;
use orc_rust::schema::RootDataType;
use orc_rust::stripe::{Stripe, StripeMetadata};

use super::far_future::with_summer_time;
use super::file::{OrcFile, invalid};
use super::lengths;
use super::prune::OrcPruner;
use super::stripe_scan::plan_stripe;
use super::stripe_streams::FetchedStripe;
use super::unions::batch_without_unions;
use crate::error::ConnectorError;
use crate::formats::column_mapping::{ColumnMapping, MappedColumns};
use crate::formats::failure_context::find_connector_error;
use crate::formats::object_reader::{ObjectReader, split_range};
use crate::formats::scan_accounting::{FileAccount, ScanAccounting};
use crate::object_uri::ObjectUri;

pub(super) struct OrcOpener {
    pub(super) store: Arc<dyn ObjectStore>,
    pub(super) base: ObjectUri,
    /// The declared columns to produce, in this order.
    pub(super) projected: SchemaRef,
    /// The declared columns of the files, by which positions are told.
    pub(super) declared: SchemaRef,
    pub(super) mapping: ColumnMapping,
    /// What rows have to fulfil, over the declared columns: rows that do not may be left out.
    pub(super) predicate: Option<Arc<dyn PhysicalExpr>>,
    pub(super) batch_rows: usize,
    pub(super) accounting: Arc<ScanAccounting>,
    pub(super) metrics: ExecutionPlanMetricsSet,
}

impl FileOpener for OrcOpener {
    fn open(&self, file: PartitionedFile) -> Result<FileOpenFuture> {
        let account = self
            .accounting
            .open_file(&self.metrics, &file.object_meta.location);
        let range = split_range(&file);
        let open = OrcOpen {
            reader: ObjectReader::new(Arc::clone(&self.store), &self.base, file.object_meta),
            account,
            range,
            projected: Arc::clone(&self.projected),
            declared: Arc::clone(&self.declared),
            mapping: self.mapping,
            predicate: self.predicate.clone(),
            batch_rows: self.batch_rows,
        };
        Ok(open.stream().boxed())
    }
}

struct OrcOpen {
    reader: ObjectReader,
    account: FileAccount,
    range: Option<Range<u64>>,
    projected: SchemaRef,
    declared: SchemaRef,
    mapping: ColumnMapping,
    predicate: Option<Arc<dyn PhysicalExpr>>,
    batch_rows: usize,
}

impl OrcOpen {
    async fn stream(self) -> Result<BoxStream<'static, Result<RecordBatch>>> {
        let file = OrcFile::open(self.reader.clone()).await.map_err(external)?;
        self.account.scanned(file.tail.range.clone());
        self.account.progressed(file.tail.range.clone());
        self.account.has_row_groups(file.stripes.len());
        let columns = self.columns_to_read(&file.physical);
        if columns.is_empty() {
            return self.rows_without_columns(file.metadata());
        }
        let mapping = self.resolved_mapping(&file.physical);
        let pruner = self.predicate.as_ref().and_then(|predicate| {
            let resolved = self.mapping.resolve(&self.declared, &file.physical);
            let adapter = MappedColumns::new(
                resolved,
                Arc::clone(&self.declared),
                Arc::clone(&file.physical),
            );
            OrcPruner::new(predicate, &self.declared, &adapter, &file)
        });
        let kept = match &pruner {
            Some(pruner) => pruner.stripes(&file).map_err(external)?,
            None => vec![true; file.stripes.len()],
        };
        let mut stripes = VecDeque::new();
        for ((index, place), kept) in file.stripes.iter().enumerate().zip(kept) {
            let in_range = self
                .range
                .as_ref()
                .is_none_or(|range| range.contains(&place.start));
            if in_range && kept {
                stripes.push_back(index);
            } else if in_range {
                self.account.progressed(place.clone());
            }
        }
        let projected = file.root().project(&projection_mask(&file, &columns));
        let decoded = Arc::new(file.decoded.project(&columns)?);
        let plain = Arc::new(file.physical.project(&columns)?);
        let adapter = BatchAdapterFactory::new(Arc::clone(&self.projected))
            .with_adapter_factory(Arc::new(mapping))
            .make_adapter(&plain)?;
        let scan = FileScan {
            file,
            account: self.account,
            pruner,
            stripes,
            projected,
            decoded,
            plain,
            batch_rows: self.batch_rows,
            decoder: None,
            zone: None,
        };
        Ok(
            futures::stream::try_unfold((scan, adapter), |(mut scan, adapter)| async move {
                match scan.next_batch().await.map_err(external)? {
                    Some(batch) => Ok(Some((adapter.adapt_batch(&batch)?, (scan, adapter)))),
                    None => Ok(None),
                }
            })
            .boxed(),
        )
    }

    /// For each projected column the file's column that it reads.
    fn resolved_mapping(&self, physical: &Schema) -> ResolvedColumns {
        let resolved = self.mapping.resolve(&self.declared, physical);
        let file_names = self
            .projected
            .fields()
            .iter()
            .map(|field| {
                let declared = self.declared.index_of(field.name()).ok()?;
                let column = resolved.get(declared).copied().flatten()?;
                Some(physical.fields().get(column)?.name().clone())
            })
            .collect();
        ResolvedColumns { file_names }
    }

    /// The file's root columns that the projection reads, in the file's order.
    fn columns_to_read(&self, physical: &Schema) -> Vec<usize> {
        let mut columns: Vec<usize> = self
            .resolved_mapping(physical)
            .file_names
            .iter()
            .flatten()
            .filter_map(|name| physical.index_of(name).ok())
            .collect();
        columns.sort_unstable();
        columns.dedup();
        columns
    }

    /// Where no column of the file is read, its footer alone says how many rows of NULLs there are.
    fn rows_without_columns(
        self,
        metadata: &FileMetadata,
    ) -> Result<BoxStream<'static, Result<RecordBatch>>> {
        let rows: u64 = metadata
            .stripe_metadatas()
            .iter()
            .filter(|stripe| {
                self.range
                    .as_ref()
                    .is_none_or(|range| range.contains(&stripe.offset()))
            })
            .map(StripeMetadata::number_of_rows)
            .fold(0, u64::saturating_add);
        self.account.progressed(0..self.reader.size());
        let schema = Arc::clone(&self.projected);
        let batch_rows = self.batch_rows.max(1);
        let stream = futures::stream::try_unfold(rows, move |left| {
            let schema = Arc::clone(&schema);
            async move {
                if left == 0 {
                    return Ok(None);
                }
                let count = usize::try_from(left).unwrap_or(usize::MAX).min(batch_rows);
                let columns = schema
                    .fields()
                    .iter()
                    .map(|field| new_null_array(field.data_type(), count))
                    .collect();
                let options = RecordBatchOptions::new().with_row_count(Some(count));
                let batch = RecordBatch::try_new_with_options(schema, columns, &options)?;
                Ok(Some((batch, left - u64::try_from(count).unwrap_or(left))))
            }
        });
        Ok(stream.boxed())
    }
}

/// The projection of those root columns.
pub(super) fn projection_mask(file: &OrcFile, columns: &[usize]) -> ProjectionMask {
    let root = file.root();
    ProjectionMask::roots(
        root,
        columns
            .iter()
            .filter_map(|column| root.children().get(*column))
            .map(|column| column.data_type().column_index()),
    )
}

/// One file's stripes on their way through the decoder.
struct FileScan {
    file: OrcFile,
    account: FileAccount,
    pruner: Option<OrcPruner>,
    /// Those still to be read.
    stripes: VecDeque<usize>,
    projected: RootDataType,
    /// The projected columns as the decoder gives them.
    decoded: SchemaRef,
    /// The same with structs in place of unions.
    plain: SchemaRef,
    batch_rows: usize,
    decoder: Option<NaiveStripeDecoder>,
    /// The writer's time zone of the stripe that is decoded.
    zone: Option<Tz>,
}

impl FileScan {
    async fn next_batch(&mut self) -> Result<Option<RecordBatch>, ConnectorError> {
        loop {
            if let Some(decoder) = &mut self.decoder {
                match decoder.next() {
                    Some(Ok(batch)) => {
                        let batch = match self.zone {
                            Some(zone) => with_summer_time(batch, zone)
                                .map_err(|error| invalid(&self.file.reader, error))?,
                            None => batch,
                        };
                        let batch = batch_without_unions(batch, &self.plain)
                            .map_err(|error| invalid(&self.file.reader, error))?;
                        return Ok(Some(batch));
                    }
                    Some(Err(error)) => return Err(self.failed(&error)),
                    None => self.decoder = None,
                }
            }
            let Some(index) = self.stripes.pop_front() else {
                return Ok(None);
            };
            self.open_stripe(index).await?;
        }
    }

    /// Plans the stripe, reads what it takes in as few requests as may be, and puts its decoder in place.
    async fn open_stripe(&mut self, index: usize) -> Result<(), ConnectorError> {
        let (Some(stripe), Some(place)) = (self.file.stripe(index), self.file.stripes.get(index))
        else {
            return Ok(());
        };
        let scan = plan_stripe(&self.file, stripe, &self.projected, self.pruner.as_ref()).await?;
        for range in &scan.metadata_ranges {
            self.account.scanned(range.clone());
        }
        let Some(rows) = scan.rows else {
            self.account.progressed(place.clone());
            return Ok(());
        };
        self.account
            .row_group_scanned(u64::try_from(index).unwrap_or(u64::MAX));
        for range in &rows.data_ranges {
            self.account.scanned(range.clone());
        }
        self.zone = scan.zone;
        let parts = self.file.reader.read_ranges(&rows.data_ranges).await?;
        for (column, start, version_1) in &rows.lengths {
            let place = rows
                .data_ranges
                .iter()
                .position(|range| range.start == *start);
            if let Some(part) = place.and_then(|place| parts.get(place)) {
                let plain = self.file.decompressed(part.clone())?;
                lengths::check(&plain, *version_1, lengths::limit(self.file.kind(*column)))
                    .map_err(|impossible| invalid(&self.file.reader, impossible.0))?;
            }
        }
        self.account.progressed(place.clone());
        let mut fetched = FetchedStripe::new(
            rows.data_ranges
                .iter()
                .map(|range| range.start)
                .zip(parts)
                .chain([(stripe.footer_offset(), scan.footer)])
                .collect(),
        );
        let opened = Stripe::new_async(&mut fetched, self.file.metadata(), &self.projected, stripe);
        let stripe = opened.await.map_err(|error| self.failed(&error))?;
        let decoder = NaiveStripeDecoder::new_with_selection(
            stripe,
            Arc::clone(&self.decoded),
            self.batch_rows,
            rows.selection,
        );
        self.decoder = Some(decoder.map_err(|error| self.failed(&error))?);
        Ok(())
    }

    /// What the decoder raised: a failed read as it is, anything else as bad data.
    fn failed(&self, error: &(dyn std::error::Error + 'static)) -> ConnectorError {
        match find_connector_error(error) {
            Some(known) => ConnectorError::new(known.kind, known.message.clone()).with_uri(
                known
                    .uri
                    .as_deref()
                    .unwrap_or(&self.file.reader.uri().to_string()),
            ),
            None => invalid(&self.file.reader, error),
        }
    }
}

/// Adapts batches whose columns were found already: each declared column by the exact name of the file's column.
#[derive(Debug)]
struct ResolvedColumns {
    file_names: Vec<Option<String>>,
}

impl PhysicalExprAdapterFactory for ResolvedColumns {
    fn create(
        &self,
        declared: SchemaRef,
        physical: SchemaRef,
    ) -> Result<Arc<dyn PhysicalExprAdapter>> {
        let mapping = self
            .file_names
            .iter()
            .map(|name| physical.index_of(name.as_deref()?).ok())
            .collect();
        Ok(Arc::new(MappedColumns::new(mapping, declared, physical)))
    }
}

fn external(error: ConnectorError) -> DataFusionError {
    DataFusionError::External(Box::new(error))
}
