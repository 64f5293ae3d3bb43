//! What DataFusion and the connectors raise, as the codes and messages that clients of Athena and Trino know.

use arrow::error::ArrowError;
use datafusion::common::SchemaError;
use datafusion::error::DataFusionError;
use prismlake_connectors::ConnectorError;
use prismlake_connectors::error::ErrorKind;
use prismlake_connectors::formats::failure_context::find_connector_error;
use prismlake_functions::{FunctionError, FunctionErrorCode};

use super::{ErrorCode, Position, QueryError};

impl From<ConnectorError> for QueryError {
    fn from(error: ConnectorError) -> Self {
        connector_failure(&error)
    }
}

impl From<DataFusionError> for QueryError {
    fn from(error: DataFusionError) -> Self {
        let mut converted = convert(&error);
        if converted.position.is_none() {
            converted.position = position_of(&error);
        }
        converted
    }
}

/// Carries a failure of the engine through DataFusion unchanged.
impl From<QueryError> for DataFusionError {
    fn from(error: QueryError) -> Self {
        DataFusionError::External(Box::new(error))
    }
}

fn function_failure(error: &FunctionError) -> QueryError {
    let code = match error.code {
        FunctionErrorCode::InvalidFunctionArgument => ErrorCode::InvalidFunctionArgument,
        FunctionErrorCode::InvalidCastArgument => ErrorCode::InvalidCastArgument,
        FunctionErrorCode::NumericValueOutOfRange => ErrorCode::NumericValueOutOfRange,
        FunctionErrorCode::DivisionByZero => ErrorCode::DivisionByZero,
        FunctionErrorCode::ExceededFunctionMemoryLimit => ErrorCode::ExceededFunctionMemoryLimit,
        FunctionErrorCode::NotSupported => ErrorCode::NotSupported,
        FunctionErrorCode::JsonInputConversionError => ErrorCode::JsonInputConversionError,
        FunctionErrorCode::JsonOutputConversionError => ErrorCode::JsonOutputConversionError,
        FunctionErrorCode::PathEvaluationError => ErrorCode::PathEvaluationError,
        FunctionErrorCode::JsonValueResultError => ErrorCode::JsonValueResultError,
        FunctionErrorCode::AmbiguousFunctionCall => ErrorCode::AmbiguousFunctionCall,
        FunctionErrorCode::FunctionNotFound => ErrorCode::FunctionNotFound,
        FunctionErrorCode::TypeMismatch => ErrorCode::TypeMismatch,
        FunctionErrorCode::InvalidPath => ErrorCode::InvalidPath,
        FunctionErrorCode::InvalidLiteral => ErrorCode::InvalidLiteral,
    };
    QueryError::new(code, error.message.clone())
}

fn connector_failure(error: &ConnectorError) -> QueryError {
    let code = match error.kind {
        ErrorKind::InvalidUri => ErrorCode::HiveInvalidMetadata,
        ErrorKind::InvalidSettings => ErrorCode::InvalidConfiguration,
        ErrorKind::NoSuchBucket | ErrorKind::StoreUnavailable => ErrorCode::HiveFilesystemError,
        ErrorKind::NoSuchObject | ErrorKind::ObjectChanged => ErrorCode::HiveCannotOpenSplit,
        ErrorKind::PermissionDenied => ErrorCode::PermissionDenied,
        ErrorKind::BadData | ErrorKind::TypeContradiction => ErrorCode::HiveBadData,
        ErrorKind::NotSupported => ErrorCode::NotSupported,
        ErrorKind::AlreadyExists => ErrorCode::HivePathAlreadyExists,
    };
    QueryError::new(code, error.to_string())
}

fn convert(error: &DataFusionError) -> QueryError {
    if let Some(known) = find_query_error(error) {
        return known.clone();
    }
    if let Some(known) = FunctionError::find(error) {
        return function_failure(known);
    }
    if let Some(known) = find_connector_error(error) {
        return connector_failure(known);
    }
    match error.find_root() {
        DataFusionError::SQL(parser, _) => {
            QueryError::new(ErrorCode::SyntaxError, parser.to_string())
        }
        DataFusionError::SchemaError(schema, _) => schema_failure(schema),
        DataFusionError::ResourcesExhausted(message) => {
            let code = if message.contains("disk") {
                ErrorCode::ExceededLocalDisk
            } else {
                ErrorCode::ExceededMemoryLimit
            };
            QueryError::new(
                code,
                format!(
                    "the query needs more than limits.memory_bytes or limits.spill_bytes allow; raise them or read less: {message}"
                ),
            )
        }
        DataFusionError::NotImplemented(message) => {
            QueryError::not_supported(not_implemented(message))
        }
        DataFusionError::Plan(message) => planning_failure(message),
        DataFusionError::ArrowError(arrow, _) => arrow_failure(arrow),
        DataFusionError::Execution(message) => execution_failure(message),
        DataFusionError::Internal(message) if message.contains("Uncomparable values") => {
            QueryError::not_supported(
                "a window's frame cannot be told where ORDER BY has nested values with NULLs within",
            )
        }
        DataFusionError::Internal(message) => QueryError::internal(first_line(message).to_owned()),
        root => QueryError::internal(root.to_string()),
    }
}

