//! `HiveType`: the types of a table's columns, printed as the text that Glue stores.

use std::fmt;

/// Digits of a decimal at most.
pub(super) const DECIMAL_PRECISION_MAX: u8 = 38;

/// A type of Hive's DDL.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum HiveType {
    /// `boolean`
    Boolean,
    /// `tinyint`
    TinyInt,
    /// `smallint`
    SmallInt,
    /// `int`, `integer`
    Int,
    /// `bigint`
    BigInt,
    /// `float`
    Float,
    /// `double`
    Double,
    /// `decimal(precision, scale)`
    Decimal(u8, u8),
    /// `string`
    String,
    /// `varchar(length)`
    Varchar(u32),
    /// `char(length)`
    Char(u32),
    /// `binary`
    Binary,
    /// `date`
    Date,
    /// `timestamp`
    Timestamp,
    /// `array<element>`
    Array(Box<HiveType>),
    /// `map<key,value>`
    Map(Box<HiveType>, Box<HiveType>),
    /// `struct<name:type,…>`
    Struct(Vec<(String, HiveType)>),
}

impl fmt::Display for HiveType {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            HiveType::Boolean => formatter.write_str("boolean"),
            HiveType::TinyInt => formatter.write_str("tinyint"),
            HiveType::SmallInt => formatter.write_str("smallint"),
            HiveType::Int => formatter.write_str("int"),
            HiveType::BigInt => formatter.write_str("bigint"),
            HiveType::Float => formatter.write_str("float"),
            HiveType::Double => formatter.write_str("double"),
            HiveType::Decimal(precision, scale) => {
                write!(formatter, "decimal({precision},{scale})")
            }
            HiveType::String => formatter.write_str("string"),
            HiveType::Varchar(length) => write!(formatter, "varchar({length})"),
            HiveType::Char(length) => write!(formatter, "char({length})"),
            HiveType::Binary => formatter.write_str("binary"),
            HiveType::Date => formatter.write_str("date"),
            HiveType::Timestamp => formatter.write_str("timestamp"),
            HiveType::Array(element) => write!(formatter, "array<{element}>"),
            HiveType::Map(key, value) => write!(formatter, "map<{key},{value}>"),
            HiveType::Struct(fields) => {
                formatter.write_str("struct<")?;
                for (index, (name, field)) in fields.iter().enumerate() {
                    if index > 0 {
                        formatter.write_str(",")?;
                    }
                    let plain = name.chars().enumerate().all(|(at, c)| {
                        c == '_' || c.is_alphabetic() || (at > 0 && c.is_alphanumeric())
                    });
                    if plain {
                        write!(formatter, "{name}:{field}")?;
                    } else {
                        write!(formatter, "`{}`:{field}", name.replace('`', "``"))?;
                    }
                }
                formatter.write_str(">")
            }
        }
    }
}
