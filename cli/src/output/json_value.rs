//! Values as JSON that keeps every digit: decimals as strings, times as ISO 8601, binary as base64.

use std::io::{self, Write};

use arrow::array::{Array, ArrayRef, AsArray, BooleanArray, ListArray, MapArray, StructArray};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Float32Type, Float64Type, Int64Type};
use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use prismlake_engine::{ResultText, Type};

use super::arrow_failed;
use super::value_text::{Cells, cell_text};

/// The values of an array, ready to be written one by one.
pub struct JsonValues {
    array: ArrayRef,
    form: Form,
}

enum Form {
    Null,
    Boolean(BooleanArray),
    /// Cast to bigint.
    Integer(ArrayRef),
    Real,
    Double,
    /// Cast to binary.
    Binary(ArrayRef),
    /// A date and a time of day: a `T` stands between them.
    Moment(Box<Cells>),
    Text(Box<Cells>),
    Array(ListArray, Box<JsonValues>),
    Map(MapArray, Box<Cells>, Box<JsonValues>),
    Row(StructArray, Vec<JsonValues>),
}

impl JsonValues {
    /// Prepares values of that type.
    pub fn new(array: &ArrayRef, data_type: &Type) -> io::Result<JsonValues> {
        let converted = |to: &DataType| cast(array, to).map_err(arrow_failed);
        let text = || -> io::Result<Box<Cells>> {
            let text = ResultText::new(array, data_type).map_err(io::Error::other)?;
            Ok(Box::new(Cells::new(text, data_type)))
        };
        let form = match data_type {
            Type::Unknown => Form::Null,
            Type::Boolean => Form::Boolean(array.as_boolean().clone()),
            Type::Tinyint | Type::Smallint | Type::Integer | Type::Bigint => {
                Form::Integer(converted(&DataType::Int64)?)
            }
            Type::Real => Form::Real,
            Type::Double => Form::Double,
            Type::Varbinary => Form::Binary(converted(&DataType::Binary)?),
            Type::Timestamp(_) | Type::TimestampWithTimeZone(_) => Form::Moment(text()?),
            Type::Array(element) => {
                let lists = match array.as_list_opt::<i32>() {
                    Some(lists) => lists.clone(),
                    None => return Ok(JsonValues::text(array, text()?)),
                };
                let values = JsonValues::new(lists.values(), element)?;
                Form::Array(lists, Box::new(values))
            }
            Type::Map(key, value) => match array.as_map_opt() {
                Some(maps) => Form::Map(
                    maps.clone(),
                    Box::new(Cells::new(
                        ResultText::new(maps.keys(), key).map_err(io::Error::other)?,
                        key,
                    )),
                    Box::new(JsonValues::new(maps.values(), value)?),
                ),
                None => return Ok(JsonValues::text(array, text()?)),
            },
            Type::Row(fields) => match array.as_struct_opt() {
                Some(rows) => {
                    let columns = rows
                        .columns()
                        .iter()
                        .zip(fields)
                        .map(|(column, field)| JsonValues::new(column, &field.data_type))
                        .collect::<io::Result<Vec<_>>>()?;
                    Form::Row(rows.clone(), columns)
                }
                None => return Ok(JsonValues::text(array, text()?)),
            },
            _ => Form::Text(text()?),
        };
        Ok(JsonValues {
            array: ArrayRef::clone(array),
            form,
        })
    }

    fn text(array: &ArrayRef, text: Box<Cells>) -> JsonValues {
        JsonValues {
            array: ArrayRef::clone(array),
            form: Form::Text(text),
        }
    }

    /// Writes a row's value.
    pub fn write(&self, output: &mut dyn Write, row: usize) -> io::Result<()> {
        if self.array.is_null(row) {
            return write!(output, "null");
        }
        match &self.form {
            Form::Null => write!(output, "null"),
            Form::Boolean(values) => write!(output, "{}", values.value(row)),
            Form::Integer(values) => {
                write!(output, "{}", values.as_primitive::<Int64Type>().value(row))
            }
            Form::Real => {
                let value = self.array.as_primitive::<Float32Type>().value(row);
                write_float(output, f64::from(value), &format!("{value:?}"))
            }
            Form::Double => {
                let value = self.array.as_primitive::<Float64Type>().value(row);
                write_float(output, value, &format!("{value:?}"))
            }
            Form::Binary(values) => {
                let bytes = values.as_binary::<i32>().value(row);
                write!(output, "\"{}\"", BASE64.encode(bytes))
            }
            Form::Moment(values) => {
                let text = cell_text(values, row).unwrap_or_default();
                write_text(output, &iso_8601(&text))
            }
            Form::Text(values) => write_text(output, &cell_text(values, row).unwrap_or_default()),
            Form::Array(lists, values) => {
                write!(output, "[")?;
                for (place, item) in range(lists.value_offsets(), row).enumerate() {
                    if place > 0 {
                        write!(output, ",")?;
                    }
                    values.write(output, item)?;
                }
                write!(output, "]")
            }
            Form::Map(maps, keys, values) => {
                write!(output, "{{")?;
                for (place, entry) in range(maps.value_offsets(), row).enumerate() {
                    if place > 0 {
                        write!(output, ",")?;
                    }
                    write_text(output, &cell_text(keys, entry).unwrap_or_default())?;
                    write!(output, ":")?;
                    values.write(output, entry)?;
                }
                write!(output, "}}")
            }
            Form::Row(rows, columns) => {
                write!(output, "{{")?;
                for (place, (name, column)) in rows.column_names().iter().zip(columns).enumerate() {
                    if place > 0 {
                        write!(output, ",")?;
                    }
                    write_text(output, name)?;
                    write!(output, ":")?;
                    column.write(output, row)?;
                }
                write!(output, "}}")
            }
        }
    }
}

/// The places of a row's items.
fn range(offsets: &[i32], row: usize) -> std::ops::Range<usize> {
    let at = |place: usize| {
        offsets
            .get(place)
            .and_then(|offset| usize::try_from(*offset).ok())
            .unwrap_or(0)
    };
    at(row)..at(row + 1)
}

/// `2020-01-01 00:00:00.000 UTC` as `2020-01-01T00:00:00.000Z`; a zone that is neither UTC nor an offset stays behind its time.
fn iso_8601(text: &str) -> String {
    let mut parts = text.splitn(3, ' ');
    let (date, time, zone) = (parts.next(), parts.next(), parts.next());
    let mut iso = date.unwrap_or_default().to_owned();
    if let Some(time) = time {
        iso.push('T');
        iso.push_str(time);
    }
    match zone {
        None => {}
        Some("UTC") => iso.push('Z'),
        Some(zone) if zone.starts_with(['+', '-']) => iso.push_str(zone),
        Some(zone) => {
            iso.push('[');
            iso.push_str(zone);
            iso.push(']');
        }
    }
    iso
}

/// Text as a JSON string.
pub fn write_text(output: &mut dyn Write, text: &str) -> io::Result<()> {
    serde_json::to_writer(output, text).map_err(io::Error::other)
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

#[cfg(test)]
mod tests {
    use super::iso_8601;

    #[test]
    fn moments_are_iso_8601() {
        assert_eq!(
            iso_8601("2020-01-01 00:00:00.000"),
            "2020-01-01T00:00:00.000"
        );
        assert_eq!(
            iso_8601("2020-01-01 00:00:00.000 UTC"),
            "2020-01-01T00:00:00.000Z"
        );
        assert_eq!(
            iso_8601("2020-01-01 00:00:00.000 +05:30"),
            "2020-01-01T00:00:00.000+05:30"
        );
    }
}
