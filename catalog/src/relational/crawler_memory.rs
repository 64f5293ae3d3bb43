//! The crawlers' memory over a database that speaks SQL.

use async_trait::async_trait;

use super::catalog::RelationalCatalog;
use super::sql::SqlDatabase;
use super::{crawlers, tables};
use crate::crawler_store::{CrawledFolder, CrawlerStore};
use crate::error::Result;
use crate::model::{Classifier, CrawlRecord, Crawler, Table, TableName};

#[async_trait]
impl<D: SqlDatabase> CrawlerStore for RelationalCatalog<D> {
    async fn put_classifier(&self, classifier: Classifier) -> Result<()> {
        self.database
            .write(move |transaction| crawlers::put_classifier(transaction, &classifier))
            .await
    }

    async fn classifiers(&self) -> Result<Vec<Classifier>> {
        self.database
            .read(move |transaction| crawlers::classifiers(transaction))
            .await
    }

    async fn drop_classifier(&self, name: &str) -> Result<bool> {
        let name = name.to_owned();
        self.database
            .write(move |transaction| crawlers::drop_classifier(transaction, &name))
            .await
    }

    async fn put_crawler(&self, crawler: Crawler) -> Result<()> {
        let now = self.clock.now();
        self.database
            .write(move |transaction| crawlers::put(transaction, crawler, now))
            .await
    }

    async fn crawler(&self, name: &str) -> Result<Option<Crawler>> {
        let name = name.to_owned();
        self.database
            .read(move |transaction| crawlers::get(transaction, &name))
            .await
    }

    async fn crawlers(&self) -> Result<Vec<Crawler>> {
        self.database
            .read(move |transaction| crawlers::list(transaction))
            .await
    }

    async fn drop_crawler(&self, name: &str) -> Result<bool> {
        let name = name.to_owned();
        self.database
            .write(move |transaction| crawlers::drop(transaction, &name))
            .await
    }

    async fn begin_crawl(&self, crawler: &str, run_id: &str) -> Result<()> {
        let crawler = crawler.to_owned();
        let run_id = run_id.to_owned();
        let now = self.clock.now();
        self.database
            .write(move |transaction| crawlers::begin(transaction, &crawler, &run_id, now))
            .await
    }

    async fn take_over_crawl(&self, crawler: &str, dead_run: &str, run_id: &str) -> Result<()> {
        let (crawler, dead_run) = (crawler.to_owned(), dead_run.to_owned());
        let (run_id, now) = (run_id.to_owned(), self.clock.now());
        self.database
            .write(move |transaction| {
                crawlers::end(transaction, &crawler, &dead_run)?;
                crawlers::begin(transaction, &crawler, &run_id, now)
            })
            .await
    }

    async fn renew_crawl(&self, crawler: &str, run_id: &str) -> Result<()> {
        let crawler = crawler.to_owned();
        let run_id = run_id.to_owned();
        let now = self.clock.now();
        self.database
            .write(move |transaction| crawlers::renew(transaction, &crawler, &run_id, now))
            .await
    }

    async fn end_crawl(&self, crawler: &str, run_id: &str) -> Result<()> {
        let crawler = crawler.to_owned();
        let run_id = run_id.to_owned();
        self.database
            .write(move |transaction| crawlers::end(transaction, &crawler, &run_id))
            .await
    }

    async fn running_crawl(&self, crawler: &str) -> Result<Option<String>> {
        let crawler = crawler.to_owned();
        let now = self.clock.now();
        self.database
            .read(move |transaction| crawlers::running(transaction, &crawler, now))
            .await
    }

    async fn record_crawl(&self, record: CrawlRecord) -> Result<()> {
        self.database
            .write(move |transaction| crawlers::record(transaction, &record))
            .await
    }

    async fn crawl_records(&self, crawler: &str, limit: usize) -> Result<Vec<CrawlRecord>> {
        let crawler = crawler.to_owned();
        self.database
            .read(move |transaction| crawlers::records(transaction, &crawler, limit))
            .await
    }

    async fn put_crawled_table(&self, crawler: &str, remembered: Table) -> Result<()> {
        let crawler = crawler.to_owned();
        self.database
            .write(move |transaction| {
                crawlers::put_crawled_table(transaction, &crawler, &remembered)
            })
            .await
    }

    async fn create_crawled_table(
        &self,
        crawler: &str,
        table: Table,
        remembered: Table,
    ) -> Result<()> {
        let (crawler, now) = (crawler.to_owned(), self.clock.now());
        self.database
            .write(move |transaction| {
                tables::create(transaction, table, now)?;
                crawlers::put_crawled_table(transaction, &crawler, &remembered)
            })
            .await
    }

    async fn update_crawled_table(
        &self,
        crawler: &str,
        table: Table,
        expected_version: Option<&str>,
        remembered: Table,
    ) -> Result<()> {
        let (crawler, now) = (crawler.to_owned(), self.clock.now());
        let expected = expected_version.map(str::to_owned);
        self.database
            .write(move |transaction| {
                tables::update(transaction, table, expected.as_deref(), now)?;
                crawlers::put_crawled_table(transaction, &crawler, &remembered)
            })
            .await
    }

    async fn crawled_table(&self, name: &TableName) -> Result<Option<(String, Table)>> {
        let name = name.clone();
        self.database
            .read(move |transaction| crawlers::crawled_table(transaction, &name))
            .await
    }

    async fn crawled_tables(&self, crawler: &str) -> Result<Vec<Table>> {
        let crawler = crawler.to_owned();
        self.database
            .read(move |transaction| crawlers::crawled_tables(transaction, &crawler))
            .await
    }

    async fn forget_crawled_table(&self, name: &TableName) -> Result<()> {
        let name = name.clone();
        self.database
            .write(move |transaction| crawlers::forget_crawled_table(transaction, &name))
            .await
    }

    async fn put_crawled_folders(&self, crawler: &str, folders: Vec<CrawledFolder>) -> Result<()> {
        let crawler = crawler.to_owned();
        self.database
            .write(move |transaction| crawlers::put_folders(transaction, &crawler, folders))
            .await
    }

    async fn crawled_folders(
        &self,
        crawler: &str,
        after: &str,
        limit: usize,
    ) -> Result<Vec<CrawledFolder>> {
        let crawler = crawler.to_owned();
        let after = after.to_owned();
        self.database
            .read(move |transaction| crawlers::folders(transaction, &crawler, &after, limit))
            .await
    }

    async fn forget_crawled_folders(&self, crawler: &str, folders: Vec<String>) -> Result<()> {
        let crawler = crawler.to_owned();
        self.database
            .write(move |transaction| crawlers::forget_folders(transaction, &crawler, &folders))
            .await
    }
}
