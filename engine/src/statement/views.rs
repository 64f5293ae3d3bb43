//! CREATE VIEW, DROP VIEW and SHOW CREATE VIEW.

use std::collections::BTreeMap;

use prismlake_catalog::{CatalogError, Column, StorageDescriptor, Table, TableName, TableType};

use super::table_ddl::require_table;
use super::text_rows;
use crate::error::{ErrorCode, QueryError, Result};
use crate::plan::type_query;
use crate::plan::view_definition::{self, EXPANDED_TEXT, ViewDefinition};
use crate::query::{QueryContext, StartedStatement};
use crate::sql::{CreateView, TableReference};

/// What Athena and Trino write as the comment of a view without one.
const DEFAULT_COMMENT: &str = "Presto View";

pub(super) async fn create(context: &QueryContext, create: CreateView) -> Result<StartedStatement> {
    let name = context.table_name(&create.view)?;
    let existing = context.catalog().table(&name).await?;
    if let Some(existing) = &existing {
        if existing.table_type != TableType::VirtualView {
            return Err(QueryError::new(
                ErrorCode::TableAlreadyExists,
                format!("Table already exists: '{name}'; a view cannot replace it"),
            ));
        }
        if !create.or_replace {
            return Err(QueryError::new(
                ErrorCode::TableAlreadyExists,
                format!("View already exists: '{name}'"),
            ));
        }
    }
    let typed = type_query(context, &create.query).await?;
    let mut columns = Vec::new();
    for (place, column) in typed.analyzed.columns.iter().enumerate() {
        let Some(column_name) = &column.name else {
            return Err(QueryError::new(
                ErrorCode::MissingColumnName,
                format!(
                    "Column name not specified at position {}; give it a name with AS",
                    place + 1
                ),
            ));
        };
        let column_name = column_name.to_lowercase();
        if columns.iter().any(|(known, _)| *known == column_name) {
            return Err(QueryError::new(
                ErrorCode::DuplicateColumnName,
                format!("Column name '{column_name}' specified more than once"),
            ));
        }
        if column.data_type == prismlake_functions::types::Type::Unknown {
            return Err(QueryError::new(
                ErrorCode::ColumnTypeUnknown,
                format!("Column type is unknown at position {}", place + 1),
            ));
        }
        columns.push((column_name, column.data_type.clone()));
    }
    let table = table_of(context, &name, &create, columns)?;
    match existing {
        None => context.catalog().create_table(table).await?,
        Some(_) => context.catalog().update_table(table, None).await?,
    }
    Ok(StartedStatement::done())
}

/// The view as Glue holds it. The columns' types are Hive's where Hive has them, so that others can show them.
fn table_of(
    context: &QueryContext,
    name: &TableName,
    create: &CreateView,
    columns: Vec<(String, prismlake_functions::types::Type)>,
) -> Result<Table> {
    let shown = columns
        .iter()
        .map(|(column, data_type)| {
            let hive_type = crate::plan::column_types::to_hive(column, data_type)
                .map_or_else(|_| "string".to_owned(), |hive_type| hive_type.to_string());
            Column::new(column, hive_type)
        })
        .collect();
    let view = ViewDefinition::new(
        create.query_text.clone(),
        context.query.request.database.to_lowercase(),
        columns,
    );
    let comment = create.comment.as_deref();
    Ok(Table {
        table_type: TableType::VirtualView,
        description: create.comment.clone(),
        view_original_text: Some(view.encoded(comment)?),
        view_expanded_text: Some(EXPANDED_TEXT.to_owned()),
        storage_descriptor: StorageDescriptor {
            columns: shown,
            ..StorageDescriptor::default()
        },
        partition_keys: Vec::new(),
        parameters: BTreeMap::from([
            ("presto_view".to_owned(), "true".to_owned()),
            (
                "comment".to_owned(),
                comment.unwrap_or(DEFAULT_COMMENT).to_owned(),
            ),
        ]),
        ..Table::external(name)
    })
}

pub(super) async fn drop(
    context: &QueryContext,
    reference: &TableReference,
    if_exists: bool,
) -> Result<StartedStatement> {
    let name = context.table_name(reference)?;
    let missing = || {
        QueryError::new(
            ErrorCode::TableNotFound,
            format!("View '{name}' does not exist"),
        )
    };
    match context.catalog().table(&name).await? {
        None if if_exists => return Ok(StartedStatement::done()),
        None => return Err(missing()),
        Some(table) if table.table_type != TableType::VirtualView => {
            return Err(QueryError::new(
                ErrorCode::TableNotFound,
                format!(
                    "View '{name}' does not exist, but a table with that name exists; use DROP TABLE"
                ),
            ));
        }
        Some(_) => {}
    }
    match context.catalog().drop_table(&name).await {
        Err(CatalogError::TableNotFound(_)) if if_exists => {}
        dropped => dropped?,
    }
    Ok(StartedStatement::done())
}

pub(super) async fn show_create(
    context: &QueryContext,
    reference: &TableReference,
) -> Result<StartedStatement> {
    let (name, table) = require_table(context, reference).await?;
    if table.table_type != TableType::VirtualView {
        return Err(QueryError::not_supported(format!(
            "Relation '{name}' is a table, not a view; use SHOW CREATE TABLE"
        )));
    }
    let view = view_definition::read(&name, &table)?;
    let text = format!(
        "CREATE VIEW {}.{} AS\n{}",
        name.database,
        name.table(),
        view.text
    );
    text_rows::one_column("Create View", text.lines().map(str::to_owned).collect())
}
