//! A scalar function's call over a batch: its arguments as kernels read them.

use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, BinaryArray, BooleanArray, Decimal128Array, Float64Array, Int64Array,
    ListArray, MapArray, PrimitiveArray, StringViewArray, StructArray, make_array,
};
use arrow::buffer::NullBuffer;
use arrow::compute::cast;
use arrow::datatypes::{ArrowPrimitiveType, DataType};
use datafusion::common::{downcast_value, exec_err};
use datafusion::error::{DataFusionError, Result};
use datafusion::logical_expr::ColumnarValue;
use datafusion::scalar::ScalarValue;

use crate::signature::Bound;
use crate::types::Type;

/// The arguments of a call over the rows of a batch.
pub struct Call<'a> {
    /// How many rows the result must have.
    pub rows: usize,
    /// The types of the arguments and of the result.
    pub bound: &'a Bound,
    arguments: &'a [ColumnarValue],
    /// The rows where an argument is NULL.
    nulls: Option<NullBuffer>,
}

impl<'a> Call<'a> {
    /// A call over so many rows. Arguments have the bound types' Arrow types.
    pub fn new(bound: &'a Bound, arguments: &'a [ColumnarValue], rows: usize) -> Call<'a> {
        let mut nulls = None;
        for argument in arguments {
            let of_argument = match argument {
                ColumnarValue::Array(array) => array.logical_nulls(),
                ColumnarValue::Scalar(value) => value.is_null().then(|| NullBuffer::new_null(rows)),
            };
            nulls = NullBuffer::union(nulls.as_ref(), of_argument.as_ref());
        }
        Call {
            rows,
            bound,
            arguments,
            nulls,
        }
    }

    /// How many arguments there are.
    pub fn len(&self) -> usize {
        self.arguments.len()
    }

    /// Whether there are no arguments.
    pub fn is_empty(&self) -> bool {
        self.arguments.is_empty()
    }

    /// The type of an argument.
    pub fn argument_type(&self, place: usize) -> &Type {
        self.bound.arguments.get(place).unwrap_or(&Type::Unknown)
    }

    /// The type of the result.
    pub fn returns(&self) -> &Type {
        &self.bound.returns
    }

    /// Whether any argument is NULL in a row.
    pub fn is_null(&self, row: usize) -> bool {
        self.nulls.as_ref().is_some_and(|nulls| nulls.is_null(row))
    }

    /// The rows where any argument is NULL.
    pub fn nulls(&self) -> Option<&NullBuffer> {
        self.nulls.as_ref()
    }

    /// An argument's value if it is the same in every row.
    pub fn constant(&self, place: usize) -> Option<&ScalarValue> {
        match self.arguments.get(place) {
            Some(ColumnarValue::Scalar(value)) => Some(value),
            _ => None,
        }
    }

    /// A text argument's value if it is the same in every row and not NULL.
    pub fn constant_text(&self, place: usize) -> Option<&str> {
        match self.constant(place)? {
            ScalarValue::Utf8View(text) | ScalarValue::Utf8(text) => text.as_deref(),
            _ => None,
        }
    }

    /// An argument, one value a row.
    pub fn array(&self, place: usize) -> Result<ArrayRef> {
        match self.arguments.get(place) {
            Some(argument) => argument.to_array(self.rows),
            None => exec_err!("there is no argument {place}"),
        }
    }

    /// A text argument (`varchar`, `char`, `json`).
    pub fn strings(&self, place: usize) -> Result<StringViewArray> {
        let array = self.array(place)?;
        let array = match array.data_type() {
            DataType::Utf8View => array,
            _ => cast(&array, &DataType::Utf8View)?,
        };
        Ok(downcast_value!(array, StringViewArray).clone())
    }

    /// An argument whose values are bytes.
    pub fn binaries(&self, place: usize) -> Result<BinaryArray> {
        let array = self.array(place)?;
        Ok(downcast_value!(array, BinaryArray).clone())
    }

    /// A `boolean` argument.
    pub fn booleans(&self, place: usize) -> Result<BooleanArray> {
        let array = self.array(place)?;
        Ok(downcast_value!(array, BooleanArray).clone())
    }

    /// A `bigint` argument.
    pub fn bigints(&self, place: usize) -> Result<Int64Array> {
        self.primitives(place)
    }

    /// A `double` argument.
    pub fn doubles(&self, place: usize) -> Result<Float64Array> {
        self.primitives(place)
    }

    /// A `decimal` argument.
    pub fn decimals(&self, place: usize) -> Result<Decimal128Array> {
        self.primitives(place)
    }

    /// An argument of that primitive Arrow type.
    pub fn primitives<T: ArrowPrimitiveType>(&self, place: usize) -> Result<PrimitiveArray<T>> {
        let array = self.array(place)?;
        match array.as_any().downcast_ref::<PrimitiveArray<T>>() {
            Some(values) => Ok(values.clone()),
            None => exec_err!(
                "argument {place} is stored as {}, not as {}",
                array.data_type(),
                T::DATA_TYPE
            ),
        }
    }

    /// An `array` argument.
    pub fn lists(&self, place: usize) -> Result<ListArray> {
        let array = self.array(place)?;
        Ok(downcast_value!(array, ListArray).clone())
    }

    /// A `map` argument.
    pub fn maps(&self, place: usize) -> Result<MapArray> {
        let array = self.array(place)?;
        Ok(downcast_value!(array, MapArray).clone())
    }

    /// A `row` argument, or a time or timestamp with time zone.
    pub fn structs(&self, place: usize) -> Result<StructArray> {
        let array = self.array(place)?;
        Ok(downcast_value!(array, StructArray).clone())
    }
}

