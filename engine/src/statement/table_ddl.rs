//! DROP TABLE and SHOW CREATE TABLE.

use prismlake_catalog::hive_type::HiveType;
use prismlake_catalog::{CatalogError, Column, Table, TableName};

use super::text_rows;
use crate::error::Result;
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

pub(super) async fn drop_table(
    context: &QueryContext,
    reference: &TableReference,
    if_exists: bool,
) -> Result<StartedStatement> {
    let name = context.table_name(reference)?;
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
    let ddl = render_table(&definition_of(&name, table)?);
    text_rows::one_column("createtab_stmt", ddl.lines().map(str::to_owned).collect())
}

fn definition_of(name: &TableName, table: Table) -> Result<CreateExternalTable> {
    let descriptor = table.storage_descriptor;
    Ok(CreateExternalTable {
        table: TableReference {
            catalog: None,
            database: Some(name.database.to_string()),
            table: name.table().to_owned(),
        },
        if_not_exists: false,
        columns: definitions(descriptor.columns)?,
        comment: table.description,
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
        properties: table.parameters.into_iter().collect(),
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
