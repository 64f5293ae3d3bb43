//! `approx_percentile` of integers, reals and doubles, with weights or without, at one percentage or at several.

use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, AsArray, BinaryArray, Float32Array, Float64Array, Int64Array, ListArray,
};
use arrow::datatypes::{DataType, Float64Type, Int64Type};
use datafusion::error::Result;

use super::digests::{checked_value, checked_weight};
use super::moments::doubles;
use super::row_buffer::{binary_column, lists, state_element};
use super::summary::{PerGroup, Summary};
use super::udaf::Aggregate;
use crate::definition::{AggregateFactory, Definition};
use crate::error::FunctionError;
use crate::signature::Bound;
use crate::sketch::{TDigest, round_half_up};
use crate::types::Type;

pub(super) fn definitions() -> Vec<Definition> {
    let factory: AggregateFactory = |bound| {
        Aggregate::new("approx_percentile", bound, |bound| {
            Ok(Box::new(PerGroup::new(Percentiles::of(bound))))
        })
        .build()
    };
    let mut definition = Definition::new(
        "approx_percentile",
        "Values at percentages of all values, about",
    );
    for signature in [
        "(bigint, double) -> bigint",
        "(real, double) -> real",
        "(double, double) -> double",
        "(bigint, array(double)) -> array(bigint)",
        "(real, array(double)) -> array(real)",
        "(double, array(double)) -> array(double)",
        "(bigint, double, double) -> bigint",
        "(real, double, double) -> real",
        "(double, double, double) -> double",
        "(bigint, double, array(double)) -> array(bigint)",
        "(real, double, array(double)) -> array(real)",
        "(double, double, array(double)) -> array(double)",
    ] {
        definition = definition.aggregate(signature, factory);
    }
    vec![definition]
}

#[derive(Debug)]
struct Percentiles {
    arguments: usize,
    /// The type of one value.
    takes: Type,
    /// Whether there are several percentages.
    several: bool,
}

#[derive(Debug, Default)]
struct Digest {
    values: TDigest,
    /// Where it is read; none before the first row.
    percentages: Option<Vec<f64>>,
}

struct Columns {
    values: Float64Array,
    /// The integers that the doubles must stand for exactly.
    integers: Option<Int64Array>,
    weights: Option<Float64Array>,
    percentages: Percentages,
}

enum Percentages {
    One(Float64Array),
    Several(ListArray),
}

fn checked_percentage(percentage: f64) -> Result<f64, FunctionError> {
    if (0.0..=1.0).contains(&percentage) {
        return Ok(percentage);
    }
    Err(FunctionError::argument(
        "Percentile must be between 0 and 1",
    ))
}

impl Percentiles {
    fn of(bound: &Bound) -> Percentiles {
        Percentiles {
            arguments: bound.arguments.len(),
            takes: bound.arguments.first().cloned().unwrap_or(Type::Unknown),
            several: matches!(bound.returns, Type::Array(_)),
        }
    }

    fn column(&self, values: Vec<Option<f64>>) -> ArrayRef {
        match self.takes {
            Type::Bigint => Arc::new(
                values
                    .into_iter()
                    .map(|of| of.map(round_half_up))
                    .collect::<Int64Array>(),
            ),
            // A real is the double's nearest.
            Type::Real => {
                let reals = values
                    .into_iter()
                    .map(|value| value.map(|value| value as f32));
                Arc::new(reals.collect::<Float32Array>())
            }
            _ => Arc::new(Float64Array::from(values)),
        }
    }
}

impl Digest {
    /// The values at the percentages, which are in any order.
    fn results(&mut self) -> Result<Option<Vec<f64>>, FunctionError> {
        let Some(percentages) = &self.percentages else {
            return Ok(None);
        };
        let mut places: Vec<(usize, f64)> = percentages.iter().copied().enumerate().collect();
        places.sort_by(|(_, left), (_, right)| left.total_cmp(right));
        let sorted: Vec<f64> = places
            .iter()
            .map(|(_, percentage)| checked_percentage(*percentage))
            .collect::<Result<_, _>>()?;
        let mut results = vec![0.0; places.len()];
        for ((place, _), value) in places.iter().zip(self.values.values_at(&sorted)?) {
            if let Some(result) = results.get_mut(*place) {
                *result = value;
            }
        }
        Ok(Some(results))
    }
}

impl Summary for Percentiles {
    type State = Digest;
    type Input = Columns;

    const HEAP: bool = true;

    fn arguments(&self) -> usize {
        self.arguments
    }

    fn new_state(&self) -> Digest {
        Digest::default()
    }

