//! `RelationalCatalog`: the catalog trait over a database that speaks SQL.

use std::collections::HashSet;
use std::sync::Arc;

use async_trait::async_trait;
use futures::stream::BoxStream;
use futures::{StreamExt, TryStreamExt};

use super::partition_scan::PartitionScan;
use super::sql::{SqlDatabase, SqlTransaction};
use super::{
    column_statistics, databases, file_statistics, key_values, partitions, prepared_statements,
    queries, tables, writes,
};
use crate::clock::Clock;
use crate::error::{CatalogError, Result};
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
use crate::store::{CatalogStore, DropBehavior};
use crate::writes::{AbandonedWrite, AbortOutcome, Snapshot, WriteCommit, WriteId, WriteIntent};

/// A catalog in a database.
#[derive(Debug)]
#[allow(private_bounds, reason = "only this crate's databases hold catalogs")]
pub struct RelationalCatalog<Database: SqlDatabase> {
    id: CatalogId,
    pub(super) database: Database,
    pub(super) clock: Arc<dyn Clock>,
}

#[allow(private_bounds, reason = "only this crate's databases hold catalogs")]
impl<Database: SqlDatabase> RelationalCatalog<Database> {
    pub(crate) fn new(id: CatalogId, database: Database, clock: Arc<dyn Clock>) -> Self {
        RelationalCatalog {
            id,
            database,
            clock,
        }
    }

    /// The pages that a scan gives until its end.
    fn pages<T: Send + 'static>(
        &self,
        table: &TableName,
        predicate: PartitionPredicate,
        next: impl Fn(&mut PartitionScan, &mut dyn SqlTransaction) -> Result<Option<Vec<T>>>
        + Copy
        + Send
        + 'static,
    ) -> BoxStream<'static, Result<Vec<T>>> {
        let database = self.database.clone();
        let scan = PartitionScan::new(table.clone(), predicate);
        futures::stream::try_unfold((database, scan), move |(database, mut scan)| async move {
            let (page, scan) = database
                .read(move |transaction| {
                    let page = next(&mut scan, transaction)?;
                    Ok((page, scan))
                })
                .await?;
            Ok(page.map(|page| (page, (database, scan))))
        })
        .boxed()
    }
}

#[async_trait]
impl<D: SqlDatabase> CatalogStore for RelationalCatalog<D> {
    fn catalog_id(&self) -> &CatalogId {
        &self.id
    }
    async fn create_database(&self, mut database: Database) -> Result<()> {
        database.create_time = Some(self.clock.now());
        self.database
            .write(move |transaction| databases::create(transaction, &database))
            .await
    }

    async fn database(&self, name: &DatabaseName) -> Result<Option<Database>> {
        let name = name.clone();
        self.database
            .read(move |transaction| databases::get(transaction, &name))
            .await
    }

    async fn databases(&self) -> Result<Vec<Database>> {
        self.database
            .read(move |transaction| databases::list(transaction))
            .await
    }

    async fn update_database(&self, database: Database) -> Result<()> {
        self.database
            .write(move |transaction| databases::update(transaction, database))
            .await
    }

    async fn drop_database(&self, name: &DatabaseName, behavior: DropBehavior) -> Result<()> {
        let name = name.clone();
        self.database
            .write(move |transaction| databases::drop(transaction, &name, behavior))
            .await
    }

    async fn put_function(&self, mut function: UserDefinedFunction) -> Result<()> {
        function.create_time = Some(self.clock.now());
        self.database
            .write(move |transaction| databases::put_function(transaction, &function))
            .await
    }

    async fn functions(&self, database: &DatabaseName) -> Result<Vec<UserDefinedFunction>> {
        let database = database.clone();
        self.database
            .read(move |transaction| databases::functions(transaction, &database))
            .await
    }

    async fn drop_function(&self, database: &DatabaseName, name: &str) -> Result<bool> {
        let database = database.clone();
        let name = name.to_owned();
        self.database
            .write(move |transaction| databases::drop_function(transaction, &database, &name))
            .await
    }

    async fn create_table(&self, table: Table) -> Result<()> {
        let now = self.clock.now();
        self.database
            .write(move |transaction| tables::create(transaction, table, now))
            .await
    }

    async fn table(&self, name: &TableName) -> Result<Option<Table>> {
        let name = name.clone();
        self.database
            .read(move |transaction| Ok(tables::find(transaction, &name)?.map(|row| row.table)))
            .await
    }

