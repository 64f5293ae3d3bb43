//! Hive's types as Arrow's, and back.

use std::sync::Arc;

use arrow::datatypes::{DataType, Field, Fields, TimeUnit};

use crate::error::{ErrorCode, QueryError, Result};
use crate::sql::hive_type::HiveType;

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

/// The Hive type in which a query's column is written.
pub(crate) fn hive_type(name: &str, data_type: &DataType) -> Result<HiveType> {
    Ok(match data_type {
        DataType::Boolean => HiveType::Boolean,
        DataType::Int8 => HiveType::TinyInt,
        DataType::Int16 | DataType::UInt8 => HiveType::SmallInt,
        DataType::Int32 | DataType::UInt16 => HiveType::Int,
        DataType::Int64 | DataType::UInt32 | DataType::UInt64 => HiveType::BigInt,
        DataType::Float16 | DataType::Float32 => HiveType::Float,
        DataType::Float64 => HiveType::Double,
        DataType::Decimal32(precision, scale)
        | DataType::Decimal64(precision, scale)
        | DataType::Decimal128(precision, scale)
            if *scale >= 0 =>
        {
            HiveType::Decimal(*precision, u8::try_from(*scale).unwrap_or(0))
        }
        DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View => HiveType::String,
        DataType::Binary
        | DataType::LargeBinary
        | DataType::BinaryView
        | DataType::FixedSizeBinary(_) => HiveType::Binary,
        DataType::Date32 | DataType::Date64 => HiveType::Date,
        DataType::Timestamp(_, _) => HiveType::Timestamp,
        DataType::Dictionary(_, value) => hive_type(name, value)?,
        DataType::List(item) | DataType::LargeList(item) | DataType::FixedSizeList(item, _) => {
            HiveType::Array(Box::new(hive_type(name, item.data_type())?))
        }
        DataType::Map(entries, _) => match entries.data_type() {
            DataType::Struct(fields) if fields.len() == 2 => {
                let mut types = fields
                    .iter()
                    .map(|field| hive_type(name, field.data_type()));
                match (types.next(), types.next()) {
                    (Some(key), Some(value)) => HiveType::Map(Box::new(key?), Box::new(value?)),
                    _ => return Err(unsupported(name, data_type)),
                }
            }
            _ => return Err(unsupported(name, data_type)),
        },
        DataType::Struct(fields) => HiveType::Struct(
            fields
                .iter()
                .map(|field| {
                    Ok((
                        field.name().to_lowercase(),
                        hive_type(name, field.data_type())?,
                    ))
                })
                .collect::<Result<_>>()?,
        ),
        DataType::Null => {
            return Err(QueryError::new(
                ErrorCode::NotSupported,
                format!("Column type is unknown: {name}; cast NULL to a type"),
            ));
        }
        _ => return Err(unsupported(name, data_type)),
    })
}

fn unsupported(name: &str, data_type: &DataType) -> QueryError {
    QueryError::new(
        ErrorCode::NotSupported,
        format!(
            "Unsupported Hive type: {data_type} of column '{name}'; cast it to a type that tables have"
        ),
    )
}
