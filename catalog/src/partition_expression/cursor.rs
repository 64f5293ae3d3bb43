//! `Cursor`: walks over the tokens of an expression.

use super::error::ExpressionError;
use super::lexer::{Token, TokenKind};

/// The tokens that are not yet read.
pub(super) struct Cursor {
    tokens: Vec<Token>,
    at: usize,
}

impl Cursor {
    pub fn new(tokens: Vec<Token>) -> Self {
        Cursor { tokens, at: 0 }
    }

    pub fn is_at_end(&self) -> bool {
        self.at >= self.tokens.len()
    }

    pub fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.at)
    }

    pub fn peek_second(&self) -> Option<&Token> {
        self.tokens.get(self.at + 1)
    }

    /// Reads the next token, whatever it is.
    pub fn next(&mut self, expected: &'static str) -> Result<Token, ExpressionError> {
        let token = self.peek().cloned();
        self.at += 1;
        token.ok_or(ExpressionError::UnexpectedEnd { expected })
    }

    /// Reads the next token if it is the keyword.
    pub fn take_keyword(&mut self, keyword: &str) -> bool {
        let found = self.peek().is_some_and(|token| token.is_keyword(keyword));
        self.at += usize::from(found);
        found
    }

    /// Reads the next token if it is of this kind.
    pub fn take(&mut self, kind: &TokenKind) -> Option<Token> {
        let token = self.peek().filter(|token| token.kind == *kind)?.clone();
        self.at += 1;
        Some(token)
    }

    /// Reads the next token, which has to be the keyword.
    pub fn require_keyword(
        &mut self,
        keyword: &str,
        expected: &'static str,
    ) -> Result<(), ExpressionError> {
        if self.take_keyword(keyword) {
            return Ok(());
        }
        Err(self.unexpected(expected))
    }

    /// The error that the next token does not belong here.
    pub fn unexpected(&self, expected: &'static str) -> ExpressionError {
        let Some(token) = self.peek() else {
            return ExpressionError::UnexpectedEnd { expected };
        };
        let (found, position) = (token.written.clone(), token.position);
        let is_query = ["select", "case", "exists"]
            .iter()
            .any(|keyword| token.is_keyword(keyword));
        match token.kind {
            TokenKind::Word if is_query => ExpressionError::Unsupported {
                found,
                position,
                what: "Glue evaluates neither subqueries nor CASE",
            },
            TokenKind::Arithmetic | TokenKind::Minus | TokenKind::Plus => {
                ExpressionError::Unsupported {
                    found,
                    position,
                    what: "Glue does not calculate",
                }
            }
            _ => ExpressionError::Unexpected {
                found,
                position,
                expected,
            },
        }
    }
}
