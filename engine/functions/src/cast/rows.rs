//! The loops of casts: over all rows of an array, with rows that fail set apart.

use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, ArrowPrimitiveType, BooleanArray, FixedSizeBinaryArray, Int64Array,
    PrimitiveArray, StringArray, StringViewArray,
};
use arrow::buffer::{BooleanBuffer, Buffer, NullBuffer, OffsetBuffer, ScalarBuffer};
use arrow::compute::cast;
use arrow::datatypes::DataType;
use datafusion::common::exec_err;
use datafusion::error::{DataFusionError, Result};

use super::failures::Failures;
use crate::error::FunctionError;

/// The values as an array of that Rust type.
pub(super) fn stored_as<T: Array + 'static>(values: &ArrayRef) -> Result<&T> {
    match values.as_any().downcast_ref::<T>() {
        Some(values) => Ok(values),
        None => exec_err!("a cast got values stored as {}", values.data_type()),
    }
}

/// Values of a primitive Arrow type.
pub(super) fn primitives<T: ArrowPrimitiveType>(values: &ArrayRef) -> Result<&PrimitiveArray<T>> {
    stored_as(values)
}

/// Text, however it is stored.
pub(super) fn texts(values: &ArrayRef) -> Result<StringViewArray> {
    match values.data_type() {
        DataType::Utf8View => Ok(stored_as::<StringViewArray>(values)?.clone()),
        _ => Ok(stored_as::<StringViewArray>(&cast(values, &DataType::Utf8View)?)?.clone()),
    }
}

/// The numbers that times, timestamps and durations are stored as.
pub(super) fn counts(values: &ArrayRef) -> Result<Int64Array> {
    Ok(primitives::<arrow::datatypes::Int64Type>(&cast(values, &DataType::Int64)?)?.clone())
}

/// Each value through a function that gives `None` where it fails.
pub(super) fn map_primitives<S: ArrowPrimitiveType, T: ArrowPrimitiveType>(
    values: &PrimitiveArray<S>,
    failures: &mut Failures,
    convert: impl Fn(S::Native) -> Option<T::Native>,
    error: impl Fn(S::Native) -> FunctionError,
) -> Result<PrimitiveArray<T>> {
    let mut converted = Vec::with_capacity(values.len());
    for (row, value) in values.values().iter().enumerate() {
        converted.push(match convert(*value) {
            Some(value) => value,
            None => {
                if values.is_valid(row) {
                    failures.add(row, || error(*value))?;
                }
                T::Native::default()
            }
        });
    }
    Ok(PrimitiveArray::new(
        ScalarBuffer::from(converted),
        values.nulls().cloned(),
    ))
}

/// Each text through a function that gives `None` where it fails.
pub(super) fn map_texts<T: ArrowPrimitiveType>(
    values: &StringViewArray,
    failures: &mut Failures,
    convert: impl Fn(&str) -> Option<T::Native>,
    error: impl Fn(&str) -> FunctionError,
) -> Result<PrimitiveArray<T>> {
    let converted = map_texts_to(values, failures, convert, error)?;
    Ok(PrimitiveArray::new(
        ScalarBuffer::from(converted),
        values.nulls().cloned(),
    ))
}

/// The same, to values that several arrays are made of.
pub(super) fn map_texts_to<T: Default>(
    values: &StringViewArray,
    failures: &mut Failures,
    convert: impl Fn(&str) -> Option<T>,
    error: impl Fn(&str) -> FunctionError,
) -> Result<Vec<T>> {
    let mut converted = Vec::with_capacity(values.len());
    for row in 0..values.len() {
        if values.is_null(row) {
            converted.push(T::default());
            continue;
        }
        let text = values.value(row);
        converted.push(match convert(text) {
            Some(value) => value,
            None => {
                failures.add(row, || error(text))?;
                T::default()
            }
        });
    }
    Ok(converted)
}

/// Booleans, one a row.
pub(super) fn booleans(values: impl Iterator<Item = bool>, nulls: Option<&NullBuffer>) -> ArrayRef {
    Arc::new(BooleanArray::new(
        BooleanBuffer::from_iter(values),
        nulls.cloned(),
    ))
}

/// The 16 bytes of UUIDs and addresses, one a row.
pub(super) fn sixteen_bytes(values: &[[u8; 16]], nulls: Option<&NullBuffer>) -> Result<ArrayRef> {
    Ok(Arc::new(FixedSizeBinaryArray::try_new(
        16,
        Buffer::from(values.concat()),
        nulls.cloned(),
    )?))
}

/// A text for each row that is not NULL, all written into one buffer. Texts longer than the target's length fail.
pub(super) fn write_texts(
    rows: usize,
    nulls: Option<&NullBuffer>,
    length: Option<u32>,
    failures: &mut Failures,
    mut write: impl FnMut(usize, &mut String) -> std::fmt::Result,
    error: impl Fn(usize, &str, u32) -> FunctionError,
) -> Result<ArrayRef> {
    /// The usual length of a number or time.
    const TEXT_BYTES: usize = 16;
    let mut text = String::with_capacity(rows * TEXT_BYTES);
    let mut offsets = Vec::with_capacity(rows + 1);
    offsets.push(0_i32);
    for row in 0..rows {
        let start = text.len();
        if nulls.is_none_or(|nulls| nulls.is_valid(row)) {
            write(row, &mut text).map_err(|error| DataFusionError::External(Box::new(error)))?;
            // All that is written is ASCII, but for texts that have no length to keep.
            if let Some(length) = length
                && usize::try_from(length).is_ok_and(|length| text.len() - start > length)
            {
                failures.add(row, || error(row, text.get(start..).unwrap_or(""), length))?;
                text.truncate(start);
            }
        }
        let Ok(end) = i32::try_from(text.len()) else {
            return exec_err!("the texts of a batch are longer than 2 GB");
        };
        offsets.push(end);
    }
    Ok(Arc::new(StringArray::try_new(
        OffsetBuffer::new(ScalarBuffer::from(offsets)),
        Buffer::from(text.into_bytes()),
        nulls.cloned(),
    )?))
}
