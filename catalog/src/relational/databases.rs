//! Databases and their functions.

use super::sql::SqlTransaction;
use crate::error::{CatalogError, Result};
use crate::model::{Database, DatabaseName, UserDefinedFunction};
use crate::store::DropBehavior;

pub(super) fn create(transaction: &mut dyn SqlTransaction, database: &Database) -> Result<()> {
    let added = transaction.execute(
        "INSERT INTO databases (name, definition) VALUES ($1, $2) ON CONFLICT DO NOTHING",
        &[
            database.name.as_str().into(),
            serde_json::to_string(database)?.into(),
        ],
    )?;
    if added == 0 {
        return Err(CatalogError::DatabaseExists(database.name.clone()));
    }
    Ok(())
}

pub(super) fn get(
    transaction: &mut dyn SqlTransaction,
    name: &DatabaseName,
) -> Result<Option<Database>> {
    let row = transaction.query_first(
        "SELECT definition FROM databases WHERE name = $1",
        &[name.as_str().into()],
    )?;
    row.map(|row| Ok(serde_json::from_str(row.text(0)?)?))
        .transpose()
}

pub(super) fn require(
    transaction: &mut dyn SqlTransaction,
    name: &DatabaseName,
) -> Result<Database> {
    get(transaction, name)?.ok_or_else(|| CatalogError::DatabaseNotFound(name.clone()))
}

pub(super) fn list(transaction: &mut dyn SqlTransaction) -> Result<Vec<Database>> {
    transaction
        .query("SELECT definition FROM databases ORDER BY name", &[])?
        .iter()
        .map(|row| Ok(serde_json::from_str(row.text(0)?)?))
        .collect()
}

pub(super) fn update(transaction: &mut dyn SqlTransaction, mut database: Database) -> Result<()> {
    let old = require(transaction, &database.name)?;
    database.create_time = old.create_time;
    transaction.execute(
        "UPDATE databases SET definition = $2 WHERE name = $1",
        &[
            database.name.as_str().into(),
            serde_json::to_string(&database)?.into(),
        ],
    )?;
    Ok(())
}

pub(super) fn drop(
    transaction: &mut dyn SqlTransaction,
    name: &DatabaseName,
    behavior: DropBehavior,
) -> Result<()> {
    require(transaction, name)?;
    let own = [name.as_str().into()];
    match behavior {
        DropBehavior::Restrict => {
            let table = transaction.query_first(
                "SELECT name FROM tables WHERE database_name = $1 LIMIT 1",
                &own,
            )?;
            if table.is_some() {
                return Err(CatalogError::DatabaseNotEmpty(name.clone()));
            }
        }
        DropBehavior::Cascade => {
            transaction.execute("DELETE FROM tables WHERE database_name = $1", &own)?;
        }
    }
    transaction.execute("DELETE FROM databases WHERE name = $1", &own)?;
    Ok(())
}

pub(super) fn put_function(
    transaction: &mut dyn SqlTransaction,
    function: &UserDefinedFunction,
) -> Result<()> {
    let database = DatabaseName::new(&function.database_name)?;
    require(transaction, &database)?;
    transaction.execute(
        "INSERT INTO functions (database_name, name, definition) VALUES ($1, $2, $3)
         ON CONFLICT (database_name, name) DO UPDATE SET definition = excluded.definition",
        &[
            database.as_str().into(),
            function.function_name.to_lowercase().into(),
            serde_json::to_string(function)?.into(),
        ],
    )?;
    Ok(())
}

pub(super) fn functions(
    transaction: &mut dyn SqlTransaction,
    database: &DatabaseName,
) -> Result<Vec<UserDefinedFunction>> {
    require(transaction, database)?;
    transaction
        .query(
            "SELECT definition FROM functions WHERE database_name = $1 ORDER BY name",
            &[database.as_str().into()],
        )?
        .iter()
        .map(|row| Ok(serde_json::from_str(row.text(0)?)?))
        .collect()
}

pub(super) fn drop_function(
    transaction: &mut dyn SqlTransaction,
    database: &DatabaseName,
    name: &str,
) -> Result<bool> {
    let dropped = transaction.execute(
        "DELETE FROM functions WHERE database_name = $1 AND name = $2",
        &[database.as_str().into(), name.to_lowercase().into()],
    )?;
    Ok(dropped > 0)
}
