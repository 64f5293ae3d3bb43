//! Arrow types as ORC types.

use arrow::datatypes::{DataType, Field, Fields};
use orc_rust::proto::Type;
use orc_rust::proto::r#type::Kind;

use crate::error::{ConnectorError, ErrorKind, Result};

/// How deep types may nest.
const NESTING_MAX: usize = 64;

/// The file's types in pre-order, the root struct first.
pub(super) fn orc_types(fields: &Fields) -> Result<Vec<Type>> {
    let mut types = Vec::new();
    append_struct(fields, &mut types, 0)?;
    Ok(types)
}

fn append_struct(fields: &Fields, types: &mut Vec<Type>, depth: usize) -> Result<()> {
    append_parent(
        Kind::Struct,
        fields.iter().map(|field| field.as_ref()),
        fields.iter().map(|field| field.name().clone()).collect(),
        types,
        depth,
    )
}

fn append_parent<'a>(
    kind: Kind,
    children: impl Iterator<Item = &'a Field>,
    names: Vec<String>,
    types: &mut Vec<Type>,
    depth: usize,
) -> Result<()> {
    if depth > NESTING_MAX {
        return Err(ConnectorError::new(
            ErrorKind::NotSupported,
            format!("the type nests deeper than {NESTING_MAX} levels"),
        ));
    }
    let place = types.len();
    types.push(Type {
        kind: Some(kind.into()),
        field_names: names,
        ..Type::default()
    });
    let mut subtypes = Vec::new();
    for child in children {
        subtypes.push(u32::try_from(types.len()).unwrap_or(u32::MAX));
        append(child, types, depth + 1)?;
    }
    if let Some(parent) = types.get_mut(place) {
        parent.subtypes = subtypes;
    }
    Ok(())
}

fn append(field: &Field, types: &mut Vec<Type>, depth: usize) -> Result<()> {
    let kind = match field.data_type() {
        DataType::Boolean => Kind::Boolean,
        DataType::Int8 => Kind::Byte,
        DataType::Int16 => Kind::Short,
        DataType::Int32 => Kind::Int,
        DataType::Int64 => Kind::Long,
        DataType::Float32 => Kind::Float,
        DataType::Float64 => Kind::Double,
        DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View => Kind::String,
        DataType::Binary | DataType::LargeBinary | DataType::BinaryView => Kind::Binary,
        DataType::Date32 => Kind::Date,
        DataType::Timestamp(_, None) => Kind::Timestamp,
        DataType::Timestamp(_, Some(_)) => Kind::TimestampInstant,
        DataType::Decimal128(precision, scale) if *scale >= 0 => {
            types.push(Type {
                kind: Some(Kind::Decimal.into()),
                precision: Some(u32::from(*precision)),
                scale: u32::try_from(*scale).ok(),
                ..Type::default()
            });
            return Ok(());
        }
        DataType::List(item) => {
            return append_parent(
                Kind::List,
                std::iter::once(item.as_ref()),
                Vec::new(),
                types,
                depth,
            );
        }
        DataType::Map(entries, _) => {
            let DataType::Struct(entry) = entries.data_type() else {
                return Err(not_supported(field));
            };
            return append_parent(
                Kind::Map,
                entry.iter().map(|field| field.as_ref()),
                Vec::new(),
                types,
                depth,
            );
        }
        DataType::Struct(fields) => return append_struct(fields, types, depth),
        _ => return Err(not_supported(field)),
    };
    types.push(Type {
        kind: Some(kind.into()),
        ..Type::default()
    });
    Ok(())
}

pub(super) fn not_supported(field: &Field) -> ConnectorError {
    ConnectorError::new(
        ErrorKind::NotSupported,
        format!(
            "column '{}' of type {} cannot be written as ORC; cast it to a type that ORC has",
            field.name(),
            field.data_type()
        ),
    )
}
