//! `CREATE [OR REPLACE] VIEW name [COMMENT '…'] [SECURITY {DEFINER | INVOKER}] AS query`, `DROP VIEW [IF EXISTS] name`

use crate::error::Result;
use crate::sql::statement::{CreateView, Statement, ViewSecurity};
use crate::sql::trino::cursor::Cursor;

impl Cursor<'_> {
    pub(super) fn create_view(&mut self) -> Result<Statement> {
        self.advance();
        let or_replace = self.take("OR");
        if or_replace {
            self.expect("REPLACE")?;
        }
        self.expect("VIEW")?;
        let view = self.table_reference()?;
        let comment = if self.take("COMMENT") {
            Some(self.string()?.0)
        } else {
            None
        };
        let security = if self.take("SECURITY") {
            match self.expect_one_of(&["DEFINER", "INVOKER"])? {
                "INVOKER" => ViewSecurity::Invoker,
                _ => ViewSecurity::Definer,
            }
        } else {
            ViewSecurity::default()
        };
        self.expect("AS")?;
        let start = self.place();
        let query = self.query()?;
        Ok(Statement::CreateView(CreateView {
            view,
            or_replace,
            comment,
            security,
            query,
            query_text: self.written(start, self.place()),
        }))
    }

    pub(super) fn drop_view(&mut self) -> Result<Statement> {
        self.advance();
        self.expect("VIEW")?;
        let if_exists = self.take("IF");
        if if_exists {
            self.expect("EXISTS")?;
        }
        Ok(Statement::DropView {
            view: self.table_reference()?,
            if_exists,
        })
    }
}
