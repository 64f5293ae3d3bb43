//! The engine's errors as PostgreSQL's: its code as an SQLSTATE, and the place in the statement.

use pgwire::error::{ErrorInfo, PgWireError};
use prismlake_engine::{ErrorCategory, ErrorCode, Position, QueryError};

/// The SQLSTATE of a code.
fn sqlstate(code: ErrorCode) -> &'static str {
    match code {
        ErrorCode::SyntaxError => "42601",
        ErrorCode::NotSupported | ErrorCode::HiveUnsupportedFormat => "0A000",
        ErrorCode::TableNotFound => "42P01",
        ErrorCode::TableAlreadyExists => "42P07",
        ErrorCode::SchemaNotFound | ErrorCode::CatalogNotFound => "3F000",
        ErrorCode::SchemaAlreadyExists => "42P06",
        ErrorCode::SchemaNotEmpty => "2BP01",
        ErrorCode::ColumnNotFound => "42703",
        ErrorCode::FunctionNotFound => "42883",
        ErrorCode::TypeMismatch => "42804",
        ErrorCode::AmbiguousName => "42702",
        ErrorCode::DuplicateColumnName => "42701",
        ErrorCode::ExpressionNotAggregate => "42803",
        ErrorCode::DivisionByZero => "22012",
        ErrorCode::NumericValueOutOfRange => "22003",
        ErrorCode::InvalidCastArgument => "22P02",
        ErrorCode::InvalidFunctionArgument => "22023",
        ErrorCode::SubqueryMultipleRows => "21000",
        ErrorCode::PermissionDenied => "42501",
        ErrorCode::UserCanceled => "57014",
        ErrorCode::ExceededMemoryLimit => "53200",
        ErrorCode::ExceededLocalDisk => "53100",
        other => match other.category() {
            ErrorCategory::User => "42000",
            ErrorCategory::Resource => "53000",
            ErrorCategory::External => "58030",
            ErrorCategory::System => "XX000",
        },
    }
}

/// The error of a statement with this text.
pub(super) fn error_info(error: &QueryError, text: &str) -> ErrorInfo {
    let mut info = ErrorInfo::new(
        "ERROR".to_owned(),
        sqlstate(error.code).to_owned(),
        format!("{}: {}", error.code, error.message),
    );
    info.position = error
        .position
        .and_then(|position| character_place(text, position))
        .map(|place| place.to_string());
    info
}

/// PostgreSQL counts the characters of the whole text from 1.
fn character_place(text: &str, position: Position) -> Option<usize> {
    let lines_before = usize::try_from(position.line).ok()?.checked_sub(1)?;
    let before: usize = text
        .split_inclusive('\n')
        .take(lines_before)
        .map(|line| line.chars().count())
        .sum();
    Some(before + usize::try_from(position.column).ok()?)
}

/// The error as pgwire passes it on.
pub(super) fn wire_error(error: &QueryError, text: &str) -> PgWireError {
    PgWireError::UserError(Box::new(error_info(error, text)))
}
