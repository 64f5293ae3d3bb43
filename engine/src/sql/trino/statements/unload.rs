//! `UNLOAD (query) TO 'location' [WITH (…)]`

use crate::error::Result;
use crate::sql::statement::{Statement, Unload};
use crate::sql::trino::cursor::Cursor;

impl Cursor<'_> {
    pub(super) fn unload(&mut self) -> Result<Statement> {
        self.advance();
        self.expect_symbol("(")?;
        let query = self.query()?;
        self.expect_symbol(")")?;
        self.expect("TO")?;
        let (location, _) = self.string()?;
        Ok(Statement::Unload(Unload {
            query,
            location,
            properties: self.properties()?,
        }))
    }
}
