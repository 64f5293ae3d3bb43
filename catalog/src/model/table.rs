//! A table and its versions.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::{Column, StorageDescriptor, TableName};

/// What a table is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum TableType {
    /// Files that the table points to and does not own.
    ExternalTable,
    /// A view: a query under a name.
    VirtualView,
    /// Files that belong to the table, as Hive has it.
    ManagedTable,
    /// A table of Lake Formation's own kind, which is no more.
    Governed,
}

/// A table.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Table {
    /// Its database's name.
    pub database_name: String,
    /// Its own name.
    pub name: String,
    /// What it is.
    pub table_type: TableType,
    /// Its comment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Who owns it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
    /// When it was made; set by the store.
    #[serde(
        default,
        with = "chrono::serde::ts_seconds_option",
        skip_serializing_if = "Option::is_none"
    )]
    pub create_time: Option<DateTime<Utc>>,
    /// When it was changed last; set by the store.
    #[serde(
        default,
        with = "chrono::serde::ts_seconds_option",
        skip_serializing_if = "Option::is_none"
    )]
    pub update_time: Option<DateTime<Utc>>,
    /// When it was read last; for others to keep.
    #[serde(
        default,
        with = "chrono::serde::ts_seconds_option",
        skip_serializing_if = "Option::is_none"
    )]
    pub last_access_time: Option<DateTime<Utc>>,
    /// When its statistics were taken.
    #[serde(
        default,
        with = "chrono::serde::ts_seconds_option",
        skip_serializing_if = "Option::is_none"
    )]
    pub last_analyzed_time: Option<DateTime<Utc>>,
    /// Days that the data is kept; for others to act on.
    #[serde(default)]
    pub retention: i32,
    /// How and where the data is stored.
    #[serde(default)]
    pub storage_descriptor: StorageDescriptor,
    /// The keys of its partitions, in order.
    #[serde(default)]
    pub partition_keys: Vec<Column>,
    /// Free properties.
    #[serde(default)]
    pub parameters: BTreeMap<String, String>,
    /// A view's text as it was given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub view_original_text: Option<String>,
    /// A view's text with names resolved.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub view_expanded_text: Option<String>,
    /// Counts the changes from 0; set by the store.
    #[serde(default)]
    pub version_id: String,
}

impl Table {
    /// An external table without columns.
    pub fn external(name: &TableName) -> Self {
        Table {
            database_name: name.database.to_string(),
            name: name.table().to_owned(),
            table_type: TableType::ExternalTable,
            description: None,
            owner: None,
            create_time: None,
            update_time: None,
            last_access_time: None,
            last_analyzed_time: None,
            retention: 0,
            storage_descriptor: StorageDescriptor::default(),
            partition_keys: Vec::new(),
            parameters: BTreeMap::new(),
            view_original_text: None,
            view_expanded_text: None,
            version_id: String::new(),
        }
    }

    /// The table's full name.
    pub fn full_name(&self) -> crate::error::Result<TableName> {
        TableName::new(&self.database_name, &self.name)
    }
}

/// A table as it was at one version.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct TableVersion {
    /// The table.
    pub table: Table,
    /// The version.
    pub version_id: String,
}
