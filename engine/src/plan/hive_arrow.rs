//! Hive's types as Arrow's.

use std::sync::Arc;

use arrow::datatypes::{DataType, Field, Fields, TimeUnit};
use prismlake_catalog::hive_type::HiveType;

/// The Arrow type in which a column's values are read.
///
/// Strings are views at the top level, where scans and joins gain by them, and plain within nested types. Timestamps are
/// microseconds: what Spark and Hive write, over all years that they know.
pub(crate) fn arrow_type(hive_type: &HiveType) -> DataType {
    match hive_type {
        HiveType::String | HiveType::Varchar(_) | HiveType::Char(_) => DataType::Utf8View,
        other => nested_type(other),
    }
}

fn nested_type(hive_type: &HiveType) -> DataType {
    match hive_type {
        HiveType::Boolean => DataType::Boolean,
        HiveType::TinyInt => DataType::Int8,
        HiveType::SmallInt => DataType::Int16,
        HiveType::Int => DataType::Int32,
        HiveType::BigInt => DataType::Int64,
        HiveType::Float => DataType::Float32,
        HiveType::Double => DataType::Float64,
        HiveType::Decimal(precision, scale) => {
            DataType::Decimal128(*precision, i8::try_from(*scale).unwrap_or(0))
        }
        HiveType::String | HiveType::Varchar(_) | HiveType::Char(_) => DataType::Utf8,
        HiveType::Binary => DataType::Binary,
        HiveType::Date => DataType::Date32,
        HiveType::Timestamp => DataType::Timestamp(TimeUnit::Microsecond, None),
        HiveType::Array(element) => {
            DataType::List(Arc::new(Field::new("element", nested_type(element), true)))
        }
        HiveType::Map(key, value) => DataType::Map(
            Arc::new(Field::new(
                "entries",
                DataType::Struct(Fields::from(vec![
                    Field::new("key", nested_type(key), false),
                    Field::new("value", nested_type(value), true),
                ])),
                false,
            )),
            false,
        ),
        HiveType::Struct(fields) => DataType::Struct(
            fields
                .iter()
                .map(|(name, field)| Field::new(name, nested_type(field), true))
                .collect(),
        ),
    }
}
