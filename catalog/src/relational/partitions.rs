//! Partitions: added, changed, removed and looked up by their values.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use sha2::{Digest, Sha256};

use super::partition_key::{ordering, sort_key};
use super::partition_scan::PartitionRow;
use super::sql::{InsertRows, SqlTransaction};
use super::stored_partition::StoredPartition;
use super::tables::{self, TableRow};
use crate::error::{CatalogError, Result};
use crate::model::{Partition, StorageDescriptor, TableName};
use crate::partition_value::KeyType;

/// Adds partitions and returns the values of those that exist already.
pub(super) fn add(
    transaction: &mut dyn SqlTransaction,
    name: &TableName,
    partitions: Vec<Partition>,
    now: DateTime<Utc>,
) -> Result<Vec<Vec<String>>> {
    let table = tables::require(transaction, name)?;
    insert(transaction, &table, name, partitions, now)
}

fn insert(
    transaction: &mut dyn SqlTransaction,
    table: &TableRow,
    name: &TableName,
    partitions: Vec<Partition>,
    now: DateTime<Utc>,
) -> Result<Vec<Vec<String>>> {
    let (types, keys) = (table.key_types(), table.key_names());
    let base = table.table.storage_descriptor.location.as_deref();
    let mut descriptors = Descriptors::default();
    let mut rows = Vec::with_capacity(partitions.len());
    let mut existing = Vec::new();
    // By the text of its values, which tells a partition from every other of its table.
    let mut wanted: HashMap<String, Vec<String>> = HashMap::with_capacity(partitions.len());
    for partition in partitions {
        if partition.values.len() != types.len() || types.is_empty() {
            return Err(CatalogError::PartitionValues {
                table: name.clone(),
                values: partition.values,
                keys: types.len(),
            });
        }
        let text = serde_json::to_string(&partition.values)?;
        if wanted.contains_key(&text) {
            existing.push(partition.values);
            continue;
        }
        let stored = StoredPartition::of(&partition, &keys, base)?;
        rows.push(vec![
            table.id.into(),
            ordering(&types, &partition.values).into(),
            text.as_str().into(),
            descriptors.id(transaction, stored.descriptor)?.into(),
            stored.location_rest.into(),
            stored.parameters.into(),
            now.timestamp().into(),
        ]);
        wanted.insert(text, partition.values);
    }
    let added = transaction.insert(InsertRows {
        into: "INSERT INTO partitions
               (table_id, ordering, key_values, descriptor_id, location_rest, parameters, creation_time)",
        after: "ON CONFLICT DO NOTHING RETURNING partition_id, key_values",
        rows,
    })?;
    let mut value_rows = Vec::with_capacity(added.len() * types.len());
    for row in &added {
        let id = row.integer(0)?;
        let Some(values) = wanted.remove(row.text(1)?) else {
            continue;
        };
        for (ordinal, key) in later_keys(&types, &values) {
            value_rows.push(vec![table.id.into(), ordinal.into(), key.into(), id.into()]);
        }
    }
    transaction.insert(InsertRows {
        into: "INSERT INTO partition_values (table_id, ordinal, sort_key, partition_id)",
        after: "",
        rows: value_rows,
    })?;
    let added = i64::try_from(added.len()).unwrap_or(i64::MAX);
    tables::count_partitions(transaction, table.id, added)?;
    existing.extend(wanted.into_values());
    Ok(existing)
}

/// Each key but the first with its sort key: the first one's is found by the ordering.
fn later_keys(types: &[KeyType], values: &[String]) -> Vec<(i64, Vec<u8>)> {
    (0_i64..)
        .zip(types.iter().zip(values))
        .skip(1)
        .map(|(ordinal, (key_type, stored))| (ordinal, sort_key(*key_type, stored)))
        .collect()
}

/// The ids of descriptors met in one call.
#[derive(Default)]
struct Descriptors(HashMap<StorageDescriptor, i64>);

impl Descriptors {
    fn id(
        &mut self,
        transaction: &mut dyn SqlTransaction,
        descriptor: StorageDescriptor,
    ) -> Result<i64> {
        if let Some(id) = self.0.get(&descriptor) {
            return Ok(*id);
        }
        let definition = serde_json::to_string(&descriptor)?;
        let digest = Sha256::digest(definition.as_bytes()).to_vec();
        transaction.execute(
            "INSERT INTO storage_descriptors (digest, definition) VALUES ($1, $2) ON CONFLICT DO NOTHING",
            &[digest.clone().into(), definition.into()],
        )?;
        let row = transaction.query_first(
            "SELECT descriptor_id FROM storage_descriptors WHERE digest = $1",
            &[digest.into()],
        )?;
        let id = row.map_or(Ok(0), |row| row.integer(0))?;
        self.0.insert(descriptor, id);
        Ok(id)
    }
}