    fn input(&self, arguments: &[ArrayRef]) -> Result<Columns> {
        let values = super::column(arguments, 0)?;
        let percentages = super::column(arguments, self.arguments.saturating_sub(1))?;
        let weights = if self.arguments > 2 {
            Some(
                super::column(arguments, 1)?
                    .as_primitive::<Float64Type>()
                    .clone(),
            )
        } else {
            None
        };
        Ok(Columns {
            values: doubles(values),
            integers: values.as_primitive_opt::<Int64Type>().cloned(),
            weights,
            percentages: if self.several {
                Percentages::Several(percentages.as_list().clone())
            } else {
                Percentages::One(percentages.as_primitive::<Float64Type>().clone())
            },
        })
    }

    fn add(&self, state: &mut Digest, input: &Columns, row: usize) -> Result<()> {
        let value = checked_value(input.values.value(row))?;
        if let Some(integers) = &input.integers {
            let integer = integers.value(row);
            // A float cast saturates, as Java's does.
            if value as i64 != integer {
                return Err(FunctionError::argument(format!(
                    "no exact double representation for long: {integer}"
                ))
                .into());
            }
        }
        let weight = match &input.weights {
            Some(weights) => checked_weight(weights.value(row))?,
            None => 1.0,
        };
        match &input.percentages {
            // As in Trino, the last row's percentage counts, and the first row's percentages.
            Percentages::One(percentages) => {
                let percentage = percentages.value(row);
                match state.percentages.as_deref_mut() {
                    Some([known]) => *known = percentage,
                    _ => state.percentages = Some(vec![percentage]),
                }
            }
            Percentages::Several(percentages) if state.percentages.is_none() => {
                let of_row = percentages.value(row);
                let of_row = of_row
                    .as_primitive::<Float64Type>()
                    .iter()
                    .map(|percentage| {
                        let null = || FunctionError::argument("Percentile cannot be null");
                        checked_percentage(percentage.ok_or_else(null)?)
                    });
                state.percentages = Some(of_row.collect::<Result<_, FunctionError>>()?);
            }
            Percentages::Several(_) => {}
        }
        Ok(state.values.add(value, weight)?)
    }

    fn merge(&self, state: &mut Digest, other: Digest) -> Result<()> {
        if state.percentages.is_none() {
            *state = other;
        } else if other.percentages.is_some() {
            state.values.merge(&other.values);
            state.percentages = other.percentages;
        }
        Ok(())
    }

    fn finish(&self, states: &mut [Digest]) -> Result<ArrayRef> {
        let mut values = Vec::with_capacity(states.len());
        let mut lengths = Vec::with_capacity(states.len());
        for state in states {
            let results = state.results()?;
            lengths.push(results.as_ref().map(Vec::len));
            match results {
                Some(results) => values.extend(results.into_iter().map(Some)),
                None if self.several => {}
                None => values.push(None),
            }
        }
        let values = self.column(values);
        if self.several {
            return lists(values, self.takes.element_field(), lengths);
        }
        Ok(values)
    }

    fn state_types(&self) -> Vec<DataType> {
        vec![
            DataType::Binary,
            DataType::List(state_element(&DataType::Float64)),
        ]
    }

    fn write(&self, states: &mut [Digest]) -> Result<Vec<ArrayRef>> {
        let percentages: Float64Array = states
            .iter()
            .flat_map(|state| state.percentages.iter().flatten())
            .copied()
            .collect();
        let lengths = states
            .iter()
            .map(|state| state.percentages.as_ref().map(Vec::len))
            .collect();
        let digests = binary_column(states.iter_mut().map(|state| {
            state
                .percentages
                .is_some()
                .then(|| state.values.serialize_unmerged())
        }))?;
        let element = state_element(&DataType::Float64);
        Ok(vec![
            digests,
            lists(Arc::new(percentages), element, lengths)?,
        ])
    }

    fn read(&self, states: &[ArrayRef]) -> Result<Vec<Option<Digest>>> {
        let digests: &BinaryArray = super::column(states, 0)?.as_binary();
        let percentages: &ListArray = super::column(states, 1)?.as_list();
        let read = |row: usize| {
            if digests.is_null(row) {
                return Ok(None);
            }
            let of_row = percentages.value(row);
            Ok(Some(Digest {
                values: TDigest::deserialize(digests.value(row))?,
                percentages: Some(of_row.as_primitive::<Float64Type>().values().to_vec()),
            }))
        };
        (0..digests.len()).map(read).collect()
    }

    fn heap_size(&self, state: &Digest) -> usize {
        let percentages = state.percentages.as_ref().map_or(0, Vec::capacity);
        state.values.heap_size() + percentages * size_of::<f64>()
    }
}

#[cfg(test)]
mod tests;
