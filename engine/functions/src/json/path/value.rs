//! SQL values within paths: literals, results of arithmetic and methods, and what PASSING passes.

use std::rc::Rc;

use crate::json::decimal::{Decimal, read_decimal};
use crate::types::Type;

/// How wide an integer is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::json) enum Width {
    Tinyint,
    Smallint,
    Integer,
    Bigint,
}

impl Width {
    /// Whether an integer of this width can have a value.
    pub(super) fn holds(self, value: i64) -> bool {
        match self {
            Width::Tinyint => i8::try_from(value).is_ok(),
            Width::Smallint => i16::try_from(value).is_ok(),
            Width::Integer => i32::try_from(value).is_ok(),
            Width::Bigint => true,
        }
    }
}

/// A scalar SQL value, or JSON's null.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::json) enum Value {
    Null,
    Boolean(bool),
    Text(Rc<str>),
    Integer(i64, Width),
    Decimal(Decimal),
    Real(f32),
    Double(f64),
    /// A date, a time or a timestamp, by its text. Paths can only pass it on, ask for its type, and compare it to another of its type.
    Temporal(Type, Rc<str>),
}

impl Value {
    /// The integer of a literal or of a JSON number: an `integer` if it fits, else a `bigint`.
    pub(super) fn integer(value: i64) -> Value {
        let narrow = Width::Integer.holds(value);
        Value::Integer(
            value,
            if narrow {
                Width::Integer
            } else {
                Width::Bigint
            },
        )
    }

    /// A passed value, of what casting it to JSON gave. Nothing if that is no such value.
    pub(in crate::json) fn passed(data_type: &Type, text: &str) -> Option<Value> {
        let integer = |width: Width| {
            let value = text.parse().ok()?;
            width.holds(value).then_some(Value::Integer(value, width))
        };
        Some(match data_type {
            Type::Boolean => Value::Boolean(text.parse().ok()?),
            Type::Tinyint => integer(Width::Tinyint)?,
            Type::Smallint => integer(Width::Smallint)?,
            Type::Integer => integer(Width::Integer)?,
            Type::Bigint => integer(Width::Bigint)?,
            Type::Real => Value::Real(text.parse().ok()?),
            Type::Double => Value::Double(text.parse().ok()?),
            Type::Decimal { precision, scale } => Value::Decimal(Decimal {
                unscaled: read_decimal(text, *precision, *scale).ok()?,
                precision: *precision,
                scale: *scale,
            }),
            Type::Date
            | Type::Time(_)
            | Type::TimeWithTimeZone(_)
            | Type::Timestamp(_)
            | Type::TimestampWithTimeZone(_) => Value::Temporal(data_type.clone(), text.into()),
            _ => Value::Text(text.into()),
        })
    }

    /// Its SQL type.
    pub(in crate::json) fn data_type(&self) -> Type {
        match self {
            Value::Null => Type::Unknown,
            Value::Boolean(_) => Type::Boolean,
            Value::Text(_) => Type::VARCHAR,
            Value::Integer(_, Width::Tinyint) => Type::Tinyint,
            Value::Integer(_, Width::Smallint) => Type::Smallint,
            Value::Integer(_, Width::Integer) => Type::Integer,
            Value::Integer(_, Width::Bigint) => Type::Bigint,
            Value::Decimal(Decimal {
                precision, scale, ..
            }) => Type::Decimal {
                precision: *precision,
                scale: *scale,
            },
            Value::Real(_) => Type::Real,
            Value::Double(_) => Type::Double,
            Value::Temporal(data_type, _) => data_type.clone(),
        }
    }

    /// How errors name its type: SQL's types by their own names, JSON's null as Jackson does.
    pub(super) fn type_name(&self) -> String {
        match self {
            Value::Null => "NULL".to_owned(),
            value => value.data_type().to_string(),
        }
    }
}
