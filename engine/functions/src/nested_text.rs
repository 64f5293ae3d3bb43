//! Texts of single values: as casts to varchar give them, and as Trino's error messages show them.

use arrow::array::{
    Array, ArrayRef, AsArray, BooleanArray, ListArray, MapArray, StringViewArray, StructArray,
};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Float32Type, Float64Type, Int16Type};
use arrow::util::display::{ArrayFormatter, FormatOptions};
use datafusion::common::{downcast_value, exec_err};
use datafusion::error::Result;

use crate::cast::{OnFailure, cast_function, cast_values};
use crate::nested::{is_null_at, places, usize_of};
use crate::types::Type;
use crate::types::time_zone::TimeZone;

/// Whether [`texts`] gives the values of that type.
pub(crate) fn has_text(data_type: &Type) -> bool {
    *data_type == Type::Unknown
        || cast_function(data_type, &Type::VARCHAR, OnFailure::Error).is_some()
}

/// The values cast to varchar.
///
/// This is the one place where functions over collections need a cast of a type that they do not know. It has the types whose texts are the
/// same in Arrow; the others come with `crate::cast`, which is to be called here.
pub(crate) fn texts(values: &ArrayRef, data_type: &Type) -> Result<StringViewArray> {
    let texts = cast_values(values, data_type, &Type::VARCHAR, OnFailure::Error)?;
    let texts = cast(&texts, &DataType::Utf8View)?;
    Ok(downcast_value!(texts, StringViewArray).clone())
}

/// The value as error messages show it: collections in brackets, `null` for NULL.
pub(crate) fn shown(values: &ArrayRef, place: u32, data_type: &Type) -> Result<String> {
    if is_null_at(values, place) {
        return Ok("null".to_owned());
    }
    let row = usize_of(place);
    match data_type {
        Type::Boolean => Ok(downcast_value!(values, BooleanArray).value(row).to_string()),
        Type::Double => Ok(java_double(&format!(
            "{:e}",
            values.as_primitive::<Float64Type>().value(row)
        ))),
        Type::Real => Ok(java_double(&format!(
            "{:e}",
            values.as_primitive::<Float32Type>().value(row)
        ))),
        Type::Array(element) => {
            let lists = downcast_value!(values, ListArray);
            let places = places(lists.offsets(), lists.nulls());
            let elements = places.get(row).cloned().unwrap_or(0..0);
            let elements = elements
                .map(|place| shown(lists.values(), place, element))
                .collect::<Result<Vec<_>>>()?;
            Ok(format!("[{}]", elements.join(", ")))
        }
        Type::Row(fields) => {
            let rows = downcast_value!(values, StructArray);
            let fields = rows
                .columns()
                .iter()
                .zip(fields)
                .map(|(column, field)| shown(column, place, &field.data_type))
                .collect::<Result<Vec<_>>>()?;
            Ok(format!("[{}]", fields.join(", ")))
        }
        Type::Map(key, value) => {
            let maps = downcast_value!(values, MapArray);
            let places = places(maps.offsets(), maps.nulls());
            let entries = places.get(row).cloned().unwrap_or(0..0);
            let entries = entries
                .map(|place| {
                    let key = shown(maps.keys(), place, key)?;
                    let value = shown(maps.values(), place, value)?;
                    Ok(format!("{key}={value}"))
                })
                .collect::<Result<Vec<_>>>()?;
            Ok(format!("{{{}}}", entries.join(", ")))
        }
        Type::Timestamp(precision) => {
            let text = formatted(values, row)?;
            Ok(with_fraction(&text.replacen('T', " ", 1), *precision))
        }
        Type::TimestampWithTimeZone(precision) => {
            let parts = downcast_value!(values, StructArray);
            let [instants, zones] = parts.columns() else {
                return exec_err!("a timestamp with its zone has two fields");
            };
            let zone = TimeZone::from_key(zones.as_primitive::<Int16Type>().value(row));
            let text = formatted(instants, row)?;
            let text = text.trim_end_matches('Z').replacen('T', " ", 1);
            Ok(format!("{} {zone}", with_fraction(&text, *precision)))
        }
        _ => formatted(values, row),
    }
}

fn formatted(values: &ArrayRef, row: usize) -> Result<String> {
    let options = FormatOptions::default();
    Ok(ArrayFormatter::try_new(values, &options)?
        .value(row)
        .try_to_string()?)
}

/// A time with so many digits of a second.
fn with_fraction(text: &str, precision: u8) -> String {
    let (seconds, fraction) = text.split_once('.').unwrap_or((text, ""));
    if precision == 0 {
        return seconds.to_owned();
    }
    let width = usize::from(precision);
    let fraction: String = fraction.chars().take(width).collect();
    format!("{seconds}.{fraction:0<width$}")
}

/// A number as Java prints it, from its shortest digits with an exponent: plain from a thousandth up to ten millions.
fn java_double(scientific: &str) -> String {
    let Some((digits, exponent)) = scientific.split_once('e') else {
        return match scientific {
            "inf" => "Infinity".to_owned(),
            "-inf" => "-Infinity".to_owned(),
            other => other.to_owned(),
        };
    };
    let exponent: i32 = exponent.parse().unwrap_or(0);
    let (sign, digits) = match digits.strip_prefix('-') {
        Some(digits) => ("-", digits),
        None => ("", digits),
    };
    let digits = digits.replace('.', "");
    if !(-3..7).contains(&exponent) && digits != "0" {
        let (first, rest) = digits.split_at(1);
        let rest = if rest.is_empty() { "0" } else { rest };
        return format!("{sign}{first}.{rest}E{exponent}");
    }
    match usize::try_from(exponent) {
        Ok(exponent) => {
            let whole: String = digits
                .chars()
                .chain("0".repeat(exponent).chars())
                .take(exponent + 1)
                .collect();
            let rest: String = digits.chars().skip(exponent + 1).collect();
            let rest = if rest.is_empty() {
                "0".to_owned()
            } else {
                rest
            };
            format!("{sign}{whole}.{rest}")
        }
        Err(_) => {
            let zeros = usize::try_from(-exponent - 1).unwrap_or(0);
            format!("{sign}0.{}{digits}", "0".repeat(zeros))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{java_double, with_fraction};

    #[test]
    fn numbers_are_shown_as_java_does() {
        let shown = |number: f64| java_double(&format!("{number:e}"));
        for (number, text) in [
            (0.0, "0.0"),
            (-0.0, "-0.0"),
            (1.0, "1.0"),
            (-12.5, "-12.5"),
            (0.001, "0.001"),
            (0.000_12, "1.2E-4"),
            (1_234_567.0, "1234567.0"),
            (12_345_678.0, "1.2345678E7"),
            (100.0, "100.0"),
            (1e300, "1.0E300"),
            (f64::NAN, "NaN"),
            (f64::NEG_INFINITY, "-Infinity"),
        ] {
            assert_eq!(shown(number), text);
        }
    }

    #[test]
    fn fractions_have_the_digits_of_their_precision() {
        assert_eq!(with_fraction("00:00:01", 3), "00:00:01.000");
        assert_eq!(with_fraction("00:00:01.123456", 3), "00:00:01.123");
        assert_eq!(with_fraction("00:00:01.5", 0), "00:00:01");
    }
}
