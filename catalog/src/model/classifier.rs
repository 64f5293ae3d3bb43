//! Custom classifiers: how a crawler is told of formats that it does not recognise by itself.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// A classifier of one of Glue's four kinds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Classifier {
    /// Lines that a pattern takes apart.
    GrokClassifier(GrokClassifier),
    /// Elements of XML.
    #[serde(rename = "XMLClassifier")]
    XmlClassifier(XmlClassifier),
    /// JSON with the records below a path.
    JsonClassifier(JsonClassifier),
    /// Delimited text.
    CsvClassifier(CsvClassifier),
}

impl Classifier {
    /// Its name.
    pub fn name(&self) -> &str {
        match self {
            Classifier::GrokClassifier(classifier) => &classifier.name,
            Classifier::XmlClassifier(classifier) => &classifier.name,
            Classifier::JsonClassifier(classifier) => &classifier.name,
            Classifier::CsvClassifier(classifier) => &classifier.name,
        }
    }
}

/// Times and version of a classifier; set by the store.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Revision {
    /// When it was made.
    #[serde(
        default,
        with = "chrono::serde::ts_seconds_option",
        skip_serializing_if = "Option::is_none"
    )]
    pub creation_time: Option<DateTime<Utc>>,
    /// When it was changed last.
    #[serde(
        default,
        with = "chrono::serde::ts_seconds_option",
        skip_serializing_if = "Option::is_none"
    )]
    pub last_updated: Option<DateTime<Utc>>,
    /// Counts the changes from 1.
    #[serde(default)]
    pub version: i64,
}

/// Lines that a grok pattern takes apart.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct GrokClassifier {
    /// Its name.
    pub name: String,
    /// What the tables it makes are classified as.
    pub classification: String,
    /// The pattern of a line.
    pub grok_pattern: String,
    /// Further patterns, a name and its pattern a line.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub custom_patterns: Option<String>,
    /// Times and version.
    #[serde(flatten)]
    pub revision: Revision,
}

/// Elements of XML.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct XmlClassifier {
    /// Its name.
    pub name: String,
    /// What the tables it makes are classified as.
    pub classification: String,
    /// The element that is a row.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub row_tag: Option<String>,
    /// Times and version.
    #[serde(flatten)]
    pub revision: Revision,
}

/// JSON with the records below a path.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct JsonClassifier {
    /// Its name.
    pub name: String,
    /// Where the records are, such as `$.records[*]`.
    pub json_path: String,
    /// Times and version.
    #[serde(flatten)]
    pub revision: Revision,
}

/// Whether delimited text has a header.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum ContainsHeader {
    /// To be found out.
    #[default]
    Unknown,
    /// The first row names the columns.
    Present,
    /// The first row is data.
    Absent,
}

/// Delimited text.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct CsvClassifier {
    /// Its name.
    pub name: String,
    /// The one character between fields.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delimiter: Option<String>,
    /// The one character around fields.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quote_symbol: Option<String>,
    /// Whether there is a header.
    #[serde(default)]
    pub contains_header: ContainsHeader,
    /// The columns' names.
    #[serde(default)]
    pub header: Vec<String>,
    /// Whether spaces around values belong to them.
    #[serde(default)]
    pub disable_value_trimming: bool,
    /// Whether a file may have one column.
    #[serde(default)]
    pub allow_single_column: bool,
    /// Whether `custom_datatypes` holds.
    #[serde(default)]
    pub custom_datatype_configured: bool,
    /// The columns' types, such as `LONG`.
    #[serde(default)]
    pub custom_datatypes: Vec<String>,
    /// `OpenCSVSerDe`, `LazySimpleSerDe` or `None`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub serde: Option<String>,
    /// Times and version.
    #[serde(flatten)]
    pub revision: Revision,
}
