//! DROP TABLE and SHOW CREATE TABLE.

use prismlake_catalog::hive_type::HiveType;
use prismlake_catalog::{CatalogError, Column, Table, TableName, TableType};

use super::text_rows;
use crate::error::{ErrorCode, QueryError, Result};
use crate::query::{QueryContext, StartedStatement};
use crate::sql::storage_format::StorageClasses;
use crate::sql::{ColumnDefinition, CreateExternalTable, SortOrder, TableReference, render_table};

/// The table of that name, or the error that clients know.
pub(super) async fn require_table(
    context: &QueryContext,
    reference: &TableReference,
) -> Result<(TableName, Table)> {
    let name = context.table_name(reference)?;
    match context.catalog().table(&name).await? {
        Some(table) => Ok((name, table)),
        None => Err(CatalogError::TableNotFound(name).into()),
    }
}

/// As `require_table`, for what is done to files: a view has none.
pub(super) async fn require_stored_table(
    context: &QueryContext,
    reference: &TableReference,
    statement: &str,
) -> Result<(TableName, Table)> {
    let (name, table) = require_table(context, reference).await?;
    if table.table_type == TableType::VirtualView {
        return Err(QueryError::new(
            ErrorCode::NotSupported,
            format!("'{name}' is a view; {statement} is for tables"),
        ));
    }
    let kind = table.parameters.get("table_type");
    if kind.is_some_and(|kind| kind.eq_ignore_ascii_case("ICEBERG")) {
        return Err(QueryError::new(
            ErrorCode::NotSupported,
            format!("table '{name}' is of type ICEBERG; {statement} is for Hive's tables"),
        ));
    }
    Ok((name, table))
}

pub(super) async fn drop_table(
    context: &QueryContext,
    reference: &TableReference,
    if_exists: bool,
) -> Result<StartedStatement> {
    let name = context.table_name(reference)?;
    let table = context.catalog().table(&name).await?;
    if table.is_some_and(|table| table.table_type == TableType::VirtualView) {
        return Err(QueryError::new(
            ErrorCode::NotSupported,
            format!("Cannot drop a view with DROP TABLE: '{name}' is one; use DROP VIEW"),
        ));
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
    if table.table_type == TableType::VirtualView {
        return Err(QueryError::new(
            ErrorCode::NotSupported,
            format!("'{name}' is a view; use SHOW CREATE VIEW"),
        ));
    }
    let ddl = render_table(&definition_of(reference, table)?);
    text_rows::one_column("createtab_stmt", ddl.lines().map(str::to_owned).collect())
}

/// The properties that the DDL tells by other words.
const TOLD_OTHERWISE: &[&str] = &["EXTERNAL", "comment"];

/// The declaration of a table, under the name by which it was asked for.
fn definition_of(reference: &TableReference, table: Table) -> Result<CreateExternalTable> {
    let descriptor = table.storage_descriptor;
    let comment = table.description.or_else(|| {
        let comment = table.parameters.get("comment").cloned();
        comment.filter(|comment| !comment.is_empty())
    });
    Ok(CreateExternalTable {
        table: TableReference {
            catalog: None,
            database: reference.database.as_ref().map(|name| name.to_lowercase()),
            table: reference.table.to_lowercase(),
        },
        if_not_exists: false,
        columns: definitions(descriptor.columns)?,
        comment,
        partition_keys: definitions(table.partition_keys)?,
        buckets: u32::try_from(descriptor.number_of_buckets)
            .ok()
            .filter(|buckets| *buckets > 0 && !descriptor.bucket_columns.is_empty()),
        bucket_columns: descriptor.bucket_columns,
        sort_columns: descriptor
            .sort_columns
            .into_iter()
            .map(|sort| SortOrder {
                column: sort.column,
                descending: sort.sort_order == 0,
            })
            .collect(),
        classes: StorageClasses {
            serde: descriptor.serde_info.serialization_library,
            input_format: descriptor.input_format,
            output_format: descriptor.output_format,
        },
        serde_properties: descriptor.serde_info.parameters.into_iter().collect(),
        location: descriptor.location,
        properties: table
            .parameters
            .into_iter()
            .filter(|(key, _)| !TOLD_OTHERWISE.contains(&key.as_str()))
            .collect(),
    })
}

fn definitions(columns: Vec<Column>) -> Result<Vec<ColumnDefinition>> {
    columns
        .into_iter()
        .map(|column| {
            Ok(ColumnDefinition {
                hive_type: HiveType::parse(column.type_text())?,
                name: column.name,
                comment: column.comment,
            })
        })
        .collect()
}
