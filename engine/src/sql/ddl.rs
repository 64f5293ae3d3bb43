//! Statements in Hive's dialect: DDL and utility statements.

use super::analyze;
use super::lexer::{Quoting, TokenKind};
use super::statement::{MsckMode, PartitionComparison, PartitionSpec, Statement};
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
    &["SHOW", "VIEWS"],
    &["SHOW", "CREATE", "VIEW"],
    &["SHOW", "FUNCTIONS"],
    &["SHOW", "SESSION"],
    &["SHOW", "STATS"],
    &["ALTER", "DATABASE"],
    &["ALTER", "SCHEMA"],
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
];

pub(super) fn parse(text: &str) -> Result<Statement> {
    let mut tokens = TokenStream::new(text, Quoting::Hive)?;
    let tokens = &mut tokens;
    let statement = if tokens.take(&["CREATE", "EXTERNAL", "TABLE"]) {
        return Ok(Statement::CreateExternalTable(Box::new(
            table_definition::parse(tokens)?,
        )));
    } else if tokens.take(&["CREATE", "DATABASE"]) || tokens.take(&["CREATE", "SCHEMA"]) {
        create_database(tokens)?
    } else if tokens.take(&["DROP", "DATABASE"]) || tokens.take(&["DROP", "SCHEMA"]) {
        drop_database(tokens)?
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
        alter_table(tokens)?
    } else if tokens.at(&["SHOW"]) && !is_not_supported(tokens) {
        tokens.advance();
        show(tokens)?
    } else if tokens.take(&["DESCRIBE"]) || tokens.take(&["DESC"]) {
        let formatted = tokens.take(&["EXTENDED"]) || tokens.take(&["FORMATTED"]);
        Statement::Describe {
            table: tokens.table_reference()?,
            formatted,
        }
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

fn create_database(tokens: &mut TokenStream<'_>) -> Result<Statement> {
    let if_not_exists = tokens.if_not_exists();
    let name = tokens.name()?;
    let (mut comment, mut location, mut properties) = (None, None, Vec::new());
    loop {
        if tokens.take(&["COMMENT"]) {
            comment = Some(tokens.text_value()?);
        } else if tokens.take(&["LOCATION"]) {
            location = Some(tokens.text_value()?);
        } else if tokens.take(&["WITH", "DBPROPERTIES"]) {
            properties = tokens.properties()?;
        } else {
            break;
        }
    }
    Ok(Statement::CreateDatabase {
        name,
        if_not_exists,
        comment,
        location,
        properties,
    })
}

fn drop_database(tokens: &mut TokenStream<'_>) -> Result<Statement> {
    let if_exists = tokens.if_exists();
    let name = tokens.name()?;
    let cascade = tokens.take(&["CASCADE"]);
    if !cascade {
        tokens.take(&["RESTRICT"]);
    }
    Ok(Statement::DropDatabase {
        name,
        if_exists,
        cascade,
    })
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

fn alter_table(tokens: &mut TokenStream<'_>) -> Result<Statement> {
    let table = tokens.table_reference()?;
    if tokens.at(&["ADD", "IF"]) || tokens.at(&["ADD", "PARTITION"]) {
        tokens.expect(&["ADD"])?;
        let if_not_exists = tokens.if_not_exists();
        let mut partitions = Vec::new();
        while tokens.take(&["PARTITION"]) {
            let spec = partition_spec(tokens)?;
            if let Some((key, ..)) = spec
                .0
                .iter()
                .find(|(_, comparison, _)| *comparison != PartitionComparison::Equal)
            {
                return Err(tokens.error(
                    ErrorCode::SyntaxError,
                    format!("ADD PARTITION gives each key a value with '='; '{key}' has another comparison"),
                ));
            }
            let location = if tokens.take(&["LOCATION"]) {
                Some(tokens.text_value()?)
            } else {
                None
            };
            partitions.push((spec, location));
        }
        if partitions.is_empty() {
            return Err(tokens.mismatch("'PARTITION'"));
        }
        return Ok(Statement::AddPartitions {
            table,
            if_not_exists,
            partitions,
        });
    }
    if tokens.at(&["DROP", "IF"]) || tokens.at(&["DROP", "PARTITION"]) {
        tokens.expect(&["DROP"])?;
        let if_exists = tokens.if_exists();
        let mut partitions = Vec::new();
        loop {
            tokens.expect(&["PARTITION"])?;
            partitions.push(partition_spec(tokens)?);
            if !tokens.take_symbol(",") {
                break;
            }
        }
        tokens.take(&["PURGE"]);
        return Ok(Statement::DropPartitions {
            table,
            if_exists,
            partitions,
        });
    }
    Err(tokens.error(
        ErrorCode::NotSupported,
        "of ALTER TABLE only ADD PARTITION and DROP PARTITION are supported",
    ))
}

fn partition_spec(tokens: &mut TokenStream<'_>) -> Result<PartitionSpec> {
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
        Ok((key, comparison, partition_value(tokens)?))
    })?;
    Ok(PartitionSpec(entries))
}

/// A value: a string, a number, or a typed literal such as `date '2026-01-01'`.
pub(super) fn partition_value(tokens: &mut TokenStream<'_>) -> Result<String> {
    tokens.take(&["DATE"]);
    if let Some(text) = tokens.take_text()? {
        return Ok(text);
    }
    let negative = tokens.take_symbol("-");
    let expected = tokens.mismatch("a string or a number");
    match tokens.advance() {
        Some(TokenKind::Number(number)) if negative => Ok(format!("-{number}")),
        Some(TokenKind::Number(number)) => Ok(number),
        _ => Err(expected),
    }
}

fn show(tokens: &mut TokenStream<'_>) -> Result<Statement> {
    if tokens.take(&["DATABASES"]) || tokens.take(&["SCHEMAS"]) {
        tokens.take(&["LIKE"]);
        return Ok(Statement::ShowDatabases {
            pattern: tokens.take_text()?,
        });
    }
    if tokens.take(&["TABLES"]) {
        let database = if tokens.take(&["IN"]) || tokens.take(&["FROM"]) {
            Some(tokens.name()?)
        } else {
            None
        };
        tokens.take(&["LIKE"]);
        return Ok(Statement::ShowTables {
            database,
            pattern: tokens.take_text()?,
        });
    }
    if tokens.take(&["PARTITIONS"]) {
        return Ok(Statement::ShowPartitions {
            table: tokens.table_reference()?,
        });
    }
    if tokens.take(&["CREATE", "TABLE"]) {
        return Ok(Statement::ShowCreateTable {
            table: tokens.table_reference()?,
        });
    }
    if tokens.take(&["TBLPROPERTIES"]) {
        let table = tokens.table_reference()?;
        let key = if tokens.at_symbol("(") {
            tokens.list(TokenStream::text_value)?.pop()
        } else {
            None
        };
        return Ok(Statement::ShowTableProperties { table, key });
    }
    if tokens.take(&["COLUMNS"]) {
        if !tokens.take(&["IN"]) {
            tokens.expect(&["FROM"])?;
        }
        let mut table = tokens.table_reference()?;
        if tokens.take(&["IN"]) || tokens.take(&["FROM"]) {
            table.database = Some(tokens.name()?);
        }
        return Ok(Statement::ShowColumns { table });
    }
    Err(tokens
        .mismatch("DATABASES, SCHEMAS, TABLES, COLUMNS, PARTITIONS, CREATE TABLE or TBLPROPERTIES"))
}
