//! Tables and their versions.

use aws_sdk_glue::types as glue;
use prismlake_catalog::{
    CatalogError, DatabaseName, KeyType, Result, Table, TableName, TableVersion,
};

use super::client::GlueClient;
use super::failure::{
    ALREADY_EXISTS, CONCURRENT_MODIFICATION, ENTITY_NOT_FOUND, GlueFailure, VERSION_MISMATCH,
};
use super::partitions;
use super::table_shape::{table_input, table_to_model};

pub(super) async fn create(client: &GlueClient, table: Table) -> Result<()> {
    const OPERATION: &str = "CreateTable";
    let name = table.full_name()?;
    let input = table_input(&name, table, None)
        .map_err(|error| GlueFailure::of_request(OPERATION, error))?;
    let call = client.api.create_table();
    let answer = call
        .set_catalog_id(client.account.clone())
        .database_name(name.database.as_str())
        .table_input(input)
        .send()
        .await;
    match answer.map_err(|error| GlueFailure::of(OPERATION, error)) {
        Ok(_) => Ok(()),
        Err(failure) => Err(match failure.code() {
            Some(ALREADY_EXISTS) => CatalogError::TableExists(name),
            Some(ENTITY_NOT_FOUND) => CatalogError::DatabaseNotFound(name.database),
            _ => failure.into(),
        }),
    }
}

pub(super) async fn get(client: &GlueClient, name: &TableName) -> Result<Option<Table>> {
    let found = find(client, name).await?;
    Ok(found.map(|table| table_to_model(name, table)))
}

/// The table, which somebody takes to be there.
pub(super) async fn require(client: &GlueClient, name: &TableName) -> Result<Table> {
    let found = get(client, name).await?;
    found.ok_or_else(|| CatalogError::TableNotFound(name.clone()))
}

async fn find(client: &GlueClient, name: &TableName) -> Result<Option<glue::Table>> {
    let call = client.api.get_table();
    let answer = call
        .set_catalog_id(client.account.clone())
        .database_name(name.database.as_str())
        .name(name.table())
        .send()
        .await;
    match answer.map_err(|error| GlueFailure::of("GetTable", error)) {
        Ok(answer) => Ok(answer.table),
        Err(failure) if failure.code() == Some(ENTITY_NOT_FOUND) => Ok(None),
        Err(failure) => Err(failure.into()),
    }
}

pub(super) async fn names(client: &GlueClient, database: &DatabaseName) -> Result<Vec<String>> {
    let mut pages = client
        .api
        .get_tables()
        .set_catalog_id(client.account.clone())
        .database_name(database.as_str())
        .attributes_to_get(glue::TableAttributes::Name)
        .into_paginator()
        .send();
    let mut names = Vec::new();
    while let Some(page) = pages.next().await {
        let page = page.map_err(|error| listing_failure(database, error))?;
        let tables = page.table_list.unwrap_or_default().into_iter();
        names.extend(tables.map(|table| table.name.to_lowercase()));
    }
    names.sort();
    Ok(names)
}

/// Whether a database has tables.
pub(super) async fn has_any(client: &GlueClient, database: &DatabaseName) -> Result<bool> {
    let mut pages = client
        .api
        .get_tables()
        .set_catalog_id(client.account.clone())
        .database_name(database.as_str())
        .attributes_to_get(glue::TableAttributes::Name)
        .into_paginator()
        .page_size(1)
        .send();
    while let Some(page) = pages.next().await {
        let page = page.map_err(|error| listing_failure(database, error))?;
        if !page.table_list().is_empty() {
            return Ok(true);
        }
    }
    Ok(false)
}

fn listing_failure(
    database: &DatabaseName,
    error: aws_sdk_glue::error::SdkError<aws_sdk_glue::operation::get_tables::GetTablesError>,
) -> CatalogError {
    let failure = GlueFailure::of("GetTables", error);
    match failure.code() {
        Some(ENTITY_NOT_FOUND) => CatalogError::DatabaseNotFound(database.clone()),
        _ => failure.into(),
    }
}

