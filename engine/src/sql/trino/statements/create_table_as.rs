//! `CREATE TABLE [IF NOT EXISTS] name [COMMENT '…'] [WITH (…)] AS query [WITH [NO] DATA]`

use crate::error::{QueryError, Result};
use crate::sql::statement::{CreateTableAs, Statement};
use crate::sql::trino::cursor::Cursor;

impl Cursor<'_> {
    pub(super) fn create_table_as(&mut self) -> Result<Statement> {
        self.advance();
        if self.is(0, "OR") {
            return Err(self.not_supported(
                "CREATE OR REPLACE TABLE is not supported; drop the table, then create it",
            ));
        }
        self.expect("TABLE")?;
        let if_not_exists = self.take("IF");
        if if_not_exists {
            self.expect_all(&["NOT", "EXISTS"])?;
        }
        let table = self.table_reference()?;
        if self.is(0, "LIKE") {
            return Err(self.not_supported(
                "CREATE TABLE LIKE is not supported; write the columns, or use CREATE TABLE … AS",
            ));
        }
        if !self.is_one_of(0, &["AS", "COMMENT", "WITH"]) && !self.is_symbol(0, ".") {
            return Err(self.without_query());
        }
        let comment = if self.take("COMMENT") {
            Some(self.string()?.0)
        } else {
            None
        };
        let properties = self.properties()?;
        self.expect("AS")?;
        // A query in parentheses may begin with WITH here.
        let parenthesized = self.is_symbol(0, "(") && self.is(1, "WITH");
        let query = if parenthesized {
            self.advance();
            let query = self.query()?;
            self.expect_symbol(")")?;
            query
        } else {
            self.query()?
        };
        let mut with_data = true;
        if self.take("WITH") {
            with_data = !self.take("NO");
            self.expect("DATA")?;
        }
        Ok(Statement::CreateTableAs(CreateTableAs {
            table,
            if_not_exists,
            comment,
            properties,
            query,
            with_data,
        }))
    }

    fn without_query(&self) -> QueryError {
        self.not_supported(
            "CREATE TABLE without EXTERNAL is for CREATE TABLE … AS; to declare a table over files write CREATE EXTERNAL TABLE",
        )
    }
}
