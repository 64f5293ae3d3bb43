//! Running statements: a file for each kind, and the one place that tells them apart.

mod alter_partitions;
mod alter_table;
mod analyze;
mod create_external_table;
mod create_table_as;
mod ctas_options;
mod databases;
mod describe;
mod describe_column;
mod describe_details;
mod dry_run;
mod explain;
mod insert_into;
mod msck_repair;
mod prepared;
mod select;
mod show;
mod show_engine;
mod table_ddl;
mod text_rows;
mod unload;
mod views;

pub use text_rows::LINE_COLUMNS;

use std::sync::Arc;

use arrow::datatypes::{Schema, SchemaRef};

use prismlake_functions::types::Type;

use crate::error::Result;
use crate::plan::type_query;
use crate::query::{QueryContext, StartedStatement};
use crate::sql::{Statement, with_parameters};

/// Plans a statement and starts it.
pub(crate) async fn execute(
    statement: Statement,
    context: QueryContext,
) -> Result<StartedStatement> {
    if context.query.request.dry_run {
        return dry_run::execute(statement, context).await;
    }
    match statement {
        Statement::Query(query) => select::execute(query, context).await,
        Statement::Explain(explain) => explain::execute(explain, context).await,
        Statement::CreateTableAs(create) => create_table_as::execute(create, context).await,
        Statement::Unload(unload) => unload::execute(unload, context).await,
        Statement::InsertInto(insert) => insert_into::execute(insert, context).await,
        Statement::CreateView(create) => views::create(&context, create).await,
        Statement::DropView { view, if_exists } => views::drop(&context, &view, if_exists).await,
        Statement::ShowCreateView { view } => views::show_create(&context, &view).await,
        Statement::Prepare(prepare) => prepared::prepare(&context, prepare).await,
        Statement::Execute { name, parameters } => {
            let statement = prepared::bound(&context, &name, &parameters).await?;
            Box::pin(execute(statement, context)).await
        }
        Statement::ExecuteImmediate(immediate) => {
            let statement = with_parameters(*immediate.statement, &immediate.parameters)?;
            Box::pin(execute(statement, context)).await
        }
        Statement::DeallocatePrepare { name } => prepared::deallocate(&context, &name).await,
        Statement::DescribeInput { name } => prepared::describe_input(&context, &name).await,
        Statement::DescribeOutput { name } => prepared::describe_output(&context, &name).await,
        Statement::ShowCatalogs { like } => show_engine::catalogs(like.as_ref()),
        Statement::ShowFunctions { like } => show_engine::functions(like.as_ref()),
        Statement::ShowSession { like } => show_engine::session(&context, like.as_ref()),
        Statement::CreateDatabase {
            name,
            if_not_exists,
            comment,
            location,
            properties,
        } => {
            databases::create(
                &context,
                &name,
                if_not_exists,
                comment,
                location,
                properties,
            )
            .await
        }
        Statement::AlterDatabase { name, properties } => {
            databases::set_properties(&context, &name, properties).await
        }
        Statement::DropDatabase {
            name,
            if_exists,
            cascade,
        } => databases::drop(&context, &name, if_exists, cascade).await,
        Statement::CreateExternalTable(definition) => {
            create_external_table::execute(*definition, &context).await
        }
        Statement::DropTable { table, if_exists } => {
            table_ddl::drop_table(&context, &table, if_exists).await
        }
        Statement::MsckRepairTable { table, mode } => {
            msck_repair::execute(&context, &table, mode).await
        }
        Statement::Analyze(statement) => analyze::execute(&context, statement).await,
        Statement::AlterTable(alter) => alter_table::execute(&context, *alter).await,
        Statement::AddPartitions {
            table,
            if_not_exists,
            partitions,
        } => alter_partitions::add(&context, &table, if_not_exists, partitions).await,
        Statement::DropPartitions {
            table,
            if_exists,
            partitions,
        } => alter_partitions::drop(&context, &table, if_exists, partitions).await,
        Statement::ShowDatabases { pattern } => show::databases(&context, pattern.as_deref()).await,
        Statement::ShowTables { database, pattern } => {
            show::tables(&context, database.as_deref(), pattern.as_deref()).await
        }
        Statement::ShowViews { database, pattern } => {
            show::views(&context, database.as_deref(), pattern.as_deref()).await
        }
        Statement::ShowPartitions { table } => show::partitions(&context, &table).await,
        Statement::ShowColumns { table } => show::columns(&context, &table).await,
        Statement::ShowCreateTable { table } => table_ddl::show_create(&context, &table).await,
        Statement::ShowTableProperties { table, key } => {
            show::table_properties(&context, &table, key.as_deref()).await
        }
        Statement::Describe(statement) => describe::execute(&context, statement).await,
    }
}

/// What a statement returns and takes, told without running it.
#[derive(Debug, Clone)]
pub struct StatementDescription {
    /// The columns of its result.
    pub schema: SchemaRef,
    /// The types of its parameters in the order of their `?`; `None` where nothing tells one.
    pub parameters: Vec<Option<Type>>,
}

/// Describes a statement. Queries are typed; statements that only read metadata are run.
pub(crate) async fn describe(
    statement: Statement,
    context: QueryContext,
) -> Result<StatementDescription> {
    let parameters = prepared::parameter_types(&context, &statement).await?;
    Ok(StatementDescription {
        schema: result_schema(statement, context).await?,
        parameters,
    })
}

async fn result_schema(statement: Statement, context: QueryContext) -> Result<SchemaRef> {
    Ok(match statement {
        Statement::Query(query) => type_query(&context, &query).await?.schema(),
        Statement::CreateTableAs(_)
        | Statement::Unload(_)
        | Statement::InsertInto(_)
        | Statement::CreateDatabase { .. }
        | Statement::AlterDatabase { .. }
        | Statement::DropDatabase { .. }
        | Statement::CreateExternalTable(_)
        | Statement::DropTable { .. }
        | Statement::CreateView(_)
        | Statement::DropView { .. }
        | Statement::Prepare(_)
        | Statement::DeallocatePrepare { .. }
        | Statement::AlterTable(_)
        | Statement::AddPartitions { .. }
        | Statement::DropPartitions { .. } => Arc::new(Schema::empty()),
        Statement::MsckRepairTable { .. } => msck_repair::schema(),
        Statement::Analyze(_) => analyze::schema(),
        Statement::Explain(explain) => explain::schema(&explain),
        Statement::Execute { name, parameters } => {
            let statement = prepared::bound(&context, &name, &parameters).await?;
            Box::pin(result_schema(statement, context)).await?
        }
        Statement::ExecuteImmediate(immediate) => {
            let statement = with_parameters(*immediate.statement, &immediate.parameters)?;
            Box::pin(result_schema(statement, context)).await?
        }
        reads_metadata => execute(reads_metadata, context).await?.schema,
    })
}
