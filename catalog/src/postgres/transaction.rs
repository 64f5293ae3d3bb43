//! Statements in a transaction of PostgreSQL.

use std::collections::HashMap;

use bytes::{BufMut, BytesMut};
use postgres::types::{IsNull, ToSql, Type, to_sql_checked};
use postgres::{Row, Statement, Transaction};

use super::database::root_cause;
use crate::error::{CatalogError, Result};
use crate::relational::sql::{InsertRows, SqlRow, SqlTransaction, SqlValue};

/// Parameters of one statement: the protocol counts them in 16 bits.
const PARAMETERS_MAX: usize = 32_000;

/// Statements that one connection has prepared, by their text.
pub(super) type PreparedStatements = HashMap<String, Statement>;

/// Prepared statements kept a connection: more than this crate has of bounded number.
const STATEMENTS_MAX: usize = 256;

pub(super) struct PostgresTransaction<'c> {
    transaction: Transaction<'c>,
    statements: &'c mut PreparedStatements,
}

impl<'c> PostgresTransaction<'c> {
    pub(super) fn new(
        transaction: Transaction<'c>,
        statements: &'c mut PreparedStatements,
    ) -> Self {
        PostgresTransaction {
            transaction,
            statements,
        }
    }

    fn prepared(&mut self, sql: &str) -> Result<Statement> {
        if let Some(statement) = self.statements.get(sql) {
            return Ok(statement.clone());
        }
        let statement = self.transaction.prepare(sql)?;
        if self.statements.len() >= STATEMENTS_MAX {
            self.statements.clear();
        }
        self.statements.insert(sql.to_owned(), statement.clone());
        Ok(statement)
    }

    pub(super) fn commit(self) -> Result<()> {
        Ok(self.transaction.commit()?)
    }
}

impl From<postgres::Error> for CatalogError {
    fn from(error: postgres::Error) -> Self {
        CatalogError::Storage(root_cause(&error))
    }
}

impl ToSql for SqlValue {
    fn to_sql(
        &self,
        sql_type: &Type,
        out: &mut BytesMut,
    ) -> std::result::Result<IsNull, Box<dyn std::error::Error + Sync + Send>> {
        match self {
            SqlValue::Null => return Ok(IsNull::Yes),
            SqlValue::Integer(value) if *sql_type == Type::INT4 => {
                out.put_i32(i32::try_from(*value)?);
            }
            SqlValue::Integer(value) => out.put_i64(*value),
            SqlValue::Text(value) => out.put_slice(value.as_bytes()),
            SqlValue::Bytes(value) => out.put_slice(value),
        }
        Ok(IsNull::No)
    }

    fn accepts(_sql_type: &Type) -> bool {
        true
    }

    to_sql_checked!();
}

fn read_row(row: &Row) -> Result<SqlRow> {
    row.columns()
        .iter()
        .enumerate()
        .map(|(index, column)| {
            let value = match *column.type_() {
                Type::INT8 => row.try_get::<_, Option<i64>>(index)?.map(SqlValue::Integer),
                Type::INT4 => row
                    .try_get::<_, Option<i32>>(index)?
                    .map(|value| SqlValue::Integer(i64::from(value))),
                Type::BOOL => row
                    .try_get::<_, Option<bool>>(index)?
                    .map(|value| SqlValue::Integer(i64::from(value))),
                Type::BYTEA => row
                    .try_get::<_, Option<Vec<u8>>>(index)?
                    .map(SqlValue::Bytes),
                _ => row.try_get::<_, Option<String>>(index)?.map(SqlValue::Text),
            };
            Ok(value.unwrap_or(SqlValue::Null))
        })
        .collect::<Result<_>>()
        .map(SqlRow)
}

fn bound(parameters: &[SqlValue]) -> Vec<&(dyn ToSql + Sync)> {
    parameters
        .iter()
        .map(|value| value as &(dyn ToSql + Sync))
        .collect()
}

impl SqlTransaction for PostgresTransaction<'_> {
    fn execute(&mut self, sql: &str, parameters: &[SqlValue]) -> Result<u64> {
        let statement = self.prepared(sql)?;
        Ok(self.transaction.execute(&statement, &bound(parameters))?)
    }

    fn query(&mut self, sql: &str, parameters: &[SqlValue]) -> Result<Vec<SqlRow>> {
        let statement = self.prepared(sql)?;
        self.transaction
            .query(&statement, &bound(parameters))?
            .iter()
            .map(read_row)
            .collect()
    }

    fn insert(&mut self, rows: InsertRows<'_>) -> Result<Vec<SqlRow>> {
        let mut returned = Vec::new();
        let columns = rows.rows.first().map_or(1, Vec::len).max(1);
        for chunk in rows.rows.chunks(PARAMETERS_MAX / columns) {
            let places: Vec<String> = (0..chunk.len())
                .map(|row| {
                    let numbers: Vec<String> = (1..=columns)
                        .map(|column| format!("${}", row * columns + column))
                        .collect();
                    format!("({})", numbers.join(", "))
                })
                .collect();
            let sql = format!("{} VALUES {} {}", rows.into, places.join(", "), rows.after);
            let parameters: Vec<SqlValue> = chunk.iter().flatten().cloned().collect();
            returned.extend(self.query(&sql, &parameters)?);
        }
        Ok(returned)
    }

    fn run_script(&mut self, script: &str) -> Result<()> {
        Ok(self.transaction.batch_execute(script)?)
    }
}
