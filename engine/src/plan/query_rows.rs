//! `system.runtime.queries`: the service's history as a table, as Trino has it.

use std::sync::Arc;

use arrow::array::{ArrayRef, Float64Array, Int64Array, StringArray, TimestampMillisecondArray};
use arrow::record_batch::RecordBatch;
use datafusion::catalog::TableProvider;
use datafusion::datasource::MemTable;
use prismlake_catalog::history::QueryRecord;

use crate::error::{QueryError, Result};
use crate::query::QueryContext;

/// The newest queries shown: more is a job for the history's own interface.
const QUERIES_MAX: usize = 10_000;

/// The table of the newest queries.
pub(super) async fn table(context: &QueryContext) -> Result<Arc<dyn TableProvider>> {
    let records = context.catalog().query_records(QUERIES_MAX).await?;
    let text = |value: fn(&QueryRecord) -> Option<&str>| -> ArrayRef {
        Arc::new(records.iter().map(value).collect::<StringArray>())
    };
    let number = |key: &str| -> ArrayRef {
        Arc::new(
            records
                .iter()
                .map(|record| record.report.get(key).and_then(serde_json::Value::as_i64))
                .collect::<Int64Array>(),
        )
    };
    let created = records
        .iter()
        .map(|record| Some(record.submitted_at.timestamp_millis()))
        .collect::<TimestampMillisecondArray>()
        .with_timezone("UTC");
    let cost = records
        .iter()
        .map(|record| {
            record
                .report
                .get("cost_usd")
                .and_then(serde_json::Value::as_f64)
        })
        .collect::<Float64Array>();
    let error = records
        .iter()
        .map(|record| record.report.get("error")?.get("code")?.as_str())
        .collect::<StringArray>();
    let batch = RecordBatch::try_from_iter_with_nullable(vec![
        ("query_id", text(|record| Some(&record.query_id)), true),
        ("state", text(|record| Some(&record.state)), true),
        ("user", text(|record| Some(&record.principal)), true),
        ("source", text(|record| Some(&record.source)), true),
        ("query", text(|record| Some(&record.statement)), true),
        (
            "statement_type",
            text(|record| record.statement_type.as_deref()),
            true,
        ),
        ("database", text(|record| Some(&record.database)), true),
        ("workgroup", text(|record| Some(&record.workgroup)), true),
        ("created", Arc::new(created), true),
        ("queued_time_ms", number("queue_ms"), true),
        ("planning_time_ms", number("planning_ms"), true),
        ("execution_time_ms", number("execution_ms"), true),
        ("rows", number("rows"), true),
        ("data_scanned_bytes", number("data_scanned_bytes"), true),
        ("cost_usd", Arc::new(cost), true),
        ("error_code", Arc::new(error), true),
    ])
    .map_err(|error| QueryError::internal(error.to_string()))?;
    Ok(Arc::new(MemTable::try_new(
        batch.schema(),
        vec![vec![batch]],
    )?))
}
