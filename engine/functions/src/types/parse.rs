//! Types as SQL writes them: `varchar(3)`, `array(row(a integer, "b c" varchar))`, `timestamp(6) with time zone`, `map<varchar, bigint>`.

use super::{DECIMAL_PRECISION_MAX, RowField, TIME_PRECISION_MAX, Type};

/// How deep types may nest.
const NESTING_MAX: usize = 100;

/// Why a text is no type.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TypeSyntaxError {
    /// No type has that name.
    #[error("Unknown type: {0}")]
    UnknownType(String),
    /// Something else stands where a part of a type is expected.
    #[error("invalid type: expected {expected} in '{text}'")]
    Malformed {
        /// The whole text.
        text: String,
        /// What should stand there.
        expected: &'static str,
    },
    /// A length, precision or scale that the type cannot have.
    #[error("{0}")]
    OutOfRange(String),
}

/// Reads a type from its text.
pub fn parse_type(text: &str) -> Result<Type, TypeSyntaxError> {
    let mut parser = TypeParser { text, offset: 0 };
    let parsed = parser.data_type(0)?;
    parser.skip_blanks();
    if parser.offset < text.len() {
        return Err(parser.malformed("the end of the type"));
    }
    Ok(parsed)
}

struct TypeParser<'a> {
    text: &'a str,
    offset: usize,
}

