//! `QueryService`: the one place that every door's statements go through, with one history and one accounting.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use datafusion::execution::SessionState;
use datafusion::execution::disk_manager::{DiskManagerBuilder, DiskManagerMode};
use datafusion::execution::memory_pool::FairSpillPool;
use datafusion::execution::runtime_env::{RuntimeEnv, RuntimeEnvBuilder};
use futures::FutureExt;
use prismlake_catalog::history::QueryRecord;
use prismlake_catalog::{CatalogStore, DatabaseName, SqliteCatalog, TableName};
use prismlake_connectors::ObjectUri;
use prismlake_connectors::formats::parquet::FooterCache;
use prismlake_connectors::store::{QueryStores, StoreRegistry};
use prismlake_glue::GlueCatalog;

use super::deep_stack::on_deep_stack;
use super::handle::{QueryHandle, QueryShared, StartedStatement};
use super::request::QueryRequest;
use super::{QueryAccounting, QueryId};
use crate::error::{ErrorCode, QueryError, Result};
use crate::plan;
use crate::settings::{ServiceOptions, Settings};
use crate::sql;
use crate::statement::{self, StatementDescription};

/// The catalog that a home folder has unless another one is named.
const CATALOG_FILE: &str = "catalog.db";

/// Runs statements. Cloning it is cheap; all clones are one service.
#[derive(Clone)]
pub struct QueryService(Arc<ServiceParts>);

/// What all queries of a service share.
pub(crate) struct ServiceParts {
    pub(crate) settings: Settings,
    pub(crate) warehouse: ObjectUri,
    pub(crate) catalog: Arc<dyn CatalogStore>,
    pub(crate) stores: Arc<StoreRegistry>,
    pub(crate) footers: Arc<FooterCache>,
    pub(crate) session: SessionState,
    pub(crate) runtime: Arc<RuntimeEnv>,
    running: Mutex<HashMap<QueryId, Arc<QueryShared>>>,
}

/// What one query needs of its service.
#[derive(Clone)]
pub(crate) struct QueryContext {
    pub(crate) parts: Arc<ServiceParts>,
    pub(crate) query: Arc<QueryShared>,
    pub(crate) stores: Arc<QueryStores>,
}

impl QueryContext {
    pub(crate) fn accounting(&self) -> &Arc<QueryAccounting> {
        &self.query.accounting
    }

    pub(crate) fn catalog(&self) -> &Arc<dyn CatalogStore> {
        &self.parts.catalog
    }

    /// The full name of a table as it was written in this query.
    pub(crate) fn table_name(&self, reference: &sql::TableReference) -> Result<TableName> {
        if let Some(catalog) = &reference.catalog
            && !catalog.eq_ignore_ascii_case(plan::CATALOG_NAME)
        {
            return Err(QueryError::new(
                ErrorCode::CatalogNotFound,
                format!(
                    "Catalog '{catalog}' does not exist; this one is '{}'",
                    plan::CATALOG_NAME
                ),
            ));
        }
        let database = reference
            .database
            .as_deref()
            .unwrap_or(&self.query.request.database);
        Ok(TableName::new(database, &reference.table)?)
    }
}

impl QueryService {
    /// Opens the service over a home folder, which is made if it is not there.
    pub async fn open(options: ServiceOptions) -> Result<QueryService> {
        let home = make_home(&options.home)?;
        let catalog_uri = options
            .catalog
            .unwrap_or_else(|| home.join(CATALOG_FILE).display().to_string());
        let catalog = open_catalog(&catalog_uri, &home).await?;
        let limits = &options.settings.limits;
        let spill = home.join("spill");
        let runtime = RuntimeEnvBuilder::new()
            .with_memory_pool(Arc::new(FairSpillPool::new(limits.memory_bytes)))
            .with_disk_manager_builder(
                DiskManagerBuilder::default()
                    .with_mode(DiskManagerMode::Directories(vec![spill]))
                    .with_max_temp_directory_size(limits.spill_bytes),
            )
            .build_arc()?;
        let warehouse =
            ObjectUri::parse(&home.join("warehouse").display().to_string())?.as_prefix();
        Ok(QueryService(Arc::new(ServiceParts {
            warehouse,
            catalog,
            stores: StoreRegistry::new(options.settings.storage.clone())?,
            footers: Arc::new(FooterCache::new(limits.footer_cache_bytes)),
            session: plan::base_session(limits, Arc::clone(&runtime)),
            runtime,
            running: Mutex::default(),
            settings: options.settings,
        })))
    }

    /// The catalog that queries see.
    pub fn catalog(&self) -> &Arc<dyn CatalogStore> {
        &self.0.catalog
    }

    /// Stores of their own, for work that is no query.
    pub(crate) fn stores_of_one_run(&self) -> Arc<QueryStores> {
        self.0.stores.for_query(Arc::default())
    }

    /// Takes a statement in. It is queued until its handle is driven.
    pub fn submit(&self, request: QueryRequest) -> QueryHandle {
        let shared = Arc::new(QueryShared::new(request, self.0.settings.pricing.clone()));
        self.running().insert(shared.id, Arc::clone(&shared));
        QueryHandle::new(self.clone(), shared)
    }

    /// Cancels a query of this process; false when none of that id is queued or running.
    pub fn cancel(&self, id: &QueryId) -> bool {
        let running = self.running();
        let Some(query) = running.get(id) else {
            return false;
        };
        query.cancelled.cancel();
        true
    }

    /// The newest queries of every process of this catalog.
    pub async fn history(&self, limit: usize) -> Result<Vec<QueryRecord>> {
        Ok(self.0.catalog.query_records(limit).await?)
    }

