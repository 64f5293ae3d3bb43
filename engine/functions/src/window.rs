//! Window functions: ranks, and values of other rows of the partition or of the frame.

use std::hash::{Hash, Hasher};
use std::ops::Range;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, Int64Array, new_null_array};
use arrow::compute::interleave;
use arrow::datatypes::{Field, FieldRef, Int64Type};
use datafusion::common::internal_err;
use datafusion::error::Result;
use datafusion::functions_window::cume_dist::cume_dist_udwf;
use datafusion::functions_window::rank::{dense_rank_udwf, percent_rank_udwf, rank_udwf};
use datafusion::functions_window::row_number::row_number_udwf;
use datafusion::logical_expr::function::{PartitionEvaluatorArgs, WindowUDFFieldArgs};
use datafusion::logical_expr::{
    LimitEffect, PartitionEvaluator, Signature, Volatility, WindowFunctionDefinition, WindowUDF,
    WindowUDFImpl,
};
use datafusion::physical_expr::PhysicalExpr;
use datafusion::scalar::ScalarValue;

use crate::definition::{Definition, WindowFactory};
use crate::error::FunctionError;
use crate::signature::Bound;

pub(crate) fn definitions() -> Vec<Definition> {
    let lag: WindowFactory = |bound| Ok(function("lag", bound, Kind::Lag));
    let lead: WindowFactory = |bound| Ok(function("lead", bound, Kind::Lead));
    vec![
        Definition::new("row_number", "Number of the row within its partition")
            .window("() -> bigint", |_| Ok(row_number_udwf().into())),
        Definition::new("rank", "Rank of the row, with gaps after peers")
            .window("() -> bigint", |_| Ok(rank_udwf().into())),
        Definition::new("dense_rank", "Rank of the row, without gaps")
            .window("() -> bigint", |_| Ok(dense_rank_udwf().into())),
        Definition::new("percent_rank", "Rank of the row as a share from 0 to 1")
            .window("() -> double", |_| Ok(percent_rank_udwf().into())),
        Definition::new("cume_dist", "Share of rows up to the row and its peers")
            .window("() -> double", |_| Ok(cume_dist_udwf().into())),
        Definition::new("ntile", "Number of the row's bucket, of so many")
            .window("(bigint) -> bigint", |bound| {
                Ok(function("ntile", bound, Kind::Ntile))
            }),
        Definition::new("first_value", "First value of the frame").window("(T) -> T", |bound| {
            Ok(function("first_value", bound, Kind::First))
        }),
        Definition::new("last_value", "Last value of the frame").window("(T) -> T", |bound| {
            Ok(function("last_value", bound, Kind::Last))
        }),
        Definition::new(
            "nth_value",
            "Value at that place of the frame, which counts from 1",
        )
        .window("(T, bigint) -> T", |bound| {
            Ok(function("nth_value", bound, Kind::Nth))
        }),
        Definition::new("lag", "Value of a row before this one")
            .window("(T) -> T", lag)
            .window("(T, bigint) -> T", lag)
            .window("(T, bigint, T) -> T", lag),
        Definition::new("lead", "Value of a row after this one")
            .window("(T) -> T", lead)
            .window("(T, bigint) -> T", lead)
            .window("(T, bigint, T) -> T", lead),
    ]
}

/// What a function gives for a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Kind {
    Ntile,
    First,
    Last,
    Nth,
    Lag,
    Lead,
}

impl Kind {
    /// Whether it looks at the frame, rather than the whole partition.
    fn uses_frame(self) -> bool {
        matches!(self, Kind::First | Kind::Last | Kind::Nth)
    }
}

/// A window function bound to the types of a call.
#[derive(Debug, Clone)]
struct BoundWindow {
    name: &'static str,
    kind: Kind,
    bound: Bound,
    signature: Signature,
}

impl PartialEq for BoundWindow {
    fn eq(&self, other: &Self) -> bool {
        (self.name, &self.bound) == (other.name, &other.bound)
    }
}

impl Eq for BoundWindow {}

