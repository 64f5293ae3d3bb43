//! `CREATE TABLE` without EXTERNAL: which of them declare a table in Hive's way, and why these are refused.

use super::super::lexer::{Lexer, Quoting, TokenKind};
use super::super::table_definition;
use super::super::token_stream::TokenStream;
use crate::error::{ErrorCode, QueryError, Result};

/// Whether the statement lists columns and places, and takes no query's rows: it has neither `AS query` nor `WITH (…)`.
pub(in crate::sql) fn declares_table(text: &str) -> bool {
    let mut lexer = Lexer::new(text, Quoting::Trino);
    let mut depth = 0_usize;
    let mut before = String::new();
    while let Ok(Some(token)) = lexer.next() {
        let word = match token.kind {
            TokenKind::Word(word) => word.to_ascii_uppercase(),
            TokenKind::Symbol(symbol) => symbol.to_owned(),
            _ => String::new(),
        };
        if depth == 0 {
            let begins_query = matches!(
                word.as_str(),
                "(" | "SELECT" | "WITH" | "VALUES" | "TABLE" | "EXECUTE"
            );
            if (before == "AS" && begins_query) || (before == "WITH" && word == "(") {
                return false;
            }
        }
        match word.as_str() {
            "(" => depth += 1,
            ")" => depth = depth.saturating_sub(1),
            _ => {}
        }
        before = word;
    }
    // A statement that ends early is told what CREATE TABLE AS expects.
    !matches!(before.as_str(), "AS" | "WITH") && depth == 0
}

/// What comes after `CREATE TABLE`: it is read for the mistakes in it, and refused.
pub(in crate::sql) fn refuse(tokens: &mut TokenStream<'_>, text: &str) -> Result<QueryError> {
    let place = tokens.offset();
    let message = if is_iceberg(text) {
        // Its keys are columns and transforms of them, which no other table has, so that it is not read further.
        "tables of type ICEBERG are not created; declare a table over files with CREATE EXTERNAL TABLE"
    } else {
        table_definition::parse(tokens)?;
        "CREATE TABLE without EXTERNAL is for CREATE TABLE … AS; to declare a table over files write CREATE EXTERNAL TABLE"
    };
    Ok(tokens.error_at(place, ErrorCode::NotSupported, message))
}

/// Whether `'table_type' = 'ICEBERG'` is among the statement's properties.
fn is_iceberg(text: &str) -> bool {
    let mut lexer = Lexer::new(text, Quoting::Hive);
    let mut matched = 0;
    while let Ok(Some(token)) = lexer.next() {
        matched = match (matched, token.kind) {
            (_, TokenKind::Text(key)) if key.eq_ignore_ascii_case("table_type") => 1,
            (1, TokenKind::Symbol("=")) => 2,
            (2, TokenKind::Text(value)) if value.eq_ignore_ascii_case("ICEBERG") => return true,
            _ => 0,
        };
    }
    false
}
