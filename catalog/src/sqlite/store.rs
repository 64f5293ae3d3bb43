//! `SqliteCatalog`: the catalog trait over one SQLite file.

use std::collections::HashSet;
use std::path::Path;
use std::sync::Arc;

use async_trait::async_trait;
use futures::stream::BoxStream;
use futures::{StreamExt, TryStreamExt};

use super::connections::Connections;
use super::{databases, partitions, queries, tables, writes};
use crate::clock::{Clock, SystemClock};
use crate::error::{CatalogError, Result};
use crate::file_name::CatalogId;
use crate::history::QueryRecord;
use crate::model::{Database, DatabaseName, Partition, Table, TableName, TableVersion};
use crate::partition_predicate::PartitionPredicate;
use crate::store::{CatalogStore, DropBehavior};
use crate::writes::{AbandonedWrite, AbortOutcome, Snapshot, WriteCommit, WriteId, WriteIntent};

/// A catalog in one SQLite file.
#[derive(Debug)]
pub struct SqliteCatalog {
    id: CatalogId,
    connections: Connections,
    clock: Arc<dyn Clock>,
}

impl SqliteCatalog {
    /// Opens the catalog at a path or `sqlite:` URI, and makes it if it is not there.
    pub fn open(uri: &str) -> Result<Self> {
        SqliteCatalog::open_with_clock(uri, Arc::new(SystemClock))
    }

    /// As [`SqliteCatalog::open`], with a clock of the caller's.
    pub fn open_with_clock(uri: &str, clock: Arc<dyn Clock>) -> Result<Self> {
        let path = match uri.split_once(':') {
            Some(("sqlite", path)) => path.strip_prefix("//").unwrap_or(path),
            Some((scheme, rest)) if rest.starts_with("//") => {
                return Err(CatalogError::InvalidUri {
                    uri: uri.to_owned(),
                    reason: format!(
                        "catalogs of kind `{scheme}` are not known; use sqlite:///path"
                    ),
                });
            }
            _ => uri,
        };
        let connections = Connections::open(Path::new(path))?;
        let id = connections.read_now(|connection| {
            let text: String =
                connection.query_row("SELECT catalog_id FROM catalog_identity", [], |row| {
                    row.get(0)
                })?;
            text.parse()
                .map_err(|()| CatalogError::Corrupt(format!("its identity is '{text}'")))
        })?;
        Ok(SqliteCatalog {
            id,
            connections,
            clock,
        })
    }
}

#[async_trait]
impl CatalogStore for SqliteCatalog {
    fn catalog_id(&self) -> &CatalogId {
        &self.id
    }

    async fn create_database(&self, mut database: Database) -> Result<()> {
        database.create_time = Some(self.clock.now());
        self.connections
            .write(move |transaction| databases::create(transaction, &database))
            .await
    }

    async fn database(&self, name: &DatabaseName) -> Result<Option<Database>> {
        let name = name.clone();
        self.connections
            .read(move |connection| databases::get(connection, &name))
            .await
    }

    async fn databases(&self) -> Result<Vec<Database>> {
        self.connections.read(databases::list).await
    }

    async fn drop_database(&self, name: &DatabaseName, behavior: DropBehavior) -> Result<()> {
        let name = name.clone();
        self.connections
            .write(move |transaction| databases::drop(transaction, &name, behavior))
            .await
    }

    async fn create_table(&self, table: Table) -> Result<()> {
        let now = self.clock.now();
        self.connections
            .write(move |transaction| tables::create(transaction, table, now))
            .await
    }

    async fn table(&self, name: &TableName) -> Result<Option<Table>> {
        let name = name.clone();
        self.connections
            .read(move |connection| Ok(tables::find(connection, &name)?.map(|row| row.table)))
            .await
    }

    async fn table_names(&self, database: &DatabaseName) -> Result<Vec<String>> {
        let database = database.clone();
        self.connections
            .read(move |connection| tables::names(connection, &database))
            .await
    }

    async fn update_table(&self, table: Table, expected_version: Option<&str>) -> Result<()> {
        let now = self.clock.now();
        let expected = expected_version.map(str::to_owned);
        self.connections
            .write(move |transaction| tables::update(transaction, table, expected.as_deref(), now))
            .await
    }

    async fn drop_table(&self, name: &TableName) -> Result<()> {
        let name = name.clone();
        self.connections
            .write(move |transaction| tables::drop(transaction, &name))
            .await
    }

