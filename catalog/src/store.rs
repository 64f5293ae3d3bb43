//! `CatalogStore`: what every catalog can do, whatever holds it.

use std::collections::HashSet;
use std::fmt::Debug;

use async_trait::async_trait;
use futures::stream::BoxStream;

use crate::crawler_store::CrawlerStore;
use crate::error::Result;
use crate::file_name::CatalogId;
use crate::file_statistics::FileStatistics;
use crate::history::QueryRecord;
use crate::model::{
    ColumnStatistics, Database, DatabaseName, Partition, PartitionIndex, Table, TableName,
    TableVersion, UserDefinedFunction,
};
use crate::partition_place::PartitionPlace;
use crate::partition_predicate::PartitionPredicate;
use crate::prepared_statement::PreparedStatement;
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
pub trait CatalogStore: CrawlerStore + Debug + Send + Sync {
    /// The catalog's identity.
    fn catalog_id(&self) -> &CatalogId;

    /// Adds a database.
    async fn create_database(&self, database: Database) -> Result<()>;
    /// The database of that name.
    async fn database(&self, name: &DatabaseName) -> Result<Option<Database>>;
    /// All databases, by name.
    async fn databases(&self) -> Result<Vec<Database>>;
    /// Replaces a database.
    async fn update_database(&self, database: Database) -> Result<()>;
    /// Removes a database.
    async fn drop_database(&self, name: &DatabaseName, behavior: DropBehavior) -> Result<()>;

    /// Adds a function or replaces the one of its name.
    async fn put_function(&self, function: UserDefinedFunction) -> Result<()>;
    /// A database's functions, by name.
    async fn functions(&self, database: &DatabaseName) -> Result<Vec<UserDefinedFunction>>;
    /// Removes a function; whether there was one.
    async fn drop_function(&self, database: &DatabaseName, name: &str) -> Result<bool>;

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
    /// Removes a version that is not the current one; whether there was one.
    async fn drop_table_version(&self, name: &TableName, version: &str) -> Result<bool>;

    /// Adds a partition index.
    async fn add_partition_index(&self, table: &TableName, index: PartitionIndex) -> Result<()>;
    /// A table's partition indexes, by name.
    async fn partition_indexes(&self, table: &TableName) -> Result<Vec<PartitionIndex>>;
    /// Removes a partition index; whether there was one.
    async fn drop_partition_index(&self, table: &TableName, index: &str) -> Result<bool>;

    /// Adds statistics of columns, of the table or of one of its partitions, in place of older ones.
    async fn put_column_statistics(
        &self,
        table: &TableName,
        partition: Option<Vec<String>>,
        statistics: Vec<ColumnStatistics>,
    ) -> Result<()>;
    /// Statistics of the columns of a table or of one of its partitions.
    async fn column_statistics(
        &self,
        table: &TableName,
        partition: Option<Vec<String>>,
    ) -> Result<Vec<ColumnStatistics>>;
    /// Removes the statistics of a column; whether there were any.
    async fn drop_column_statistics(
        &self,
        table: &TableName,
        partition: Option<Vec<String>>,
        column: &str,
    ) -> Result<bool>;

    /// Adds statistics of files, in place of those of other versions.
    async fn put_file_statistics(&self, statistics: Vec<FileStatistics>) -> Result<()>;
    /// The statistics of the files that lie directly in these folders. They may be of versions that are no more.
    async fn file_statistics(&self, folders: Vec<String>) -> Result<Vec<FileStatistics>>;
    /// Forgets the statistics of files that are gone from a folder.
    async fn forget_file_statistics(&self, folder: &str, names: Vec<String>) -> Result<()>;

    /// Adds partitions; those whose values exist are left alone and returned.
    async fn add_partitions(
        &self,
        table: &TableName,
        partitions: Vec<Partition>,
    ) -> Result<Vec<Vec<String>>>;
    /// The partition with these values.
    async fn partition(&self, table: &TableName, values: &[String]) -> Result<Option<Partition>>;
    /// Replaces partitions, each given with the values it has so far; values that do not exist are returned.
    async fn update_partitions(
        &self,
        table: &TableName,
        partitions: Vec<(Vec<String>, Partition)>,
    ) -> Result<Vec<Vec<String>>>;
    /// Removes partitions; values that do not exist are returned.
    async fn drop_partitions(
        &self,
        table: &TableName,
        values: Vec<Vec<String>>,
    ) -> Result<Vec<Vec<String>>>;
    /// How many partitions a table has.
    async fn partition_count(&self, table: &TableName) -> Result<u64>;
    /// The different values that partitions have of one key, as stored text; `None` if there are more than `limit`, or if the
    /// store can only tell by going through all partitions.
    async fn distinct_key_values(
        &self,
        _table: &TableName,
        _ordinal: usize,
        _limit: usize,
    ) -> Result<Option<Vec<String>>> {
        Ok(None)
    }
    /// The partitions that match, ordered by their keys' values.
    fn partitions(
        &self,
        table: &TableName,
        predicate: PartitionPredicate,
    ) -> BoxStream<'static, Result<Partition>>;
    /// Where the partitions that match lie, in the same order, a page at a time. Pages may be empty.
    fn partition_places(
        &self,
        table: &TableName,
        predicate: PartitionPredicate,
    ) -> BoxStream<'static, Result<Vec<PartitionPlace>>>;

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

    /// Keeps a prepared statement, in place of one of that name in its workgroup.
    async fn put_prepared_statement(&self, statement: PreparedStatement) -> Result<()>;
    /// The prepared statement of that name; names are in lower case.
    async fn prepared_statement(
        &self,
        workgroup: &str,
        name: &str,
    ) -> Result<Option<PreparedStatement>>;
    /// All prepared statements of a workgroup, by name.
    async fn prepared_statements(&self, workgroup: &str) -> Result<Vec<PreparedStatement>>;
    /// Forgets a prepared statement; false if there was none.
    async fn drop_prepared_statement(&self, workgroup: &str, name: &str) -> Result<bool>;
}
