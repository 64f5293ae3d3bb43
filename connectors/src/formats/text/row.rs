//! What can be wrong with a row of text.

use crate::error::{ConnectorError, ErrorKind};

/// What is wrong with one row.
#[derive(Debug)]
pub(super) enum RowError {
    /// A field is no value of its column's type.
    BadValue {
        column: String,
        value: String,
        data_type: String,
    },
    /// The row itself cannot be read.
    Malformed(String),
}

/// Characters of a faulty value that an error shows.
const SHOWN_CHARACTERS_MAX: usize = 80;

/// The start of a faulty text, for an error.
pub(super) fn shown(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes)
        .chars()
        .take(SHOWN_CHARACTERS_MAX)
        .collect()
}

impl RowError {
    /// The error with the row's number in its object, from 1.
    pub(super) fn at_row(self, row: u64) -> ConnectorError {
        let message = match self {
            RowError::BadValue {
                column,
                value,
                data_type,
            } => format!(
                "row {row}: Error parsing field value '{value}' for column '{column}': it is not a value of type {data_type}; declare the column as string, or mend the file"
            ),
            RowError::Malformed(reason) => {
                format!("row {row}: Row is not a valid record: {reason}")
            }
        };
        ConnectorError::new(ErrorKind::BadData, message)
    }
}
