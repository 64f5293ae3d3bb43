//! `tdigest_agg` and `qdigest_agg`: digests from which quantiles are read.

use arrow::array::{ArrayRef, AsArray, Float64Array, Int64Array};
use arrow::datatypes::{DataType, Float32Type, Float64Type, Int64Type};
use datafusion::error::Result;

use super::sketches::{Sketch, merge_sketches, read_sketches, sketch_results, write_sketches};
use super::summary::{PerGroup, Summary};
use super::udaf::Aggregate;
use crate::definition::{AggregateFactory, Definition};
use crate::error::FunctionError;
use crate::signature::Bound;
use crate::sketch::{QuantileDigest, TDigest, double_to_sortable, real_to_sortable};
use crate::types::Type;

/// The error of ranks of a q-digest that is not told another.
const ACCURACY: f64 = 0.01;

pub(super) fn definitions() -> Vec<Definition> {
    let tdigest_agg: AggregateFactory = |bound| {
        Aggregate::new("tdigest_agg", bound, |bound| {
            let arguments = bound.arguments.len();
            Ok(Box::new(PerGroup::new(TDigests { arguments })))
        })
        .build()
    };
    let qdigest_agg: AggregateFactory = |bound| {
        Aggregate::new("qdigest_agg", bound, |bound| {
            Ok(Box::new(PerGroup::new(QuantileDigests::of(bound))))
        })
        .build()
    };
    let mut qdigests = Definition::new("qdigest_agg", "Quantile digest of all values");
    for signature in [
        "(bigint) -> qdigest(bigint)",
        "(real) -> qdigest(real)",
        "(double) -> qdigest(double)",
        "(bigint, bigint) -> qdigest(bigint)",
        "(real, bigint) -> qdigest(real)",
        "(double, bigint) -> qdigest(double)",
        "(bigint, bigint, double) -> qdigest(bigint)",
        "(real, bigint, double) -> qdigest(real)",
        "(double, bigint, double) -> qdigest(double)",
    ] {
        qdigests = qdigests.aggregate(signature, qdigest_agg);
    }
    vec![
        Definition::new("tdigest_agg", "T-digest of all values")
            .aggregate("(double) -> tdigest", tdigest_agg)
            .aggregate("(double, double) -> tdigest", tdigest_agg),
        qdigests,
    ]
}

/// A double as Java writes it, but for the form of exponents.
pub(super) fn java_double(value: f64) -> String {
    match value {
        f64::INFINITY => "Infinity".to_owned(),
        f64::NEG_INFINITY => "-Infinity".to_owned(),
        value => format!("{value:?}"),
    }
}

/// A value that a t-digest takes.
pub(super) fn checked_value(value: f64) -> Result<f64, FunctionError> {
    if value.is_finite() {
        return Ok(value);
    }
    let shown = java_double(value);
    Err(FunctionError::argument(format!(
        "value must be finite; was {shown}"
    )))
}

/// A weight that a t-digest takes.
pub(super) fn checked_weight(weight: f64) -> Result<f64, FunctionError> {
    let refused = |what: &str| {
        let shown = java_double(weight);
        Err(FunctionError::argument(format!(
            "weight must be {what}, was {shown}"
        )))
    };
    if !weight.is_finite() {
        return refused("finite");
    }
    if weight < 1.0 {
        return refused(">= 1");
    }
    Ok(weight)
}

#[derive(Debug)]
struct TDigests {
    arguments: usize,
}

impl Summary for TDigests {
    type State = Option<TDigest>;
    type Input = (Float64Array, Option<Float64Array>);

    const HEAP: bool = true;

    fn arguments(&self) -> usize {
        self.arguments
    }

    fn new_state(&self) -> Option<TDigest> {
        None
    }

    fn input(&self, arguments: &[ArrayRef]) -> Result<(Float64Array, Option<Float64Array>)> {
        let doubles = |column: &ArrayRef| column.as_primitive::<Float64Type>().clone();
        Ok((
            doubles(super::column(arguments, 0)?),
            arguments.get(1).map(doubles),
        ))
    }

    fn add(
        &self,
        state: &mut Option<TDigest>,
        (values, weights): &(Float64Array, Option<Float64Array>),
        row: usize,
    ) -> Result<()> {
        let value = checked_value(values.value(row))?;
        let weight = match weights {
            Some(weights) => checked_weight(weights.value(row))?,
            None => 1.0,
        };
        Ok(state.get_or_insert_default().add(value, weight)?)
    }

