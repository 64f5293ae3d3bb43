//! `CatalogStore`: what every catalog can do, whatever holds it.

use std::collections::HashSet;
use std::fmt::Debug;

use async_trait::async_trait;
use futures::stream::BoxStream;

use crate::error::Result;
use crate::file_name::CatalogId;
use crate::history::QueryRecord;
use crate::model::{Database, DatabaseName, Partition, Table, TableName, TableVersion};
use crate::partition_predicate::PartitionPredicate;
use crate::writes::{AbandonedWrite, AbortOutcome, Snapshot, WriteCommit, WriteId, WriteIntent};

/// What to do with the tables of a database that is dropped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DropBehavior {
    /// Refuse while there are any.
    Restrict,
    /// Drop them as well. Their files stay.
    Cascade,
}

/// A catalog. Every method is one transaction.
#[async_trait]
pub trait CatalogStore: Debug + Send + Sync {
    /// The catalog's identity.
    fn catalog_id(&self) -> &CatalogId;

    /// Adds a database.
    async fn create_database(&self, database: Database) -> Result<()>;
    /// The database of that name.
    async fn database(&self, name: &DatabaseName) -> Result<Option<Database>>;
    /// All databases, by name.
    async fn databases(&self) -> Result<Vec<Database>>;
    /// Removes a database.
    async fn drop_database(&self, name: &DatabaseName, behavior: DropBehavior) -> Result<()>;

    /// Adds a table.
    async fn create_table(&self, table: Table) -> Result<()>;
    /// The table of that name.
    async fn table(&self, name: &TableName) -> Result<Option<Table>>;
    /// The names of a database's tables, sorted.
    async fn table_names(&self, database: &DatabaseName) -> Result<Vec<String>>;
    /// Replaces a table and keeps the one before as a version. With `expected_version` it does so only if the table still
    /// has that version.
    async fn update_table(&self, table: Table, expected_version: Option<&str>) -> Result<()>;
    /// Removes a table, its partitions and versions. Its files stay.
    async fn drop_table(&self, name: &TableName) -> Result<()>;
    /// The versions of a table, newest first.
    async fn table_versions(&self, name: &TableName) -> Result<Vec<TableVersion>>;

    /// Adds partitions; those whose values exist are left alone and returned.
    async fn add_partitions(
        &self,
        table: &TableName,
        partitions: Vec<Partition>,
    ) -> Result<Vec<Vec<String>>>;
    /// The partition with these values.
    async fn partition(&self, table: &TableName, values: &[String]) -> Result<Option<Partition>>;
    /// Removes partitions; values that do not exist are returned.
    async fn drop_partitions(
        &self,
        table: &TableName,
        values: Vec<Vec<String>>,
    ) -> Result<Vec<Vec<String>>>;
    /// How many partitions a table has.
    async fn partition_count(&self, table: &TableName) -> Result<u64>;
    /// The partitions that match, ordered by their keys' values.
    fn partitions(
        &self,
        table: &TableName,
        predicate: PartitionPredicate,
    ) -> BoxStream<'static, Result<Partition>>;

    /// Opens a write. Files that carry its id are unseen until it is committed.
    async fn begin_write(&self, intent: WriteIntent) -> Result<WriteId>;
    /// Says that the write is still under way.
    async fn renew_write(&self, id: WriteId) -> Result<()>;
    /// Makes all of a write visible, or nothing of it.
    async fn commit_write(&self, id: WriteId, commit: WriteCommit) -> Result<()>;
    /// Gives a write up, unless it is committed already: a commit whose answer was lost stays one.
    async fn abort_write(&self, id: WriteId) -> Result<AbortOutcome>;
    /// Gives up the writes whose lease has ended, and returns every write whose objects are still to be removed.
    async fn abandoned_writes(&self) -> Result<Vec<AbandonedWrite>>;
    /// The objects of an abandoned write are removed. Its id stays unseen for ever.
    async fn write_cleaned(&self, id: WriteId) -> Result<()>;
    /// The point in the order of commits that is reached now.
    async fn snapshot(&self) -> Result<Snapshot>;
    /// Which of these writes were committed at that point.
    async fn committed_writes(
        &self,
        ids: Vec<WriteId>,
        snapshot: Snapshot,
    ) -> Result<HashSet<WriteId>>;

    /// Adds a query to the history, or replaces its record.
    async fn record_query(&self, record: QueryRecord) -> Result<()>;
    /// The newest records.
    async fn query_records(&self, limit: usize) -> Result<Vec<QueryRecord>>;
}
