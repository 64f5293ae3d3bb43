//! The engine's one error type: a code that clients know, a message that says what to do, and the place in the statement.

mod code;
mod from_catalog;
mod from_datafusion;

use std::fmt;

pub use code::{ErrorCategory, ErrorCode};

/// A place in a statement's text, both counted from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Position {
    /// Line of the statement.
    pub line: u32,
    /// Character of the line.
    pub column: u32,
}

/// Why a statement failed. Its text form is `CODE: message`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QueryError {
    /// The code that clients match on.
    pub code: ErrorCode,
    /// What went wrong, where, and what to do.
    pub message: String,
    /// The place in the statement, where it is known.
    pub position: Option<Position>,
}

/// Result of an engine operation.
pub type Result<T, E = QueryError> = std::result::Result<T, E>;

impl QueryError {
    /// An error without a place in the statement.
    pub fn new(code: ErrorCode, message: impl Into<String>) -> Self {
        QueryError {
            code,
            message: message.into(),
            position: None,
        }
    }

    /// The same error at a place in the statement.
    pub fn at(mut self, position: Position) -> Self {
        self.position = Some(position);
        self
    }

    /// A defect of the engine: something that no input should have reached.
    pub fn internal(message: impl Into<String>) -> Self {
        QueryError::new(ErrorCode::GenericInternalError, message)
    }

    /// A statement or clause that is recognised and that the engine does not run.
    pub fn not_supported(message: impl Into<String>) -> Self {
        QueryError::new(ErrorCode::NotSupported, message)
    }
}

impl fmt::Display for QueryError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}: ", self.code)?;
        if let Some(position) = self.position {
            write!(formatter, "line {}:{}: ", position.line, position.column)?;
        }
        formatter.write_str(&self.message)
    }
}

impl std::error::Error for QueryError {}