impl TypeParser<'_> {
    fn malformed(&self, expected: &'static str) -> TypeSyntaxError {
        TypeSyntaxError::Malformed {
            text: self.text.to_owned(),
            expected,
        }
    }

    fn rest(&self) -> &str {
        self.text.get(self.offset..).unwrap_or("")
    }

    fn skip_blanks(&mut self) {
        let rest = self.rest();
        self.offset += rest.len() - rest.trim_start().len();
    }

    fn take(&mut self, symbol: char) -> bool {
        self.skip_blanks();
        let found = self.rest().starts_with(symbol);
        if found {
            self.offset += symbol.len_utf8();
        }
        found
    }

    /// The word that stands next, in lower case, without moving past it.
    fn peek_word(&mut self) -> String {
        self.skip_blanks();
        self.rest()
            .chars()
            .take_while(|c| c.is_alphanumeric() || *c == '_')
            .collect()
    }

    fn take_word(&mut self, word: &str) -> bool {
        let found = self.peek_word();
        let matches = found.eq_ignore_ascii_case(word);
        if matches {
            self.offset += found.len();
        }
        matches
    }

    /// A name with its quotes taken off; `None` if none stands here.
    fn name(&mut self) -> Option<String> {
        self.skip_blanks();
        if self.rest().starts_with('"') {
            let mut name = String::new();
            let mut characters = self.rest().char_indices().skip(1).peekable();
            while let Some((place, c)) = characters.next() {
                if c != '"' {
                    name.push(c);
                } else if characters.peek().is_some_and(|(_, next)| *next == '"') {
                    name.push('"');
                    characters.next();
                } else {
                    self.offset += place + 1;
                    return Some(name);
                }
            }
            return None;
        }
        let word = self.peek_word();
        self.offset += word.len();
        (!word.is_empty()).then_some(word)
    }

    fn number(&mut self) -> Result<u32, TypeSyntaxError> {
        let word = self.peek_word();
        let number = word.parse().map_err(|_| self.malformed("a number"))?;
        self.offset += word.len();
        Ok(number)
    }

    /// `(n)` if it is there.
    fn length(&mut self) -> Result<Option<u32>, TypeSyntaxError> {
        if !self.take('(') {
            return Ok(None);
        }
        let number = self.number()?;
        self.close(')')?;
        Ok(Some(number))
    }

    fn close(&mut self, symbol: char) -> Result<(), TypeSyntaxError> {
        if self.take(symbol) {
            Ok(())
        } else {
            Err(self.malformed("a closing parenthesis"))
        }
    }

    /// The bracket that opens type parameters, as the one that closes them.
    fn open(&mut self) -> Result<char, TypeSyntaxError> {
        if self.take('(') {
            Ok(')')
        } else if self.take('<') {
            Ok('>')
        } else {
            Err(self.malformed("the types of elements in parentheses"))
        }
    }

    fn data_type(&mut self, depth: usize) -> Result<Type, TypeSyntaxError> {
        if depth > NESTING_MAX {
            return Err(TypeSyntaxError::OutOfRange(
                "the type nests too deeply".to_owned(),
            ));
        }
        let start = self.offset;
        let Some(name) = self.name() else {
            return Err(self.malformed("a type"));
        };
        let found = match name.to_lowercase().as_str() {
            "unknown" => Type::Unknown,
            "boolean" => Type::Boolean,
            "tinyint" => Type::Tinyint,
            "smallint" => Type::Smallint,
            "int" | "integer" => Type::Integer,
            "bigint" => Type::Bigint,
            "real" => Type::Real,
            "double" => {
                self.take_word("precision");
                Type::Double
            }
            "decimal" | "numeric" | "dec" => self.decimal()?,
            "varchar" => Type::Varchar(self.length()?),
            "char" => {
                let length = self.length()?.unwrap_or(1);
                if length > 65_536 {
                    return Err(TypeSyntaxError::OutOfRange(format!(
                        "CHAR length must be in range [0, 65536], got {length}"
                    )));
                }
                Type::Char(length)
            }
            "varbinary" => {
                self.length()?;
                Type::Varbinary
            }
            "date" => Type::Date,
            "time" => {
                let precision = self.precision("TIME")?;
                if self.with_time_zone()? {
                    Type::TimeWithTimeZone(precision)
                } else {
                    Type::Time(precision)
                }
            }
            "timestamp" => {
                let precision = self.precision("TIMESTAMP")?;
                if self.with_time_zone()? {
                    Type::TimestampWithTimeZone(precision)
                } else {
                    Type::Timestamp(precision)
                }
            }
            "interval" => self.interval()?,
            "json" => Type::Json,
            "uuid" => Type::Uuid,
            "ipaddress" => Type::IpAddress,
            "hyperloglog" => Type::HyperLogLog,
            "p4hyperloglog" => Type::P4HyperLogLog,
            "setdigest" => Type::SetDigest,
            "tdigest" => Type::TDigest,
            "geometry" => Type::Geometry,
            "sphericalgeography" => Type::SphericalGeography,
            "bingtile" => Type::BingTile,
            "color" => Type::Color,
            "qdigest" => {
                let close = self.open()?;
                let element = self.data_type(depth + 1)?;
                self.close(close)?;
                Type::QDigest(Box::new(element))
            }
            "array" => {
                let close = self.open()?;
                let element = self.data_type(depth + 1)?;
                self.close(close)?;
                Type::array(element)
            }
            "map" => {
                let close = self.open()?;
                let key = self.data_type(depth + 1)?;
                if !self.take(',') {
                    return Err(self.malformed("a comma between the types of keys and values"));
                }
                let value = self.data_type(depth + 1)?;
                self.close(close)?;
                Type::map(key, value)
            }
            "row" => self.row(depth)?,
            _ => {
                let written = self.text.get(start..self.offset).unwrap_or("").trim();
                return Err(TypeSyntaxError::UnknownType(written.to_owned()));
            }
        };
        Ok(self.legacy_arrays(found))
    }

    /// `bigint array` is an old way to write `array(bigint)`.
    fn legacy_arrays(&mut self, mut element: Type) -> Type {
        while self.take_word("array") {
            element = Type::array(element);
        }
        element
    }

    fn decimal(&mut self) -> Result<Type, TypeSyntaxError> {
        if !self.take('(') {
            return Ok(Type::decimal(DECIMAL_PRECISION_MAX, 0));
        }
        let precision = self.number()?;
        let scale = if self.take(',') { self.number()? } else { 0 };
        self.close(')')?;
        let bounds = u32::from(DECIMAL_PRECISION_MAX);
        match (u8::try_from(precision), u8::try_from(scale)) {
            (Ok(precision @ 1..=DECIMAL_PRECISION_MAX), Ok(scale)) if scale <= precision => {
                Ok(Type::Decimal { precision, scale })
            }
            (Ok(1..=DECIMAL_PRECISION_MAX), _) => Err(TypeSyntaxError::OutOfRange(format!(
                "DECIMAL scale must be in range [0, precision ({precision})]: {scale}"
            ))),
            _ => Err(TypeSyntaxError::OutOfRange(format!(
                "DECIMAL precision must be in range [1, {bounds}]: {precision}"
            ))),
        }
    }

    fn precision(&mut self, type_name: &str) -> Result<u8, TypeSyntaxError> {
        match self.length()? {
            None => Ok(3),
            Some(precision) => u8::try_from(precision)
                .ok()
                .filter(|precision| *precision <= TIME_PRECISION_MAX)
                .ok_or_else(|| {
                    TypeSyntaxError::OutOfRange(format!(
                        "{type_name} precision must be in range [0, {TIME_PRECISION_MAX}]: {precision}"
                    ))
                }),
        }
    }

    fn with_time_zone(&mut self) -> Result<bool, TypeSyntaxError> {
        let with = if self.take_word("with") {
            true
        } else if self.take_word("without") {
            false
        } else {
            return Ok(false);
        };
        if self.take_word("time") && self.take_word("zone") {
            Ok(with)
        } else {
            Err(self.malformed("TIME ZONE"))
        }
    }

    fn interval(&mut self) -> Result<Type, TypeSyntaxError> {
        if self.take_word("year") && self.take_word("to") && self.take_word("month") {
            Ok(Type::IntervalYearToMonth)
        } else if self.take_word("day") && self.take_word("to") && self.take_word("second") {
            Ok(Type::IntervalDayToSecond)
        } else {
            Err(self.malformed("YEAR TO MONTH or DAY TO SECOND"))
        }
    }

    fn row(&mut self, depth: usize) -> Result<Type, TypeSyntaxError> {
        let close = self.open()?;
        let mut fields = Vec::new();
        loop {
            fields.push(self.row_field(depth)?);
            if !self.take(',') {
                break;
            }
        }
        self.close(close)?;
        Ok(Type::Row(fields))
    }

    /// `name type`, `name:type` or a type alone. What reads as a type up to the field's end is one.
    fn row_field(&mut self, depth: usize) -> Result<RowField, TypeSyntaxError> {
        let start = self.offset;
        if let Ok(data_type) = self.data_type(depth + 1) {
            self.skip_blanks();
            if self.rest().starts_with([',', ')', '>']) {
                return Ok(RowField {
                    name: None,
                    data_type,
                });
            }
        }
        self.offset = start;
        let name = self.name().ok_or_else(|| self.malformed("a field"))?;
        self.take(':');
        Ok(RowField {
            name: Some(name),
            data_type: self.data_type(depth + 1)?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::parse_type;

    #[track_caller]
    fn assert_shown(text: &str, shown: &str) {
        assert_eq!(
            parse_type(text).map(|found| found.to_string()),
            Ok(shown.to_owned())
        );
    }

    #[test]
    fn types_read_back_as_typeof_shows_them() {
        assert_shown("INT", "integer");
        assert_shown("double precision", "double");
        assert_shown("decimal", "decimal(38,0)");
        assert_shown(
            "Array(Row(a INT, \"b c\" varchar(3)))",
            "array(row(a integer, \"b c\" varchar(3)))",
        );
    }

    #[test]
    fn a_field_named_as_a_type_keeps_its_name() {
        assert_shown("row(date date, x bigint)", "row(date date, x bigint)");
        assert_shown("row(timestamp, double)", "row(timestamp(3), double)");
    }

    #[test]
    fn time_zones_belong_to_the_type() {
        assert_shown("timestamp(6) with time zone", "timestamp(6) with time zone");
        assert!(parse_type("timestamp with").is_err());
        assert!(parse_type("timestamp(12)").is_err());
    }

    #[test]
    fn wrong_types_are_errors() {
        for wrong in [
            "",
            "string",
            "decimal(39)",
            "array",
            "map(integer)",
            "row()",
            "varchar(",
            "a b",
        ] {
            assert!(parse_type(wrong).is_err(), "{wrong}");
        }
    }
}
