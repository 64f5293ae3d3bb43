//! One run of a crawler, from its targets to its record in the history.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use prismlake_connectors::ObjectUri;
use prismlake_connectors::store::QueryStores;

use super::apply::apply;
use super::configuration::CrawlSettings;
use super::found_table::{FoundTable, TableMaker, make_names_unique};
use super::grouping::group_tables;
use super::include_path::IncludePath;
use super::memory::{CompletedRun, CrawlerMemory, forget_completed, remember_completed};
use super::plan::{CrawlPlan, Planner};
use super::progress::{CrawlPhase, CrawlProgress};
use super::reading::Classifiers;
use super::run_owner::{is_dead, new_run_id};
use super::s3_events::ObjectEvent;
use super::schema::FileFormat;
use super::survey::{Survey, Surveyor};
use crate::clock::Clock;
use crate::crawler_store::CRAWL_LEASE_SECONDS;
use crate::error::{CatalogError, Result};
use crate::model::{
    CrawlCounts, CrawlRecord, CrawlState, Crawler, Database, DatabaseName, RecrawlBehavior,
    S3Target, Table, TableName,
};
use crate::store::CatalogStore;

/// How often a plan is made anew because someone else changed one of its tables in the meantime.
const REPLANS_MAX: usize = 5;
/// A sign of life is given so many times within a lease.
const RENEWALS_A_LEASE: u64 = 4;
/// Names below an include path are counted from here: level 1 is the bucket.
const BUCKET_LEVEL: usize = 1;

/// Whether a run changes the catalog.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CrawlMode {
    /// It does.
    Apply,
    /// It only says what it would change.
    DryRun,
}

/// What a run came to.
#[derive(Debug)]
pub struct CrawlOutcome {
    /// Its record.
    pub record: CrawlRecord,
    /// What it changed, or would have.
    pub plan: CrawlPlan,
}

/// What a run works with.
pub struct CrawlRun {
    /// The catalog.
    pub catalog: Arc<dyn CatalogStore>,
    /// The stores.
    pub stores: Arc<QueryStores>,
    /// The crawler, which the catalog knows unless this is a dry run.
    pub crawler: Crawler,
    /// Whether it changes the catalog.
    pub mode: CrawlMode,
    /// In event mode, what happened; only the folders concerned are looked at.
    pub events: Option<Vec<ObjectEvent>>,
    /// Where it says how far it is.
    pub progress: Arc<CrawlProgress>,
    /// The time.
    pub clock: Arc<dyn Clock>,
}

impl CrawlRun {
    /// Runs the crawler to its end and records it.
    pub async fn run(self) -> Result<CrawlOutcome> {
        let run_id = new_run_id();
        let mut record = CrawlRecord {
            crawl_id: run_id.clone(),
            crawler_name: self.crawler.name.clone(),
            state: CrawlState::Running,
            start_time: self.clock.now(),
            end_time: None,
            counts: CrawlCounts::default(),
            error_message: None,
            object_errors: Vec::new(),
        };
        let renewal = match self.mode {
            CrawlMode::DryRun => None,
            CrawlMode::Apply => {
                self.begin(&run_id).await?;
                self.catalog.record_crawl(record.clone()).await?;
                Some(self.renewal(run_id.clone()))
            }
        };
        let mut counts = CrawlCounts::default();
        let result = self.crawl(&mut counts).await;
        if let Some(renewal) = renewal {
            renewal.abort();
        }
        let seen = self.progress.counts();
        record.counts = CrawlCounts {
            objects_listed: seen.objects_listed,
            objects_read: seen.objects_read,
            objects_failed: seen.objects_failed,
            ..counts
        };
        record.object_errors = self.progress.object_errors();
        record.end_time = Some(self.clock.now());
        record.state = match &result {
            Ok(_) => CrawlState::Completed,
            Err(CatalogError::CrawlStopped(_)) => CrawlState::Stopped,
            Err(error) => {
                record.error_message = Some(error.to_string());
                CrawlState::Failed
            }
        };
        if self.mode == CrawlMode::Apply {
            self.catalog.record_crawl(record.clone()).await?;
            self.catalog.end_crawl(&self.crawler.name, &run_id).await?;
        }
        Ok(CrawlOutcome {
            record,
            plan: result?,
        })
    }

