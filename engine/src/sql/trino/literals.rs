//! Literals: texts, numbers, binary, intervals, and texts of a named type.

use sqlparser::ast::{
    DataType, DateTimeField, Expr, Ident, Interval, ObjectName, TypedString, UnaryOperator, Value,
    ValueWithSpan,
};
use sqlparser::tokenizer::Span;

use super::cursor::Cursor;
use super::errors::error_at;
use super::lexer::TokenKind;
use super::tree;
use crate::error::Result;

impl Cursor<'_> {
    pub(super) fn is_string(&self, ahead: usize) -> bool {
        matches!(
            self.kind(ahead),
            TokenKind::Text(_) | TokenKind::UnicodeText(_)
        )
    }

    /// A text and its place.
    pub(super) fn string(&mut self) -> Result<(String, Span)> {
        let span = self.span();
        match self.kind(0) {
            TokenKind::Text(text) => {
                self.advance();
                Ok((undoubled(text), span))
            }
            TokenKind::UnicodeText(text) => {
                self.advance();
                let escape = self.unicode_escape()?;
                Ok((unescaped(&undoubled(text), escape, span)?, span))
            }
            _ => {
                self.expecting_construct("<string>");
                Err(self.mismatch())
            }
        }
    }

    pub(super) fn string_literal(&mut self) -> Result<Expr> {
        let (text, span) = self.string()?;
        Ok(tree::text(text, span))
    }

    /// `UESCAPE 'c'`, by default a backslash.
    fn unicode_escape(&mut self) -> Result<char> {
        if !self.take("UESCAPE") {
            return Ok('\\');
        }
        let span = self.span();
        let TokenKind::Text(text) = self.kind(0) else {
            self.expecting_construct("<string>");
            return Err(self.mismatch());
        };
        self.advance();
        let escape = undoubled(text);
        let mut characters = escape.chars();
        match (characters.next(), characters.next()) {
            (None, _) => Err(error_at(span, "Empty Unicode escape character")),
            (Some(c), None)
                if c.is_ascii_graphic()
                    && !c.is_ascii_hexdigit()
                    && !matches!(c, '"' | '\'' | '+') =>
            {
                Ok(c)
            }
            _ => Err(error_at(
                span,
                format!("Invalid Unicode escape character: {escape}"),
            )),
        }
    }

    pub(super) fn number(&mut self) -> Result<Expr> {
        let span = self.span();
        let number = match self.kind(0) {
            TokenKind::Integer(text) => decimal_digits(text)
                .ok_or_else(|| self.error(format!("Invalid numeric literal: {text}")))?,
            TokenKind::Decimal(text) | TokenKind::Double(text) => text.replace('_', ""),
            _ => return Err(self.mismatch()),
        };
        self.advance();
        Ok(Expr::Value(Value::Number(number, false).with_span(span)))
    }

    /// An integer without a sign.
    pub(super) fn integer(&mut self) -> Result<Expr> {
        if matches!(self.kind(0), TokenKind::Integer(_)) {
            return self.number();
        }
        self.expecting_construct("<integer>");
        Err(self.mismatch())
    }

    pub(super) fn binary_literal(&mut self) -> Result<Expr> {
        let TokenKind::Binary(text) = self.kind(0) else {
            return Err(self.mismatch());
        };
        let digits: String = text
            .chars()
            .filter(|c| !matches!(c, ' ' | '\r' | '\n' | '\t'))
            .map(|c| c.to_ascii_uppercase())
            .collect();
        if !digits.chars().all(|c| c.is_ascii_hexdigit()) {
            return Err(self.error("Binary literal can only contain hexadecimal digits"));
        }
        if !digits.len().is_multiple_of(2) {
            return Err(self.error("Binary literal must contain an even number of digits"));
        }
        let span = self.advance();
        Ok(Expr::Value(Value::HexStringLiteral(digits).with_span(span)))
    }

    /// `DATE '…'`: a type's name of so many words and a text.
    pub(super) fn typed_literal(&mut self, words: usize) -> Result<Expr> {
        let start = self.place();
        let span = self.span();
        if words == 1 {
            // Refuses what is no name, such as one in backquotes.
            self.name()?;
        } else {
            self.skip(words);
        }
        let name = Ident::with_span(span, self.source(start, self.place()));
        let (text, span) = self.string()?;
        Ok(Expr::TypedString(TypedString {
            data_type: DataType::Custom(ObjectName::from(vec![name]), Vec::new()),
            value: ValueWithSpan {
                value: Value::SingleQuotedString(text),
                span,
            },
            uses_odbc_syntax: false,
        }))
    }

    /// Whether `interval` begins a literal here, or else is a name.
    pub(super) fn begins_interval(&self) -> bool {
        let signed = self.is_symbol(1, "+") || self.is_symbol(1, "-");
        self.is_string(1 + usize::from(signed))
    }

    /// `INTERVAL [+|-] 'n' unit [TO unit]`
    pub(super) fn interval(&mut self) -> Result<Expr> {
        self.expect("INTERVAL")?;
        let negative = self.take_symbol("-");
        if !negative {
            self.take_symbol("+");
        }
        let value = Box::new(self.string_literal()?);
        let leading_field = Some(self.interval_unit()?);
        let last_field = if self.take("TO") {
            Some(self.interval_unit()?)
        } else {
            None
        };
        let interval = Expr::Interval(Interval {
            value,
            leading_field,
            leading_precision: None,
            last_field,
            fractional_seconds_precision: None,
        });
        Ok(if negative {
            tree::unary(UnaryOperator::Minus, interval)
        } else {
            interval
        })
    }

    fn interval_unit(&mut self) -> Result<DateTimeField> {
        Ok(match self.expect_one_of(INTERVAL_UNITS)? {
            "YEAR" => DateTimeField::Year,
            "MONTH" => DateTimeField::Month,
            "WEEK" => DateTimeField::Week(None),
            "DAY" => DateTimeField::Day,
            "HOUR" => DateTimeField::Hour,
            "MINUTE" => DateTimeField::Minute,
            _ => DateTimeField::Second,
        })
    }
}

