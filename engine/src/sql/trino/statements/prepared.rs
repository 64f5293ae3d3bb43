//! Prepared statements: PREPARE, EXECUTE, EXECUTE IMMEDIATE, DEALLOCATE PREPARE, DESCRIBE INPUT and DESCRIBE OUTPUT.

use sqlparser::ast::Expr;

use crate::error::{Position, QueryError, Result};
use crate::sql::statement::{ExecuteImmediate, Prepare, Statement};
use crate::sql::trino::cursor::Cursor;
use crate::sql::trino::errors::position;

impl Cursor<'_> {
    /// `PREPARE name FROM statement`
    pub(super) fn prepare(&mut self) -> Result<Statement> {
        self.advance();
        let name = self.name()?.value;
        self.expect("FROM")?;
        let start = self.place();
        let statement = self.prepared_statement()?;
        Ok(Statement::Prepare(Prepare {
            name,
            statement: Box::new(statement),
            text: self.written(start, self.place()),
        }))
    }

    fn prepared_statement(&mut self) -> Result<Statement> {
        if self.at("EXPLAIN") {
            return self.explain();
        }
        self.query_or_write()
    }

    /// `EXECUTE name [USING value, …]`, `EXECUTE IMMEDIATE 'text' [USING value, …]`
    pub(super) fn execute(&mut self) -> Result<Statement> {
        self.advance();
        if !self.at("IMMEDIATE") || !self.is_string(1) {
            return Ok(Statement::Execute {
                name: self.name()?.value,
                parameters: self.using()?,
            });
        }
        self.advance();
        let (text, span) = self.string()?;
        let statement =
            immediate_statement(&text).map_err(|error| shifted(error, position(span)))?;
        Ok(Statement::ExecuteImmediate(ExecuteImmediate {
            statement: Box::new(statement),
            text,
            parameters: self.using()?,
        }))
    }

    fn using(&mut self) -> Result<Vec<Expr>> {
        if self.take("USING") {
            return self.list(Self::expression);
        }
        Ok(Vec::new())
    }

    /// `DEALLOCATE PREPARE name`
    pub(super) fn deallocate(&mut self) -> Result<Statement> {
        self.advance();
        self.expect("PREPARE")?;
        Ok(Statement::DeallocatePrepare {
            name: self.name()?.value,
        })
    }

    /// `DESCRIBE INPUT name`, `DESCRIBE OUTPUT name`
    pub(super) fn describe_prepared(&mut self) -> Result<Statement> {
        self.advance();
        let word = self.expect_one_of(&["INPUT", "OUTPUT"])?;
        let name = self.name()?.value;
        Ok(match word {
            "INPUT" => Statement::DescribeInput { name },
            _ => Statement::DescribeOutput { name },
        })
    }
}

fn immediate_statement(text: &str) -> Result<Statement> {
    let mut cursor = Cursor::new(text)?;
    let statement = cursor.prepared_statement()?;
    cursor.expect_end()?;
    Ok(statement)
}

/// An error of the text in quotes, at its place in the statement around it.
fn shifted(mut error: QueryError, quote: Position) -> QueryError {
    if let Some(place) = &mut error.position {
        if place.line == 1 {
            place.column = place.column.saturating_add(quote.column);
        }
        place.line = place.line.saturating_add(quote.line).saturating_sub(1);
    }
    error
}
