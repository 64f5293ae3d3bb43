//! How values of each type are stored in Arrow arrays. There is exactly one way a type, so that no kernel meets two.
//!
//! Text is views where it is a column of its own and plain within nested types, as scans give it. Times and timestamps are
//! microseconds up to a precision of 6, nanoseconds above. What Arrow has no type for:
//! - `timestamp with time zone`: a struct of `instant` (a timestamp in UTC) and `zone` (a key of [`super::time_zone`]), for each
//!   value has its zone;
//! - `time with time zone`: a struct of `time` (local) and `offset_minutes`;
//! - `json`: canonical text; sketches and geometries: binary (geometries as WKB); `uuid` and `ipaddress`: 16 bytes;
//! - `interval day to second`: a duration of milliseconds; `interval year to month`: months;
//! - Bing tiles and colors: Trino's 64-bit and 32-bit encodings.

use std::sync::Arc;

use arrow::datatypes::{DataType, Field, FieldRef, Fields, IntervalUnit, TimeUnit};

use super::{RowField, Type};

/// The field names of a `timestamp with time zone`.
const INSTANT: &str = "instant";
const ZONE: &str = "zone";

impl Type {
    /// How a column of this type is stored.
    pub fn arrow(&self) -> DataType {
        match self {
            Type::Varchar(_) | Type::Char(_) | Type::Json => DataType::Utf8View,
            other => other.nested_arrow(),
        }
    }

    /// How values of this type are stored within arrays, maps and rows.
    pub fn nested_arrow(&self) -> DataType {
        match self {
            Type::Unknown => DataType::Null,
            Type::Boolean => DataType::Boolean,
            Type::Tinyint => DataType::Int8,
            Type::Smallint => DataType::Int16,
            Type::Integer | Type::Color => DataType::Int32,
            Type::Bigint | Type::BingTile => DataType::Int64,
            Type::Real => DataType::Float32,
            Type::Double => DataType::Float64,
            Type::Decimal { precision, scale } => {
                DataType::Decimal128(*precision, i8::try_from(*scale).unwrap_or(i8::MAX))
            }
            Type::Varchar(_) | Type::Char(_) | Type::Json => DataType::Utf8,
            Type::Varbinary
            | Type::HyperLogLog
            | Type::P4HyperLogLog
            | Type::SetDigest
            | Type::TDigest
            | Type::QDigest(_)
            | Type::Geometry
            | Type::SphericalGeography => DataType::Binary,
            Type::Date => DataType::Date32,
            Type::Time(precision) => DataType::Time64(time_unit(*precision)),
            Type::TimeWithTimeZone(precision) => DataType::Struct(Fields::from(vec![
                Field::new("time", DataType::Time64(time_unit(*precision)), true),
                Field::new("offset_minutes", DataType::Int16, true),
            ])),
            Type::Timestamp(precision) => DataType::Timestamp(time_unit(*precision), None),
            Type::TimestampWithTimeZone(precision) => DataType::Struct(Fields::from(vec![
                Field::new(
                    INSTANT,
                    DataType::Timestamp(time_unit(*precision), Some("UTC".into())),
                    true,
                ),
                Field::new(ZONE, DataType::Int16, true),
            ])),
            Type::IntervalYearToMonth => DataType::Interval(IntervalUnit::YearMonth),
            Type::IntervalDayToSecond => DataType::Duration(TimeUnit::Millisecond),
            Type::Uuid | Type::IpAddress => DataType::FixedSizeBinary(16),
            Type::Array(element) => DataType::List(element.element_field()),
            Type::Map(key, value) => DataType::Map(entries_field(key, value), false),
            Type::Row(fields) => DataType::Struct(row_fields(fields)),
        }
    }

    /// The field of a list whose elements have this type.
    pub fn element_field(&self) -> FieldRef {
        Arc::new(Field::new("element", self.nested_arrow(), true))
    }
}

/// The entries of a map, as Arrow has them.
fn entries_field(key: &Type, value: &Type) -> FieldRef {
    Arc::new(Field::new(
        "entries",
        DataType::Struct(Fields::from(vec![
            Field::new("key", key.nested_arrow(), false),
            Field::new("value", value.nested_arrow(), true),
        ])),
        false,
    ))
}

/// Anonymous fields are called `field0`, `field1`, …, as Trino shows them.
fn row_fields(fields: &[RowField]) -> Fields {
    fields
        .iter()
        .enumerate()
        .map(|(place, field)| {
            let name = match &field.name {
                Some(name) => name.clone(),
                None => format!("field{place}"),
            };
            Field::new(name, field.data_type.nested_arrow(), true)
        })
        .collect()
}

/// The unit that holds so many digits of a second.
pub(crate) fn time_unit(precision: u8) -> TimeUnit {
    if precision <= 6 {
        TimeUnit::Microsecond
    } else {
        TimeUnit::Nanosecond
    }
}

impl Type {
    /// The type of values that come in an Arrow type, from tables and functions that know no other; `None` where SQL has none.
    pub fn of_arrow(stored: &DataType) -> Option<Type> {
        Some(match stored {
            DataType::Null => Type::Unknown,
            DataType::Boolean => Type::Boolean,
            DataType::Int8 => Type::Tinyint,
            DataType::Int16 | DataType::UInt8 => Type::Smallint,
            DataType::Int32 | DataType::UInt16 => Type::Integer,
            DataType::Int64 | DataType::UInt32 | DataType::UInt64 => Type::Bigint,
            DataType::Float16 | DataType::Float32 => Type::Real,
            DataType::Float64 => Type::Double,
            DataType::Decimal32(precision, scale)
            | DataType::Decimal64(precision, scale)
            | DataType::Decimal128(precision, scale) => Type::Decimal {
                precision: *precision,
                scale: u8::try_from(*scale).ok()?,
            },
            DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View => Type::VARCHAR,
            DataType::Binary
            | DataType::LargeBinary
            | DataType::BinaryView
            | DataType::FixedSizeBinary(_) => Type::Varbinary,
            DataType::Date32 | DataType::Date64 => Type::Date,
            DataType::Time32(_) | DataType::Time64(_) => Type::Time(3),
            DataType::Timestamp(unit, zone) => {
                let precision = match unit {
                    TimeUnit::Second | TimeUnit::Millisecond => 3,
                    TimeUnit::Microsecond => 6,
                    TimeUnit::Nanosecond => 9,
                };
                match zone {
                    Some(_) => Type::TimestampWithTimeZone(precision),
                    None => Type::Timestamp(precision),
                }
            }
            DataType::Duration(_) => Type::IntervalDayToSecond,
            DataType::Interval(IntervalUnit::YearMonth) => Type::IntervalYearToMonth,
            DataType::List(element)
            | DataType::LargeList(element)
            | DataType::FixedSizeList(element, _) => {
                Type::array(Type::of_arrow(element.data_type())?)
            }
            DataType::Struct(fields) => Type::Row(
                fields
                    .iter()
                    .map(|field| {
                        Some(RowField {
                            name: Some(field.name().clone()),
                            data_type: Type::of_arrow(field.data_type())?,
                        })
                    })
                    .collect::<Option<_>>()?,
            ),
            DataType::Map(entries, _) => match entries.data_type() {
                DataType::Struct(fields) => match fields.as_ref() {
                    [key, value] => Type::map(
                        Type::of_arrow(key.data_type())?,
                        Type::of_arrow(value.data_type())?,
                    ),
                    _ => return None,
                },
                _ => return None,
            },
            DataType::Dictionary(_, value) => Type::of_arrow(value)?,
            _ => return None,
        })
    }
}