    fn merge(&self, state: &mut Option<TDigest>, other: Option<TDigest>) -> Result<()> {
        merge_sketches(state, other)
    }

    fn finish(&self, states: &mut [Option<TDigest>]) -> Result<ArrayRef> {
        sketch_results(states)
    }

    fn state_types(&self) -> Vec<DataType> {
        vec![DataType::Binary]
    }

    fn write(&self, states: &mut [Option<TDigest>]) -> Result<Vec<ArrayRef>> {
        write_sketches(states)
    }

    fn read(&self, states: &[ArrayRef]) -> Result<Vec<Option<Option<TDigest>>>> {
        read_sketches(states)
    }

    fn heap_size(&self, state: &Option<TDigest>) -> usize {
        state.as_ref().map_or(0, Sketch::heap_size)
    }
}

#[derive(Debug)]
struct QuantileDigests {
    takes: Type,
    arguments: usize,
}

impl QuantileDigests {
    fn of(bound: &Bound) -> QuantileDigests {
        QuantileDigests {
            takes: bound.arguments.first().cloned().unwrap_or(Type::Unknown),
            arguments: bound.arguments.len(),
        }
    }
}

/// Values as integers of the same order, their weights, and the accuracy of each row.
type QuantileInput = (Int64Array, Option<Int64Array>, Option<Float64Array>);

impl Summary for QuantileDigests {
    type State = Option<QuantileDigest>;
    type Input = QuantileInput;

    const HEAP: bool = true;

    fn arguments(&self) -> usize {
        self.arguments
    }

    fn new_state(&self) -> Option<QuantileDigest> {
        None
    }

    fn input(&self, arguments: &[ArrayRef]) -> Result<QuantileInput> {
        let column = super::column(arguments, 0)?;
        let values = match self.takes {
            Type::Double => column
                .as_primitive::<Float64Type>()
                .unary(double_to_sortable),
            Type::Real => column.as_primitive::<Float32Type>().unary(real_to_sortable),
            _ => column.as_primitive::<Int64Type>().clone(),
        };
        let weights = arguments
            .get(1)
            .map(|column| column.as_primitive::<Int64Type>().clone());
        let accuracies = arguments
            .get(2)
            .map(|column| column.as_primitive::<Float64Type>().clone());
        Ok((values, weights, accuracies))
    }

    fn add(
        &self,
        state: &mut Option<QuantileDigest>,
        (values, weights, accuracies): &QuantileInput,
        row: usize,
    ) -> Result<()> {
        let accuracy = accuracies.as_ref().map_or(ACCURACY, |of| of.value(row));
        if !(accuracy > 0.0 && accuracy < 1.0) {
            return Err(FunctionError::argument(format!(
                "Percentile accuracy must be exclusively between 0 and 1, was {}",
                java_double(accuracy)
            ))
            .into());
        }
        let weight = weights.as_ref().map_or(1, |of| of.value(row));
        if weight <= 0 {
            return Err(FunctionError::argument(format!(
                "Percentile weight must be > 0, was {weight}"
            ))
            .into());
        }
        let digest = state.get_or_insert_with(|| QuantileDigest::new(accuracy));
        // Weights beyond 2^53 are rounded, as Java rounds them.
        digest.add(values.value(row), weight as f64);
        Ok(())
    }

    fn merge(
        &self,
        state: &mut Option<QuantileDigest>,
        other: Option<QuantileDigest>,
    ) -> Result<()> {
        merge_sketches(state, other)
    }

    fn finish(&self, states: &mut [Option<QuantileDigest>]) -> Result<ArrayRef> {
        sketch_results(states)
    }

    fn state_types(&self) -> Vec<DataType> {
        vec![DataType::Binary]
    }

    fn write(&self, states: &mut [Option<QuantileDigest>]) -> Result<Vec<ArrayRef>> {
        write_sketches(states)
    }

    fn read(&self, states: &[ArrayRef]) -> Result<Vec<Option<Option<QuantileDigest>>>> {
        read_sketches(states)
    }

    fn heap_size(&self, state: &Option<QuantileDigest>) -> usize {
        state.as_ref().map_or(0, Sketch::heap_size)
    }
}

#[cfg(test)]
mod tests;