impl Hash for BoundWindow {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (self.name, &self.bound).hash(state);
    }
}

fn function(name: &'static str, bound: &Bound, kind: Kind) -> WindowFunctionDefinition {
    WindowFunctionDefinition::WindowUDF(Arc::new(WindowUDF::from(BoundWindow {
        name,
        kind,
        bound: bound.clone(),
        signature: Signature::any(bound.arguments.len(), Volatility::Immutable),
    })))
}

impl WindowUDFImpl for BoundWindow {
    fn name(&self) -> &str {
        self.name
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn field(&self, arguments: WindowUDFFieldArgs<'_>) -> Result<FieldRef> {
        Ok(Arc::new(Field::new(
            arguments.name(),
            self.bound.returns.arrow(),
            true,
        )))
    }

    fn partition_evaluator(
        &self,
        arguments: PartitionEvaluatorArgs<'_>,
    ) -> Result<Box<dyn PartitionEvaluator>> {
        Ok(Box::new(Evaluator {
            kind: self.kind,
            bound: self.bound.clone(),
            ignore_nulls: arguments.ignore_nulls(),
            places: None,
            rows_done: 0,
        }))
    }

    fn limit_effect(&self, _arguments: &[Arc<dyn PhysicalExpr>]) -> LimitEffect {
        LimitEffect::Unknown
    }
}

/// Computes a function over the rows of one partition.
#[derive(Debug)]
struct Evaluator {
    kind: Kind,
    bound: Bound,
    ignore_nulls: bool,
    /// The places of the partition's values that are not NULL, once they are needed.
    places: Option<Vec<usize>>,
    /// How many rows' frames were looked at. Frames come in the order of their rows, without saying which row they are of.
    rows_done: usize,
}

impl PartitionEvaluator for Evaluator {
    fn uses_window_frame(&self) -> bool {
        self.kind.uses_frame()
    }

    fn evaluate_all(&mut self, values: &[ArrayRef], num_rows: usize) -> Result<ArrayRef> {
        match self.kind {
            Kind::Ntile => ntile(argument(values, 0)?, num_rows),
            _ => self.shifted(values),
        }
    }

    fn evaluate(&mut self, values: &[ArrayRef], range: &Range<usize>) -> Result<ScalarValue> {
        let row = self.rows_done;
        self.rows_done += 1;
        let column = argument(values, 0)?;
        let place = match self.kind {
            Kind::First => self.place_from(column, range, 0),
            Kind::Last => self.last_place(column, range),
            _ => match frame_offset(argument(values, 1)?, row, range)? {
                Some(offset) => self.place_from(column, range, offset),
                None => None,
            },
        };
        match place {
            Some(place) => ScalarValue::try_from_array(column, place),
            None => ScalarValue::try_from(self.bound.returns.arrow()),
        }
    }
}

impl Evaluator {
    /// The places of the values that are not NULL.
    fn places(&mut self, column: &ArrayRef) -> &[usize] {
        self.places
            .get_or_insert_with(|| match column.logical_nulls() {
                Some(nulls) => nulls.valid_indices().collect(),
                None => (0..column.len()).collect(),
            })
    }

    /// The place of the frame's value with so many before it.
    fn place_from(
        &mut self,
        column: &ArrayRef,
        range: &Range<usize>,
        before: usize,
    ) -> Option<usize> {
        let place = if self.ignore_nulls {
            let places = self.places(column);
            let first = places.partition_point(|place| *place < range.start);
            *places.get(first.checked_add(before)?)?
        } else {
            range.start.checked_add(before)?
        };
        (place < range.end).then_some(place)
    }

    fn last_place(&mut self, column: &ArrayRef, range: &Range<usize>) -> Option<usize> {
        let place = if self.ignore_nulls {
            let places = self.places(column);
            let after = places.partition_point(|place| *place < range.end);
            *places.get(after.checked_sub(1)?)?
        } else {
            range.end.checked_sub(1)?
        };
        (place >= range.start).then_some(place)
    }

