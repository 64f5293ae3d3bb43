//! `CAST(x AS json)`: writes SQL values as JSON.

use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, ArrowPrimitiveType, BooleanArray, Date32Array, Decimal128Array, Float32Array,
    Float64Array, Int8Array, Int16Array, Int32Array, Int64Array, ListArray, MapArray,
    PrimitiveArray, StringViewArray, StringViewBuilder, StructArray,
};
use arrow::compute::cast;
use arrow::datatypes::{DataType, TimestampMicrosecondType, TimestampNanosecondType};
use datafusion::common::downcast_value;
use datafusion::error::Result;

use super::moment::{write_date, write_timestamp};
use crate::error::{FunctionError, FunctionErrorCode};
use crate::json::number::{
    write_decimal, write_double, write_integer, write_json_decimal, write_json_double,
    write_json_real, write_real,
};
use crate::json::string::{compare_utf16, write_string};
use crate::types::Type;

/// Casts values of a type to JSON.
pub(crate) fn to_json(values: &ArrayRef, from: &Type) -> Result<ArrayRef> {
    if *from == Type::Json {
        return Ok(cast(values, &DataType::Utf8View)?);
    }
    let writer = Writer::new(values, from)?;
    let mut output = StringViewBuilder::with_capacity(values.len());
    let mut text = String::new();
    for row in 0..values.len() {
        if writer.is_null(row) {
            output.append_null();
        } else {
            text.clear();
            writer.write(row, &mut text);
            output.append_value(&text);
        }
    }
    Ok(Arc::new(output.finish()))
}

/// Writes the values of an array.
enum Writer {
    /// Bare NULLs.
    Nulls,
    Boolean(BooleanArray),
    Tinyint(Int8Array),
    Smallint(Int16Array),
    Integer(Int32Array),
    Bigint(Int64Array),
    Real(Float32Array),
    Double(Float64Array),
    Decimal(Decimal128Array, u8),
    Text(StringViewArray),
    Json(StringViewArray),
    Date(Date32Array),
    Microseconds(PrimitiveArray<TimestampMicrosecondType>, u8),
    Nanoseconds(PrimitiveArray<TimestampNanosecondType>, u8),
    Array(ListArray, Box<Writer>),
    Map(MapArray, Box<Writer>, Box<Writer>),
    /// The fields' names as JSON, and their values.
    Row(StructArray, Vec<(String, Writer)>),
}

fn primitives<T: ArrowPrimitiveType>(values: &ArrayRef) -> Result<PrimitiveArray<T>> {
    Ok(downcast_value!(values, PrimitiveArray, T).clone())
}

fn texts(values: &ArrayRef) -> Result<StringViewArray> {
    let values = cast(values, &DataType::Utf8View)?;
    Ok(downcast_value!(values, StringViewArray).clone())
}

impl Writer {
    fn new(values: &ArrayRef, from: &Type) -> Result<Writer> {
        Ok(match from {
            Type::Unknown => Writer::Nulls,
            Type::Boolean => Writer::Boolean(downcast_value!(values, BooleanArray).clone()),
            Type::Tinyint => Writer::Tinyint(primitives(values)?),
            Type::Smallint => Writer::Smallint(primitives(values)?),
            Type::Integer => Writer::Integer(primitives(values)?),
            Type::Bigint => Writer::Bigint(primitives(values)?),
            Type::Real => Writer::Real(primitives(values)?),
            Type::Double => Writer::Double(primitives(values)?),
            Type::Decimal { scale, .. } => Writer::Decimal(primitives(values)?, *scale),
            Type::Varchar(_) | Type::Char(_) => Writer::Text(texts(values)?),
            Type::Json => Writer::Json(texts(values)?),
            Type::Date => Writer::Date(primitives(values)?),
            Type::Timestamp(precision) if *precision <= 6 => {
                Writer::Microseconds(primitives(values)?, *precision)
            }
            Type::Timestamp(precision) => Writer::Nanoseconds(primitives(values)?, *precision),
            Type::Array(element) => {
                let lists = downcast_value!(values, ListArray).clone();
                let elements = Writer::new(lists.values(), element)?;
                Writer::Array(lists, Box::new(elements))
            }
            Type::Map(key, value) if is_key(key) => {
                let maps = downcast_value!(values, MapArray).clone();
                let keys = Writer::new(maps.keys(), key)?;
                let values = Writer::new(maps.values(), value)?;
                Writer::Map(maps, Box::new(keys), Box::new(values))
            }
            Type::Row(fields) => {
                let rows = downcast_value!(values, StructArray).clone();
                let fields = fields.iter().zip(rows.columns()).map(|(field, column)| {
                    let mut name = String::new();
                    write_string(field.name.as_deref().unwrap_or(""), &mut name);
                    Ok((name, Writer::new(column, &field.data_type)?))
                });
                let fields = fields.collect::<Result<_>>()?;
                Writer::Row(rows, fields)
            }
            other => {
                let message = format!("Cannot cast {other} to json");
                return Err(FunctionError::new(FunctionErrorCode::TypeMismatch, message).into());
            }
        })
    }

