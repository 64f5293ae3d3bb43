//! SHOW DATABASES, TABLES, VIEWS, COLUMNS, PARTITIONS and TBLPROPERTIES.

use std::sync::Arc;

use arrow::array::StringArray;
use arrow::datatypes::{DataType, Field, Schema};
use arrow::record_batch::RecordBatch;
use futures::{StreamExt, TryStreamExt};
use prismlake_catalog::{CatalogError, DatabaseName, PartitionPredicate, TableName, TableType};

use super::table_ddl::{require_stored_table, require_table};
use super::text_rows::{self, padded};
use crate::error::{ErrorCode, QueryError, Result};
use crate::query::{QueryContext, StartedStatement};
use crate::sql::TableReference;
use prismlake_catalog::partition_path::partition_path;

/// Partitions of one batch of SHOW PARTITIONS.
const BATCH_ROWS: usize = 1000;
/// Tables looked up at once to tell which are views.
const LOOKUPS_IN_FLIGHT: usize = 32;

pub(super) async fn databases(
    context: &QueryContext,
    pattern: Option<&str>,
) -> Result<StartedStatement> {
    let databases = context.catalog().databases().await?;
    let names = databases
        .into_iter()
        .map(|database| database.name.to_string())
        .filter(|name| matches(name, pattern))
        .collect();
    text_rows::one_column("database_name", names)
}

pub(super) async fn tables(
    context: &QueryContext,
    database: Option<&str>,
    pattern: Option<&str>,
) -> Result<StartedStatement> {
    let (_, names) = table_names(context, database, pattern).await?;
    text_rows::one_column("tab_name", names)
}

pub(super) async fn views(
    context: &QueryContext,
    database: Option<&str>,
    pattern: Option<&str>,
) -> Result<StartedStatement> {
    let (database, names) = table_names(context, database, pattern).await?;
    let views: Vec<Option<String>> = futures::stream::iter(names)
        .map(|name| {
            let (catalog, database) = (context.catalog(), &database);
            async move {
                let full = TableName::new(database.as_str(), &name)?;
                let table = catalog.table(&full).await?;
                let is_view = table.is_some_and(|table| table.table_type == TableType::VirtualView);
                Ok::<_, QueryError>(is_view.then_some(name))
            }
        })
        .buffered(LOOKUPS_IN_FLIGHT)
        .try_collect()
        .await?;
    text_rows::one_column("views", views.into_iter().flatten().collect())
}

/// The names of a database's tables and views that match.
async fn table_names(
    context: &QueryContext,
    database: Option<&str>,
    pattern: Option<&str>,
) -> Result<(DatabaseName, Vec<String>)> {
    let database = DatabaseName::new(database.unwrap_or(&context.query.request.database))?;
    if context.catalog().database(&database).await?.is_none() {
        return Err(CatalogError::DatabaseNotFound(database).into());
    }
    let mut names = context.catalog().table_names(&database).await?;
    names.retain(|name| matches(name, pattern));
    Ok((database, names))
}

pub(super) async fn columns(
    context: &QueryContext,
    table: &TableReference,
) -> Result<StartedStatement> {
    let (_, table) = require_table(context, table).await?;
    let names = table
        .storage_descriptor
        .columns
        .into_iter()
        .chain(table.partition_keys)
        .map(|column| padded(&column.name))
        .collect();
    text_rows::one_column("field", names)
}

pub(super) async fn partitions(
    context: &QueryContext,
    table: &TableReference,
) -> Result<StartedStatement> {
    let (name, table) = require_stored_table(context, table, "SHOW PARTITIONS").await?;
    if table.partition_keys.is_empty() {
        return Err(QueryError::new(
            ErrorCode::InvalidArguments,
            format!("Table {name} is not a partitioned table"),
        ));
    }
    let keys: Vec<String> = table
        .partition_keys
        .into_iter()
        .map(|key| key.name)
        .collect();
    let schema = Arc::new(Schema::new(vec![Field::new(
        "partition",
        DataType::Utf8,
        false,
    )]));
    let batch_schema = Arc::clone(&schema);
    let rows = context
        .catalog()
        .partitions(&name, PartitionPredicate::All)
        .try_chunks(BATCH_ROWS)
        .map(move |chunk| {
            let chunk = chunk.map_err(|error| QueryError::from(error.1))?;
            let paths = chunk
                .iter()
                .map(|partition| partition_path(&keys, &partition.values));
            RecordBatch::try_new(
                Arc::clone(&batch_schema),
                vec![Arc::new(StringArray::from_iter_values(paths))],
            )
            .map_err(|error| QueryError::internal(error.to_string()))
        });
    Ok(StartedStatement {
        schema,
        rows: rows.boxed(),
        counts_rows: true,
        cancels_itself: false,
    })
}

pub(super) async fn table_properties(
    context: &QueryContext,
    table: &TableReference,
    key: Option<&str>,
) -> Result<StartedStatement> {
    let (name, table) = require_table(context, table).await?;
    let rows = match key {
        Some(key) => {
            let value = table
                .parameters
                .get(key)
                .cloned()
                .unwrap_or_else(|| format!("Table {name} does not have property: {key}"));
            vec![value]
        }
        None => table
            .parameters
            .iter()
            .map(|(key, value)| format!("{key}\t{value}"))
            .collect(),
    };
    text_rows::lines(&["prpt_name", "prpt_value"], rows)
}

/// Hive's patterns: `*` or `.*` for any text, `|` between alternatives, whatever the case.
fn matches(name: &str, pattern: Option<&str>) -> bool {
    let Some(pattern) = pattern else {
        return true;
    };
    let pattern = pattern.to_lowercase();
    pattern
        .split('|')
        .any(|alternative| glob(&alternative.trim().replace(".*", "*"), name))
}

fn glob(pattern: &str, name: &str) -> bool {
    match pattern.split_once('*') {
        None => pattern == name,
        Some((before, after)) => name.strip_prefix(before).is_some_and(|rest| {
            rest.char_indices()
                .map(|(at, _)| at)
                .chain([rest.len()])
                .any(|at| rest.get(at..).is_some_and(|rest| glob(after, rest)))
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::matches;

    #[test]
    fn patterns_are_hives() {
        for pattern in ["events", "ev*", "*.*", ".*nts", "x|ev.*s", "EV*"] {
            assert!(matches("events", Some(pattern)), "{pattern}");
        }
        for pattern in ["event", "x*", "", "s*e"] {
            assert!(!matches("events", Some(pattern)), "{pattern}");
        }
    }
}
