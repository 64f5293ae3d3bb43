//! Crawlers and the history of their runs.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// A crawler.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Crawler {
    /// Its name.
    pub name: String,
    /// Glue's role; kept, of no meaning here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<String>,
    /// What it looks at.
    #[serde(default)]
    pub targets: CrawlerTargets,
    /// Where its tables go; `default` if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub database_name: Option<String>,
    /// Its comment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// The names of custom classifiers, tried in order.
    #[serde(default)]
    pub classifiers: Vec<String>,
    /// Which folders to look at again.
    #[serde(default)]
    pub recrawl_policy: RecrawlPolicy,
    /// What to do with what changed.
    #[serde(default)]
    pub schema_change_policy: SchemaChangePolicy,
    /// What its tables' names begin with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub table_prefix: Option<String>,
    /// When it runs by itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub schedule: Option<Schedule>,
    /// Glue's JSON of further settings.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub configuration: Option<String>,
    /// When it was made; set by the store.
    #[serde(
        default,
        with = "chrono::serde::ts_seconds_option",
        skip_serializing_if = "Option::is_none"
    )]
    pub creation_time: Option<DateTime<Utc>>,
    /// When it was changed last; set by the store.
    #[serde(
        default,
        with = "chrono::serde::ts_seconds_option",
        skip_serializing_if = "Option::is_none"
    )]
    pub last_updated: Option<DateTime<Utc>>,
    /// Counts the changes from 1; set by the store.
    #[serde(default)]
    pub version: i64,
}

/// What a crawler looks at.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct CrawlerTargets {
    /// Prefixes and objects of stores, S3 or any other.
    #[serde(default)]
    pub s3_targets: Vec<S3Target>,
    /// Tables whose locations are looked at.
    #[serde(default)]
    pub catalog_targets: Vec<CatalogTarget>,
}

/// A prefix, or one object.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct S3Target {
    /// Its URI.
    pub path: String,
    /// Globs, relative to the path, of what is left out.
    #[serde(default)]
    pub exclusions: Vec<String>,
    /// How many files of each folder are read, 1 to 249; all that are needed if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sample_size: Option<u32>,
    /// The queue of event mode; here a file or nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub event_queue_arn: Option<String>,
}

/// Tables that exist.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct CatalogTarget {
    /// Their database.
    pub database_name: String,
    /// Their names.
    pub tables: Vec<String>,
}

/// Which folders a crawler looks at again.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct RecrawlPolicy {
    /// Which.
    #[serde(default)]
    pub recrawl_behavior: RecrawlBehavior,
}

/// Which folders a crawler looks at again.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum RecrawlBehavior {
    /// All.
    #[default]
    CrawlEverything,
    /// Those that it has not seen.
    CrawlNewFoldersOnly,
    /// Those that events name.
    CrawlEventMode,
}

/// What a crawler does with what changed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct SchemaChangePolicy {
    /// With tables whose schema changed.
    #[serde(default)]
    pub update_behavior: UpdateBehavior,
    /// With tables and partitions that are gone.
    #[serde(default)]
    pub delete_behavior: DeleteBehavior,
}

/// What a crawler does with tables whose schema changed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum UpdateBehavior {
    /// Change them in the catalog.
    #[default]
    UpdateInDatabase,
    /// Say so.
    Log,
}

/// What a crawler does with tables and partitions that are gone.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum DeleteBehavior {
    /// Mark them.
    #[default]
    DeprecateInDatabase,
    /// Remove them from the catalog.
    DeleteFromDatabase,
    /// Say so.
    Log,
}

/// When a crawler runs by itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Schedule {
    /// `cron(…)` or `rate(…)`.
    pub schedule_expression: String,
    /// Whether it holds.
    #[serde(default)]
    pub state: ScheduleState,
}

/// Whether a schedule holds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ScheduleState {
    /// It does.
    #[default]
    Scheduled,
    /// It does not.
    NotScheduled,
}

/// How a run of a crawler stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum CrawlState {
    /// Under way.
    Running,
    /// Done.
    Completed,
    /// Ended by an error.
    Failed,
    /// Ended by its user.
    Stopped,
}

/// One run of a crawler.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct CrawlRecord {
    /// Names the run.
    pub crawl_id: String,
    /// The crawler.
    pub crawler_name: String,
    /// How it stands.
    pub state: CrawlState,
    /// When it began.
    #[serde(with = "chrono::serde::ts_milliseconds")]
    pub start_time: DateTime<Utc>,
    /// When it ended.
    #[serde(
        default,
        with = "chrono::serde::ts_milliseconds_option",
        skip_serializing_if = "Option::is_none"
    )]
    pub end_time: Option<DateTime<Utc>>,
    /// What it did.
    pub counts: CrawlCounts,
    /// Why it failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error_message: Option<String>,
    /// Objects that could not be read, and why: the first of them.
    #[serde(default)]
    pub object_errors: Vec<ObjectError>,
}

/// An object that could not be read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct ObjectError {
    /// The object's URI.
    pub uri: String,
    /// What went wrong.
    pub message: String,
}

/// What a run did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct CrawlCounts {
    /// Objects listed.
    pub objects_listed: u64,
    /// Objects read for their schema.
    pub objects_read: u64,
    /// Objects that could not be read.
    pub objects_failed: u64,
    /// Tables made.
    pub tables_added: u64,
    /// Tables changed.
    pub tables_updated: u64,
    /// Tables removed or marked as gone.
    pub tables_deleted: u64,
    /// Partitions made.
    pub partitions_added: u64,
    /// Partitions changed.
    pub partitions_updated: u64,
    /// Partitions removed.
    pub partitions_deleted: u64,
}
