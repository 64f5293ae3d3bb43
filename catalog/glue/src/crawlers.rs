//! `CrawlerStore` of Glue: classifiers lie in Glue. Crawlers, their runs and their memory lie in the side, for Glue would run
//! crawlers by itself, and it takes no word of runs that are not its own.

use async_trait::async_trait;
use prismlake_catalog::crawler_store::CrawledFolder;
use prismlake_catalog::model::{Classifier, CrawlRecord, Crawler};
use prismlake_catalog::{CatalogStore, CrawlerStore, Result, Table, TableName};

use super::catalog::GlueCatalog;
use super::classifiers;

#[async_trait]
impl CrawlerStore for GlueCatalog {
    async fn put_classifier(&self, classifier: Classifier) -> Result<()> {
        classifiers::put(&self.client, classifier).await
    }

    async fn classifiers(&self) -> Result<Vec<Classifier>> {
        classifiers::list(&self.client).await
    }

    async fn drop_classifier(&self, name: &str) -> Result<bool> {
        classifiers::drop(&self.client, name).await
    }

    async fn put_crawler(&self, crawler: Crawler) -> Result<()> {
        self.side.put_crawler(crawler).await
    }

    async fn crawler(&self, name: &str) -> Result<Option<Crawler>> {
        self.side.crawler(name).await
    }

    async fn crawlers(&self) -> Result<Vec<Crawler>> {
        self.side.crawlers().await
    }

    async fn drop_crawler(&self, name: &str) -> Result<bool> {
        self.side.drop_crawler(name).await
    }

    async fn begin_crawl(&self, crawler: &str, run_id: &str) -> Result<()> {
        self.side.begin_crawl(crawler, run_id).await
    }

    async fn take_over_crawl(&self, crawler: &str, dead_run: &str, run_id: &str) -> Result<()> {
        self.side.take_over_crawl(crawler, dead_run, run_id).await
    }

    async fn renew_crawl(&self, crawler: &str, run_id: &str) -> Result<()> {
        self.side.renew_crawl(crawler, run_id).await
    }

    async fn end_crawl(&self, crawler: &str, run_id: &str) -> Result<()> {
        self.side.end_crawl(crawler, run_id).await
    }

    async fn running_crawl(&self, crawler: &str) -> Result<Option<String>> {
        self.side.running_crawl(crawler).await
    }

    async fn record_crawl(&self, record: CrawlRecord) -> Result<()> {
        self.side.record_crawl(record).await
    }

    async fn crawl_records(&self, crawler: &str, limit: usize) -> Result<Vec<CrawlRecord>> {
        self.side.crawl_records(crawler, limit).await
    }

    async fn put_crawled_table(&self, crawler: &str, remembered: Table) -> Result<()> {
        self.side.put_crawled_table(crawler, remembered).await
    }

    /// The table first: one that is not remembered is left to its owner, while a memory of what is not there is nothing.
    async fn create_crawled_table(
        &self,
        crawler: &str,
        table: Table,
        remembered: Table,
    ) -> Result<()> {
        self.create_table(table).await?;
        self.side.put_crawled_table(crawler, remembered).await
    }

    async fn update_crawled_table(
        &self,
        crawler: &str,
        table: Table,
        expected_version: Option<&str>,
        remembered: Table,
    ) -> Result<()> {
        self.update_table(table, expected_version).await?;
        self.side.put_crawled_table(crawler, remembered).await
    }

    async fn crawled_table(&self, name: &TableName) -> Result<Option<(String, Table)>> {
        self.side.crawled_table(name).await
    }

    async fn crawled_tables(&self, crawler: &str) -> Result<Vec<Table>> {
        self.side.crawled_tables(crawler).await
    }

    async fn forget_crawled_table(&self, name: &TableName) -> Result<()> {
        self.side.forget_crawled_table(name).await
    }

    async fn put_crawled_folders(&self, crawler: &str, folders: Vec<CrawledFolder>) -> Result<()> {
        self.side.put_crawled_folders(crawler, folders).await
    }

    async fn crawled_folders(
        &self,
        crawler: &str,
        after: &str,
        limit: usize,
    ) -> Result<Vec<CrawledFolder>> {
        self.side.crawled_folders(crawler, after, limit).await
    }

    async fn forget_crawled_folders(&self, crawler: &str, folders: Vec<String>) -> Result<()> {
        self.side.forget_crawled_folders(crawler, folders).await
    }
}
