//! `HiveType`: the types of a table's columns, parsed from and printed as the text that Glue stores.

use std::fmt;

use super::lexer::{Quoting, TokenKind};
use super::token_stream::TokenStream;
use crate::error::{ErrorCode, Result};

/// How deep types may nest; Athena's own data seldom passes ten.
const NESTING_MAX: usize = 64;
/// Digits of a decimal at most.
const DECIMAL_PRECISION_MAX: u8 = 38;

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

impl HiveType {
    /// Parses a type's text, such as `array<struct<a:int>>`.
    pub fn parse(text: &str) -> Result<HiveType> {
        let mut tokens = TokenStream::new(text, Quoting::Hive)?;
        let parsed = HiveType::read(&mut tokens, 0)?;
        match tokens.peek() {
            None => Ok(parsed),
            Some(_) => Err(tokens.mismatch("the end of the type")),
        }
    }

    pub(super) fn read(tokens: &mut TokenStream<'_>, depth: usize) -> Result<HiveType> {
        if depth > NESTING_MAX {
            return Err(tokens.error(
                ErrorCode::SyntaxError,
                format!("the type nests deeper than {NESTING_MAX} levels"),
            ));
        }
        let unknown = tokens.mismatch("a type, such as bigint, string or array<int>");
        let Some(TokenKind::Word(word)) = tokens.peek() else {
            return Err(unknown);
        };
        let word = word.to_ascii_lowercase();
        tokens.advance();
        Ok(match word.as_str() {
            "boolean" => HiveType::Boolean,
            "tinyint" => HiveType::TinyInt,
            "smallint" => HiveType::SmallInt,
            "int" | "integer" => HiveType::Int,
            "bigint" | "long" => HiveType::BigInt,
            "float" | "real" => HiveType::Float,
            "double" => {
                tokens.take(&["PRECISION"]);
                HiveType::Double
            }
            "decimal" | "numeric" => decimal(tokens)?,
            "string" => HiveType::String,
            "varchar" => HiveType::Varchar(length(tokens, 65535)?),
            "char" => HiveType::Char(length(tokens, 255)?),
            "binary" => HiveType::Binary,
            "date" => HiveType::Date,
            "timestamp" => HiveType::Timestamp,
            "array" => {
                tokens.expect_symbol("<")?;
                let element = HiveType::read(tokens, depth + 1)?;
                close(tokens)?;
                HiveType::Array(Box::new(element))
            }
            "map" => {
                tokens.expect_symbol("<")?;
                let key = HiveType::read(tokens, depth + 1)?;
                tokens.expect_symbol(",")?;
                let value = HiveType::read(tokens, depth + 1)?;
                close(tokens)?;
                HiveType::Map(Box::new(key), Box::new(value))
            }
            "struct" => {
                tokens.expect_symbol("<")?;
                let mut fields = Vec::new();
                loop {
                    let name = tokens.name()?.to_lowercase();
                    tokens.expect_symbol(":")?;
                    let field = HiveType::read(tokens, depth + 1)?;
                    if tokens.take(&["COMMENT"]) {
                        tokens.text_value()?;
                    }
                    fields.push((name, field));
                    if !tokens.take_symbol(",") {
                        break;
                    }
                }
                close(tokens)?;
                HiveType::Struct(fields)
            }
            _ => return Err(unknown),
        })
    }
}

/// The `>` that ends a nested type.
fn close(tokens: &mut TokenStream<'_>) -> Result<()> {
    tokens.expect_symbol(">")
}

fn number(tokens: &mut TokenStream<'_>, max: u32) -> Result<u32> {
    let wrong = tokens.mismatch(&format!("a number from 0 to {max}"));
    match tokens.advance() {
        Some(TokenKind::Number(text)) => match text.parse() {
            Ok(number) if number <= max => Ok(number),
            _ => Err(wrong),
        },
        _ => Err(wrong),
    }
}

fn decimal(tokens: &mut TokenStream<'_>) -> Result<HiveType> {
    let (mut precision, mut scale) = (10, 0);
    if tokens.take_symbol("(") {
        precision = number(tokens, u32::from(DECIMAL_PRECISION_MAX))?;
        if tokens.take_symbol(",") {
            scale = number(tokens, precision)?;
        }
        tokens.expect_symbol(")")?;
    }
    let digits = |value: u32| u8::try_from(value).unwrap_or(DECIMAL_PRECISION_MAX);
    if precision == 0 {
        return Err(tokens.error(
            ErrorCode::SyntaxError,
            "a decimal has at least one digit, as in decimal(1,0)",
        ));
    }
    Ok(HiveType::Decimal(digits(precision), digits(scale)))
}

fn length(tokens: &mut TokenStream<'_>, max: u32) -> Result<u32> {
    tokens.expect_symbol("(")?;
    let length = number(tokens, max)?;
    tokens.expect_symbol(")")?;
    Ok(length)
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

#[cfg(test)]
mod tests {
    use super::HiveType;

    #[test]
    fn types_print_as_glue_stores_them() {
        for (text, canonical) in [
            ("INTEGER", "int"),
            ("decimal", "decimal(10,0)"),
            ("Decimal( 38 , 18 )", "decimal(38,18)"),
            (
                "array<struct<n:INT COMMENT 'x', ws:array<string>>>",
                "array<struct<n:int,ws:array<string>>>",
            ),
            ("map<string,map<int,double>>", "map<string,map<int,double>>"),
            ("struct<`a b`:int>", "struct<`a b`:int>"),
        ] {
            let parsed = HiveType::parse(text).unwrap();
            assert_eq!(parsed.to_string(), canonical);
            assert_eq!(HiveType::parse(canonical).unwrap(), parsed);
        }
    }

    #[test]
    fn what_is_no_type_is_refused() {
        for text in [
            "",
            "text",
            "array<",
            "array<int",
            "decimal(39,0)",
            "decimal(2,3)",
            "int int",
            "varchar(70000)",
            "struct<>",
        ] {
            assert!(HiveType::parse(text).is_err(), "{text}");
        }
        let deep = "array<".repeat(1000);
        assert!(HiveType::parse(&deep).is_err());
    }
}
