//! `approx_distinct`, `approx_set` and `make_set_digest`: how many distinct values there are, and sketches that tell.

use std::fmt::Debug;

use arrow::array::{ArrayRef, AsArray, Float64Array};
use arrow::datatypes::{DataType, Float64Type};
use datafusion::error::Result;

use super::sketches::{
    Sketch, cardinalities, merge_sketches, read_sketches, sketch_results, write_sketches,
};
use super::summary::{PerGroup, Summary};
use super::udaf::{Aggregate, BoundGroups};
use crate::definition::{AggregateFactory, Definition};
use crate::error::FunctionError;
use crate::signature::Bound;
use crate::sketch::{
    APPROX_SET_BUCKETS, HyperLogLog, SetDigest, hash_values, murmur3_bytes, murmur3_i64,
};
use crate::types::Type;

/// The standard error of `approx_distinct` that is not told another.
const STANDARD_ERROR: f64 = 0.023;

/// The standard errors that can be asked for.
const STANDARD_ERROR_MIN: f64 = 0.004_062_5;
const STANDARD_ERROR_MAX: f64 = 0.26;

pub(super) fn definitions() -> Vec<Definition> {
    let approx_distinct: AggregateFactory = |bound| {
        Aggregate::new("approx_distinct", bound, |bound| {
            Ok(Box::new(PerGroup::new(Distinct {
                takes: first_type(bound),
                arguments: bound.arguments.len(),
            })))
        })
        .ignoring_repetition()
        .zero_when_empty()
        .build()
    };
    let approx_set: AggregateFactory = |bound| {
        let groups: BoundGroups = |bound| {
            Ok(Box::new(PerGroup::new(Set {
                takes: first_type(bound),
                empty: || HyperLogLog::new(APPROX_SET_BUCKETS),
                add: |sketch, value| match value {
                    Member::Integer(value) => sketch.add_hash(murmur3_i64(value)),
                    Member::Bytes(value) => sketch.add_hash(murmur3_bytes(value)),
                },
            })))
        };
        Aggregate::new("approx_set", bound, groups)
            .ignoring_repetition()
            .build()
    };
    let make_set_digest: AggregateFactory = |bound| {
        Aggregate::new("make_set_digest", bound, |bound| {
            Ok(Box::new(PerGroup::new(Set {
                takes: first_type(bound),
                empty: SetDigest::default,
                add: |digest, value| match value {
                    Member::Integer(value) => digest.add_i64(value),
                    Member::Bytes(value) => digest.add_bytes(value),
                },
            })))
        })
        .build()
    };
    vec![
        Definition::new("approx_distinct", "Number of distinct values, about")
            .aggregate("(T) -> bigint", approx_distinct)
            .aggregate("(T, double) -> bigint", approx_distinct),
        Definition::new("approx_set", "HyperLogLog of all values")
            .aggregate("(bigint) -> HyperLogLog", approx_set)
            .aggregate("(double) -> HyperLogLog", approx_set)
            .aggregate("(varchar) -> HyperLogLog", approx_set),
        // Trino takes every type that it keeps in an integer or in bytes.
        Definition::new("make_set_digest", "Set digest of all values")
            .aggregate("(bigint) -> SetDigest", make_set_digest)
            .aggregate("(varchar) -> SetDigest", make_set_digest)
            .aggregate("(varbinary) -> SetDigest", make_set_digest)
            .aggregate("(date) -> SetDigest", make_set_digest),
    ]
}

fn first_type(bound: &Bound) -> Type {
    bound.arguments.first().cloned().unwrap_or(Type::Unknown)
}

/// The buckets that give a standard error.
fn buckets(standard_error: f64) -> Result<u32, FunctionError> {
    if !(STANDARD_ERROR_MIN..=STANDARD_ERROR_MAX).contains(&standard_error) {
        return Err(FunctionError::argument(format!(
            "Max standard error must be in [{STANDARD_ERROR_MIN:?}, {STANDARD_ERROR_MAX:?}]: {standard_error:?}"
        )));
    }
    // Between 16 and 65,536.
    let buckets = (1.0816 / (standard_error * standard_error)).ceil() as u32;
    Ok(buckets.next_power_of_two())
}

/// `approx_distinct`.
#[derive(Debug)]
struct Distinct {
    takes: Type,
    arguments: usize,
}

impl Summary for Distinct {
    type State = Option<HyperLogLog>;
    /// The hashes of the values, and the standard error of each row.
    type Input = (Vec<u64>, Option<Float64Array>);

    const HEAP: bool = true;

    fn arguments(&self) -> usize {
        self.arguments
    }

