//! Parses the text of a type, such as `array<struct<a:int>>`.

use super::definition::{DECIMAL_PRECISION_MAX, HiveType};

/// How deep types may nest; Athena's own data seldom passes ten.
const NESTING_MAX: usize = 64;

/// Text that is no type.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct HiveTypeError {
    /// What is wrong.
    pub message: String,
    /// The byte at which it is wrong.
    pub offset: usize,
}

impl HiveType {
    /// Parses a type's text.
    pub fn parse(text: &str) -> Result<HiveType, HiveTypeError> {
        let (parsed, end) = HiveType::parse_prefix(text)?;
        let mut cursor = Cursor { text, offset: end };
        cursor.skip_space();
        match cursor.peek() {
            None => Ok(parsed),
            Some(_) => Err(cursor.mismatch("the end of the type")),
        }
    }

    /// Parses the type that the text begins with, and tells where it ends.
    pub fn parse_prefix(text: &str) -> Result<(HiveType, usize), HiveTypeError> {
        let mut cursor = Cursor { text, offset: 0 };
        let parsed = cursor.read_type(0)?;
        Ok((parsed, cursor.offset))
    }
}

struct Cursor<'a> {
    text: &'a str,
    offset: usize,
}

impl<'a> Cursor<'a> {
    fn rest(&self) -> &'a str {
        self.text.get(self.offset..).unwrap_or("")
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn skip_space(&mut self) {
        let rest = self.rest();
        self.offset += rest.len() - rest.trim_start().len();
    }

    fn error(&self, message: String) -> HiveTypeError {
        HiveTypeError {
            message,
            offset: self.offset,
        }
    }

    fn mismatch(&self, expected: &str) -> HiveTypeError {
        let found: String = self
            .rest()
            .chars()
            .enumerate()
            .take_while(|(at, c)| *at == 0 || is_word(*c))
            .map(|(_, c)| c)
            .take(40)
            .collect();
        let found = if found.is_empty() {
            "the end of the statement".to_owned()
        } else {
            format!("'{found}'")
        };
        self.error(format!("mismatched input {found}. Expecting: {expected}"))
    }

    fn take_symbol(&mut self, symbol: char) -> bool {
        self.skip_space();
        let found = self.peek() == Some(symbol);
        if found {
            self.offset += symbol.len_utf8();
        }
        found
    }

    fn expect_symbol(&mut self, symbol: char) -> Result<(), HiveTypeError> {
        if self.take_symbol(symbol) {
            return Ok(());
        }
        Err(self.mismatch(&format!("'{symbol}'")))
    }

