//! ALTER TABLE of columns, places and properties: the table's entry in the catalog changes, or one partition's.

use prismlake_catalog::{Column, Partition, StorageDescriptor, Table, TableName};

use super::alter_partitions::{check_values, require_partition, values_of};
use super::create_external_table::{column, table_location};
use super::table_ddl::require_stored_table;
use crate::error::{ErrorCode, QueryError, Result};
use crate::query::{QueryContext, StartedStatement};
use crate::sql::storage_format::{LAZY_SIMPLE_SERDE, PARQUET_SERDE};
use crate::sql::{AlterTable, ColumnDefinition, ColumnPlace, PartitionSpec, TableChange};

/// The property in which Hive notes when a table's declaration changed.
pub(super) const LAST_DDL_TIME: &str = "transient_lastDdlTime";

/// The SerDes that find columns in any declaration: by position, or NULL where a name is missing.
const REPLACEABLE_SERDES: &[&str] = &[
    LAZY_SIMPLE_SERDE,
    PARQUET_SERDE,
    "org.apache.hadoop.hive.serde2.columnar.ColumnarSerDe",
    "org.apache.hadoop.hive.serde2.columnar.LazyBinaryColumnarSerDe",
];

pub(super) async fn execute(context: &QueryContext, alter: AlterTable) -> Result<StartedStatement> {
    let (name, table) = require_stored_table(context, &alter.table, "ALTER TABLE").await?;
    match alter.partition {
        Some(spec) => alter_partition(context, &name, &table, &spec, alter.change).await?,
        None => alter_table(context, &name, table, alter.change).await?,
    }
    Ok(StartedStatement::done())
}

async fn alter_table(
    context: &QueryContext,
    name: &TableName,
    mut table: Table,
    change: TableChange,
) -> Result<()> {
    let version = table.version_id.clone();
    let now = context.query.submitted_at.timestamp().to_string();
    table.parameters.insert(LAST_DDL_TIME.to_owned(), now);
    if let TableChange::SetProperties(properties) = change {
        for (key, value) in properties {
            if key == "comment" {
                table.description = Some(value.clone());
            }
            // Every table is external; Athena takes the key and lets nothing come of it.
            if !key.eq_ignore_ascii_case("EXTERNAL") {
                table.parameters.insert(key, value);
            }
        }
    } else {
        let keys = table.partition_keys.clone();
        change_descriptor(name, &mut table.storage_descriptor, &keys, change)?;
    }
    context
        .catalog()
        .update_table(table, Some(&version))
        .await?;
    Ok(())
}

async fn alter_partition(
    context: &QueryContext,
    name: &TableName,
    table: &Table,
    spec: &PartitionSpec,
    change: TableChange,
) -> Result<()> {
    let mut partition = require_partition(context, name, table, spec).await?;
    let values = partition.values.clone();
    match change {
        TableChange::RenamePartition(renamed) => {
            let renamed = values_of(name, table, &renamed)?;
            check_values(table, &renamed)?;
            if renamed != values && context.catalog().partition(name, &renamed).await?.is_some() {
                return Err(QueryError::new(
                    ErrorCode::PartitionAlreadyExists,
                    format!("Partition already exists: {renamed:?} of table {name}"),
                ));
            }
            // An external table's files stay where they are.
            partition.values = renamed;
        }
        change => change_descriptor(
            name,
            &mut partition.storage_descriptor,
            &table.partition_keys,
            change,
        )?,
    }
    replace_partition(context, name, values, partition).await
}

async fn replace_partition(
    context: &QueryContext,
    name: &TableName,
    values: Vec<String>,
    partition: Partition,
) -> Result<()> {
    let missing = context
        .catalog()
        .update_partitions(name, vec![(values, partition)])
        .await?;
    match missing.into_iter().next() {
        None => Ok(()),
        Some(values) => Err(prismlake_catalog::CatalogError::PartitionNotFound {
            table: name.clone(),
            values,
        }
        .into()),
    }
}

/// What a table's descriptor and a partition's have in common. Partitions keep theirs when the table's changes, as in Athena.
fn change_descriptor(
    name: &TableName,
    descriptor: &mut StorageDescriptor,
    keys: &[Column],
    change: TableChange,
) -> Result<()> {
    match change {
        TableChange::AddColumns(added) => {
            descriptor.columns.extend(added.into_iter().map(column));
        }
        TableChange::ReplaceColumns(columns) => {
            require_replaceable(name, descriptor)?;
            descriptor.columns = columns.into_iter().map(column).collect();
        }
        TableChange::ChangeColumn {
            name: old,
            column: new,
            place,
        } => change_column(name, &mut descriptor.columns, &old, new, place)?,
        TableChange::SetLocation(location) => {
            descriptor.location = Some(table_location(&location)?);
        }
        TableChange::RenamePartition(_) | TableChange::SetProperties(_) => {
            return Err(QueryError::internal("not a change of a descriptor"));
        }
    }
    columns_once(&descriptor.columns, keys)
}

fn require_replaceable(name: &TableName, descriptor: &StorageDescriptor) -> Result<()> {
    let serde = descriptor.serde_info.serialization_library.as_deref();
    if serde.is_some_and(|serde| REPLACEABLE_SERDES.contains(&serde)) {
        return Ok(());
    }
    Err(QueryError::not_supported(format!(
        "Replace columns is not supported for table {name}. SerDe may be incompatible: {}",
        serde.unwrap_or("none")
    )))
}

fn change_column(
    table: &TableName,
    columns: &mut Vec<Column>,
    old: &str,
    new: ColumnDefinition,
    place: Option<ColumnPlace>,
) -> Result<()> {
    let missing = |column: &str| {
        QueryError::new(
            ErrorCode::ColumnNotFound,
            format!("Invalid column reference: table {table} has no column '{column}'"),
        )
    };
    let position = |columns: &[Column], wanted: &str| {
        columns
            .iter()
            .position(|column| column.name == wanted)
            .ok_or_else(|| missing(wanted))
    };
    let from = position(columns, old)?;
    let before = columns.remove(from);
    let changed = Column {
        // A comment that is not mentioned stays.
        comment: new.comment.clone().or(before.comment),
        parameters: before.parameters,
        ..column(new)
    };
    let to = match place {
        None => from,
        Some(ColumnPlace::First) => 0,
        Some(ColumnPlace::After(other)) => position(columns, &other)? + 1,
    };
    columns.insert(to, changed);
    Ok(())
}

fn columns_once(columns: &[Column], keys: &[Column]) -> Result<()> {
    for (index, column) in columns.iter().enumerate() {
        let mut others = columns.iter().take(index).chain(keys);
        if others.any(|other| other.name == column.name) {
            return Err(QueryError::new(
                ErrorCode::DuplicateColumnName,
                format!(
                    "Duplicate column name: '{}' is a column or partition key already",
                    column.name
                ),
            ));
        }
    }
    Ok(())
}
