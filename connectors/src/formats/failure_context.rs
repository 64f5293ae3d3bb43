//! `NamedFailures` wraps a `FileSource` so that whatever goes wrong while a file is read names that file.

use std::fmt::{self, Debug, Formatter};
use std::sync::Arc;

use arrow::error::ArrowError;
use arrow::record_batch::RecordBatch;
use datafusion::common::config::ConfigOptions;
use datafusion::common::tree_node::TreeNodeRecursion;
use datafusion::datasource::listing::PartitionedFile;
use datafusion::datasource::physical_plan::{FileOpener, FileScanConfig, FileSource};
use datafusion::datasource::table_schema::TableSchema;
use datafusion::error::{DataFusionError, Result};
use datafusion::physical_expr::projection::ProjectionExprs;
use datafusion::physical_expr::{
    EquivalenceProperties, LexOrdering, PhysicalExpr, PhysicalSortExpr,
};
use datafusion::physical_plan::DisplayFormatType;
use datafusion::physical_plan::filter_pushdown::FilterPushdownPropagation;
use datafusion::physical_plan::metrics::ExecutionPlanMetricsSet;
use datafusion::physical_plan::sort_pushdown::SortOrderPushdownResult;
use datafusion_datasource::morsel::{
    Morsel, MorselPlan, MorselPlanner, Morselizer, PendingMorselPlanner,
};
use futures::StreamExt;
use futures::stream::BoxStream;
use object_store::ObjectStore;

use super::decode_guard::{Contradiction, guarded, guarded_future, guarded_stream};
use crate::error::{ConnectorError, ErrorKind};
use crate::object_uri::ObjectUri;

/// Makes what opens the files of a source.
pub trait MorselizerFactory: Debug + Send + Sync {
    /// The morselizer of one partition of the scan.
    fn create(
        &self,
        source: &dyn FileSource,
        store: Arc<dyn ObjectStore>,
        config: &FileScanConfig,
        partition: usize,
    ) -> Result<Box<dyn Morselizer>>;
}

/// Opens files as their source does.
#[derive(Debug)]
pub struct OwnMorselizer;

impl MorselizerFactory for OwnMorselizer {
    fn create(
        &self,
        source: &dyn FileSource,
        store: Arc<dyn ObjectStore>,
        config: &FileScanConfig,
        partition: usize,
    ) -> Result<Box<dyn Morselizer>> {
        source.create_morselizer(store, config, partition)
    }
}

/// A source whose failures name the file, and tell bad data from a failing store.
#[derive(Clone)]
pub struct NamedFailures {
    inner: Arc<dyn FileSource>,
    base: ObjectUri,
    morselizers: Arc<dyn MorselizerFactory>,
}

impl NamedFailures {
    /// Wraps `inner`, which reads from the store that serves `base`.
    pub fn wrap(
        inner: Arc<dyn FileSource>,
        base: ObjectUri,
        morselizers: Arc<dyn MorselizerFactory>,
    ) -> Arc<dyn FileSource> {
        Arc::new(NamedFailures {
            inner,
            base,
            morselizers,
        })
    }

    /// The source that reads the files.
    pub fn inner(&self) -> &Arc<dyn FileSource> {
        &self.inner
    }

    /// The root of the store that the source reads from.
    pub fn base(&self) -> &ObjectUri {
        &self.base
    }

    fn rewrap(&self, inner: Arc<dyn FileSource>) -> Arc<dyn FileSource> {
        NamedFailures::wrap(inner, self.base.clone(), Arc::clone(&self.morselizers))
    }
}

impl FileSource for NamedFailures {
    fn create_file_opener(
        &self,
        object_store: Arc<dyn ObjectStore>,
        base_config: &FileScanConfig,
        partition: usize,
    ) -> Result<Arc<dyn FileOpener>> {
        self.inner
            .create_file_opener(object_store, base_config, partition)
    }

    fn create_morselizer(
        &self,
        object_store: Arc<dyn ObjectStore>,
        base_config: &FileScanConfig,
        partition: usize,
    ) -> Result<Box<dyn Morselizer>> {
        let inner =
            self.morselizers
                .create(self.inner.as_ref(), object_store, base_config, partition)?;
        Ok(Box::new(NamingMorselizer {
            inner,
            base: self.base.clone(),
        }))
    }

    fn table_schema(&self) -> &TableSchema {
        self.inner.table_schema()
    }

    fn with_batch_size(&self, batch_size: usize) -> Arc<dyn FileSource> {
        self.rewrap(self.inner.with_batch_size(batch_size))
    }

