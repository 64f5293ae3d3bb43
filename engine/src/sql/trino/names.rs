//! Names: identifiers, qualified names, and where a word is an alias rather than the next clause.

use sqlparser::ast::{Ident, ObjectName};

use super::cursor::Cursor;
use super::errors::error_at;
use super::lexer::TokenKind;
use super::reserved::is_reserved;
use crate::error::Result;
use crate::sql::TableReference;

impl Cursor<'_> {
    /// Whether a token is a name, be it one that is then refused.
    pub(super) fn is_name(&self, ahead: usize) -> bool {
        match self.kind(ahead) {
            TokenKind::Word(word) => !is_reserved(word),
            TokenKind::QuotedName(_) | TokenKind::BackquotedName | TokenKind::DigitName => true,
            _ => false,
        }
    }

    pub(super) fn at_name(&mut self) -> bool {
        let found = self.is_name(0);
        if !found {
            self.expecting_construct("<identifier>");
        }
        found
    }

    pub(super) fn name(&mut self) -> Result<Ident> {
        let span = self.span();
        let name = match self.kind(0) {
            TokenKind::Word(word) if !is_reserved(word) => Ident::with_span(span, word),
            TokenKind::QuotedName("") => {
                return Err(self.error("Zero-length delimited identifier not allowed"));
            }
            TokenKind::QuotedName(name) => {
                Ident::with_quote_and_span('"', span, name.replace("\"\"", "\""))
            }
            TokenKind::BackquotedName => {
                return Err(self.error(
                    "backquoted identifiers are not supported; use double quotes to quote identifiers",
                ));
            }
            TokenKind::DigitName => {
                return Err(self.error(
                    "identifiers must not start with a digit; surround the identifier with double quotes",
                ));
            }
            _ => {
                self.expecting_construct("<identifier>");
                return Err(self.mismatch());
            }
        };
        self.advance();
        Ok(name)
    }

    /// `a`, `a.b`, `a.b.c`, …
    pub(super) fn qualified_name(&mut self) -> Result<Vec<Ident>> {
        let mut parts = vec![self.name()?];
        while self.take_symbol(".") {
            parts.push(self.name()?);
        }
        Ok(parts)
    }

    pub(super) fn object_name(&mut self) -> Result<ObjectName> {
        self.table_name().map(ObjectName::from)
    }

    pub(super) fn table_reference(&mut self) -> Result<TableReference> {
        let mut parts = self.table_name()?.into_iter().rev().map(|part| part.value);
        Ok(TableReference {
            table: parts.next().unwrap_or_default(),
            database: parts.next(),
            catalog: parts.next(),
        })
    }

    fn table_name(&mut self) -> Result<Vec<Ident>> {
        let span = self.span();
        let parts = self.qualified_name()?;
        if parts.len() > 3 {
            let name: Vec<&str> = parts.iter().map(|part| part.value.as_str()).collect();
            return Err(error_at(
                span,
                format!("Too many dots in table name: {}", name.join(".")),
            ));
        }
        Ok(parts)
    }

    /// `[AS] name`, where a word that begins the next clause is none.
    pub(super) fn alias(&mut self) -> Result<Option<Ident>> {
        if self.take("AS") {
            return self.name().map(Some);
        }
        if self.at_clause() || !self.at_name() {
            return Ok(None);
        }
        self.name().map(Some)
    }

    /// Whether a word that could be a name begins a clause that may follow a SELECT item or a relation.
    fn at_clause(&self) -> bool {
        let number = matches!(self.kind(1), TokenKind::Integer(_) | TokenKind::Symbol("?"));
        match self.kind(0) {
            TokenKind::Word(word) => match word.to_ascii_uppercase().as_str() {
                "LIMIT" => number || self.is(1, "ALL"),
                "OFFSET" => number,
                "FETCH" => self.is_one_of(1, &["FIRST", "NEXT"]),
                "WINDOW" => self.is_name(1) && self.is(2, "AS"),
                "TABLESAMPLE" => self.is_one_of(1, &["BERNOULLI", "SYSTEM"]),
                "MATCH_RECOGNIZE" => self.is_symbol(1, "("),
                _ => false,
            },
            _ => false,
        }
    }

    /// `DISTINCT` as true, `ALL` as false. `ALL` may be a name as well, and is where nothing follows that it could quantify.
    pub(super) fn set_quantifier(&mut self) -> Option<bool> {
        if self.take("DISTINCT") {
            return Some(true);
        }
        let quantifies = self.begins_expression(1)
            || self.is_one_of(1, &["CUBE", "ROLLUP"])
            || (self.is_symbol(1, "*") && !self.begins_expression(2));
        if self.at("ALL") && quantifies {
            self.advance();
            return Some(false);
        }
        None
    }

    /// Whether a token can begin an expression; of signs, which may stand between two as well, it says no.
    pub(super) fn begins_expression(&self, ahead: usize) -> bool {
        const WORDS: &[&str] = &[
            "CASE",
            "CAST",
            "CURRENT_CATALOG",
            "CURRENT_DATE",
            "CURRENT_PATH",
            "CURRENT_SCHEMA",
            "CURRENT_TIME",
            "CURRENT_TIMESTAMP",
            "CURRENT_USER",
            "EXISTS",
            "EXTRACT",
            "FALSE",
            "GROUPING",
            "JSON_ARRAY",
            "JSON_EXISTS",
            "JSON_OBJECT",
            "JSON_QUERY",
            "JSON_VALUE",
            "LISTAGG",
            "LOCALTIME",
            "LOCALTIMESTAMP",
            "NORMALIZE",
            "NOT",
            "NULL",
            "TRIM",
            "TRUE",
        ];
        match self.kind(ahead) {
            TokenKind::Word(_) => self.is_name(ahead) || self.is_one_of(ahead, WORDS),
            TokenKind::Symbol(symbol) => matches!(symbol, "(" | "?"),
            TokenKind::Unrecognized | TokenKind::End => false,
            _ => true,
        }
    }
}
