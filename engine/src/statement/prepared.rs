//! PREPARE, EXECUTE, DEALLOCATE PREPARE, DESCRIBE INPUT and DESCRIBE OUTPUT. Statements are kept in the catalog, by workgroup.

use chrono::Utc;
use prismlake_catalog::prepared_statement::PreparedStatement;
use prismlake_functions::types::Type;
use sqlparser::ast::Expr;

use super::{insert_into, text_rows};
use crate::error::{ErrorCode, QueryError, Result};
use crate::plan::type_query;
use crate::query::{QueryContext, StartedStatement};
use crate::sql::{self, Prepare, Statement};

pub(super) async fn prepare(context: &QueryContext, prepare: Prepare) -> Result<StartedStatement> {
    context
        .catalog()
        .put_prepared_statement(PreparedStatement {
            name: prepare.name.to_lowercase(),
            workgroup: context.query.request.workgroup.clone(),
            statement: prepare.text,
            description: None,
            modified_at: Utc::now(),
        })
        .await?;
    Ok(StartedStatement::done())
}

/// The statement that EXECUTE names, with its parameters put in.
pub(super) async fn bound(
    context: &QueryContext,
    name: &str,
    parameters: &[Expr],
) -> Result<Statement> {
    let statement = find(context, name).await?;
    sql::with_parameters(statement, parameters)
}

pub(super) async fn deallocate(context: &QueryContext, name: &str) -> Result<StartedStatement> {
    let workgroup = &context.query.request.workgroup;
    let dropped = context
        .catalog()
        .drop_prepared_statement(workgroup, &name.to_lowercase())
        .await?;
    if dropped {
        Ok(StartedStatement::done())
    } else {
        Err(not_found(name))
    }
}

/// The parameters with the types that their places tell.
pub(super) async fn describe_input(context: &QueryContext, name: &str) -> Result<StartedStatement> {
    let statement = find(context, name).await?;
    let rows = parameter_types(context, &statement)
        .await?
        .into_iter()
        .enumerate()
        .map(|(place, data_type)| {
            let data_type = data_type.unwrap_or(Type::Unknown);
            [place.to_string(), data_type.to_string()]
        })
        .collect();
    text_rows::columns(["Position", "Type"], rows)
}

/// The types of a statement's parameters, as far as their places tell them.
pub(super) async fn parameter_types(
    context: &QueryContext,
    statement: &Statement,
) -> Result<Vec<Option<Type>>> {
    let count = sql::parameter_count(statement);
    let mut types = match statement.query() {
        Some(query) if count > 0 => type_query(context, query).await?.analyzed.parameters,
        _ => Vec::new(),
    };
    types.resize(count, None);
    if let Statement::InsertInto(insert) = statement
        && types.contains(&None)
    {
        for (place, data_type) in insert_into::parameter_types(context, insert).await? {
            if let Some(unknown @ None) = types.get_mut(place) {
                *unknown = Some(data_type);
            }
        }
    }
    Ok(types)
}

/// The columns of the statement's result.
pub(super) async fn describe_output(
    context: &QueryContext,
    name: &str,
) -> Result<StartedStatement> {
    let statement = find(context, name).await?;
    let rows = match &statement {
        Statement::Query(query) => type_query(context, query)
            .await?
            .analyzed
            .columns
            .into_iter()
            .enumerate()
            .map(|(place, column)| {
                let aliased = column.name.is_some();
                [
                    column.name.unwrap_or_else(|| format!("_col{place}")),
                    String::new(),
                    String::new(),
                    String::new(),
                    column.data_type.to_string(),
                    stored_bytes(&column.data_type).to_string(),
                    aliased.to_string(),
                ]
            })
            .collect(),
        _ => vec![[
            "rows".to_owned(),
            String::new(),
            String::new(),
            String::new(),
            Type::Bigint.to_string(),
            "8".to_owned(),
            "false".to_owned(),
        ]],
    };
    text_rows::columns(
        [
            "Column Name",
            "Catalog",
            "Schema",
            "Table",
            "Type",
            "Type Size",
            "Aliased",
        ],
        rows,
    )
}

/// Bytes of a value of fixed size, as Trino counts them; 0 for others.
fn stored_bytes(data_type: &Type) -> u8 {
    match data_type {
        Type::Boolean | Type::Tinyint => 1,
        Type::Smallint => 2,
        Type::Integer | Type::Real | Type::Date => 4,
        Type::Bigint
        | Type::Double
        | Type::Time(_)
        | Type::Timestamp(_)
        | Type::IntervalDayToSecond
        | Type::IntervalYearToMonth => 8,
        _ => 0,
    }
}

async fn find(context: &QueryContext, name: &str) -> Result<Statement> {
    let workgroup = &context.query.request.workgroup;
    let found = context
        .catalog()
        .prepared_statement(workgroup, &name.to_lowercase())
        .await?;
    match found {
        Some(prepared) => sql::parse(&prepared.statement),
        None => Err(not_found(name)),
    }
}

fn not_found(name: &str) -> QueryError {
    QueryError::new(
        ErrorCode::PartitionNotFound,
        format!("Prepared statement not found: {name}; PREPARE it in this workgroup"),
    )
}
