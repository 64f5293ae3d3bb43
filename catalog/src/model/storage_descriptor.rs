//! How and where the data of a table or partition is stored.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// A column.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Column {
    /// Its name, lower case.
    pub name: String,
    /// Its Hive type as text, such as `array<struct<a:int>>`.
    #[serde(rename = "Type", default, skip_serializing_if = "Option::is_none")]
    pub type_text: Option<String>,
    /// Its comment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
    /// Free properties.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub parameters: BTreeMap<String, String>,
}

impl Column {
    /// A column of that name and type.
    pub fn new(name: impl AsRef<str>, type_text: impl Into<String>) -> Self {
        Column {
            name: name.as_ref().to_lowercase(),
            type_text: Some(type_text.into()),
            comment: None,
            parameters: BTreeMap::new(),
        }
    }

    /// The type's text. Glue allows it to be absent, which Hive reads as a string.
    pub fn type_text(&self) -> &str {
        self.type_text.as_deref().unwrap_or("string")
    }
}

/// The class that reads and writes rows, and its settings.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct SerDeInfo {
    /// A name of no meaning.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The class's full name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub serialization_library: Option<String>,
    /// Its settings.
    #[serde(default)]
    pub parameters: BTreeMap<String, String>,
}

/// One column of a sort order.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct SortColumn {
    /// The column.
    pub column: String,
    /// 1 is ascending, 0 descending.
    pub sort_order: i32,
}

/// Values that are stored apart for being frequent.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct SkewedInfo {
    /// The columns.
    #[serde(default)]
    pub skewed_column_names: Vec<String>,
    /// The frequent values.
    #[serde(default)]
    pub skewed_column_values: Vec<String>,
    /// Where each lies.
    #[serde(default)]
    pub skewed_column_value_location_maps: BTreeMap<String, String>,
}

/// How and where data is stored.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct StorageDescriptor {
    /// The columns that the files hold, partition keys not among them.
    #[serde(default)]
    pub columns: Vec<Column>,
    /// The URI under which the files lie.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub location: Option<String>,
    /// Hadoop's class that splits and reads files.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub input_format: Option<String>,
    /// Hadoop's class that writes files.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub output_format: Option<String>,
    /// Whether the data is compressed.
    #[serde(default)]
    pub compressed: bool,
    /// How many buckets; 0 or -1 for none.
    #[serde(default)]
    pub number_of_buckets: i32,
    /// How rows are read and written.
    #[serde(default)]
    pub serde_info: SerDeInfo,
    /// The columns that choose the bucket.
    #[serde(default)]
    pub bucket_columns: Vec<String>,
    /// The order within a bucket.
    #[serde(default)]
    pub sort_columns: Vec<SortColumn>,
    /// Free properties.
    #[serde(default)]
    pub parameters: BTreeMap<String, String>,
    /// Values stored apart.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub skewed_info: Option<SkewedInfo>,
    /// Whether skewed values lie in folders of their own.
    #[serde(default)]
    pub stored_as_sub_directories: bool,
}
