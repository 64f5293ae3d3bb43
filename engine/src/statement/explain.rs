//! EXPLAIN: the plan of a query as text; with ANALYZE after running it.

use std::sync::Arc;

use arrow::datatypes::SchemaRef;
use datafusion::physical_plan::display::DisplayableExecutionPlan;
use futures::TryStreamExt;

use super::{select, text_rows};
use crate::error::Result;
use crate::plan::plan_query;
use crate::query::{QueryContext, StartedStatement};
use crate::sql::Explain;

const COLUMN: &str = "Query Plan";

/// The statement's one column.
pub(super) fn schema() -> SchemaRef {
    text_rows::schema([COLUMN])
}

pub(super) async fn execute(explain: Explain, context: QueryContext) -> Result<StartedStatement> {
    let planned = plan_query(&context, explain.query).await?;
    if !explain.analyze {
        let text = format!(
            "{}\n{}",
            planned.logical.display_indent(),
            DisplayableExecutionPlan::new(planned.physical.as_ref()).indent(false)
        );
        return lines(&text);
    }
    let plan = Arc::clone(&planned.physical);
    select::stream(planned, &context)?
        .try_for_each(|_| async { Ok(()) })
        .await?;
    let text = DisplayableExecutionPlan::with_metrics(plan.as_ref()).indent(true);
    lines(&text.to_string())
}

fn lines(text: &str) -> Result<StartedStatement> {
    text_rows::one_column(COLUMN, text.lines().map(str::to_owned).collect())
}
