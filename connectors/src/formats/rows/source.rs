//! The scan of row-oriented objects as a DataFusion `FileSource`.

use std::sync::Arc;

use datafusion::common::tree_node::TreeNodeRecursion;
use datafusion::datasource::physical_plan::{FileOpener, FileScanConfig, FileSource};
use datafusion::datasource::projection::{ProjectionOpener, SplitProjection};
use datafusion::datasource::table_schema::TableSchema;
use datafusion::error::Result;
use datafusion::physical_expr::PhysicalExpr;
use datafusion::physical_expr::projection::ProjectionExprs;
use datafusion::physical_plan::metrics::ExecutionPlanMetricsSet;
use object_store::ObjectStore;

use super::opener::RowOpener;
use crate::formats::failure_context::{NamedFailures, OwnMorselizer};
use crate::formats::row_format::RowFormat;
use crate::formats::scan_accounting::ScanAccounting;
use crate::object_uri::ObjectUri;

/// Rows of a batch when the session asks for no other number.
const BATCH_ROWS: usize = 8192;

/// A source of objects of that format in the store that serves `base`.
pub(in crate::formats) fn row_source(
    table_schema: TableSchema,
    base: ObjectUri,
    format: RowFormat,
) -> Arc<dyn FileSource> {
    let source = RowSource {
        projection: SplitProjection::unprojected(&table_schema),
        table_schema,
        base: base.clone(),
        format: Arc::new(format),
        batch_rows: BATCH_ROWS,
        accounting: Arc::default(),
        metrics: ExecutionPlanMetricsSet::new(),
    };
    NamedFailures::wrap(Arc::new(source), base, Arc::new(OwnMorselizer))
}

#[derive(Clone)]
struct RowSource {
    table_schema: TableSchema,
    projection: SplitProjection,
    base: ObjectUri,
    format: Arc<RowFormat>,
    batch_rows: usize,
    accounting: Arc<ScanAccounting>,
    metrics: ExecutionPlanMetricsSet,
}

impl FileSource for RowSource {
    fn create_file_opener(
        &self,
        object_store: Arc<dyn ObjectStore>,
        base_config: &FileScanConfig,
        _partition: usize,
    ) -> Result<Arc<dyn FileOpener>> {
        let declared = self.table_schema.file_schema();
        let opener = RowOpener {
            store: object_store,
            base: self.base.clone(),
            format: Arc::clone(&self.format),
            declared: Arc::clone(declared),
            projection: self.projection.file_indices.clone(),
            batch_rows: base_config.batch_size.unwrap_or(self.batch_rows),
            accounting: Arc::clone(&self.accounting),
            metrics: self.metrics.clone(),
        };
        ProjectionOpener::try_new(self.projection.clone(), Arc::new(opener), declared)
    }

    fn table_schema(&self) -> &TableSchema {
        &self.table_schema
    }

    fn with_batch_size(&self, batch_size: usize) -> Arc<dyn FileSource> {
        Arc::new(RowSource {
            batch_rows: batch_size,
            ..self.clone()
        })
    }

    fn projection(&self) -> Option<&ProjectionExprs> {
        Some(&self.projection.source)
    }

    fn metrics(&self) -> &ExecutionPlanMetricsSet {
        &self.metrics
    }

    fn file_type(&self) -> &str {
        self.format.name()
    }

    fn supports_repartitioning(&self) -> bool {
        self.format.is_splittable()
    }

    fn try_pushdown_projection(
        &self,
        projection: &ProjectionExprs,
    ) -> Result<Option<Arc<dyn FileSource>>> {
        let merged = self.projection.source.try_merge(projection)?;
        Ok(Some(Arc::new(RowSource {
            projection: SplitProjection::new(self.table_schema.file_schema(), &merged),
            ..self.clone()
        })))
    }

    fn apply_expressions(
        &self,
        visit: &mut dyn FnMut(&Arc<dyn PhysicalExpr>) -> Result<TreeNodeRecursion>,
    ) -> Result<TreeNodeRecursion> {
        for projected in &self.projection.source {
            if visit(&projected.expr)? == TreeNodeRecursion::Stop {
                return Ok(TreeNodeRecursion::Stop);
            }
        }
        Ok(TreeNodeRecursion::Continue)
    }
}