    fn word(&mut self) -> Option<&'a str> {
        self.skip_space();
        let rest = self.rest();
        let end = rest.find(|c| !is_word(c)).unwrap_or(rest.len());
        let word = rest.get(..end).filter(|word| !word.is_empty())?;
        self.offset += end;
        Some(word)
    }

    fn take_word(&mut self, keyword: &str) -> bool {
        let before = self.offset;
        let found = self
            .word()
            .is_some_and(|word| word.eq_ignore_ascii_case(keyword));
        if !found {
            self.offset = before;
        }
        found
    }

    /// A field's name, in backticks or not.
    fn name(&mut self) -> Result<String, HiveTypeError> {
        self.skip_space();
        if self.peek() == Some('`') {
            return self.quoted('`');
        }
        match self.word() {
            Some(word) => Ok(word.to_owned()),
            None => Err(self.mismatch("a name")),
        }
    }

    /// Text between two of `quote`, doubled where it means itself.
    fn quoted(&mut self, quote: char) -> Result<String, HiveTypeError> {
        let mut value = String::new();
        let mut characters = self.rest().char_indices().skip(1).peekable();
        while let Some((at, c)) = characters.next() {
            if c != quote {
                value.push(c);
                continue;
            }
            if characters.next_if(|(_, next)| *next == quote).is_some() {
                value.push(quote);
                continue;
            }
            self.offset += at + c.len_utf8();
            return Ok(value);
        }
        Err(self.error(format!("the {quote} is never closed")))
    }

    fn number(&mut self, max: u32) -> Result<u32, HiveTypeError> {
        self.skip_space();
        let wrong = self.mismatch(&format!("a number from 0 to {max}"));
        match self.word().map(str::parse) {
            Some(Ok(number)) if number <= max => Ok(number),
            _ => Err(wrong),
        }
    }

    fn length(&mut self, max: u32) -> Result<u32, HiveTypeError> {
        self.expect_symbol('(')?;
        let before = self.offset;
        let length = self.number(max)?;
        if length == 0 {
            self.offset = before;
            return Err(self.mismatch(&format!("a length from 1 to {max}")));
        }
        self.expect_symbol(')')?;
        Ok(length)
    }

    fn decimal(&mut self) -> Result<HiveType, HiveTypeError> {
        let (mut precision, mut scale) = (10, 0);
        if self.take_symbol('(') {
            precision = self.number(u32::from(DECIMAL_PRECISION_MAX))?;
            if self.take_symbol(',') {
                scale = self.number(precision)?;
            }
            self.expect_symbol(')')?;
        }
        if precision == 0 {
            return Err(
                self.error("a decimal has at least one digit, as in decimal(1,0)".to_owned())
            );
        }
        let digits = |value: u32| u8::try_from(value).unwrap_or(DECIMAL_PRECISION_MAX);
        Ok(HiveType::Decimal(digits(precision), digits(scale)))
    }

    fn read_type(&mut self, depth: usize) -> Result<HiveType, HiveTypeError> {
        if depth > NESTING_MAX {
            return Err(self.error(format!("the type nests deeper than {NESTING_MAX} levels")));
        }
        self.skip_space();
        let unknown = self.mismatch("a type, such as bigint, string or array<int>");
        let Some(word) = self.word() else {
            return Err(unknown);
        };
        Ok(match word.to_ascii_lowercase().as_str() {
            "boolean" => HiveType::Boolean,
            "tinyint" => HiveType::TinyInt,
            "smallint" => HiveType::SmallInt,
            "int" | "integer" => HiveType::Int,
            "bigint" | "long" => HiveType::BigInt,
            "float" | "real" => HiveType::Float,
            "double" => {
                self.take_word("PRECISION");
                HiveType::Double
            }
            "decimal" | "numeric" => self.decimal()?,
            "string" => HiveType::String,
            "varchar" => HiveType::Varchar(self.length(65535)?),
            "char" => HiveType::Char(self.length(255)?),
            "binary" => HiveType::Binary,
            "date" => HiveType::Date,
            "timestamp" => HiveType::Timestamp,
            "array" => {
                self.expect_symbol('<')?;
                let element = self.read_type(depth + 1)?;
                self.expect_symbol('>')?;
                HiveType::Array(Box::new(element))
            }
            "map" => {
                self.expect_symbol('<')?;
                let key = self.read_type(depth + 1)?;
                self.expect_symbol(',')?;
                let value = self.read_type(depth + 1)?;
                self.expect_symbol('>')?;
                HiveType::Map(Box::new(key), Box::new(value))
            }
            "struct" => {
                self.expect_symbol('<')?;
                let mut fields = Vec::new();
                loop {
                    let name = self.name()?.to_lowercase();
                    self.expect_symbol(':')?;
                    fields.push((name, self.read_type(depth + 1)?));
                    if self.take_word("COMMENT") {
                        self.skip_space();
                        match self.peek() {
                            Some(quote @ ('\'' | '"')) => self.quoted(quote)?,
                            _ => return Err(self.mismatch("a string")),
                        };
                    }
                    if !self.take_symbol(',') {
                        break;
                    }
                }
                self.expect_symbol('>')?;
                HiveType::Struct(fields)
            }
            _ => return Err(unknown),
        })
    }
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
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
            ("double precision", "double"),
            (
                "array<struct<n:INT COMMENT 'x', ws:array<string>>>",
                "array<struct<n:int,ws:array<string>>>",
            ),
            ("map<string,map<int,double>>", "map<string,map<int,double>>"),
            ("struct<`a b`:int>", "struct<`a b`:int>"),
            ("struct<`a``b`:int>", "struct<`a``b`:int>"),
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
            "struct<`a:int>",
        ] {
            assert!(HiveType::parse(text).is_err(), "{text}");
        }
        let deep = "array<".repeat(1000);
        assert!(HiveType::parse(&deep).is_err());
    }

    #[test]
    fn a_prefix_ends_where_its_type_does() {
        let (parsed, end) = HiveType::parse_prefix("array<int> COMMENT 'x'").unwrap();
        assert_eq!(parsed.to_string(), "array<int>");
        assert_eq!(end, 10);
    }
}