    fn is_null(&self, row: usize) -> bool {
        match self {
            Writer::Nulls => true,
            Writer::Boolean(values) => values.is_null(row),
            Writer::Tinyint(values) => values.is_null(row),
            Writer::Smallint(values) => values.is_null(row),
            Writer::Integer(values) => values.is_null(row),
            Writer::Bigint(values) => values.is_null(row),
            Writer::Real(values) => values.is_null(row),
            Writer::Double(values) => values.is_null(row),
            Writer::Decimal(values, _) => values.is_null(row),
            Writer::Text(values) | Writer::Json(values) => values.is_null(row),
            Writer::Date(values) => values.is_null(row),
            Writer::Microseconds(values, _) => values.is_null(row),
            Writer::Nanoseconds(values, _) => values.is_null(row),
            Writer::Array(values, _) => values.is_null(row),
            Writer::Map(values, ..) => values.is_null(row),
            Writer::Row(values, _) => values.is_null(row),
        }
    }

    /// Appends a row's value. The recursion is as deep as the type.
    fn write(&self, row: usize, output: &mut String) {
        if self.is_null(row) {
            output.push_str("null");
            return;
        }
        match self {
            Writer::Nulls => {}
            Writer::Boolean(values) => {
                output.push_str(if values.value(row) { "true" } else { "false" })
            }
            Writer::Tinyint(values) => write_integer(values.value(row), output),
            Writer::Smallint(values) => write_integer(values.value(row), output),
            Writer::Integer(values) => write_integer(values.value(row), output),
            Writer::Bigint(values) => write_integer(values.value(row), output),
            Writer::Real(values) => write_json_real(values.value(row), output),
            Writer::Double(values) => write_json_double(values.value(row), output),
            Writer::Decimal(values, scale) => write_json_decimal(values.value(row), *scale, output),
            Writer::Text(values) => write_string(values.value(row), output),
            Writer::Json(values) => output.push_str(values.value(row)),
            Writer::Date(values) => {
                quoted(output, |output| {
                    write_date(i64::from(values.value(row)), output)
                });
            }
            Writer::Microseconds(values, precision) => quoted(output, |output| {
                write_timestamp(values.value(row), 1_000_000, *precision, output);
            }),
            Writer::Nanoseconds(values, precision) => quoted(output, |output| {
                write_timestamp(values.value(row), 1_000_000_000, *precision, output);
            }),
            Writer::Array(lists, elements) => {
                output.push('[');
                for (place, element) in range(lists.offsets(), row).enumerate() {
                    if place > 0 {
                        output.push(',');
                    }
                    elements.write(element, output);
                }
                output.push(']');
            }
            Writer::Map(maps, keys, values) => {
                write_map(range(maps.offsets(), row), keys, values, output);
            }
            Writer::Row(_, fields) => {
                output.push('{');
                for (place, (name, values)) in fields.iter().enumerate() {
                    if place > 0 {
                        output.push(',');
                    }
                    output.push_str(name);
                    output.push(':');
                    values.write(row, output);
                }
                output.push('}');
            }
        }
    }

    /// A value as the key of an object.
    fn key(&self, row: usize) -> String {
        let mut key = String::new();
        match self {
            Writer::Text(values) => key.push_str(values.value(row)),
            Writer::Real(values) => write_real(values.value(row), &mut key),
            Writer::Double(values) => write_double(values.value(row), &mut key),
            Writer::Decimal(values, scale) => write_decimal(values.value(row), *scale, &mut key),
            other => other.write(row, &mut key),
        }
        key
    }
}

/// Whether values of the type may be keys of objects.
fn is_key(key: &Type) -> bool {
    key.is_numeric() || matches!(key, Type::Unknown | Type::Boolean | Type::Varchar(_))
}

/// The elements of a row's list.
fn range(offsets: &[i32], row: usize) -> std::ops::Range<usize> {
    let offset = |place: usize| {
        offsets
            .get(place)
            .and_then(|offset| usize::try_from(*offset).ok())
    };
    offset(row).unwrap_or(0)..offset(row + 1).unwrap_or(0)
}

fn quoted(output: &mut String, write: impl FnOnce(&mut String)) {
    output.push('"');
    write(output);
    output.push('"');
}

