//! DESCRIBE of one column: its type, or that of a part of it, and the fields where it is a struct.

use prismlake_catalog::hive_type::HiveType;

use super::describe::{Described, line};
use crate::error::{ErrorCode, QueryError, Result};
use crate::sql::storage_format::FROM_DESERIALIZER;

/// The lines of the column that the path leads to.
pub(super) fn lines(described: &Described, path: &[String]) -> Result<Vec<String>> {
    let Some((first, parts)) = path.split_first() else {
        return Ok(Vec::new());
    };
    let column = described
        .descriptor()
        .columns
        .iter()
        .chain(&described.table.partition_keys)
        .find(|column| column.name == *first)
        .ok_or_else(|| {
            QueryError::new(
                ErrorCode::ColumnNotFound,
                format!(
                    "Column '{first}' cannot be resolved: table {} has none of that name",
                    described.name
                ),
            )
        })?;
    let mut found = HiveType::parse(column.type_text())?;
    for part in parts {
        found = part_of(found, part)?;
    }
    let comment = column.comment.as_deref().filter(|text| !text.is_empty());
    Ok(match found {
        HiveType::Struct(fields) => fields
            .iter()
            .map(|(name, field)| line(name, &field.to_string(), FROM_DESERIALIZER))
            .collect(),
        other => {
            let name = path.last().unwrap_or(first);
            let comment = comment.filter(|_| parts.is_empty());
            vec![line(
                name,
                &other.to_string(),
                comment.unwrap_or(FROM_DESERIALIZER),
            )]
        }
    })
}

fn part_of(whole: HiveType, part: &str) -> Result<HiveType> {
    let found = match (&whole, part) {
        (HiveType::Array(element), "$elem$") => Some(element.as_ref().clone()),
        (HiveType::Map(key, _), "$key$") => Some(key.as_ref().clone()),
        (HiveType::Map(_, value), "$value$") => Some(value.as_ref().clone()),
        (HiveType::Struct(fields), part) => fields
            .iter()
            .find(|(name, _)| name.eq_ignore_ascii_case(part))
            .map(|(_, field)| field.clone()),
        _ => None,
    };
    found.ok_or_else(|| {
        QueryError::new(
            ErrorCode::ColumnNotFound,
            format!("Invalid field '{part}': the type {whole} has no such part"),
        )
    })
}
