//! What a file is, and which columns it has, from a sample of its first bytes: the classifiers of a crawler.
//!
//! ```
//! use prismlake_catalog::crawler::classify::{ClassifyOptions, Sample, classify};
//!
//! let sample = Sample { bytes: b"{\"id\": 1, \"name\": \"ada\"}\n", is_whole: true };
//! let found = classify(sample, &[], &ClassifyOptions::default());
//! assert_eq!(found.classification, "json");
//! let columns: Vec<String> = found.columns.iter().map(|(name, of)| format!("{name} {}", of.hive_text())).collect();
//! assert_eq!(columns, ["id int", "name string"]);
//! ```

mod classification;
mod custom;
mod delimited;
mod error;
mod grok;
mod inferred_type;
mod ion;
mod json;
mod merge;
#[cfg(test)]
mod robustness_tests;
mod sample;
mod scalar_text;
mod xml;

pub use classification::{Classification, ClassifyOptions, Detail, UNKNOWN, classify};
pub use custom::CustomClassifier;
pub use delimited::{CsvDatatype, CsvOptions, DelimitedDetail, HeaderRule, IntegerWidth};
pub use error::ClassifierError;
pub use grok::GrokPattern;
pub use inferred_type::InferredType;
pub use json::{JsonLayout, JsonPath};
pub use sample::Sample;
