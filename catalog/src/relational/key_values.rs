//! The different values of one partition key, found by seeking from each to the next: in time of how many there are.

use super::partition_key::{sort_key, successor};
use super::sql::SqlTransaction;
use super::tables;
use crate::error::Result;
use crate::model::TableName;

/// The stored text of each value, one for all that are equal in the key's type; `None` if there are more than `limit`.
pub(super) fn distinct(
    transaction: &mut dyn SqlTransaction,
    name: &TableName,
    ordinal: usize,
    limit: usize,
) -> Result<Option<Vec<String>>> {
    let table = tables::require(transaction, name)?;
    let Some(key_type) = table.key_types().get(ordinal).copied() else {
        return Ok(None);
    };
    let mut found = Vec::new();
    let mut from: Vec<u8> = Vec::new();
    loop {
        // The order of partitions begins with the first key; the others have an index of their own.
        let row = if ordinal == 0 {
            transaction.query_first(
                "SELECT key_values FROM partitions WHERE table_id = $1 AND ordering >= $2
                 ORDER BY ordering, key_values LIMIT 1",
                &[table.id.into(), from.into()],
            )?
        } else {
            let ordinal = i64::try_from(ordinal).unwrap_or(i64::MAX);
            transaction.query_first(
                "SELECT p.key_values FROM partitions p WHERE p.partition_id =
                   (SELECT v.partition_id FROM partition_values v
                    WHERE v.table_id = $1 AND v.ordinal = $2 AND v.sort_key >= $3
                    ORDER BY v.sort_key, v.partition_id LIMIT 1)",
                &[table.id.into(), ordinal.into(), from.into()],
            )?
        };
        let Some(row) = row else {
            return Ok(Some(found));
        };
        if found.len() >= limit {
            return Ok(None);
        }
        let values: Vec<String> = serde_json::from_str(row.text(0)?)?;
        let Some(value) = values.into_iter().nth(ordinal) else {
            return Ok(None);
        };
        let Some(next) = successor(&sort_key(key_type, &value)) else {
            return Ok(None);
        };
        from = next;
        found.push(value);
    }
}
