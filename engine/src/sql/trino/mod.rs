//! Statements in Trino's dialect: queries, and the statements that hold or name one.
//!
//! A hand-written parser that looks ahead and never goes back, over tokens of its own, into sqlparser's syntax tree. sqlparser's own
//! parser tries alternatives instead: a dozen nested parentheses in FROM take it seconds, each more twice as long, and an error
//! within a subquery is reported where the last alternative gave up. Its hooks do not reach there, and take no left operand apart.
//!
//! `cursor.rs` is the parser's state; `errors.rs` and `depth.rs` are what it tells and how far it goes. Each other file is one part of
//! the grammar, as an `impl` of the cursor.

mod calls;
mod chain;
mod constructors;
mod cursor;
mod depth;
mod errors;
mod expression;
mod json_functions;
mod lexer;
mod literals;
mod match_recognize;
mod names;
mod predicate;
mod primary;
mod query;
mod relation;
mod reserved;
mod row_pattern;
mod select;
mod special_functions;
mod statements;
mod table_function;
mod tree;
mod types;
mod window;

#[cfg(test)]
mod error_messages;
#[cfg(test)]
mod limits;
#[cfg(test)]
mod testing;

use super::statement::Statement;
use crate::error::Result;

/// Parses one statement of Trino's.
pub(super) fn parse(text: &str) -> Result<Statement> {
    let mut cursor = cursor::Cursor::new(text)?;
    let statement = cursor.statement()?;
    cursor.expect_end()?;
    Ok(statement)
}