    fn new_state(&self) -> Option<HyperLogLog> {
        None
    }

    fn input(&self, arguments: &[ArrayRef]) -> Result<(Vec<u64>, Option<Float64Array>)> {
        let errors = arguments
            .get(1)
            .map(|errors| errors.as_primitive::<Float64Type>().clone());
        Ok((
            hash_values(&self.takes, super::column(arguments, 0)?)?,
            errors,
        ))
    }

    fn add(
        &self,
        state: &mut Option<HyperLogLog>,
        (hashes, errors): &(Vec<u64>, Option<Float64Array>),
        row: usize,
    ) -> Result<()> {
        let sketch = match state {
            Some(sketch) => sketch,
            new => {
                let error = errors
                    .as_ref()
                    .map_or(STANDARD_ERROR, |errors| errors.value(row));
                new.insert(HyperLogLog::new(buckets(error)?))
            }
        };
        sketch.add_hash(hashes.get(row).copied().unwrap_or_default());
        Ok(())
    }

    fn merge(&self, state: &mut Option<HyperLogLog>, other: Option<HyperLogLog>) -> Result<()> {
        merge_sketches(state, other)
    }

    fn finish(&self, states: &mut [Option<HyperLogLog>]) -> Result<ArrayRef> {
        Ok(cardinalities(states))
    }

    fn state_types(&self) -> Vec<DataType> {
        vec![DataType::Binary]
    }

    fn write(&self, states: &mut [Option<HyperLogLog>]) -> Result<Vec<ArrayRef>> {
        write_sketches(states)
    }

    fn read(&self, states: &[ArrayRef]) -> Result<Vec<Option<Option<HyperLogLog>>>> {
        read_sketches(states)
    }

    fn heap_size(&self, state: &Option<HyperLogLog>) -> usize {
        state.as_ref().map_or(0, Sketch::heap_size)
    }
}

/// A value as sketches of sets take it.
enum Member<'a> {
    Integer(i64),
    Bytes(&'a [u8]),
}

/// A sketch of a set of values.
struct Set<S> {
    takes: Type,
    empty: fn() -> S,
    add: fn(&mut S, Member<'_>),
}

impl<S> Debug for Set<S> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("Set")
            .field("takes", &self.takes)
            .finish()
    }
}

/// A column of members.
enum Members {
    Integers(arrow::array::Int64Array),
    Text(arrow::array::StringViewArray),
    Bytes(arrow::array::BinaryArray),
}

impl<S: Sketch> Summary for Set<S> {
    type State = Option<S>;
    type Input = Members;

    const HEAP: bool = true;

    fn new_state(&self) -> Option<S> {
        None
    }

    fn input(&self, arguments: &[ArrayRef]) -> Result<Members> {
        let column = super::column(arguments, 0)?;
        Ok(match &self.takes {
            Type::Varchar(_) => Members::Text(column.as_string_view().clone()),
            Type::Varbinary => Members::Bytes(column.as_binary().clone()),
            Type::Double => {
                // As Java's `doubleToLongBits`: all NaNs are one.
                let bits = |value: f64| {
                    let value = if value.is_nan() { f64::NAN } else { value };
                    value.to_bits().cast_signed()
                };
                Members::Integers(column.as_primitive::<Float64Type>().unary(bits))
            }
            _ => Members::Integers(super::sum::integers(arguments)?),
        })
    }

    fn add(&self, state: &mut Option<S>, input: &Members, row: usize) -> Result<()> {
        let sketch = state.get_or_insert_with(self.empty);
        (self.add)(
            sketch,
            match input {
                Members::Integers(values) => Member::Integer(values.value(row)),
                Members::Text(values) => Member::Bytes(values.value(row).as_bytes()),
                Members::Bytes(values) => Member::Bytes(values.value(row)),
            },
        );
        Ok(())
    }

    fn merge(&self, state: &mut Option<S>, other: Option<S>) -> Result<()> {
        merge_sketches(state, other)
    }

    fn finish(&self, states: &mut [Option<S>]) -> Result<ArrayRef> {
        sketch_results(states)
    }

    fn state_types(&self) -> Vec<DataType> {
        vec![DataType::Binary]
    }

    fn write(&self, states: &mut [Option<S>]) -> Result<Vec<ArrayRef>> {
        write_sketches(states)
    }

    fn read(&self, states: &[ArrayRef]) -> Result<Vec<Option<Option<S>>>> {
        read_sketches(states)
    }

    fn heap_size(&self, state: &Option<S>) -> usize {
        state.as_ref().map_or(0, Sketch::heap_size)
    }
}

#[cfg(test)]
mod tests;
