//! `EXPLAIN [ANALYZE [VERBOSE]] [(TYPE …, FORMAT …)] statement`

use crate::error::Result;
use crate::sql::statement::{Explain, ExplainFormat, ExplainType, Statement};
use crate::sql::trino::cursor::Cursor;

impl Cursor<'_> {
    pub(super) fn explain(&mut self) -> Result<Statement> {
        self.advance();
        let analyze = self.take("ANALYZE");
        let verbose = analyze && self.take("VERBOSE");
        let (mut plan_type, mut format) = (ExplainType::default(), ExplainFormat::default());
        // A parenthesis may begin the query as well.
        if self.is_symbol(0, "(") && self.is_one_of(1, &["FORMAT", "TYPE"]) {
            self.list_in_parentheses(|cursor| {
                if cursor.expect_one_of(&["FORMAT", "TYPE"])? == "FORMAT" {
                    format = match cursor.expect_one_of(&["GRAPHVIZ", "JSON", "TEXT"])? {
                        "GRAPHVIZ" => ExplainFormat::Graphviz,
                        "JSON" => ExplainFormat::Json,
                        _ => ExplainFormat::Text,
                    };
                } else {
                    let types = &["DISTRIBUTED", "IO", "LOGICAL", "VALIDATE"];
                    plan_type = match cursor.expect_one_of(types)? {
                        "IO" => ExplainType::Io,
                        "LOGICAL" => ExplainType::Logical,
                        "VALIDATE" => ExplainType::Validate,
                        _ => ExplainType::Distributed,
                    };
                }
                Ok(())
            })?;
        }
        Ok(Statement::Explain(Explain {
            analyze,
            verbose,
            plan_type,
            format,
            statement: Box::new(self.query_or_write()?),
        }))
    }
}
