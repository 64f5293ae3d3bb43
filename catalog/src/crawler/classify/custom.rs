//! `CustomClassifier`: what a user says about files of their own.

use super::delimited::CsvOptions;
use super::grok::GrokPattern;
use super::json::JsonPath;

/// A classifier that comes before the built-in ones. What needs to be compiled is, so that it holds for many files.
#[derive(Debug, Clone)]
pub enum CustomClassifier {
    /// Lines that match a grok pattern.
    Grok {
        /// What the classifier is called.
        name: String,
        /// What files that match are classified as.
        classification: String,
        /// The pattern of a line.
        pattern: GrokPattern,
    },
    /// XML with row elements of a name.
    Xml {
        /// What the classifier is called.
        name: String,
        /// What files that match are classified as.
        classification: String,
        /// The name of the row elements; without one any XML matches.
        row_tag: Option<String>,
    },
    /// JSON with records at a path.
    Json {
        /// What the classifier is called.
        name: String,
        /// Where the records are.
        path: JsonPath,
    },
    /// Delimited text.
    Csv {
        /// What the classifier is called.
        name: String,
        /// How the files are written.
        options: CsvOptions,
    },
}

impl CustomClassifier {
    /// What the classifier is called.
    pub fn name(&self) -> &str {
        match self {
            CustomClassifier::Grok { name, .. }
            | CustomClassifier::Xml { name, .. }
            | CustomClassifier::Json { name, .. }
            | CustomClassifier::Csv { name, .. } => name,
        }
    }
}
