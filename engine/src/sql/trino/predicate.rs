//! Predicates: comparisons, BETWEEN, IN, LIKE, IS NULL and IS DISTINCT FROM.

use sqlparser::ast::{BinaryOperator, Expr, Value};

use super::cursor::Cursor;
use super::lexer::TokenKind;
use super::tree;
use crate::error::Result;

impl Cursor<'_> {
    /// The predicate that follows a value, if one does. There is no second one: `a = b = c` is none of Trino's.
    pub(super) fn predicate(&mut self, value: Expr) -> Result<Expr> {
        if let Some(operator) = self.comparison() {
            return self.comparison_with(value, operator);
        }
        let value = Box::new(value);
        let negated = self.take("NOT");
        if self.take("BETWEEN") {
            let low = Box::new(self.value_expression()?);
            self.expect("AND")?;
            return Ok(Expr::Between {
                expr: value,
                negated,
                low,
                high: Box::new(self.value_expression()?),
            });
        }
        if self.take("IN") {
            return self.in_predicate(value, negated);
        }
        if self.take("LIKE") {
            return self.like(value, negated);
        }
        if negated {
            return Err(self.mismatch());
        }
        if !self.take("IS") {
            return Ok(*value);
        }
        let negated = self.take("NOT");
        if self.take("NULL") {
            return Ok(if negated {
                Expr::IsNotNull(value)
            } else {
                Expr::IsNull(value)
            });
        }
        self.expect_all(&["DISTINCT", "FROM"])?;
        let other = Box::new(self.value_expression()?);
        Ok(if negated {
            Expr::IsNotDistinctFrom(value, other)
        } else {
            Expr::IsDistinctFrom(value, other)
        })
    }

    fn comparison(&mut self) -> Option<BinaryOperator> {
        let TokenKind::Symbol(symbol) = self.kind(0) else {
            return None;
        };
        let operator = match symbol {
            "=" => BinaryOperator::Eq,
            "<>" | "!=" => BinaryOperator::NotEq,
            "<" => BinaryOperator::Lt,
            "<=" => BinaryOperator::LtEq,
            ">" => BinaryOperator::Gt,
            ">=" => BinaryOperator::GtEq,
            _ => return None,
        };
        self.advance();
        Some(operator)
    }

    fn comparison_with(&mut self, value: Expr, operator: BinaryOperator) -> Result<Expr> {
        let quantified = self.is_symbol(1, "(") && self.begins_query(2);
        if quantified && let Some(quantifier) = self.take_one_of(&["ALL", "ANY", "SOME"]) {
            let (left, right) = (Box::new(value), Box::new(self.subquery()?));
            return Ok(if quantifier == "ALL" {
                Expr::AllOp {
                    left,
                    compare_op: operator,
                    right,
                }
            } else {
                Expr::AnyOp {
                    left,
                    compare_op: operator,
                    right,
                    is_some: quantifier == "SOME",
                }
            });
        }
        Ok(tree::binary(value, operator, self.value_expression()?))
    }

    fn in_predicate(&mut self, expr: Box<Expr>, negated: bool) -> Result<Expr> {
        // `((SELECT …))` is a list of one value.
        let one_value = self.is_symbol(1, "(")
            && self
                .after_parenthesis(1)
                .is_some_and(|after| self.is_symbol(after, ")"));
        if self.is_symbol(0, "(") && self.begins_query(1) && !one_value {
            self.advance();
            let subquery = self.query()?;
            self.expect_symbol(")")?;
            return Ok(Expr::InSubquery {
                expr,
                subquery,
                negated,
            });
        }
        self.expect_symbol("(")?;
        self.expecting_construct("<query>");
        let list = self.list(Self::expression)?;
        self.expect_symbol(")")?;
        Ok(Expr::InList {
            expr,
            list,
            negated,
        })
    }

    /// sqlparser's node takes a literal as the escape; with anything else it is `$like(value, pattern, escape)`.
    fn like(&mut self, expr: Box<Expr>, negated: bool) -> Result<Expr> {
        let span = self.span();
        let pattern = Box::new(self.value_expression()?);
        let escape_char = if self.take("ESCAPE") {
            match self.value_expression()? {
                Expr::Value(escape)
                    if matches!(
                        escape.value,
                        Value::SingleQuotedString(_) | Value::Placeholder(_)
                    ) =>
                {
                    Some(escape)
                }
                escape => {
                    let like = tree::call("$like", span, vec![*expr, *pattern, escape]);
                    return Ok(tree::not_if(negated, like));
                }
            }
        } else {
            None
        };
        Ok(Expr::Like {
            negated,
            any: false,
            expr,
            pattern,
            escape_char,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{expression, shape};

    #[test]
    fn predicates_have_their_nodes() {
        for (text, node) in [
            ("a NOT BETWEEN 1 AND 2", "Between"),
            ("a NOT IN (1, 2)", "InList"),
            ("a IN ((SELECT 1))", "InList"),
            ("a IN ((SELECT 1), 2)", "InList"),
            ("a IN (SELECT 1)", "InSubquery"),
            ("a IN (VALUES 1, 2)", "InSubquery"),
            ("a IN (TABLE t)", "InSubquery"),
            ("a IN ((SELECT 1) UNION (SELECT 2))", "InSubquery"),
            ("a NOT LIKE 'x' ESCAPE '\\'", "Like"),
            ("a LIKE b || c ESCAPE ?", "Like"),
            ("a LIKE 'x' ESCAPE chr(33)", "Function"),
            ("a NOT LIKE 'x' ESCAPE chr(33)", "UnaryOp"),
            ("a IS NOT NULL", "IsNotNull"),
            ("a = ANY (SELECT 1)", "AnyOp"),
            ("a >= SOME (VALUES 1)", "AnyOp"),
            ("a < ALL (SELECT 1)", "AllOp"),
            ("a = any(b)", "BinaryOp"),
            ("a AT TIME ZONE INTERVAL '1' HOUR", "AtTimeZone"),
        ] {
            let shown = format!("{:?}", expression(text));
            assert!(shown.starts_with(node), "{text}: {shown}");
        }
        assert_eq!(
            shape("a NOT LIKE 'x' ESCAPE chr(33)"),
            "(NOT $like(a, 'x', chr(33)))"
        );
    }
}
