//! Casts through DataFusion, as queries run them. Tables have a cast a line: `from -> to | values | results`, each split by `; `.

mod nested;
mod plans;
mod scalars;

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, RecordBatch, StringArray};
use arrow::compute::concat_batches;
use arrow::datatypes::{Field, Schema};
use datafusion::error::Result;
use datafusion::logical_expr::col;
use datafusion::prelude::SessionContext;

use super::{OnFailure, cast_function};
use crate::call::as_column;
use crate::error::FunctionError;
use crate::result_text::ResultText;
use crate::types::parse_type;

/// The results of a cast, joined by `; `, with `NULL` for NULL; or `ERROR: ` and its message.
async fn shown(values: &ArrayRef, from: &str, to: &str, on_failure: OnFailure) -> String {
    let (values, to) = match cast_column(values, from, to, on_failure).await {
        Ok(values) => (values, parse_type(to).unwrap()),
        Err(error) => {
            let error = FunctionError::find(&error).expect("an error of its own");
            return format!("ERROR: {error}");
        }
    };
    assert_eq!(*values.data_type(), to.arrow(), "how {to} is stored");
    let texts = ResultText::new(&values, &to).unwrap();
    (0..values.len())
        .map(|row| {
            let mut text = String::new();
            if texts.is_null(row) {
                text.push_str("NULL");
            } else {
                texts.write(row, &mut text).unwrap();
            }
            text
        })
        .collect::<Vec<_>>()
        .join("; ")
}

async fn cast_column(
    values: &ArrayRef,
    from: &str,
    to: &str,
    on_failure: OnFailure,
) -> Result<ArrayRef> {
    let from = parse_type(from).unwrap();
    let function = cast_function(&from, &parse_type(to).unwrap(), on_failure).expect("a cast");
    let values = as_column(Arc::clone(values), &from)?;
    let field = Field::new("c0", values.data_type().clone(), true);
    let batch = RecordBatch::try_new(Arc::new(Schema::new(vec![field])), vec![values])?;
    let batches = SessionContext::new()
        .read_batch(batch)?
        .select(vec![function.call(vec![col("c0")])])?
        .collect()
        .await?;
    Ok(Arc::clone(
        concat_batches(&batches[0].schema(), &batches)?.column(0),
    ))
}

/// Values of a type from their texts; `NULL` is NULL.
async fn values_of(data_type: &str, texts: &[&str]) -> ArrayRef {
    let texts: StringArray = texts
        .iter()
        .map(|text| (*text != "NULL").then_some(*text))
        .collect();
    let texts: ArrayRef = Arc::new(texts);
    if data_type == "varchar" {
        return texts;
    }
    cast_column(&texts, "varchar", data_type, OnFailure::Error)
        .await
        .unwrap()
}

/// Casts the values of each line of a table. Where CAST fails, TRY_CAST must give NULL.
async fn assert_casts(table: &str) {
    for line in table.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let [types, values, expected] = line.split(" | ").collect::<Vec<_>>()[..] else {
            panic!("no cast: {line}");
        };
        let (from, to) = types.split_once(" -> ").expect("two types");
        let values = values.split("; ").collect::<Vec<_>>();
        assert_cast(from, to, &values, expected).await;
    }
}

async fn assert_cast(from: &str, to: &str, texts: &[&str], expected: &str) {
    let values = values_of(from, texts).await;
    let found = shown(&values, from, to, OnFailure::Error).await;
    assert_eq!(found, expected, "CAST({texts:?} AS {to}) from {from}");
    if expected.starts_with("ERROR") {
        let found = shown(&values, from, to, OnFailure::Null).await;
        assert_eq!(found, "NULL", "TRY_CAST({texts:?} AS {to}) from {from}");
    }
}
