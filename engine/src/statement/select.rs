//! Queries: planned, started, and streamed to whoever asked.

use std::sync::Arc;

use arrow::datatypes::SchemaRef;
use arrow::record_batch::{RecordBatch, RecordBatchOptions};
use datafusion::physical_plan::execute_stream;
use futures::StreamExt;
use futures::stream::BoxStream;
use sqlparser::ast::Query;

use crate::error::{QueryError, Result};
use crate::plan::{PlannedQuery, plan_query};
use crate::query::{QueryContext, StartedStatement};

pub(super) async fn execute(query: Box<Query>, context: QueryContext) -> Result<StartedStatement> {
    let planned = plan_query(&context, &query).await?;
    let schema = Arc::clone(&planned.schema);
    Ok(StartedStatement {
        schema,
        rows: stream(planned, &context)?,
        counts_rows: true,
        cancels_itself: false,
    })
}

/// The rows of a planned query under the names that clients see.
pub(super) fn stream(
    planned: PlannedQuery,
    context: &QueryContext,
) -> Result<BoxStream<'static, Result<RecordBatch>>> {
    let PlannedQuery {
        session,
        physical,
        schema,
        ..
    } = planned;
    context.accounting().plan_started(Arc::clone(&physical));
    let rows = execute_stream(physical, session.task_ctx())?;
    let (accounting, pool) = (
        Arc::clone(context.accounting()),
        Arc::clone(&session.runtime_env().memory_pool),
    );
    Ok(rows
        .map(move |batch| {
            accounting.memory_seen(pool.as_ref());
            renamed(batch.map_err(QueryError::from)?, &schema)
        })
        .boxed())
}

/// The batch with its columns' names replaced.
pub(super) fn renamed(batch: RecordBatch, schema: &SchemaRef) -> Result<RecordBatch> {
    let options = RecordBatchOptions::new().with_row_count(Some(batch.num_rows()));
    RecordBatch::try_new_with_options(Arc::clone(schema), batch.columns().to_vec(), &options)
        .map_err(|error| QueryError::internal(error.to_string()))
}
