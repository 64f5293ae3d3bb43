//! Arguments of kernels as columns or constants, and the passes over their rows.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, PrimitiveArray};
use arrow::buffer::{BooleanBuffer, Buffer, NullBuffer, ScalarBuffer};
use arrow::datatypes::ArrowPrimitiveType;
use datafusion::error::Result;

use crate::call::Call;
use crate::error::FunctionError;

/// Rows whose truth values share a word of a bitmap.
const ROWS_PER_WORD: usize = 64;

/// An argument of numbers. A constant is not spread over the rows, so that loops keep it in a register.
#[derive(Debug, Clone)]
pub(crate) enum Operand<T: ArrowPrimitiveType> {
    /// A value a row.
    Column(PrimitiveArray<T>),
    /// The same value in every row, which is not NULL.
    Constant(T::Native),
}

impl<T: ArrowPrimitiveType> Operand<T> {
    /// An argument of a call.
    pub(crate) fn of(call: &Call<'_>, place: usize) -> Result<Operand<T>> {
        if let Some(constant) = call.constant(place).filter(|value| !value.is_null()) {
            let array = constant.to_array()?;
            let values = array.as_primitive_opt::<T>();
            if let Some(value) = values.and_then(|values| values.values().first()) {
                return Ok(Operand::Constant(*value));
            }
        }
        Ok(Operand::Column(call.primitives(place)?))
    }

    /// The value in a row; of a row with NULL, whatever is stored there.
    pub(crate) fn value(&self, row: usize) -> T::Native {
        match self {
            Operand::Column(column) => column.values().get(row).copied().unwrap_or_default(),
            Operand::Constant(value) => *value,
        }
    }

    /// The rows where it is NULL.
    pub(crate) fn nulls(&self) -> Option<&NullBuffer> {
        match self {
            Operand::Column(column) => column.nulls(),
            Operand::Constant(_) => None,
        }
    }

    /// One value a row, NULL or not.
    pub(crate) fn into_values(self, rows: usize) -> ScalarBuffer<T::Native> {
        match self {
            Operand::Column(column) => column.values().clone(),
            Operand::Constant(value) => vec![value; rows].into(),
        }
    }
}

/// A function of the first argument's values, whether or not they are NULL.
#[inline(always)]
pub(crate) fn each<T: ArrowPrimitiveType>(
    call: &Call<'_>,
    function: impl Fn(T::Native) -> T::Native,
) -> Result<ArrayRef> {
    let values = call.primitives::<T>(0)?;
    let results: Vec<_> = values
        .values()
        .iter()
        .map(|value| function(*value))
        .collect();
    Ok(returned::<T>(call, results))
}

/// An operation on the values of each row, whether or not they are NULL.
#[inline]
pub(crate) fn pairs<L: ArrowPrimitiveType, R: ArrowPrimitiveType, O>(
    left: &Operand<L>,
    right: &Operand<R>,
    rows: usize,
    mut operation: impl FnMut(L::Native, R::Native) -> O,
) -> Vec<O> {
    match (left, right) {
        (Operand::Column(left), Operand::Column(right)) => left
            .values()
            .iter()
            .zip(right.values())
            .map(|(left, right)| operation(*left, *right))
            .collect(),
        (Operand::Column(left), Operand::Constant(right)) => left
            .values()
            .iter()
            .map(|left| operation(*left, *right))
            .collect(),
        (Operand::Constant(left), Operand::Column(right)) => right
            .values()
            .iter()
            .map(|right| operation(*left, *right))
            .collect(),
        (Operand::Constant(left), Operand::Constant(right)) => {
            (0..rows).map(|_| operation(*left, *right)).collect()
        }
    }
}

/// The same for an operation that has no result for some values. Where these are in a row without NULL, `failure` says what is wrong.
#[inline]
pub(crate) fn try_pairs<L: ArrowPrimitiveType, R: ArrowPrimitiveType, O: Default>(
    call: &Call<'_>,
    left: &Operand<L>,
    right: &Operand<R>,
    operation: impl Fn(L::Native, R::Native) -> Option<O>,
    failure: impl Fn(L::Native, R::Native) -> FunctionError,
) -> Result<Vec<O>> {
    let mut failed = false;
    let values = pairs(left, right, call.rows, |left, right| {
        operation(left, right).unwrap_or_else(|| {
            failed = true;
            O::default()
        })
    });
    if failed {
        first_failure(call, |row| {
            let (left, right) = (left.value(row), right.value(row));
            operation(left, right)
                .is_none()
                .then(|| failure(left, right))
        })?;
    }
    Ok(values)
}

