//! Databases in SQLite.

use rusqlite::{Connection, OptionalExtension};

use crate::error::{CatalogError, Result};
use crate::model::{Database, DatabaseName};
use crate::store::DropBehavior;

pub(super) fn create(connection: &Connection, database: &Database) -> Result<()> {
    let added = connection
        .prepare_cached("INSERT OR IGNORE INTO databases (name, definition) VALUES (?1, ?2)")?
        .execute((database.name.as_str(), serde_json::to_string(database)?))?;
    if added == 0 {
        return Err(CatalogError::DatabaseExists(database.name.clone()));
    }
    Ok(())
}

pub(super) fn get(connection: &Connection, name: &DatabaseName) -> Result<Option<Database>> {
    let definition: Option<String> = connection
        .prepare_cached("SELECT definition FROM databases WHERE name = ?1")?
        .query_row([name.as_str()], |row| row.get(0))
        .optional()?;
    Ok(definition
        .map(|definition| serde_json::from_str(&definition))
        .transpose()?)
}

pub(super) fn list(connection: &Connection) -> Result<Vec<Database>> {
    let mut statement =
        connection.prepare_cached("SELECT definition FROM databases ORDER BY name")?;
    let definitions = statement.query_map([], |row| row.get::<_, String>(0))?;
    definitions
        .map(|definition| Ok(serde_json::from_str(&definition?)?))
        .collect()
}

pub(super) fn drop(
    connection: &Connection,
    name: &DatabaseName,
    behavior: DropBehavior,
) -> Result<()> {
    if get(connection, name)?.is_none() {
        return Err(CatalogError::DatabaseNotFound(name.clone()));
    }
    match behavior {
        DropBehavior::Restrict => {
            let has_tables: bool = connection
                .prepare_cached("SELECT EXISTS (SELECT 1 FROM tables WHERE database_name = ?1)")?
                .query_row([name.as_str()], |row| row.get(0))?;
            if has_tables {
                return Err(CatalogError::DatabaseNotEmpty(name.clone()));
            }
        }
        DropBehavior::Cascade => {
            connection.execute(
                "DELETE FROM tables WHERE database_name = ?1",
                [name.as_str()],
            )?;
        }
    }
    connection.execute("DELETE FROM databases WHERE name = ?1", [name.as_str()])?;
    Ok(())
}
