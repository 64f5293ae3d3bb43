//! Crawls: the catalog's crawler, over the stores and the catalog of a query service.

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use prismlake_catalog::CatalogError;
use prismlake_catalog::clock::SystemClock;
use prismlake_catalog::crawler::progress::CrawlProgress;
use prismlake_catalog::crawler::run::{CrawlMode, CrawlOutcome, CrawlRun};
use prismlake_catalog::crawler::s3_events::ObjectEvent;
use prismlake_catalog::crawler::schedule::ScheduleExpression;
use prismlake_catalog::model::{Crawler, ScheduleState};
use tokio::task::JoinSet;

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

/// How often schedules are looked at: Glue's shortest interval is five minutes.
const SCHEDULES_LOOKED_AT_EVERY: Duration = Duration::from_secs(15);

impl QueryService {
    /// Runs crawlers when their schedules say so, until it is dropped. Several servers of one catalog may do so: a crawler
    /// has one run at a time.
    pub async fn run_scheduled_crawls(&self) {
        let mut looks = tokio::time::interval(SCHEDULES_LOOKED_AT_EVERY);
        let mut running: JoinSet<()> = JoinSet::new();
        let mut since = Utc::now();
        loop {
            looks.tick().await;
            while running.try_join_next().is_some() {}
            let now = Utc::now();
            match self.due_crawlers(since, now).await {
                Ok(due) => {
                    for crawler in due {
                        let service = self.clone();
                        running.spawn(async move { service.run_scheduled(crawler).await });
                    }
                }
                Err(error) => {
                    tracing::warn!(%error, "crawlers' schedules could not be read");
                    continue;
                }
            }
            since = now;
        }
    }

    /// The crawlers whose schedules have a time after `since` and not after `now`.
    pub async fn due_crawlers(
        &self,
        since: DateTime<Utc>,
        now: DateTime<Utc>,
    ) -> Result<Vec<Crawler>, CatalogError> {
        let mut due = self.catalog().crawlers().await?;
        due.retain(|crawler| {
            let Some(schedule) = &crawler.schedule else {
                return false;
            };
            if schedule.state != ScheduleState::Scheduled {
                return false;
            }
            match ScheduleExpression::parse(&schedule.schedule_expression) {
                Ok(expression) => expression.next_after(since).is_some_and(|next| next <= now),
                Err(error) => {
                    tracing::warn!(crawler = crawler.name, %error, "the crawler's schedule is not understood");
                    false
                }
            }
        });
        Ok(due)
    }

    async fn run_scheduled(&self, crawler: Crawler) {
        let name = crawler.name.clone();
        let request = CrawlRequest {
            crawler,
            mode: CrawlMode::Apply,
            events: None,
            progress: Arc::default(),
        };
        match self.crawl(request).await {
            Ok(outcome) => {
                tracing::info!(crawler = name, counts = ?outcome.record.counts, "crawled")
            }
            // Another server was first.
            Err(CatalogError::CrawlerRunning(_)) => {}
            Err(error) => tracing::warn!(crawler = name, %error, "the crawl failed"),
        }
    }
}
