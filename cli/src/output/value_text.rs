//! A value as text, as Athena's result cells have it.

use std::fmt::Write;

use arrow::array::{Array, ArrayRef, AsArray};
use arrow::datatypes::{DataType, Float16Type, Float32Type, Float64Type};
use arrow::util::display::{ArrayFormatter, FormatOptions};

/// The text of a value; `None` for NULL. Arrays are `[a, b]`, maps and rows `{k=v}`, binary is bytes in hex.
pub fn value_text(array: &ArrayRef, row: usize) -> Option<String> {
    if array.is_null(row) || *array.data_type() == DataType::Null {
        return None;
    }
    let mut text = String::new();
    append(array, row, &mut text);
    Some(text)
}

fn append(array: &ArrayRef, row: usize, text: &mut String) {
    if array.is_null(row) {
        text.push_str("null");
        return;
    }
    match array.data_type() {
        DataType::Float16 => text.push_str(&double(f64::from(
            array.as_primitive::<Float16Type>().value(row),
        ))),
        DataType::Float32 => {
            text.push_str(&float_text(
                &array.as_primitive::<Float32Type>().value(row).to_string(),
                f64::from(array.as_primitive::<Float32Type>().value(row)),
                |value| format!("{value:E}"),
                array.as_primitive::<Float32Type>().value(row),
            ));
        }
        DataType::Float64 => text.push_str(&double(array.as_primitive::<Float64Type>().value(row))),
        DataType::Binary => hex(array.as_binary::<i32>().value(row), text),
        DataType::LargeBinary => hex(array.as_binary::<i64>().value(row), text),
        DataType::BinaryView => hex(array.as_binary_view().value(row), text),
        DataType::List(_) => append_list(&array.as_list::<i32>().value(row), text),
        DataType::LargeList(_) => append_list(&array.as_list::<i64>().value(row), text),
        DataType::Map(_, _) => {
            let entries = array.as_map().value(row);
            text.push('{');
            for entry in 0..entries.len() {
                if entry > 0 {
                    text.push_str(", ");
                }
                append(entries.column(0), entry, text);
                text.push('=');
                append(entries.column(1), entry, text);
            }
            text.push('}');
        }
        DataType::Struct(fields) => {
            text.push('{');
            for (index, (field, column)) in
                fields.iter().zip(array.as_struct().columns()).enumerate()
            {
                if index > 0 {
                    text.push_str(", ");
                }
                text.push_str(field.name());
                text.push('=');
                append(column, row, text);
            }
            text.push('}');
        }
        _ => append_formatted(array, row, text),
    }
}

fn append_list(items: &ArrayRef, text: &mut String) {
    text.push('[');
    for item in 0..items.len() {
        if item > 0 {
            text.push_str(", ");
        }
        append(items, item, text);
    }
    text.push(']');
}

/// Everything that Arrow's formatter prints as Athena does: integers, decimals, text, booleans, dates, times.
fn append_formatted(array: &ArrayRef, row: usize, text: &mut String) {
    let options = FormatOptions::default()
        .with_timestamp_format(Some("%Y-%m-%d %H:%M:%S%.3f"))
        .with_timestamp_tz_format(Some("%Y-%m-%d %H:%M:%S%.3f %Z"));
    let fine = FormatOptions::default()
        .with_timestamp_format(Some("%Y-%m-%d %H:%M:%S%.6f"))
        .with_timestamp_tz_format(Some("%Y-%m-%d %H:%M:%S%.6f %Z"));
    let formatted = |options: &FormatOptions<'_>| {
        ArrayFormatter::try_new(array.as_ref(), options)
            .ok()
            .and_then(|formatter| formatter.value(row).try_to_string().ok())
            .unwrap_or_default()
    };
    let is_time = matches!(array.data_type(), DataType::Timestamp(_, _));
    let short = formatted(&options);
    // Milliseconds as Athena shows them, and more digits where there are more.
    let long = if is_time {
        formatted(&fine)
    } else {
        String::new()
    };
    let has_micros = is_time
        && long
            .replacen(short.trim_end_matches(" UTC"), "", 1)
            .trim_end_matches(" UTC")
            != "000";
    text.push_str(if has_micros { &long } else { &short });
}

