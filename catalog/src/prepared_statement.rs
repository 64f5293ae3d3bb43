//! A prepared statement: its text under a name, which is unique in its workgroup, as Athena has it.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// A statement that was prepared.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PreparedStatement {
    /// Its name, in lower case.
    pub name: String,
    /// The workgroup in which it can be used.
    pub workgroup: String,
    /// The statement's text, with `?` where its parameters stand.
    pub statement: String,
    /// What it is for.
    pub description: Option<String>,
    /// When it was prepared.
    pub modified_at: DateTime<Utc>,
}