    async fn table_names(&self, database: &DatabaseName) -> Result<Vec<String>> {
        let database = database.clone();
        self.database
            .read(move |transaction| tables::names(transaction, &database))
            .await
    }

    async fn update_table(&self, table: Table, expected_version: Option<&str>) -> Result<()> {
        let expected_version = expected_version.map(str::to_owned);
        let now = self.clock.now();
        self.database
            .write(move |transaction| {
                tables::update(transaction, table, expected_version.as_deref(), now)
            })
            .await
    }

    async fn drop_table(&self, name: &TableName) -> Result<()> {
        let name = name.clone();
        self.database
            .write(move |transaction| tables::drop(transaction, &name))
            .await
    }

    async fn table_versions(&self, name: &TableName) -> Result<Vec<TableVersion>> {
        let name = name.clone();
        self.database
            .read(move |transaction| tables::versions(transaction, &name))
            .await
    }

    async fn drop_table_version(&self, name: &TableName, version: &str) -> Result<bool> {
        let name = name.clone();
        let version = version.to_owned();
        self.database
            .write(move |transaction| tables::drop_version(transaction, &name, &version))
            .await
    }

    async fn add_partition_index(&self, table: &TableName, index: PartitionIndex) -> Result<()> {
        let table = table.clone();
        self.database
            .write(move |transaction| column_statistics::add_index(transaction, &table, &index))
            .await
    }

    async fn partition_indexes(&self, table: &TableName) -> Result<Vec<PartitionIndex>> {
        let table = table.clone();
        self.database
            .read(move |transaction| column_statistics::indexes(transaction, &table))
            .await
    }

    async fn drop_partition_index(&self, table: &TableName, index: &str) -> Result<bool> {
        let table = table.clone();
        let index = index.to_owned();
        self.database
            .write(move |transaction| column_statistics::drop_index(transaction, &table, &index))
            .await
    }

    async fn put_column_statistics(
        &self,
        table: &TableName,
        partition: Option<Vec<String>>,
        statistics: Vec<ColumnStatistics>,
    ) -> Result<()> {
        let table = table.clone();
        self.database
            .write(move |transaction| {
                column_statistics::put(transaction, &table, partition.as_deref(), &statistics)
            })
            .await
    }

    async fn column_statistics(
        &self,
        table: &TableName,
        partition: Option<Vec<String>>,
    ) -> Result<Vec<ColumnStatistics>> {
        let table = table.clone();
        self.database
            .read(move |transaction| {
                column_statistics::get(transaction, &table, partition.as_deref())
            })
            .await
    }

    async fn drop_column_statistics(
        &self,
        table: &TableName,
        partition: Option<Vec<String>>,
        column: &str,
    ) -> Result<bool> {
        let table = table.clone();
        let column = column.to_owned();
        self.database
            .write(move |transaction| {
                column_statistics::drop(transaction, &table, partition.as_deref(), &column)
            })
            .await
    }

    async fn put_file_statistics(&self, statistics: Vec<FileStatistics>) -> Result<()> {
        self.database
            .write(move |transaction| file_statistics::put(transaction, &statistics))
            .await
    }

    async fn file_statistics(&self, folders: Vec<String>) -> Result<Vec<FileStatistics>> {
        self.database
            .read(move |transaction| file_statistics::of_folders(transaction, &folders))
            .await
    }

    async fn forget_file_statistics(&self, folder: &str, names: Vec<String>) -> Result<()> {
        let folder = folder.to_owned();
        self.database
            .write(move |transaction| file_statistics::forget(transaction, &folder, &names))
            .await
    }

    async fn add_partitions(
        &self,
        table: &TableName,
        partitions: Vec<Partition>,
    ) -> Result<Vec<Vec<String>>> {
        let table = table.clone();
        let now = self.clock.now();
        self.database
            .write(move |transaction| partitions::add(transaction, &table, partitions, now))
            .await
    }

    async fn partition(&self, table: &TableName, values: &[String]) -> Result<Option<Partition>> {
        let table = table.clone();
        let values = values.to_vec();
        self.database
            .read(move |transaction| partitions::get(transaction, &table, &values))
            .await
    }

    async fn update_partitions(
        &self,
        table: &TableName,
        partitions: Vec<(Vec<String>, Partition)>,
    ) -> Result<Vec<Vec<String>>> {
        let table = table.clone();
        let now = self.clock.now();
        self.database
            .write(move |transaction| partitions::update(transaction, &table, partitions, now))
            .await
    }