/// Java's `Double.toString`: plain from 0.001 to ten million, scientific beyond, and always with a point.
fn double(value: f64) -> String {
    float_text(
        &value.to_string(),
        value,
        |value| format!("{value:E}"),
        value,
    )
}

fn float_text<T: Copy>(
    plain: &str,
    value: f64,
    scientific: impl Fn(T) -> String,
    original: T,
) -> String {
    if value.is_nan() {
        return "NaN".to_owned();
    }
    if value.is_infinite() {
        return if value > 0.0 { "Infinity" } else { "-Infinity" }.to_owned();
    }
    let magnitude = value.abs();
    if value == 0.0 || (1e-3..1e7).contains(&magnitude) {
        return if plain.contains('.') {
            plain.to_owned()
        } else {
            format!("{plain}.0")
        };
    }
    let text = scientific(original);
    match text.split_once('E') {
        Some((mantissa, exponent)) if !mantissa.contains('.') => format!("{mantissa}.0E{exponent}"),
        _ => text,
    }
}

fn hex(bytes: &[u8], text: &mut String) {
    for (index, byte) in bytes.iter().enumerate() {
        if index > 0 {
            text.push(' ');
        }
        // Writing to a String cannot fail.
        let _ = write!(text, "{byte:02x}");
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow::array::{
        BinaryArray, Decimal128Array, Float32Array, Float64Array, Int32Array, StructArray,
        TimestampMicrosecondArray,
    };
    use arrow::datatypes::{Field, Int32Type};

    use super::*;

    fn text(array: impl Array + 'static) -> String {
        let array: ArrayRef = Arc::new(array);
        value_text(&array, 0).unwrap()
    }

    #[test]
    fn doubles_are_javas() {
        for (value, expected) in [
            (1.0, "1.0"),
            (0.1, "0.1"),
            (1e10, "1.0E10"),
            (1.5e-5, "1.5E-5"),
            (-0.0, "-0.0"),
            (123_456.789, "123456.789"),
            (1e308, "1.0E308"),
            (f64::INFINITY, "Infinity"),
        ] {
            assert_eq!(text(Float64Array::from(vec![value])), expected);
        }
        assert_eq!(text(Float32Array::from(vec![0.1_f32])), "0.1");
    }

    #[test]
    fn times_have_milliseconds_and_more_where_there_is_more() {
        assert_eq!(
            text(TimestampMicrosecondArray::from(vec![0])),
            "1970-01-01 00:00:00.000"
        );
        assert_eq!(
            text(TimestampMicrosecondArray::from(vec![1_500_000])),
            "1970-01-01 00:00:01.500"
        );
        assert_eq!(
            text(TimestampMicrosecondArray::from(vec![1_500_001])),
            "1970-01-01 00:00:01.500001"
        );
    }

    #[test]
    fn nested_values_and_bytes_are_athenas() {
        let list =
            arrow::array::ListArray::from_iter_primitive::<Int32Type, _, _>(vec![Some(vec![
                Some(1),
                None,
            ])]);
        assert_eq!(text(list), "[1, null]");
        let row = StructArray::from(vec![(
            Arc::new(Field::new("a", DataType::Int32, true)),
            Arc::new(Int32Array::from(vec![7])) as ArrayRef,
        )]);
        assert_eq!(text(row), "{a=7}");
        assert_eq!(text(BinaryArray::from(vec![&[1_u8, 171][..]])), "01 ab");
        let decimal = Decimal128Array::from(vec![150])
            .with_precision_and_scale(10, 2)
            .unwrap();
        assert_eq!(text(decimal), "1.50");
    }
}
