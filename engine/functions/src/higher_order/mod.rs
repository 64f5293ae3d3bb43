//! Functions over lambdas: what their kernels see of a call, and how plans run them.
//!
//! The analyzer writes calls and lambdas as DataFusion does, but DataFusion does not run them. It plans a lambda's variables as columns
//! that follow the columns of its input, and never renumbers them: once an expression is moved over an input of more columns (as
//! predicates are when they are pushed into a scan), a variable reads a column of that input, with an error or, if name and type agree,
//! with a wrong result. So [`CloseLambdas`] turns each call into an ordinary scalar function whose further arguments are what the lambdas
//! capture; to the optimizer there is nothing special in it.

mod close_lambdas;
mod closed_call;
mod function;
mod lambda;
#[cfg(test)]
mod plans;

use arrow::array::{Array, ArrayRef, ListArray, MapArray, UInt32Array, new_empty_array};
use arrow::compute::concat;
use datafusion::common::exec_err;
use datafusion::error::Result;

use crate::call::{Call, as_column};
use crate::nested::gather;
pub use close_lambdas::{CloseLambdas, close_lambdas};
pub(crate) use function::bound_higher_order;
use lambda::BoundLambda;

/// How many entries a lambda is evaluated for at once, as many as DataFusion puts into a batch.
const ENTRIES_AT_ONCE: usize = 8192;

/// How many elements of captured collections are repeated at once: a lambda over an array's elements that captures the array itself
/// would otherwise need memory of the square of its length.
const CAPTURED_ELEMENTS_AT_ONCE: usize = 1 << 22;

/// A call whose arguments include lambdas. Where a lambda stands, [`Call`] has a value without meaning that is not NULL.
pub struct HigherOrderCall<'a> {
    /// The arguments that are values.
    pub call: &'a Call<'a>,
    lambdas: &'a [Option<BoundLambda<'a>>],
}

impl HigherOrderCall<'_> {
    /// Evaluates the lambda at that argument, once for each entry of its parameters' columns.
    ///
    /// `rows` names for each entry the row of the call that it belongs to: columns of the query that the lambda captures have that row's
    /// value. All columns are as long as `rows`. The result is as long, stored as a column of the type that the lambda's body is bound to.
    pub fn evaluate(
        &self,
        place: usize,
        columns: &[ArrayRef],
        rows: &UInt32Array,
    ) -> Result<ArrayRef> {
        let Some(Some(lambda)) = self.lambdas.get(place) else {
            return exec_err!("argument {place} is no lambda");
        };
        let returns = self.call.argument_type(place);
        let columns = lambda.parameters_of(columns)?;
        let mut parts = Vec::new();
        let mut start = 0;
        while start < rows.len() {
            let length = entries_at_once(lambda.captures(), rows, start);
            let rows = rows.slice(start, length);
            let mut inputs = Vec::with_capacity(columns.len() + lambda.captures().len());
            for capture in lambda.captures() {
                inputs.push(gather(capture, &rows)?);
            }
            inputs.extend(columns.iter().map(|column| column.slice(start, length)));
            parts.push(as_column(lambda.evaluate(inputs, length)?, returns)?);
            start += length;
        }
        match parts.as_slice() {
            [] => Ok(new_empty_array(&returns.arrow())),
            [part] => Ok(part.clone()),
            parts => {
                let parts: Vec<&dyn Array> = parts.iter().map(AsRef::as_ref).collect();
                Ok(concat(&parts)?)
            }
        }
    }
}

/// How many entries from there on are evaluated together; at least one.
fn entries_at_once(captures: &[ArrayRef], rows: &UInt32Array, start: usize) -> usize {
    let entries = (rows.len() - start).min(ENTRIES_AT_ONCE);
    let mut allowed = entries;
    for capture in captures {
        let mut elements = 0_usize;
        for entry in 0..allowed {
            let row = rows.values().get(start + entry).copied().unwrap_or(0);
            elements = elements.saturating_add(elements_of(capture, row));
            if elements > CAPTURED_ELEMENTS_AT_ONCE {
                allowed = entry.max(1);
                break;
            }
        }
    }
    allowed
}

/// How many elements a collection in that row has.
fn elements_of(values: &ArrayRef, row: u32) -> usize {
    let offsets = match values.as_any().downcast_ref::<ListArray>() {
        Some(lists) => lists.offsets(),
        None => match values.as_any().downcast_ref::<MapArray>() {
            Some(maps) => maps.offsets(),
            None => return 0,
        },
    };
    let row = usize::try_from(row).unwrap_or(usize::MAX);
    match (offsets.get(row), offsets.get(row.saturating_add(1))) {
        (Some(start), Some(end)) => usize::try_from(end - start).unwrap_or(0),
        _ => 0,
    }
}
