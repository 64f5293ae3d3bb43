//! `CAST(json AS x)`: reads JSON into columns, in one pass and without a tree.

use std::collections::HashSet;

use arrow::array::{ArrayRef, StringViewArray};
use arrow::compute::cast;
use arrow::datatypes::DataType;
use datafusion::common::downcast_value;
use datafusion::error::{DataFusionError, Result};

use super::column::Column;
use super::scalar::{Failure, IntegerName, Scalar};
use crate::cast::OnFailure;
use crate::error::{FunctionError, FunctionErrorCode};
use crate::json::canonical::{Canonicalizer, Members};
use crate::json::cursor::Cursor;
use crate::json::parse::shown;
use crate::json::scan::{Malformed, Scanner, Token};
use crate::json::string::unescaped;
use crate::json::walk::skip;
use crate::types::{RowField, Type};

const INT: IntegerName = IntegerName {
    of_text: "INT",
    of_double: "integer",
};
const SMALLINT: IntegerName = IntegerName {
    of_text: "SMALLINT",
    of_double: "smallint",
};
const TINYINT: IntegerName = IntegerName {
    of_text: "TINYINT",
    of_double: "tinyint",
};

impl From<Malformed> for Failure {
    fn from(Malformed: Malformed) -> Failure {
        Failure::Other
    }
}

/// Casts JSON values to a type.
pub(crate) fn from_json(values: &ArrayRef, to: &Type, on_failure: OnFailure) -> Result<ArrayRef> {
    let texts = cast(values, &DataType::Utf8View)?;
    let texts = downcast_value!(texts, StringViewArray);
    let Some(mut column) = Column::new(to).filter(|_| is_castable(to)) else {
        let message = format!("Cannot cast json to {to}");
        return Err(FunctionError::new(FunctionErrorCode::TypeMismatch, message).into());
    };
    let mut reader = Reader {
        canonicalizer: Canonicalizer::new(Members::Unique),
    };
    for text in texts {
        let Some(text) = text else {
            column.push_null();
            continue;
        };
        let known = column.len();
        if let Err(failure) = reader.whole(&mut column, text, to) {
            if on_failure != OnFailure::Null {
                return Err(DataFusionError::from(error(failure, text, to)));
            }
            column.truncate(known);
            column.push_null();
        }
    }
    column.finish(to)
}

/// Whether JSON can be cast to the type.
fn is_castable(to: &Type) -> bool {
    match to {
        Type::Boolean
        | Type::Tinyint
        | Type::Smallint
        | Type::Integer
        | Type::Bigint
        | Type::Real
        | Type::Double
        | Type::Decimal { .. }
        | Type::Varchar(_)
        | Type::Json => true,
        Type::Array(element) => is_castable(element),
        Type::Map(key, value) => {
            (key.is_numeric() || matches!(**key, Type::Boolean | Type::Varchar(_)))
                && is_castable(value)
        }
        Type::Row(fields) => fields.iter().all(|field| is_castable(&field.data_type)),
        _ => false,
    }
}

fn is_nested(to: &Type) -> bool {
    matches!(to, Type::Array(_) | Type::Map(..) | Type::Row(_))
}

/// The error of a whole value, in Trino's words.
fn error(failure: Failure, text: &str, to: &Type) -> FunctionError {
    let text = shown(text);
    if is_nested(to) {
        return FunctionError::cast(match failure {
            Failure::Form(reason) | Failure::Value(reason) | Failure::Range(reason) => {
                format!("Cannot cast to {to}. {reason}\n{text}")
            }
            Failure::TooLong | Failure::Other => format!("Cannot cast to {to}.\n{text}"),
        });
    }
    FunctionError::cast(match failure {
        Failure::Value(reason) => reason,
        // Trino names this type for all narrow ones.
        Failure::Range(_) => format!("Cannot cast '{text}' to integer"),
        Failure::TooLong => format!("Cannot cast '{text}' to {to}"),
        Failure::Form(_) | Failure::Other => {
            let name = match to {
                Type::Decimal { precision, scale } => format!("DECIMAL({precision},{scale})"),
                Type::Varchar(_) => "varchar".to_owned(),
                other => other.to_string(),
            };
            format!("Cannot cast '{text}' to {name}")
        }
    })
}

struct Reader {
    canonicalizer: Canonicalizer,
}