/// The same for a single argument.
#[inline]
pub(crate) fn try_each<T: ArrowPrimitiveType, O: Default>(
    call: &Call<'_>,
    values: &PrimitiveArray<T>,
    operation: impl Fn(T::Native) -> Option<O>,
    failure: impl Fn(T::Native) -> FunctionError,
) -> Result<Vec<O>> {
    let mut failed = false;
    let results = values
        .values()
        .iter()
        .map(|value| {
            operation(*value).unwrap_or_else(|| {
                failed = true;
                O::default()
            })
        })
        .collect();
    if failed {
        first_failure(call, |row| {
            let value = *values.values().get(row)?;
            operation(value).is_none().then(|| failure(value))
        })?;
    }
    Ok(results)
}

/// The failure of the first row without NULL that has one.
pub(crate) fn first_failure(
    call: &Call<'_>,
    failure: impl Fn(usize) -> Option<FunctionError>,
) -> Result<(), FunctionError> {
    match (0..call.rows)
        .filter(|row| !call.is_null(*row))
        .find_map(failure)
    {
        Some(failure) => Err(failure),
        None => Ok(()),
    }
}

/// A condition on the values of each row, whether or not they are NULL, as a bitmap.
#[inline]
pub(crate) fn bits<T: ArrowPrimitiveType>(
    left: &Operand<T>,
    right: &Operand<T>,
    rows: usize,
    condition: impl Fn(T::Native, T::Native) -> bool,
) -> BooleanBuffer {
    match (left, right) {
        (Operand::Column(left), Operand::Column(right)) => {
            let (left, right) = (left.values(), right.values());
            let mut words = Vec::with_capacity(rows.div_ceil(ROWS_PER_WORD));
            for (left, right) in left.chunks(ROWS_PER_WORD).zip(right.chunks(ROWS_PER_WORD)) {
                words.push(word(
                    left.iter()
                        .zip(right)
                        .map(|(left, right)| condition(*left, *right)),
                ));
            }
            bitmap(words, rows)
        }
        (Operand::Column(left), Operand::Constant(right)) => {
            column_bits(left.values(), |left| condition(left, *right))
        }
        (Operand::Constant(left), Operand::Column(right)) => {
            column_bits(right.values(), |right| condition(*left, right))
        }
        (Operand::Constant(left), Operand::Constant(right)) => {
            if condition(*left, *right) {
                BooleanBuffer::new_set(rows)
            } else {
                BooleanBuffer::new_unset(rows)
            }
        }
    }
}

/// A condition on each of some values, as a bitmap.
#[inline]
pub(crate) fn column_bits<N: Copy>(values: &[N], condition: impl Fn(N) -> bool) -> BooleanBuffer {
    let words = values
        .chunks(ROWS_PER_WORD)
        .map(|values| word(values.iter().map(|value| condition(*value))))
        .collect();
    bitmap(words, values.len())
}

/// Up to 64 conditions, the first in the lowest bit.
#[inline]
fn word(conditions: impl Iterator<Item = bool>) -> u64 {
    conditions
        .enumerate()
        .fold(0, |word, (place, holds)| word | (u64::from(holds) << place))
}

fn bitmap(words: Vec<u64>, rows: usize) -> BooleanBuffer {
    BooleanBuffer::new(Buffer::from_vec(words), 0, rows)
}

/// Results as an array of the type that stores what the call returns, such as a decimal with its precision and scale. NULLs are not set.
pub(crate) fn returned<T: ArrowPrimitiveType>(
    call: &Call<'_>,
    values: impl Into<ScalarBuffer<T::Native>>,
) -> ArrayRef {
    let array = PrimitiveArray::<T>::new(values.into(), None);
    let wanted = call.returns().arrow();
    Arc::new(if PrimitiveArray::<T>::is_compatible(&wanted) {
        array.with_data_type(wanted)
    } else {
        array
    })
}
