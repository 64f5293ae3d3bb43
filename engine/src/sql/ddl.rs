//! Statements in Hive's dialect: DDL and utility statements.

use super::analyze;
use super::hive::{alter_table, create_table, database, describe, show};
use super::lexer::Quoting;
use super::statement::{MsckMode, Statement};
use super::table_definition;
use super::token_stream::TokenStream;
use crate::error::{ErrorCode, Result};

/// Statements that are recognised and not run, by their first words.
const NOT_SUPPORTED: &[&[&str]] = &[
    &["CREATE", "VIEW"],
    &["CREATE", "OR", "REPLACE"],
    &["CREATE", "PROTECTED"],
    &["CREATE", "INDEX"],
    &["CREATE", "ROLE"],
    &["CREATE", "FUNCTION"],
    &["CREATE", "TEMPORARY"],
    &["DROP", "VIEW"],
    &["DROP", "INDEX"],
    &["DROP", "ROLE"],
    &["SHOW", "CREATE", "VIEW"],
    &["SHOW", "FUNCTIONS"],
    &["SHOW", "SESSION"],
    &["SHOW", "STATS"],
    &["SHOW", "COMPACTIONS"],
    &["SHOW", "CURRENT"],
    &["SHOW", "GRANT"],
    &["SHOW", "INDEXES"],
    &["SHOW", "INDEX"],
    &["SHOW", "LOCKS"],
    &["SHOW", "PRINCIPALS"],
    &["SHOW", "ROLE"],
    &["SHOW", "ROLES"],
    &["SHOW", "TRANSACTIONS"],
    &["PREPARE"],
    &["EXECUTE"],
    &["DEALLOCATE"],
    &["UPDATE"],
    &["DELETE"],
    &["MERGE"],
    &["OPTIMIZE"],
    &["VACUUM"],
    &["TRUNCATE"],
    &["GRANT"],
    &["REVOKE"],
    &["SET"],
    &["USING", "EXTERNAL"],
    &["START", "TRANSACTION"],
    &["COMMIT"],
    &["ROLLBACK"],
    &["LOAD"],
    &["EXPORT"],
    &["IMPORT"],
    &["LOCK"],
    &["UNLOCK"],
    &["DFS"],
    &["DROP", "FUNCTION"],
    &["DROP", "TEMPORARY"],
    &["ALTER", "INDEX"],
    &["ALTER", "VIEW"],
];

pub(super) fn parse(text: &str) -> Result<Statement> {
    let mut tokens = TokenStream::new(text, Quoting::Hive)?;
    let tokens = &mut tokens;
    let statement = if tokens.take(&["CREATE", "EXTERNAL", "TABLE"]) {
        Statement::CreateExternalTable(Box::new(table_definition::parse(tokens)?))
    } else if tokens.take(&["CREATE", "TABLE"]) {
        return Err(create_table::refuse(tokens, text)?);
    } else if takes_database(tokens, "CREATE") {
        database::create(tokens)?
    } else if takes_database(tokens, "ALTER") {
        database::alter(tokens)?
    } else if takes_database(tokens, "DROP") {
        database::drop(tokens)?
    } else if tokens.take(&["DROP", "TABLE"]) {
        let if_exists = tokens.if_exists();
        let table = tokens.table_reference()?;
        tokens.take(&["PURGE"]);
        Statement::DropTable { table, if_exists }
    } else if tokens.take(&["MSCK"]) {
        msck(tokens)?
    } else if tokens.take(&["ANALYZE"]) {
        Statement::Analyze(analyze::parse(tokens)?)
    } else if tokens.take(&["ALTER", "TABLE"]) {
        alter_table::parse(tokens)?
    } else if tokens.at(&["SHOW"]) && !is_not_supported(tokens) {
        tokens.advance();
        show::parse(tokens)?
    } else if tokens.take(&["DESCRIBE"]) || tokens.take(&["DESC"]) {
        Statement::Describe(describe::parse(tokens)?)
    } else if is_not_supported(tokens) {
        return Err(not_supported(tokens, text));
    } else {
        return Err(tokens.mismatch(
            "SELECT, WITH, VALUES, INSERT, CREATE, DROP, ALTER, MSCK, ANALYZE, SHOW, DESCRIBE or EXPLAIN",
        ));
    };
    tokens.end()?;
    Ok(statement)
}

fn takes_database(tokens: &mut TokenStream<'_>, verb: &str) -> bool {
    tokens.take(&[verb, "DATABASE"]) || tokens.take(&[verb, "SCHEMA"])
}

fn is_not_supported(tokens: &TokenStream<'_>) -> bool {
    NOT_SUPPORTED.iter().any(|words| tokens.at(words))
}

fn not_supported(tokens: &TokenStream<'_>, text: &str) -> crate::error::QueryError {
    let words = NOT_SUPPORTED
        .iter()
        .find(|words| tokens.at(words))
        .map_or_else(|| text.chars().take(20).collect(), |words| words.join(" "));
    tokens.error(
        ErrorCode::NotSupported,
        format!("{words} statements are not supported"),
    )
}

fn msck(tokens: &mut TokenStream<'_>) -> Result<Statement> {
    tokens.take(&["REPAIR"]);
    tokens.expect(&["TABLE"])?;
    let table = tokens.table_reference()?;
    let mode = if tokens.take(&["DROP", "PARTITIONS"]) {
        MsckMode::Drop
    } else if tokens.take(&["SYNC", "PARTITIONS"]) {
        MsckMode::Sync
    } else {
        tokens.take(&["ADD", "PARTITIONS"]);
        MsckMode::Add
    };
    Ok(Statement::MsckRepairTable { table, mode })
}
