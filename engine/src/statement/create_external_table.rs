//! CREATE EXTERNAL TABLE: the declaration becomes the catalog's table, once it is clear that it can be read.

use prismlake_catalog::{
    CatalogError, Column, SerDeInfo, SortColumn, StorageDescriptor, Table, TableName,
};
use prismlake_connectors::ObjectUri;

use crate::error::{ErrorCode, QueryError, Result};
use crate::plan::table_format::data_format;
use crate::query::{QueryContext, StartedStatement};
use crate::sql::{ColumnDefinition, CreateExternalTable};

/// How many buckets a table without any has, as Hive writes it.
const NO_BUCKETS: i32 = -1;

pub(super) async fn execute(
    definition: CreateExternalTable,
    context: &QueryContext,
) -> Result<StartedStatement> {
    let name = context.table_name(&definition.table)?;
    let if_not_exists = definition.if_not_exists;
    let table = table_of(&name, definition)?;
    match context.catalog().create_table(table).await {
        Err(CatalogError::TableExists(_)) if if_not_exists => {}
        created => created?,
    }
    Ok(StartedStatement::done())
}

fn table_of(name: &TableName, definition: CreateExternalTable) -> Result<Table> {
    let Some(location) = definition.location else {
        return Err(QueryError::new(
            ErrorCode::InvalidTableProperty,
            format!("table {name} has no location; add LOCATION 's3://bucket/prefix/'"),
        ));
    };
    ObjectUri::parse(&location)?;
    if definition.columns.is_empty() {
        return Err(QueryError::new(
            ErrorCode::SyntaxError,
            format!("table {name} has no columns; list the columns of its files"),
        ));
    }
    let storage_descriptor = StorageDescriptor {
        columns: definition.columns.into_iter().map(column).collect(),
        location: Some(location),
        input_format: definition.classes.input_format,
        output_format: definition.classes.output_format,
        serde_info: SerDeInfo {
            name: None,
            serialization_library: definition.classes.serde,
            parameters: definition.serde_properties.into_iter().collect(),
        },
        number_of_buckets: definition
            .buckets
            .and_then(|buckets| i32::try_from(buckets).ok())
            .unwrap_or(NO_BUCKETS),
        bucket_columns: definition.bucket_columns,
        sort_columns: definition
            .sort_columns
            .into_iter()
            .map(|sort| SortColumn {
                column: sort.column,
                sort_order: i32::from(!sort.descending),
            })
            .collect(),
        ..StorageDescriptor::default()
    };
    let table = Table {
        description: definition.comment,
        storage_descriptor,
        partition_keys: definition.partition_keys.into_iter().map(column).collect(),
        parameters: definition.properties.into_iter().collect(),
        ..Table::external(name)
    };
    // A format that cannot be read is told now, and not by the first query.
    data_format(&table.storage_descriptor, &table.parameters)?;
    Ok(table)
}

fn column(definition: ColumnDefinition) -> Column {
    Column {
        comment: definition.comment,
        ..Column::new(definition.name, definition.hive_type.to_string())
    }
}
