//! `GlueCatalog`: the catalog trait over Glue and a side.

use std::collections::HashSet;
use std::sync::Arc;

use async_trait::async_trait;
use aws_config::SdkConfig;
use futures::stream::BoxStream;
use prismlake_catalog::file_name::CatalogId;
use prismlake_catalog::file_statistics::FileStatistics;
use prismlake_catalog::history::QueryRecord;
use prismlake_catalog::model::{ColumnStatistics, PartitionIndex, UserDefinedFunction};
use prismlake_catalog::partition_place::PartitionPlace;
use prismlake_catalog::prepared_statement::PreparedStatement;
use prismlake_catalog::store::DropBehavior;
use prismlake_catalog::writes::{AbandonedWrite, AbortOutcome};
use prismlake_catalog::{
    CatalogStore, Database, DatabaseName, Partition, PartitionPredicate, Result, Snapshot, Table,
    TableName, TableVersion, WriteCommit, WriteId, WriteIntent,
};

use super::address::GlueAddress;
use super::client::GlueClient;
use super::{
    column_statistics, commits, databases, functions, partition_changes, partition_indexes,
    partition_scan, partitions, tables,
};

/// A catalog in AWS Glue, and what Glue has no place for in a side.
#[derive(Debug)]
pub struct GlueCatalog {
    pub(super) client: GlueClient,
    pub(super) side: Arc<dyn CatalogStore>,
}

impl GlueCatalog {
    /// Prepares calls to the catalog at `uri`: `glue:`, `glue://region` or `glue://region/account-id`.
    ///
    /// Credentials come from AWS's default chain (environment, profiles, web identity, instance metadata), the endpoint from
    /// `AWS_ENDPOINT_URL_GLUE` or `AWS_ENDPOINT_URL` where one is set, and the region from the chain unless it is named.
    /// Nothing is asked of Glue, and no database is made: an account without `default` keeps having none.
    pub async fn connect(uri: &str, side: Arc<dyn CatalogStore>) -> Result<GlueCatalog> {
        let client = GlueClient::from_environment(GlueAddress::parse(uri)?).await?;
        Ok(GlueCatalog { client, side })
    }

    /// As [`GlueCatalog::connect`], with a configuration of the caller's; `account` is that of the credentials if absent.
    pub fn with_configuration(
        configuration: &SdkConfig,
        account: Option<String>,
        side: Arc<dyn CatalogStore>,
    ) -> GlueCatalog {
        let client = GlueClient::new(configuration, account);
        GlueCatalog { client, side }
    }
}

#[async_trait]
impl CatalogStore for GlueCatalog {
    /// The side's: it names files of writes, and the side knows these.
    fn catalog_id(&self) -> &CatalogId {
        self.side.catalog_id()
    }

    async fn create_database(&self, database: Database) -> Result<()> {
        databases::create(&self.client, database).await
    }

    async fn database(&self, name: &DatabaseName) -> Result<Option<Database>> {
        databases::get(&self.client, name).await
    }

    async fn databases(&self) -> Result<Vec<Database>> {
        databases::list(&self.client).await
    }

    async fn update_database(&self, database: Database) -> Result<()> {
        databases::update(&self.client, database).await
    }

    async fn drop_database(&self, name: &DatabaseName, behavior: DropBehavior) -> Result<()> {
        databases::drop(&self.client, name, behavior).await
    }

    async fn put_function(&self, function: UserDefinedFunction) -> Result<()> {
        functions::put(&self.client, function).await
    }

    async fn functions(&self, database: &DatabaseName) -> Result<Vec<UserDefinedFunction>> {
        functions::list(&self.client, database).await
    }

    async fn drop_function(&self, database: &DatabaseName, name: &str) -> Result<bool> {
        functions::drop(&self.client, database, name).await
    }

    async fn create_table(&self, table: Table) -> Result<()> {
        tables::create(&self.client, table).await
    }

    async fn table(&self, name: &TableName) -> Result<Option<Table>> {
        tables::get(&self.client, name).await
    }

    async fn table_names(&self, database: &DatabaseName) -> Result<Vec<String>> {
        tables::names(&self.client, database).await
    }

    async fn update_table(&self, table: Table, expected_version: Option<&str>) -> Result<()> {
        tables::update(&self.client, table, expected_version).await
    }

    async fn drop_table(&self, name: &TableName) -> Result<()> {
        tables::drop(&self.client, name).await?;
        self.side.forget_crawled_table(name).await
    }

    async fn table_versions(&self, name: &TableName) -> Result<Vec<TableVersion>> {
        tables::versions(&self.client, name).await
    }

    async fn drop_table_version(&self, name: &TableName, version: &str) -> Result<bool> {
        tables::drop_version(&self.client, name, version).await
    }

    async fn add_partition_index(&self, table: &TableName, index: PartitionIndex) -> Result<()> {
        partition_indexes::add(&self.client, table, index).await
    }