    /// The names of all databases.
    pub async fn databases(&self) -> Result<Vec<String>> {
        let databases = self.0.catalog.databases().await?;
        Ok(databases
            .into_iter()
            .map(|database| database.name.to_string())
            .collect())
    }

    /// The names of a database's tables.
    pub async fn tables(&self, database: &str) -> Result<Vec<String>> {
        let database = DatabaseName::new(database)?;
        Ok(self.0.catalog.table_names(&database).await?)
    }

    /// A table's columns, partition keys last: name and Hive type.
    pub async fn columns(&self, database: &str, table: &str) -> Result<Vec<(String, String)>> {
        let name = TableName::new(database, table)?;
        let table = self.0.catalog.table(&name).await?.ok_or_else(|| {
            QueryError::from(prismlake_catalog::CatalogError::TableNotFound(name))
        })?;
        Ok(table
            .storage_descriptor
            .columns
            .iter()
            .chain(&table.partition_keys)
            .map(|column| (column.name.clone(), column.type_text().to_owned()))
            .collect())
    }

    /// What a statement returns and takes, told without running it and without a place in the history. Statements about
    /// metadata are run where they only read it.
    pub async fn describe(&self, request: QueryRequest) -> Result<StatementDescription> {
        let statement = sql::parse(&request.text)?;
        let query = Arc::new(QueryShared::new(request, self.0.settings.pricing.clone()));
        let context = self.context(query);
        on_deep_stack(statement::describe(statement, context)).await
    }

    /// Removes the objects of writes that came to nothing; returns how many objects.
    pub async fn sweep(&self) -> Result<usize> {
        let stores = self.0.stores.for_query(Arc::default());
        crate::write::sweep(self.0.catalog.as_ref(), &stores).await
    }

    /// Parses, plans and starts a query.
    pub(crate) async fn execute(&self, query: Arc<QueryShared>) -> Result<StartedStatement> {
        let statement = sql::parse(&query.request.text)?;
        let kind = statement.kind();
        query.statement_parsed(kind.name, kind.class);
        let context = self.context(query);
        // A panic is a defect; it must end this query alone, and with an error.
        std::panic::AssertUnwindSafe(on_deep_stack(statement::execute(statement, context)))
            .catch_unwind()
            .await
            .unwrap_or_else(|_| Err(QueryError::internal("the query could not be planned")))
    }

    fn context(&self, query: Arc<QueryShared>) -> QueryContext {
        let meter = Arc::clone(query.accounting.meter());
        QueryContext {
            parts: Arc::clone(&self.0),
            query,
            stores: self.0.stores.for_query(meter),
        }
    }

    /// Writes the query's record into the history.
    pub(crate) async fn record(&self, query: &QueryShared) {
        if let Err(error) = self.0.catalog.record_query(record_of(query)).await {
            tracing::warn!(query_id = %query.id, %error, "the query could not be recorded in the history");
        }
    }

    /// As `record`, for a handle that is dropped and cannot wait.
    pub(crate) fn record_abandoned(&self, query: &QueryShared) {
        let Ok(runtime) = tokio::runtime::Handle::try_current() else {
            return;
        };
        let (parts, record) = (Arc::clone(&self.0), record_of(query));
        // Ends by itself: one insert into the catalog. There is no one left to wait for it.
        runtime.spawn(async move {
            if let Err(error) = parts.catalog.record_query(record).await {
                tracing::warn!(%error, "a cancelled query could not be recorded in the history");
            }
        });
    }

    pub(crate) fn forget(&self, id: &QueryId) {
        self.running().remove(id);
    }

    fn running(&self) -> std::sync::MutexGuard<'_, HashMap<QueryId, Arc<QueryShared>>> {
        self.0
            .running
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

fn record_of(query: &QueryShared) -> QueryRecord {
    let report = query.report();
    QueryRecord {
        query_id: query.id.to_string(),
        submitted_at: query.submitted_at,
        state: report.state.name().to_owned(),
        statement: query.request.text.clone(),
        statement_type: report.statement_type.map(str::to_owned),
        source: query.request.source.to_string(),
        principal: query.request.principal.clone(),
        workgroup: query.request.workgroup.clone(),
        database: query.request.database.clone(),
        report: serde_json::to_value(&report).unwrap_or_default(),
    }
}

/// Makes the home folder and returns its absolute path.
fn make_home(home: &Path) -> Result<PathBuf> {
    let failed = |error: std::io::Error| {
        QueryError::new(
            ErrorCode::InvalidConfiguration,
            format!("the home folder {} cannot be used: {error}", home.display()),
        )
    };
    std::fs::create_dir_all(home).map_err(failed)?;
    let home = std::fs::canonicalize(home).map_err(failed)?;
    for folder in ["warehouse", "spill"] {
        std::fs::create_dir_all(home.join(folder)).map_err(failed)?;
    }
    Ok(home)
}

/// Opens the catalog at an address; AWS Glue with the home folder's own catalog as its side.
async fn open_catalog(uri: &str, home: &Path) -> Result<Arc<dyn CatalogStore>> {
    if uri != "glue" && !uri.starts_with("glue:") {
        return Ok(prismlake_catalog::open_catalog(uri).await?);
    }
    let path = home.join(CATALOG_FILE);
    let side = tokio::task::spawn_blocking(move || SqliteCatalog::open(path))
        .await
        .map_err(|error| QueryError::internal(error.to_string()))??;
    Ok(Arc::new(GlueCatalog::connect(uri, Arc::new(side)).await?))
}
