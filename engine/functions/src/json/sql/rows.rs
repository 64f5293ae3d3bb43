//! Evaluates the path of a call in each of its rows. What is the same in every row is prepared once.

use arrow::array::{Array, StringViewArray};
use arrow::datatypes::DataType;
use datafusion::error::Result;

use super::encoding::decoded;
use super::input_error;
use super::passing::Passed;
use crate::call::Call;
use crate::error::FunctionError;
use crate::json::document::{Document, Node};
use crate::json::path::{Evaluation, Item, Path, check_variables, parse};

/// What the path gives in a row.
pub(super) enum Outcome<'a> {
    /// The input is NULL.
    Null,
    Items(Vec<Item<'a>>),
    /// An error for the ON ERROR clause.
    Failed(FunctionError),
}

/// Hands what the path gives in each row to `take`, in the order of the rows.
pub(super) fn each_row(
    call: &Call<'_>,
    mut take: impl FnMut(usize, Outcome<'_>) -> Result<()>,
) -> Result<()> {
    let inputs = inputs(call)?;
    let paths = call.strings(1)?;
    let passing = call.strings(2)?;
    let constant_path = call.constant(1).is_some();
    let constant_passing = call.constant(2).is_some();
    let mut path: Option<(&str, Path)> = None;
    let mut memory: Vec<Node> = Vec::new();
    let constant = if constant_passing {
        passing_document(&passing, 0)?
    } else {
        None
    };
    let shared = constant
        .as_ref()
        .map(Passed::read)
        .transpose()?
        .unwrap_or_default();
    for row in 0..call.rows {
        if inputs.is_null(row) || paths.is_null(row) {
            take(row, Outcome::Null)?;
            continue;
        }
        let text = paths.value(row);
        let known = path
            .take()
            .filter(|(known, _)| constant_path || *known == text);
        let (text, parsed) = match known {
            Some(known) => known,
            None => (text, parse(text).map_err(FunctionError::from)?),
        };
        let own = if constant_passing {
            None
        } else {
            passing_document(&passing, row)?
        };
        let own = own.as_ref().map(Passed::read).transpose()?;
        let passed = own.as_ref().unwrap_or(&shared);
        memory = row_outcome(inputs.value(row), &parsed, passed, memory, |outcome| {
            take(row, outcome)
        })?;
        path = Some((text, parsed));
    }
    Ok(())
}

/// Evaluates one row, and gives back the memory for the next.
fn row_outcome(
    input: &str,
    path: &Path,
    passed: &Passed<'_>,
    memory: Vec<Node>,
    take: impl FnOnce(Outcome<'_>) -> Result<()>,
) -> Result<Vec<Node>> {
    check_variables(path, || passed.variables.keys().map(String::as_str))
        .map_err(FunctionError::from)?;
    let document = match Document::read(input, memory) {
        Ok(Some(document)) => document,
        // Trino reads nothing as NULL.
        Ok(None) => {
            take(Outcome::Null)?;
            return Ok(Vec::new());
        }
        Err(_) => {
            take(Outcome::Failed(input_error()))?;
            return Ok(Vec::new());
        }
    };
    if passed.malformed {
        take(Outcome::Failed(input_error()))?;
    } else {
        let evaluation = Evaluation::new(path, Item::root(&document), &passed.variables);
        take(match evaluation.sequence() {
            Ok(items) => Outcome::Items(items),
            Err(error) => Outcome::Failed(error),
        })?;
    }
    Ok(document.into_memory())
}

/// The first argument as texts.
fn inputs(call: &Call<'_>) -> Result<StringViewArray> {
    if call.argument_type(0).arrow() == DataType::Binary {
        return decoded(&call.binaries(0)?, |_| Ok("UTF8"));
    }
    call.strings(0)
}

fn passing_document<'p>(passing: &'p StringViewArray, row: usize) -> Result<Option<Document<'p>>> {
    if row >= passing.len() || passing.is_null(row) {
        return Ok(None);
    }
    Ok(Document::read(passing.value(row), Vec::new()).map_err(|_| input_error())?)
}