/// An object with the keys in their order as texts. Of keys with the same text the last counts.
fn write_map(entries: std::ops::Range<usize>, keys: &Writer, values: &Writer, output: &mut String) {
    let mut members: Vec<(String, usize)> = entries.map(|entry| (keys.key(entry), entry)).collect();
    members.sort_by(|(left, _), (right, _)| compare_utf16(left, right));
    output.push('{');
    let mut first = true;
    for (place, (key, entry)) in members.iter().enumerate() {
        if members.get(place + 1).is_some_and(|(next, _)| next == key) {
            continue;
        }
        if !first {
            output.push(',');
        }
        first = false;
        write_string(key, output);
        output.push(':');
        values.write(*entry, output);
    }
    output.push('}');
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow::array::{
        ArrayRef, BooleanArray, Date32Array, Decimal128Array, Float32Array, Float64Array,
        Int64Array, Int64Builder, ListArray, MapBuilder, StringArray, StringBuilder, StructArray,
        TimestampMicrosecondArray, TimestampNanosecondArray,
    };
    use arrow::datatypes::{DataType, Field, Int64Type};
    use datafusion::scalar::ScalarValue;

    use crate::testing::{Argument, column, constant, shown};

    async fn to_json(argument: Argument) -> String {
        shown("$to_json", vec![argument]).await
    }

    #[tokio::test]
    async fn scalars_become_json() {
        assert_eq!(
            to_json(column(
                "boolean",
                BooleanArray::from(vec![Some(true), Some(false), None])
            ))
            .await,
            "true|false|NULL"
        );
        assert_eq!(
            to_json(column(
                "bigint",
                Int64Array::from(vec![Some(i64::MIN), None])
            ))
            .await,
            "-9223372036854775808|NULL"
        );
        assert_eq!(
            to_json(column(
                "double",
                Float64Array::from(vec![2.5, 1e10, f64::NAN, f64::NEG_INFINITY])
            ))
            .await,
            "2.5|1.0E10|\"NaN\"|\"-Infinity\""
        );
        assert_eq!(
            to_json(column("real", Float32Array::from(vec![0.1, f32::INFINITY]))).await,
            "0.1|\"Infinity\""
        );
        let decimals = Decimal128Array::from(vec![Some(-314), Some(5), None])
            .with_precision_and_scale(38, 2)
            .unwrap();
        assert_eq!(
            to_json(column("decimal(38,2)", decimals)).await,
            "-3.14|0.05|NULL"
        );
        assert_eq!(
            to_json(column(
                "varchar",
                StringArray::from(vec![Some("a\"b\né"), Some(""), None])
            ))
            .await,
            "\"a\\\"b\\né\"|\"\"|NULL"
        );
        assert_eq!(
            to_json(column(
                "json",
                StringArray::from(vec![Some("{\"a\":1}"), None])
            ))
            .await,
            "{\"a\":1}|NULL"
        );
        assert_eq!(
            to_json(column("date", Date32Array::from(vec![Some(18_321), None]))).await,
            "\"2020-02-29\"|NULL"
        );
        let timestamps = TimestampMicrosecondArray::from(vec![Some(1_500_000), None]);
        assert_eq!(
            to_json(column("timestamp(3)", timestamps)).await,
            "\"1970-01-01 00:00:01.500\"|NULL"
        );
        let timestamps = TimestampNanosecondArray::from(vec![Some(-1)]);
        assert_eq!(
            to_json(column("timestamp(9)", timestamps)).await,
            "\"1969-12-31 23:59:59.999999999\""
        );
        assert_eq!(
            to_json(constant("time(3)", ScalarValue::Time64Microsecond(None))).await,
            "ERROR: Cannot cast time(3) to json"
        );
    }

    #[tokio::test]
    async fn nested_values_become_json() {
        let lists = ListArray::from_iter_primitive::<Int64Type, _, _>(vec![
            Some(vec![Some(1), None]),
            Some(vec![]),
            None,
        ]);
        assert_eq!(
            to_json(column("array(bigint)", lists)).await,
            "[1,null]|[]|NULL"
        );
        let mut maps = MapBuilder::new(None, StringBuilder::new(), Int64Builder::new());
        for (key, value) in [
            ("b", Some(1)),
            ("\u{ff5e}", Some(2)),
            ("\u{1f600}", None),
            ("a", Some(3)),
        ] {
            maps.keys().append_value(key);
            maps.values().append_option(value);
        }
        maps.append(true).unwrap();
        maps.append(false).unwrap();
        assert_eq!(
            to_json(column("map(varchar, bigint)", maps.finish())).await,
            "{\"a\":3,\"b\":1,\"\u{1f600}\":null,\"\u{ff5e}\":2}|NULL"
        );
        let rows = StructArray::from(vec![
            (
                Arc::new(Field::new("v1", DataType::Int64, true)),
                Arc::new(Int64Array::from(vec![Some(123), None])) as ArrayRef,
            ),
            (
                Arc::new(Field::new("V 2", DataType::Utf8, true)),
                Arc::new(StringArray::from(vec![Some("abc"), None])) as ArrayRef,
            ),
        ]);
        assert_eq!(
            to_json(column("row(v1 bigint, \"V 2\" varchar)", rows.clone())).await,
            "{\"v1\":123,\"V 2\":\"abc\"}|{\"v1\":null,\"V 2\":null}"
        );
        assert_eq!(
            to_json(column("row(bigint, varchar)", rows)).await,
            "{\"\":123,\"\":\"abc\"}|{\"\":null,\"\":null}"
        );
    }
}
