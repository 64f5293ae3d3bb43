//! What scanning one Parquet file would read: its footer, and the projected chunks of the row groups not ruled out.

use std::collections::BTreeSet;
use std::sync::Arc;

use arrow::datatypes::Schema;
use datafusion::datasource::physical_plan::{FileScanConfig, ParquetFileMetrics};
use datafusion::physical_expr::PhysicalExpr;
use datafusion::physical_expr::expressions::Column;
use datafusion::physical_expr::utils::collect_columns;
use datafusion::physical_expr_adapter::PhysicalExprAdapter;
use datafusion::physical_optimizer::pruning::PruningPredicateBuilder;
use datafusion::physical_plan::metrics::ExecutionPlanMetricsSet;
use datafusion_datasource_parquet::{ParquetAccessPlan, RowGroupAccessPlanFilter};
use parquet::arrow::parquet_to_arrow_schema;

use super::footer_cache::FooterCache;
use super::reader::chunk_range;
use crate::error::{ConnectorError, ErrorKind, Result};
use crate::formats::column_mapping::ColumnMapping;
use crate::formats::estimate::ScanEstimate;
use crate::formats::object_reader::ObjectReader;

/// Estimates one file; `columns` are indexes into the declared file schema.
pub async fn estimate_parquet(
    reader: &ObjectReader,
    config: &FileScanConfig,
    columns: &BTreeSet<usize>,
    predicate: Option<Arc<dyn PhysicalExpr>>,
    footers: &FooterCache,
) -> Result<ScanEstimate> {
    let (footer, _) = footers.read(reader).await?;
    let metadata = &footer.metadata;
    let descriptor = metadata.file_metadata().schema_descr();
    let physical = parquet_to_arrow_schema(descriptor, None).map_err(|error| {
        ConnectorError::new(
            ErrorKind::BadData,
            format!("not a valid Parquet file: {error}"),
        )
        .with_uri(reader.uri())
    })?;
    let physical = Arc::new(physical);
    let declared = config.file_schema();
    let adapters = config
        .expr_adapter_factory
        .clone()
        .unwrap_or_else(|| Arc::new(ColumnMapping::ByName));
    let adapter = adapters
        .create(Arc::clone(declared), Arc::clone(&physical))
        .map_err(|error| {
            ConnectorError::new(ErrorKind::TypeContradiction, error.to_string())
                .with_uri(reader.uri())
        })?;
    let roots = physical_roots(adapter.as_ref(), declared, columns);
    let groups = metadata.row_groups();
    let mut kept = RowGroupAccessPlanFilter::new(ParquetAccessPlan::new_all(groups.len()));
    let mut index_bytes = 0;
    if let Some(predicate) = predicate {
        let pruning = adapter.rewrite(predicate).and_then(|adapted| {
            PruningPredicateBuilder::new()
                .with_file_schema(Arc::clone(&physical))
                .try_build(adapted)
        });
        // A predicate that statistics say nothing about prunes nothing.
        if let Ok(pruning) = pruning {
            let metrics =
                ParquetFileMetrics::new(0, reader.uri().key(), &ExecutionPlanMetricsSet::new());
            kept.prune_by_statistics(&physical, descriptor, groups, &pruning, &metrics);
        }
        index_bytes = page_index_bytes(metadata);
    }
    let kept = kept.build();
    let mut estimate = ScanEstimate {
        data_scanned_bytes: footer.range.end - footer.range.start + index_bytes,
        files: 1,
        row_groups_total: u64::try_from(groups.len()).ok(),
        row_groups_scanned: Some(0),
    };
    for (index, group) in groups.iter().enumerate() {
        if !kept.should_scan(index) || roots.is_empty() {
            continue;
        }
        if let Some(scanned) = &mut estimate.row_groups_scanned {
            *scanned += 1;
        }
        for (leaf, chunk) in group.columns().iter().enumerate() {
            if roots.contains(&descriptor.get_column_root_idx(leaf)) {
                let range = chunk_range(chunk);
                estimate.data_scanned_bytes += range.end.saturating_sub(range.start);
            }
        }
    }
    Ok(estimate)
}

/// The root columns of the file that the declared `columns` read.
fn physical_roots(
    adapter: &dyn PhysicalExprAdapter,
    declared: &Schema,
    columns: &BTreeSet<usize>,
) -> BTreeSet<usize> {
    columns
        .iter()
        .filter_map(|index| {
            let field = declared.fields().get(*index)?;
            let column: Arc<dyn PhysicalExpr> = Arc::new(Column::new(field.name(), *index));
            adapter.rewrite(column).ok()
        })
        .flat_map(|adapted| collect_columns(&adapted))
        .map(|column| column.index())
        .collect()
}

/// A scan with a predicate consults the page indexes of every column.
fn page_index_bytes(metadata: &parquet::file::metadata::ParquetMetaData) -> u64 {
    let mut ranges = crate::formats::byte_ranges::ByteRanges::default();
    let mut total = 0;
    for chunk in metadata
        .row_groups()
        .iter()
        .flat_map(|group| group.columns())
    {
        let parts = [
            (chunk.column_index_offset(), chunk.column_index_length()),
            (chunk.offset_index_offset(), chunk.offset_index_length()),
        ];
        for (offset, length) in parts {
            if let (Some(Ok(start)), Some(Ok(length))) =
                (offset.map(u64::try_from), length.map(u64::try_from))
            {
                total += ranges.insert(start..start.saturating_add(length));
            }
        }
    }
    total
}
