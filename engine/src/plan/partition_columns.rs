//! A partition's own columns: where they differ from the table's, its files are read by its types, and its values made the table's.
//!
//! Which types may differ is Trino's rule (`HiveCoercionPolicy`): a wider type takes a narrower one, and text takes numbers.

use std::sync::Arc;

use arrow::datatypes::{Field, FieldRef, SchemaRef};
use datafusion::scalar::ScalarValue;
use prismlake_catalog::hive_type::HiveType;
use prismlake_catalog::{Column, Table, TableName};

use super::hive_arrow::arrow_type;
use crate::error::{ErrorCode, QueryError, Result};

/// The columns of a partition's files under the table's names; `None` where its columns are the table's.
///
/// Columns are matched by name, and where the partition has none of that name, by place, as files without names are read.
pub(super) fn differing_columns(
    name: &TableName,
    table: &Table,
    values: &[ScalarValue],
    columns: &[Column],
    declared: &SchemaRef,
) -> Result<Option<Vec<FieldRef>>> {
    let table_columns = &table.storage_descriptor.columns;
    if columns.is_empty() || columns == table_columns.as_slice() {
        return Ok(None);
    }
    let mut differs = false;
    let fields = table_columns
        .iter()
        .zip(declared.fields())
        .enumerate()
        .map(|(place, (column, field))| {
            let own = columns
                .iter()
                .find(|own| own.name.eq_ignore_ascii_case(&column.name))
                .or_else(|| columns.get(place));
            let Some(own) = own.filter(|own| own.type_text() != column.type_text()) else {
                return Ok(Arc::clone(field));
            };
            let (Ok(to), Ok(from)) = (
                HiveType::parse(column.type_text()),
                HiveType::parse(own.type_text()),
            ) else {
                return Ok(Arc::clone(field));
            };
            if to == from {
                return Ok(Arc::clone(field));
            }
            if !coerces(&from, &to) {
                return Err(mismatch(name, column, own, table, values));
            }
            differs = true;
            Ok(Arc::new(Field::new(field.name(), arrow_type(&from), true)))
        })
        .collect::<Result<Vec<FieldRef>>>()?;
    Ok(differs.then_some(fields))
}

fn mismatch(
    name: &TableName,
    column: &Column,
    own: &Column,
    table: &Table,
    values: &[ScalarValue],
) -> QueryError {
    let keys: Vec<String> = table
        .partition_keys
        .iter()
        .zip(values)
        .map(|(key, value)| format!("{}={value}", key.name))
        .collect();
    QueryError::new(
        ErrorCode::HivePartitionSchemaMismatch,
        format!(
            "There is a mismatch between the table and partition schemas. The types are incompatible and cannot be coerced. The column '{}' in table '{name}' is declared as type '{}', but partition '{}' declared column '{}' as type '{}'.",
            column.name,
            column.type_text(),
            keys.join("/"),
            own.name,
            own.type_text()
        ),
    )
}

/// Whether values of a partition's type can be made those of the table's.
fn coerces(from: &HiveType, to: &HiveType) -> bool {
    use HiveType::{
        Array, BigInt, Boolean, Char, Date, Decimal, Double, Float, Int, Map, SmallInt, String,
        Struct, Timestamp, TinyInt, Varchar,
    };
    match (from, to) {
        (from, to) if from == to => true,
        (String | Varchar(_) | Char(_), String | Varchar(_) | Char(_)) => true,
        (
            Boolean | TinyInt | SmallInt | Int | BigInt | Float | Double | Decimal(..) | Date
            | Timestamp,
            String | Varchar(_),
        ) => true,
        (TinyInt, SmallInt | Int | BigInt)
        | (SmallInt, Int | BigInt)
        | (Int, BigInt)
        | (TinyInt | SmallInt | Int | Float, Double)
        | (Date, Timestamp) => true,
        (TinyInt | SmallInt | Int | BigInt, Decimal(precision, scale)) => {
            let digits = match from {
                TinyInt => 3,
                SmallInt => 5,
                Int => 10,
                _ => 19,
            };
            precision.saturating_sub(*scale) >= digits
        }
        (Decimal(from_precision, from_scale), Decimal(precision, scale)) => {
            scale >= from_scale
                && precision.saturating_sub(*scale) >= from_precision.saturating_sub(*from_scale)
        }
        (Decimal(..), Double) => true,
        (Array(from), Array(to)) => coerces(from, to),
        (Map(from_key, from_value), Map(key, value)) => {
            coerces(from_key, key) && coerces(from_value, value)
        }
        (Struct(from), Struct(to)) => to.iter().all(|(name, to)| {
            from.iter()
                .find(|(own, _)| own.eq_ignore_ascii_case(name))
                .is_none_or(|(_, from)| coerces(from, to))
        }),
        _ => false,
    }
}