pub(super) const INTERVAL_UNITS: &[&str] =
    &["YEAR", "MONTH", "WEEK", "DAY", "HOUR", "MINUTE", "SECOND"];

fn undoubled(text: &str) -> String {
    text.replace("''", "'")
}

/// An integer's digits to the base of ten; `None` if there are more than the largest decimal has.
fn decimal_digits(text: &str) -> Option<String> {
    let text = text.replace('_', "").to_ascii_lowercase();
    for (prefix, radix) in [("0x", 16), ("0o", 8), ("0b", 2)] {
        if let Some(digits) = text.strip_prefix(prefix) {
            let number = u128::from_str_radix(digits, radix).ok()?;
            return Some(number.to_string());
        }
    }
    Some(text)
}

/// The text of `U&'…'`: `\XXXX` and `\+XXXXXX` are characters by their number, `\\` is the escape itself.
fn unescaped(text: &str, escape: char, span: Span) -> Result<String> {
    let mut value = String::with_capacity(text.len());
    let mut rest = text.chars();
    while let Some(c) = rest.next() {
        if c != escape {
            value.push(c);
            continue;
        }
        let (mut digits, length) = match rest.next() {
            Some(c) if c == escape => {
                value.push(escape);
                continue;
            }
            Some('+') => (String::new(), 6),
            Some(c) if c.is_ascii_hexdigit() => (c.to_string(), 4),
            Some(c) => return Err(error_at(span, format!("Invalid hexadecimal digit: {c}"))),
            None => return Err(error_at(span, "Incomplete escape sequence: ")),
        };
        while digits.len() < length {
            match rest.next() {
                Some(c) if c.is_ascii_hexdigit() => digits.push(c),
                Some(c) => return Err(error_at(span, format!("Invalid hexadecimal digit: {c}"))),
                None => {
                    return Err(error_at(
                        span,
                        format!("Incomplete escape sequence: {digits}"),
                    ));
                }
            }
        }
        let character = u32::from_str_radix(&digits, 16)
            .ok()
            .and_then(char::from_u32)
            .ok_or_else(|| error_at(span, format!("Invalid escaped character: {digits}")))?;
        value.push(character);
    }
    Ok(value)
}

#[cfg(test)]
mod tests {
    use super::super::testing::{error, expression};
    use super::*;

    fn value(text: &str) -> Value {
        match expression(text) {
            Expr::Value(value) => value.value,
            other => panic!("{text}: {other:?}"),
        }
    }

