//! The steps from each version of the schema to the next, run when a catalog is opened.

use super::sql::{SqlDatabase, SqlSpelling, SqlTransaction};
use crate::error::{CatalogError, Result};
use crate::file_name::CatalogId;
use crate::model::{Database, DatabaseName};

/// The steps in order; a catalog's version is how many of them it has taken.
const MIGRATIONS: &[&str] = &[include_str!("../../migrations/0001_initial.sql")];

/// Brings the schema up to date, or refuses a newer one; returns the catalog's identity. Processes that open at once wait for each other.
pub(crate) fn prepare_schema<Database: SqlDatabase>(
    transaction: &mut dyn SqlTransaction,
) -> Result<CatalogId> {
    run(transaction, &Database::SPELLING)
}

fn run(transaction: &mut dyn SqlTransaction, spelling: &SqlSpelling) -> Result<CatalogId> {
    transaction.run_script(
        "CREATE TABLE IF NOT EXISTS catalog_identity (catalog_id TEXT NOT NULL, schema_version BIGINT NOT NULL)",
    )?;
    let row = transaction.query_first(
        "SELECT catalog_id, schema_version FROM catalog_identity",
        &[],
    )?;
    let (found, id) = match &row {
        Some(row) => {
            let text = row.text(0)?;
            let id = text
                .parse()
                .map_err(|()| CatalogError::Corrupt(format!("its identity is '{text}'")))?;
            (row.integer(1)?, id)
        }
        None => (0, CatalogId::generate()),
    };
    let supported = i64::try_from(MIGRATIONS.len()).unwrap_or(i64::MAX);
    if found > supported {
        return Err(CatalogError::NewerSchema { found, supported });
    }
    if found == supported {
        return Ok(id);
    }
    let taken = usize::try_from(found)
        .map_err(|_| CatalogError::Corrupt(format!("its schema version is {found}")))?;
    for migration in MIGRATIONS.iter().skip(taken) {
        let script = migration
            .replace("{row_id}", spelling.row_id)
            .replace("{bytes}", spelling.bytes)
            .replace("{text}", spelling.text)
            .replace("{clustered}", spelling.clustered);
        transaction.run_script(&script)?;
    }
    if row.is_none() {
        transaction.execute(
            "INSERT INTO catalog_identity (catalog_id, schema_version) VALUES ($1, $2)",
            &[id.to_string().into(), supported.into()],
        )?;
        let default = Database::new(DatabaseName::new("default")?);
        super::databases::create(transaction, &default)?;
    } else {
        transaction.execute(
            "UPDATE catalog_identity SET schema_version = $1",
            &[supported.into()],
        )?;
    }
    Ok(id)
}