    async fn table_versions(&self, name: &TableName) -> Result<Vec<TableVersion>> {
        let name = name.clone();
        self.connections
            .read(move |connection| tables::versions(connection, &name))
            .await
    }

    async fn add_partitions(
        &self,
        table: &TableName,
        partitions: Vec<Partition>,
    ) -> Result<Vec<Vec<String>>> {
        let (name, now) = (table.clone(), self.clock.now());
        self.connections
            .write(move |transaction| {
                let table = tables::require(transaction, &name)?;
                partitions::add(transaction, &table, &name, &partitions, now)
            })
            .await
    }

    async fn partition(&self, table: &TableName, values: &[String]) -> Result<Option<Partition>> {
        let (name, values) = (table.clone(), values.to_vec());
        self.connections
            .read(move |connection| partitions::get(connection, &name, &values))
            .await
    }

    async fn drop_partitions(
        &self,
        table: &TableName,
        values: Vec<Vec<String>>,
    ) -> Result<Vec<Vec<String>>> {
        let name = table.clone();
        self.connections
            .write(move |transaction| partitions::remove(transaction, &name, &values))
            .await
    }

    async fn partition_count(&self, table: &TableName) -> Result<u64> {
        let name = table.clone();
        self.connections
            .read(move |connection| partitions::count(connection, &name))
            .await
    }

    fn partitions(
        &self,
        table: &TableName,
        predicate: PartitionPredicate,
    ) -> BoxStream<'static, Result<Partition>> {
        /// Where the listing is: before its first page, between two, or past the last.
        enum Place {
            First,
            After(partitions::PageStart),
            End,
        }
        let (name, connections) = (table.clone(), self.connections.clone());
        let predicate = Arc::new(predicate);
        futures::stream::try_unfold(Place::First, move |place| {
            let (name, connections) = (name.clone(), connections.clone());
            let predicate = Arc::clone(&predicate);
            async move {
                let after = match place {
                    Place::First => None,
                    Place::After(start) => Some(start),
                    Place::End => return Ok(None),
                };
                let (page, next) = connections
                    .read(move |connection| {
                        partitions::page(connection, &name, &predicate, after.as_ref())
                    })
                    .await?;
                let page = futures::stream::iter(page.into_iter().map(Ok));
                Ok::<_, CatalogError>(Some((page, next.map_or(Place::End, Place::After))))
            }
        })
        .try_flatten()
        .boxed()
    }

    async fn begin_write(&self, intent: WriteIntent) -> Result<WriteId> {
        let now = self.clock.now();
        self.connections
            .write(move |transaction| writes::begin(transaction, &intent, now))
            .await
    }

    async fn renew_write(&self, id: WriteId) -> Result<()> {
        let now = self.clock.now();
        self.connections
            .write(move |transaction| writes::renew(transaction, id, now))
            .await
    }

    async fn commit_write(&self, id: WriteId, commit: WriteCommit) -> Result<()> {
        let now = self.clock.now();
        self.connections
            .write(move |transaction| writes::commit(transaction, id, commit, now))
            .await
    }

    async fn abort_write(&self, id: WriteId) -> Result<AbortOutcome> {
        self.connections
            .write(move |transaction| writes::abort(transaction, id))
            .await
    }

    async fn abandoned_writes(&self) -> Result<Vec<AbandonedWrite>> {
        let now = self.clock.now();
        self.connections
            .write(move |transaction| writes::abandoned(transaction, now))
            .await
    }

    async fn write_cleaned(&self, id: WriteId) -> Result<()> {
        self.connections
            .write(move |transaction| writes::cleaned(transaction, id))
            .await
    }

    async fn snapshot(&self) -> Result<Snapshot> {
        self.connections.read(writes::snapshot).await
    }

    async fn committed_writes(
        &self,
        ids: Vec<WriteId>,
        snapshot: Snapshot,
    ) -> Result<HashSet<WriteId>> {
        self.connections
            .read(move |connection| writes::committed(connection, &ids, snapshot))
            .await
    }

    async fn record_query(&self, record: QueryRecord) -> Result<()> {
        let now = self.clock.now();
        self.connections
            .write(move |transaction| queries::record(transaction, &record, now))
            .await
    }

    async fn query_records(&self, limit: usize) -> Result<Vec<QueryRecord>> {
        self.connections
            .read(move |connection| queries::newest(connection, limit))
            .await
    }
}
