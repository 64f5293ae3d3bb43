//! `InferredType`: the type of a column, as far as a sample tells it.

use serde::{Deserialize, Serialize};

/// A type that values were seen to have.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum InferredType {
    /// No value was seen but nulls.
    #[default]
    Null,
    /// `boolean`.
    Boolean,
    /// `tinyint`: where a custom classifier says so.
    TinyInt,
    /// `smallint`: where a custom classifier says so.
    SmallInt,
    /// `int`.
    Int,
    /// `bigint`.
    BigInt,
    /// `decimal` of a precision and a scale.
    Decimal(u8, u8),
    /// Numbers with a point, each with so many digits after it: a `decimal` if one of them ends in a zero that no
    /// floating-point number is written with, else a `double`.
    FixedPoint {
        /// Digits after the point.
        scale: u8,
        /// Whether one of them ends in such a zero.
        is_padded: bool,
    },
    /// `float`: where a custom classifier says so.
    Float,
    /// `double`.
    Double,
    /// `date`.
    Date,
    /// `timestamp`.
    Timestamp,
    /// `string`, which reads any scalar.
    String,
    /// `binary`: where a custom classifier says so.
    Binary,
    /// `array`.
    Array(Box<InferredType>),
    /// `struct`: its fields with their names as they were spelled first, in the order in which they were seen.
    Struct(Vec<(String, InferredType)>),
    /// `map` from strings.
    Map(Box<InferredType>),
}

/// The most digits that a `decimal` has.
pub(super) const DECIMAL_DIGITS_MAX: u8 = 38;

impl InferredType {
    /// The type as Hive's DDL and the catalog write it, with names in lower case.
    ///
    /// Where nothing is known it is `string`, which reads whatever comes later; so is a struct without a field, since
    /// Hive knows none.
    pub fn hive_text(&self) -> String {
        let mut text = String::new();
        self.clone().settled().write_hive(&mut text);
        text
    }

    fn write_hive(&self, text: &mut String) {
        let name = match self {
            InferredType::Null | InferredType::String => "string",
            InferredType::Boolean => "boolean",
            InferredType::TinyInt => "tinyint",
            InferredType::SmallInt => "smallint",
            InferredType::Int => "int",
            InferredType::BigInt => "bigint",
            InferredType::Float => "float",
            InferredType::Double | InferredType::FixedPoint { .. } => "double",
            InferredType::Date => "date",
            InferredType::Timestamp => "timestamp",
            InferredType::Binary => "binary",
            InferredType::Decimal(precision, scale) => &format!("decimal({precision},{scale})"),
            InferredType::Array(element) => {
                text.push_str("array<");
                element.write_hive(text);
                ">"
            }
            InferredType::Map(value) => {
                text.push_str("map<string,");
                value.write_hive(text);
                ">"
            }
            InferredType::Struct(fields) if fields.is_empty() => "string",
            InferredType::Struct(fields) => {
                let mut before = "struct<";
                for (name, field) in fields {
                    text.push_str(before);
                    push_name(name, text);
                    text.push(':');
                    field.write_hive(text);
                    before = ",";
                }
                ">"
            }
        };
        text.push_str(name);
    }

    /// The type to declare, once everything is merged. A decimal gets all the digits there are before its point: the sample's largest value is
    /// not the file's.
    pub fn settled(self) -> InferredType {
        match self {
            InferredType::Decimal(_, scale) => InferredType::Decimal(DECIMAL_DIGITS_MAX, scale),
            InferredType::FixedPoint {
                scale,
                is_padded: true,
            } if scale <= DECIMAL_DIGITS_MAX => InferredType::Decimal(DECIMAL_DIGITS_MAX, scale),
            InferredType::FixedPoint { .. } => InferredType::Double,
            InferredType::Array(element) => InferredType::Array(Box::new(element.settled())),
            InferredType::Map(value) => InferredType::Map(Box::new(value.settled())),
            InferredType::Struct(fields) => InferredType::Struct(
                fields
                    .into_iter()
                    .map(|(name, field)| (name, field.settled()))
                    .collect(),
            ),
            scalar => scalar,
        }
    }
}

fn push_name(name: &str, text: &mut String) {
    let name = name.to_lowercase();
    let is_plain = !name.is_empty()
        && name
            .bytes()
            .all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'_'));
    if is_plain {
        text.push_str(&name);
        return;
    }
    text.push('`');
    text.push_str(&name.replace('`', "``"));
    text.push('`');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_are_written_as_hive_reads_them() {
        let list = InferredType::Array(Box::new(InferredType::String));
        let nested = InferredType::Struct(vec![
            ("A".to_owned(), InferredType::Int),
            ("b".to_owned(), list),
            ("weird-Name`".to_owned(), InferredType::Decimal(38, 2)),
            ("m".to_owned(), InferredType::Map(Box::default())),
        ]);
        assert_eq!(
            nested.hive_text(),
            "struct<a:int,b:array<string>,`weird-name```:decimal(38,2),m:map<string,string>>"
        );
        assert_eq!(InferredType::Null.hive_text(), "string");
        assert_eq!(
            InferredType::Array(Box::default()).hive_text(),
            "array<string>"
        );
        assert_eq!(InferredType::Struct(Vec::new()).hive_text(), "string");
    }
}
