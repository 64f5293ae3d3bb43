//! From a query's syntax tree to a physical plan, with the names that Trino gives to unnamed columns.

use std::sync::Arc;

use arrow::datatypes::SchemaRef;
use datafusion::execution::SessionState;
use datafusion::logical_expr::LogicalPlan;
use datafusion::physical_plan::ExecutionPlan;
use datafusion::sql::parser::Statement as DataFusionStatement;
use sqlparser::ast::{Query, Statement};

use super::column_names::{mark_unnamed, output_schema};
use super::hidden_columns;
use super::session::query_session;
use crate::error::Result;
use crate::query::QueryContext;

/// A query ready to run.
pub(crate) struct PlannedQuery {
    pub(crate) session: SessionState,
    pub(crate) logical: LogicalPlan,
    pub(crate) physical: Arc<dyn ExecutionPlan>,
    /// The columns under the names that clients see.
    pub(crate) schema: SchemaRef,
    /// For each column whether the query gave it a name.
    pub(crate) named: Vec<bool>,
}

/// Plans a query. Partitions are pruned and files listed on the way.
pub(crate) async fn plan_query(
    context: &QueryContext,
    mut query: Box<Query>,
) -> Result<PlannedQuery> {
    let hidden_columns = hidden_columns::expose(&mut query);
    mark_unnamed(&mut query);
    let session = query_session(context, hidden_columns)?;
    let statement = DataFusionStatement::Statement(Box::new(Statement::Query(query)));
    let logical = session.statement_to_plan(statement).await?;
    let logical = session.optimize(&logical)?;
    let physical = session
        .query_planner()
        .create_physical_plan(&logical, &session)
        .await?;
    let (schema, named) = output_schema(&physical.schema());
    Ok(PlannedQuery {
        session,
        logical,
        physical,
        schema,
        named,
    })
}