    async fn drop_partitions(
        &self,
        table: &TableName,
        values: Vec<Vec<String>>,
    ) -> Result<Vec<Vec<String>>> {
        let table = table.clone();
        self.database
            .write(move |transaction| partitions::remove(transaction, &table, &values))
            .await
    }

    async fn partition_count(&self, table: &TableName) -> Result<u64> {
        let table = table.clone();
        self.database
            .read(move |transaction| {
                let row = tables::require(transaction, &table)?;
                Ok(u64::try_from(row.partition_count).unwrap_or(0))
            })
            .await
    }

    async fn distinct_key_values(
        &self,
        table: &TableName,
        ordinal: usize,
        limit: usize,
    ) -> Result<Option<Vec<String>>> {
        let table = table.clone();
        self.database
            .read(move |transaction| key_values::distinct(transaction, &table, ordinal, limit))
            .await
    }

    fn partitions(
        &self,
        table: &TableName,
        predicate: PartitionPredicate,
    ) -> BoxStream<'static, Result<Partition>> {
        self.pages(table, predicate, PartitionScan::next_partitions)
            .map_ok(|page| futures::stream::iter(page.into_iter().map(Ok::<_, CatalogError>)))
            .try_flatten()
            .boxed()
    }

    fn partition_places(
        &self,
        table: &TableName,
        predicate: PartitionPredicate,
    ) -> BoxStream<'static, Result<Vec<PartitionPlace>>> {
        self.pages(table, predicate, PartitionScan::next_places)
    }

    async fn begin_write(&self, intent: WriteIntent) -> Result<WriteId> {
        let now = self.clock.now();
        self.database
            .write(move |transaction| writes::begin(transaction, &intent, now))
            .await
    }

    async fn renew_write(&self, id: WriteId) -> Result<()> {
        let now = self.clock.now();
        self.database
            .write(move |transaction| writes::renew(transaction, id, now))
            .await
    }

    async fn commit_write(&self, id: WriteId, commit: WriteCommit) -> Result<()> {
        let now = self.clock.now();
        self.database
            .write(move |transaction| writes::commit(transaction, id, commit, now))
            .await
    }

    async fn abort_write(&self, id: WriteId) -> Result<AbortOutcome> {
        self.database
            .write(move |transaction| writes::abort(transaction, id))
            .await
    }

    async fn abandoned_writes(&self) -> Result<Vec<AbandonedWrite>> {
        let now = self.clock.now();
        self.database
            .write(move |transaction| writes::abandoned(transaction, now))
            .await
    }

    async fn write_cleaned(&self, id: WriteId) -> Result<()> {
        self.database
            .write(move |transaction| writes::cleaned(transaction, id))
            .await
    }

    async fn snapshot(&self) -> Result<Snapshot> {
        self.database
            .read(move |transaction| writes::snapshot(transaction))
            .await
    }

    async fn committed_writes(
        &self,
        ids: Vec<WriteId>,
        snapshot: Snapshot,
    ) -> Result<HashSet<WriteId>> {
        self.database
            .read(move |transaction| writes::committed(transaction, &ids, snapshot))
            .await
    }

    async fn record_query(&self, record: QueryRecord) -> Result<()> {
        let now = self.clock.now();
        self.database
            .write(move |transaction| queries::record(transaction, &record, now))
            .await
    }

    async fn query_records(&self, limit: usize) -> Result<Vec<QueryRecord>> {
        self.database
            .read(move |transaction| queries::newest(transaction, limit))
            .await
    }

    async fn put_prepared_statement(&self, statement: PreparedStatement) -> Result<()> {
        self.database
            .write(move |transaction| prepared_statements::put(transaction, &statement))
            .await
    }

    async fn prepared_statement(
        &self,
        workgroup: &str,
        name: &str,
    ) -> Result<Option<PreparedStatement>> {
        let (workgroup, name) = (workgroup.to_owned(), name.to_owned());
        self.database
            .read(move |transaction| prepared_statements::get(transaction, &workgroup, &name))
            .await
    }

    async fn prepared_statements(&self, workgroup: &str) -> Result<Vec<PreparedStatement>> {
        let workgroup = workgroup.to_owned();
        self.database
            .read(move |transaction| prepared_statements::list(transaction, &workgroup))
            .await
    }

    async fn drop_prepared_statement(&self, workgroup: &str, name: &str) -> Result<bool> {
        let (workgroup, name) = (workgroup.to_owned(), name.to_owned());
        self.database
            .write(move |transaction| prepared_statements::remove(transaction, &workgroup, &name))
            .await
    }
}
