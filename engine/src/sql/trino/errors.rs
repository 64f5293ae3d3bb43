//! What errors tell: where the statement goes wrong, what stands there, and what could.
//!
//! The parser looks ahead and never goes back. So whatever it asked for at a token and did not find is what the statement could
//! have had there.

use sqlparser::tokenizer::Span;

use super::cursor::Cursor;
use super::lexer::TokenKind;
use crate::error::{ErrorCode, Position, QueryError, Result};

/// Characters of a token that an error shows.
const SHOWN_CHARACTERS_MAX: usize = 200;

/// What could have stood at a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Expected {
    /// A keyword or symbol.
    Literal(&'static str),
    /// A construct, by Trino's name for it, such as `<expression>`.
    Construct(&'static str),
}

impl Cursor<'_> {
    pub(super) fn expecting(&mut self, expected: Expected) {
        if self.named_at != Some(self.place()) {
            self.expected.push(expected);
        }
    }

    pub(super) fn expecting_construct(&mut self, construct: &'static str) {
        self.expecting(Expected::Construct(construct));
    }

    pub(super) fn expecting_symbol(&mut self, symbol: &'static str) {
        self.expecting(Expected::Literal(symbol));
    }

    /// Parses a construct that errors name as a whole where its first token is wrong.
    pub(super) fn construct<T>(
        &mut self,
        name: &'static str,
        parse: impl FnOnce(&mut Self) -> Result<T>,
    ) -> Result<T> {
        self.expecting_construct(name);
        let outer = self.named_at.replace(self.place());
        let parsed = parse(self)?;
        self.named_at = outer;
        Ok(parsed)
    }

    /// What stands here is nothing that could.
    pub(super) fn mismatch(&self) -> QueryError {
        let mut expected: Vec<String> = self
            .expected
            .iter()
            .map(|expected| match expected {
                Expected::Literal(literal) => format!("'{literal}'"),
                Expected::Construct(construct) => (*construct).to_owned(),
            })
            .collect();
        expected.sort_unstable();
        expected.dedup();
        let found: String = match self.token(0) {
            Some(token) if token.kind != TokenKind::End => {
                token.text.chars().take(SHOWN_CHARACTERS_MAX).collect()
            }
            _ => "<EOF>".to_owned(),
        };
        self.error(format!(
            "mismatched input '{found}'. Expecting: {}",
            expected.join(", ")
        ))
    }

    /// A syntax error at the token that stands here.
    pub(super) fn error(&self, message: impl Into<String>) -> QueryError {
        error_at(self.span(), message)
    }

    /// Something of Trino's that is not run here.
    pub(super) fn not_supported(&self, message: impl Into<String>) -> QueryError {
        QueryError::not_supported(message).at(position(self.span()))
    }
}

/// A syntax error.
pub(super) fn error_at(span: Span, message: impl Into<String>) -> QueryError {
    QueryError::new(ErrorCode::SyntaxError, message).at(position(span))
}

/// Where a span begins.
pub(super) fn position(span: Span) -> Position {
    Position {
        line: u32::try_from(span.start.line).unwrap_or(u32::MAX),
        column: u32::try_from(span.start.column).unwrap_or(u32::MAX),
    }
}
