//! Trino's types: what every expression of a query has, and what functions are declared over.
//!
//! Arrow's types say how values are stored, not what they are: text, JSON and `char(3)` are all Arrow strings. So the analyzer
//! carries a [`Type`] for each expression, functions are bound to types, and [`Type::arrow`] says how values are stored.

mod arrow_type;
mod coercion;
mod parse;
pub mod time_zone;

use std::fmt;

pub use coercion::{can_coerce, common_type};
pub use parse::{TypeSyntaxError, parse_type};

/// The greatest precision of a decimal.
pub const DECIMAL_PRECISION_MAX: u8 = 38;

/// The greatest precision of times and timestamps that can be stored; Trino's picoseconds (12) cannot.
pub const TIME_PRECISION_MAX: u8 = 9;

/// A field of a row.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct RowField {
    /// Its name, unless it is anonymous.
    pub name: Option<String>,
    /// Its type.
    pub data_type: Type,
}

/// A type as Trino has it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[allow(missing_docs, reason = "each variant is named by its type")]
pub enum Type {
    /// The type of a bare NULL.
    Unknown,
    Boolean,
    Tinyint,
    Smallint,
    Integer,
    Bigint,
    Real,
    Double,
    Decimal {
        precision: u8,
        scale: u8,
    },
    /// Text of at most so many characters; of any length without a bound.
    Varchar(Option<u32>),
    /// Text padded with blanks to so many characters.
    Char(u32),
    Varbinary,
    Date,
    /// With so many digits of a second.
    Time(u8),
    TimeWithTimeZone(u8),
    /// With so many digits of a second.
    Timestamp(u8),
    TimestampWithTimeZone(u8),
    IntervalYearToMonth,
    IntervalDayToSecond,
    Json,
    Uuid,
    IpAddress,
    Array(Box<Type>),
    Map(Box<Type>, Box<Type>),
    Row(Vec<RowField>),
    HyperLogLog,
    P4HyperLogLog,
    SetDigest,
    TDigest,
    QDigest(Box<Type>),
    Geometry,
    SphericalGeography,
    BingTile,
    Color,
}

impl Type {
    /// Text of any length.
    pub const VARCHAR: Type = Type::Varchar(None);

    /// `array(element)`
    pub fn array(element: Type) -> Type {
        Type::Array(Box::new(element))
    }

    /// `map(key, value)`
    pub fn map(key: Type, value: Type) -> Type {
        Type::Map(Box::new(key), Box::new(value))
    }

    /// A row of anonymous fields.
    pub fn anonymous_row(fields: impl IntoIterator<Item = Type>) -> Type {
        Type::Row(
            fields
                .into_iter()
                .map(|data_type| RowField {
                    name: None,
                    data_type,
                })
                .collect(),
        )
    }

    /// A decimal with a precision that is cut to what a decimal can have.
    pub fn decimal(precision: u8, scale: u8) -> Type {
        Type::Decimal {
            precision: precision.clamp(1, DECIMAL_PRECISION_MAX),
            scale: scale.min(DECIMAL_PRECISION_MAX),
        }
    }

    /// Whether it is one of the exact integers.
    pub fn is_integer(&self) -> bool {
        matches!(
            self,
            Type::Tinyint | Type::Smallint | Type::Integer | Type::Bigint
        )
    }

    /// Whether it is a number.
    pub fn is_numeric(&self) -> bool {
        self.is_integer() || matches!(self, Type::Real | Type::Double | Type::Decimal { .. })
    }

    /// Whether it is text: `varchar` or `char`.
    pub fn is_text(&self) -> bool {
        matches!(self, Type::Varchar(_) | Type::Char(_))
    }

    /// Whether values can be compared for equality, grouped and joined.
    pub fn is_comparable(&self) -> bool {
        match self {
            Type::HyperLogLog
            | Type::P4HyperLogLog
            | Type::SetDigest
            | Type::TDigest
            | Type::QDigest(_)
            | Type::Color => false,
            Type::Array(element) => element.is_comparable(),
            Type::Map(key, value) => key.is_comparable() && value.is_comparable(),
            Type::Row(fields) => fields.iter().all(|field| field.data_type.is_comparable()),
            _ => true,
        }
    }

