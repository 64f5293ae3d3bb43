//! The Hive type of what a file or a query has in Arrow's types.

use arrow::datatypes::DataType;

use super::definition::HiveType;

/// An Arrow type that no table's column has.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("Unsupported Hive type: {0}")]
pub struct UnsupportedType(pub DataType);

impl HiveType {
    /// The type that holds every value of `data_type`, or of its range that Hive knows.
    pub fn from_arrow(data_type: &DataType) -> Result<HiveType, UnsupportedType> {
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
            DataType::Dictionary(_, value) => HiveType::from_arrow(value)?,
            DataType::List(item) | DataType::LargeList(item) | DataType::FixedSizeList(item, _) => {
                HiveType::Array(Box::new(HiveType::from_arrow(item.data_type())?))
            }
            DataType::Map(entries, _) => match entries.data_type() {
                DataType::Struct(fields) if fields.len() == 2 => {
                    let mut types = fields
                        .iter()
                        .map(|field| HiveType::from_arrow(field.data_type()));
                    match (types.next(), types.next()) {
                        (Some(key), Some(value)) => HiveType::Map(Box::new(key?), Box::new(value?)),
                        _ => return Err(UnsupportedType(data_type.clone())),
                    }
                }
                _ => return Err(UnsupportedType(data_type.clone())),
            },
            DataType::Struct(fields) => HiveType::Struct(
                fields
                    .iter()
                    .map(|field| {
                        Ok((
                            field.name().to_lowercase(),
                            HiveType::from_arrow(field.data_type())?,
                        ))
                    })
                    .collect::<Result<_, _>>()?,
            ),
            _ => return Err(UnsupportedType(data_type.clone())),
        })
    }
}
