//! Statements in Trino's dialect: queries through sqlparser, and the heads of CTAS, INSERT and EXPLAIN before them.

use sqlparser::ast;
use sqlparser::parser::{Parser, ParserError, ParserOptions};

use super::lexer::{Quoting, TokenKind, position_at};
use super::statement::{CreateTableAs, Explain, InsertInto, PropertyValue, Statement, Unload};
use super::token_stream::TokenStream;
use super::trino_dialect::TrinoDialect;
use crate::error::{ErrorCode, Position, QueryError, Result};

/// How deep parentheses and operators may nest.
const NESTING_MAX: usize = 128;

pub(super) fn parse_query_statement(text: &str) -> Result<Statement> {
    Ok(Statement::Query(parse_query(text, 0, text.len())?))
}

pub(super) fn parse_explain(text: &str) -> Result<Statement> {
    let mut tokens = TokenStream::new(text, Quoting::Trino)?;
    tokens.expect(&["EXPLAIN"])?;
    let analyze = tokens.take(&["ANALYZE"]);
    Ok(Statement::Explain(Explain {
        analyze,
        query: parse_query(text, tokens.offset(), text.len())?,
    }))
}

pub(super) fn parse_insert(text: &str) -> Result<Statement> {
    let mut tokens = TokenStream::new(text, Quoting::Trino)?;
    tokens.expect(&["INSERT"])?;
    if tokens.at(&["OVERWRITE"]) {
        return Err(tokens.error(
            ErrorCode::NotSupported,
            "INSERT OVERWRITE is not supported; INSERT INTO adds rows",
        ));
    }
    tokens.expect(&["INTO"])?;
    let table = tokens.table_reference()?;
    // A parenthesis begins a list of columns, or the query.
    let mut columns = Vec::new();
    if tokens.at_symbol("(") && !begins_query_in_parentheses(text, tokens.offset()) {
        columns = tokens.list(TokenStream::name)?;
    }
    Ok(Statement::InsertInto(InsertInto {
        table,
        columns,
        query: parse_query(text, tokens.offset(), text.len())?,
    }))
}

fn begins_query_in_parentheses(text: &str, offset: usize) -> bool {
    let inside = text.get(offset..).unwrap_or("").trim_start_matches('(');
    matches!(
        TokenStream::first_words(inside, 1)
            .first()
            .map(String::as_str),
        Some("SELECT" | "WITH" | "VALUES" | "TABLE" | "(")
    )
}

pub(super) fn parse_create_table_as(text: &str) -> Result<Statement> {
    let mut tokens = TokenStream::new(text, Quoting::Trino)?;
    tokens.expect(&["CREATE", "TABLE"])?;
    let if_not_exists = tokens.if_not_exists();
    if let Some(TokenKind::Other('`')) = tokens.peek() {
        return Err(tokens.error(
            ErrorCode::SyntaxError,
            "backquoted identifiers are not supported in CREATE TABLE AS; use double quotes to quote identifiers",
        ));
    }
    let table = tokens.table_reference()?;
    let comment = if tokens.take(&["COMMENT"]) {
        Some(tokens.text_value()?)
    } else {
        None
    };
    let properties = if tokens.take(&["WITH"]) {
        tokens.list(property)?
    } else {
        Vec::new()
    };
    if !tokens.at(&["AS"]) {
        if properties.is_empty() && comment.is_none() {
            return Err(tokens.error(
                ErrorCode::NotSupported,
                "CREATE TABLE without EXTERNAL is for CREATE TABLE … AS; to declare a table over files write CREATE EXTERNAL TABLE",
            ));
        }
        return Err(tokens.mismatch("'AS'"));
    }
    tokens.expect(&["AS"])?;
    let start = tokens.offset();
    let (end, with_data) = trailing_with_data(text);
    Ok(Statement::CreateTableAs(CreateTableAs {
        table,
        if_not_exists,
        comment,
        properties,
        query: parse_query(text, start, end)?,
        with_data,
    }))
}

pub(super) fn parse_unload(text: &str) -> Result<Statement> {
    let mut tokens = TokenStream::new(text, Quoting::Trino)?;
    tokens.expect(&["UNLOAD"])?;
    tokens.expect_symbol("(")?;
    let start = tokens.offset();
    let mut depth = 0_usize;
    while depth > 0 || !tokens.at_symbol(")") {
        if tokens.at_symbol("(") {
            depth += 1;
        } else if tokens.at_symbol(")") {
            depth -= 1;
        }
        if tokens.advance().is_none() {
            return Err(tokens.mismatch("')'"));
        }
    }
    let end = tokens.offset();
    tokens.expect_symbol(")")?;
    tokens.expect(&["TO"])?;
    let location = tokens.text_value()?;
    let properties = if tokens.take(&["WITH"]) {
        tokens.list(property)?
    } else {
        Vec::new()
    };
    tokens.end()?;
    Ok(Statement::Unload(Unload {
        query: parse_query(text, start, end)?,
        location,
        properties,
    }))
}

