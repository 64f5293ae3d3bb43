//! The query history.

use chrono::{DateTime, Duration, Utc};

use super::sql::SqlTransaction;
use crate::error::Result;
use crate::history::{HISTORY_DAYS, HISTORY_RECORDS_MAX, QueryRecord};

pub(super) fn record(
    transaction: &mut dyn SqlTransaction,
    record: &QueryRecord,
    now: DateTime<Utc>,
) -> Result<()> {
    transaction.execute(
        "INSERT INTO queries (query_id, submitted_at, record) VALUES ($1, $2, $3)
         ON CONFLICT (query_id) DO UPDATE SET record = excluded.record",
        &[
            record.query_id.as_str().into(),
            record.submitted_at.timestamp_millis().into(),
            serde_json::to_string(record)?.into(),
        ],
    )?;
    let oldest = now - Duration::days(HISTORY_DAYS);
    transaction.execute(
        "DELETE FROM queries WHERE submitted_at < $1",
        &[oldest.timestamp_millis().into()],
    )?;
    transaction.execute(
        "DELETE FROM queries WHERE submitted_at <
         (SELECT submitted_at FROM queries ORDER BY submitted_at DESC LIMIT 1 OFFSET $1)",
        &[HISTORY_RECORDS_MAX.into()],
    )?;
    Ok(())
}

pub(super) fn newest(
    transaction: &mut dyn SqlTransaction,
    limit: usize,
) -> Result<Vec<QueryRecord>> {
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    transaction
        .query(
            "SELECT record FROM queries ORDER BY submitted_at DESC, query_id LIMIT $1",
            &[limit.into()],
        )?
        .iter()
        .map(|row| Ok(serde_json::from_str(row.text(0)?)?))
        .collect()
}
