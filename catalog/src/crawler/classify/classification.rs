//! `classify`: the classifiers in their order, and what the first that matches found.

use super::custom::CustomClassifier;
use super::delimited::{DelimitedDetail, IntegerWidth, classify_custom, classify_delimited};
use super::grok::{Comments, GrokPattern, built_in_logs, count_matching};
use super::inferred_type::InferredType;
use super::ion::is_ion;
use super::json::{JsonFindings, JsonLayout, JsonPath, classify_json};
use super::sample::{Sample, SampleText};
use super::xml::{XmlFindings, is_xml, read_rows};

/// The classification of a file that no classifier knows.
pub const UNKNOWN: &str = "UNKNOWN";

/// How files are classified.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ClassifyOptions {
    /// The type of integers in delimited files.
    pub integers: IntegerWidth,
}

/// What a file is.
#[derive(Debug, Clone, PartialEq)]
pub struct Classification {
    /// `json`, `csv`, `xml`, `ion`, the name of a log, what a custom classifier says, or [`UNKNOWN`].
    pub classification: String,
    /// 1.0 where a classifier matched, else 0.0.
    pub certainty: f64,
    /// The custom classifier that matched.
    pub classifier: Option<String>,
    /// What is to be known to read the file.
    pub detail: Detail,
    /// Names and types of the columns. Names are spelled as in the file, except that those of delimited files and logs
    /// are in lower case.
    pub columns: Vec<(String, InferredType)>,
    /// How many complete records the sample has, without a header.
    pub records: u64,
}

/// What is to be known to read a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Detail {
    /// JSON.
    Json {
        /// How the records follow each other.
        layout: JsonLayout,
        /// The path of the custom classifier that matched.
        path: Option<JsonPath>,
    },
    /// Delimited text.
    Delimited(DelimitedDetail),
    /// Lines of a grok pattern.
    Grok {
        /// The pattern of a line.
        pattern: String,
        /// The patterns that it needs besides the well-known ones, a name and a pattern a line.
        custom_patterns: String,
    },
    /// XML.
    Xml {
        /// The name of the row elements, where a custom classifier says it.
        row_tag: Option<String>,
    },
    /// Amazon Ion.
    Ion,
    /// Nothing is known.
    Unknown,
}

/// Classifies a file by its sample: by the `custom` classifiers in their order, then by the built-in ones in Glue's.
///
/// Each classifier is certain or not at all, so the first that matches counts. Avro, ORC and Parquet are not for this
/// function; to it, what is no text but Ion is [`UNKNOWN`].
pub fn classify(
    sample: Sample<'_>,
    custom: &[CustomClassifier],
    options: &ClassifyOptions,
) -> Classification {
    let Some(text) = sample.text() else {
        return if is_ion(sample) { ion() } else { unknown() };
    };
    custom
        .iter()
        .find_map(|classifier| {
            let found = try_custom(text, classifier, options)?;
            Some(Classification {
                classifier: Some(classifier.name().to_owned()),
                ..found
            })
        })
        .or_else(|| classify_json(text, None).map(|findings| json(findings, None)))
        .or_else(|| {
            is_xml(text).then(|| certain("xml", Detail::Xml { row_tag: None }, Vec::new(), 0))
        })
        .or_else(|| is_ion(sample).then(ion))
        .or_else(|| try_logs(text))
        .or_else(|| {
            let found = classify_delimited(text, options.integers)?;
            Some(certain(
                "csv",
                Detail::Delimited(found.detail),
                found.columns,
                found.records,
            ))
        })
        .unwrap_or_else(unknown)
}

fn try_custom(
    text: SampleText<'_>,
    classifier: &CustomClassifier,
    options: &ClassifyOptions,
) -> Option<Classification> {
    match classifier {
        CustomClassifier::Grok {
            classification,
            pattern,
            ..
        } => {
            let lines = count_matching(text, pattern, Comments::AreLines)?;
            Some(grok(classification, pattern, lines))
        }
        CustomClassifier::Xml {
            classification,
            row_tag,
            ..
        } => {
            let findings = match row_tag {
                Some(row_tag) => read_rows(text, row_tag)?,
                None if is_xml(text) => XmlFindings {
                    columns: Vec::new(),
                    records: 0,
                },
                None => return None,
            };
            let detail = Detail::Xml {
                row_tag: row_tag.clone(),
            };
            Some(certain(
                classification,
                detail,
                findings.columns,
                findings.records,
            ))
        }
        CustomClassifier::Json { path, .. } => {
            let findings = classify_json(text, Some(path))?;
            Some(json(findings, Some(path.clone())))
        }
        CustomClassifier::Csv { options: csv, .. } => {
            let found = classify_custom(text, csv, options.integers)?;
            Some(certain(
                "csv",
                Detail::Delimited(found.detail),
                found.columns,
                found.records,
            ))
        }
    }
}

fn try_logs(text: SampleText<'_>) -> Option<Classification> {
    built_in_logs().iter().find_map(|log| {
        let lines = count_matching(text, &log.pattern, log.comments)?;
        Some(grok(log.classification, &log.pattern, lines))
    })
}

fn json(findings: JsonFindings, path: Option<JsonPath>) -> Classification {
    let layout = findings.layout;
    certain(
        "json",
        Detail::Json { layout, path },
        findings.columns,
        findings.records,
    )
}

fn grok(classification: &str, pattern: &GrokPattern, lines: u64) -> Classification {
    let detail = Detail::Grok {
        pattern: pattern.pattern().to_owned(),
        custom_patterns: pattern.custom_patterns().to_owned(),
    };
    certain(classification, detail, pattern.columns().to_vec(), lines)
}

fn ion() -> Classification {
    certain("ion", Detail::Ion, Vec::new(), 0)
}

fn unknown() -> Classification {
    Classification {
        certainty: 0.0,
        ..certain(UNKNOWN, Detail::Unknown, Vec::new(), 0)
    }
}

fn certain(
    classification: &str,
    detail: Detail,
    columns: Vec<(String, InferredType)>,
    records: u64,
) -> Classification {
    Classification {
        classification: classification.to_owned(),
        certainty: 1.0,
        classifier: None,
        detail,
        columns,
        records,
    }
}

#[cfg(test)]
#[path = "classification_tests.rs"]
mod tests;
