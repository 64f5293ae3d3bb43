//! `CREATE`, `ALTER` and `DROP {DATABASE|SCHEMA}`.

use super::super::statement::Statement;
use super::super::token_stream::TokenStream;
use crate::error::{ErrorCode, Result};

/// What comes after `CREATE DATABASE`. The clauses may come in any order.
pub(in crate::sql) fn create(tokens: &mut TokenStream<'_>) -> Result<Statement> {
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

/// What comes after `ALTER DATABASE`.
pub(in crate::sql) fn alter(tokens: &mut TokenStream<'_>) -> Result<Statement> {
    let name = tokens.name()?;
    if tokens.at(&["SET", "OWNER"])
        || tokens.at(&["SET", "LOCATION"])
        || tokens.at(&["SET", "MANAGEDLOCATION"])
        || tokens.at(&["RENAME"])
    {
        return Err(tokens.error(
            ErrorCode::NotSupported,
            "of ALTER DATABASE only SET DBPROPERTIES ('key' = 'value') is supported",
        ));
    }
    tokens.expect(&["SET", "DBPROPERTIES"])?;
    Ok(Statement::AlterDatabase {
        name,
        properties: tokens.properties()?,
    })
}

/// What comes after `DROP DATABASE`.
pub(in crate::sql) fn drop(tokens: &mut TokenStream<'_>) -> Result<Statement> {
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
