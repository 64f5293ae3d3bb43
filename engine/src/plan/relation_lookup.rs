//! What the names in a query's FROM stand for: tables, views, partitions of tables, and what the service knows of itself.

use std::sync::Arc;

use datafusion::catalog::TableProvider;
use datafusion::datasource::provider_as_source;
use prismlake_catalog::{CatalogError, Column, DatabaseName, Table, TableName, TableType};
use prismlake_functions::types::Type;
use sqlparser::ast::Query;

use super::hidden_columns::HiddenColumn;
use super::lake_table::LakeTable;
use super::{
    CATALOG_NAME, SYSTEM_CATALOG_NAME, column_types, information_schema, partition_rows,
    query_rows, view_definition,
};
use crate::analyze::relations::{FullName, TableColumn, full_name};
use crate::analyze::{FoundRelation, Relations, relation_names};
use crate::error::{ErrorCode, QueryError, Result};
use crate::query::QueryContext;

/// What a table's name ends with when its partitions are meant.
const PARTITIONS_SUFFIX: &str = "$partitions";

/// The schema of a catalog that tells of its tables.
const INFORMATION_SCHEMA: &str = "information_schema";

/// Looks up everything that a query names, and what the views among it name.
pub(super) async fn find_relations(
    context: &QueryContext,
    query: &Query,
    hidden_columns: bool,
) -> Result<Relations> {
    let mut relations = Relations::default();
    let database = &context.query.request.database;
    let mut wanted: Vec<FullName> = names_in(query, CATALOG_NAME, database);
    while let Some(name) = wanted.pop() {
        if relations.contains(&name) {
            continue;
        }
        let found = find(context, &name, hidden_columns).await;
        if let Ok(FoundRelation::View {
            query,
            catalog,
            database,
            ..
        }) = &found
        {
            wanted.extend(names_in(query, catalog, database));
        }
        relations.insert(name, found);
    }
    Ok(relations)
}

/// Names that are none are left to the analyzer, which knows their places.
fn names_in(query: &Query, catalog: &str, database: &str) -> Vec<FullName> {
    relation_names(query)
        .iter()
        .filter_map(|name| full_name(name, catalog, database).ok())
        .collect()
}

async fn find(
    context: &QueryContext,
    [catalog, database, table]: &FullName,
    hidden_columns: bool,
) -> Result<FoundRelation> {
    if database == INFORMATION_SCHEMA && (catalog == CATALOG_NAME || catalog == SYSTEM_CATALOG_NAME)
    {
        let provider = information_schema::table(context, catalog, table).await?;
        return provided(provider);
    }
    match (catalog.as_str(), database.as_str(), table.as_str()) {
        (SYSTEM_CATALOG_NAME, "runtime", "queries") => {
            return provided(query_rows::table(context).await?);
        }
        (CATALOG_NAME, ..) => {}
        (SYSTEM_CATALOG_NAME, ..) => {
            return Err(QueryError::new(
                ErrorCode::TableNotFound,
                format!(
                    "Table '{SYSTEM_CATALOG_NAME}.{database}.{table}' does not exist; there is system.runtime.queries"
                ),
            ));
        }
        (other, ..) => {
            return Err(QueryError::new(
                ErrorCode::CatalogNotFound,
                format!("Catalog '{other}' does not exist; this one is '{CATALOG_NAME}'"),
            ));
        }
    }
    let (table, partitions) = match table.strip_suffix(PARTITIONS_SUFFIX) {
        Some(table) => (table, true),
        None => (table.as_str(), false),
    };
    let name = TableName::new(database, table)?;
    let Some(found) = context.catalog().table(&name).await? else {
        let database = DatabaseName::new(database)?;
        return Err(match context.catalog().database(&database).await? {
            Some(_) => CatalogError::TableNotFound(name).into(),
            None => CatalogError::DatabaseNotFound(database).into(),
        });
    };
    if found.table_type == TableType::VirtualView {
        let view = view_definition::read(&name, &found)?;
        return Ok(FoundRelation::View {
            query: view.parsed_query()?,
            catalog: view.catalog,
            database: view.database,
            columns: view.columns,
        });
    }
    if partitions {
        let columns = table_columns(&found, &found.partition_keys)?;
        let provider = partition_rows::table(context, name, found)?;
        return Ok(FoundRelation::Table {
            source: provider_as_source(provider),
            columns,
        });
    }
    let mut columns = table_columns(&found, &found.storage_descriptor.columns)?;
    columns.extend(table_columns(&found, &found.partition_keys)?);
    if hidden_columns {
        columns.extend(
            HiddenColumn::of(&found)
                .into_iter()
                .map(HiddenColumn::column),
        );
    }
    let provider: Arc<dyn TableProvider> = Arc::new(LakeTable::try_new(
        context.clone(),
        name,
        found,
        hidden_columns,
    )?);
    Ok(FoundRelation::Table {
        source: provider_as_source(provider),
        columns,
    })
}

/// A table of the catalog's columns with the types that queries see.
fn table_columns(table: &Table, columns: &[Column]) -> Result<Vec<TableColumn>> {
    columns
        .iter()
        .map(|column| {
            let parsed = column_types::stored_type(table, column)?;
            Ok(TableColumn {
                name: column.name.to_lowercase(),
                data_type: column_types::of_hive(&parsed),
                hidden: false,
            })
        })
        .collect()
}

/// A table that says itself what its columns are.
fn provided(provider: Arc<dyn TableProvider>) -> Result<FoundRelation> {
    let columns = provider
        .schema()
        .fields()
        .iter()
        .map(|field| {
            let data_type = Type::of_arrow(field.data_type()).ok_or_else(|| {
                QueryError::internal(format!("a column of type {}", field.data_type()))
            })?;
            Ok(TableColumn {
                name: field.name().clone(),
                data_type,
                hidden: false,
            })
        })
        .collect::<Result<Vec<_>>>()?;
    Ok(FoundRelation::Table {
        source: provider_as_source(provider),
        columns,
    })
}
