//! Statements that Hive and Trino have and Athena has not: recognised by their first words, so that the error can say so.

use super::lexer::{Lexer, Quoting, position_at};
use super::token_stream::TokenStream;
use crate::error::{QueryError, Result};

/// First words, and what to do instead.
const UNSUPPORTED: &[(&[&str], &str)] = &[
    (
        &["USE"],
        "; name the database in the request, or write database.table",
    ),
    (&["SET", "SESSION"], ""),
    (&["SET", "ROLE"], ""),
    (&["SET", "PATH"], ""),
    (
        &["SET", "TIME", "ZONE"],
        "; the session's time zone is UTC, use AT TIME ZONE",
    ),
    (&["SET"], ""),
    (&["RESET"], ""),
    (
        &["CREATE", "MATERIALIZED", "VIEW"],
        "; create a view, or a table with CREATE TABLE … AS",
    ),
    (&["DROP", "MATERIALIZED", "VIEW"], ""),
    (&["REFRESH", "MATERIALIZED", "VIEW"], ""),
    (&["CREATE", "PROTECTED"], "; write CREATE VIEW"),
    (&["CREATE", "CATALOG"], ""),
    (&["DROP", "CATALOG"], ""),
    (&["CREATE", "FUNCTION"], ""),
    (&["DROP", "FUNCTION"], ""),
    (&["CREATE", "TEMPORARY"], ""),
    (&["DROP", "TEMPORARY"], ""),
    (&["CREATE", "INDEX"], ""),
    (&["DROP", "INDEX"], ""),
    (&["ALTER", "INDEX"], ""),
    (&["CREATE", "ROLE"], ""),
    (&["DROP", "ROLE"], ""),
    (&["GRANT"], ""),
    (&["REVOKE"], ""),
    (&["DENY"], ""),
    (&["LOCK"], ""),
    (&["UNLOCK"], ""),
    (
        &["START", "TRANSACTION"],
        "; each statement is committed by itself",
    ),
    (&["COMMIT"], "; each statement is committed by itself"),
    (&["ROLLBACK"], "; each statement is committed by itself"),
    (&["EXPORT", "TABLE"], "; use UNLOAD"),
    (&["IMPORT", "TABLE"], "; use CREATE EXTERNAL TABLE"),
    (&["IMPORT", "EXTERNAL"], "; use CREATE EXTERNAL TABLE"),
    (&["LOAD", "DATA"], "; put the files where the table lies"),
    (&["TRUNCATE"], ""),
    (&["CALL"], ""),
    (&["COMMENT", "ON"], ""),
    (&["DFS"], ""),
    (&["DESCRIBE", "DATABASE"], ""),
    (&["DESCRIBE", "FUNCTION"], ""),
    (&["SHOW", "COMPACTIONS"], ""),
    (&["SHOW", "CURRENT", "ROLES"], ""),
    (&["SHOW", "GRANT"], ""),
    (&["SHOW", "GRANTS"], ""),
    (&["SHOW", "INDEX"], ""),
    (&["SHOW", "INDEXES"], ""),
    (&["SHOW", "LOCKS"], ""),
    (&["SHOW", "PRINCIPALS"], ""),
    (&["SHOW", "ROLE"], ""),
    (&["SHOW", "ROLES"], ""),
    (&["SHOW", "STATS"], ""),
    (&["SHOW", "TRANSACTIONS"], ""),
];

/// An error if the statement is one of these.
pub(super) fn refuse(text: &str) -> Result<()> {
    let first = TokenStream::first_words(text, 3);
    let Some((words, advice)) = UNSUPPORTED.iter().find(|(words, _)| {
        words.len() <= first.len() && words.iter().zip(&first).all(|(word, found)| word == found)
    }) else {
        return Ok(());
    };
    let start = match Lexer::new(text, Quoting::Hive).next() {
        Ok(Some(token)) => token.start,
        _ => 0,
    };
    Err(QueryError::not_supported(format!(
        "Queries of this type are not supported: {}{advice}",
        words.join(" ")
    ))
    .at(position_at(text, start)))
}
