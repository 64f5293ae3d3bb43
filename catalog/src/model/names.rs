//! Names of databases and tables: lower case, as Glue stores them, whatever the case they are given in.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::error::{CatalogError, Result};

/// Glue's bound on names.
const NAME_CHARACTERS_MAX: usize = 255;

/// The name of a database.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct DatabaseName(String);

impl DatabaseName {
    /// Folds the name to lower case and checks it.
    pub fn new(name: &str) -> Result<Self> {
        normalize("database name", name).map(DatabaseName)
    }

    /// The name's text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for DatabaseName {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// The full name of a table.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TableName {
    /// The database.
    pub database: DatabaseName,
    table: String,
}

impl TableName {
    /// Folds both names to lower case and checks them.
    pub fn new(database: &str, table: &str) -> Result<Self> {
        Ok(TableName {
            database: DatabaseName::new(database)?,
            table: normalize("table name", table)?,
        })
    }

    /// The table's own name.
    pub fn table(&self) -> &str {
        &self.table
    }
}

impl fmt::Display for TableName {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}.{}", self.database, self.table)
    }
}

fn normalize(what: &'static str, name: &str) -> Result<String> {
    let invalid = |reason| CatalogError::InvalidName {
        what,
        name: name.chars().take(NAME_CHARACTERS_MAX).collect(),
        reason,
    };
    if name.is_empty() {
        return Err(invalid("it is empty"));
    }
    if name.chars().count() > NAME_CHARACTERS_MAX {
        return Err(invalid("it is longer than 255 characters"));
    }
    if name.chars().any(char::is_control) {
        return Err(invalid("it has control characters"));
    }
    Ok(name.to_lowercase())
}
