//! Partitions in SQLite.

use chrono::{DateTime, Utc};
use rusqlite::types::Value;
use rusqlite::{Connection, OptionalExtension, Row, params_from_iter};

use super::partition_key::{conjuncts, ordering, range_of};
use super::tables::{self, TableRow};
use crate::error::{CatalogError, Result};
use crate::model::{Partition, StorageDescriptor, TableName};
use crate::partition_predicate::{Comparison, PartitionPredicate};

/// Partitions fetched at once: a page takes about a millisecond and some hundred kB.
pub(super) const PAGE_ROWS: i64 = 1000;

const COLUMNS: &str =
    "p.ordering, p.key_values, d.definition, p.location, p.parameters, p.creation_time";

/// Adds partitions and returns the values of those that exist already.
pub(super) fn add(
    connection: &Connection,
    table: &TableRow,
    name: &TableName,
    partitions: &[Partition],
    now: DateTime<Utc>,
) -> Result<Vec<Vec<String>>> {
    let types = table.key_types();
    let mut existing = Vec::new();
    for partition in partitions {
        if partition.values.len() != types.len() || types.is_empty() {
            return Err(CatalogError::PartitionValues {
                table: name.clone(),
                values: partition.values.clone(),
                keys: types.len(),
            });
        }
        let values = serde_json::to_string(&partition.values)?;
        let mut descriptor = partition.storage_descriptor.clone();
        let location = descriptor.location.take();
        let descriptor_id = descriptor_id(connection, &descriptor)?;
        let parameters = (!partition.parameters.is_empty())
            .then(|| serde_json::to_string(&partition.parameters))
            .transpose()?;
        let added = connection
            .prepare_cached(
                "INSERT OR IGNORE INTO partitions
                 (table_id, ordering, key_values, descriptor_id, location, parameters, creation_time)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            )?
            .execute((
                table.id,
                ordering(&types, &partition.values),
                values,
                descriptor_id,
                location,
                parameters,
                now.timestamp(),
            ))?;
        if added == 0 {
            existing.push(partition.values.clone());
            continue;
        }
        let partition_id = connection.last_insert_rowid();
        for (ordinal, (key_type, stored)) in types.iter().zip(&partition.values).enumerate() {
            connection
                .prepare_cached(
                    "INSERT INTO partition_values (table_id, ordinal, sort_key, partition_id)
                     VALUES (?1, ?2, ?3, ?4)",
                )?
                .execute((
                    table.id,
                    i64::try_from(ordinal).unwrap_or(i64::MAX),
                    key_type.parse(stored).map(|value| value.sort_key()),
                    partition_id,
                ))?;
        }
    }
    Ok(existing)
}

fn descriptor_id(connection: &Connection, descriptor: &StorageDescriptor) -> Result<i64> {
    let definition = serde_json::to_string(descriptor)?;
    connection
        .prepare_cached("INSERT OR IGNORE INTO storage_descriptors (definition) VALUES (?1)")?
        .execute([&definition])?;
    Ok(connection
        .prepare_cached("SELECT descriptor_id FROM storage_descriptors WHERE definition = ?1")?
        .query_row([&definition], |row| row.get(0))?)
}

pub(super) fn get(
    connection: &Connection,
    name: &TableName,
    values: &[String],
) -> Result<Option<Partition>> {
    let table = tables::require(connection, name)?;
    let sql = format!(
        "SELECT {COLUMNS} FROM partitions p JOIN storage_descriptors d USING (descriptor_id)
         WHERE p.table_id = ?1 AND p.ordering = ?2 AND p.key_values = ?3"
    );
    let found = connection
        .prepare_cached(&sql)?
        .query_row(
            (
                table.id,
                ordering(&table.key_types(), values),
                serde_json::to_string(values)?,
            ),
            PartitionRow::from_row,
        )
        .optional()?;
    found.map(PartitionRow::decode).transpose()
}

/// Removes partitions and returns the values that no partition has.
pub(super) fn remove(
    connection: &Connection,
    name: &TableName,
    partitions: &[Vec<String>],
) -> Result<Vec<Vec<String>>> {
    let table = tables::require(connection, name)?;
    let types = table.key_types();
    let mut missing = Vec::new();
    for values in partitions {
        let removed = connection
            .prepare_cached(
                "DELETE FROM partitions WHERE table_id = ?1 AND ordering = ?2 AND key_values = ?3",
            )?
            .execute((
                table.id,
                ordering(&types, values),
                serde_json::to_string(values)?,
            ))?;
        if removed == 0 {
            missing.push(values.clone());
        }
    }
    Ok(missing)
}

