//! The record of a query in the catalog's history.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// Days that a record is kept; Athena's bound.
pub const HISTORY_DAYS: i64 = 45;
/// Records kept at most, so that a busy service's catalog stays small.
pub const HISTORY_RECORDS_MAX: i64 = 100_000;

/// One query, for the history.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct QueryRecord {
    /// The query's id.
    pub query_id: String,
    /// When it was submitted.
    pub submitted_at: DateTime<Utc>,
    /// Its state's name, such as `SUCCEEDED`.
    pub state: String,
    /// The statement's text.
    pub statement: String,
    /// The kind of statement, where it could be parsed.
    pub statement_type: Option<String>,
    /// Through which door it came.
    pub source: String,
    /// Who asked.
    pub principal: String,
    /// The workgroup it is accounted to.
    pub workgroup: String,
    /// The session's database.
    pub database: String,
    /// The query report.
    pub report: serde_json::Value,
}
