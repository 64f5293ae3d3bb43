//! Tables and their versions.

use chrono::{DateTime, Utc};

use super::databases;
use super::sql::SqlTransaction;
use crate::error::{CatalogError, Result};
use crate::model::{DatabaseName, Table, TableName, TableVersion};
use crate::partition_value::KeyType;

/// A table's row: what other rows refer to it by, and how its partitions are ordered.
pub(super) struct TableRow {
    pub(super) id: i64,
    pub(super) version: i64,
    pub(super) partition_count: i64,
    pub(super) table: Table,
}

impl TableRow {
    pub(super) fn key_types(&self) -> Vec<KeyType> {
        self.table
            .partition_keys
            .iter()
            .map(|key| KeyType::of(key.type_text()))
            .collect()
    }

    pub(super) fn key_names(&self) -> Vec<String> {
        self.table
            .partition_keys
            .iter()
            .map(|key| key.name.clone())
            .collect()
    }
}

pub(super) fn find(
    transaction: &mut dyn SqlTransaction,
    name: &TableName,
) -> Result<Option<TableRow>> {
    let row = transaction.query_first(
        "SELECT table_id, version, partition_count, definition FROM tables
         WHERE database_name = $1 AND name = $2",
        &[name.database.as_str().into(), name.table().into()],
    )?;
    row.map(|row| {
        Ok(TableRow {
            id: row.integer(0)?,
            version: row.integer(1)?,
            partition_count: row.integer(2)?,
            table: serde_json::from_str(row.text(3)?)?,
        })
    })
    .transpose()
}

pub(super) fn require(transaction: &mut dyn SqlTransaction, name: &TableName) -> Result<TableRow> {
    find(transaction, name)?.ok_or_else(|| CatalogError::TableNotFound(name.clone()))
}

pub(super) fn create(
    transaction: &mut dyn SqlTransaction,
    mut table: Table,
    now: DateTime<Utc>,
) -> Result<()> {
    let name = table.full_name()?;
    databases::require(transaction, &name.database)?;
    table.database_name = name.database.to_string();
    table.name = name.table().to_owned();
    table.create_time = Some(now);
    table.update_time = Some(now);
    table.version_id = "0".to_owned();
    let added = transaction.execute(
        "INSERT INTO tables (database_name, name, version, definition, partition_count)
         VALUES ($1, $2, 0, $3, 0) ON CONFLICT DO NOTHING",
        &[
            name.database.as_str().into(),
            name.table().into(),
            serde_json::to_string(&table)?.into(),
        ],
    )?;
    if added == 0 {
        return Err(CatalogError::TableExists(name));
    }
    Ok(())
}

pub(super) fn names(
    transaction: &mut dyn SqlTransaction,
    database: &DatabaseName,
) -> Result<Vec<String>> {
    databases::require(transaction, database)?;
    transaction
        .query(
            "SELECT name FROM tables WHERE database_name = $1 ORDER BY name",
            &[database.as_str().into()],
        )?
        .iter()
        .map(|row| row.text(0).map(str::to_owned))
        .collect()
}

pub(super) fn update(
    transaction: &mut dyn SqlTransaction,
    mut table: Table,
    expected_version: Option<&str>,
    now: DateTime<Utc>,
) -> Result<()> {
    let name = table.full_name()?;
    let row = require(transaction, &name)?;
    if expected_version.is_some_and(|expected| expected != row.version.to_string()) {
        return Err(CatalogError::ConcurrentModification(name));
    }
    let old_types = row.key_types();
    transaction.execute(
        "INSERT INTO table_versions (table_id, version, definition) VALUES ($1, $2, $3)",
        &[
            row.id.into(),
            row.version.into(),
            serde_json::to_string(&row.table)?.into(),
        ],
    )?;
    let version = row.version + 1;
    table.database_name = name.database.to_string();
    table.name = name.table().to_owned();
    table.create_time = row.table.create_time;
    table.update_time = Some(now);
    table.version_id = version.to_string();
    let changed = TableRow {
        version,
        table,
        ..row
    };
    if changed.partition_count > 0 && changed.key_types() != old_types {
        return Err(CatalogError::PartitionKeysChanged(name));
    }
    transaction.execute(
        "UPDATE tables SET version = $2, definition = $3 WHERE table_id = $1",
        &[
            changed.id.into(),
            version.into(),
            serde_json::to_string(&changed.table)?.into(),
        ],
    )?;
    Ok(())
}

pub(super) fn count_partitions(
    transaction: &mut dyn SqlTransaction,
    table_id: i64,
    added: i64,
) -> Result<()> {
    transaction.execute(
        "UPDATE tables SET partition_count = partition_count + $2 WHERE table_id = $1",
        &[table_id.into(), added.into()],
    )?;
    Ok(())
}

pub(super) fn drop(transaction: &mut dyn SqlTransaction, name: &TableName) -> Result<()> {
    let row = require(transaction, name)?;
    transaction.execute("DELETE FROM tables WHERE table_id = $1", &[row.id.into()])?;
    transaction.execute(
        "DELETE FROM crawled_tables WHERE database_name = $1 AND name = $2",
        &[name.database.as_str().into(), name.table().into()],
    )?;
    Ok(())
}

pub(super) fn versions(
    transaction: &mut dyn SqlTransaction,
    name: &TableName,
) -> Result<Vec<TableVersion>> {
    let row = require(transaction, name)?;
    let mut versions = vec![TableVersion {
        version_id: row.version.to_string(),
        table: row.table,
    }];
    let archived = transaction.query(
        "SELECT version, definition FROM table_versions WHERE table_id = $1 ORDER BY version DESC",
        &[row.id.into()],
    )?;
    for version in archived {
        versions.push(TableVersion {
            version_id: version.integer(0)?.to_string(),
            table: serde_json::from_str(version.text(1)?)?,
        });
    }
    Ok(versions)
}

pub(super) fn drop_version(
    transaction: &mut dyn SqlTransaction,
    name: &TableName,
    version: &str,
) -> Result<bool> {
    let row = require(transaction, name)?;
    let Ok(version) = version.parse::<i64>() else {
        return Ok(false);
    };
    let dropped = transaction.execute(
        "DELETE FROM table_versions WHERE table_id = $1 AND version = $2",
        &[row.id.into(), version.into()],
    )?;
    Ok(dropped > 0)
}
