//! Calls of table functions, whose arguments may have names, and be tables (`$table`) and lists of columns (`$descriptor`).

use sqlparser::ast::{
    Expr, Function, FunctionArg, FunctionArgExpr, FunctionArgOperator, FunctionArgumentList,
    FunctionArguments,
};

use super::cursor::Cursor;
use super::tree;
use crate::error::Result;

impl Cursor<'_> {
    /// `name(argument, …)`
    pub(super) fn table_function_call(&mut self) -> Result<Function> {
        let name = self.object_name()?;
        self.expect_symbol("(")?;
        let args = if self.at_symbol(")") {
            Vec::new()
        } else {
            self.list(Self::table_function_argument)?
        };
        if self.is(0, "COPARTITION") {
            return Err(self.not_supported("COPARTITION is not supported"));
        }
        self.expect_symbol(")")?;
        Ok(tree::function(
            name,
            FunctionArguments::List(FunctionArgumentList {
                duplicate_treatment: None,
                args,
                clauses: Vec::new(),
            }),
        ))
    }

    /// `[name =>] value`
    fn table_function_argument(&mut self) -> Result<FunctionArg> {
        if !self.is_name(0) || !self.is_symbol(1, "=>") {
            return self.table_function_value().map(tree::argument);
        }
        let name = self.name()?;
        self.expect_symbol("=>")?;
        Ok(FunctionArg::Named {
            name,
            arg: FunctionArgExpr::Expr(self.table_function_value()?),
            operator: FunctionArgOperator::RightArrow,
        })
    }

    fn table_function_value(&mut self) -> Result<Expr> {
        if self.at("TABLE") {
            return self.table_argument();
        }
        if self.at("DESCRIPTOR") && self.is_symbol(1, "(") {
            let span = self.advance();
            let columns = self.list_in_parentheses(|cursor| {
                let column = cursor.name()?;
                if cursor.is_name(0) {
                    return Err(cursor.not_supported("types in DESCRIPTOR are not supported"));
                }
                Ok(tree::text(column.value, column.span))
            })?;
            return Ok(tree::call("$descriptor", span, columns));
        }
        self.expression()
    }

    /// `TABLE(name)` and `TABLE(query)` as a subquery.
    fn table_argument(&mut self) -> Result<Expr> {
        let span = self.advance();
        self.expect_symbol("(")?;
        self.expecting_construct("<query>");
        let argument = Expr::Subquery(if self.begins_query(0) {
            self.query()?
        } else {
            tree::query(self.table_rows(span)?)
        });
        self.expect_symbol(")")?;
        if !self.is_symbol(0, ",") && !self.is_symbol(0, ")") && !self.is(0, "COPARTITION") {
            return Err(self.not_supported(
                "aliases, PARTITION BY, ORDER BY, PRUNE and KEEP WHEN EMPTY of table arguments are not supported",
            ));
        }
        Ok(tree::call("$table", span, vec![argument]))
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{error, query};

    #[test]
    fn arguments_may_have_names_and_be_tables() {
        for (text, shown) in [
            ("TABLE(f())", "TABLE(f())"),
            (
                "TABLE(sequence(1, 10)) AS s (n)",
                "TABLE(sequence(1, 10)) AS s (n)",
            ),
            (
                "TABLE(a.b.f(x => 1 + 2, TABLE(c.\"T\"), t => TABLE(SELECT 1), DESCRIPTOR(a, \"B\")))",
                "TABLE(a.b.f(x => 1 + 2, $table((SELECT * FROM c.\"T\")), t => $table((SELECT 1)), $descriptor('a', 'B')))",
            ),
        ] {
            assert_eq!(
                query(&format!("SELECT * FROM {text}")).to_string(),
                format!("SELECT * FROM {shown}")
            );
        }
        for text in [
            "TABLE(f(TABLE(t) PARTITION BY a))",
            "TABLE(f(TABLE(t) AS x))",
            "TABLE(f(DESCRIPTOR(a bigint)))",
            "TABLE(f(TABLE(t), TABLE(u) COPARTITION (t, u)))",
        ] {
            assert!(
                error(&format!("SELECT * FROM {text}")).contains("not supported"),
                "{text}"
            );
        }
        assert!(error("SELECT * FROM TABLE(t)").contains("mismatched input ')'"));
    }
}
