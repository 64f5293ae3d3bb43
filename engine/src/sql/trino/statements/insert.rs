//! `INSERT INTO name [(column, …)] query`

use crate::error::Result;
use crate::sql::statement::{InsertInto, Statement};
use crate::sql::trino::cursor::Cursor;

impl Cursor<'_> {
    pub(super) fn insert(&mut self) -> Result<Statement> {
        self.advance();
        if self.is(0, "OVERWRITE") {
            return Err(
                self.not_supported("INSERT OVERWRITE is not supported; INSERT INTO adds rows")
            );
        }
        self.expect("INTO")?;
        let table = self.table_reference()?;
        // A parenthesis begins a list of columns, or the query.
        let columns = if self.at_symbol("(") && !self.begins_query(0) {
            let names = self.list_in_parentheses(Self::name)?;
            names.into_iter().map(|name| name.value).collect()
        } else {
            Vec::new()
        };
        Ok(Statement::InsertInto(InsertInto {
            table,
            columns,
            query: self.query()?,
        }))
    }
}