fn property(tokens: &mut TokenStream<'_>) -> Result<(String, PropertyValue)> {
    let key = tokens.name()?.to_lowercase();
    tokens.expect_symbol("=")?;
    let value = if tokens.take(&["TRUE"]) {
        PropertyValue::Boolean(true)
    } else if tokens.take(&["FALSE"]) {
        PropertyValue::Boolean(false)
    } else if tokens.take(&["ARRAY"]) {
        tokens.expect_symbol("[")?;
        let mut items = Vec::new();
        while !tokens.at_symbol("]") {
            if !items.is_empty() {
                tokens.expect_symbol(",")?;
            }
            items.push(tokens.text_value()?);
        }
        tokens.expect_symbol("]")?;
        PropertyValue::TextArray(items)
    } else if let Some(TokenKind::Number(number)) = tokens.peek() {
        let number = number.clone();
        tokens.advance();
        PropertyValue::Number(number)
    } else {
        PropertyValue::Text(tokens.text_value()?)
    };
    Ok((key, value))
}

/// Where the query ends and whether it is to run: `WITH [NO] DATA` may follow it.
fn trailing_with_data(text: &str) -> (usize, bool) {
    let trimmed = text.trim_end().trim_end_matches(';').trim_end();
    let without = |text: &str, word: &str| -> Option<usize> {
        let start = text.len().checked_sub(word.len())?;
        let tail = text.get(start..)?;
        let before = text.get(..start)?;
        (tail.eq_ignore_ascii_case(word)
            && before.ends_with(|c: char| c.is_whitespace() || c == ')'))
        .then(|| before.trim_end().len())
    };
    let prefix = |end: usize| trimmed.get(..end).unwrap_or("");
    if let Some(end) = without(trimmed, "DATA") {
        if let Some(end) = without(prefix(end), "WITH") {
            return (end, true);
        }
        if let Some(end) = without(prefix(end), "NO")
            && let Some(end) = without(prefix(end), "WITH")
        {
            return (end, false);
        }
    }
    (text.len(), true)
}

/// Parses the query between two offsets of the text. What stands before is blanked out, so that positions stay true.
fn parse_query(text: &str, start: usize, end: usize) -> Result<Box<ast::Query>> {
    let mut visible: String = text
        .get(..start)
        .unwrap_or("")
        .chars()
        .map(|c| if c == '\n' { '\n' } else { ' ' })
        .collect();
    visible.push_str(text.get(start..end).unwrap_or(""));
    let mut parser = Parser::new(&TrinoDialect)
        .with_recursion_limit(NESTING_MAX)
        .with_options(ParserOptions::new())
        .try_with_sql(&visible)
        .map_err(|error| syntax_error(&error, text))?;
    let query = parser
        .parse_query()
        .map_err(|error| syntax_error(&error, text))?;
    while parser.consume_token(&sqlparser::tokenizer::Token::SemiColon) {}
    let next = parser.peek_token();
    if next.token != sqlparser::tokenizer::Token::EOF {
        let position = position(next.span.start.line, next.span.start.column);
        let error = QueryError::new(
            ErrorCode::SyntaxError,
            format!(
                "mismatched input '{}'. Expecting: the end of the statement (only one statement is allowed)",
                next.token
            ),
        );
        return Err(match position {
            Some(position) => error.at(position),
            None => error,
        });
    }
    Ok(query)
}

fn position(line: u64, column: u64) -> Option<Position> {
    Some(Position {
        line: u32::try_from(line).ok().filter(|line| *line > 0)?,
        column: u32::try_from(column).ok().filter(|column| *column > 0)?,
    })
}

/// sqlparser puts the place at the end of its message: `… at Line: 1, Column: 8`.
fn syntax_error(error: &ParserError, text: &str) -> QueryError {
    let message = match error {
        ParserError::TokenizerError(message) | ParserError::ParserError(message) => message.clone(),
        ParserError::RecursionLimitExceeded => {
            "the statement nests too deeply; simplify it".to_owned()
        }
    };
    if let Some(offset) = find_backtick(text) {
        return QueryError::new(
            ErrorCode::SyntaxError,
            "backquoted identifiers are not supported; use double quotes to quote identifiers",
        )
        .at(position_at(text, offset));
    }
    let (message, place) = match message.rsplit_once(" at Line: ") {
        Some((message, place)) => (message.to_owned(), Some(place)),
        None => (message, None),
    };
    let place = place.and_then(|place| {
        let (line, column) = place.split_once(", Column: ")?;
        position(line.trim().parse().ok()?, column.trim().parse().ok()?)
    });
    let message = match message
        .strip_prefix("Expected: ")
        .and_then(|message| message.split_once(", found: "))
    {
        Some((expected, found)) => format!("mismatched input '{found}'. Expecting: {expected}"),
        None => message,
    };
    let error = QueryError::new(ErrorCode::SyntaxError, message);
    match place {
        Some(place) => error.at(place),
        None => error,
    }
}

/// The first backtick outside of quotes and comments.
fn find_backtick(text: &str) -> Option<usize> {
    let mut lexer = super::lexer::Lexer::new(text, Quoting::Trino);
    while let Ok(Some(token)) = lexer.next() {
        if token.kind == TokenKind::Other('`') {
            return Some(token.start);
        }
    }
    None
}
