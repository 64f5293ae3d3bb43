//! Values of Arrow arrays as text, whatever the array's type.

use std::fmt;

use arrow::array::{Array, ArrowPrimitiveType, AsArray};
use arrow::datatypes::{
    DataType, Date32Type, Decimal128Type, Float32Type, Float64Type, Int8Type, Int16Type, Int32Type,
    Int64Type, TimeUnit, TimestampMicrosecondType, TimestampMillisecondType,
    TimestampNanosecondType,
};

use super::write::{append, write_binary, write_date, write_decimal, write_timestamp};

/// Appends the value of a number, boolean, date, timestamp or binary array at `row`, which is not NULL; for any other
/// array appends nothing and returns `None`.
pub(crate) fn write_scalar(array: &dyn Array, row: usize, out: &mut Vec<u8>) -> Option<()> {
    match array.data_type() {
        DataType::Boolean => append(out, format_args!("{}", array.as_boolean().value(row))),
        DataType::Int8 => write_number::<Int8Type>(array, row, out),
        DataType::Int16 => write_number::<Int16Type>(array, row, out),
        DataType::Int32 => write_number::<Int32Type>(array, row, out),
        DataType::Int64 => write_number::<Int64Type>(array, row, out),
        DataType::Float32 => {
            let value = value::<Float32Type>(array, row);
            write_float(f64::from(value), format_args!("{value:?}"), out);
        }
        DataType::Float64 => {
            let value = value::<Float64Type>(array, row);
            write_float(value, format_args!("{value:?}"), out);
        }
        DataType::Decimal128(_, scale) => {
            write_decimal(value::<Decimal128Type>(array, row), *scale, out);
        }
        DataType::Date32 => write_date(i64::from(value::<Date32Type>(array, row)), out),
        DataType::Timestamp(unit @ TimeUnit::Millisecond, None) => {
            write_timestamp(value::<TimestampMillisecondType>(array, row), *unit, out);
        }
        DataType::Timestamp(unit @ TimeUnit::Microsecond, None) => {
            write_timestamp(value::<TimestampMicrosecondType>(array, row), *unit, out);
        }
        DataType::Timestamp(unit @ TimeUnit::Nanosecond, None) => {
            write_timestamp(value::<TimestampNanosecondType>(array, row), *unit, out);
        }
        DataType::Binary => write_binary(array.as_binary::<i32>().value(row), out),
        _ => return None,
    }
    Some(())
}

/// The string at `row` of an array of strings.
pub(crate) fn string_at(array: &dyn Array, row: usize) -> Option<&str> {
    match array.data_type() {
        DataType::Utf8 => Some(array.as_string::<i32>().value(row)),
        DataType::Utf8View => Some(array.as_string_view().value(row)),
        _ => None,
    }
}

fn value<T: ArrowPrimitiveType>(array: &dyn Array, row: usize) -> T::Native {
    array.as_primitive::<T>().value(row)
}

fn write_number<T: ArrowPrimitiveType<Native: fmt::Display>>(
    array: &dyn Array,
    row: usize,
    out: &mut Vec<u8>,
) {
    append(out, format_args!("{}", value::<T>(array, row)));
}

/// Finite numbers as their shortest digits, the others by Java's names.
fn write_float(value: f64, digits: fmt::Arguments<'_>, out: &mut Vec<u8>) {
    if value.is_nan() {
        out.extend_from_slice(b"NaN");
    } else if value.is_infinite() {
        let name: &[u8] = if value > 0.0 {
            b"Infinity"
        } else {
            b"-Infinity"
        };
        out.extend_from_slice(name);
    } else {
        append(out, digits);
    }
}
