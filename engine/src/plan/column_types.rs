//! The types of tables' columns as queries see them, and of queries' columns as tables have them.

use prismlake_catalog::hive_type::HiveType;
use prismlake_catalog::{Column, Table};
use prismlake_functions::types::{RowField, Type};

use crate::error::{ErrorCode, QueryError, Result};

/// The precision of Hive's timestamps. Athena's is 3, and loses what files hold beyond; here the microseconds that Spark writes are kept.
const TIMESTAMP_PRECISION: u8 = 6;

/// The greatest length of Hive's `varchar`.
const VARCHAR_LENGTH_MAX: u32 = 65_535;

/// The greatest length of Hive's `char`.
const CHAR_LENGTH_MAX: u32 = 255;

/// The type that the catalog has for a table's column.
pub(crate) fn stored_type(table: &Table, column: &Column) -> Result<HiveType> {
    HiveType::parse(column.type_text()).map_err(|error| {
        QueryError::new(
            ErrorCode::HiveInvalidMetadata,
            format!(
                "column '{}' of table {}.{} has type '{}', which cannot be read: {}",
                column.name,
                table.database_name,
                table.name,
                column.type_text(),
                error.message
            ),
        )
    })
}

/// The type by which queries know a column.
pub(crate) fn of_hive(hive_type: &HiveType) -> Type {
    match hive_type {
        HiveType::Boolean => Type::Boolean,
        HiveType::TinyInt => Type::Tinyint,
        HiveType::SmallInt => Type::Smallint,
        HiveType::Int => Type::Integer,
        HiveType::BigInt => Type::Bigint,
        HiveType::Float => Type::Real,
        HiveType::Double => Type::Double,
        HiveType::Decimal(precision, scale) => Type::Decimal {
            precision: *precision,
            scale: *scale,
        },
        HiveType::String => Type::VARCHAR,
        HiveType::Varchar(length) => Type::Varchar(Some(*length)),
        HiveType::Char(length) => Type::Char(*length),
        HiveType::Binary => Type::Varbinary,
        HiveType::Date => Type::Date,
        HiveType::Timestamp => Type::Timestamp(TIMESTAMP_PRECISION),
        HiveType::Array(element) => Type::array(of_hive(element)),
        HiveType::Map(key, value) => Type::map(of_hive(key), of_hive(value)),
        HiveType::Struct(fields) => Type::Row(
            fields
                .iter()
                .map(|(name, field)| RowField {
                    name: Some(name.clone()),
                    data_type: of_hive(field),
                })
                .collect(),
        ),
    }
}

/// The type in which a query's column is written.
pub(crate) fn to_hive(column: &str, data_type: &Type) -> Result<HiveType> {
    written(data_type).ok_or_else(|| {
        let message = match data_type {
            Type::Unknown => format!("Column type is unknown: {column}; cast NULL to a type"),
            other => format!(
                "Unsupported Hive type: {other} of column '{column}'; cast it to a type that tables have"
            ),
        };
        QueryError::new(ErrorCode::NotSupported, message)
    })
}

fn written(data_type: &Type) -> Option<HiveType> {
    Some(match data_type {
        Type::Boolean => HiveType::Boolean,
        Type::Tinyint => HiveType::TinyInt,
        Type::Smallint => HiveType::SmallInt,
        Type::Integer => HiveType::Int,
        Type::Bigint => HiveType::BigInt,
        Type::Real => HiveType::Float,
        Type::Double => HiveType::Double,
        Type::Decimal { precision, scale } => HiveType::Decimal(*precision, *scale),
        Type::Varchar(Some(length)) if (1..=VARCHAR_LENGTH_MAX).contains(length) => {
            HiveType::Varchar(*length)
        }
        Type::Varchar(_) => HiveType::String,
        Type::Char(length) if (1..=CHAR_LENGTH_MAX).contains(length) => HiveType::Char(*length),
        Type::Varbinary => HiveType::Binary,
        Type::Date => HiveType::Date,
        Type::Timestamp(_) => HiveType::Timestamp,
        Type::Array(element) => HiveType::Array(Box::new(written(element)?)),
        Type::Map(key, value) => HiveType::Map(Box::new(written(key)?), Box::new(written(value)?)),
        Type::Row(fields) => HiveType::Struct(
            fields
                .iter()
                .enumerate()
                .map(|(place, field)| {
                    let name = field
                        .name
                        .clone()
                        .unwrap_or_else(|| format!("field{place}"));
                    Some((name.to_lowercase(), written(&field.data_type)?))
                })
                .collect::<Option<_>>()?,
        ),
        _ => return None,
    })
}
