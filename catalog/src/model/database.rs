//! A database, which Athena also calls a schema.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::DatabaseName;

/// A database.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Database {
    /// Its name.
    pub name: DatabaseName,
    /// Its comment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Where its tables lie unless they say otherwise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub location_uri: Option<String>,
    /// Free properties.
    #[serde(default)]
    pub parameters: BTreeMap<String, String>,
    /// When it was made; set by the store.
    #[serde(
        default,
        with = "chrono::serde::ts_seconds_option",
        skip_serializing_if = "Option::is_none"
    )]
    pub create_time: Option<DateTime<Utc>>,
}

impl Database {
    /// A database with a name and nothing else.
    pub fn new(name: DatabaseName) -> Self {
        Database {
            name,
            description: None,
            location_uri: None,
            parameters: BTreeMap::new(),
            create_time: None,
        }
    }
}
