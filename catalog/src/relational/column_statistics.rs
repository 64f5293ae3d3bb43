//! Glue's statistics of columns, and partition indexes.

use super::partitions;
use super::sql::{InsertRows, SqlTransaction, SqlValue};
use super::tables;
use crate::error::{CatalogError, Result};
use crate::model::{ColumnStatistics, PartitionIndex, TableName};

/// How a table's own statistics are told from those of its partitions, whose values are a JSON array.
const TABLE_ITSELF: &str = "";

/// The table, and what its or its partition's statistics are kept under.
fn owner(
    transaction: &mut dyn SqlTransaction,
    name: &TableName,
    partition: Option<&[String]>,
) -> Result<[SqlValue; 2]> {
    let table = tables::require(transaction, name)?;
    let key = match partition {
        None => TABLE_ITSELF.to_owned(),
        Some(values) => {
            if partitions::get(transaction, name, values)?.is_none() {
                return Err(CatalogError::PartitionNotFound {
                    table: name.clone(),
                    values: values.to_vec(),
                });
            }
            serde_json::to_string(values)?
        }
    };
    Ok([table.id.into(), key.into()])
}

pub(super) fn put(
    transaction: &mut dyn SqlTransaction,
    name: &TableName,
    partition: Option<&[String]>,
    statistics: &[ColumnStatistics],
) -> Result<()> {
    let [table, key] = owner(transaction, name, partition)?;
    let rows = statistics
        .iter()
        .map(|column| {
            Ok(vec![
                table.clone(),
                key.clone(),
                column.column_name.to_lowercase().into(),
                serde_json::to_string(column)?.into(),
            ])
        })
        .collect::<Result<_>>()?;
    transaction.insert(InsertRows {
        into: "INSERT INTO column_statistics (table_id, key_values, column_name, definition)",
        after: "ON CONFLICT (table_id, key_values, column_name) DO UPDATE SET definition = excluded.definition",
        rows,
    })?;
    Ok(())
}

pub(super) fn get(
    transaction: &mut dyn SqlTransaction,
    name: &TableName,
    partition: Option<&[String]>,
) -> Result<Vec<ColumnStatistics>> {
    let owner = owner(transaction, name, partition)?;
    transaction
        .query(
            "SELECT definition FROM column_statistics WHERE table_id = $1 AND key_values = $2
             ORDER BY column_name",
            &owner,
        )?
        .iter()
        .map(|row| Ok(serde_json::from_str(row.text(0)?)?))
        .collect()
}

pub(super) fn drop(
    transaction: &mut dyn SqlTransaction,
    name: &TableName,
    partition: Option<&[String]>,
    column: &str,
) -> Result<bool> {
    let [table, key] = owner(transaction, name, partition)?;
    let dropped = transaction.execute(
        "DELETE FROM column_statistics WHERE table_id = $1 AND key_values = $2 AND column_name = $3",
        &[table, key, column.to_lowercase().into()],
    )?;
    Ok(dropped > 0)
}

pub(super) fn add_index(
    transaction: &mut dyn SqlTransaction,
    name: &TableName,
    index: &PartitionIndex,
) -> Result<()> {
    let table = tables::require(transaction, name)?;
    let keys = table.key_names();
    let unknown = index
        .keys
        .iter()
        .find(|key| !keys.iter().any(|known| known.eq_ignore_ascii_case(key)));
    if let Some(key) = unknown {
        return Err(CatalogError::NoSuchPartitionKey {
            table: name.clone(),
            key: key.clone(),
        });
    }
    let added = transaction.execute(
        "INSERT INTO partition_indexes (table_id, name, definition) VALUES ($1, $2, $3)
         ON CONFLICT DO NOTHING",
        &[
            table.id.into(),
            index.index_name.to_lowercase().into(),
            serde_json::to_string(index)?.into(),
        ],
    )?;
    if added == 0 {
        return Err(CatalogError::PartitionIndexExists {
            table: name.clone(),
            index: index.index_name.clone(),
        });
    }
    Ok(())
}

pub(super) fn indexes(
    transaction: &mut dyn SqlTransaction,
    name: &TableName,
) -> Result<Vec<PartitionIndex>> {
    let table = tables::require(transaction, name)?;
    transaction
        .query(
            "SELECT definition FROM partition_indexes WHERE table_id = $1 ORDER BY name",
            &[table.id.into()],
        )?
        .iter()
        .map(|row| Ok(serde_json::from_str(row.text(0)?)?))
        .collect()
}

pub(super) fn drop_index(
    transaction: &mut dyn SqlTransaction,
    name: &TableName,
    index: &str,
) -> Result<bool> {
    let table = tables::require(transaction, name)?;
    let dropped = transaction.execute(
        "DELETE FROM partition_indexes WHERE table_id = $1 AND name = $2",
        &[table.id.into(), index.to_lowercase().into()],
    )?;
    Ok(dropped > 0)
}