    fn filter(&self) -> Option<Arc<dyn PhysicalExpr>> {
        self.inner.filter()
    }

    fn projection(&self) -> Option<&ProjectionExprs> {
        self.inner.projection()
    }

    fn metrics(&self) -> &ExecutionPlanMetricsSet {
        self.inner.metrics()
    }

    fn file_type(&self) -> &str {
        self.inner.file_type()
    }

    fn fmt_extra(&self, format: DisplayFormatType, formatter: &mut Formatter<'_>) -> fmt::Result {
        self.inner.fmt_extra(format, formatter)
    }

    fn supports_repartitioning(&self) -> bool {
        self.inner.supports_repartitioning()
    }

    fn repartitioned(
        &self,
        target_partitions: usize,
        repartition_file_min_size: usize,
        output_ordering: Option<LexOrdering>,
        config: &FileScanConfig,
    ) -> Result<Option<FileScanConfig>> {
        self.inner.repartitioned(
            target_partitions,
            repartition_file_min_size,
            output_ordering,
            config,
        )
    }

    fn try_pushdown_filters(
        &self,
        filters: Vec<Arc<dyn PhysicalExpr>>,
        config: &ConfigOptions,
    ) -> Result<FilterPushdownPropagation<Arc<dyn FileSource>>> {
        let mut pushed = self.inner.try_pushdown_filters(filters, config)?;
        pushed.updated_node = pushed.updated_node.map(|node| self.rewrap(node));
        Ok(pushed)
    }

    fn try_pushdown_sort(
        &self,
        order: &[PhysicalSortExpr],
        equivalences: &EquivalenceProperties,
    ) -> Result<SortOrderPushdownResult<Arc<dyn FileSource>>> {
        Ok(match self.inner.try_pushdown_sort(order, equivalences)? {
            SortOrderPushdownResult::Exact { inner } => SortOrderPushdownResult::Exact {
                inner: self.rewrap(inner),
            },
            SortOrderPushdownResult::Inexact { inner } => SortOrderPushdownResult::Inexact {
                inner: self.rewrap(inner),
            },
            SortOrderPushdownResult::Unsupported => SortOrderPushdownResult::Unsupported,
        })
    }

    fn reorder_files(&self, files: Vec<PartitionedFile>) -> Vec<PartitionedFile> {
        self.inner.reorder_files(files)
    }

    fn try_pushdown_projection(
        &self,
        projection: &ProjectionExprs,
    ) -> Result<Option<Arc<dyn FileSource>>> {
        Ok(self
            .inner
            .try_pushdown_projection(projection)?
            .map(|source| self.rewrap(source)))
    }

    fn apply_expressions(
        &self,
        visit: &mut dyn FnMut(&Arc<dyn PhysicalExpr>) -> Result<TreeNodeRecursion>,
    ) -> Result<TreeNodeRecursion> {
        self.inner.apply_expressions(visit)
    }
}

#[derive(Debug)]
struct NamingMorselizer {
    inner: Box<dyn Morselizer>,
    base: ObjectUri,
}

impl Morselizer for NamingMorselizer {
    fn plan_file(&self, file: PartitionedFile) -> Result<Box<dyn MorselPlanner>> {
        let uri = Arc::new(self.base.with_key(file.object_meta.location.as_ref()));
        match self.inner.plan_file(file) {
            Ok(inner) => Ok(Box::new(NamingPlanner { inner, uri })),
            Err(error) => Err(name_failure(error, &uri)),
        }
    }
}

#[derive(Debug)]
struct NamingPlanner {
    inner: Box<dyn MorselPlanner>,
    uri: Arc<ObjectUri>,
}

impl MorselPlanner for NamingPlanner {
    fn plan(self: Box<Self>) -> Result<Option<MorselPlan>> {
        let uri = self.uri;
        let inner = self.inner;
        let planned = guarded(|| inner.plan())
            .unwrap_or_else(|contradiction| Err(contradictory(contradiction, &uri)));
        let Some(mut plan) = planned.map_err(|error| name_failure(error, &uri))? else {
            return Ok(None);
        };
        let name_planner = |inner: Box<dyn MorselPlanner>| -> Box<dyn MorselPlanner> {
            Box::new(NamingPlanner {
                inner,
                uri: Arc::clone(&uri),
            })
        };
        let morsels = plan
            .take_morsels()
            .into_iter()
            .map(|inner| -> Box<dyn Morsel> {
                Box::new(NamingMorsel {
                    inner,
                    uri: Arc::clone(&uri),
                })
            })
            .collect();
        let planners = plan
            .take_ready_planners()
            .into_iter()
            .map(name_planner)
            .collect();
        let mut named = MorselPlan::new()
            .with_morsels(morsels)
            .with_planners(planners);
        if let Some(pending) = plan.take_pending_planner() {
            named.set_pending_planner(name_pending(pending, Arc::clone(&uri)));
        }
        Ok(Some(named))
    }
}

