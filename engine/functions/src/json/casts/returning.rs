//! Items of paths as the type that JSON_VALUE returns: the explicit cast from the item's SQL type.

use std::borrow::Cow;

use super::column::Column;
use super::from_json::push_scalar;
use super::moment::{parse_date, parse_time, parse_timestamp};
use super::scalar::{Failure, Scalar};
use crate::json::path::Value;
use crate::types::Type;

/// Whether JSON_VALUE can return the type.
pub(in crate::json) fn is_returnable(to: &Type) -> bool {
    to.is_numeric()
        || to.is_text()
        || matches!(
            to,
            Type::Boolean | Type::Date | Type::Time(_) | Type::Timestamp(_)
        )
}

/// Adds a value, cast to the column's type.
pub(in crate::json) fn push_returned(
    column: &mut Column,
    value: &Value,
    to: &Type,
) -> Result<(), Failure> {
    let scalar = match value {
        Value::Null => {
            column.push_null();
            return Ok(());
        }
        Value::Boolean(value) => Scalar::Boolean(*value),
        Value::Text(text) | Value::Temporal(_, text) => Scalar::Text(Cow::Borrowed(text)),
        Value::Integer(value, _) => Scalar::Integer(Cow::Owned(value.to_string())),
        Value::Decimal(value) => Scalar::Decimal(*value),
        Value::Real(value) => Scalar::Real(*value),
        Value::Double(value) => Scalar::Float(Cow::Owned(format!("{value:e}"))),
    };
    match (&mut *column, to) {
        (Column::Text(texts), Type::Varchar(Some(length))) => {
            texts.push(within(&scalar.as_text()?, *length, is_text(&scalar))?);
        }
        (Column::Text(texts), Type::Char(length)) => {
            let text = scalar.as_text()?;
            let text = within(&text, *length, is_text(&scalar))?;
            let length = usize::try_from(*length).unwrap_or(0);
            texts.push(&format!("{text:<length$}"));
        }
        (Column::Date(values), Type::Date) => values.push(
            text_of(&scalar)
                .and_then(parse_date)
                .ok_or(Failure::Other)?,
        ),
        (Column::Time(values), Type::Timestamp(precision)) => {
            let parsed = text_of(&scalar)
                .and_then(|text| parse_timestamp(text, units(*precision), *precision));
            values.push(parsed.ok_or(Failure::Other)?);
        }
        (Column::Time(values), Type::Time(precision)) => {
            let parsed =
                text_of(&scalar).and_then(|text| parse_time(text, units(*precision), *precision));
            values.push(parsed.ok_or(Failure::Other)?);
        }
        _ => push_scalar(column, &scalar, to)?,
    }
    Ok(())
}

fn is_text(scalar: &Scalar<'_>) -> bool {
    text_of(scalar).is_some()
}

fn text_of<'s>(scalar: &'s Scalar<'_>) -> Option<&'s str> {
    match scalar {
        Scalar::Text(text) => Some(text),
        _ => None,
    }
}

/// How a second is divided where so many of its digits are stored.
fn units(precision: u8) -> i64 {
    if precision <= 6 {
        1_000_000
    } else {
        1_000_000_000
    }
}

/// At most so many characters: texts are cut, others must fit.
fn within(text: &str, length: u32, cut: bool) -> Result<&str, Failure> {
    let length = usize::try_from(length).unwrap_or(usize::MAX);
    match text.char_indices().nth(length) {
        None => Ok(text),
        Some((end, _)) if cut => Ok(text.get(..end).unwrap_or("")),
        Some(_) => Err(Failure::TooLong),
    }
}
