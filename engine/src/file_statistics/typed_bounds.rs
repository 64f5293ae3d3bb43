//! Kept bounds in the type that a table declares, where every value is read in it as what it is and in the same order.

use arrow::datatypes::{DataType, TimeUnit};
use datafusion::scalar::ScalarValue;
use prismlake_catalog::file_statistics::{BoundValue, ColumnBounds};
use prismlake_catalog::hive_type::HiveType;

/// Both bounds as values of `declared`; `None` where there are none, or where the file's type is read in another order, or not at
/// all: numbers as text, say.
pub(crate) fn typed_bounds(
    kept: &ColumnBounds,
    declared: &DataType,
) -> Option<(ScalarValue, ScalarValue)> {
    let file_type = HiveType::parse(&kept.file_type).ok()?;
    let lower = typed(&file_type, kept.lower.as_ref()?, declared)?;
    let upper = typed(&file_type, kept.upper.as_ref()?, declared)?;
    Some((lower, upper))
}

fn typed(file_type: &HiveType, kept: &BoundValue, declared: &DataType) -> Option<ScalarValue> {
    use HiveType::{
        BigInt, Boolean, Char, Date, Decimal, Double, Float, Int, SmallInt, String, Timestamp,
        TinyInt, Varchar,
    };
    match (file_type, kept) {
        (Boolean, BoundValue::Boolean(value)) if *declared == DataType::Boolean => {
            Some(ScalarValue::Boolean(Some(*value)))
        }
        (TinyInt | SmallInt | Int | BigInt, BoundValue::Integer(value)) => {
            integer(file_type, *value, declared)
        }
        // A float is read as a double of the same value.
        (Float, BoundValue::Double(value)) => match declared {
            DataType::Float32 => ScalarValue::from(*value).cast_to(declared).ok(),
            DataType::Float64 => Some(ScalarValue::from(*value)),
            _ => None,
        },
        (Double, BoundValue::Double(value)) if *declared == DataType::Float64 => {
            Some(ScalarValue::from(*value))
        }
        (Decimal(file_precision, file_scale), BoundValue::Decimal(text)) => match declared {
            DataType::Decimal128(precision, scale)
                if i16::from(*scale) >= i16::from(*file_scale)
                    && i16::from(*precision) - i16::from(*scale)
                        >= i16::from(*file_precision) - i16::from(*file_scale) =>
            {
                value_of(text, declared)
            }
            _ => None,
        },
        (String | Varchar(_) | Char(_), BoundValue::Text(text)) => match declared {
            DataType::Utf8View => Some(ScalarValue::Utf8View(Some(text.clone()))),
            _ => None,
        },
        (Date, BoundValue::Integer(days)) if *declared == DataType::Date32 => {
            Some(ScalarValue::Date32(Some(i32::try_from(*days).ok()?)))
        }
        (Timestamp, BoundValue::Integer(micros)) => match declared {
            DataType::Timestamp(TimeUnit::Microsecond, zone) => Some(
                ScalarValue::TimestampMicrosecond(Some(*micros), zone.clone()),
            ),
            _ => None,
        },
        _ => None,
    }
}

fn integer(file_type: &HiveType, value: i64, declared: &DataType) -> Option<ScalarValue> {
    let digits: i16 = match file_type {
        HiveType::TinyInt => 3,
        HiveType::SmallInt => 5,
        HiveType::Int => 10,
        _ => 19,
    };
    let width = match file_type {
        HiveType::TinyInt => 1,
        HiveType::SmallInt => 2,
        HiveType::Int => 4,
        _ => 8,
    };
    match declared {
        DataType::Int8 if width <= 1 => Some(ScalarValue::from(i8::try_from(value).ok()?)),
        DataType::Int16 if width <= 2 => Some(ScalarValue::from(i16::try_from(value).ok()?)),
        DataType::Int32 if width <= 4 => Some(ScalarValue::from(i32::try_from(value).ok()?)),
        DataType::Int64 => Some(ScalarValue::from(value)),
        DataType::Float64 if width <= 4 => {
            Some(ScalarValue::from(f64::from(i32::try_from(value).ok()?)))
        }
        DataType::Decimal128(precision, scale)
            if i16::from(*precision) - i16::from(*scale) >= digits =>
        {
            value_of(&value.to_string(), declared)
        }
        _ => None,
    }
}

fn value_of(text: &str, declared: &DataType) -> Option<ScalarValue> {
    ScalarValue::try_from_string(text.to_owned(), declared)
        .ok()
        .filter(|value| !value.is_null())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bounds(file_type: &str, value: BoundValue) -> ColumnBounds {
        ColumnBounds {
            file_type: file_type.to_owned(),
            lower: Some(value.clone()),
            upper: Some(value),
            ..ColumnBounds::default()
        }
    }

    #[test]
    fn bounds_follow_a_wider_declared_type_and_no_other() {
        let integer = bounds("int", BoundValue::Integer(-7));
        let decimal = bounds("decimal(9,2)", BoundValue::Decimal("-0.05".to_owned()));
        let text = bounds("string", BoundValue::Text("7".to_owned()));
        let date = bounds("date", BoundValue::Integer(7));
        for (kept, declared, expected) in [
            (&integer, DataType::Int64, Some(ScalarValue::from(-7_i64))),
            (&integer, DataType::Int32, Some(ScalarValue::from(-7_i32))),
            (&integer, DataType::Int16, None),
            (&integer, DataType::Float64, Some(ScalarValue::from(-7.0))),
            (&integer, DataType::Utf8View, None),
            (
                &integer,
                DataType::Decimal128(12, 2),
                Some(ScalarValue::Decimal128(Some(-700), 12, 2)),
            ),
            (&integer, DataType::Decimal128(9, 2), None),
            (
                &decimal,
                DataType::Decimal128(20, 4),
                Some(ScalarValue::Decimal128(Some(-500), 20, 4)),
            ),
            (&decimal, DataType::Decimal128(9, 1), None),
            (&decimal, DataType::Float64, None),
            (&text, DataType::Int64, None),
            (
                &text,
                DataType::Utf8View,
                Some(ScalarValue::Utf8View(Some("7".to_owned()))),
            ),
            (&date, DataType::Date32, Some(ScalarValue::Date32(Some(7)))),
            (&date, DataType::Int32, None),
            (
                &date,
                DataType::Timestamp(TimeUnit::Microsecond, None),
                None,
            ),
        ] {
            let found = typed_bounds(kept, &declared).map(|(lower, _)| lower);
            assert_eq!(found, expected, "{} as {declared}", kept.file_type);
        }
    }
}
