//! A partition: the values of a table's keys, and where the rows with these values lie.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::StorageDescriptor;

/// A partition.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Partition {
    /// One value for each partition key, not escaped; NULL is [`HIVE_DEFAULT_PARTITION`](crate::HIVE_DEFAULT_PARTITION).
    pub values: Vec<String>,
    /// How and where its data is stored.
    #[serde(default)]
    pub storage_descriptor: StorageDescriptor,
    /// Free properties.
    #[serde(default)]
    pub parameters: BTreeMap<String, String>,
    /// When it was made; set by the store.
    #[serde(
        default,
        rename = "CreationTime",
        with = "chrono::serde::ts_seconds_option",
        skip_serializing_if = "Option::is_none"
    )]
    pub creation_time: Option<DateTime<Utc>>,
}

impl Partition {
    /// A partition stored as its table is, at a place of its own.
    pub fn new(values: Vec<String>, table: &StorageDescriptor, location: String) -> Self {
        Partition {
            values,
            storage_descriptor: StorageDescriptor {
                location: Some(location),
                ..table.clone()
            },
            parameters: BTreeMap::new(),
            creation_time: None,
        }
    }
}
