//! Rows of text, as the utility statements return them.

use std::sync::Arc;

use arrow::array::{ArrayRef, StringArray};
use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use arrow::record_batch::RecordBatch;

use crate::error::{QueryError, Result};
use crate::query::StartedStatement;

/// One column of text.
pub(super) fn one_column(name: &str, rows: Vec<String>) -> Result<StartedStatement> {
    let rows = rows.into_iter().map(|row| [row]).collect();
    columns([name], rows)
}

/// Several columns of text.
pub(super) fn columns<const N: usize>(
    names: [&str; N],
    rows: Vec<[String; N]>,
) -> Result<StartedStatement> {
    let mut arrays: Vec<ArrayRef> = Vec::with_capacity(N);
    for column in 0..N {
        let values = rows.iter().filter_map(|row| row.get(column));
        arrays.push(Arc::new(StringArray::from_iter_values(values)));
    }
    RecordBatch::try_new(schema(names), arrays)
        .map(StartedStatement::rows)
        .map_err(|error| QueryError::internal(error.to_string()))
}

/// Columns of text.
pub(super) fn schema<const N: usize>(names: [&str; N]) -> SchemaRef {
    let fields: Vec<Field> = names
        .iter()
        .map(|name| Field::new(*name, DataType::Utf8, false))
        .collect();
    Arc::new(Schema::new(fields))
}
