//! What a table's declaration must fulfil whatever its files hold: names once each, keys of plain types, buckets by its columns.

use prismlake_catalog::hive_type::HiveType;

use super::super::table_definition::{ColumnDefinition, SortOrder};
use crate::error::{ErrorCode, QueryError, Result};

/// Every column and key has a name of its own.
pub(in crate::sql) fn names_once(
    columns: &[ColumnDefinition],
    partition_keys: &[ColumnDefinition],
) -> Result<()> {
    let is_column = |key: &&ColumnDefinition| columns.iter().any(|column| column.name == key.name);
    if let Some(key) = partition_keys.iter().find(is_column) {
        return Err(QueryError::new(
            ErrorCode::DuplicateColumnName,
            format!(
                "Column repeated in partitioning columns: '{}' is a partition key and a column; leave it out of the columns",
                key.name
            ),
        ));
    }
    for list in [columns, partition_keys] {
        for (index, column) in list.iter().enumerate() {
            if list
                .iter()
                .take(index)
                .any(|other| other.name == column.name)
            {
                return Err(QueryError::new(
                    ErrorCode::DuplicateColumnName,
                    format!("Duplicate column name: '{}' is declared twice", column.name),
                ));
            }
        }
    }
    Ok(())
}

/// Keys are folders' names, which hold no lists, maps or structs.
pub(in crate::sql) fn plain_keys(partition_keys: &[ColumnDefinition]) -> Result<()> {
    let nested = partition_keys.iter().find(|key| {
        matches!(
            key.hive_type,
            HiveType::Array(_) | HiveType::Map(_, _) | HiveType::Struct(_)
        )
    });
    match nested {
        None => Ok(()),
        Some(key) => Err(QueryError::new(
            ErrorCode::NotSupported,
            format!(
                "partition key '{}' has type {}; keys have primitive types",
                key.name, key.hive_type
            ),
        )),
    }
}

/// Buckets are chosen and sorted by columns of the table.
pub(in crate::sql) fn bucket_columns(
    columns: &[ColumnDefinition],
    bucketed_by: &[String],
    sorted_by: &[SortOrder],
) -> Result<()> {
    let named = bucketed_by
        .iter()
        .chain(sorted_by.iter().map(|sort| &sort.column));
    for name in named {
        if !columns.iter().any(|column| column.name == *name) {
            return Err(QueryError::new(
                ErrorCode::ColumnNotFound,
                format!(
                    "Invalid column reference: '{name}' of CLUSTERED BY is no column of the table"
                ),
            ));
        }
    }
    Ok(())
}
