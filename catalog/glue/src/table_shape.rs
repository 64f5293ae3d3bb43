//! Databases and tables, as Glue's SDK and as the model have them.
//!
//! Glue replaces a database or table as a whole when it is updated. What the model has no place for is taken over from what
//! is there, so that an update by Prismlake takes nothing away that others have put in.

use aws_sdk_glue::error::BuildError;
use aws_sdk_glue::types as glue;
use prismlake_catalog::Result;
use prismlake_catalog::model::{Database, DatabaseName, Table, TableName, TableType};

use super::moment;
use super::storage_shape::{
    columns_to_glue, columns_to_model, descriptor_to_glue, descriptor_to_model, sorted, unsorted,
};

/// A database of the model.
pub(super) fn database_to_model(database: glue::Database) -> Result<Database> {
    Ok(Database {
        name: DatabaseName::new(&database.name)?,
        description: database.description,
        location_uri: database.location_uri,
        parameters: sorted(database.parameters),
        create_time: database.create_time.and_then(moment::to_model),
    })
}

/// What Glue is to hold of a database in place of `old`.
pub(super) fn database_input(
    database: Database,
    old: Option<glue::Database>,
) -> Result<glue::DatabaseInput, BuildError> {
    let mut input = glue::DatabaseInput::builder()
        .name(database.name.as_str())
        .set_description(database.description)
        .set_location_uri(database.location_uri)
        .set_parameters(unsorted(database.parameters));
    if let Some(old) = old {
        input = input
            .set_create_table_default_permissions(old.create_table_default_permissions)
            .set_target_database(old.target_database)
            .set_federated_database(old.federated_database);
    }
    input.build()
}

/// A table of the model.
pub(super) fn table_to_model(name: &TableName, table: glue::Table) -> Table {
    Table {
        database_name: name.database.to_string(),
        name: name.table().to_owned(),
        table_type: table_type(table.table_type.as_deref()),
        description: table.description,
        owner: table.owner,
        create_time: table.create_time.and_then(moment::to_model),
        update_time: table.update_time.and_then(moment::to_model),
        last_access_time: table.last_access_time.and_then(moment::to_model),
        last_analyzed_time: table.last_analyzed_time.and_then(moment::to_model),
        retention: table.retention,
        storage_descriptor: table
            .storage_descriptor
            .map(descriptor_to_model)
            .unwrap_or_default(),
        partition_keys: columns_to_model(table.partition_keys),
        parameters: sorted(table.parameters),
        view_original_text: table.view_original_text,
        view_expanded_text: table.view_expanded_text,
        version_id: table.version_id.unwrap_or_default(),
    }
}

/// What Glue is to hold of a table in place of `old`.
pub(super) fn table_input(
    name: &TableName,
    table: Table,
    old: Option<glue::Table>,
) -> Result<glue::TableInput, BuildError> {
    let mut descriptor = descriptor_to_glue(table.storage_descriptor)?;
    let mut type_text = table_type_text(table.table_type).to_owned();
    let mut input = glue::TableInput::builder().name(name.table());
    if let Some(old) = old {
        if table_type(old.table_type.as_deref()) == table.table_type {
            type_text = old.table_type.unwrap_or(type_text);
        }
        if let Some(old_descriptor) = old.storage_descriptor {
            descriptor.additional_locations = old_descriptor.additional_locations;
            descriptor.schema_reference = old_descriptor.schema_reference;
        }
        input = input
            .set_target_table(old.target_table)
            .set_federated_table(old.federated_table);
    }
    input
        .set_description(table.description)
        .set_owner(table.owner)
        .set_last_access_time(table.last_access_time.map(moment::to_glue))
        .set_last_analyzed_time(table.last_analyzed_time.map(moment::to_glue))
        .retention(table.retention)
        .storage_descriptor(descriptor)
        .set_partition_keys(Some(columns_to_glue(table.partition_keys)?))
        .set_view_original_text(table.view_original_text)
        .set_view_expanded_text(table.view_expanded_text)
        .table_type(type_text)
        .set_parameters(unsorted(table.parameters))
        .build()
}

/// Glue takes any text, and none: both are files that the table points to.
fn table_type(text: Option<&str>) -> TableType {
    match text {
        Some("VIRTUAL_VIEW") => TableType::VirtualView,
        Some("MANAGED_TABLE") => TableType::ManagedTable,
        Some("GOVERNED") => TableType::Governed,
        _ => TableType::ExternalTable,
    }
}

fn table_type_text(table_type: TableType) -> &'static str {
    match table_type {
        TableType::ExternalTable => "EXTERNAL_TABLE",
        TableType::VirtualView => "VIRTUAL_VIEW",
        TableType::ManagedTable => "MANAGED_TABLE",
        TableType::Governed => "GOVERNED",
    }
}
