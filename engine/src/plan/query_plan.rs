//! From a query's syntax tree to a physical plan, with the names that Trino gives to unnamed columns.

use std::sync::Arc;

use arrow::datatypes::{Field, Schema, SchemaRef};
use datafusion::execution::SessionState;
use datafusion::logical_expr::LogicalPlan;
use datafusion::physical_plan::ExecutionPlan;
use datafusion::sql::parser::Statement as DataFusionStatement;
use sqlparser::ast::{Expr, Ident, Query, SelectItem, SetExpr, Statement};

use super::hidden_columns;
use super::session::query_session;
use crate::error::Result;
use crate::query::QueryContext;

/// What unnamed columns are called until the plan is known; no user writes a control character.
const UNNAMED: &str = "\u{1}unnamed";

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
    let mut next = 0;
    mark_unnamed(&mut query.body, &mut next);
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

/// Gives the first SELECT's expressions that have no name one that is recognised again in the plan.
fn mark_unnamed(body: &mut SetExpr, next: &mut usize) {
    match body {
        SetExpr::Select(select) => {
            for item in &mut select.projection {
                let SelectItem::UnnamedExpr(expr) = item else {
                    continue;
                };
                if matches!(expr, Expr::Identifier(_) | Expr::CompoundIdentifier(_)) {
                    continue;
                }
                let alias = Ident::with_quote('"', format!("{UNNAMED}{next}"));
                *next += 1;
                *item = SelectItem::ExprWithAlias {
                    expr: expr.clone(),
                    alias,
                };
            }
        }
        SetExpr::Query(query) => mark_unnamed(&mut query.body, next),
        SetExpr::SetOperation { left, .. } => mark_unnamed(left, next),
        _ => {}
    }
}

/// The columns as clients see them: an unnamed one is `_colN` by its place, from 0.
fn output_schema(schema: &Schema) -> (SchemaRef, Vec<bool>) {
    let mut named = Vec::new();
    let fields: Vec<Field> = schema
        .fields()
        .iter()
        .enumerate()
        .map(|(place, field)| {
            let has_name = !field.name().starts_with(UNNAMED) && !is_values_column(field.name());
            named.push(has_name);
            let name = if has_name {
                field.name().clone()
            } else {
                format!("_col{place}")
            };
            Field::new(name, field.data_type().clone(), field.is_nullable())
        })
        .collect();
    (Arc::new(Schema::new(fields)), named)
}

/// DataFusion calls the columns of VALUES `column1`, `column2`, …: they have no names either.
fn is_values_column(name: &str) -> bool {
    name.strip_prefix("column").is_some_and(|digits| {
        !digits.is_empty() && digits.bytes().all(|digit| digit.is_ascii_digit())
    })
}
