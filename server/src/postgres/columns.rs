//! Arrow's columns as PostgreSQL describes them.

use arrow::datatypes::Schema;
use pgwire::api::Type;
use pgwire::api::portal::Format;
use pgwire::api::results::FieldInfo;
use prismlake_engine::{Type as ColumnType, column_type};

/// The type that a column is sent as. What PostgreSQL has no type for is text.
pub(super) fn postgres_type(data_type: &ColumnType) -> Type {
    match data_type {
        ColumnType::Boolean => Type::BOOL,
        ColumnType::Tinyint | ColumnType::Smallint => Type::INT2,
        ColumnType::Integer => Type::INT4,
        ColumnType::Bigint => Type::INT8,
        ColumnType::Decimal { .. } => Type::NUMERIC,
        ColumnType::Real => Type::FLOAT4,
        ColumnType::Double => Type::FLOAT8,
        ColumnType::Date => Type::DATE,
        ColumnType::Timestamp(_) => Type::TIMESTAMP,
        ColumnType::TimestampWithTimeZone(_) => Type::TIMESTAMPTZ,
        ColumnType::Varbinary => Type::BYTEA,
        ColumnType::Json => Type::JSON,
        _ => Type::VARCHAR,
    }
}

/// The description of a result's columns in the formats that the client asked for.
pub(super) fn field_infos(schema: &Schema, format: &Format) -> Vec<FieldInfo> {
    schema
        .fields()
        .iter()
        .enumerate()
        .map(|(place, field)| {
            FieldInfo::new(
                field.name().clone(),
                None,
                None,
                postgres_type(&column_type(field)),
                format.format_for(place),
            )
        })
        .collect()
}