pub(super) fn count(connection: &Connection, name: &TableName) -> Result<u64> {
    let table = tables::require(connection, name)?;
    let count: i64 = connection
        .prepare_cached("SELECT count(*) FROM partitions WHERE table_id = ?1")?
        .query_row([table.id], |row| row.get(0))?;
    Ok(u64::try_from(count).unwrap_or(0))
}

/// Where a page begins: after this ordering and these values.
#[derive(Debug, Clone)]
pub(super) struct PageStart {
    ordering: Vec<u8>,
    values: String,
}

/// One page of the partitions that match, and where the next one begins if there may be one.
pub(super) fn page(
    connection: &Connection,
    name: &TableName,
    predicate: &PartitionPredicate,
    after: Option<&PageStart>,
) -> Result<(Vec<Partition>, Option<PageStart>)> {
    let table = tables::require(connection, name)?;
    let types = table.key_types();
    let range = range_of(predicate);
    let mut sql = format!(
        "SELECT {COLUMNS} FROM partitions p JOIN storage_descriptors d USING (descriptor_id)
         WHERE p.table_id = ? AND p.ordering >= ?"
    );
    let mut parameters = vec![Value::Integer(table.id), Value::Blob(range.lower.clone())];
    if let Some(upper) = range.upper {
        sql.push_str(" AND p.ordering < ?");
        parameters.push(Value::Blob(upper));
    }
    if let Some(after) = after {
        sql.push_str(" AND (p.ordering, p.key_values) > (?, ?)");
        parameters.push(Value::Blob(after.ordering.clone()));
        parameters.push(Value::Text(after.values.clone()));
    }
    // The order serves conditions on the first keys; an equality on a later one goes through its own index.
    if range.lower.is_empty()
        && let Some((ordinal, key)) = later_equality(predicate)
    {
        sql.push_str(
            " AND p.partition_id IN (SELECT partition_id FROM partition_values
               WHERE table_id = ? AND ordinal = ? AND sort_key = ?)",
        );
        parameters.push(Value::Integer(table.id));
        parameters.push(Value::Integer(ordinal));
        parameters.push(Value::Blob(key));
    }
    sql.push_str(" ORDER BY p.ordering, p.key_values LIMIT ?");
    parameters.push(Value::Integer(PAGE_ROWS));
    let mut statement = connection.prepare_cached(&sql)?;
    let rows = statement
        .query_map(params_from_iter(parameters), PartitionRow::from_row)?
        .collect::<rusqlite::Result<Vec<_>>>()?;
    let next = match rows.last() {
        Some(last) if i64::try_from(rows.len()).is_ok_and(|rows| rows == PAGE_ROWS) => {
            Some(PageStart {
                ordering: last.ordering.clone(),
                values: last.values.clone(),
            })
        }
        _ => None,
    };
    let mut partitions = Vec::with_capacity(rows.len());
    for row in rows {
        let partition = row.decode()?;
        if predicate.matches(&types, &partition.values) {
            partitions.push(partition);
        }
    }
    Ok((partitions, next))
}

fn later_equality(predicate: &PartitionPredicate) -> Option<(i64, Vec<u8>)> {
    conjuncts(predicate)
        .into_iter()
        .find_map(|part| match part {
            PartitionPredicate::Compare(ordinal, Comparison::Equal, value) => {
                Some((i64::try_from(*ordinal).ok()?, value.sort_key()))
            }
            _ => None,
        })
}

struct PartitionRow {
    ordering: Vec<u8>,
    values: String,
    descriptor: String,
    location: Option<String>,
    parameters: Option<String>,
    creation_time: i64,
}

impl PartitionRow {
    fn from_row(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(PartitionRow {
            ordering: row.get(0)?,
            values: row.get(1)?,
            descriptor: row.get(2)?,
            location: row.get(3)?,
            parameters: row.get(4)?,
            creation_time: row.get(5)?,
        })
    }

    fn decode(self) -> Result<Partition> {
        let mut storage_descriptor: StorageDescriptor = serde_json::from_str(&self.descriptor)?;
        storage_descriptor.location = self.location;
        Ok(Partition {
            values: serde_json::from_str(&self.values)?,
            storage_descriptor,
            parameters: self
                .parameters
                .map(|parameters| serde_json::from_str(&parameters))
                .transpose()?
                .unwrap_or_default(),
            creation_time: DateTime::from_timestamp(self.creation_time, 0),
        })
    }
}
