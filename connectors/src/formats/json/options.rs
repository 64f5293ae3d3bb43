//! `JsonOptions`: the properties of the two JSON SerDes.

use std::collections::BTreeMap;

use crate::formats::rows::scalar_text::timestamp_format::TimestampFormat;

/// Whose rules apply where the SerDes differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum JsonFlavour {
    /// `org.apache.hive.hcatalog.data.JsonSerDe`: of members with the same key the last counts.
    Hive,
    /// `org.openx.data.jsonserde.JsonSerDe`: an object with the same key twice is malformed.
    #[default]
    OpenX,
}

/// Options of a JSON SerDe. The property of each stands beside it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JsonOptions {
    /// Whose rules apply.
    pub flavour: JsonFlavour,
    /// Whether a malformed line is a row of NULLs and a value that its type cannot hold is NULL, rather than both an
    /// error: `ignore.malformed.json`.
    pub ignore_malformed: bool,
    /// Whether keys match columns whatever their case: `case.insensitive`.
    pub case_insensitive: bool,
    /// The key of a column that is not called like it: `mapping.<column>`.
    pub mappings: BTreeMap<String, String>,
    /// Whether a key's dots are read as underscores where it matches no column as it is: `dots.in.keys`.
    pub dots_in_keys: bool,
    /// Notations of timestamps tried before Hive's own, ISO 8601 and numbers: `timestamp.formats`.
    pub timestamp_formats: Vec<TimestampFormat>,
    /// Whether a file is one object whose key `Records` holds all rows, rather than a row a line: CloudTrailInputFormat.
    pub cloud_trail: bool,
}

impl Default for JsonOptions {
    fn default() -> Self {
        JsonOptions {
            flavour: JsonFlavour::default(),
            ignore_malformed: false,
            case_insensitive: true,
            mappings: BTreeMap::new(),
            dots_in_keys: false,
            timestamp_formats: Vec::new(),
            cloud_trail: false,
        }
    }
}
