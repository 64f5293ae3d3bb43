//! The JSON path language of SQL:2016, as Trino has it: `lax $.items[*]?(@.price > 10).name`.
//!
//! `token` and `parse` read a path into the tree of `syntax`; `evaluate` gives the sequence of items it means for an input, with
//! `accessor`, `method`, `predicate`, `arithmetic` and `compare` for its parts. An `item` is a value of a JSON text, or an SQL value.

mod accessor;
mod arithmetic;
mod compare;
mod evaluate;
mod item;
mod method;
mod parse;
mod predicate;
mod regex;
mod syntax;
#[cfg(test)]
mod tests;
mod token;
mod value;

use crate::error::{FunctionError, FunctionErrorCode};

pub(super) use evaluate::{Evaluation, Variables};
pub(super) use item::{Item, Source, Unwritable};
pub(super) use parse::parse;
pub(super) use syntax::Path;
pub(super) use value::Value;

/// Why a path cannot be evaluated.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct PathError {
    /// What is wrong, in the words of Trino's parser and analyzer where clients match on them.
    pub message: String,
    /// What kind of problem it is.
    pub kind: PathErrorKind,
    /// The line in the path where it is, from one.
    pub line: usize,
    /// The character in the line where it is, from zero.
    pub column: usize,
}

/// Kinds of problems with paths.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PathErrorKind {
    /// The text is no path.
    Syntax,
    /// The path has a variable that is not passed.
    MissingVariable,
    /// Trino does not evaluate such paths.
    NotSupported,
}

impl From<PathError> for FunctionError {
    fn from(error: PathError) -> FunctionError {
        let code = match error.kind {
            PathErrorKind::Syntax | PathErrorKind::MissingVariable => {
                FunctionErrorCode::InvalidPath
            }
            PathErrorKind::NotSupported => FunctionErrorCode::NotSupported,
        };
        FunctionError::new(code, error.message)
    }
}

/// Checks a path and that all its variables are passed, before a query runs. Names are compared with their case, as the standard has it.
pub(crate) fn check_path(path: &str, passed: &[&str]) -> Result<(), PathError> {
    let parsed = parse(path)?;
    check_variables(&parsed, || passed.iter().copied())
}

/// Checks that all variables of a path are passed.
pub(super) fn check_variables<'a, I: Iterator<Item = &'a str>>(
    path: &Path,
    passed: impl Fn() -> I,
) -> Result<(), PathError> {
    for variable in &path.variables {
        if passed().any(|name| name == variable.as_ref()) {
            continue;
        }
        let mut message = format!("no value passed for parameter {variable}");
        if passed().any(|name| name.eq_ignore_ascii_case(variable)) {
            message.push_str(&format!(
                ". Try quoting \"{variable}\" in the PASSING clause to match case"
            ));
        }
        return Err(PathError {
            message,
            kind: PathErrorKind::MissingVariable,
            line: 1,
            column: 0,
        });
    }
    Ok(())
}

/// An error of evaluation, which the ON ERROR clause handles.
fn evaluation_error(message: impl std::fmt::Display) -> FunctionError {
    FunctionError::new(
        FunctionErrorCode::PathEvaluationError,
        format!("path evaluation failed: {message}"),
    )
}

/// An item of another type than an operation takes.
fn item_type_error(expected: &str, actual: impl std::fmt::Display) -> FunctionError {
    evaluation_error(format!(
        "invalid item type. Expected: {expected}, actual: {actual}"
    ))
}

/// What an accessor looks for is not there, which is an error in strict mode.
fn structural_error(message: impl std::fmt::Display) -> FunctionError {
    evaluation_error(format!("structural error: {message}"))
}
