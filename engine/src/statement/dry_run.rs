//! `--dry-run`: what a statement would scan and cost, told from the catalog, listings and footers. No data is read.

use std::sync::Arc;

use arrow::array::{ArrayRef, Float64Array, Int64Array};
use arrow::record_batch::RecordBatch;
use datafusion::datasource::physical_plan::FileScanConfig;
use datafusion::datasource::source::DataSourceExec;
use datafusion::physical_plan::ExecutionPlan;
use prismlake_connectors::ObjectUri;
use prismlake_connectors::formats::estimate::{ScanEstimate, estimate_scan};
use prismlake_connectors::formats::failure_context::NamedFailures;

use crate::error::{QueryError, Result};
use crate::plan::plan_query;
use crate::query::{QueryContext, StartedStatement};
use crate::sql::Statement;

pub(super) async fn execute(
    statement: Statement,
    context: QueryContext,
) -> Result<StartedStatement> {
    // Metadata alone: parsed, free of charge, and not run.
    let Some(query) = statement.query() else {
        return Ok(StartedStatement::done());
    };
    let planned = plan_query(&context, query).await?;
    let mut scans = Vec::new();
    find_scans(&planned.physical, &mut scans);
    let mut estimate = ScanEstimate::default();
    for (config, base) in scans {
        let (_, store) = context.stores.open(&base).await?;
        estimate.add(estimate_scan(&config, store, &base, &context.parts.footers).await?);
    }
    context.accounting().estimated(estimate);
    let report = context.query.report();
    let cost = if estimate.data_scanned_bytes > 0 {
        context
            .parts
            .settings
            .pricing
            .cost_usd(estimate.data_scanned_bytes)
    } else {
        0.0
    };
    let number = |value: Option<u64>| -> ArrayRef {
        Arc::new(Int64Array::from(vec![
            value.and_then(|value| i64::try_from(value).ok()),
        ]))
    };
    let batch = RecordBatch::try_from_iter_with_nullable(vec![
        (
            "data_scanned_bytes",
            number(Some(estimate.data_scanned_bytes)),
            false,
        ),
        (
            "cost_usd",
            Arc::new(Float64Array::from(vec![cost])) as ArrayRef,
            false,
        ),
        (
            "partitions_scanned",
            number(report.partitions_scanned),
            true,
        ),
        ("partitions_total", number(report.partitions_total), true),
        ("files_scanned", number(Some(estimate.files)), false),
        ("files_total", number(report.files_total), true),
        (
            "row_groups_scanned",
            number(estimate.row_groups_scanned),
            true,
        ),
        ("row_groups_total", number(estimate.row_groups_total), true),
    ])
    .map_err(|error| QueryError::internal(error.to_string()))?;
    Ok(StartedStatement {
        counts_rows: false,
        ..StartedStatement::rows(batch)
    })
}

/// The scans of data files in a plan, each with an address in its store.
fn find_scans(plan: &Arc<dyn ExecutionPlan>, scans: &mut Vec<(FileScanConfig, ObjectUri)>) {
    if let Some(scan) = plan.downcast_ref::<DataSourceExec>()
        && let Some(config) = scan.data_source().downcast_ref::<FileScanConfig>()
        && let Some(source) = config.file_source().downcast_ref::<NamedFailures>()
    {
        scans.push((config.clone(), source.base().clone()));
    }
    for child in plan.children() {
        find_scans(child, scans);
    }
}
