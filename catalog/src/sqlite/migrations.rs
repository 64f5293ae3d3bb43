//! The steps from each version of the schema to the next, run when a catalog is opened.

use rusqlite::{Connection, TransactionBehavior};

use crate::error::{CatalogError, Result};
use crate::file_name::CatalogId;
use crate::model::{Database, DatabaseName};

/// The steps in order; a catalog's version is how many of them it has taken.
const MIGRATIONS: &[&str] = &[include_str!("../../migrations/0001_initial.sql")];

/// Brings the schema up to date, or refuses a newer one. Processes that open at once wait for each other.
pub(super) fn run(connection: &mut Connection) -> Result<()> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let found: i64 = transaction.pragma_query_value(None, "user_version", |row| row.get(0))?;
    let supported = i64::try_from(MIGRATIONS.len()).unwrap_or(i64::MAX);
    if found > supported {
        return Err(CatalogError::NewerSchema { found, supported });
    }
    let taken = usize::try_from(found)
        .map_err(|_| CatalogError::Corrupt(format!("its schema version is {found}")))?;
    for migration in MIGRATIONS.iter().skip(taken) {
        transaction.execute_batch(migration)?;
    }
    if found == 0 {
        transaction.execute(
            "INSERT INTO catalog_identity (catalog_id) VALUES (?1)",
            [CatalogId::generate().to_string()],
        )?;
        let default = Database::new(DatabaseName::new("default")?);
        transaction.execute(
            "INSERT INTO databases (name, definition) VALUES (?1, ?2)",
            (default.name.as_str(), serde_json::to_string(&default)?),
        )?;
    }
    if found != supported {
        transaction.pragma_update(None, "user_version", supported)?;
    }
    transaction.commit()?;
    Ok(())
}
