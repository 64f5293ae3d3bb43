//! `SHOW CREATE VIEW name`, `SHOW {CATALOGS | FUNCTIONS | SESSION} [LIKE 'pattern' [ESCAPE 'c']]`

use crate::error::Result;
use crate::sql::statement::{LikePattern, Statement};
use crate::sql::trino::cursor::Cursor;

impl Cursor<'_> {
    pub(super) fn show(&mut self) -> Result<Statement> {
        self.advance();
        Ok(
            match self.expect_one_of(&["CATALOGS", "CREATE", "FUNCTIONS", "SESSION"])? {
                "CREATE" => {
                    self.expect("VIEW")?;
                    Statement::ShowCreateView {
                        view: self.table_reference()?,
                    }
                }
                "CATALOGS" => Statement::ShowCatalogs {
                    like: self.like_pattern()?,
                },
                "FUNCTIONS" => Statement::ShowFunctions {
                    like: self.like_pattern()?,
                },
                _ => Statement::ShowSession {
                    like: self.like_pattern()?,
                },
            },
        )
    }

    fn like_pattern(&mut self) -> Result<Option<LikePattern>> {
        if !self.take("LIKE") {
            return Ok(None);
        }
        let (pattern, _) = self.string()?;
        let escape = if self.take("ESCAPE") {
            Some(self.string()?.0)
        } else {
            None
        };
        Ok(Some(LikePattern { pattern, escape }))
    }
}
