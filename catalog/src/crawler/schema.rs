//! What is known of the files of a folder: their format and their columns, and how two of these go together.

use std::collections::{BTreeMap, HashMap, HashSet};

use serde::{Deserialize, Serialize};

use super::classify::InferredType;
use crate::hive_type::HiveType;

/// How files are stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum FileFormat {
    /// Apache Parquet.
    Parquet,
    /// Apache ORC.
    Orc,
    /// Apache Avro, with the schema's JSON.
    Avro(Option<String>),
    /// JSON; the original spelling of the top-level keys, and a custom classifier's path.
    Json {
        /// The keys.
        paths: Vec<String>,
        /// The path.
        json_path: Option<String>,
        /// Whether a reader of lines finds the records.
        in_lines: bool,
    },
    /// Delimited text.
    Delimited {
        /// Between fields.
        delimiter: char,
        /// Around fields, where any is quoted.
        quote: Option<char>,
        /// Before a quote that is meant as itself, where that is not another quote.
        escape: Option<char>,
        /// Whether the first record names the columns.
        has_header: bool,
        /// The SerDe that a custom classifier asks for.
        serde: Option<String>,
    },
    /// Lines of a grok pattern.
    Grok {
        /// What it is classified as.
        classification: String,
        /// The pattern of a line.
        pattern: String,
        /// Further patterns.
        custom_patterns: String,
    },
    /// XML, with the element that is a row.
    Xml {
        /// What it is classified as.
        classification: String,
        /// The element.
        row_tag: Option<String>,
    },
    /// Amazon Ion.
    Ion,
    /// What no classifier knows.
    Unknown,
}

impl FileFormat {
    /// Glue's name of it.
    pub fn classification(&self) -> &str {
        match self {
            FileFormat::Parquet => "parquet",
            FileFormat::Orc => "orc",
            FileFormat::Avro(_) => "avro",
            FileFormat::Json { .. } => "json",
            FileFormat::Delimited { .. } => "csv",
            FileFormat::Grok { classification, .. } | FileFormat::Xml { classification, .. } => {
                classification
            }
            FileFormat::Ion => "ion",
            FileFormat::Unknown => "UNKNOWN",
        }
    }

    /// Whether one table can read both.
    pub fn goes_with(&self, other: &FileFormat) -> bool {
        match (self, other) {
            (
                FileFormat::Delimited {
                    delimiter: ours, ..
                },
                FileFormat::Delimited {
                    delimiter: theirs, ..
                },
            ) => ours == theirs,
            (
                FileFormat::Grok { pattern: ours, .. },
                FileFormat::Grok {
                    pattern: theirs, ..
                },
            ) => ours == theirs,
            (
                FileFormat::Json { in_lines: ours, .. },
                FileFormat::Json {
                    in_lines: theirs, ..
                },
            ) => ours == theirs,
            (ours, theirs) => std::mem::discriminant(ours) == std::mem::discriminant(theirs),
        }
    }

    /// Whether columns are told by their place, and not by their names.
    pub fn is_positional(&self) -> bool {
        matches!(self, FileFormat::Delimited { .. })
    }

    /// Whether the first record of a file names the columns.
    pub fn has_header(&self) -> bool {
        matches!(
            self,
            FileFormat::Delimited {
                has_header: true,
                ..
            }
        )
    }

    /// Whether files name their own columns, so that each partition may have its own.
    pub fn describes_itself(&self) -> bool {
        matches!(
            self,
            FileFormat::Parquet | FileFormat::Orc | FileFormat::Avro(_)
        )
    }

    /// Takes on what the other one tells besides.
    fn merge(&mut self, other: &FileFormat) {
        match (self, other) {
            (FileFormat::Json { paths, .. }, FileFormat::Json { paths: theirs, .. }) => {
                for path in theirs {
                    if !paths.contains(path) {
                        paths.push(path.clone());
                    }
                }
            }
            (
                FileFormat::Delimited {
                    quote,
                    escape,
                    has_header,
                    ..
                },
                FileFormat::Delimited {
                    quote: their_quote,
                    escape: their_escape,
                    has_header: their_header,
                    ..
                },
            ) => {
                *has_header |= their_header;
                *quote = quote.or(*their_quote);
                *escape = escape.or(*their_escape);
            }
            _ => {}
        }
    }
}