/// The engine's own error inside a chain of DataFusion's.
fn find_query_error(error: &DataFusionError) -> Option<&QueryError> {
    let mut current: &DataFusionError = error;
    loop {
        current = match current {
            DataFusionError::External(inner) => match inner.downcast_ref::<QueryError>() {
                Some(found) => return Some(found),
                None => inner.downcast_ref::<DataFusionError>()?,
            },
            DataFusionError::Context(_, inner) | DataFusionError::Diagnostic(_, inner) => inner,
            DataFusionError::Shared(inner) => inner,
            DataFusionError::Collection(errors) => errors.first()?,
            DataFusionError::ArrowError(inner, _) => match inner.as_ref() {
                ArrowError::ExternalError(inner) => match inner.downcast_ref::<QueryError>() {
                    Some(found) => return Some(found),
                    None => inner.downcast_ref::<DataFusionError>()?,
                },
                _ => return None,
            },
            _ => return None,
        };
    }
}

fn schema_failure(error: &SchemaError) -> QueryError {
    match error {
        SchemaError::FieldNotFound { field, .. } => QueryError::new(
            ErrorCode::ColumnNotFound,
            format!(
                "Column '{}' cannot be resolved",
                field.flat_name().replace('"', "")
            ),
        ),
        SchemaError::AmbiguousReference { field } => QueryError::new(
            ErrorCode::AmbiguousName,
            format!("Column '{}' is ambiguous", field.name),
        ),
        SchemaError::DuplicateUnqualifiedField { name } => QueryError::new(
            ErrorCode::DuplicateColumnName,
            format!("Column name '{name}' specified more than once"),
        ),
        SchemaError::DuplicateQualifiedField { name, .. } => QueryError::new(
            ErrorCode::DuplicateColumnName,
            format!("Column name '{name}' specified more than once"),
        ),
    }
}

/// A subquery that could not be joined is left to the physical planner, which shows its expression.
fn not_implemented(message: &str) -> &str {
    const CORRELATED: [&str; 2] = ["ScalarSubquery(", "OuterReferenceColumn("];
    const SUBQUERIES: [&str; 3] = ["Exists(", "InSubquery(", "SetComparison("];
    match message.strip_prefix("Physical plan does not support logical expression ") {
        Some(expression) if SUBQUERIES.iter().any(|of| expression.starts_with(of)) => {
            "a subquery of EXISTS, IN or a comparison with ANY, SOME or ALL cannot be joined where it stands"
        }
        Some(expression) if CORRELATED.iter().any(|of| expression.starts_with(of)) => {
            "Given correlated subquery is not supported"
        }
        _ => message,
    }
}

/// DataFusion tells kinds of planning errors apart by their text alone.
fn planning_failure(message: &str) -> QueryError {
    let message = first_line(message);
    let code = if message.contains("Invalid function") || message.contains("No function matches") {
        ErrorCode::FunctionNotFound
    } else if message.contains("must be an aggregate expression") || message.contains("GROUP BY") {
        ErrorCode::ExpressionNotAggregate
    } else if message.contains("coerce")
        || message.contains("type")
        || message.contains("Cannot cast")
    {
        ErrorCode::TypeMismatch
    } else if message.contains("duplicate") || message.contains("unique expression names") {
        ErrorCode::DuplicateColumnName
    } else {
        ErrorCode::SyntaxError
    };
    QueryError::new(code, message)
}

fn execution_failure(message: &str) -> QueryError {
    let code = if message.contains("more than one row") {
        ErrorCode::SubqueryMultipleRows
    } else if message.to_ascii_lowercase().contains("cast") {
        ErrorCode::InvalidCastArgument
    } else {
        ErrorCode::InvalidFunctionArgument
    };
    QueryError::new(code, message)
}

fn arrow_failure(error: &ArrowError) -> QueryError {
    match error {
        ArrowError::DivideByZero => QueryError::new(ErrorCode::DivisionByZero, "Division by zero"),
        ArrowError::ArithmeticOverflow(message) => {
            QueryError::new(ErrorCode::NumericValueOutOfRange, message)
        }
        ArrowError::CastError(message) | ArrowError::ParseError(message) => {
            QueryError::new(ErrorCode::InvalidCastArgument, message)
        }
        ArrowError::InvalidArgumentError(message) | ArrowError::ComputeError(message) => {
            QueryError::new(ErrorCode::InvalidFunctionArgument, message)
        }
        other => QueryError::internal(other.to_string()),
    }
}

/// Where in the statement DataFusion saw the fault.
fn position_of(error: &DataFusionError) -> Option<Position> {
    let start = error.diagnostic()?.span?.start;
    Some(Position {
        line: u32::try_from(start.line).ok().filter(|line| *line > 0)?,
        column: u32::try_from(start.column)
            .ok()
            .filter(|column| *column > 0)?,
    })
}

fn first_line(message: &str) -> &str {
    message.lines().next().unwrap_or(message)
}
