//! CREATE EXTERNAL TABLE: the declaration becomes the catalog's table, once it is clear that it can be read.

use std::collections::BTreeMap;

use object_store::ObjectStoreExt;
use prismlake_catalog::{
    CatalogError, Column, SerDeInfo, SortColumn, StorageDescriptor, Table, TableName,
};
use prismlake_connectors::ObjectUri;

use super::alter_table::LAST_DDL_TIME;
use crate::error::{ErrorCode, QueryError, Result};
use crate::plan::table_format::data_format;
use crate::query::{QueryContext, StartedStatement};
use crate::sql::{ColumnDefinition, CreateExternalTable, DEFAULT_SERIALIZATION_FORMAT};

/// How many buckets a table without any has, as Hive writes it.
pub(super) const NO_BUCKETS: i32 = -1;

pub(super) async fn execute(
    definition: CreateExternalTable,
    context: &QueryContext,
) -> Result<StartedStatement> {
    let name = context.table_name(&definition.table)?;
    let if_not_exists = definition.if_not_exists;
    let table = table_of(&name, definition, context).await?;
    match context.catalog().create_table(table).await {
        Err(CatalogError::TableExists(_)) if if_not_exists => {}
        created => created?,
    }
    Ok(StartedStatement::done())
}

async fn table_of(
    name: &TableName,
    definition: CreateExternalTable,
    context: &QueryContext,
) -> Result<Table> {
    let Some(location) = definition.location else {
        return Err(QueryError::new(
            ErrorCode::InvalidTableProperty,
            format!("table {name} has no location; add LOCATION 's3://bucket/prefix/'"),
        ));
    };
    let location = table_location(&location)?;
    require_folder(context, &location).await?;
    if definition.columns.is_empty() {
        return Err(QueryError::new(
            ErrorCode::SyntaxError,
            format!("table {name} has no columns; list the columns of its files"),
        ));
    }
    let mut serde_properties: BTreeMap<String, String> =
        definition.serde_properties.into_iter().collect();
    let (key, value) = DEFAULT_SERIALIZATION_FORMAT;
    serde_properties
        .entry(key.to_owned())
        .or_insert_with(|| value.to_owned());
    let mut parameters: BTreeMap<String, String> = definition.properties.into_iter().collect();
    parameters.insert("EXTERNAL".to_owned(), "TRUE".to_owned());
    parameters
        .entry(LAST_DDL_TIME.to_owned())
        .or_insert_with(|| context.query.submitted_at.timestamp().to_string());
    let storage_descriptor = StorageDescriptor {
        columns: definition.columns.into_iter().map(column).collect(),
        location: Some(location),
        input_format: definition.classes.input_format,
        output_format: definition.classes.output_format,
        serde_info: SerDeInfo {
            name: None,
            serialization_library: definition.classes.serde,
            parameters: serde_properties,
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
        parameters,
        ..Table::external(name)
    };
    // A format that cannot be read is told now, and not by the first query.
    data_format(&table.storage_descriptor, &table.parameters)?;
    Ok(table)
}

/// A location as it is stored, once it is clear that it can be one.
pub(super) fn table_location(location: &str) -> Result<String> {
    if location.contains('*') {
        return Err(QueryError::new(
            ErrorCode::InvalidTableProperty,
            format!(
                "the location '{location}' is a pattern; give the folder that holds the files, such as s3://bucket/folder/"
            ),
        ));
    }
    ObjectUri::parse(location)?;
    Ok(location.to_owned())
}

/// A location that looks like a file must not be one. One that cannot be asked about is told when it is read.
async fn require_folder(context: &QueryContext, location: &str) -> Result<()> {
    let uri = ObjectUri::parse(location)?;
    if location.ends_with('/') || !uri.file_name().contains('.') {
        return Ok(());
    }
    let Ok((_, store)) = context.stores.open(&uri).await else {
        return Ok(());
    };
    match store.head(&uri.store_path()?).await {
        Ok(object) if object.size > 0 => Err(QueryError::new(
            ErrorCode::HiveMetastoreError,
            format!(
                "{location} is not a directory or unable to create one; give the folder that holds the file"
            ),
        )),
        _ => Ok(()),
    }
}

pub(super) fn column(definition: ColumnDefinition) -> Column {
    Column {
        comment: definition.comment,
        ..Column::new(definition.name, definition.hive_type.to_string())
    }
}
