//! Expressions with operators: AND, OR and NOT, predicates, arithmetic, `||` and AT TIME ZONE.

use sqlparser::ast::{BinaryOperator, Expr, UnaryOperator, Value};

use super::cursor::Cursor;
use super::lexer::TokenKind;
use super::tree;
use crate::error::Result;

/// Chains of AND or OR that are longer are built as a balanced tree, which means the same and is not deep.
const CHAIN_OPERATORS_MAX: usize = 32;

const EXPRESSION: &str = "<expression>";

impl Cursor<'_> {
    pub(super) fn expression(&mut self) -> Result<Expr> {
        self.construct(EXPRESSION, |cursor| cursor.nested(Self::disjunction))
    }

    /// `(expression)`
    pub(super) fn expression_in_parentheses(&mut self) -> Result<Expr> {
        self.expect_symbol("(")?;
        let expr = self.expression()?;
        self.expect_symbol(")")?;
        Ok(expr)
    }

    /// An expression without AND, OR, NOT and predicates at its top.
    pub(super) fn value_expression(&mut self) -> Result<Expr> {
        self.construct(EXPRESSION, |cursor| {
            cursor.nested(|cursor| cursor.operators(0))
        })
    }

    fn disjunction(&mut self) -> Result<Expr> {
        self.chain("OR", BinaryOperator::Or, Self::conjunction)
    }

    fn conjunction(&mut self) -> Result<Expr> {
        self.chain("AND", BinaryOperator::And, Self::negation)
    }

    fn chain(
        &mut self,
        keyword: &'static str,
        operator: BinaryOperator,
        term: fn(&mut Self) -> Result<Expr>,
    ) -> Result<Expr> {
        let first = self.beside(term)?;
        let mut rest = Vec::new();
        while self.take(keyword) {
            rest.push(self.construct(EXPRESSION, |cursor| cursor.beside(term))?);
        }
        self.grow(chain_levels(rest.len()))?;
        Ok(chained(first, rest, &operator))
    }

    fn negation(&mut self) -> Result<Expr> {
        let mut count = 0;
        while self.take("NOT") {
            count += 1;
        }
        let mut expr = if count == 0 {
            self.predicated()?
        } else {
            self.construct(EXPRESSION, Self::predicated)?
        };
        self.grow(count)?;
        for _ in 0..count {
            expr = tree::unary(UnaryOperator::Not, expr);
        }
        Ok(expr)
    }

    fn predicated(&mut self) -> Result<Expr> {
        let value = self.operators(0)?;
        self.construct("<predicate>", |cursor| cursor.predicate(value))
    }

    /// The predicate that follows a value, if one does. There is no second one: `a = b = c` is none of Trino's.
    fn predicate(&mut self, value: Expr) -> Result<Expr> {
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

    /// Operators that bind at least as strongly as `strength`.
    fn operators(&mut self, strength: u8) -> Result<Expr> {
        let mut left = self.signed()?;
        while let Some((operator, found)) = self.operator(strength) {
            self.advance();
            let right = self.construct(EXPRESSION, |cursor| {
                cursor.beside(|cursor| cursor.operators(found + 1))
            })?;
            self.grow(1)?;
            left = tree::binary(left, operator, right);
        }
        Ok(left)
    }

    fn operator(&mut self, strength: u8) -> Option<(BinaryOperator, u8)> {
        [
            ("*", BinaryOperator::Multiply, 2),
            ("/", BinaryOperator::Divide, 2),
            ("%", BinaryOperator::Modulo, 2),
            ("+", BinaryOperator::Plus, 1),
            ("-", BinaryOperator::Minus, 1),
            ("||", BinaryOperator::StringConcat, 0),
        ]
        .into_iter()
        .filter(|(_, _, found)| *found >= strength)
        .find(|(symbol, _, _)| self.at_symbol(symbol))
        .map(|(_, operator, found)| (operator, found))
    }

    fn signed(&mut self) -> Result<Expr> {
        let mut signs = Vec::new();
        while let TokenKind::Symbol(sign @ ("+" | "-")) = self.kind(0) {
            self.advance();
            signs.push(if sign == "-" {
                UnaryOperator::Minus
            } else {
                UnaryOperator::Plus
            });
        }
        let expr = if signs.is_empty() {
            self.zoned()?
        } else {
            self.construct(EXPRESSION, Self::zoned)?
        };
        self.grow(signs.len())?;
        Ok(signs
            .into_iter()
            .rev()
            .fold(expr, |expr, sign| tree::unary(sign, expr)))
    }

    /// `value AT TIME ZONE zone`, where the zone is a text or an interval.
    fn zoned(&mut self) -> Result<Expr> {
        let mut expr = self.primary()?;
        loop {
            // `at` may be an alias.
            if self.is(0, "AT") && !self.is_one_of(1, &["TIME", "LOCAL"]) {
                return Ok(expr);
            }
            if !self.take("AT") {
                return Ok(expr);
            }
            if self.is(0, "LOCAL") {
                return Err(self.not_supported(
                    "AT LOCAL is not supported; name the zone, as in AT TIME ZONE 'UTC'",
                ));
            }
            self.expect_all(&["TIME", "ZONE"])?;
            let zone = if self.at("INTERVAL") {
                self.interval()?
            } else {
                self.string_literal()?
            };
            self.grow(1)?;
            expr = Expr::AtTimeZone {
                timestamp: Box::new(expr),
                time_zone: Box::new(zone),
            };
        }
    }
}

