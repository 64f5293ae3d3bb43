//! What the catalog knows of single files: how many rows they have and between which values their columns lie.
//!
//! An entry holds for one version of its file. Whoever uses it compares the version with that of a listing.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// The statistics of one version of one file.
#[derive(Debug, Clone, PartialEq)]
pub struct FileStatistics {
    /// The URI of the folder that it lies in, with a slash at the end.
    pub folder: String,
    /// Its name in the folder.
    pub name: String,
    /// What tells this version from others, such as size and ETag.
    pub version: String,
    /// Its rows.
    pub row_count: u64,
    /// What is known of its columns, by their names in lower case.
    pub columns: BTreeMap<String, ColumnBounds>,
}

/// Between which values a column lies. A bound holds for every value that is neither NULL nor NaN.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct ColumnBounds {
    /// No value is less.
    #[serde(rename = "l", default, skip_serializing_if = "Option::is_none")]
    pub lower: Option<BoundValue>,
    /// No value is greater.
    #[serde(rename = "u", default, skip_serializing_if = "Option::is_none")]
    pub upper: Option<BoundValue>,
    /// Rows that are NULL.
    #[serde(rename = "n", default, skip_serializing_if = "Option::is_none")]
    pub null_count: Option<u64>,
    /// About how many values there are.
    #[serde(rename = "d", default, skip_serializing_if = "Option::is_none")]
    pub distinct_count: Option<u64>,
}

/// A bound of a column.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum BoundValue {
    /// Of a boolean column.
    #[serde(rename = "b")]
    Boolean(bool),
    /// Of integers; of dates as days, of timestamps as microseconds since 1970-01-01.
    #[serde(rename = "i")]
    Integer(i64),
    /// Of decimals, as text.
    #[serde(rename = "d")]
    Decimal(String),
    /// Of floats and doubles.
    #[serde(rename = "f")]
    Double(f64),
    /// Of text.
    #[serde(rename = "t")]
    Text(String),
}
