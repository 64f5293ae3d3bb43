//! Statements in a transaction of SQLite.

use rusqlite::types::{ToSql, ToSqlOutput, Value, ValueRef};
use rusqlite::{Row, Rows, Transaction, params_from_iter};

use crate::error::{CatalogError, Result};
use crate::relational::sql::{InsertRows, SqlRow, SqlTransaction, SqlValue};

pub(super) struct SqliteTransaction<'a, 'c>(pub(super) &'a Transaction<'c>);

impl ToSql for SqlValue {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(match self {
            SqlValue::Null => ToSqlOutput::Owned(Value::Null),
            SqlValue::Integer(value) => ToSqlOutput::Owned(Value::Integer(*value)),
            SqlValue::Text(value) => ToSqlOutput::Borrowed(ValueRef::Text(value.as_bytes())),
            SqlValue::Bytes(value) => ToSqlOutput::Borrowed(ValueRef::Blob(value)),
        })
    }
}

/// SQLite numbers its parameters `?1`.
fn spelled(sql: &str) -> String {
    sql.replace('$', "?")
}

fn read_row(row: &Row<'_>, columns: usize) -> Result<SqlRow> {
    (0..columns)
        .map(|column| {
            Ok(match row.get_ref(column)? {
                ValueRef::Null => SqlValue::Null,
                ValueRef::Integer(value) => SqlValue::Integer(value),
                ValueRef::Text(value) => {
                    SqlValue::Text(String::from_utf8_lossy(value).into_owned())
                }
                ValueRef::Blob(value) => SqlValue::Bytes(value.to_vec()),
                ValueRef::Real(value) => {
                    return Err(CatalogError::Corrupt(format!("a row holds {value}")));
                }
            })
        })
        .collect::<Result<_>>()
        .map(SqlRow)
}

fn read_all(mut rows: Rows<'_>, columns: usize, into: &mut Vec<SqlRow>) -> Result<()> {
    while let Some(row) = rows.next()? {
        into.push(read_row(row, columns)?);
    }
    Ok(())
}

impl SqlTransaction for SqliteTransaction<'_, '_> {
    fn execute(&mut self, sql: &str, parameters: &[SqlValue]) -> Result<u64> {
        let mut statement = self.0.prepare_cached(&spelled(sql))?;
        let changed = statement.execute(params_from_iter(parameters))?;
        Ok(u64::try_from(changed).unwrap_or(u64::MAX))
    }

    fn query(&mut self, sql: &str, parameters: &[SqlValue]) -> Result<Vec<SqlRow>> {
        let mut statement = self.0.prepare_cached(&spelled(sql))?;
        let columns = statement.column_count();
        let mut found = Vec::new();
        read_all(
            statement.query(params_from_iter(parameters))?,
            columns,
            &mut found,
        )?;
        Ok(found)
    }

    fn insert(&mut self, rows: InsertRows<'_>) -> Result<Vec<SqlRow>> {
        let mut returned = Vec::new();
        let Some(first) = rows.rows.first() else {
            return Ok(returned);
        };
        let places = vec!["?"; first.len()].join(", ");
        let sql = format!("{} VALUES ({places}) {}", rows.into, rows.after);
        let mut statement = self.0.prepare_cached(&sql)?;
        let columns = statement.column_count();
        for row in &rows.rows {
            if columns == 0 {
                statement.execute(params_from_iter(row))?;
            } else {
                read_all(
                    statement.query(params_from_iter(row))?,
                    columns,
                    &mut returned,
                )?;
            }
        }
        Ok(returned)
    }

    fn run_script(&mut self, script: &str) -> Result<()> {
        Ok(self.0.execute_batch(script)?)
    }
}
