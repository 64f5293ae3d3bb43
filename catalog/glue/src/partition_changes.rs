//! Partitions added, changed and removed, in Glue's batches.
//!
//! Each batch is a call of its own: when one fails, those before it stay done, and doing it all again is harmless.

use std::collections::HashSet;

use aws_sdk_glue::error::BuildError;
use aws_sdk_glue::types as glue;
use futures::{StreamExt, TryStreamExt, stream};
use prismlake_catalog::{CatalogError, Partition, Result, TableName};

use super::client::GlueClient;
use super::failure::{ALREADY_EXISTS, ENTITY_NOT_FOUND, GlueFailure};
use super::partition_shape::{partition_input, value_list};
use super::{partitions, tables};

/// Partitions that one call adds; Glue's bound.
const ADDED_A_BATCH: usize = 100;
/// Partitions that one call changes; Glue's bound.
const CHANGED_A_BATCH: usize = 100;
/// Partitions that one call removes; Glue's bound.
const REMOVED_A_BATCH: usize = 25;
/// Batches under way at once: enough to hide the network, too few to use up an account's request rate.
const BATCHES_AT_ONCE: usize = 4;

/// Adds partitions and returns the values of those that exist already.
pub(super) async fn add(
    client: &GlueClient,
    name: &TableName,
    partitions: Vec<Partition>,
) -> Result<Vec<Vec<String>>> {
    let keys = tables::require(client, name).await?.partition_keys.len();
    let mut existing = Vec::new();
    let mut known = HashSet::with_capacity(partitions.len());
    let mut wanted = Vec::with_capacity(partitions.len());
    for partition in partitions {
        if partition.values.len() != keys || keys == 0 {
            return Err(CatalogError::PartitionValues {
                table: name.clone(),
                values: partition.values,
                keys,
            });
        }
        // Glue does not say what it makes of values that come twice in one batch.
        if known.insert(partition.values.clone()) {
            wanted.push(partition);
        } else {
            existing.push(partition.values);
        }
    }
    let batches = batches(wanted, ADDED_A_BATCH);
    let answers: Vec<Vec<Vec<String>>> = stream::iter(batches)
        .map(|batch| add_batch(client, name, batch))
        .buffered(BATCHES_AT_ONCE)
        .try_collect()
        .await?;
    existing.extend(answers.into_iter().flatten());
    Ok(existing)
}

async fn add_batch(
    client: &GlueClient,
    name: &TableName,
    batch: Vec<Partition>,
) -> Result<Vec<Vec<String>>> {
    const OPERATION: &str = "BatchCreatePartition";
    let inputs: Result<Vec<glue::PartitionInput>, BuildError> =
        batch.into_iter().map(partition_input).collect();
    let inputs = inputs.map_err(|error| GlueFailure::of_request(OPERATION, error))?;
    let call = client.api.batch_create_partition();
    let answer = call
        .set_catalog_id(client.account.clone())
        .database_name(name.database.as_str())
        .table_name(name.table())
        .set_partition_input_list(Some(inputs))
        .send()
        .await
        .map_err(|error| refused(name, GlueFailure::of(OPERATION, error)))?;
    items_with(OPERATION, ALREADY_EXISTS, answer.errors)
}

/// Replaces partitions, each given with the values it has so far; values that no partition has are returned.
///
/// Glue cannot change a partition's values. One that gets others is added with them before the old one goes, so that for a
/// moment there are both, and never none.
pub(super) async fn update(
    client: &GlueClient,
    name: &TableName,
    partitions: Vec<(Vec<String>, Partition)>,
) -> Result<Vec<Vec<String>>> {
    let keys = tables::require(client, name).await?.partition_keys.len();
    let mismatch = partitions
        .iter()
        .find(|(_, partition)| partition.values.len() != keys);
    if let Some((_, partition)) = mismatch {
        return Err(CatalogError::PartitionValues {
            table: name.clone(),
            values: partition.values.clone(),
            keys,
        });
    }
    let (renamed, changed): (Vec<_>, Vec<_>) = partitions
        .into_iter()
        .partition(|(values, partition)| *values != partition.values);
    let mut missing = Vec::new();
    for (old_values, partition) in renamed {
        if partitions::get(client, name, &old_values).await?.is_none() {
            missing.push(old_values);
            continue;
        }
        let existing = add_batch(client, name, vec![partition]).await?;
        if let Some(values) = existing.into_iter().next() {
            return Err(CatalogError::PartitionExists {
                table: name.clone(),
                values,
            });
        }
        remove_batch(client, name, vec![old_values]).await?;
    }
    let answers: Vec<Vec<Vec<String>>> = stream::iter(batches(changed, CHANGED_A_BATCH))
        .map(|batch| change_batch(client, name, batch))
        .buffered(BATCHES_AT_ONCE)
        .try_collect()
        .await?;
    missing.extend(answers.into_iter().flatten());
    Ok(missing)
}

