//! The SQL front end: a statement's text becomes one syntax tree. It knows text alone, no catalog and no plans.
//!
//! Athena speaks two dialects. Queries, CTAS and INSERT are Trino's (`trino*.rs`); DDL and utility statements are Hive's
//! (`hive_*.rs`), with backticks and backslash escapes.

mod analyze;
mod ddl;
mod lexer;
mod render_table;
mod script;
mod statement;
pub mod storage_format;
mod table_definition;
mod token_stream;
mod trino;
mod trino_dialect;

pub use render_table::render_table;
pub use script::{ScriptStatement, is_complete, split_script};
pub use statement::{
    Analyze, CreateTableAs, Explain, InsertInto, MsckMode, PartitionComparison, PartitionSpec,
    PropertyValue, Statement, StatementKind, TableReference, Unload,
};
pub use table_definition::{ColumnDefinition, CreateExternalTable, SortOrder};
pub use trino_dialect::TrinoDialect;

use crate::error::{ErrorCode, QueryError, Result};
use token_stream::TokenStream;

/// A statement's length at most; Athena's bound is 262,144 bytes.
pub const STATEMENT_BYTES_MAX: usize = 262_144;

/// Parses exactly one statement; one `;` at its end is allowed.
pub fn parse(text: &str) -> Result<Statement> {
    if text.len() > STATEMENT_BYTES_MAX {
        return Err(QueryError::new(
            ErrorCode::SyntaxError,
            format!(
                "the statement has {} bytes; {STATEMENT_BYTES_MAX} are allowed",
                text.len()
            ),
        ));
    }
    let first = TokenStream::first_words(text, 2);
    let words: Vec<&str> = first.iter().map(String::as_str).collect();
    match words.as_slice() {
        [] => Err(QueryError::new(
            ErrorCode::SyntaxError,
            "the statement is empty",
        )),
        ["SELECT" | "WITH" | "VALUES" | "TABLE" | "(", ..] => trino::parse_query_statement(text),
        ["INSERT", ..] => trino::parse_insert(text),
        ["UNLOAD", ..] => trino::parse_unload(text),
        ["EXPLAIN", ..] => trino::parse_explain(text),
        ["CREATE", "TABLE"] => trino::parse_create_table_as(text),
        _ => ddl::parse(text),
    }
}
