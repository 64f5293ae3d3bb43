//! Tables and their versions in SQLite.

use chrono::{DateTime, Utc};
use rusqlite::{Connection, OptionalExtension};

use super::databases;
use crate::error::{CatalogError, Result};
use crate::model::{DatabaseName, Table, TableName, TableVersion};
use crate::partition_value::KeyType;

/// A table's row: what other rows refer to it by, and how its partitions are ordered.
pub(super) struct TableRow {
    pub(super) id: i64,
    pub(super) version: i64,
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
}

pub(super) fn find(connection: &Connection, name: &TableName) -> Result<Option<TableRow>> {
    let row: Option<(i64, i64, String)> = connection
        .prepare_cached(
            "SELECT table_id, version, definition FROM tables WHERE database_name = ?1 AND name = ?2",
        )?
        .query_row((name.database.as_str(), name.table()), |row| {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?))
        })
        .optional()?;
    row.map(|(id, version, definition)| {
        Ok(TableRow {
            id,
            version,
            table: serde_json::from_str(&definition)?,
        })
    })
    .transpose()
}

pub(super) fn require(connection: &Connection, name: &TableName) -> Result<TableRow> {
    find(connection, name)?.ok_or_else(|| CatalogError::TableNotFound(name.clone()))
}

pub(super) fn create(connection: &Connection, mut table: Table, now: DateTime<Utc>) -> Result<()> {
    let name = table.full_name()?;
    if databases::get(connection, &name.database)?.is_none() {
        return Err(CatalogError::DatabaseNotFound(name.database));
    }
    if find(connection, &name)?.is_some() {
        return Err(CatalogError::TableExists(name));
    }
    table.database_name = name.database.to_string();
    table.name = name.table().to_owned();
    table.create_time = Some(now);
    table.update_time = Some(now);
    table.version_id = "0".to_owned();
    connection
        .prepare_cached(
            "INSERT INTO tables (database_name, name, version, definition) VALUES (?1, ?2, 0, ?3)",
        )?
        .execute((
            name.database.as_str(),
            name.table(),
            serde_json::to_string(&table)?,
        ))?;
    Ok(())
}

pub(super) fn names(connection: &Connection, database: &DatabaseName) -> Result<Vec<String>> {
    if databases::get(connection, database)?.is_none() {
        return Err(CatalogError::DatabaseNotFound(database.clone()));
    }
    let mut statement = connection
        .prepare_cached("SELECT name FROM tables WHERE database_name = ?1 ORDER BY name")?;
    let names = statement.query_map([database.as_str()], |row| row.get(0))?;
    Ok(names.collect::<rusqlite::Result<_>>()?)
}

pub(super) fn update(
    connection: &Connection,
    mut table: Table,
    expected_version: Option<&str>,
    now: DateTime<Utc>,
) -> Result<()> {
    let name = table.full_name()?;
    let row = require(connection, &name)?;
    if expected_version.is_some_and(|expected| expected != row.version.to_string()) {
        return Err(CatalogError::ConcurrentModification(name));
    }
    connection.execute(
        "INSERT INTO table_versions (table_id, version, definition) VALUES (?1, ?2, ?3)",
        (row.id, row.version, serde_json::to_string(&row.table)?),
    )?;
    let version = row.version + 1;
    table.create_time = row.table.create_time;
    table.update_time = Some(now);
    table.version_id = version.to_string();
    connection.execute(
        "UPDATE tables SET version = ?2, definition = ?3 WHERE table_id = ?1",
        (row.id, version, serde_json::to_string(&table)?),
    )?;
    Ok(())
}

pub(super) fn drop(connection: &Connection, name: &TableName) -> Result<()> {
    let row = require(connection, name)?;
    connection.execute("DELETE FROM tables WHERE table_id = ?1", [row.id])?;
    Ok(())
}

pub(super) fn versions(connection: &Connection, name: &TableName) -> Result<Vec<TableVersion>> {
    let row = require(connection, name)?;
    let mut versions = vec![TableVersion {
        version_id: row.version.to_string(),
        table: row.table,
    }];
    let mut statement = connection.prepare_cached(
        "SELECT version, definition FROM table_versions WHERE table_id = ?1 ORDER BY version DESC",
    )?;
    let archived = statement.query_map([row.id], |row| {
        Ok((row.get::<_, i64>(0)?, row.get::<_, String>(1)?))
    })?;
    for version in archived {
        let (version, definition) = version?;
        versions.push(TableVersion {
            table: serde_json::from_str(&definition)?,
            version_id: version.to_string(),
        });
    }
    Ok(versions)
}
