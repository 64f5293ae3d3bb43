//! Calls of functions: arguments, lambdas, and the clauses that follow the parenthesis.

use sqlparser::ast::{
    DuplicateTreatment, Expr, Function, FunctionArg, FunctionArgExpr, FunctionArgumentClause,
    FunctionArgumentList, FunctionArguments, LambdaFunction, LambdaFunctionParameter, LambdaSyntax,
    NullTreatment, ObjectName, OneOrManyWithParens, WindowType,
};

use super::cursor::Cursor;
use super::errors::position;
use super::tree;
use crate::error::{ErrorCode, QueryError, Result};

impl Cursor<'_> {
    /// A call from its `(` on.
    pub(super) fn call(&mut self, name: ObjectName) -> Result<Function> {
        self.expect_symbol("(")?;
        let mut list = FunctionArgumentList {
            duplicate_treatment: None,
            args: Vec::new(),
            clauses: Vec::new(),
        };
        if self.take_symbol("*") {
            list.args = vec![FunctionArg::Unnamed(FunctionArgExpr::Wildcard)];
        } else if self.is_name(0) && self.is_symbol(1, ".") && self.is_symbol(2, "*") {
            let label = ObjectName::from(vec![self.name()?]);
            self.skip(2);
            list.args = vec![FunctionArg::Unnamed(FunctionArgExpr::QualifiedWildcard(
                label,
            ))];
        } else if !self.at_symbol(")") {
            let distinct = self.set_quantifier();
            if distinct == Some(true) {
                list.duplicate_treatment = Some(DuplicateTreatment::Distinct);
            }
            if distinct.is_some() || !self.at("ORDER") {
                list.args = self.list(Self::argument)?;
            }
            if self.take("ORDER") {
                self.expect("BY")?;
                let order = self.list(Self::sort_item)?;
                list.clauses = vec![FunctionArgumentClause::OrderBy(order)];
            }
        }
        self.expect_symbol(")")?;
        let mut function = tree::function(name, FunctionArguments::List(list));
        function.filter = self.filter()?;
        self.over(&mut function)?;
        Ok(function)
    }

    fn argument(&mut self) -> Result<FunctionArg> {
        if self.begins_lambda() {
            let lambda = self.construct("<expression>", |cursor| cursor.nested(Self::lambda))?;
            return Ok(tree::argument(lambda));
        }
        self.expression().map(tree::argument)
    }

    pub(super) fn begins_lambda(&self) -> bool {
        if self.is_symbol(0, "(") {
            return self
                .after_parenthesis(0)
                .is_some_and(|after| self.is_symbol(after, "->"));
        }
        self.is_name(0) && self.is_symbol(1, "->")
    }

    fn lambda(&mut self) -> Result<Expr> {
        let params = if self.at_symbol("(") {
            self.advance();
            let mut parameters = Vec::new();
            if !self.at_symbol(")") {
                parameters = self.list(Self::lambda_parameter)?;
            }
            self.expect_symbol(")")?;
            OneOrManyWithParens::Many(parameters)
        } else {
            OneOrManyWithParens::One(self.lambda_parameter()?)
        };
        self.expect_symbol("->")?;
        Ok(Expr::Lambda(LambdaFunction {
            params,
            body: Box::new(self.expression()?),
            syntax: LambdaSyntax::Arrow,
        }))
    }

    fn lambda_parameter(&mut self) -> Result<LambdaFunctionParameter> {
        Ok(LambdaFunctionParameter {
            name: self.name()?,
            data_type: None,
        })
    }

    pub(super) fn misplaced_lambda(&self) -> QueryError {
        QueryError::new(
            ErrorCode::TypeMismatch,
            "Lambda expression should always be used inside a function",
        )
        .at(position(self.span()))
    }

    /// `FILTER (WHERE …)`; `filter` alone may be an alias.
    pub(super) fn filter(&mut self) -> Result<Option<Box<Expr>>> {
        if !self.at("FILTER") || !self.is_symbol(1, "(") {
            return Ok(None);
        }
        self.skip(2);
        self.expect("WHERE")?;
        let filter = self.expression()?;
        self.expect_symbol(")")?;
        Ok(Some(Box::new(filter)))
    }

    /// `[IGNORE NULLS | RESPECT NULLS] OVER …`; these words alone may be aliases.
    fn over(&mut self, function: &mut Function) -> Result<()> {
        for (word, treatment) in [
            ("IGNORE", NullTreatment::IgnoreNulls),
            ("RESPECT", NullTreatment::RespectNulls),
        ] {
            if self.at(word) && self.is(1, "NULLS") {
                self.skip(2);
                function.null_treatment = Some(treatment);
                break;
            }
        }
        let over = self.at("OVER") && (self.is_symbol(1, "(") || self.is_name(1));
        if !over && function.null_treatment.is_none() {
            return Ok(());
        }
        self.expect("OVER")?;
        function.over = Some(if self.take_symbol("(") {
            let window = self.nested(Self::window_specification)?;
            self.expect_symbol(")")?;
            WindowType::WindowSpec(window)
        } else {
            WindowType::NamedWindow(self.name()?)
        });
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{error, expression, select};
    use super::*;

    #[test]
    fn calls_have_sqlparsers_nodes() {
        for text in [
            "f()",
            "count(*)",
            "count(DISTINCT a)",
            "array_agg(a, b ORDER BY c DESC NULLS FIRST, d)",
            "array_agg(DISTINCT a ORDER BY a)",
            "sum(a) FILTER (WHERE b > 1)",
            "sum(a) FILTER (WHERE b) OVER (PARTITION BY c ORDER BY d ROWS BETWEEN UNBOUNDED PRECEDING AND 1 FOLLOWING)",
            "lag(a, 1) IGNORE NULLS OVER w",
            "lag(a) RESPECT NULLS OVER (w ORDER BY b)",
            "count(a.*)",
            "sum(a) OVER (ORDER BY b GROUPS CURRENT ROW)",
            "sum(a) OVER (ORDER BY b RANGE INTERVAL '1' DAY PRECEDING)",
            "sum(a) OVER (rows)",
            "sum(a) OVER (rows ORDER BY b ROWS 1 PRECEDING)",
            "a.b.f(1)",
        ] {
            assert_eq!(expression(text).to_string(), text);
        }
        assert_eq!(expression("count(ALL a)").to_string(), "count(a)");
        assert_eq!(expression("f(all)").to_string(), "f(all)");
    }

    #[test]
    fn lambdas_are_arguments() {
        for text in [
            "transform(a, x -> x + 1)",
            "reduce(a, 0, (s, x) -> s + x, s -> s)",
            "f(() -> 1)",
            "filter(a, x -> any_match(x, y -> y = x))",
        ] {
            let expr = expression(text);
            assert_eq!(expr.to_string(), text);
            assert!(format!("{expr:?}").contains("Lambda(LambdaFunction"));
        }
        for (text, column) in [("x -> 1", 8), ("(x, y) -> 1", 8), ("f(1 + (x -> 1))", 15)] {
            assert_eq!(
                error(&format!("SELECT {text}")),
                format!(
                    "line 1:{column}: Lambda expression should always be used inside a function"
                )
            );
        }
    }

    #[test]
    fn words_after_a_call_may_be_aliases() {
        for word in ["filter", "over", "ignore", "respect", "within"] {
            let select = select(&format!("SELECT f(x) {word}, 1 FROM t"));
            assert_eq!(select.projection[0].to_string(), format!("f(x) AS {word}"));
        }
    }

    #[test]
    fn clauses_are_those_of_trino() {
        for text in [
            "f(a,)",
            "f(DISTINCT)",
            "f(*, a)",
            "f(a => 1)",
            "f(a LIMIT 1)",
            "f(a IGNORE NULLS)",
            "f(a) IGNORE NULLS",
            "f(a) WITHIN GROUP (ORDER BY a)",
            "f(a) FILTER (b)",
            "f(a) OVER (ROWS BETWEEN 1 PRECEDING)",
            "f(a) OVER (ORDER BY b ROWS UNBOUNDED)",
        ] {
            let message = error(&format!("SELECT {text} + 1"));
            assert!(message.contains("mismatched input '"), "{text}: {message}");
        }
        assert!(error("SELECT f(a) OVER (MEASURES a AS b)").contains("row pattern"));
    }

    #[test]
    fn arguments_are_unnamed() {
        let Expr::Function(function) = expression("f(a, 1)") else {
            panic!();
        };
        let FunctionArguments::List(list) = &function.args else {
            panic!();
        };
        assert!(
            list.args
                .iter()
                .all(|arg| matches!(arg, FunctionArg::Unnamed(FunctionArgExpr::Expr(_))))
        );
    }
}
