//! EXPLAIN: how a statement would be run; with ANALYZE how it was.

mod io_plan;
mod plan_json;

use std::fmt::Write as _;
use std::sync::Arc;

use arrow::array::BooleanArray;
use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use arrow::record_batch::RecordBatch;
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_plan::display::DisplayableExecutionPlan;
use futures::TryStreamExt;

use super::text_rows;
use crate::error::{QueryError, Result};
use crate::plan::{PlannedQuery, plan_query, type_query};
use crate::query::{QueryContext, StartedStatement};
use crate::sql::{Explain, ExplainFormat, ExplainType, Statement};

const COLUMN: &str = "Query Plan";

/// The statement's one column.
pub(super) fn schema(explain: &Explain) -> SchemaRef {
    if explain.plan_type == ExplainType::Validate && !explain.analyze {
        validity_schema()
    } else {
        text_rows::schema([COLUMN])
    }
}

pub(super) async fn execute(explain: Explain, context: QueryContext) -> Result<StartedStatement> {
    if explain.analyze {
        return analyzed(explain, context).await;
    }
    let Some(query) = explain.statement.query() else {
        return Err(QueryError::not_supported(
            "EXPLAIN takes a query, CREATE TABLE AS, INSERT or UNLOAD",
        ));
    };
    match explain.plan_type {
        ExplainType::Validate => {
            type_query(&context, query).await?;
            valid()
        }
        ExplainType::Io => {
            let planned = plan_query(&context, query).await?;
            lines(&io_plan::text(&planned, &explain.statement, &context)?)
        }
        ExplainType::Logical => {
            let planned = plan_query(&context, query).await?;
            let plan = &planned.logical;
            lines(&match explain.format {
                ExplainFormat::Text => plan.display_indent().to_string(),
                ExplainFormat::Graphviz => plan.display_graphviz().to_string(),
                ExplainFormat::Json => plan.display_pg_json().to_string(),
            })
        }
        ExplainType::Distributed => {
            let planned = plan_query(&context, query).await?;
            distributed(&planned, explain.format)
        }
    }
}

/// The operators as they run, below the plan that they were made of.
fn distributed(planned: &PlannedQuery, format: ExplainFormat) -> Result<StartedStatement> {
    let plan = planned.physical.as_ref();
    lines(&match format {
        ExplainFormat::Text => format!(
            "{}\n{}",
            planned.logical.display_indent(),
            DisplayableExecutionPlan::new(plan).indent(false)
        ),
        ExplainFormat::Graphviz => DisplayableExecutionPlan::new(plan).graphviz().to_string(),
        ExplainFormat::Json => plan_json::text(plan, None)?,
    })
}

/// Runs the statement, and shows for each operator the rows it gave, its time and the bytes it read.
async fn analyzed(explain: Explain, context: QueryContext) -> Result<StartedStatement> {
    if explain.statement.query().is_none() {
        return Err(QueryError::not_supported(
            "EXPLAIN ANALYZE takes a query, CREATE TABLE AS, INSERT or UNLOAD",
        ));
    }
    let (format, verbose) = (explain.format, explain.verbose);
    let started = Box::pin(super::execute(*explain.statement, context.clone())).await?;
    started.rows.try_for_each(|_| async { Ok(()) }).await?;
    let Some(plan) = context.accounting().plan().map(Arc::clone) else {
        return lines("");
    };
    lines(&match format {
        ExplainFormat::Json => plan_json::text(plan.as_ref(), Some(verbose))?,
        ExplainFormat::Graphviz => DisplayableExecutionPlan::with_metrics(plan.as_ref())
            .graphviz()
            .to_string(),
        ExplainFormat::Text => run_text(plan.as_ref(), verbose, &context)?,
    })
}

fn run_text(plan: &dyn ExecutionPlan, verbose: bool, context: &QueryContext) -> Result<String> {
    let report = context.query.report();
    let mut text = String::new();
    let write_failed = |error: std::fmt::Error| QueryError::internal(error.to_string());
    writeln!(
        text,
        "Planning: {} ms, data scanned: {} bytes",
        report.planning_ms, report.data_scanned_bytes
    )
    .map_err(write_failed)?;
    let shown = if verbose {
        DisplayableExecutionPlan::with_full_metrics(plan)
    } else {
        DisplayableExecutionPlan::with_metrics(plan)
    };
    write!(text, "{}", shown.indent(verbose)).map_err(write_failed)?;
    Ok(text)
}

fn lines(text: &str) -> Result<StartedStatement> {
    text_rows::one_column(COLUMN, text.lines().map(str::to_owned).collect())
}

fn validity_schema() -> SchemaRef {
    Arc::new(Schema::new(vec![Field::new(
        "Valid",
        DataType::Boolean,
        false,
    )]))
}

fn valid() -> Result<StartedStatement> {
    RecordBatch::try_new(
        validity_schema(),
        vec![Arc::new(BooleanArray::from(vec![true]))],
    )
    .map(StartedStatement::rows)
    .map_err(|error| QueryError::internal(error.to_string()))
}

/// The statement whose rows EXPLAIN would write, for its output table.
fn target(statement: &Statement) -> Option<String> {
    match statement {
        Statement::CreateTableAs(create) => Some(create.table.to_string()),
        Statement::InsertInto(insert) => Some(insert.table.to_string()),
        _ => None,
    }
}
