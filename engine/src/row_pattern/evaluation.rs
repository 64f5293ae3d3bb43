//! Expressions over a match: what they read of it becomes the columns of evaluation rows, over which DataFusion computes the rest.

use std::sync::Arc;

use arrow::array::{ArrayRef, Int64Array, StringViewArray, UInt64Array, new_null_array};
use arrow::compute::take;
use arrow::datatypes::SchemaRef;
use arrow::record_batch::{RecordBatch, RecordBatchOptions};
use datafusion::error::{DataFusionError, Result};
use datafusion::logical_expr::Accumulator;
use datafusion::physical_expr::PhysicalExpr;
use datafusion::physical_expr::aggregate::AggregateFunctionExpr;

use super::navigation::{Navigation, Processing, VariableSet};
use super::row_lists::Place;

/// An expression over evaluation rows.
#[derive(Debug)]
pub(super) struct Computation {
    pub(super) expr: Arc<dyn PhysicalExpr>,
    /// The columns of evaluation rows, one for each source.
    pub(super) schema: SchemaRef,
    pub(super) sources: Vec<Source>,
}

/// Where a column of evaluation rows comes from.
#[derive(Debug)]
pub(super) enum Source {
    /// A column of the input, in the row that the navigation leads to.
    Column { index: usize, at: Navigation },
    /// The variable that the row is mapped to.
    Classifier { at: Navigation },
    /// The number of the match.
    MatchNumber,
    /// An aggregate of the match's rows.
    Aggregate(Arc<Aggregation>),
}

/// An aggregate function over rows of a match.
#[derive(Debug)]
pub(super) struct Aggregation {
    pub(super) function: Arc<AggregateFunctionExpr>,
    pub(super) variables: VariableSet,
    pub(super) processing: Processing,
    /// The columns that the function's arguments are computed from, in the aggregated rows themselves.
    pub(super) schema: SchemaRef,
    pub(super) sources: Vec<Source>,
}

/// Rows that are matched, and what is the same for all of them.
#[derive(Clone, Copy)]
pub(super) struct MatchedRows<'m> {
    pub(super) batch: &'m RecordBatch,
    pub(super) names: &'m VariableNames,
    pub(super) match_number: i64,
}

/// The names of variables, as text.
#[derive(Debug)]
pub(super) struct VariableNames {
    names: Vec<String>,
}

impl VariableNames {
    pub(super) fn new(names: Vec<String>) -> VariableNames {
        VariableNames { names }
    }

    /// The names of variables; NULL for none.
    pub(super) fn array(&self, variables: impl Iterator<Item = Option<usize>>) -> ArrayRef {
        Arc::new(
            variables
                .map(|variable| self.names.get(variable?).map(String::as_str))
                .collect::<StringViewArray>(),
        )
    }
}

impl Aggregation {
    /// Whether it matters to which variables the rows are mapped.
    pub(super) fn is_classified(&self) -> bool {
        self.sources
            .iter()
            .any(|source| matches!(source, Source::Classifier { .. }))
    }

    /// An accumulator without rows.
    pub(super) fn accumulator(&self) -> Result<Box<dyn Accumulator>> {
        self.function.create_accumulator()
    }

    /// Adds rows to an accumulator.
    pub(super) fn add(
        &self,
        accumulator: &mut dyn Accumulator,
        places: &[Place],
        rows: MatchedRows<'_>,
    ) -> Result<()> {
        if places.is_empty() {
            return Ok(());
        }
        let columns = self
            .sources
            .iter()
            .map(|source| match source {
                Source::Column { index, .. } => rows_of(rows.batch.column(*index), places),
                Source::Classifier { .. } => Ok(rows
                    .names
                    .array(places.iter().map(|place| Some(place.variable)))),
                Source::MatchNumber => Ok(Arc::new(Int64Array::from_value(
                    rows.match_number,
                    places.len(),
                )) as ArrayRef),
                Source::Aggregate(_) => Err(DataFusionError::Internal(
                    "an aggregate within an aggregate".to_owned(),
                )),
            })
            .collect::<Result<Vec<_>>>()?;
        let batch = evaluation_rows(&self.schema, columns, places.len())?;
        let arguments = self
            .function
            .expressions()
            .iter()
            .map(|expr| expr.evaluate(&batch)?.into_array(places.len()))
            .collect::<Result<Vec<_>>>()?;
        accumulator.update_batch(&arguments)
    }

    /// Two accumulators that hold what one did.
    pub(super) fn forked(
        &self,
        mut accumulator: Box<dyn Accumulator>,
    ) -> Result<(Box<dyn Accumulator>, Box<dyn Accumulator>)> {
        let state = accumulator
            .state()?
            .iter()
            .map(|value| value.to_array())
            .collect::<Result<Vec<_>>>()?;
        let mut copies = (self.accumulator()?, self.accumulator()?);
        copies.0.merge_batch(&state)?;
        copies.1.merge_batch(&state)?;
        Ok(copies)
    }
}

/// The values of a column at some rows.
fn rows_of(column: &ArrayRef, places: &[Place]) -> Result<ArrayRef> {
    // Rows that stand together are a slice.
    if let (Some(first), Some(last)) = (places.first(), places.last())
        && last.position.checked_sub(first.position) == Some(places.len() - 1)
    {
        return Ok(column.slice(first.position, places.len()));
    }
    let positions: UInt64Array = places
        .iter()
        .map(|place| u64::try_from(place.position).ok())
        .collect();
    Ok(take(column, &positions, None)?)
}

/// The value of a column at a row, or NULL.
pub(super) fn row_of(column: &ArrayRef, position: Option<usize>) -> ArrayRef {
    match position {
        Some(position) if position < column.len() => column.slice(position, 1),
        _ => new_null_array(column.data_type(), 1),
    }
}

/// A batch of evaluation rows.
pub(super) fn evaluation_rows(
    schema: &SchemaRef,
    columns: Vec<ArrayRef>,
    count: usize,
) -> Result<RecordBatch> {
    let options = RecordBatchOptions::new().with_row_count(Some(count));
    Ok(RecordBatch::try_new_with_options(
        Arc::clone(schema),
        columns,
        &options,
    )?)
}
