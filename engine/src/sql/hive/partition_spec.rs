//! `PARTITION (key = value, …)`, as every statement about partitions has it.

use super::super::lexer::TokenKind;
use super::super::statement::{PartitionComparison, PartitionSpec};
use super::super::token_stream::TokenStream;
use crate::error::{ErrorCode, Result};

/// A specification after the word PARTITION, with any comparison.
pub(in crate::sql) fn conditions(tokens: &mut TokenStream<'_>) -> Result<PartitionSpec> {
    let entries = tokens.list(|tokens| {
        let key = tokens.name()?.to_lowercase();
        let expected = tokens.mismatch("'='");
        let comparison = match tokens.advance() {
            Some(TokenKind::Symbol("=")) => PartitionComparison::Equal,
            Some(TokenKind::Symbol("<>" | "!=")) => PartitionComparison::NotEqual,
            Some(TokenKind::Symbol("<")) => PartitionComparison::Less,
            Some(TokenKind::Symbol("<=")) => PartitionComparison::LessOrEqual,
            Some(TokenKind::Symbol(">")) => PartitionComparison::Greater,
            Some(TokenKind::Symbol(">=")) => PartitionComparison::GreaterOrEqual,
            _ => return Err(expected),
        };
        Ok((key, comparison, value(tokens)?))
    })?;
    Ok(PartitionSpec(entries))
}

/// A specification that gives keys values, and compares in no other way.
pub(in crate::sql) fn values(tokens: &mut TokenStream<'_>) -> Result<PartitionSpec> {
    let wrong_place = tokens.offset();
    let spec = conditions(tokens)?;
    let other = spec
        .0
        .iter()
        .find(|(_, comparison, _)| *comparison != PartitionComparison::Equal);
    match other {
        None => Ok(spec),
        Some((key, ..)) => Err(tokens.error_at(
            wrong_place,
            ErrorCode::SyntaxError,
            format!(
                "the partition must give each key a value with '='; '{key}' has another comparison"
            ),
        )),
    }
}

/// A value: a string, a number, or a typed literal such as `date '2026-01-01'`.
pub(in crate::sql) fn value(tokens: &mut TokenStream<'_>) -> Result<String> {
    if !tokens.take(&["DATE"]) {
        tokens.take(&["TIMESTAMP"]);
    }
    if let Some(text) = tokens.take_text()? {
        return Ok(text);
    }
    for constant in ["TRUE", "FALSE"] {
        if tokens.take(&[constant]) {
            return Ok(constant.to_ascii_lowercase());
        }
    }
    let negative = tokens.take_symbol("-");
    let expected = tokens.mismatch("a string or a number");
    match tokens.advance() {
        Some(TokenKind::Number(number)) if negative => Ok(format!("-{number}")),
        Some(TokenKind::Number(number)) => Ok(number),
        _ => Err(expected),
    }
}