async fn name_pending(
    pending: PendingMorselPlanner,
    uri: Arc<ObjectUri>,
) -> Result<Box<dyn MorselPlanner>> {
    match guarded_future(pending.into_future()).await {
        Ok(Ok(inner)) => Ok(Box::new(NamingPlanner { inner, uri })),
        Ok(Err(error)) => Err(name_failure(error, &uri)),
        Err(contradiction) => Err(contradictory(contradiction, &uri)),
    }
}

struct NamingMorsel {
    inner: Box<dyn Morsel>,
    uri: Arc<ObjectUri>,
}

impl Debug for NamingMorsel {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        self.inner.fmt(formatter)
    }
}

impl Morsel for NamingMorsel {
    fn into_stream(self: Box<Self>) -> BoxStream<'static, Result<RecordBatch>> {
        let uri = self.uri;
        guarded_stream(self.inner.into_stream())
            .map(move |batch| match batch {
                Ok(batch) => batch.map_err(|error| name_failure(error, &uri)),
                Err(contradiction) => Err(contradictory(contradiction, &uri)),
            })
            .boxed()
    }
}

fn contradictory(Contradiction(words): Contradiction, uri: &ObjectUri) -> DataFusionError {
    DataFusionError::External(Box::new(
        ConnectorError::new(
            ErrorKind::BadData,
            format!("the file contradicts itself; it may be corrupt: {words}"),
        )
        .with_uri(uri),
    ))
}

/// Names the object in a failure of reading it. What a query's own expressions raise (a division by zero, a cast) is left
/// alone, and so is what concerns no object, such as a memory limit.
fn name_failure(error: DataFusionError, uri: &ObjectUri) -> DataFusionError {
    if let Some(known) = find_connector_error(&error) {
        return DataFusionError::External(Box::new(
            ConnectorError::new(known.kind, known.message.clone())
                .with_uri(known.uri.as_deref().unwrap_or(&uri.to_string())),
        ));
    }
    let root = error.find_root();
    let bad_data = match root {
        // Raised while a file's columns are fitted to those declared, before any row is read.
        DataFusionError::Plan(_) | DataFusionError::Execution(_)
            if error.to_string().contains("(physical data type)") =>
        {
            true
        }
        DataFusionError::ParquetError(_) | DataFusionError::IoError(_) => true,
        DataFusionError::ObjectStore(store) => {
            return DataFusionError::External(Box::new(ConnectorError::from_store(store, uri)));
        }
        DataFusionError::ArrowError(arrow, _) => matches!(
            arrow.as_ref(),
            ArrowError::ParquetError(_) | ArrowError::ExternalError(_) | ArrowError::IoError(_, _)
        ),
        _ => false,
    };
    if !bad_data {
        return error;
    }
    DataFusionError::External(Box::new(
        ConnectorError::new(
            ErrorKind::BadData,
            format!("the file cannot be read; it may be truncated or corrupt: {root}"),
        )
        .with_uri(uri),
    ))
}

/// The failure of this crate inside a chain of errors, if there is one.
pub fn find_connector_error<'a>(
    error: &'a (dyn std::error::Error + 'static),
) -> Option<&'a ConnectorError> {
    let mut current: Option<&(dyn std::error::Error + 'static)> = Some(error);
    while let Some(error) = current {
        if let Some(found) = error.downcast_ref::<ConnectorError>() {
            return Some(found);
        }
        // These hide their cause from `source`, or show it one level too deep.
        current = match error.downcast_ref::<DataFusionError>() {
            Some(DataFusionError::External(inner)) => Some(inner.as_ref()),
            Some(DataFusionError::ArrowError(inner, _)) => Some(inner.as_ref()),
            Some(DataFusionError::ParquetError(inner)) => Some(inner.as_ref()),
            Some(DataFusionError::Shared(inner)) => Some(inner.as_ref()),
            Some(DataFusionError::Context(_, inner)) => Some(inner.as_ref()),
            _ => match error.downcast_ref::<ArrowError>() {
                Some(ArrowError::ExternalError(inner)) => Some(inner.as_ref()),
                _ => match error.downcast_ref::<parquet::errors::ParquetError>() {
                    Some(parquet::errors::ParquetError::External(inner)) => Some(inner.as_ref()),
                    _ => error.source(),
                },
            },
        };
    }
    None
}