fn chained(first: Expr, mut rest: Vec<Expr>, operator: &BinaryOperator) -> Expr {
    if rest.len() > CHAIN_OPERATORS_MAX {
        let mut right = rest.split_off(rest.len() / 2).into_iter();
        if let Some(head) = right.next() {
            let left = chained(first, rest, operator);
            let right = chained(head, right.collect(), operator);
            return tree::binary(left, operator.clone(), right);
        }
    }
    rest.into_iter().fold(first, |left, right| {
        tree::binary(left, operator.clone(), right)
    })
}

/// By how much a chain of so many operators is higher than its terms.
fn chain_levels(mut operators: usize) -> usize {
    let mut levels = 0;
    while operators > CHAIN_OPERATORS_MAX {
        operators = operators.div_ceil(2);
        levels += 1;
    }
    levels + operators
}

#[cfg(test)]
mod tests {
    use super::super::testing::{error, expression, shape};
    use super::*;

    #[test]
    fn operators_bind_as_in_trino() {
        for (text, expected) in [
            ("a + b * c - d", "((a + (b * c)) - d)"),
            ("a / b % c", "((a / b) % c)"),
            ("a || b + c || d", "((a || (b + c)) || d)"),
            ("-a * b", "((-a) * b)"),
            ("- - +a", "(-(-(+a)))"),
            ("2 -1", "(2 - 1)"),
            (
                "-a AT TIME ZONE 'UTC' + b",
                "((-(a AT TIME ZONE 'UTC')) + b)",
            ),
            ("a OR b AND NOT c = d", "(a OR (b AND (NOT (c = d))))"),
            ("NOT NOT a", "(NOT (NOT a))"),
            ("NOT a IS NULL", "(NOT (a IS NULL))"),
            ("a BETWEEN 1 AND 2 AND b", "((a BETWEEN 1 AND 2) AND b)"),
            ("a IS DISTINCT FROM b OR c", "((a IS DISTINCT FROM b) OR c)"),
            ("a IS NOT DISTINCT FROM -b", "(a IS NOT DISTINCT FROM (-b))"),
            ("a <> b AND c != d", "((a <> b) AND (c <> d))"),
            ("a + 1 < b || c", "((a + 1) < (b || c))"),
            ("(a = b) = c", "((a = b) = c)"),
            ("a -b", "(a - b)"),
            ("a<-1", "(a < (-1))"),
        ] {
            assert_eq!(shape(text), expected, "{text}");
        }
    }

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

    #[test]
    fn long_chains_of_and_and_or_are_not_deep() {
        fn height(expr: &Expr) -> usize {
            match expr {
                Expr::BinaryOp { left, right, .. } => 1 + height(left).max(height(right)),
                _ => 0,
            }
        }
        for (operator, terms) in [("AND", 20_000), ("OR", 1_000)] {
            let text = vec!["x"; terms].join(&format!(" {operator} "));
            let expr = expression(&text);
            assert!(height(&expr) < 60, "{}", height(&expr));
            assert_eq!(expr.to_string().matches(operator).count(), terms - 1);
        }
        assert_eq!(shape("a AND b AND c"), "((a AND b) AND c)");
        let letters: Vec<String> = (0..100).map(|n| format!("x{n}")).collect();
        assert_eq!(
            expression(&letters.join(" AND ")).to_string(),
            letters.join(" AND ")
        );
    }

    #[test]
    fn what_other_databases_have_is_refused() {
        for text in [
            "a = b = c",
            "a IS NULL IS NULL",
            "a IS TRUE",
            "a ILIKE 'x'",
            "a SIMILAR TO 'x'",
            "a RLIKE 'x'",
            "a::int",
            "a ~ 'x'",
            "a @> b",
            "a <=> b",
            "a == b",
            "a ^ b",
            "a & b",
            "a | b",
            "a << 1",
            "a // b",
            "a ** b",
            "!a",
            "a COLLATE b",
            "a BETWEEN SYMMETRIC 1 AND 2",
            "UNIQUE (SELECT 1)",
            "a IN ()",
            "a NOT b",
            "a = ",
        ] {
            let message = error(&format!("SELECT {text} FROM t"));
            assert!(message.contains("mismatched input '"), "{text}: {message}");
        }
        assert_eq!(
            error("SELECT a AT LOCAL"),
            "line 1:13: AT LOCAL is not supported; name the zone, as in AT TIME ZONE 'UTC'"
        );
    }
}