/// Glue compares the expected version itself; comparing it here as well spares a call that would be refused.
pub(super) async fn update(
    client: &GlueClient,
    table: Table,
    expected_version: Option<&str>,
) -> Result<()> {
    const OPERATION: &str = "UpdateTable";
    let name = table.full_name()?;
    let Some(old) = find(client, &name).await? else {
        return Err(CatalogError::TableNotFound(name));
    };
    if expected_version.is_some() && expected_version != old.version_id() {
        return Err(CatalogError::ConcurrentModification(name));
    }
    let old_table = table_to_model(&name, old.clone());
    if key_types(&old_table) != key_types(&table) && partitions::has_any(client, &name).await? {
        return Err(CatalogError::PartitionKeysChanged(name));
    }
    let input = table_input(&name, table, Some(old))
        .map_err(|error| GlueFailure::of_request(OPERATION, error))?;
    let call = client.api.update_table();
    let answer = call
        .set_catalog_id(client.account.clone())
        .database_name(name.database.as_str())
        .table_input(input)
        .set_version_id(expected_version.map(str::to_owned))
        .send()
        .await;
    match answer.map_err(|error| GlueFailure::of(OPERATION, error)) {
        Ok(_) => Ok(()),
        Err(failure) => Err(match failure.code() {
            Some(CONCURRENT_MODIFICATION | VERSION_MISMATCH) => {
                CatalogError::ConcurrentModification(name)
            }
            Some(ENTITY_NOT_FOUND) => CatalogError::TableNotFound(name),
            _ => failure.into(),
        }),
    }
}

/// How the values of a table's partition keys are compared.
pub(super) fn key_types(table: &Table) -> Vec<KeyType> {
    let keys = table.partition_keys.iter();
    keys.map(|key| KeyType::of(key.type_text())).collect()
}

/// Glue removes the table's partitions and versions some time later; nobody finds them from now on.
pub(super) async fn drop(client: &GlueClient, name: &TableName) -> Result<()> {
    let call = client.api.delete_table();
    let answer = call
        .set_catalog_id(client.account.clone())
        .database_name(name.database.as_str())
        .name(name.table())
        .send()
        .await;
    match answer.map_err(|error| GlueFailure::of("DeleteTable", error)) {
        Ok(_) => Ok(()),
        Err(failure) if failure.code() == Some(ENTITY_NOT_FOUND) => {
            Err(CatalogError::TableNotFound(name.clone()))
        }
        Err(failure) => Err(failure.into()),
    }
}

pub(super) async fn versions(client: &GlueClient, name: &TableName) -> Result<Vec<TableVersion>> {
    let mut pages = client
        .api
        .get_table_versions()
        .set_catalog_id(client.account.clone())
        .database_name(name.database.as_str())
        .table_name(name.table())
        .into_paginator()
        .send();
    let mut versions = Vec::new();
    while let Some(page) = pages.next().await {
        let page = page.map_err(|error| {
            let failure = GlueFailure::of("GetTableVersions", error);
            match failure.code() {
                Some(ENTITY_NOT_FOUND) => CatalogError::TableNotFound(name.clone()),
                _ => failure.into(),
            }
        })?;
        for version in page.table_versions.unwrap_or_default() {
            let Some(table) = version.table else {
                continue;
            };
            let mut table = table_to_model(name, table);
            if let Some(id) = version.version_id {
                table.version_id = id;
            }
            versions.push(TableVersion {
                version_id: table.version_id.clone(),
                table,
            });
        }
    }
    // Glue numbers them, and promises no order.
    versions.sort_by_key(|version| std::cmp::Reverse(version.version_id.parse::<u64>().ok()));
    Ok(versions)
}

pub(super) async fn drop_version(
    client: &GlueClient,
    name: &TableName,
    version: &str,
) -> Result<bool> {
    let table = require(client, name).await?;
    let is_number = !version.is_empty() && version.bytes().all(|byte| byte.is_ascii_digit());
    if !is_number || table.version_id == version {
        return Ok(false);
    }
    let call = client.api.delete_table_version();
    let answer = call
        .set_catalog_id(client.account.clone())
        .database_name(name.database.as_str())
        .table_name(name.table())
        .version_id(version)
        .send()
        .await;
    match answer.map_err(|error| GlueFailure::of("DeleteTableVersion", error)) {
        Ok(_) => Ok(true),
        Err(failure) if failure.code() == Some(ENTITY_NOT_FOUND) => Ok(false),
        Err(failure) => Err(failure.into()),
    }
}