    async fn begin(&self, run_id: &str) -> Result<()> {
        let name = &self.crawler.name;
        match self.catalog.begin_crawl(name, run_id).await {
            Err(CatalogError::CrawlerRunning(refused)) => {
                match self.catalog.running_crawl(name).await? {
                    Some(other) if is_dead(&other) => {
                        self.catalog.take_over_crawl(name, &other, run_id).await
                    }
                    _ => Err(CatalogError::CrawlerRunning(refused)),
                }
            }
            begun => begun,
        }
    }

    /// Gives signs of life until it is aborted.
    fn renewal(&self, run_id: String) -> tokio::task::JoinHandle<()> {
        let (catalog, crawler) = (Arc::clone(&self.catalog), self.crawler.name.clone());
        let progress = Arc::clone(&self.progress);
        let seconds = u64::try_from(CRAWL_LEASE_SECONDS).unwrap_or(60) / RENEWALS_A_LEASE;
        tokio::spawn(async move {
            let mut interval = tokio::time::interval(Duration::from_secs(seconds.max(1)));
            loop {
                interval.tick().await;
                if let Err(CatalogError::CrawlTakenOver(_)) =
                    catalog.renew_crawl(&crawler, &run_id).await
                {
                    progress.stop();
                }
            }
        })
    }

    async fn crawl(&self, counts: &mut CrawlCounts) -> Result<CrawlPlan> {
        let catalog = self.catalog.as_ref();
        let name = self.crawler.name.as_str();
        let settings = CrawlSettings::of(&self.crawler)?;
        let memory = CrawlerMemory::read(catalog, name).await?;
        let classifiers = Arc::new(self.classifiers().await?);
        let includes = self.include_paths().await?;
        let events = self.event_folders(&memory, &includes);
        let surveyor = Surveyor {
            catalog,
            stores: &self.stores,
            crawler: name,
            memory: &memory,
            recrawl: settings.recrawl,
            classifiers: &classifiers,
            progress: &self.progress,
            remembers: self.mode == CrawlMode::Apply,
        };
        let mut surveys = Vec::with_capacity(includes.len());
        for include in &includes {
            let only = events.as_ref().map(|folders| {
                let prefix = include.prefix().to_string();
                let below = folders
                    .iter()
                    .filter(|folder| folder.to_string().starts_with(&prefix));
                below.cloned().collect::<Vec<ObjectUri>>()
            });
            surveys.push(surveyor.survey(include, only.as_deref()).await?);
            if self.progress.is_stopping() {
                return Err(CatalogError::CrawlStopped(name.to_owned()));
            }
        }
        self.progress.enter(CrawlPhase::Planning);
        if surveys.iter().all(|survey| survey.is_unchanged)
            && self.still_holds(&memory, &surveys).await?
        {
            return Ok(CrawlPlan::default());
        }
        let known = catalog.crawled_tables(name).await?;
        let mut plan = self
            .plan(&settings, &known, &includes, &surveys, events.as_deref())
            .await?;
        if self.mode == CrawlMode::DryRun {
            return Ok(plan);
        }
        self.require_database().await?;
        forget_completed(catalog, name).await?;
        let mut attempt = 0;
        let applied = loop {
            let attempted = plan.clone();
            match apply(catalog, name, attempted, &self.progress, counts).await {
                Ok(()) => break plan,
                Err(CatalogError::ConcurrentModification(_) | CatalogError::TableExists(_))
                    if attempt < REPLANS_MAX =>
                {
                    attempt += 1;
                    plan = self
                        .plan(&settings, &known, &includes, &surveys, events.as_deref())
                        .await?;
                }
                Err(error) => return Err(error),
            }
        };
        self.complete(&memory, &surveys).await?;
        Ok(applied)
    }

