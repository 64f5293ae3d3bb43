//! `ClassifierError`: why a custom classifier is none.

use thiserror::Error;

/// Why the definition of a custom classifier cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ClassifierError {
    /// The JSON path is not of the form that classifiers know.
    #[error(
        "the JSON path '{path}' cannot be used: {reason}; it is '$' and steps of the forms .name, .*, ['name'], [*], [0]"
    )]
    InvalidJsonPath {
        /// The path as it was given.
        path: String,
        /// What is wrong with it.
        reason: &'static str,
    },
    /// A grok pattern, or one of those that it is made of, cannot be compiled.
    #[error("the grok pattern '{pattern}' cannot be used: {reason}")]
    InvalidGrokPattern {
        /// The pattern as it was given.
        pattern: String,
        /// What is wrong with it.
        reason: String,
    },
    /// A line of the custom patterns is not a name, a blank and a pattern.
    #[error(
        "the custom patterns have the line '{line}'; each line is a name, a blank and a pattern"
    )]
    InvalidCustomPatterns {
        /// The line as it was given.
        line: String,
    },
    /// A data type that CSV classifiers do not know.
    #[error(
        "'{name}' is no data type of a CSV classifier; they are BINARY, BOOLEAN, DATE, DECIMAL, DOUBLE, FLOAT, INT, LONG, SHORT, STRING and TIMESTAMP"
    )]
    UnknownDatatype {
        /// The name as it was given.
        name: String,
    },
}