impl Reader {
    /// Reads a text that is one value.
    fn whole(&mut self, column: &mut Column, text: &str, to: &Type) -> Result<(), Failure> {
        let mut scanner = Scanner::new(text);
        if *to == Type::Json {
            push_text(column, text);
            return Ok(());
        }
        self.value(column, &mut scanner, to)?;
        if scanner.peek().is_none() {
            return Ok(());
        }
        // What follows must at least be a token for Trino to complain about it.
        let from = scanner.position();
        scanner.scalar()?;
        let trailing = text.get(from..scanner.position()).unwrap_or("");
        Err(if is_nested(to) {
            Failure::Form(format!("Unexpected trailing token: {trailing}"))
        } else {
            let name = match to {
                Type::Varchar(_) => "VARCHAR".to_owned(),
                Type::Decimal { precision, scale } => format!("DECIMAL({precision},{scale})"),
                other => other.to_string().to_uppercase(),
            };
            Failure::Value(format!("Cannot cast input json to {name}"))
        })
    }

    /// Reads the value that follows.
    fn value(
        &mut self,
        column: &mut Column,
        scanner: &mut Scanner<'_>,
        to: &Type,
    ) -> Result<(), Failure> {
        let opening = scanner.peek();
        if *to == Type::Json {
            push_text(column, self.canonicalizer.value(scanner)?);
            return Ok(());
        }
        if opening == Some(b'n') {
            scanner.scalar()?;
            column.push_null();
            return Ok(());
        }
        match (column, to) {
            (Column::Array(ends, valid, elements), Type::Array(element)) => {
                self.open(scanner, b'[', "Expected a json array")?;
                let mut cursor = Cursor::default();
                while cursor.next_element(scanner)? {
                    self.value(elements, scanner, element)?;
                }
                ends.push(elements.len());
                valid.push(true);
                Ok(())
            }
            (Column::Map(ends, valid, entries), Type::Map(key, value)) => {
                self.open(scanner, b'{', "Expected a json object")?;
                let [keys, values] = entries.as_mut();
                let mut cursor = Cursor::default();
                let mut known = HashSet::new();
                while let Some(name) = cursor.next_member(scanner)? {
                    let scalar = Scalar::Text(unescaped(name));
                    push_scalar(keys, &scalar, key)?;
                    if !known.insert(identity(&scalar, key)) {
                        return Err(Failure::Form("Duplicate keys are not allowed".to_owned()));
                    }
                    self.value(values, scanner, value)?;
                }
                ends.push(keys.len());
                valid.push(true);
                Ok(())
            }
            (Column::Row(valid, columns), Type::Row(fields)) => {
                match opening {
                    Some(b'[') => self.elements_of_row(columns, scanner, fields)?,
                    _ => {
                        self.open(scanner, b'{', "Expected a json array or object")?;
                        self.members_of_row(columns, scanner, fields)?;
                    }
                }
                valid.push(true);
                Ok(())
            }
            (column, to) => {
                if let Some(opening @ (b'[' | b'{')) = opening {
                    let name = match to {
                        Type::Decimal { precision, scale } => {
                            format!("DECIMAL({precision},{scale})")
                        }
                        Type::Varchar(_) => "varchar".to_owned(),
                        other => other.to_string(),
                    };
                    let opening = char::from(opening);
                    return Err(Failure::Form(format!(
                        "Unexpected token when cast to {name}: {opening}"
                    )));
                }
                let scalar = match scanner.scalar()? {
                    Token::Null => {
                        column.push_null();
                        return Ok(());
                    }
                    Token::Boolean(value) => Scalar::Boolean(value),
                    Token::Integer(text) => Scalar::Integer(text.into()),
                    Token::Float(text) => Scalar::Float(text.into()),
                    Token::String(raw) => Scalar::Text(unescaped(raw)),
                };
                push_scalar(column, &scalar, to)
            }
        }
    }

    /// Passes an opening bracket that must follow.
    fn open(&self, scanner: &mut Scanner<'_>, bracket: u8, expected: &str) -> Result<(), Failure> {
        if scanner.take(bracket) {
            return Ok(());
        }
        let found = match scanner.peek() {
            Some(other @ (b'[' | b'{')) => char::from(other).to_string(),
            _ => match scanner.scalar()? {
                Token::Null => "null".to_owned(),
                Token::Boolean(value) => value.to_string(),
                Token::Integer(text) | Token::Float(text) => text.to_owned(),
                Token::String(raw) => unescaped(raw).into_owned(),
            },
        };
        Err(Failure::Form(format!("{expected}, but got {found}")))
    }