    /// Whether values have an order.
    pub fn is_orderable(&self) -> bool {
        match self {
            Type::Json
            | Type::Geometry
            | Type::SphericalGeography
            | Type::BingTile
            | Type::Map(..) => false,
            Type::Array(element) => element.is_orderable(),
            Type::Row(fields) => fields.iter().all(|field| field.data_type.is_orderable()),
            other => other.is_comparable(),
        }
    }

    /// The type as a decimal, where integers have the digits that their widths need.
    pub fn as_decimal(&self) -> Option<(u8, u8)> {
        match self {
            Type::Tinyint => Some((3, 0)),
            Type::Smallint => Some((5, 0)),
            Type::Integer => Some((10, 0)),
            Type::Bigint => Some((19, 0)),
            Type::Decimal { precision, scale } => Some((*precision, *scale)),
            _ => None,
        }
    }
}

/// The text form that `typeof` gives and that errors show.
impl fmt::Display for Type {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Type::Unknown => formatter.write_str("unknown"),
            Type::Boolean => formatter.write_str("boolean"),
            Type::Tinyint => formatter.write_str("tinyint"),
            Type::Smallint => formatter.write_str("smallint"),
            Type::Integer => formatter.write_str("integer"),
            Type::Bigint => formatter.write_str("bigint"),
            Type::Real => formatter.write_str("real"),
            Type::Double => formatter.write_str("double"),
            Type::Decimal { precision, scale } => write!(formatter, "decimal({precision},{scale})"),
            Type::Varchar(None) => formatter.write_str("varchar"),
            Type::Varchar(Some(length)) => write!(formatter, "varchar({length})"),
            Type::Char(length) => write!(formatter, "char({length})"),
            Type::Varbinary => formatter.write_str("varbinary"),
            Type::Date => formatter.write_str("date"),
            Type::Time(precision) => write!(formatter, "time({precision})"),
            Type::TimeWithTimeZone(precision) => {
                write!(formatter, "time({precision}) with time zone")
            }
            Type::Timestamp(precision) => write!(formatter, "timestamp({precision})"),
            Type::TimestampWithTimeZone(precision) => {
                write!(formatter, "timestamp({precision}) with time zone")
            }
            Type::IntervalYearToMonth => formatter.write_str("interval year to month"),
            Type::IntervalDayToSecond => formatter.write_str("interval day to second"),
            Type::Json => formatter.write_str("json"),
            Type::Uuid => formatter.write_str("uuid"),
            Type::IpAddress => formatter.write_str("ipaddress"),
            Type::Array(element) => write!(formatter, "array({element})"),
            Type::Map(key, value) => write!(formatter, "map({key}, {value})"),
            Type::Row(fields) => {
                formatter.write_str("row(")?;
                for (place, field) in fields.iter().enumerate() {
                    if place > 0 {
                        formatter.write_str(", ")?;
                    }
                    if let Some(name) = &field.name {
                        write_field_name(formatter, name)?;
                    }
                    write!(formatter, "{}", field.data_type)?;
                }
                formatter.write_str(")")
            }
            Type::HyperLogLog => formatter.write_str("HyperLogLog"),
            Type::P4HyperLogLog => formatter.write_str("P4HyperLogLog"),
            Type::SetDigest => formatter.write_str("SetDigest"),
            Type::TDigest => formatter.write_str("tdigest"),
            Type::QDigest(element) => write!(formatter, "qdigest({element})"),
            Type::Geometry => formatter.write_str("Geometry"),
            Type::SphericalGeography => formatter.write_str("SphericalGeography"),
            Type::BingTile => formatter.write_str("BingTile"),
            Type::Color => formatter.write_str("color"),
        }
    }
}

/// Trino quotes the names that would not be read back as written.
fn write_field_name(formatter: &mut fmt::Formatter<'_>, name: &str) -> fmt::Result {
    let plain = name
        .chars()
        .all(|c| c == '_' || c.is_ascii_lowercase() || c.is_ascii_digit())
        && !name.starts_with(|c: char| c.is_ascii_digit())
        && !name.is_empty();
    if plain {
        write!(formatter, "{name} ")
    } else {
        write!(formatter, "\"{}\" ", name.replace('"', "\"\""))
    }
}