    async fn partition_indexes(&self, table: &TableName) -> Result<Vec<PartitionIndex>> {
        partition_indexes::list(&self.client, table).await
    }

    async fn drop_partition_index(&self, table: &TableName, index: &str) -> Result<bool> {
        partition_indexes::drop(&self.client, table, index).await
    }

    async fn put_column_statistics(
        &self,
        table: &TableName,
        partition: Option<Vec<String>>,
        statistics: Vec<ColumnStatistics>,
    ) -> Result<()> {
        column_statistics::put(&self.client, table, partition.as_deref(), statistics).await
    }

    async fn column_statistics(
        &self,
        table: &TableName,
        partition: Option<Vec<String>>,
    ) -> Result<Vec<ColumnStatistics>> {
        column_statistics::get(&self.client, table, partition.as_deref()).await
    }

    async fn drop_column_statistics(
        &self,
        table: &TableName,
        partition: Option<Vec<String>>,
        column: &str,
    ) -> Result<bool> {
        column_statistics::drop(&self.client, table, partition.as_deref(), column).await
    }

    async fn put_file_statistics(&self, statistics: Vec<FileStatistics>) -> Result<()> {
        self.side.put_file_statistics(statistics).await
    }

    async fn file_statistics(&self, folders: Vec<String>) -> Result<Vec<FileStatistics>> {
        self.side.file_statistics(folders).await
    }

    async fn forget_file_statistics(&self, folder: &str, names: Vec<String>) -> Result<()> {
        self.side.forget_file_statistics(folder, names).await
    }

    async fn add_partitions(
        &self,
        table: &TableName,
        partitions: Vec<Partition>,
    ) -> Result<Vec<Vec<String>>> {
        partition_changes::add(&self.client, table, partitions).await
    }

    async fn partition(&self, table: &TableName, values: &[String]) -> Result<Option<Partition>> {
        partitions::get(&self.client, table, values).await
    }

    async fn update_partitions(
        &self,
        table: &TableName,
        partitions: Vec<(Vec<String>, Partition)>,
    ) -> Result<Vec<Vec<String>>> {
        partition_changes::update(&self.client, table, partitions).await
    }

    async fn drop_partitions(
        &self,
        table: &TableName,
        values: Vec<Vec<String>>,
    ) -> Result<Vec<Vec<String>>> {
        partition_changes::remove(&self.client, table, values).await
    }

    async fn partition_count(&self, table: &TableName) -> Result<u64> {
        partitions::count(&self.client, table).await
    }

    fn partitions(
        &self,
        table: &TableName,
        predicate: PartitionPredicate,
    ) -> BoxStream<'static, Result<Partition>> {
        partition_scan::partitions(self.client.clone(), table.clone(), predicate)
    }

    fn partition_places(
        &self,
        table: &TableName,
        predicate: PartitionPredicate,
    ) -> BoxStream<'static, Result<Vec<PartitionPlace>>> {
        partition_scan::places(self.client.clone(), table.clone(), predicate)
    }

    async fn begin_write(&self, intent: WriteIntent) -> Result<WriteId> {
        self.side.begin_write(intent).await
    }

    async fn renew_write(&self, id: WriteId) -> Result<()> {
        self.side.renew_write(id).await
    }

    async fn commit_write(&self, id: WriteId, commit: WriteCommit) -> Result<()> {
        commits::commit(&self.client, self.side.as_ref(), id, commit).await
    }

    async fn abort_write(&self, id: WriteId) -> Result<AbortOutcome> {
        self.side.abort_write(id).await
    }

    async fn abandoned_writes(&self) -> Result<Vec<AbandonedWrite>> {
        self.side.abandoned_writes().await
    }

    async fn write_cleaned(&self, id: WriteId) -> Result<()> {
        self.side.write_cleaned(id).await
    }

    async fn snapshot(&self) -> Result<Snapshot> {
        self.side.snapshot().await
    }

    async fn committed_writes(
        &self,
        ids: Vec<WriteId>,
        snapshot: Snapshot,
    ) -> Result<HashSet<WriteId>> {
        self.side.committed_writes(ids, snapshot).await
    }

    async fn record_query(&self, record: QueryRecord) -> Result<()> {
        self.side.record_query(record).await
    }

    async fn query_records(&self, limit: usize) -> Result<Vec<QueryRecord>> {
        self.side.query_records(limit).await
    }

    async fn put_prepared_statement(&self, statement: PreparedStatement) -> Result<()> {
        self.side.put_prepared_statement(statement).await
    }

    async fn prepared_statement(
        &self,
        workgroup: &str,
        name: &str,
    ) -> Result<Option<PreparedStatement>> {
        self.side.prepared_statement(workgroup, name).await
    }

    async fn prepared_statements(&self, workgroup: &str) -> Result<Vec<PreparedStatement>> {
        self.side.prepared_statements(workgroup).await
    }

    async fn drop_prepared_statement(&self, workgroup: &str, name: &str) -> Result<bool> {
        self.side.drop_prepared_statement(workgroup, name).await
    }
}