async fn change_batch(
    client: &GlueClient,
    name: &TableName,
    batch: Vec<(Vec<String>, Partition)>,
) -> Result<Vec<Vec<String>>> {
    const OPERATION: &str = "BatchUpdatePartition";
    let entries: Result<Vec<glue::BatchUpdatePartitionRequestEntry>, BuildError> = batch
        .into_iter()
        .map(|(values, partition)| {
            glue::BatchUpdatePartitionRequestEntry::builder()
                .set_partition_value_list(Some(values))
                .partition_input(partition_input(partition)?)
                .build()
        })
        .collect();
    let entries = entries.map_err(|error| GlueFailure::of_request(OPERATION, error))?;
    let call = client.api.batch_update_partition();
    let answer = call
        .set_catalog_id(client.account.clone())
        .database_name(name.database.as_str())
        .table_name(name.table())
        .set_entries(Some(entries))
        .send()
        .await
        .map_err(|error| refused(name, GlueFailure::of(OPERATION, error)))?;
    let errors = answer.errors.map(|errors| {
        let errors = errors.into_iter();
        errors
            .map(|error| {
                glue::PartitionError::builder()
                    .set_partition_values(error.partition_value_list)
                    .set_error_detail(error.error_detail)
                    .build()
            })
            .collect()
    });
    items_with(OPERATION, ENTITY_NOT_FOUND, errors)
}

/// Removes partitions and returns the values that no partition has.
pub(super) async fn remove(
    client: &GlueClient,
    name: &TableName,
    values: Vec<Vec<String>>,
) -> Result<Vec<Vec<String>>> {
    let answers: Vec<Vec<Vec<String>>> = stream::iter(batches(values, REMOVED_A_BATCH))
        .map(|batch| remove_batch(client, name, batch))
        .buffered(BATCHES_AT_ONCE)
        .try_collect()
        .await?;
    Ok(answers.into_iter().flatten().collect())
}

async fn remove_batch(
    client: &GlueClient,
    name: &TableName,
    batch: Vec<Vec<String>>,
) -> Result<Vec<Vec<String>>> {
    const OPERATION: &str = "BatchDeletePartition";
    let lists: Result<Vec<_>, _> = batch.iter().map(|values| value_list(values)).collect();
    let lists = lists.map_err(|error| GlueFailure::of_request(OPERATION, error))?;
    let call = client.api.batch_delete_partition();
    let answer = call
        .set_catalog_id(client.account.clone())
        .database_name(name.database.as_str())
        .table_name(name.table())
        .set_partitions_to_delete(Some(lists))
        .send()
        .await
        .map_err(|error| refused(name, GlueFailure::of(OPERATION, error)))?;
    items_with(OPERATION, ENTITY_NOT_FOUND, answer.errors)
}

/// The values of a batch's items that failed with this code. Any other failure is one of the call.
fn items_with(
    operation: &'static str,
    code: &str,
    errors: Option<Vec<glue::PartitionError>>,
) -> Result<Vec<Vec<String>>> {
    let errors = errors.unwrap_or_default().into_iter();
    errors
        .map(|error| {
            let failure = GlueFailure::of_item(operation, error.error_detail);
            match failure.code() {
                Some(found) if found == code => Ok(error.partition_values.unwrap_or_default()),
                _ => Err(failure.into()),
            }
        })
        .collect()
}

fn refused(name: &TableName, failure: GlueFailure) -> CatalogError {
    match failure.code() {
        Some(ENTITY_NOT_FOUND) => CatalogError::TableNotFound(name.clone()),
        _ => failure.into(),
    }
}

fn batches<T>(items: Vec<T>, size: usize) -> Vec<Vec<T>> {
    let mut items = items.into_iter();
    std::iter::from_fn(|| {
        let batch: Vec<T> = items.by_ref().take(size).collect();
        (!batch.is_empty()).then_some(batch)
    })
    .collect()
}
