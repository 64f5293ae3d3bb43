//! Databases.

use aws_sdk_glue::types as glue;
use prismlake_catalog::model::{Database, DatabaseName};
use prismlake_catalog::store::DropBehavior;
use prismlake_catalog::{CatalogError, Result};

use super::client::GlueClient;
use super::failure::{ALREADY_EXISTS, ENTITY_NOT_FOUND, GlueFailure};
use super::table_shape::{database_input, database_to_model};
use super::tables;

/// Tables that one call removes at most; Glue's bound.
const TABLES_A_BATCH: usize = 100;

pub(super) async fn create(client: &GlueClient, database: Database) -> Result<()> {
    const OPERATION: &str = "CreateDatabase";
    let name = database.name.clone();
    let input = database_input(database, None)
        .map_err(|error| GlueFailure::of_request(OPERATION, error))?;
    let call = client.api.create_database();
    let answer = call
        .set_catalog_id(client.account.clone())
        .database_input(input)
        .send()
        .await;
    match answer.map_err(|error| GlueFailure::of(OPERATION, error)) {
        Ok(_) => Ok(()),
        Err(failure) if failure.code() == Some(ALREADY_EXISTS) => {
            Err(CatalogError::DatabaseExists(name))
        }
        Err(failure) => Err(failure.into()),
    }
}

pub(super) async fn get(client: &GlueClient, name: &DatabaseName) -> Result<Option<Database>> {
    find(client, name).await?.map(database_to_model).transpose()
}

async fn find(client: &GlueClient, name: &DatabaseName) -> Result<Option<glue::Database>> {
    let call = client.api.get_database();
    let answer = call
        .set_catalog_id(client.account.clone())
        .name(name.as_str())
        .send()
        .await;
    match answer.map_err(|error| GlueFailure::of("GetDatabase", error)) {
        Ok(answer) => Ok(answer.database),
        Err(failure) if failure.code() == Some(ENTITY_NOT_FOUND) => Ok(None),
        Err(failure) => Err(failure.into()),
    }
}

pub(super) async fn list(client: &GlueClient) -> Result<Vec<Database>> {
    let mut pages = client
        .api
        .get_databases()
        .set_catalog_id(client.account.clone())
        .into_paginator()
        .send();
    let mut databases = Vec::new();
    while let Some(page) = pages.next().await {
        let page = page.map_err(|error| GlueFailure::of("GetDatabases", error))?;
        for database in page.database_list {
            databases.push(database_to_model(database)?);
        }
    }
    databases.sort_by(|one, other| one.name.cmp(&other.name));
    Ok(databases)
}

pub(super) async fn update(client: &GlueClient, database: Database) -> Result<()> {
    const OPERATION: &str = "UpdateDatabase";
    let name = database.name.clone();
    let Some(old) = find(client, &name).await? else {
        return Err(CatalogError::DatabaseNotFound(name));
    };
    let input = database_input(database, Some(old))
        .map_err(|error| GlueFailure::of_request(OPERATION, error))?;
    let call = client.api.update_database();
    let answer = call
        .set_catalog_id(client.account.clone())
        .name(name.as_str())
        .database_input(input)
        .send()
        .await;
    match answer.map_err(|error| GlueFailure::of(OPERATION, error)) {
        Ok(_) => Ok(()),
        Err(failure) if failure.code() == Some(ENTITY_NOT_FOUND) => {
            Err(CatalogError::DatabaseNotFound(name))
        }
        Err(failure) => Err(failure.into()),
    }
}

/// Glue itself removes a database with all that is in it, and its tables some time later. So whether there are tables is asked
/// before, which a table that is made in between escapes; and tables go first, so that they are gone when the database is.
pub(super) async fn drop(
    client: &GlueClient,
    name: &DatabaseName,
    behavior: DropBehavior,
) -> Result<()> {
    match behavior {
        DropBehavior::Restrict => {
            if tables::has_any(client, name).await? {
                return Err(CatalogError::DatabaseNotEmpty(name.clone()));
            }
        }
        DropBehavior::Cascade => {
            let names = tables::names(client, name).await?;
            for batch in names.chunks(TABLES_A_BATCH) {
                drop_tables(client, name, batch).await?;
            }
        }
    }
    let call = client.api.delete_database();
    let answer = call
        .set_catalog_id(client.account.clone())
        .name(name.as_str())
        .send()
        .await;
    match answer.map_err(|error| GlueFailure::of("DeleteDatabase", error)) {
        Ok(_) => Ok(()),
        Err(failure) if failure.code() == Some(ENTITY_NOT_FOUND) => {
            Err(CatalogError::DatabaseNotFound(name.clone()))
        }
        Err(failure) => Err(failure.into()),
    }
}

async fn drop_tables(client: &GlueClient, name: &DatabaseName, tables: &[String]) -> Result<()> {
    const OPERATION: &str = "BatchDeleteTable";
    let call = client.api.batch_delete_table();
    let answer = call
        .set_catalog_id(client.account.clone())
        .database_name(name.as_str())
        .set_tables_to_delete(Some(tables.to_vec()))
        .send()
        .await
        .map_err(|error| GlueFailure::of(OPERATION, error))?;
    for error in answer.errors.unwrap_or_default() {
        let failure = GlueFailure::of_item(OPERATION, error.error_detail);
        if failure.code() != Some(ENTITY_NOT_FOUND) {
            return Err(failure.into());
        }
    }
    Ok(())
}
