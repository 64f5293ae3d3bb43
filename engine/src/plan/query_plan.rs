//! From a query's syntax tree to a physical plan.

use std::sync::Arc;

use arrow::datatypes::{Field, Schema, SchemaRef};
use datafusion::execution::SessionState;
use datafusion::logical_expr::LogicalPlan;
use datafusion::physical_plan::ExecutionPlan;
use prismlake_functions::types::Type;
use sqlparser::ast::Query;

use super::CATALOG_NAME;
use super::decorrelation::decorrelated;
use super::hidden_columns;
use super::relation_lookup::find_relations;
use super::result_columns::TYPE_METADATA;
use super::session::query_session;
use crate::analyze::{AnalyzedQuery, OutputColumn, SessionFacts, analyze_query, with_column_types};
use crate::error::Result;
use crate::query::QueryContext;

/// A query ready to run.
pub(crate) struct PlannedQuery {
    pub(crate) session: SessionState,
    pub(crate) logical: LogicalPlan,
    pub(crate) physical: Arc<dyn ExecutionPlan>,
    /// The columns under the names that clients see.
    pub(crate) schema: SchemaRef,
    /// The columns as the query has them: names only where it gives some.
    pub(crate) columns: Vec<OutputColumn>,
}

/// A query whose names and types are known.
pub(crate) struct TypedQuery {
    pub(crate) session: SessionState,
    pub(crate) analyzed: AnalyzedQuery,
    facts: SessionFacts,
}

impl TypedQuery {
    /// The query with its columns coerced to these types, which they can be.
    pub(crate) fn with_column_types(self, types: &[Type]) -> Result<TypedQuery> {
        let analyzed = with_column_types(self.analyzed, types, &self.facts, &self.session)?;
        Ok(TypedQuery { analyzed, ..self })
    }

    /// Plans the query. Partitions are pruned and files listed on the way.
    pub(crate) async fn plan(self) -> Result<PlannedQuery> {
        plan_typed(self.session, self.analyzed.plan, self.analyzed.columns).await
    }

    /// The columns under the names that clients see.
    pub(crate) fn schema(&self) -> SchemaRef {
        result_schema(&self.analyzed.columns)
    }
}

/// Resolves a query's names and types. No files are listed.
pub(crate) async fn type_query(context: &QueryContext, query: &Query) -> Result<TypedQuery> {
    let hidden_columns = hidden_columns::are_named(query);
    let relations = find_relations(context, query, hidden_columns).await?;
    let session = query_session(context)?;
    let facts = SessionFacts {
        started: context.query.submitted_at,
        user: context.query.request.principal.clone(),
        catalog: CATALOG_NAME.to_owned(),
        database: context.query.request.database.to_lowercase(),
    };
    let analyzed = analyze_query(query, &relations, &facts, &session)?;
    Ok(TypedQuery {
        session,
        analyzed,
        facts,
    })
}

/// Plans a query. Partitions are pruned and files listed on the way.
pub(crate) async fn plan_query(context: &QueryContext, query: &Query) -> Result<PlannedQuery> {
    type_query(context, query).await?.plan().await
}

async fn plan_typed(
    session: SessionState,
    plan: LogicalPlan,
    columns: Vec<OutputColumn>,
) -> Result<PlannedQuery> {
    let aliases = &session.execution_props().alias_generator;
    let logical = session.optimize(&decorrelated(plan, aliases)?)?;
    let physical = session
        .query_planner()
        .create_physical_plan(&logical, &session)
        .await?;
    Ok(PlannedQuery {
        session,
        logical,
        physical,
        schema: result_schema(&columns),
        columns,
    })
}

/// The columns under the names that clients see: those that the query gives, and Trino's `_colN` for those that it does not.
fn result_schema(columns: &[OutputColumn]) -> SchemaRef {
    let fields: Vec<Field> = columns
        .iter()
        .enumerate()
        .map(|(place, column)| {
            let name = match &column.name {
                Some(name) => name.clone(),
                None => format!("_col{place}"),
            };
            Field::new(name, column.data_type.arrow(), true)
                .with_metadata([(TYPE_METADATA.to_owned(), column.data_type.to_string())].into())
        })
        .collect();
    Arc::new(Schema::new(fields))
}