    /// The values of the rows so many before or after each.
    fn shifted(&mut self, values: &[ArrayRef]) -> Result<ArrayRef> {
        let column = argument(values, 0)?;
        let null = new_null_array(column.data_type(), 1);
        let offsets = values
            .get(1)
            .map(|offsets| offsets.as_primitive::<Int64Type>());
        let defaults = values.get(2);
        let sources: Vec<&dyn Array> = match defaults {
            Some(defaults) => vec![column.as_ref(), null.as_ref(), defaults.as_ref()],
            None => vec![column.as_ref(), null.as_ref()],
        };
        let mut taken = Vec::with_capacity(column.len());
        for row in 0..column.len() {
            let offset = match offsets {
                Some(offsets) if offsets.is_null(row) => None,
                Some(offsets) => Some(offsets.value(row)),
                None => Some(1),
            };
            taken.push(match offset {
                None => (1, 0),
                Some(..=-1) => {
                    return Err(FunctionError::argument("Offset must be at least 0").into());
                }
                Some(offset) => match self.shifted_place(column, row, offset) {
                    Some(place) => (0, place),
                    None if defaults.is_some() => (2, row),
                    None => (1, 0),
                },
            });
        }
        Ok(interleave(&sources, &taken)?)
    }

    fn shifted_place(&mut self, column: &ArrayRef, row: usize, offset: i64) -> Option<usize> {
        // An offset that no partition is as long as leads outside of it.
        let offset = usize::try_from(offset).ok()?;
        if offset == 0 {
            return Some(row);
        }
        let back = matches!(self.kind, Kind::Lag);
        if self.ignore_nulls {
            let places = self.places(column);
            let wanted = if back {
                places
                    .partition_point(|place| *place < row)
                    .checked_sub(offset)
            } else {
                places
                    .partition_point(|place| *place <= row)
                    .checked_add(offset - 1)
            };
            return places.get(wanted?).copied();
        }
        let place = if back {
            row.checked_sub(offset)?
        } else {
            row.checked_add(offset)?
        };
        (place < column.len()).then_some(place)
    }
}

/// How many values of the frame come before the one at the place that the row asks for, if there is one to look for.
fn frame_offset(offsets: &ArrayRef, row: usize, range: &Range<usize>) -> Result<Option<usize>> {
    let offsets = offsets.as_primitive::<Int64Type>();
    if range.is_empty() || row >= offsets.len() || offsets.is_null(row) {
        return Ok(None);
    }
    match offsets.value(row) {
        ..=0 => Err(FunctionError::argument("Offset must be at least 1").into()),
        offset => Ok(usize::try_from(offset - 1).ok()),
    }
}

/// The number of each row's bucket. The first buckets get the rows that are over after all have as many.
fn ntile(buckets: &ArrayRef, rows: usize) -> Result<ArrayRef> {
    let wanted = buckets.as_primitive::<Int64Type>();
    let mut numbers = Vec::with_capacity(rows);
    for row in 0..rows {
        if wanted.is_null(row) {
            numbers.push(None);
            continue;
        }
        let buckets = match u64::try_from(wanted.value(row)) {
            Ok(buckets @ 1..) => usize::try_from(buckets).unwrap_or(usize::MAX),
            _ => return Err(FunctionError::argument("Buckets must be greater than 0").into()),
        };
        let (size, larger) = (rows / buckets, rows % buckets);
        let in_larger = larger * (size + 1);
        let before = if row < in_larger {
            row / (size + 1)
        } else {
            // With fewer rows than buckets every row is in a larger one.
            larger + (row - in_larger) / size.max(1)
        };
        numbers.push(i64::try_from(before + 1).ok());
    }
    Ok(Arc::new(Int64Array::from(numbers)))
}

fn argument(values: &[ArrayRef], place: usize) -> Result<&ArrayRef> {
    match values.get(place) {
        Some(values) => Ok(values),
        None => internal_err!("a window function is called without argument {place}"),
    }
}

#[cfg(test)]
mod tests;