/// The type of a column, as its file tells it or as its values look.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum FoundType {
    /// The file says so.
    Declared(#[serde(with = "hive_text")] HiveType),
    /// The values look so.
    Inferred(InferredType),
}

mod hive_text {
    //! Hive types as their text.

    use serde::{Deserialize, Deserializer, Serializer};

    use crate::hive_type::HiveType;

    pub(super) fn serialize<S: Serializer>(
        value: &HiveType,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        serializer.collect_str(value)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<HiveType, D::Error> {
        let text = String::deserialize(deserializer)?;
        HiveType::parse(&text).map_err(serde::de::Error::custom)
    }
}

impl FoundType {
    /// The type as the catalog knows it.
    pub fn hive_type(&self) -> HiveType {
        match self {
            FoundType::Declared(hive_type) => hive_type.clone(),
            FoundType::Inferred(inferred) => {
                HiveType::parse(&inferred.hive_text()).unwrap_or(HiveType::String)
            }
        }
    }

    /// The type as the catalog writes it.
    pub fn hive_text(&self) -> String {
        self.hive_type().to_string()
    }

    /// The type that reads both, and whether that is text for want of a better one.
    fn merged(&self, other: &FoundType) -> (FoundType, bool) {
        match (self, other) {
            (FoundType::Inferred(a), FoundType::Inferred(b)) => {
                let (merged, conflict) = a.clone().merge(b.clone());
                (FoundType::Inferred(merged), conflict)
            }
            (a, b) => match a.hive_type().widened(&b.hive_type()) {
                Some(widened) => (FoundType::Declared(widened), false),
                None => (FoundType::Declared(HiveType::String), true),
            },
        }
    }

    fn widens_with(&self, other: &FoundType) -> bool {
        !self.merged(other).1
    }
}

/// Two types of one column that only text reads.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct TypeConflict {
    /// The column.
    pub column: String,
    /// One type.
    pub first: String,
    /// The other.
    pub second: String,
}

/// The format and columns of files.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileSchema {
    /// How they are stored.
    pub format: FileFormat,
    /// How they are compressed as a whole, in Glue's words: `none`, `gzip` …
    pub compression: String,
    /// Their columns.
    pub columns: Vec<(String, FoundType)>,
}

impl FileSchema {
    /// How alike the columns are: from 0, none in common, to 1, all.
    pub fn similarity(&self, other: &FileSchema) -> f64 {
        self.common_share(other, self.columns.len().max(other.columns.len()))
    }

    /// How much of the one with fewer columns the other has, from 0 to 1. Types do not matter.
    pub fn overlap(&self, other: &FileSchema) -> f64 {
        if self.format.is_positional() {
            return 1.0;
        }
        let theirs: HashSet<String> = other
            .columns
            .iter()
            .map(|(name, _)| name.to_lowercase())
            .collect();
        let common = self
            .columns
            .iter()
            .filter(|(name, _)| theirs.contains(&name.to_lowercase()))
            .count();
        match self.columns.len().min(other.columns.len()) {
            0 => 1.0,
            fewest => ratio(common, fewest),
        }
    }

    fn common_share(&self, other: &FileSchema, most: usize) -> f64 {
        if most == 0 {
            return 1.0;
        }
        if self.format.has_header() != other.format.has_header() {
            return ratio(self.columns.len().min(other.columns.len()), most);
        }
        let common = if self.format.is_positional() && other.format.is_positional() {
            self.columns
                .iter()
                .zip(&other.columns)
                .filter(|(a, b)| a.0 == b.0 && a.1.widens_with(&b.1))
                .count()
        } else {
            let theirs: HashMap<String, &FoundType> = other
                .columns
                .iter()
                .map(|(name, found)| (name.to_lowercase(), found))
                .collect();
            self.columns
                .iter()
                .filter(|(name, found)| {
                    theirs
                        .get(&name.to_lowercase())
                        .is_some_and(|their| found.widens_with(their))
                })
                .count()
        };
        ratio(common, most)
    }

