//! The query history in SQLite.

use chrono::{DateTime, Duration, Utc};
use rusqlite::Connection;

use crate::error::Result;
use crate::history::{HISTORY_DAYS, HISTORY_RECORDS_MAX, QueryRecord};

pub(super) fn record(
    connection: &Connection,
    record: &QueryRecord,
    now: DateTime<Utc>,
) -> Result<()> {
    connection
        .prepare_cached(
            "INSERT INTO queries (query_id, submitted_at, record) VALUES (?1, ?2, ?3)
             ON CONFLICT (query_id) DO UPDATE SET record = excluded.record",
        )?
        .execute((
            &record.query_id,
            record.submitted_at.timestamp_millis(),
            serde_json::to_string(record)?,
        ))?;
    let oldest = now - Duration::days(HISTORY_DAYS);
    connection
        .prepare_cached("DELETE FROM queries WHERE submitted_at < ?1")?
        .execute([oldest.timestamp_millis()])?;
    connection
        .prepare_cached(
            "DELETE FROM queries WHERE submitted_at <
             (SELECT submitted_at FROM queries ORDER BY submitted_at DESC LIMIT 1 OFFSET ?1)",
        )?
        .execute([HISTORY_RECORDS_MAX])?;
    Ok(())
}

pub(super) fn newest(connection: &Connection, limit: usize) -> Result<Vec<QueryRecord>> {
    let mut statement = connection.prepare_cached(
        "SELECT record FROM queries ORDER BY submitted_at DESC, query_id LIMIT ?1",
    )?;
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let records = statement.query_map([limit], |row| row.get::<_, String>(0))?;
    records
        .map(|record| Ok(serde_json::from_str(&record?)?))
        .collect()
}