    /// Fields by place.
    fn elements_of_row(
        &mut self,
        columns: &mut [Column],
        scanner: &mut Scanner<'_>,
        fields: &[RowField],
    ) -> Result<(), Failure> {
        scanner.advance();
        let mut cursor = Cursor::default();
        for (column, field) in columns.iter_mut().zip(fields) {
            if !cursor.next_element(scanner)? {
                // What Trino says of an array that is too short, it says of the bracket.
                let name = field.data_type.to_string();
                return Err(Failure::Form(format!(
                    "Unexpected token when cast to {name}: ]"
                )));
            }
            self.value(column, scanner, &field.data_type)?;
        }
        if cursor.next_element(scanner)? {
            let from = scanner.clone();
            let found = match scanner.peek() {
                Some(other @ (b'[' | b'{')) => char::from(other).to_string(),
                _ => {
                    scanner.scalar()?;
                    let to = scanner.position();
                    from.text()
                        .get(from.position()..to)
                        .unwrap_or("")
                        .trim()
                        .trim_matches('"')
                        .to_owned()
                }
            };
            return Err(Failure::Form(format!(
                "Expected json array ending, but got {found}"
            )));
        }
        Ok(())
    }

    /// Fields by name, whatever its case. Members without a field are passed, fields without a member are NULL.
    fn members_of_row(
        &mut self,
        columns: &mut [Column],
        scanner: &mut Scanner<'_>,
        fields: &[RowField],
    ) -> Result<(), Failure> {
        if fields.first().is_none_or(|field| field.name.is_none()) {
            let reason =
                "Cannot cast a JSON object to anonymous row type. Input must be a JSON array.";
            return Err(Failure::Form(reason.to_owned()));
        }
        let rows = columns.first().map_or(0, Column::len);
        let mut cursor = Cursor::default();
        while let Some(key) = cursor.next_member(scanner)? {
            let key = unescaped(key).to_lowercase();
            let place = fields.iter().rposition(|field| {
                field
                    .name
                    .as_ref()
                    .is_some_and(|name| name.to_lowercase() == key)
            });
            let known = place.and_then(|place| Some((columns.get_mut(place)?, fields.get(place)?)));
            match known {
                Some((column, _)) if column.len() > rows => {
                    return Err(Failure::Form(format!("Duplicate field: {key}")));
                }
                Some((column, field)) => self.value(column, scanner, &field.data_type)?,
                None => skip(scanner)?,
            }
        }
        for column in columns {
            if column.len() == rows {
                column.push_null();
            }
        }
        Ok(())
    }
}

/// What makes a key the same as another one once it is of the key's type.
fn identity(scalar: &Scalar<'_>, key: &Type) -> String {
    match key {
        Type::Real | Type::Double => scalar.as_double().map(|value| format!("{:?}", value + 0.0)),
        Type::Decimal { precision, scale } => scalar
            .as_decimal(*precision, *scale)
            .map(|value| value.to_string()),
        Type::Boolean => scalar.as_boolean().map(|value| value.to_string()),
        Type::Varchar(_) => scalar.as_text().map(std::borrow::Cow::into_owned),
        _ => scalar.as_bigint().map(|value| value.to_string()),
    }
    .unwrap_or_default()
}

fn push_text(column: &mut Column, text: &str) {
    if let Column::Text(texts) = column {
        texts.push(text);
    }
}

/// Adds a scalar as a value of the column's type.
pub(super) fn push_scalar(
    column: &mut Column,
    scalar: &Scalar<'_>,
    to: &Type,
) -> Result<(), Failure> {
    match column {
        Column::Boolean(values) => values.push(scalar.as_boolean()?),
        Column::Tinyint(values) => values.push(scalar.as_narrow(&TINYINT)?),
        Column::Smallint(values) => values.push(scalar.as_narrow(&SMALLINT)?),
        Column::Integer(values) => values.push(scalar.as_narrow(&INT)?),
        Column::Bigint(values) => values.push(scalar.as_bigint()?),
        Column::Real(values) => values.push(scalar.as_real()?),
        Column::Double(values) => values.push(scalar.as_double()?),
        Column::Decimal(values, precision, scale) => {
            values.push(scalar.as_decimal(*precision, *scale)?)
        }
        Column::Text(texts) => {
            let text = scalar.as_text()?;
            if let Type::Varchar(Some(length)) = to
                && text
                    .chars()
                    .nth(usize::try_from(*length).unwrap_or(usize::MAX))
                    .is_some()
            {
                return Err(Failure::TooLong);
            }
            texts.push(&text);
        }
        _ => return Err(Failure::Other),
    }
    Ok(())
}
