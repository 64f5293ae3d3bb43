//! Crawls: the catalog's crawler, over the stores and the catalog of a query service.

use std::sync::Arc;

use prismlake_catalog::CatalogError;
use prismlake_catalog::clock::SystemClock;
use prismlake_catalog::crawler::progress::CrawlProgress;
use prismlake_catalog::crawler::run::{CrawlMode, CrawlOutcome, CrawlRun};
use prismlake_catalog::crawler::s3_events::ObjectEvent;
use prismlake_catalog::model::Crawler;

use crate::error::Result;
use crate::query::QueryService;

/// A run of a crawler.
#[derive(Debug)]
pub struct CrawlRequest {
    /// The crawler. Unless the run is a dry one the catalog knows it.
    pub crawler: Crawler,
    /// Whether the catalog is changed.
    pub mode: CrawlMode,
    /// What happened to objects, where only their folders are to be looked at.
    pub events: Option<Vec<ObjectEvent>>,
    /// Where the run says how far it is, and by which it is stopped.
    pub progress: Arc<CrawlProgress>,
}

impl QueryService {
    /// Runs a crawler to its end.
    pub async fn crawl(&self, request: CrawlRequest) -> Result<CrawlOutcome, CatalogError> {
        let run = CrawlRun {
            catalog: Arc::clone(self.catalog()),
            stores: self.stores_of_one_run(),
            crawler: request.crawler,
            mode: request.mode,
            events: request.events,
            progress: request.progress,
            clock: Arc::new(SystemClock),
        };
        run.run().await
    }
}
