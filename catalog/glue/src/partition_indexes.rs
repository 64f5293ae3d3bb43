//! Partition indexes. Glue makes and removes them in the background.

use aws_sdk_glue::types as glue;
use prismlake_catalog::model::PartitionIndex;
use prismlake_catalog::{CatalogError, Result, TableName};

use super::client::GlueClient;
use super::failure::{ALREADY_EXISTS, ENTITY_NOT_FOUND, GlueFailure};
use super::tables;

pub(super) async fn add(
    client: &GlueClient,
    name: &TableName,
    index: PartitionIndex,
) -> Result<()> {
    const OPERATION: &str = "CreatePartitionIndex";
    let keys = tables::require(client, name).await?.partition_keys;
    let unknown = index.keys.iter().find(|key| {
        !keys
            .iter()
            .any(|known| known.name.eq_ignore_ascii_case(key))
    });
    if let Some(key) = unknown {
        return Err(CatalogError::NoSuchPartitionKey {
            table: name.clone(),
            key: key.clone(),
        });
    }
    let input = glue::PartitionIndex::builder()
        .set_keys(Some(index.keys))
        .index_name(&index.index_name)
        .build()
        .map_err(|error| GlueFailure::of_request(OPERATION, error))?;
    let call = client.api.create_partition_index();
    let answer = call
        .set_catalog_id(client.account.clone())
        .database_name(name.database.as_str())
        .table_name(name.table())
        .partition_index(input)
        .send()
        .await;
    match answer.map_err(|error| GlueFailure::of(OPERATION, error)) {
        Ok(_) => Ok(()),
        Err(failure) => Err(match failure.code() {
            Some(ALREADY_EXISTS) => CatalogError::PartitionIndexExists {
                table: name.clone(),
                index: index.index_name,
            },
            Some(ENTITY_NOT_FOUND) => CatalogError::TableNotFound(name.clone()),
            _ => failure.into(),
        }),
    }
}

/// By name, those that are being made among them, those that are being removed not.
pub(super) async fn list(client: &GlueClient, name: &TableName) -> Result<Vec<PartitionIndex>> {
    let mut pages = client
        .api
        .get_partition_indexes()
        .set_catalog_id(client.account.clone())
        .database_name(name.database.as_str())
        .table_name(name.table())
        .into_paginator()
        .send();
    let mut indexes = Vec::new();
    while let Some(page) = pages.next().await {
        let page = page.map_err(|error| {
            let failure = GlueFailure::of("GetPartitionIndexes", error);
            match failure.code() {
                Some(ENTITY_NOT_FOUND) => CatalogError::TableNotFound(name.clone()),
                _ => failure.into(),
            }
        })?;
        let found = page.partition_index_descriptor_list.unwrap_or_default();
        let kept = found
            .into_iter()
            .filter(|index| index.index_status != glue::PartitionIndexStatus::Deleting);
        indexes.extend(kept.map(|index| PartitionIndex {
            keys: index.keys.into_iter().map(|key| key.name).collect(),
            index_name: index.index_name,
        }));
    }
    indexes.sort_by(|one, other| one.index_name.cmp(&other.index_name));
    Ok(indexes)
}

pub(super) async fn drop(client: &GlueClient, name: &TableName, index: &str) -> Result<bool> {
    let call = client.api.delete_partition_index();
    let answer = call
        .set_catalog_id(client.account.clone())
        .database_name(name.database.as_str())
        .table_name(name.table())
        .index_name(index)
        .send()
        .await;
    match answer.map_err(|error| GlueFailure::of("DeletePartitionIndex", error)) {
        Ok(_) => Ok(true),
        Err(failure) if failure.code() == Some(ENTITY_NOT_FOUND) => {
            tables::require(client, name).await?;
            Ok(false)
        }
        Err(failure) => Err(failure.into()),
    }
}
