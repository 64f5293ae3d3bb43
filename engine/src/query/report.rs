//! The query report: what a statement did, what it read and what that costs.

use serde::{Serialize, Serializer};

use crate::error::QueryError;
use crate::query::QueryId;

/// Where a query is in its life.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum QueryState {
    /// Submitted, not started.
    Queued,
    /// Planning or returning rows.
    Running,
    /// Every row was returned, every write is committed.
    Succeeded,
    /// Ended by an error.
    Failed,
    /// Ended by its client.
    Cancelled,
}

impl QueryState {
    /// The state's name as the report prints it.
    pub fn name(self) -> &'static str {
        match self {
            QueryState::Queued => "QUEUED",
            QueryState::Running => "RUNNING",
            QueryState::Succeeded => "SUCCEEDED",
            QueryState::Failed => "FAILED",
            QueryState::Cancelled => "CANCELLED",
        }
    }
}

/// How Athena classes a statement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StatementClass {
    /// Changes metadata; free of charge.
    Ddl,
    /// Reads or writes data.
    Dml,
    /// Describes metadata; free of charge.
    Utility,
}

/// Requests that reached the object stores, by kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "UPPERCASE")]
pub struct RequestCounts {
    /// Reads of objects or of ranges of them.
    pub get: u64,
    /// Pages of listings.
    pub list: u64,
    /// Look-ups of one object's attributes.
    pub head: u64,
    /// Uploads, including each part and step of a multipart upload.
    pub put: u64,
    /// Removals.
    pub delete: u64,
}

/// The error of a failed statement as the report prints it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ReportError {
    /// Trino's or Athena's code.
    pub code: &'static str,
    /// What went wrong and what to do.
    pub message: String,
    /// Line in the statement, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<u32>,
    /// Character in that line, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub column: Option<u32>,
}

impl From<&QueryError> for ReportError {
    fn from(error: &QueryError) -> Self {
        ReportError {
            code: error.code.name(),
            message: error.message.clone(),
            line: error.position.map(|position| position.line),
            column: error.position.map(|position| position.column),
        }
    }
}

/// What one statement did. A number that is not known is `None`, and absent from the JSON form; it is never 0 instead.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct QueryReport {
    /// The query's id.
    #[serde(serialize_with = "as_text")]
    pub query_id: QueryId,
    /// The kind of statement, such as `SELECT`; absent when the text could not be parsed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub statement_type: Option<&'static str>,
    /// How Athena classes it.
    #[serde(skip)]
    pub statement_class: Option<StatementClass>,
    /// Where the query is in its life.
    pub state: QueryState,
    /// Rows returned, or rows written by CTAS and INSERT.
    pub rows: u64,
    /// Milliseconds from submission to start.
    pub queue_ms: u64,
    /// Milliseconds of parsing, planning, pruning and listing.
    pub planning_ms: u64,
    /// Milliseconds from the end of planning to the end.
    pub execution_ms: u64,
    /// Stored bytes of data objects that the query had to read, whether a cache served them or not.
    pub data_scanned_bytes: u64,
    /// Stored bytes of all data objects in the partitions that were not pruned.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub data_total_bytes: Option<u64>,
    /// Bytes of object data that crossed from the stores.
    pub bytes_fetched: u64,
    /// Requests that reached the stores.
    pub requests: RequestCounts,
    /// Partitions of the tables read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub partitions_total: Option<u64>,
    /// Partitions that pruning kept.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub partitions_scanned: Option<u64>,
    /// Data files in the partitions kept.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub files_total: Option<u64>,
    /// Data files opened.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub files_scanned: Option<u64>,
    /// Row groups (stripes) of the Parquet and ORC files opened.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub row_groups_total: Option<u64>,
    /// Row groups (stripes) of which data was read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub row_groups_scanned: Option<u64>,
    /// Rows that the scans produced.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rows_scanned: Option<u64>,
    /// Price of the data scanned, in US dollars.
    pub cost_usd: f64,
    /// Bytes written to local disk for want of memory.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub spilled_bytes: Option<u64>,
    /// The most memory that operators had reserved at once.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub peak_memory_bytes: Option<u64>,
    /// True when nothing ran and the numbers are what would be scanned.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub dry_run: bool,
    /// Why it failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<ReportError>,
}

impl QueryReport {
    /// The report of a query that has not started.
    pub fn queued(query_id: QueryId) -> Self {
        QueryReport {
            query_id,
            statement_type: None,
            statement_class: None,
            state: QueryState::Queued,
            rows: 0,
            queue_ms: 0,
            planning_ms: 0,
            execution_ms: 0,
            data_scanned_bytes: 0,
            data_total_bytes: None,
            bytes_fetched: 0,
            requests: RequestCounts::default(),
            partitions_total: None,
            partitions_scanned: None,
            files_total: None,
            files_scanned: None,
            row_groups_total: None,
            row_groups_scanned: None,
            rows_scanned: None,
            cost_usd: 0.0,
            spilled_bytes: None,
            peak_memory_bytes: None,
            dry_run: false,
            error: None,
        }
    }
}

fn as_text<S: Serializer>(id: &QueryId, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(id)
}
