//! Single partitions, whether there are any, and how many.

use futures::TryStreamExt;
use prismlake_catalog::model::{Partition, TableName};
use prismlake_catalog::{CatalogError, Result};

use super::client::GlueClient;
use super::failure::{ENTITY_NOT_FOUND, GlueFailure};
use super::partition_pages::{ColumnSchemas, PageRequest, pages};
use super::partition_shape::partition_to_model;
use super::tables;

pub(super) async fn get(
    client: &GlueClient,
    name: &TableName,
    values: &[String],
) -> Result<Option<Partition>> {
    let call = client.api.get_partition();
    let answer = call
        .set_catalog_id(client.account.clone())
        .database_name(name.database.as_str())
        .table_name(name.table())
        .set_partition_values(Some(values.to_vec()))
        .send()
        .await;
    match answer.map_err(|error| GlueFailure::of("GetPartition", error)) {
        Ok(answer) => Ok(answer.partition.map(partition_to_model)),
        Err(failure) if failure.code() == Some(ENTITY_NOT_FOUND) => {
            tables::require(client, name).await?;
            Ok(None)
        }
        Err(failure) => Err(failure.into()),
    }
}

/// The partition, which somebody takes to be there.
pub(super) async fn require(
    client: &GlueClient,
    name: &TableName,
    values: &[String],
) -> Result<Partition> {
    let found = get(client, name, values).await?;
    found.ok_or_else(|| CatalogError::PartitionNotFound {
        table: name.clone(),
        values: values.to_vec(),
    })
}

/// Whether a table has partitions.
pub(super) async fn has_any(client: &GlueClient, name: &TableName) -> Result<bool> {
    let mut pages = client
        .api
        .get_partitions()
        .set_catalog_id(client.account.clone())
        .database_name(name.database.as_str())
        .table_name(name.table())
        .exclude_column_schema(true)
        .into_paginator()
        .page_size(1)
        .send();
    while let Some(page) = pages.next().await {
        let page = page.map_err(|error| {
            let failure = GlueFailure::of("GetPartitions", error);
            match failure.code() {
                Some(ENTITY_NOT_FOUND) => CatalogError::TableNotFound(name.clone()),
                _ => failure.into(),
            }
        })?;
        if !page.partitions().is_empty() {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Glue does not tell: every page is read, without the columns.
pub(super) async fn count(client: &GlueClient, name: &TableName) -> Result<u64> {
    let request = PageRequest {
        table: name.clone(),
        expression: None,
        column_schemas: ColumnSchemas::Excluded,
    };
    let mut pages = pages(client.clone(), request);
    let mut count: u64 = 0;
    loop {
        match pages.try_next().await {
            Ok(Some(page)) => count = count.saturating_add(page.len() as u64),
            Ok(None) => return Ok(count),
            Err(failure) if failure.code() == Some(ENTITY_NOT_FOUND) => {
                return Err(CatalogError::TableNotFound(name.clone()));
            }
            Err(failure) => return Err(failure.into()),
        }
    }
}
