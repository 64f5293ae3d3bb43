//! Geometry arguments of calls, and results a row.

use std::borrow::Cow;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, AsArray, BinaryArray, BinaryBuilder, BooleanArray, Float64Array, ListArray,
    StringArray,
};
use arrow::buffer::{NullBuffer, OffsetBuffer};
use datafusion::common::exec_err;
use datafusion::error::Result;
use datafusion::scalar::ScalarValue;

use super::shape::Shape;
use super::wkb;
use crate::call::Call;
use crate::error::FunctionError;

/// What computes a value of a row, where it is not NULL.
pub(super) type Computed<T> = Result<Option<T>, FunctionError>;

/// A geometry argument. A constant is read once.
pub(super) enum Shapes {
    Constant(Shape),
    Column(BinaryArray),
}

impl Shapes {
    pub(super) fn of(call: &Call<'_>, place: usize) -> Result<Shapes> {
        Ok(match call.constant(place) {
            Some(ScalarValue::Binary(Some(bytes))) => Shapes::Constant(wkb::read(bytes)?),
            _ => Shapes::Column(call.binaries(place)?),
        })
    }

    /// The geometry in a row that is not NULL.
    pub(super) fn get(&self, row: usize) -> Result<Cow<'_, Shape>, FunctionError> {
        match self {
            Shapes::Constant(shape) => Ok(Cow::Borrowed(shape)),
            Shapes::Column(values) => wkb::read(values.value(row)).map(Cow::Owned),
        }
    }
}

/// Computes the rows without NULL.
pub(super) fn rows<T>(
    call: &Call<'_>,
    mut compute: impl FnMut(usize) -> Computed<T>,
) -> Result<Vec<Option<T>>> {
    (0..call.rows)
        .map(|row| {
            if call.is_null(row) {
                Ok(None)
            } else {
                Ok(compute(row)?)
            }
        })
        .collect()
}

/// Computes a value of each geometry.
pub(super) fn each<T>(
    call: &Call<'_>,
    mut compute: impl FnMut(&Shape) -> Computed<T>,
) -> Result<Vec<Option<T>>> {
    let shapes = Shapes::of(call, 0)?;
    rows(call, |row| compute(shapes.get(row)?.as_ref()))
}

/// Computes a value of each pair of geometries.
pub(super) fn each_pair<T>(
    call: &Call<'_>,
    mut compute: impl FnMut(&Shape, &Shape) -> Computed<T>,
) -> Result<Vec<Option<T>>> {
    let (left, right) = (Shapes::of(call, 0)?, Shapes::of(call, 1)?);
    rows(call, |row| {
        compute(left.get(row)?.as_ref(), right.get(row)?.as_ref())
    })
}

/// Computes a value of each geometry and number.
pub(super) fn each_with_double<T>(
    call: &Call<'_>,
    mut compute: impl FnMut(&Shape, f64) -> Computed<T>,
) -> Result<Vec<Option<T>>> {
    let (shapes, numbers) = (Shapes::of(call, 0)?, call.doubles(1)?);
    rows(call, |row| {
        compute(shapes.get(row)?.as_ref(), numbers.value(row))
    })
}

/// The geometries of an array; NULL is `None`.
pub(super) fn list_of_shapes(list: &ArrayRef) -> Result<Vec<Option<Shape>>> {
    if list.logical_null_count() == list.len() {
        return Ok(vec![None; list.len()]);
    }
    let Some(values) = list.as_binary_opt::<i32>() else {
        return exec_err!(
            "geometries are stored as {}, not as bytes",
            list.data_type()
        );
    };
    values
        .iter()
        .map(|bytes| Ok(bytes.map(wkb::read).transpose()?))
        .collect()
}

pub(super) fn booleans(values: Vec<Option<bool>>) -> Result<ArrayRef> {
    Ok(Arc::new(BooleanArray::from(values)))
}

pub(super) fn doubles(values: Vec<Option<f64>>) -> Result<ArrayRef> {
    Ok(Arc::new(Float64Array::from(values)))
}

pub(super) fn texts<T: AsRef<str>>(values: Vec<Option<T>>) -> Result<ArrayRef> {
    Ok(Arc::new(
        values
            .iter()
            .map(|value| value.as_ref().map(AsRef::as_ref))
            .collect::<StringArray>(),
    ))
}

pub(super) fn shapes(values: Vec<Option<Shape>>) -> Result<ArrayRef> {
    Ok(Arc::new(binary(values.iter().map(Option::as_ref))))
}

/// Geometries as they are stored.
pub(super) fn binary<'a>(values: impl Iterator<Item = Option<&'a Shape>>) -> BinaryArray {
    let mut built = BinaryBuilder::new();
    for value in values {
        built.append_option(value.map(wkb::write));
    }
    built.finish()
}

/// An array of geometries a row.
pub(super) fn shape_lists(call: &Call<'_>, values: Vec<Option<Vec<Shape>>>) -> Result<ArrayRef> {
    let lengths: Vec<usize> = values
        .iter()
        .map(|list| list.as_ref().map_or(0, Vec::len))
        .collect();
    let nulls: NullBuffer = values.iter().map(Option::is_some).collect();
    lists(
        call,
        lengths,
        Arc::new(binary(values.iter().flatten().flatten().map(Some))),
        nulls,
    )
}

/// An array a row, of the elements in order.
pub(super) fn lists(
    call: &Call<'_>,
    lengths: Vec<usize>,
    elements: ArrayRef,
    nulls: NullBuffer,
) -> Result<ArrayRef> {
    let arrow::datatypes::DataType::List(field) = call.returns().arrow() else {
        return exec_err!("the result is no array");
    };
    let offsets = OffsetBuffer::from_lengths(lengths);
    Ok(Arc::new(ListArray::try_new(
        field,
        offsets,
        elements,
        Some(nulls),
    )?))
}

/// Runs an algorithm of the `geo` crate, some of which panic over polygons that cross themselves.
pub(super) fn guarded<T>(algorithm: impl FnOnce() -> T) -> Result<T, FunctionError> {
    catch_unwind(AssertUnwindSafe(algorithm))
        .map_err(|_| FunctionError::argument("Geometry is not valid for this operation"))
}
