//! Numbers stored in bytes, the most significant byte first.

use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, BinaryArray, Float32Array, Float64Array, Int32Array, Int64Array,
};
use arrow::datatypes::{ArrowPrimitiveType, Float32Type, Float64Type, Int32Type, Int64Type};
use datafusion::error::Result;

use super::each_row;
use crate::call::Call;
use crate::definition::Definition;
use crate::error::FunctionError;

pub(super) fn definitions() -> Vec<Definition> {
    vec![
        Definition::new(
            "to_big_endian_32",
            "Encode number in a 32-bit 2's complement big endian format",
        )
        .strict("(integer) -> varbinary", |call| {
            stored::<Int32Type, 4>(call, i32::to_be_bytes)
        }),
        Definition::new(
            "from_big_endian_32",
            "Decode bigint value from a 32-bit 2's complement big endian varbinary",
        )
        .strict("(varbinary) -> integer", |call| {
            let values = read(call, "4-byte", i32::from_be_bytes)?;
            Ok(Arc::new(Int32Array::from(values)))
        }),
        Definition::new(
            "to_big_endian_64",
            "Encode number in a 64-bit 2's complement big endian format",
        )
        .strict("(bigint) -> varbinary", |call| {
            stored::<Int64Type, 8>(call, i64::to_be_bytes)
        }),
        Definition::new(
            "from_big_endian_64",
            "Decode bigint value from a 64-bit 2's complement big endian varbinary",
        )
        .strict("(varbinary) -> bigint", |call| {
            let values = read(call, "8-byte", i64::from_be_bytes)?;
            Ok(Arc::new(Int64Array::from(values)))
        }),
        Definition::new(
            "to_ieee754_32",
            "Encode value as a big endian varbinary according to IEEE 754 single-precision floating-point format",
        )
        .strict("(real) -> varbinary", |call| {
            stored::<Float32Type, 4>(call, f32::to_be_bytes)
        }),
        Definition::new(
            "from_ieee754_32",
            "Decode the 32-bit big-endian binary in IEEE 754 single-precision floating-point format",
        )
        .strict("(varbinary) -> real", |call| {
            let values = read(call, "4-byte", f32::from_be_bytes)?;
            Ok(Arc::new(Float32Array::from(values)))
        }),
        Definition::new(
            "to_ieee754_64",
            "Encode value as a big endian varbinary according to IEEE 754 double-precision floating-point format",
        )
        .strict("(double) -> varbinary", |call| {
            stored::<Float64Type, 8>(call, f64::to_be_bytes)
        }),
        Definition::new(
            "from_ieee754_64",
            "Decode the 64-bit big-endian binary in IEEE 754 double-precision floating-point format",
        )
        .strict("(varbinary) -> double", |call| {
            let values = read(call, "8-byte", f64::from_be_bytes)?;
            Ok(Arc::new(Float64Array::from(values)))
        }),
    ]
}

fn stored<T: ArrowPrimitiveType, const N: usize>(
    call: &Call<'_>,
    bytes: fn(T::Native) -> [u8; N],
) -> Result<ArrayRef> {
    let values = call.primitives::<T>(0)?;
    Ok(Arc::new(BinaryArray::from_iter_values(
        values.values().iter().map(|value| bytes(*value)),
    )))
}

fn read<T: Default, const N: usize>(
    call: &Call<'_>,
    expected: &str,
    number: fn([u8; N]) -> T,
) -> Result<Vec<T>> {
    let values = call.binaries(0)?;
    debug_assert_eq!(values.len(), call.rows);
    each_row(call, &values, |bytes| match <[u8; N]>::try_from(bytes) {
        Ok(bytes) => Ok(number(bytes)),
        Err(_) => Err(FunctionError::argument(format!(
            "expected {expected} input, but got instead: {}",
            bytes.len()
        ))),
    })
}