    /// Takes on the columns of another one and returns what contradicted.
    pub fn merge(&mut self, other: &FileSchema) -> Vec<TypeConflict> {
        // A header that was not recognised as one has made every column text: only its number of columns counts.
        match (self.format.has_header(), other.format.has_header()) {
            (true, false) => {
                let more = other.columns.get(self.columns.len()..).unwrap_or_default();
                self.columns.extend_from_slice(more);
                self.format.merge(&other.format);
                return Vec::new();
            }
            (false, true) => {
                let more = self.columns.get(other.columns.len()..).unwrap_or_default();
                let columns = [other.columns.as_slice(), more].concat();
                self.columns = columns;
                self.format.merge(&other.format);
                return Vec::new();
            }
            _ => {}
        }
        self.format.merge(&other.format);
        let mut conflicts = Vec::new();
        let mut places: BTreeMap<String, usize> = BTreeMap::new();
        for (place, (name, _)) in self.columns.iter().enumerate() {
            places.insert(name.to_lowercase(), place);
        }
        let positional = self.format.is_positional();
        for (place, (name, theirs)) in other.columns.iter().enumerate() {
            let known = if positional {
                Some(place)
            } else {
                places.get(&name.to_lowercase()).copied()
            };
            match known.and_then(|place| self.columns.get_mut(place)) {
                Some((_, ours)) => {
                    let (merged, conflict) = ours.merged(theirs);
                    if conflict {
                        conflicts.push(TypeConflict {
                            column: name.to_lowercase(),
                            first: ours.hive_text(),
                            second: theirs.hive_text(),
                        });
                    }
                    *ours = merged;
                }
                None => self.columns.push((name.clone(), theirs.clone())),
            }
        }
        conflicts
    }
}

fn ratio(part: usize, whole: usize) -> f64 {
    let as_float = |count: usize| f64::from(u32::try_from(count).unwrap_or(u32::MAX));
    as_float(part) / as_float(whole)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parquet(columns: &[(&str, &str)]) -> FileSchema {
        FileSchema {
            format: FileFormat::Parquet,
            compression: "none".to_owned(),
            columns: columns
                .iter()
                .map(|(name, text)| {
                    (
                        (*name).to_owned(),
                        FoundType::Declared(HiveType::parse(text).unwrap()),
                    )
                })
                .collect(),
        }
    }

    #[test]
    fn columns_are_merged_by_name_and_widened() {
        let mut first = parquet(&[("a", "int"), ("B", "string")]);
        let second = parquet(&[("b", "string"), ("a", "bigint"), ("c", "date")]);
        assert!(first.similarity(&second) > 0.6);
        assert!(first.merge(&second).is_empty());
        let text: Vec<String> = first
            .columns
            .iter()
            .map(|(name, found)| format!("{name} {}", found.hive_text()))
            .collect();
        assert_eq!(text, ["a bigint", "B string", "c date"]);
        let conflicts = first.merge(&parquet(&[("a", "boolean")]));
        assert_eq!(conflicts[0].column, "a");
        assert_eq!(first.columns[0].1.hive_text(), "string");
    }

    #[test]
    fn schemas_survive_being_remembered() {
        let mut schema = parquet(&[("a", "struct<x:int,y:array<string>>")]);
        schema.columns.push((
            "j".to_owned(),
            FoundType::Inferred(InferredType::Struct(vec![(
                "K".to_owned(),
                InferredType::Null,
            )])),
        ));
        let text = serde_json::to_string(&schema).unwrap();
        assert_eq!(serde_json::from_str::<FileSchema>(&text).unwrap(), schema);
    }
}
