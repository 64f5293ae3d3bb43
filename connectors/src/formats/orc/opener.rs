//! `OrcOpener`: opens one ORC file, or the stripes of it that begin in a range, as a stream of batches in the declared types.

use std::collections::HashMap;
use std::ops::Range;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use arrow::array::{RecordBatchOptions, new_null_array};
use arrow::datatypes::{Schema, SchemaRef};
use arrow::record_batch::RecordBatch;
use datafusion::datasource::listing::PartitionedFile;
use datafusion::datasource::physical_plan::{FileOpenFuture, FileOpener};
use datafusion::error::{DataFusionError, Result};
use datafusion::physical_expr_adapter::{
    BatchAdapterFactory, PhysicalExprAdapter, PhysicalExprAdapterFactory,
};
use datafusion::physical_plan::metrics::ExecutionPlanMetricsSet;
use futures::stream::BoxStream;
use futures::{FutureExt, StreamExt};
use object_store::ObjectStore;
use orc_rust::ArrowReaderBuilder;
use orc_rust::projection::ProjectionMask;
use orc_rust::reader::metadata::FileMetadata;
use orc_rust::schema::{ArrowSchemaOptions, TimestampPrecision};
use orc_rust::stripe::StripeMetadata;

use super::reader::{MeteredOrcReader, StripeRanges};
use super::tail::OrcTail;
use crate::error::{ConnectorError, ErrorKind};
use crate::formats::column_mapping::{ColumnMapping, MappedColumns};
use crate::formats::failure_context::find_connector_error;
use crate::formats::object_reader::ObjectReader;
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
    pub(super) batch_rows: usize,
    pub(super) accounting: Arc<ScanAccounting>,
    pub(super) metrics: ExecutionPlanMetricsSet,
}

impl FileOpener for OrcOpener {
    fn open(&self, file: PartitionedFile) -> Result<FileOpenFuture> {
        let account = self
            .accounting
            .open_file(&self.metrics, &file.object_meta.location);
        let range = file
            .range
            .as_ref()
            .map(|range| offset(range.start)..offset(range.end));
        let open = OrcOpen {
            reader: ObjectReader::new(Arc::clone(&self.store), &self.base, file.object_meta),
            account,
            range,
            projected: Arc::clone(&self.projected),
            declared: Arc::clone(&self.declared),
            mapping: self.mapping,
            batch_rows: self.batch_rows,
        };
        Ok(open.stream().boxed())
    }
}

fn offset(value: i64) -> u64 {
    u64::try_from(value).unwrap_or(0)
}

struct OrcOpen {
    reader: ObjectReader,
    account: FileAccount,
    range: Option<Range<u64>>,
    projected: SchemaRef,
    declared: SchemaRef,
    mapping: ColumnMapping,
    batch_rows: usize,
}

impl OrcOpen {
    async fn stream(self) -> Result<BoxStream<'static, Result<RecordBatch>>> {
        let tail = OrcTail::read(&self.reader).await.map_err(external)?;
        self.account.scanned(tail.range.clone());
        self.account.progressed(tail.range.clone());
        let stripes = StripeRanges::default();
        let metered = MeteredOrcReader::new(
            self.reader.clone(),
            Some(self.account.clone()),
            tail,
            Arc::clone(&stripes),
        );
        let opened = AssertUnwindSafe(ArrowReaderBuilder::try_new_async(metered))
            .catch_unwind()
            .await;
        let mut builder = match opened {
            Ok(Ok(builder)) => builder,
            Ok(Err(error)) => return Err(decoding_failed(&error, self.reader.uri())),
            Err(_) => return Err(contradictory(self.reader.uri())),
        };
        let ranges = stripe_ranges(builder.file_metadata(), &self.reader).map_err(external)?;
        self.account.has_row_groups(ranges.len());
        // Set once: the cell is this file's own.
        let _ = stripes.set(ranges);

        let root = builder.file_metadata().root_data_type();
        let physical = root.create_arrow_schema_with_options(
            &HashMap::new(),
            ArrowSchemaOptions::new().with_timestamp_precision(TimestampPrecision::Microsecond),
        );
        let columns = self.columns_to_read(&physical);
        if columns.is_empty() {
            return self.rows_without_columns(builder.file_metadata());
        }
        let mask = ProjectionMask::roots(
            root,
            columns
                .iter()
                .filter_map(|column| root.children().get(*column))
                .map(|column| column.data_type().column_index()),
        );
        if let Some(range) = &self.range {
            let bound = |value: u64| usize::try_from(value).unwrap_or(usize::MAX);
            builder = builder.with_file_byte_range(bound(range.start)..bound(range.end));
        }
        let decoded = builder
            .with_timestamp_precision(TimestampPrecision::Microsecond)
            .with_batch_size(self.batch_rows)
            .with_projection(mask)
            .build_async();
        let adapter = BatchAdapterFactory::new(Arc::clone(&self.projected))
            .with_adapter_factory(Arc::new(self.resolved_mapping(&physical)))
            .make_adapter(&decoded.schema())?;
        let uri = self.reader.uri().clone();
        // The decoder trusts lengths inside a stripe; a corrupt one may make it panic, which is one more way to be bad data.
        Ok(AssertUnwindSafe(decoded)
            .catch_unwind()
            .map(move |decoded| match decoded {
                Ok(Ok(batch)) => adapter.adapt_batch(&batch),
                Ok(Err(error)) => Err(decoding_failed(&error, &uri)),
                Err(_) => Err(contradictory(&uri)),
            })
            .boxed())
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

/// Where a file's stripes lie, each checked to lie within the file.
pub(super) fn stripe_ranges(
    metadata: &FileMetadata,
    reader: &ObjectReader,
) -> Result<Vec<Range<u64>>, ConnectorError> {
    metadata
        .stripe_metadatas()
        .iter()
        .map(|stripe| {
            let end = [
                stripe.index_length(),
                stripe.data_length(),
                stripe.footer_length(),
            ]
            .into_iter()
            .fold(stripe.offset(), u64::saturating_add);
            if end > reader.size() {
                return Err(ConnectorError::new(
                    ErrorKind::BadData,
                    format!(
                        "not a valid ORC file: a stripe should end at byte {end} and the file has only {}; it may be truncated",
                        reader.size()
                    ),
                )
                .with_uri(reader.uri()));
            }
            Ok(stripe.offset()..end)
        })
        .collect()
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

/// What the decoder raised: a failed read as it is, anything else as bad data.
fn decoding_failed(error: &(dyn std::error::Error + 'static), uri: &ObjectUri) -> DataFusionError {
    let failure = match find_connector_error(error) {
        Some(known) => ConnectorError::new(known.kind, known.message.clone())
            .with_uri(known.uri.as_deref().unwrap_or(&uri.to_string())),
        None => ConnectorError::new(
            ErrorKind::BadData,
            format!("not a valid ORC file; it may be truncated or corrupt: {error}"),
        )
        .with_uri(uri),
    };
    external(failure)
}

fn contradictory(uri: &ObjectUri) -> DataFusionError {
    external(
        ConnectorError::new(
            ErrorKind::BadData,
            "not a valid ORC file: its streams contradict each other; it may be corrupt",
        )
        .with_uri(uri),
    )
}