    async fn classifiers(&self) -> Result<Classifiers> {
        let known = self.catalog.classifiers().await?;
        let wanted = self
            .crawler
            .classifiers
            .iter()
            .map(|name| {
                let found = known.iter().find(|classifier| classifier.name() == name);
                found.cloned().ok_or_else(|| CatalogError::InvalidCrawler {
                    crawler: self.crawler.name.clone(),
                    reason: format!("its classifier '{name}' does not exist"),
                })
            })
            .collect::<Result<Vec<_>>>()?;
        Classifiers::compile(&wanted)
    }

    async fn include_paths(&self) -> Result<Vec<IncludePath>> {
        let targets = &self.crawler.targets;
        let mut includes = Vec::new();
        for target in &targets.s3_targets {
            includes.push(IncludePath::of(&self.crawler, target)?);
        }
        for target in &targets.catalog_targets {
            for table in &target.tables {
                let name = TableName::new(&target.database_name, table)?;
                let Some(table) = self.catalog.table(&name).await? else {
                    return Err(CatalogError::TableNotFound(name));
                };
                let place = S3Target {
                    path: table.storage_descriptor.location.unwrap_or_default(),
                    ..S3Target::default()
                };
                includes.push(IncludePath::of(&self.crawler, &place)?);
            }
        }
        if includes.is_empty() {
            return Err(CatalogError::InvalidCrawler {
                crawler: self.crawler.name.clone(),
                reason: "it has no target".to_owned(),
            });
        }
        Ok(includes)
    }

    /// The folders that events name, where a run before has seen all the others.
    fn event_folders(
        &self,
        memory: &CrawlerMemory,
        includes: &[IncludePath],
    ) -> Option<Vec<ObjectUri>> {
        let events = self.events.as_ref()?;
        memory.completed.as_ref()?;
        let mut folders: Vec<ObjectUri> = Vec::new();
        for event in events {
            for include in includes {
                let is_of = include.uri.bucket() == event.bucket
                    && event.key.starts_with(include.prefix().key());
                if !is_of {
                    continue;
                }
                let folder = event.key.rsplit_once('/').map_or("", |(folder, _)| folder);
                let uri = include.uri.with_key(format!("{folder}/")).as_prefix();
                if !folders.contains(&uri) {
                    folders.push(uri);
                }
            }
        }
        Some(folders)
    }

    async fn still_holds(&self, memory: &CrawlerMemory, surveys: &[Survey]) -> Result<bool> {
        let Some(completed) = &memory.completed else {
            return Ok(false);
        };
        let folders = folder_count(surveys);
        if completed.version != self.crawler.version || completed.folders != folders {
            return Ok(false);
        }
        for (database, table, partitions) in &completed.tables {
            let name = TableName::new(database, table)?;
            if self.catalog.table(&name).await?.is_none()
                || self.catalog.partition_count(&name).await? != *partitions
            {
                return Ok(false);
            }
        }
        Ok(true)
    }