    #[test]
    fn numbers_keep_their_digits() {
        for (text, expected) in [
            ("1", "1"),
            ("1.50", "1.50"),
            ("1.", "1."),
            (".5", ".5"),
            ("1.5E-3", "1.5E-3"),
            ("1_000", "1000"),
            ("1_0.0_1", "10.01"),
            ("0xFF", "255"),
            ("0b101", "5"),
            ("0o17", "15"),
            ("99999999999999999999999999", "99999999999999999999999999"),
        ] {
            assert_eq!(value(text), Value::Number(expected.to_owned(), false));
        }
        assert!(error(&format!("SELECT 0x{}", "F".repeat(33))).contains("Invalid numeric literal"));
    }

    #[test]
    fn texts_have_no_escapes_but_doubled_quotes() {
        for (text, expected) in [
            ("'it''s'", "it's"),
            (r"'a\n'", r"a\n"),
            ("''", ""),
            ("'\"'", "\""),
            (r"U&'snow\2603 \\ \+01F600'", "snow☃ \\ 😀"),
            (r"u&'d!0061t!+000061' UESCAPE '!'", "data"),
            (r"U&'it''s'", "it's"),
        ] {
            assert_eq!(value(text), Value::SingleQuotedString(expected.to_owned()));
        }
        for (text, expected) in [
            (r"U&'\12'", "Incomplete escape sequence: 12"),
            (r"U&'\x'", "Invalid hexadecimal digit: x"),
            (r"U&'\D800'", "Invalid escaped character: D800"),
            (r"U&'a' UESCAPE '+'", "Invalid Unicode escape character: +"),
            (r"U&'a' UESCAPE ''", "Empty Unicode escape character"),
        ] {
            let message = error(&format!("SELECT {text}"));
            assert!(message.ends_with(expected), "{text}: {message}");
        }
    }

    #[test]
    fn binary_is_pairs_of_hexadecimal_digits() {
        assert_eq!(
            value("X'0a Bf'"),
            Value::HexStringLiteral("0ABF".to_owned())
        );
        assert_eq!(
            error("SELECT X'abc'"),
            "line 1:8: Binary literal must contain an even number of digits"
        );
        assert_eq!(
            error("SELECT X'zz'"),
            "line 1:8: Binary literal can only contain hexadecimal digits"
        );
    }

    #[test]
    fn any_name_before_a_text_is_its_type() {
        for (text, name) in [
            ("DATE '2020-01-01'", "DATE"),
            ("timestamp '2020-01-01'", "timestamp"),
            ("DECIMAL '1.20'", "DECIMAL"),
            ("JSON '{}'", "JSON"),
            ("IPADDRESS '::1'", "IPADDRESS"),
            ("DOUBLE PRECISION '1'", "DOUBLE PRECISION"),
            ("\"char\" 'x'", "\"char\""),
            ("varchar U&'\\0061'", "varchar"),
        ] {
            let Expr::TypedString(literal) = expression(text) else {
                panic!("{text}");
            };
            let DataType::Custom(parts, modifiers) = &literal.data_type else {
                panic!("{text}");
            };
            assert_eq!(parts.0[0].as_ident().unwrap().value, name);
            assert_eq!(parts.0[0].as_ident().unwrap().quote_style, None);
            assert!(modifiers.is_empty());
        }
    }

    #[test]
    fn intervals() {
        for (text, shown) in [
            ("INTERVAL '1' DAY", "INTERVAL '1' DAY"),
            (
                "INTERVAL + '1-2' YEAR TO MONTH",
                "INTERVAL '1-2' YEAR TO MONTH",
            ),
            ("interval - '1' week", "-INTERVAL '1' WEEK"),
            (
                "INTERVAL '1 2:3' DAY TO SECOND",
                "INTERVAL '1 2:3' DAY TO SECOND",
            ),
        ] {
            assert_eq!(expression(text).to_string(), shown);
        }
        assert_eq!(
            error("SELECT INTERVAL '1' CENTURY"),
            "line 1:21: mismatched input 'CENTURY'. Expecting: 'DAY', 'HOUR', 'MINUTE', 'MONTH', 'SECOND', 'WEEK', 'YEAR'"
        );
        assert!(error("SELECT INTERVAL 1 DAY").contains("mismatched input"));
    }
}
