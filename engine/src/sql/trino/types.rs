//! How far a type's text goes. The tree holds it as it was written; what it means is decided where names are resolved.

use sqlparser::ast::{DataType, Ident, ObjectName};
use sqlparser::tokenizer::Span;

use super::cursor::Cursor;
use super::lexer::TokenKind;
use super::literals::INTERVAL_UNITS;
use crate::error::Result;

impl Cursor<'_> {
    /// A type's text and its place.
    pub(super) fn type_text(&mut self) -> Result<(String, Span)> {
        let (start, span) = (self.place(), self.span());
        self.any_type()?;
        Ok((self.source(start, self.place()), span))
    }

    pub(super) fn data_type(&mut self) -> Result<DataType> {
        let (text, span) = self.type_text()?;
        Ok(DataType::Custom(
            ObjectName::from(vec![Ident::with_span(span, text)]),
            Vec::new(),
        ))
    }

    fn any_type(&mut self) -> Result<()> {
        self.construct("<type>", |cursor| {
            cursor.nested(|cursor| {
                cursor.base_type()?;
                cursor.array_suffixes()
            })
        })
    }

    fn base_type(&mut self) -> Result<()> {
        let TokenKind::Word(word) = self.kind(0) else {
            return self.generic_type();
        };
        match word.to_ascii_uppercase().as_str() {
            "ROW" if self.is_symbol(1, "(") => {
                self.advance();
                self.list_in_parentheses(Self::row_field)?;
                Ok(())
            }
            "INTERVAL" if self.is_one_of(1, INTERVAL_UNITS) => {
                self.skip(2);
                if self.take("TO") {
                    self.expect_one_of(INTERVAL_UNITS)?;
                }
                Ok(())
            }
            "TIMESTAMP" | "TIME" => {
                self.advance();
                self.type_parameters()?;
                // `WITH` and `WITHOUT` may begin the clause after the type.
                if self.is_one_of(0, &["WITH", "WITHOUT"]) && self.is(1, "TIME") {
                    self.skip(2);
                    self.expect("ZONE")?;
                }
                Ok(())
            }
            "DOUBLE" if self.is(1, "PRECISION") => {
                self.skip(2);
                Ok(())
            }
            "ARRAY" | "MAP" if self.is_symbol(1, "<") => {
                self.skip(2);
                self.list(Self::any_type)?;
                self.expect_symbol(">")?;
                Ok(())
            }
            _ => self.generic_type(),
        }
    }

    fn generic_type(&mut self) -> Result<()> {
        self.name()?;
        self.type_parameters()
    }

    /// `(parameter, …)` if it is there.
    fn type_parameters(&mut self) -> Result<()> {
        if !self.take_symbol("(") {
            return Ok(());
        }
        self.list(|cursor| {
            if matches!(cursor.kind(0), TokenKind::Integer(_)) {
                cursor.advance();
                return Ok(());
            }
            cursor.expecting_construct("<integer>");
            cursor.any_type()
        })?;
        self.expect_symbol(")")?;
        Ok(())
    }

    /// `type ARRAY`, `type ARRAY[n]`
    fn array_suffixes(&mut self) -> Result<()> {
        while self.take("ARRAY") {
            if self.take_symbol("[") {
                self.integer()?;
                self.expect_symbol("]")?;
            }
        }
        Ok(())
    }

    /// `[name] type`
    fn row_field(&mut self) -> Result<()> {
        if self.is_name(0) && self.is_name(1) && !self.is_type_of_words() {
            self.name()?;
        }
        self.any_type()
    }

    /// Whether the two words here are one type, and the first of them no field's name.
    fn is_type_of_words(&self) -> bool {
        let ends = |ahead: usize| self.is_symbol(ahead, ",") || self.is_symbol(ahead, ")");
        (self.is(0, "DOUBLE") && self.is(1, "PRECISION") && ends(2))
            || (self.is(0, "INTERVAL") && self.is_one_of(1, INTERVAL_UNITS))
            || (self.is_one_of(0, &["TIME", "TIMESTAMP"]) && self.is(1, "WITHOUT"))
            || (self.is(1, "ARRAY") && (ends(2) || self.is_symbol(2, "[")))
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{error, expression};
    use super::*;
    use sqlparser::ast::Expr;

    #[test]
    fn a_type_is_its_text() {
        for text in [
            "bigint",
            "varchar(10)",
            "DECIMAL (10, 2)",
            "double  precision",
            "timestamp",
            "TIMESTAMP(6) WITH TIME ZONE",
            "time(3) without time zone",
            "timestamp with time zone",
            "ROW(a int, b varchar)",
            "row(int, double precision, \"a b\" array(bigint), interval year to month)",
            "row(x double precision, y timestamp(3) with time zone, z bigint array)",
            "row(time time, array array, bigint array, timestamp without time zone)",
            "array<bigint>",
            "map<varchar, array<row(a int)>>",
            "array(map(varchar, json))",
            "bigint ARRAY",
            "bigint ARRAY[3] ARRAY",
            "interval day to second",
            "interval year",
            "\"my type\"",
            "HyperLogLog",
        ] {
            let Expr::Cast { data_type, .. } = expression(&format!("CAST(x AS {text} )")) else {
                panic!("{text}");
            };
            let DataType::Custom(name, modifiers) = data_type else {
                panic!("{text}");
            };
            assert_eq!(name.0[0].as_ident().unwrap().value, text);
            assert!(name.0.len() == 1 && modifiers.is_empty());
        }
        let commented = expression("CAST(x AS row(a /* first */ int, -- second\n b int))");
        assert!(
            commented.to_string().contains("row ( a int , b int )"),
            "{commented}"
        );
    }

    #[test]
    fn errors_within_types() {
        for (text, expected) in [
            (
                "CAST(a AS )",
                "line 1:18: mismatched input ')'. Expecting: <type>",
            ),
            (
                "CAST(a AS decimal())",
                "line 1:26: mismatched input ')'. Expecting: <integer>, <type>",
            ),
            (
                "CAST(a AS 1)",
                "line 1:18: mismatched input '1'. Expecting: <type>",
            ),
            ("CAST(a AS array<int)", "line 1:27: mismatched input ')'"),
            (
                "CAST(a AS timestamp with zone)",
                "line 1:28: mismatched input 'with'",
            ),
        ] {
            let message = error(&format!("SELECT {text}"));
            assert!(message.starts_with(expected), "{text}: {message}");
        }
    }
}
