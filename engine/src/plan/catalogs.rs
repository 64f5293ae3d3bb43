//! DataFusion's view of the catalog: databases and tables are looked up as a query names them.

use std::fmt::{self, Debug, Formatter};
use std::sync::Arc;

use async_trait::async_trait;
use datafusion::catalog::{CatalogProvider, CatalogProviderList, SchemaProvider, TableProvider};
use datafusion::error::Result;
use prismlake_catalog::{CatalogError, DatabaseName, TableName, TableType};

use super::lake_table::LakeTable;
use super::{CATALOG_NAME, SYSTEM_CATALOG_NAME, partition_rows, query_rows};
use crate::error::{ErrorCode, QueryError};
use crate::query::QueryContext;

/// What a table's name ends with when its partitions are meant.
const PARTITIONS_SUFFIX: &str = "$partitions";

/// The catalogs that one query sees.
pub(super) struct QueryCatalogs {
    pub(super) context: QueryContext,
    /// Whether tables have their hidden columns.
    pub(super) hidden_columns: bool,
}

impl Debug for QueryCatalogs {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("QueryCatalogs")
            .finish_non_exhaustive()
    }
}

impl CatalogProviderList for QueryCatalogs {
    fn register_catalog(
        &self,
        _name: String,
        _catalog: Arc<dyn CatalogProvider>,
    ) -> Option<Arc<dyn CatalogProvider>> {
        None
    }

    fn catalog_names(&self) -> Vec<String> {
        vec![CATALOG_NAME.to_owned(), SYSTEM_CATALOG_NAME.to_owned()]
    }

    fn catalog(&self, name: &str) -> Option<Arc<dyn CatalogProvider>> {
        Some(Arc::new(OneCatalog {
            name: name.to_lowercase(),
            context: self.context.clone(),
            hidden_columns: self.hidden_columns,
        }))
    }
}

/// One catalog, which need not exist: only looking a table up tells.
struct OneCatalog {
    name: String,
    context: QueryContext,
    hidden_columns: bool,
}

impl Debug for OneCatalog {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        formatter
            .debug_tuple("OneCatalog")
            .field(&self.name)
            .finish()
    }
}

impl CatalogProvider for OneCatalog {
    fn schema_names(&self) -> Vec<String> {
        Vec::new()
    }

    fn schema(&self, name: &str) -> Option<Arc<dyn SchemaProvider>> {
        Some(Arc::new(OneDatabase {
            catalog: self.name.clone(),
            database: name.to_lowercase(),
            context: self.context.clone(),
            hidden_columns: self.hidden_columns,
        }))
    }
}

struct OneDatabase {
    catalog: String,
    database: String,
    context: QueryContext,
    hidden_columns: bool,
}

impl Debug for OneDatabase {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        write!(formatter, "OneDatabase({}.{})", self.catalog, self.database)
    }
}

impl OneDatabase {
    async fn find(&self, table: &str) -> Result<Arc<dyn TableProvider>, QueryError> {
        match (self.catalog.as_str(), self.database.as_str(), table) {
            (SYSTEM_CATALOG_NAME, "runtime", "queries") => {
                return query_rows::table(&self.context).await;
            }
            (CATALOG_NAME, ..) => {}
            (SYSTEM_CATALOG_NAME, ..) => {
                return Err(QueryError::new(
                    ErrorCode::TableNotFound,
                    format!(
                        "Table '{SYSTEM_CATALOG_NAME}.{}.{table}' does not exist; there is system.runtime.queries",
                        self.database
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
            None => (table, false),
        };
        let name = TableName::new(&self.database, table)?;
        let Some(found) = self.context.catalog().table(&name).await? else {
            let database = DatabaseName::new(&self.database)?;
            return Err(match self.context.catalog().database(&database).await? {
                Some(_) => CatalogError::TableNotFound(name).into(),
                None => CatalogError::DatabaseNotFound(database).into(),
            });
        };
        if found.table_type == TableType::VirtualView {
            return Err(QueryError::not_supported(format!(
                "{name} is a view, and views cannot be queried"
            )));
        }
        if partitions {
            return partition_rows::table(&self.context, name, found);
        }
        Ok(Arc::new(LakeTable::try_new(
            self.context.clone(),
            name,
            found,
            self.hidden_columns,
        )?))
    }
}

#[async_trait]
impl SchemaProvider for OneDatabase {
    fn table_names(&self) -> Vec<String> {
        Vec::new()
    }

    async fn table(&self, name: &str) -> Result<Option<Arc<dyn TableProvider>>> {
        Ok(Some(self.find(&name.to_lowercase()).await?))
    }

    fn table_exist(&self, _name: &str) -> bool {
        true
    }
}
