//! The commit protocol.

use std::collections::HashSet;

use chrono::{DateTime, Utc};

use super::sql::{SqlTransaction, SqlValue};
use super::{file_statistics, partitions, tables};
use crate::error::{CatalogError, Result};
use crate::writes::{
    AbandonedWrite, AbortOutcome, Snapshot, WRITE_LEASE_SECONDS, WriteCommit, WriteId, WriteIntent,
};

/// Ids looked up in one statement.
const IDS_A_STATEMENT: usize = 1000;

pub(super) fn begin(
    transaction: &mut dyn SqlTransaction,
    intent: &WriteIntent,
    now: DateTime<Utc>,
) -> Result<WriteId> {
    let row = transaction.query_first(
        "INSERT INTO writes (state, query_id, location, lease_until) VALUES ('OPEN', $1, $2, $3)
         RETURNING write_id",
        &[
            intent.query_id.as_str().into(),
            intent.location.as_str().into(),
            now.timestamp().saturating_add(WRITE_LEASE_SECONDS).into(),
        ],
    )?;
    match row {
        Some(row) => Ok(WriteId(row.integer(0)?)),
        None => Err(CatalogError::Storage("a write got no id".to_owned())),
    }
}

pub(super) fn renew(
    transaction: &mut dyn SqlTransaction,
    id: WriteId,
    now: DateTime<Utc>,
) -> Result<()> {
    let renewed = transaction.execute(
        "UPDATE writes SET lease_until = $2 WHERE write_id = $1 AND state = 'OPEN'",
        &[
            id.0.into(),
            now.timestamp().saturating_add(WRITE_LEASE_SECONDS).into(),
        ],
    )?;
    still_open(id, renewed)
}

pub(super) fn commit(
    transaction: &mut dyn SqlTransaction,
    id: WriteId,
    commit: WriteCommit,
    now: DateTime<Utc>,
) -> Result<()> {
    let committed = transaction.execute(
        "UPDATE writes SET state = 'COMMITTED',
             commit_sequence = (SELECT coalesce(max(commit_sequence), 0) + 1 FROM writes)
         WHERE write_id = $1 AND state = 'OPEN'",
        &[id.0.into()],
    )?;
    still_open(id, committed)?;
    if let Some(table) = commit.create_table {
        tables::create(transaction, table, now)?;
    }
    if let Some(name) = &commit.table {
        partitions::add(transaction, name, commit.partitions, now)?;
    }
    file_statistics::put(transaction, &commit.file_statistics)
}

pub(super) fn abort(transaction: &mut dyn SqlTransaction, id: WriteId) -> Result<AbortOutcome> {
    transaction.execute(
        "UPDATE writes SET state = 'ABORTED' WHERE write_id = $1 AND state = 'OPEN'",
        &[id.0.into()],
    )?;
    let committed = transaction.query_first(
        "SELECT write_id FROM writes WHERE write_id = $1 AND state = 'COMMITTED'",
        &[id.0.into()],
    )?;
    Ok(match committed {
        Some(_) => AbortOutcome::Committed,
        None => AbortOutcome::Aborted,
    })
}

pub(super) fn abandoned(
    transaction: &mut dyn SqlTransaction,
    now: DateTime<Utc>,
) -> Result<Vec<AbandonedWrite>> {
    transaction.execute(
        "UPDATE writes SET state = 'ABORTED' WHERE state = 'OPEN' AND lease_until < $1",
        &[now.timestamp().into()],
    )?;
    transaction
        .query(
            "SELECT write_id, location FROM writes WHERE state = 'ABORTED'",
            &[],
        )?
        .iter()
        .map(|row| {
            Ok(AbandonedWrite {
                id: WriteId(row.integer(0)?),
                location: row.text(1)?.to_owned(),
            })
        })
        .collect()
}

pub(super) fn cleaned(transaction: &mut dyn SqlTransaction, id: WriteId) -> Result<()> {
    transaction.execute(
        "UPDATE writes SET state = 'CLEANED' WHERE write_id = $1 AND state = 'ABORTED'",
        &[id.0.into()],
    )?;
    Ok(())
}

pub(super) fn snapshot(transaction: &mut dyn SqlTransaction) -> Result<Snapshot> {
    let row =
        transaction.query_first("SELECT coalesce(max(commit_sequence), 0) FROM writes", &[])?;
    row.map_or(Ok(Snapshot(0)), |row| row.integer(0).map(Snapshot))
}

pub(super) fn committed(
    transaction: &mut dyn SqlTransaction,
    ids: &[WriteId],
    snapshot: Snapshot,
) -> Result<HashSet<WriteId>> {
    let mut found = HashSet::new();
    for chunk in ids.chunks(IDS_A_STATEMENT) {
        let places: Vec<String> = (2..chunk.len() + 2).map(|n| format!("${n}")).collect();
        let sql = format!(
            "SELECT write_id FROM writes WHERE commit_sequence <= $1 AND write_id IN ({})",
            places.join(", ")
        );
        let parameters: Vec<SqlValue> = std::iter::once(snapshot.0)
            .chain(chunk.iter().map(|id| id.0))
            .map(SqlValue::Integer)
            .collect();
        for row in transaction.query(&sql, &parameters)? {
            found.insert(WriteId(row.integer(0)?));
        }
    }
    Ok(found)
}

fn still_open(id: WriteId, changed: u64) -> Result<()> {
    if changed == 0 {
        return Err(CatalogError::WriteNotOpen(id));
    }
    Ok(())
}
