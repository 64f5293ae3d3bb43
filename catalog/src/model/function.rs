//! User-defined functions. Prismlake keeps them for others; it runs none.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// A function of a database.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct UserDefinedFunction {
    /// Its name.
    pub function_name: String,
    /// Its database's name.
    pub database_name: String,
    /// The class that implements it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub class_name: Option<String>,
    /// Who owns it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner_name: Option<String>,
    /// `USER`, `ROLE` or `GROUP`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner_type: Option<String>,
    /// `REGULAR_FUNCTION`, `AGGREGATE_FUNCTION` or `STORED_PROCEDURE`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub function_type: Option<String>,
    /// When it was made; set by the store.
    #[serde(
        default,
        with = "chrono::serde::ts_seconds_option",
        skip_serializing_if = "Option::is_none"
    )]
    pub create_time: Option<DateTime<Utc>>,
    /// Where its code lies.
    #[serde(default)]
    pub resource_uris: Vec<ResourceUri>,
}

/// Where code lies.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct ResourceUri {
    /// `JAR`, `FILE` or `ARCHIVE`.
    pub resource_type: String,
    /// Its address.
    pub uri: String,
}
