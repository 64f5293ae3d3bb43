//! `CrawlerStore`: crawlers, their classifiers, the history of their runs, and what they remember between runs.

use std::fmt::Debug;

use async_trait::async_trait;

use crate::error::Result;
use crate::model::{Classifier, CrawlRecord, Crawler, Table, TableName};

/// Seconds that a run may go without a sign of life before another one of the same crawler may begin.
pub const CRAWL_LEASE_SECONDS: i64 = 120;

/// What a crawler found in a folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CrawledFolder {
    /// The folder's URI, with a slash at the end.
    pub folder: String,
    /// Of its objects' names, sizes and versions: equal if nothing changed.
    pub digest: Vec<u8>,
    /// What was found, for the crawler to read again.
    pub finding: String,
}

/// Where crawlers keep their definitions, history and memory. Every method is one transaction.
#[async_trait]
pub trait CrawlerStore: Debug + Send + Sync {
    /// Adds a classifier or replaces the one of its name.
    async fn put_classifier(&self, classifier: Classifier) -> Result<()>;
    /// All classifiers, by name.
    async fn classifiers(&self) -> Result<Vec<Classifier>>;
    /// Removes a classifier; whether there was one.
    async fn drop_classifier(&self, name: &str) -> Result<bool>;

    /// Adds a crawler or replaces the one of its name.
    async fn put_crawler(&self, crawler: Crawler) -> Result<()>;
    /// The crawler of that name.
    async fn crawler(&self, name: &str) -> Result<Option<Crawler>>;
    /// All crawlers, by name.
    async fn crawlers(&self) -> Result<Vec<Crawler>>;
    /// Removes a crawler, its history and its memory; whether there was one. Its tables stay.
    async fn drop_crawler(&self, name: &str) -> Result<bool>;

    /// Begins a run, unless another one of this crawler is under way and gives signs of life.
    async fn begin_crawl(&self, crawler: &str, run_id: &str) -> Result<()>;
    /// Begins a run in place of one whose process is known to be gone, unless it has been ended or replaced meanwhile.
    async fn take_over_crawl(&self, crawler: &str, dead_run: &str, run_id: &str) -> Result<()>;
    /// Gives a sign of life.
    async fn renew_crawl(&self, crawler: &str, run_id: &str) -> Result<()>;
    /// Ends a run.
    async fn end_crawl(&self, crawler: &str, run_id: &str) -> Result<()>;
    /// The run that is under way.
    async fn running_crawl(&self, crawler: &str) -> Result<Option<String>>;
    /// Adds a run to the history, or replaces its record.
    async fn record_crawl(&self, record: CrawlRecord) -> Result<()>;
    /// The newest records of a crawler.
    async fn crawl_records(&self, crawler: &str, limit: usize) -> Result<Vec<CrawlRecord>>;

    /// Remembers what of a table is the crawler's, for stores that keep tables elsewhere.
    async fn put_crawled_table(&self, crawler: &str, remembered: Table) -> Result<()>;
    /// Adds a table that a crawler found, and remembers what of it is the crawler's.
    async fn create_crawled_table(
        &self,
        crawler: &str,
        table: Table,
        remembered: Table,
    ) -> Result<()>;
    /// Replaces a table that a crawler found, if it still has that version, and remembers what of it is the crawler's.
    async fn update_crawled_table(
        &self,
        crawler: &str,
        table: Table,
        expected_version: Option<&str>,
        remembered: Table,
    ) -> Result<()>;
    /// A table as a crawler wrote it last, and which one.
    async fn crawled_table(&self, name: &TableName) -> Result<Option<(String, Table)>>;
    /// The tables that a crawler wrote last, as it wrote them.
    async fn crawled_tables(&self, crawler: &str) -> Result<Vec<Table>>;
    /// Forgets a table that is gone.
    async fn forget_crawled_table(&self, name: &TableName) -> Result<()>;

    /// Remembers folders.
    async fn put_crawled_folders(&self, crawler: &str, folders: Vec<CrawledFolder>) -> Result<()>;
    /// Up to `limit` remembered folders after one of that name, in the order of their URIs' bytes.
    async fn crawled_folders(
        &self,
        crawler: &str,
        after: &str,
        limit: usize,
    ) -> Result<Vec<CrawledFolder>>;
    /// Forgets folders that are gone.
    async fn forget_crawled_folders(&self, crawler: &str, folders: Vec<String>) -> Result<()>;
}
