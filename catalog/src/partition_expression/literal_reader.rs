//! Reads a literal from the tokens of an expression.

use super::cursor::Cursor;
use super::error::ExpressionError;
use super::lexer::{Token, TokenKind};
use super::literal::{Literal, LiteralKind, is_valid};

/// What a literal is, for messages.
pub(super) const LITERAL: &str = "a literal ('text', a number, date '…' or timestamp '…')";

/// Whether a literal comes next.
pub(super) fn begins_literal(cursor: &Cursor) -> bool {
    let is_text =
        |token: Option<&Token>| token.is_some_and(|token| matches!(token.kind, TokenKind::Text(_)));
    let Some(token) = cursor.peek() else {
        return false;
    };
    match token.kind {
        TokenKind::Text(_) | TokenKind::Number | TokenKind::Minus | TokenKind::Plus => true,
        // `date` and `timestamp` are names of keys as well.
        TokenKind::Word if token.is_keyword("date") || token.is_keyword("timestamp") => {
            is_text(cursor.peek_second())
        }
        _ => false,
    }
}

/// Reads the literal that comes next.
pub(super) fn literal(cursor: &mut Cursor) -> Result<Literal, ExpressionError> {
    if !begins_literal(cursor) {
        return Err(cursor.unexpected(LITERAL));
    }
    let first = cursor.next(LITERAL)?;
    let position = first.position;
    let (kind, wanted) = match first.kind {
        TokenKind::Text(value) => {
            let (kind, written) = (LiteralKind::Text, first.written);
            return Ok(Literal {
                kind,
                value,
                written,
                position,
            });
        }
        TokenKind::Number => return Ok(number("", first.written, position)),
        TokenKind::Minus | TokenKind::Plus => {
            let Some(digits) = cursor.take(&TokenKind::Number) else {
                return Err(cursor.unexpected("a number"));
            };
            let sign = if first.kind == TokenKind::Minus {
                "-"
            } else {
                ""
            };
            return Ok(number(sign, digits.written, position));
        }
        _ if first.is_keyword("date") => (LiteralKind::Date, "date; write date 'yyyy-mm-dd'"),
        _ => (
            LiteralKind::Timestamp,
            "timestamp; write timestamp 'yyyy-mm-dd hh:mm:ss'",
        ),
    };
    let text = cursor.next(LITERAL)?;
    let written = format!("{} {}", first.written, text.written);
    match text.kind {
        TokenKind::Text(value) if is_valid(kind, &value) => Ok(Literal {
            kind,
            value,
            written,
            position,
        }),
        _ => Err(ExpressionError::NotAMoment {
            literal: written,
            position,
            wanted,
        }),
    }
}

fn number(sign: &str, digits: String, position: usize) -> Literal {
    let value = format!("{sign}{digits}");
    Literal {
        kind: LiteralKind::Number,
        written: value.clone(),
        value,
        position,
    }
}
