//! Failures of functions, with the code by which clients of Trino know them.

use datafusion::error::DataFusionError;

/// Trino's codes that functions raise.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs, reason = "each variant is named by its code")]
pub enum FunctionErrorCode {
    InvalidFunctionArgument,
    InvalidCastArgument,
    NumericValueOutOfRange,
    DivisionByZero,
    ExceededFunctionMemoryLimit,
    NotSupported,
    JsonInputConversionError,
    JsonOutputConversionError,
    PathEvaluationError,
    InvalidPath,
    JsonValueResultError,
    AmbiguousFunctionCall,
    FunctionNotFound,
    TypeMismatch,
    InvalidLiteral,
}

/// Why a function failed. `TRY` turns the first four codes into NULL.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct FunctionError {
    /// The code that clients match on.
    pub code: FunctionErrorCode,
    /// What is wrong with which value.
    pub message: String,
}

impl FunctionError {
    /// An error of that code.
    pub fn new(code: FunctionErrorCode, message: impl Into<String>) -> FunctionError {
        FunctionError {
            code,
            message: message.into(),
        }
    }

    /// An argument that the function does not take.
    pub fn argument(message: impl Into<String>) -> FunctionError {
        FunctionError::new(FunctionErrorCode::InvalidFunctionArgument, message)
    }

    /// A value that the target type of a cast cannot hold.
    pub fn cast(message: impl Into<String>) -> FunctionError {
        FunctionError::new(FunctionErrorCode::InvalidCastArgument, message)
    }

    /// A number beyond its type.
    pub fn out_of_range(message: impl Into<String>) -> FunctionError {
        FunctionError::new(FunctionErrorCode::NumericValueOutOfRange, message)
    }

    /// A division by zero.
    pub fn division_by_zero() -> FunctionError {
        FunctionError::new(FunctionErrorCode::DivisionByZero, "Division by zero")
    }

    /// This error inside one of DataFusion's, if it is there.
    pub fn find(error: &DataFusionError) -> Option<&FunctionError> {
        let mut current = error;
        loop {
            current = match current {
                DataFusionError::External(inner) => match inner.downcast_ref::<FunctionError>() {
                    Some(found) => return Some(found),
                    None => inner.downcast_ref::<DataFusionError>()?,
                },
                DataFusionError::Context(_, inner) | DataFusionError::Diagnostic(_, inner) => inner,
                DataFusionError::Shared(inner) => inner,
                DataFusionError::Collection(errors) => errors.first()?,
                DataFusionError::ArrowError(inner, _) => match inner.as_ref() {
                    arrow::error::ArrowError::ExternalError(inner) => {
                        match inner.downcast_ref::<FunctionError>() {
                            Some(found) => return Some(found),
                            None => inner.downcast_ref::<DataFusionError>()?,
                        }
                    }
                    _ => return None,
                },
                _ => return None,
            };
        }
    }
}

impl From<FunctionError> for DataFusionError {
    fn from(error: FunctionError) -> Self {
        DataFusionError::External(Box::new(error))
    }
}