    async fn plan(
        &self,
        settings: &CrawlSettings,
        known: &[Table],
        includes: &[IncludePath],
        surveys: &[Survey],
        events: Option<&[ObjectUri]>,
    ) -> Result<CrawlPlan> {
        let known_names: HashMap<String, String> = known
            .iter()
            .filter_map(|table| {
                Some((
                    table.storage_descriptor.location.clone()?,
                    table.name.clone(),
                ))
            })
            .collect();
        let maker = TableMaker {
            crawler: &self.crawler.name,
            database: self.database(),
            prefix: self.crawler.table_prefix.as_deref().unwrap_or(""),
            settings,
            known_names: &known_names,
        };
        let mut found: Vec<FoundTable> = Vec::new();
        let mut notes = Vec::new();
        for (include, survey) in includes.iter().zip(surveys) {
            let own = include
                .uri
                .key()
                .split('/')
                .filter(|segment| !segment.is_empty())
                .count();
            let level = settings
                .table_level
                .map(|level| level.saturating_sub(BUCKET_LEVEL + own));
            let grouped = group_tables(&survey.data, &survey.schemas, settings, level);
            for index in grouped.left_out {
                let folder = survey.folders.get(index);
                if let Some(folder) =
                    folder.and_then(|folder| survey.listing.folders.get(folder.listed))
                {
                    notes.push(format!(
                        "the files directly in {} are left out, for the folders beside them are tables; make each a target of its own",
                        survey.listing.folder_uri(folder)
                    ));
                }
            }
            for group in grouped.tables {
                if matches!(
                    group.schema.format,
                    FileFormat::Json {
                        in_lines: false,
                        ..
                    }
                ) {
                    notes.push(format!(
                        "the JSON at {} has not one object a line; the table is made, and no query can read it so",
                        survey.listing.uri_of(&group.root)
                    ));
                }
                found.push(maker.make(
                    &group,
                    include,
                    &survey.listing,
                    &survey.folders,
                    &survey.schemas,
                )?);
            }
            notes.extend(survey.notes.iter().cloned());
        }
        make_names_unique(&mut found, &known_names);
        if let Some(most) = settings.tables_max
            && found.len() > most
        {
            return Err(CatalogError::InvalidCrawler {
                crawler: self.crawler.name.clone(),
                reason: format!(
                    "its targets hold {} tables and TableThreshold allows {most}",
                    found.len()
                ),
            });
        }
        let complete: Vec<String> = match events {
            Some(folders) => folders.iter().map(ToString::to_string).collect(),
            None if settings.recrawl == RecrawlBehavior::CrawlNewFoldersOnly => Vec::new(),
            None => includes
                .iter()
                .map(|include| include.prefix().to_string())
                .collect(),
        };
        let planner = Planner {
            catalog: self.catalog.as_ref(),
            crawler: &self.crawler.name,
            settings,
            known,
            complete: &complete,
            now: self.clock.now().timestamp(),
        };
        let mut plan = planner.plan(found).await?;
        plan.notes.extend(notes);
        plan.notes.sort();
        plan.notes.dedup();
        Ok(plan)
    }

    fn database(&self) -> &str {
        self.crawler.database_name.as_deref().unwrap_or("default")
    }

    async fn require_database(&self) -> Result<()> {
        let name = DatabaseName::new(self.database())?;
        match self.catalog.create_database(Database::new(name)).await {
            Ok(()) | Err(CatalogError::DatabaseExists(_)) => Ok(()),
            Err(error) => Err(error),
        }
    }

    /// Forgets folders that are gone, and remembers what the run left.
    async fn complete(&self, memory: &CrawlerMemory, surveys: &[Survey]) -> Result<()> {
        let name = self.crawler.name.as_str();
        let listed: std::collections::HashSet<String> = surveys
            .iter()
            .flat_map(|survey| {
                let folders = survey.listing.folders.iter();
                folders.map(|folder| survey.listing.folder_uri(folder))
            })
            .collect();
        let gone: Vec<String> = memory
            .folders
            .keys()
            .filter(|uri| !listed.contains(*uri))
            .cloned()
            .collect();
        if !gone.is_empty() {
            self.catalog.forget_crawled_folders(name, gone).await?;
        }
        let mut tables = Vec::new();
        for table in self.catalog.crawled_tables(name).await? {
            let table_name = table.full_name()?;
            if self.catalog.table(&table_name).await?.is_some() {
                let partitions = self.catalog.partition_count(&table_name).await?;
                tables.push((table.database_name, table.name, partitions));
            }
        }
        let run = CompletedRun {
            version: self.crawler.version,
            folders: folder_count(surveys),
            tables,
        };
        remember_completed(self.catalog.as_ref(), name, &run).await
    }
}

/// The folders of all include paths.
fn folder_count(surveys: &[Survey]) -> usize {
    surveys
        .iter()
        .map(|survey| survey.listing.folders.len())
        .sum()
}
