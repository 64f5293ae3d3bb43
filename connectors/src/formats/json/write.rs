//! `JsonEncoder`: Arrow batches to lines of JSON objects.

use arrow::array::{Array, AsArray};
use arrow::datatypes::{DataType, Fields};
use arrow::record_batch::RecordBatch;

use crate::formats::rows::decoder::RowError;
use crate::formats::rows::encoder::RowEncoder;
use crate::formats::rows::scalar_text::array_values::{string_at, write_scalar};
use crate::formats::rows::scalar_text::write::append;

/// Encodes each row as an object on a line: columns and struct fields that are NULL are left out, timestamps are
/// `yyyy-MM-dd HH:mm:ss[.f]`, binary is base64, decimals are plain numbers, and floating-point numbers that JSON
/// lacks are strings.
#[derive(Debug, Default)]
pub struct JsonEncoder;

impl JsonEncoder {
    /// An encoder; it has no options.
    pub fn new() -> JsonEncoder {
        JsonEncoder
    }
}

impl RowEncoder for JsonEncoder {
    fn encode(&mut self, batch: &RecordBatch, out: &mut Vec<u8>) -> Result<(), RowError> {
        let schema = batch.schema();
        for row in 0..batch.num_rows() {
            let mut separator = b'{';
            for (array, field) in batch.columns().iter().zip(schema.fields()) {
                if array.is_null(row) {
                    continue;
                }
                out.push(separator);
                separator = b',';
                write_string(field.name(), out);
                out.push(b':');
                write(array.as_ref(), row, out).map_err(|data_type| RowError::UnsupportedType {
                    column: field.name().clone(),
                    data_type,
                })?;
            }
            end(separator, b"{}\n", b"}\n", out);
        }
        Ok(())
    }
}

/// Ends an array or object: `empty` where nothing has begun it, for its opening byte is still the separator.
fn end(separator: u8, empty: &[u8], close: &[u8], out: &mut Vec<u8>) {
    out.extend_from_slice(if separator == b',' { close } else { empty });
}

/// Appends the value at `row`. The error is the type that is not supported.
fn write(array: &dyn Array, row: usize, out: &mut Vec<u8>) -> Result<(), DataType> {
    if array.is_null(row) {
        out.extend_from_slice(b"null");
        return Ok(());
    }
    if let Some(text) = string_at(array, row) {
        write_string(text, out);
        return Ok(());
    }
    match array.data_type() {
        DataType::List(_) => {
            let elements = array.as_list::<i32>().value(row);
            let mut separator = b'[';
            for index in 0..elements.len() {
                out.push(separator);
                separator = b',';
                write(elements.as_ref(), index, out)?;
            }
            end(separator, b"[]", b"]", out);
        }
        DataType::Map(_, _) => {
            let entries = array.as_map().value(row);
            let mut separator = b'{';
            for index in 0..entries.len() {
                out.push(separator);
                separator = b',';
                write_key(entries.column(0).as_ref(), index, out)?;
                out.push(b':');
                write(entries.column(1).as_ref(), index, out)?;
            }
            end(separator, b"{}", b"}", out);
        }
        DataType::Struct(fields) => write_struct(array, fields, row, out)?,
        data_type => {
            let quoted = !is_bare(array, row);
            if quoted {
                out.push(b'"');
            }
            write_scalar(array, row, out).ok_or_else(|| data_type.clone())?;
            if quoted {
                out.push(b'"');
            }
        }
    }
    Ok(())
}

fn write_struct(
    array: &dyn Array,
    fields: &Fields,
    row: usize,
    out: &mut Vec<u8>,
) -> Result<(), DataType> {
    let mut separator = b'{';
    for (column, field) in array.as_struct().columns().iter().zip(fields) {
        if column.is_null(row) {
            continue;
        }
        out.push(separator);
        separator = b',';
        write_string(field.name(), out);
        out.push(b':');
        write(column.as_ref(), row, out)?;
    }
    end(separator, b"{}", b"}", out);
    Ok(())
}

/// Appends a map's key, in quotes whatever its type.
fn write_key(keys: &dyn Array, row: usize, out: &mut Vec<u8>) -> Result<(), DataType> {
    if let Some(text) = string_at(keys, row) {
        write_string(text, out);
        return Ok(());
    }
    out.push(b'"');
    write_scalar(keys, row, out).ok_or_else(|| keys.data_type().clone())?;
    out.push(b'"');
    Ok(())
}

/// Whether JSON has a notation of its own for the value.
fn is_bare(array: &dyn Array, row: usize) -> bool {
    use arrow::datatypes::{Float32Type, Float64Type};
    match array.data_type() {
        DataType::Float32 => array.as_primitive::<Float32Type>().value(row).is_finite(),
        DataType::Float64 => array.as_primitive::<Float64Type>().value(row).is_finite(),
        DataType::Date32 | DataType::Timestamp(_, _) | DataType::Binary => false,
        _ => true,
    }
}

/// Appends a string with its quotes; control characters are escaped, so that a row stays on its line.
fn write_string(text: &str, out: &mut Vec<u8>) {
    out.push(b'"');
    for byte in text.bytes() {
        match byte {
            b'"' => out.extend_from_slice(b"\\\""),
            b'\\' => out.extend_from_slice(b"\\\\"),
            b'\n' => out.extend_from_slice(b"\\n"),
            b'\r' => out.extend_from_slice(b"\\r"),
            b'\t' => out.extend_from_slice(b"\\t"),
            control @ 0..0x20 => append(out, format_args!("\\u{control:04x}")),
            other => out.push(other),
        }
    }
    out.push(b'"');
}

#[cfg(test)]
#[path = "write_tests.rs"]
mod tests;
