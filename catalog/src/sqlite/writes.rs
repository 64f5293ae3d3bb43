//! The commit protocol in SQLite.

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use rusqlite::types::Value;
use rusqlite::{Connection, params_from_iter};

use super::{partitions, tables};
use crate::error::{CatalogError, Result};
use crate::writes::{
    AbandonedWrite, AbortOutcome, Snapshot, WRITE_LEASE_SECONDS, WriteCommit, WriteId, WriteIntent,
};

/// Ids looked up in one statement; SQLite takes 32,766 parameters.
const IDS_A_STATEMENT: usize = 1000;

pub(super) fn begin(
    connection: &Connection,
    intent: &WriteIntent,
    now: DateTime<Utc>,
) -> Result<WriteId> {
    connection.execute(
        "INSERT INTO writes (state, query_id, location, lease_until) VALUES ('OPEN', ?1, ?2, ?3)",
        (
            &intent.query_id,
            &intent.location,
            now.timestamp().saturating_add(WRITE_LEASE_SECONDS),
        ),
    )?;
    Ok(WriteId(connection.last_insert_rowid()))
}

pub(super) fn renew(connection: &Connection, id: WriteId, now: DateTime<Utc>) -> Result<()> {
    let renewed = connection.execute(
        "UPDATE writes SET lease_until = ?2 WHERE write_id = ?1 AND state = 'OPEN'",
        (id.0, now.timestamp().saturating_add(WRITE_LEASE_SECONDS)),
    )?;
    still_open(id, renewed)
}

pub(super) fn commit(
    connection: &Connection,
    id: WriteId,
    commit: WriteCommit,
    now: DateTime<Utc>,
) -> Result<()> {
    let committed = connection.execute(
        "UPDATE writes SET state = 'COMMITTED',
             commit_sequence = (SELECT coalesce(max(commit_sequence), 0) + 1 FROM writes)
         WHERE write_id = ?1 AND state = 'OPEN'",
        [id.0],
    )?;
    still_open(id, committed)?;
    if let Some(table) = commit.create_table {
        tables::create(connection, table, now)?;
    }
    if let Some(name) = &commit.table {
        let table = tables::require(connection, name)?;
        partitions::add(connection, &table, name, &commit.partitions, now)?;
    }
    Ok(())
}

pub(super) fn abort(connection: &Connection, id: WriteId) -> Result<AbortOutcome> {
    connection.execute(
        "UPDATE writes SET state = 'ABORTED' WHERE write_id = ?1 AND state = 'OPEN'",
        [id.0],
    )?;
    let committed = connection.query_row(
        "SELECT EXISTS (SELECT 1 FROM writes WHERE write_id = ?1 AND state = 'COMMITTED')",
        [id.0],
        |row| row.get(0),
    )?;
    Ok(if committed {
        AbortOutcome::Committed
    } else {
        AbortOutcome::Aborted
    })
}

pub(super) fn abandoned(
    connection: &Connection,
    now: DateTime<Utc>,
) -> Result<Vec<AbandonedWrite>> {
    connection.execute(
        "UPDATE writes SET state = 'ABORTED' WHERE state = 'OPEN' AND lease_until < ?1",
        [now.timestamp()],
    )?;
    let mut statement = connection
        .prepare_cached("SELECT write_id, location FROM writes WHERE state = 'ABORTED'")?;
    let writes = statement.query_map([], |row| {
        Ok(AbandonedWrite {
            id: WriteId(row.get(0)?),
            location: row.get(1)?,
        })
    })?;
    Ok(writes.collect::<rusqlite::Result<_>>()?)
}

pub(super) fn cleaned(connection: &Connection, id: WriteId) -> Result<()> {
    connection.execute(
        "UPDATE writes SET state = 'CLEANED' WHERE write_id = ?1 AND state = 'ABORTED'",
        [id.0],
    )?;
    Ok(())
}

pub(super) fn snapshot(connection: &Connection) -> Result<Snapshot> {
    Ok(Snapshot(connection.query_row(
        "SELECT coalesce(max(commit_sequence), 0) FROM writes",
        [],
        |row| row.get(0),
    )?))
}

pub(super) fn committed(
    connection: &Connection,
    ids: &[WriteId],
    snapshot: Snapshot,
) -> Result<HashSet<WriteId>> {
    let mut found = HashSet::new();
    for chunk in ids.chunks(IDS_A_STATEMENT) {
        let places = vec!["?"; chunk.len()].join(", ");
        let sql = format!(
            "SELECT write_id FROM writes WHERE commit_sequence <= ? AND write_id IN ({places})"
        );
        let mut statement = connection.prepare(&sql)?;
        let parameters = params_from_iter(
            std::iter::once(snapshot.0)
                .chain(chunk.iter().map(|id| id.0))
                .map(Value::Integer),
        );
        for id in statement.query_map(parameters, |row| row.get(0))? {
            found.insert(WriteId(id?));
        }
    }
    Ok(found)
}

fn still_open(id: WriteId, changed: usize) -> Result<()> {
    if changed == 0 {
        return Err(CatalogError::WriteNotOpen(id));
    }
    Ok(())
}
