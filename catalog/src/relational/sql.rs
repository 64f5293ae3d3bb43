//! What the relational store asks of a database: statements in transactions. SQLite and PostgreSQL answer alike.

use std::fmt::Debug;
use std::future::Future;

use crate::error::{CatalogError, Result};

/// A value bound to a statement or read from a row.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum SqlValue {
    Null,
    Integer(i64),
    Text(String),
    Bytes(Vec<u8>),
}

impl From<i64> for SqlValue {
    fn from(value: i64) -> Self {
        SqlValue::Integer(value)
    }
}

impl From<&str> for SqlValue {
    fn from(value: &str) -> Self {
        SqlValue::Text(value.to_owned())
    }
}

impl From<String> for SqlValue {
    fn from(value: String) -> Self {
        SqlValue::Text(value)
    }
}

impl From<Vec<u8>> for SqlValue {
    fn from(value: Vec<u8>) -> Self {
        SqlValue::Bytes(value)
    }
}

impl<T: Into<SqlValue>> From<Option<T>> for SqlValue {
    fn from(value: Option<T>) -> Self {
        value.map_or(SqlValue::Null, Into::into)
    }
}

/// A row of an answer.
#[derive(Debug, Clone)]
pub(crate) struct SqlRow(pub(crate) Vec<SqlValue>);

impl SqlRow {
    fn unexpected<T>(&self, column: usize) -> Result<T> {
        Err(CatalogError::Corrupt(format!(
            "column {column} of a row is {:?}",
            self.0.get(column)
        )))
    }

    pub(crate) fn integer(&self, column: usize) -> Result<i64> {
        match self.0.get(column) {
            Some(SqlValue::Integer(value)) => Ok(*value),
            _ => self.unexpected(column),
        }
    }

    pub(crate) fn text(&self, column: usize) -> Result<&str> {
        match self.0.get(column) {
            Some(SqlValue::Text(value)) => Ok(value),
            _ => self.unexpected(column),
        }
    }

    pub(crate) fn bytes(&self, column: usize) -> Result<&[u8]> {
        match self.0.get(column) {
            Some(SqlValue::Bytes(value)) => Ok(value),
            _ => self.unexpected(column),
        }
    }

    pub(crate) fn optional_text(&self, column: usize) -> Result<Option<&str>> {
        match self.0.get(column) {
            Some(SqlValue::Null) => Ok(None),
            _ => self.text(column).map(Some),
        }
    }
}

/// Rows to insert with one statement each, or with as few as the database takes.
pub(crate) struct InsertRows<'a> {
    /// `INSERT INTO table (a, b)`.
    pub(crate) into: &'a str,
    /// What follows the values, such as `ON CONFLICT DO NOTHING RETURNING a`.
    pub(crate) after: &'a str,
    pub(crate) rows: Vec<Vec<SqlValue>>,
}

/// A transaction: one state of the catalog for reads, all or nothing for writes. Parameters are `$1`, `$2`, …
pub(crate) trait SqlTransaction {
    /// Runs a statement and returns how many rows it changed.
    fn execute(&mut self, sql: &str, parameters: &[SqlValue]) -> Result<u64>;
    /// Runs a statement and returns its rows. Callers bound how many these are.
    fn query(&mut self, sql: &str, parameters: &[SqlValue]) -> Result<Vec<SqlRow>>;
    /// Inserts rows and returns what the statement returns, in any order.
    fn insert(&mut self, rows: InsertRows<'_>) -> Result<Vec<SqlRow>>;
    /// Runs a script of the schema.
    fn run_script(&mut self, script: &str) -> Result<()>;

    /// The first row of an answer.
    fn query_first(&mut self, sql: &str, parameters: &[SqlValue]) -> Result<Option<SqlRow>> {
        Ok(self.query(sql, parameters)?.into_iter().next())
    }
}

/// How a database spells what differs in the schema's script.
pub(crate) struct SqlSpelling {
    /// The type of a row's own number, counted up and never used twice.
    pub(crate) row_id: &'static str,
    pub(crate) bytes: &'static str,
    /// Text that is ordered by its bytes.
    pub(crate) text: &'static str,
    /// What makes a table lie in the order of its primary key, where that must be asked for.
    pub(crate) clustered: &'static str,
}

/// A database that holds a catalog.
pub(crate) trait SqlDatabase: Clone + Debug + Send + Sync + 'static {
    const SPELLING: SqlSpelling;

    /// Runs `work` in a transaction that sees one state of the catalog.
    fn read<T, Work>(&self, work: Work) -> impl Future<Output = Result<T>> + Send
    where
        T: Send + 'static,
        Work: FnOnce(&mut dyn SqlTransaction) -> Result<T> + Send + 'static;

    /// Runs `work` in a transaction that no other writer runs beside, committed if it succeeds and without trace if it fails.
    fn write<T, Work>(&self, work: Work) -> impl Future<Output = Result<T>> + Send
    where
        T: Send + 'static,
        Work: FnOnce(&mut dyn SqlTransaction) -> Result<T> + Send + 'static;
}
