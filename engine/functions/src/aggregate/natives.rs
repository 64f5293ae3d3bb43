//! Dates, times, intervals and decimals as the plain numbers that they are stored as.

use arrow::array::{Array, ArrayRef, ArrowPrimitiveType, PrimitiveArray, make_array};
use arrow::datatypes::DataType;
use datafusion::common::exec_err;
use datafusion::error::Result;

/// A column as an array of that primitive type, whose values are as wide.
pub(super) fn natives<T: ArrowPrimitiveType>(column: &ArrayRef) -> Result<PrimitiveArray<T>> {
    if let Some(natives) = column.as_any().downcast_ref::<PrimitiveArray<T>>() {
        return Ok(natives.clone());
    }
    if column.data_type().primitive_width() != T::DATA_TYPE.primitive_width() {
        return exec_err!("{} is not stored as {}", column.data_type(), T::DATA_TYPE);
    }
    let data = column
        .to_data()
        .into_builder()
        .data_type(T::DATA_TYPE)
        .build()?;
    Ok(PrimitiveArray::from(data))
}

/// Numbers as a column of a type that is stored so.
pub(super) fn retyped<T: ArrowPrimitiveType>(
    natives: PrimitiveArray<T>,
    data_type: &DataType,
) -> Result<ArrayRef> {
    let data = natives
        .into_data()
        .into_builder()
        .data_type(data_type.clone())
        .build()?;
    Ok(make_array(data))
}
