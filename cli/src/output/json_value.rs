//! A value as JSON that keeps every digit: decimals as strings, times as ISO 8601, binary as base64.

use std::io::{self, Write};

use arrow::array::{Array, ArrayRef, AsArray};
use arrow::datatypes::{DataType, Float16Type, Float32Type, Float64Type, UInt64Type};
use arrow::util::display::{ArrayFormatter, FormatOptions};
use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;

use super::arrow_failed;
use super::value_text::value_text;

/// Writes a value.
pub fn write_value(output: &mut dyn Write, array: &ArrayRef, row: usize) -> io::Result<()> {
    if array.is_null(row) {
        return write!(output, "null");
    }
    match array.data_type() {
        DataType::Null => write!(output, "null"),
        DataType::Boolean => write!(output, "{}", array.as_boolean().value(row)),
        DataType::UInt64 => write!(output, "{}", array.as_primitive::<UInt64Type>().value(row)),
        DataType::Int8
        | DataType::Int16
        | DataType::Int32
        | DataType::Int64
        | DataType::UInt8
        | DataType::UInt16
        | DataType::UInt32 => write!(output, "{}", formatted(array, row)?),
        DataType::Float16 => {
            let value = f64::from(array.as_primitive::<Float16Type>().value(row));
            write_float(output, value, &value.to_string())
        }
        DataType::Float32 => {
            let value = array.as_primitive::<Float32Type>().value(row);
            write_float(output, f64::from(value), &format!("{value:?}"))
        }
        DataType::Float64 => {
            let value = array.as_primitive::<Float64Type>().value(row);
            write_float(output, value, &format!("{value:?}"))
        }
        DataType::Binary => write_binary(output, array.as_binary::<i32>().value(row)),
        DataType::LargeBinary => write_binary(output, array.as_binary::<i64>().value(row)),
        DataType::BinaryView => write_binary(output, array.as_binary_view().value(row)),
        DataType::List(_) => write_list(output, &array.as_list::<i32>().value(row)),
        DataType::LargeList(_) => write_list(output, &array.as_list::<i64>().value(row)),
        DataType::Map(_, _) => {
            let entries = array.as_map().value(row);
            let (keys, values) = (entries.column(0), entries.column(1));
            write!(output, "{{")?;
            for entry in 0..entries.len() {
                if entry > 0 {
                    write!(output, ",")?;
                }
                write_text(output, &value_text(keys, entry).unwrap_or_default())?;
                write!(output, ":")?;
                write_value(output, values, entry)?;
            }
            write!(output, "}}")
        }
        DataType::Struct(fields) => {
            write!(output, "{{")?;
            for (index, (field, column)) in
                fields.iter().zip(array.as_struct().columns()).enumerate()
            {
                if index > 0 {
                    write!(output, ",")?;
                }
                write_text(output, field.name())?;
                write!(output, ":")?;
                write_value(output, column, row)?;
            }
            write!(output, "}}")
        }
        _ => write_text(output, &formatted(array, row)?),
    }
}

/// Text as a JSON string.
pub fn write_text(output: &mut dyn Write, text: &str) -> io::Result<()> {
    serde_json::to_writer(output, text).map_err(io::Error::other)
}

fn write_list(output: &mut dyn Write, items: &ArrayRef) -> io::Result<()> {
    write!(output, "[")?;
    for item in 0..items.len() {
        if item > 0 {
            write!(output, ",")?;
        }
        write_value(output, items, item)?;
    }
    write!(output, "]")
}

/// JSON has no NaN and no infinities: they are strings.
fn write_float(output: &mut dyn Write, value: f64, text: &str) -> io::Result<()> {
    if value.is_finite() {
        write!(output, "{text}")
    } else if value.is_nan() {
        write!(output, "\"NaN\"")
    } else {
        write!(output, "\"{}Infinity\"", if value < 0.0 { "-" } else { "" })
    }
}

fn write_binary(output: &mut dyn Write, bytes: &[u8]) -> io::Result<()> {
    write!(output, "\"{}\"", BASE64.encode(bytes))
}

fn formatted(array: &ArrayRef, row: usize) -> io::Result<String> {
    ArrayFormatter::try_new(array.as_ref(), &FormatOptions::default())
        .and_then(|formatter| formatter.value(row).try_to_string())
        .map_err(arrow_failed)
}
