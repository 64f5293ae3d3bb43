//! Parts of bytes: their length, slices, padding and order. `concat` is every kind's own.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, BinaryBuilder, Int64Array};
use datafusion::error::Result;

use super::{each_row, map_bytes};
use crate::call::Call;
use crate::definition::Definition;
use crate::error::FunctionError;

pub(super) fn definitions() -> Vec<Definition> {
    vec![
        Definition::new("length", "Length of the given binary")
            .strict("(varbinary) -> bigint", length),
        Definition::new("reverse", "Reverse a given varbinary").strict(
            "(varbinary) -> varbinary",
            |call| {
                map_bytes(call, |bytes, reversed| {
                    reversed.extend(bytes.iter().rev());
                    Ok(())
                })
            },
        ),
        Definition::new(
            "substr",
            "Suffix or part of a varbinary starting at given index",
        )
        .strict("(varbinary, bigint) -> varbinary", |call| {
            slices(call, false)
        })
        .strict("(varbinary, bigint, bigint) -> varbinary", |call| {
            slices(call, true)
        }),
        Definition::new("lpad", "Pads a varbinary on the left")
            .strict("(varbinary, bigint, varbinary) -> varbinary", |call| {
                padded(call, true)
            }),
        Definition::new("rpad", "Pads a varbinary on the right")
            .strict("(varbinary, bigint, varbinary) -> varbinary", |call| {
                padded(call, false)
            }),
        Definition::new("concat", "Concatenates given varbinary values").strict(
            "(varbinary, varbinary, varbinary...) -> varbinary",
            concatenated,
        ),
        Definition::new("$concat", "Concatenates two varbinary values")
            .strict("(varbinary, varbinary) -> varbinary", concatenated)
            .hidden(),
    ]
}

fn length(call: &Call<'_>) -> Result<ArrayRef> {
    let values = call.binaries(0)?;
    let lengths = each_row(call, &values, |bytes| {
        Ok(i64::try_from(bytes.len()).unwrap_or(i64::MAX))
    })?;
    Ok(Arc::new(Int64Array::from(lengths)))
}

/// From a place counted from 1, or from the end where it is negative.
fn slices(call: &Call<'_>, with_length: bool) -> Result<ArrayRef> {
    let (values, starts) = (call.binaries(0)?, call.bigints(1)?);
    let lengths = if with_length {
        Some(call.bigints(2)?)
    } else {
        None
    };
    let mut built = BinaryBuilder::with_capacity(values.len(), values.value_data().len());
    for row in 0..values.len() {
        if call.is_null(row) {
            built.append_value([]);
            continue;
        }
        let bytes = values.value(row);
        let size = i64::try_from(bytes.len()).unwrap_or(i64::MAX);
        let start = match starts.value(row) {
            0 => None,
            start if start > 0 => Some(start - 1),
            start => size.checked_add(start).filter(|start| *start >= 0),
        };
        let part = start.filter(|start| *start < size).and_then(|start| {
            let end = match &lengths {
                Some(lengths) => start.saturating_add(lengths.value(row).max(0)).min(size),
                None => size,
            };
            bytes.get(usize::try_from(start).ok()?..usize::try_from(end).ok()?)
        });
        built.append_value(part.unwrap_or_default());
    }
    Ok(Arc::new(built.finish()))
}

fn padded(call: &Call<'_>, left: bool) -> Result<ArrayRef> {
    let (values, sizes, fills) = (call.binaries(0)?, call.bigints(1)?, call.binaries(2)?);
    let mut built = BinaryBuilder::with_capacity(values.len(), values.value_data().len());
    for row in 0..values.len() {
        if call.is_null(row) {
            built.append_value([]);
            continue;
        }
        let (bytes, fill) = (values.value(row), fills.value(row));
        let size = i32::try_from(sizes.value(row))
            .ok()
            .and_then(|size| usize::try_from(size).ok())
            .ok_or_else(|| {
                FunctionError::argument(format!(
                    "Target length must be in the range [0..{}]",
                    i32::MAX
                ))
            })?;
        if fill.is_empty() {
            return Err(FunctionError::argument("Padding bytes must not be empty").into());
        }
        let Some(missing) = size.checked_sub(bytes.len()) else {
            built.append_value(bytes.get(..size).unwrap_or_default());
            continue;
        };
        let padding = fill.iter().copied().cycle().take(missing);
        let whole: Vec<u8> = if left {
            padding.chain(bytes.iter().copied()).collect()
        } else {
            bytes.iter().copied().chain(padding).collect()
        };
        built.append_value(whole);
    }
    Ok(Arc::new(built.finish()))
}

fn concatenated(call: &Call<'_>) -> Result<ArrayRef> {
    let parts = (0..call.len())
        .map(|place| call.binaries(place))
        .collect::<Result<Vec<_>>>()?;
    let bytes = parts.iter().map(|part| part.value_data().len()).sum();
    let mut built = BinaryBuilder::with_capacity(call.rows, bytes);
    let mut whole = Vec::new();
    for row in 0..call.rows {
        whole.clear();
        if !call.is_null(row) {
            for part in &parts {
                whole.extend_from_slice(part.value(row));
            }
        }
        built.append_value(&whole);
    }
    Ok(Arc::new(built.finish()))
}
