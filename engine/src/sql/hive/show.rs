//! `SHOW` of what Hive's catalog holds: databases, tables, views, columns, partitions, properties, a table's DDL.

use super::super::statement::Statement;
use super::super::token_stream::TokenStream;
use crate::error::{ErrorCode, Result};

/// What comes after `SHOW`.
pub(in crate::sql) fn parse(tokens: &mut TokenStream<'_>) -> Result<Statement> {
    if tokens.take(&["DATABASES"]) || tokens.take(&["SCHEMAS"]) {
        return Ok(Statement::ShowDatabases {
            pattern: pattern(tokens)?,
        });
    }
    if tokens.take(&["TABLES"]) {
        let database = in_database(tokens)?;
        return Ok(Statement::ShowTables {
            database,
            pattern: pattern(tokens)?,
        });
    }
    if tokens.take(&["VIEWS"]) {
        let database = in_database(tokens)?;
        return Ok(Statement::ShowViews {
            database,
            pattern: pattern(tokens)?,
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
        let key = if tokens.take_symbol("(") {
            let key = tokens.text_value()?;
            tokens.expect_symbol(")")?;
            Some(key)
        } else {
            None
        };
        return Ok(Statement::ShowTableProperties { table, key });
    }
    if tokens.take(&["COLUMNS"]) {
        return columns(tokens);
    }
    Err(tokens.mismatch(
        "DATABASES, SCHEMAS, TABLES, VIEWS, COLUMNS, PARTITIONS, CREATE TABLE or TBLPROPERTIES",
    ))
}

fn columns(tokens: &mut TokenStream<'_>) -> Result<Statement> {
    if !tokens.take(&["IN"]) {
        tokens.expect(&["FROM"])?;
    }
    let mut table = tokens.table_reference()?;
    if let Some(database) = in_database(tokens)? {
        if table.database.is_some() {
            return Err(tokens.error(
                ErrorCode::SyntaxError,
                "the database is given twice; write SHOW COLUMNS IN db.t or SHOW COLUMNS IN t IN db",
            ));
        }
        table.database = Some(database);
    }
    if tokens.at(&["LIKE"]) {
        return Err(tokens.error(
            ErrorCode::NotSupported,
            "SHOW COLUMNS takes no LIKE; select from information_schema.columns instead",
        ));
    }
    Ok(Statement::ShowColumns { table })
}

fn in_database(tokens: &mut TokenStream<'_>) -> Result<Option<String>> {
    if tokens.take(&["IN"]) || tokens.take(&["FROM"]) {
        return tokens.name().map(Some);
    }
    Ok(None)
}

fn pattern(tokens: &mut TokenStream<'_>) -> Result<Option<String>> {
    if tokens.take(&["LIKE"]) {
        return tokens.text_value().map(Some);
    }
    tokens.take_text()
}
