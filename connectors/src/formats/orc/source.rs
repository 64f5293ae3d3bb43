//! The ORC scan as a DataFusion `FileSource`.

use std::sync::Arc;

use arrow::datatypes::Schema;
use datafusion::common::config::ConfigOptions;
use datafusion::common::tree_node::TreeNodeRecursion;
use datafusion::datasource::physical_plan::{FileOpener, FileScanConfig, FileSource};
use datafusion::datasource::projection::{ProjectionOpener, SplitProjection};
use datafusion::datasource::table_schema::TableSchema;
use datafusion::error::Result;
use datafusion::physical_expr::PhysicalExpr;
use datafusion::physical_expr::projection::ProjectionExprs;
use datafusion::physical_expr::utils::conjunction;
use datafusion::physical_plan::filter_pushdown::{FilterPushdownPropagation, PushedDown};
use datafusion::physical_plan::metrics::ExecutionPlanMetricsSet;
use object_store::ObjectStore;

use super::opener::OrcOpener;
use crate::formats::column_mapping::ColumnMapping;
use crate::formats::failure_context::{NamedFailures, OwnMorselizer};
use crate::formats::scan_accounting::ScanAccounting;
use crate::object_uri::ObjectUri;

/// Rows of a batch when the session asks for no other number.
const BATCH_ROWS: usize = 8192;

/// A source of ORC files in the store that serves `base`. Whole stripes are split over partitions.
pub fn orc_source(
    table_schema: TableSchema,
    base: ObjectUri,
    mapping: ColumnMapping,
) -> Arc<dyn FileSource> {
    let source = OrcSource {
        projection: SplitProjection::unprojected(&table_schema),
        table_schema,
        base: base.clone(),
        mapping,
        predicate: None,
        batch_rows: BATCH_ROWS,
        accounting: Arc::default(),
        metrics: ExecutionPlanMetricsSet::new(),
    };
    NamedFailures::wrap(Arc::new(source), base, Arc::new(OwnMorselizer))
}

#[derive(Clone)]
pub(in crate::formats) struct OrcSource {
    table_schema: TableSchema,
    projection: SplitProjection,
    base: ObjectUri,
    mapping: ColumnMapping,
    /// What rows have to fulfil; used to skip stripes and row groups, not rows.
    predicate: Option<Arc<dyn PhysicalExpr>>,
    batch_rows: usize,
    accounting: Arc<ScanAccounting>,
    metrics: ExecutionPlanMetricsSet,
}

impl OrcSource {
    /// How the declared columns find the files'.
    pub(in crate::formats) fn mapping(&self) -> ColumnMapping {
        self.mapping
    }
}

impl FileSource for OrcSource {
    fn create_file_opener(
        &self,
        object_store: Arc<dyn ObjectStore>,
        base_config: &FileScanConfig,
        _partition: usize,
    ) -> Result<Arc<dyn FileOpener>> {
        let declared: &Arc<Schema> = self.table_schema.file_schema();
        let opener = OrcOpener {
            store: object_store,
            base: self.base.clone(),
            projected: Arc::new(declared.project(&self.projection.file_indices)?),
            declared: Arc::clone(declared),
            mapping: self.mapping,
            predicate: self.predicate.clone(),
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
        Arc::new(OrcSource {
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
        "orc"
    }

    fn filter(&self) -> Option<Arc<dyn PhysicalExpr>> {
        self.predicate.clone()
    }

    fn try_pushdown_filters(
        &self,
        filters: Vec<Arc<dyn PhysicalExpr>>,
        _config: &ConfigOptions,
    ) -> Result<FilterPushdownPropagation<Arc<dyn FileSource>>> {
        let kept = vec![PushedDown::No; filters.len()];
        let propagation = FilterPushdownPropagation::with_parent_pushdown_result(kept);
        if filters.is_empty() {
            return Ok(propagation);
        }
        let all = self.predicate.iter().cloned().chain(filters);
        Ok(propagation.with_updated_node(Arc::new(OrcSource {
            predicate: Some(conjunction(all)),
            ..self.clone()
        })))
    }

    fn try_pushdown_projection(
        &self,
        projection: &ProjectionExprs,
    ) -> Result<Option<Arc<dyn FileSource>>> {
        let merged = self.projection.source.try_merge(projection)?;
        Ok(Some(Arc::new(OrcSource {
            projection: SplitProjection::new(self.table_schema.file_schema(), &merged),
            ..self.clone()
        })))
    }

    fn apply_expressions(
        &self,
        visit: &mut dyn FnMut(&Arc<dyn PhysicalExpr>) -> Result<TreeNodeRecursion>,
    ) -> Result<TreeNodeRecursion> {
        let projected = self
            .projection
            .source
            .iter()
            .map(|projected| &projected.expr);
        for expression in self.predicate.iter().chain(projected) {
            if visit(expression)? == TreeNodeRecursion::Stop {
                return Ok(TreeNodeRecursion::Stop);
            }
        }
        Ok(TreeNodeRecursion::Continue)
    }
}
