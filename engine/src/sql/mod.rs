//! The SQL front end: a statement's text becomes one syntax tree. It knows text alone, no catalog and no plans.
//!
//! Athena speaks two dialects. Queries and what holds or names them (CTAS, INSERT, views, prepared statements) are Trino's (`trino/`);
//! DDL and utility statements are Hive's (`ddl.rs`, `hive/`), with backticks and backslash escapes.

mod analyze;
mod ddl;
mod hive;
mod lexer;
mod parameters;
mod render_table;
mod script;
mod statement;
pub mod storage_format;
mod table_definition;
mod token_stream;
mod trino;
mod unsupported;

pub use hive::alter_table::{AlterTable, ColumnPlace, TableChange};
pub use hive::describe::{Describe, DescribeStyle};
pub use parameters::{parameter_count, parameter_place, with_parameters};
pub use render_table::{DEFAULT_SERIALIZATION_FORMAT, render_table};
pub use script::{ScriptStatement, is_complete, split_script};
pub use statement::{
    Analyze, CreateTableAs, CreateView, ExecuteImmediate, Explain, ExplainFormat, ExplainType,
    InsertInto, LikePattern, MsckMode, PartitionComparison, PartitionSpec, Prepare, PropertyValue,
    Statement, StatementKind, TableReference, Unload, ViewSecurity,
};
pub use table_definition::{BUCKETS_MAX, ColumnDefinition, CreateExternalTable, SortOrder};

use crate::error::{ErrorCode, QueryError, Result};
use lexer::Quoting;
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
    let first = FirstWords::of(text);
    if first.is_empty() {
        // A comment or a quote that nothing closes tells so itself.
        TokenStream::new(text, Quoting::Hive)?;
        return Err(QueryError::new(
            ErrorCode::SyntaxError,
            "the statement is empty",
        ));
    }
    unsupported::refuse(text)?;
    match first.quoting() {
        Quoting::Trino if first.creates_table() && hive::create_table::declares_table(text) => {
            ddl::parse(text)
        }
        Quoting::Trino => trino::parse(text),
        Quoting::Hive => ddl::parse(text),
    }
}

/// A statement's first words, which tell its dialect.
struct FirstWords(Vec<String>);

impl FirstWords {
    fn of(text: &str) -> Self {
        FirstWords(TokenStream::first_words(text, 3))
    }

    fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    fn creates_table(&self) -> bool {
        matches!(self.0.as_slice(), [create, table, ..] if create == "CREATE" && table == "TABLE")
    }

    fn quoting(&self) -> Quoting {
        let words: Vec<&str> = self.0.iter().map(String::as_str).collect();
        match words.as_slice() {
            [
                "SELECT" | "WITH" | "VALUES" | "TABLE" | "(" | "INSERT" | "UNLOAD" | "EXPLAIN"
                | "PREPARE" | "EXECUTE" | "DEALLOCATE",
                ..,
            ]
            | ["CREATE", "TABLE" | "VIEW" | "OR", ..]
            | ["DROP", "VIEW", ..]
            | ["SHOW", "CREATE", "VIEW"]
            | ["SHOW", "CATALOGS" | "FUNCTIONS" | "SESSION", ..] => Quoting::Trino,
            // `DESCRIBE input` is a table, and so is `DESCRIBE input.t`.
            ["DESCRIBE", "INPUT" | "OUTPUT", name] if name != &"." => Quoting::Trino,
            _ => Quoting::Hive,
        }
    }
}