/// Values as a column of that type stores them: text within arrays becomes a column's text, for instance.
pub fn as_column(values: ArrayRef, data_type: &Type) -> Result<ArrayRef> {
    stored_as(values, &data_type.arrow())
}

/// Values as arrays, maps and rows store them.
pub fn as_nested(values: ArrayRef, data_type: &Type) -> Result<ArrayRef> {
    stored_as(values, &data_type.nested_arrow())
}

fn stored_as(values: ArrayRef, wanted: &DataType) -> Result<ArrayRef> {
    if values.data_type() == wanted {
        return Ok(values);
    }
    Ok(cast(&values, wanted)?)
}

/// The values with further rows set to NULL.
pub(crate) fn with_nulls(values: ArrayRef, nulls: Option<&NullBuffer>) -> Result<ArrayRef> {
    let Some(nulls) = nulls.filter(|nulls| nulls.null_count() > 0) else {
        return Ok(values);
    };
    if *values.data_type() == DataType::Null {
        return Ok(values);
    }
    let nulls = NullBuffer::union(Some(nulls), values.nulls());
    let data = values.to_data().into_builder().nulls(nulls).build()?;
    Ok(make_array(data))
}

/// Runs a kernel: over one row where all arguments are constant, over the batch otherwise.
pub(crate) fn run(
    bound: &Bound,
    arguments: &[ColumnarValue],
    rows: usize,
    fold: bool,
    kernel: impl FnOnce(&Call<'_>) -> Result<ArrayRef>,
    strict: bool,
) -> Result<ColumnarValue> {
    // No value is needed of no rows, so constant arguments must not fail there.
    let constant = fold
        && rows > 0
        && arguments
            .iter()
            .all(|argument| matches!(argument, ColumnarValue::Scalar(_)));
    let call = Call::new(bound, arguments, if constant { 1 } else { rows });
    let values = if strict
        && call
            .nulls()
            .is_some_and(|nulls| nulls.null_count() == call.rows)
    {
        arrow::array::new_null_array(&bound.returns.arrow(), call.rows)
    } else {
        let values = kernel(&call)?;
        let values = if strict {
            with_nulls(values, call.nulls())?
        } else {
            values
        };
        as_column(values, &bound.returns)?
    };
    if values.len() != call.rows {
        return Err(DataFusionError::Internal(format!(
            "a function returned {} values for {} rows",
            values.len(),
            call.rows
        )));
    }
    Ok(if constant {
        ColumnarValue::Scalar(ScalarValue::try_from_array(&values, 0)?)
    } else {
        ColumnarValue::Array(Arc::clone(&values))
    })
}
