//! Rows of text, as the utility statements return them.

use std::collections::HashMap;
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

/// Key of a schema's metadata: the names of the columns that each line of its one column holds, tabs between them both here
/// and there. Athena's doors tell clients these columns, and give them the lines whole.
pub const LINE_COLUMNS: &str = "prismlake.line_columns";

/// One column of lines in which Hive lays out several columns, with tabs between them.
pub(super) fn lines(names: &[&str], lines: Vec<String>) -> Result<StartedStatement> {
    let metadata = HashMap::from([(LINE_COLUMNS.to_owned(), names.join("\t"))]);
    let name = names.first().copied().unwrap_or_default();
    let field = Field::new(name, DataType::Utf8, false);
    let schema = Arc::new(Schema::new_with_metadata(vec![field], metadata));
    RecordBatch::try_new(schema, vec![Arc::new(StringArray::from_iter_values(lines))])
        .map(StartedStatement::rows)
        .map_err(|error| QueryError::internal(error.to_string()))
}

/// Hive's least width of a column of text.
const WIDTH: usize = 20;

/// The text, filled up with blanks to the width of Hive's columns.
pub(super) fn padded(text: &str) -> String {
    format!("{text:WIDTH$}")
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
