//! Prepared statements, by workgroup and name.

use super::sql::SqlTransaction;
use crate::error::Result;
use crate::prepared_statement::PreparedStatement;

/// Keeps a statement, in place of one of that name.
pub(super) fn put(
    transaction: &mut dyn SqlTransaction,
    statement: &PreparedStatement,
) -> Result<()> {
    transaction.execute(
        "INSERT INTO prepared_statements (workgroup, name, definition) VALUES ($1, $2, $3)
         ON CONFLICT (workgroup, name) DO UPDATE SET definition = excluded.definition",
        &[
            statement.workgroup.as_str().into(),
            statement.name.as_str().into(),
            serde_json::to_string(statement)?.into(),
        ],
    )?;
    Ok(())
}

/// The statement of that name.
pub(super) fn get(
    transaction: &mut dyn SqlTransaction,
    workgroup: &str,
    name: &str,
) -> Result<Option<PreparedStatement>> {
    let row = transaction.query_first(
        "SELECT definition FROM prepared_statements WHERE workgroup = $1 AND name = $2",
        &[workgroup.into(), name.into()],
    )?;
    row.map(|row| Ok(serde_json::from_str(row.text(0)?)?))
        .transpose()
}

/// All statements of a workgroup, by name.
pub(super) fn list(
    transaction: &mut dyn SqlTransaction,
    workgroup: &str,
) -> Result<Vec<PreparedStatement>> {
    transaction
        .query(
            "SELECT definition FROM prepared_statements WHERE workgroup = $1 ORDER BY name",
            &[workgroup.into()],
        )?
        .iter()
        .map(|row| Ok(serde_json::from_str(row.text(0)?)?))
        .collect()
}

/// Forgets a statement; false if there was none.
pub(super) fn remove(
    transaction: &mut dyn SqlTransaction,
    workgroup: &str,
    name: &str,
) -> Result<bool> {
    let removed = transaction.execute(
        "DELETE FROM prepared_statements WHERE workgroup = $1 AND name = $2",
        &[workgroup.into(), name.into()],
    )?;
    Ok(removed > 0)
}