pub(super) fn get(
    transaction: &mut dyn SqlTransaction,
    name: &TableName,
    values: &[String],
) -> Result<Option<Partition>> {
    let table = tables::require(transaction, name)?;
    let sql = format!(
        "SELECT {} FROM partitions WHERE table_id = $1 AND ordering = $2 AND key_values = $3",
        PartitionRow::COLUMNS
    );
    let row = transaction.query_first(
        &sql,
        &[
            table.id.into(),
            ordering(&table.key_types(), values).into(),
            serde_json::to_string(values)?.into(),
        ],
    )?;
    let Some(row) = row else {
        return Ok(None);
    };
    let row = PartitionRow::read(&row)?;
    let descriptor = descriptor(transaction, row.descriptor_id)?;
    row.partition(&table.key_names(), &descriptor).map(Some)
}

pub(super) fn descriptor(
    transaction: &mut dyn SqlTransaction,
    id: i64,
) -> Result<StorageDescriptor> {
    let row = transaction.query_first(
        "SELECT definition FROM storage_descriptors WHERE descriptor_id = $1",
        &[id.into()],
    )?;
    match row {
        Some(row) => Ok(serde_json::from_str(row.text(0)?)?),
        None => Err(CatalogError::Corrupt(format!(
            "a partition refers to storage descriptor {id}, which is not there"
        ))),
    }
}

/// Removes partitions and returns the values that no partition has.
pub(super) fn remove(
    transaction: &mut dyn SqlTransaction,
    name: &TableName,
    partitions: &[Vec<String>],
) -> Result<Vec<Vec<String>>> {
    let table = tables::require(transaction, name)?;
    let types = table.key_types();
    let mut missing = Vec::new();
    let mut removed = 0_i64;
    for values in partitions {
        let text = serde_json::to_string(values)?;
        let row = transaction.query_first(
            "DELETE FROM partitions WHERE table_id = $1 AND ordering = $2 AND key_values = $3
             RETURNING partition_id",
            &[
                table.id.into(),
                ordering(&types, values).into(),
                text.as_str().into(),
            ],
        )?;
        let Some(row) = row else {
            missing.push(values.clone());
            continue;
        };
        removed += 1;
        let id = row.integer(0)?;
        for (ordinal, key) in later_keys(&types, values) {
            transaction.execute(
                "DELETE FROM partition_values
                 WHERE table_id = $1 AND ordinal = $2 AND sort_key = $3 AND partition_id = $4",
                &[table.id.into(), ordinal.into(), key.into(), id.into()],
            )?;
        }
        transaction.execute(
            "DELETE FROM column_statistics WHERE table_id = $1 AND key_values = $2",
            &[table.id.into(), text.into()],
        )?;
    }
    tables::count_partitions(transaction, table.id, -removed)?;
    Ok(missing)
}

/// Replaces partitions, each given with the values it has so far; values that no partition has are returned.
pub(super) fn update(
    transaction: &mut dyn SqlTransaction,
    name: &TableName,
    partitions: Vec<(Vec<String>, Partition)>,
    now: DateTime<Utc>,
) -> Result<Vec<Vec<String>>> {
    let table = tables::require(transaction, name)?;
    let (types, keys) = (table.key_types(), table.key_names());
    let base = table.table.storage_descriptor.location.as_deref();
    let mut descriptors = Descriptors::default();
    let mut missing = Vec::new();
    for (old_values, partition) in partitions {
        if old_values != partition.values {
            if get(transaction, name, &partition.values)?.is_some() {
                return Err(CatalogError::PartitionExists {
                    table: name.clone(),
                    values: partition.values,
                });
            }
            let gone = remove(transaction, name, std::slice::from_ref(&old_values))?;
            if gone.is_empty() {
                insert(transaction, &table, name, vec![partition], now)?;
            }
            missing.extend(gone);
            continue;
        }
        let stored = StoredPartition::of(&partition, &keys, base)?;
        let descriptor_id = descriptors.id(transaction, stored.descriptor)?;
        let changed = transaction.execute(
            "UPDATE partitions SET descriptor_id = $4, location_rest = $5, parameters = $6
             WHERE table_id = $1 AND ordering = $2 AND key_values = $3",
            &[
                table.id.into(),
                ordering(&types, &partition.values).into(),
                serde_json::to_string(&partition.values)?.into(),
                descriptor_id.into(),
                stored.location_rest.into(),
                stored.parameters.into(),
            ],
        )?;
        if changed == 0 {
            missing.push(old_values);
        }
    }
    Ok(missing)
}
