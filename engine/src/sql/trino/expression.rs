//! Expressions with operators: AND, OR and NOT, arithmetic, `||` and AT TIME ZONE.

use sqlparser::ast::{BinaryOperator, Expr, UnaryOperator};

use super::chain::{chain_levels, chained};
use super::cursor::Cursor;
use super::lexer::TokenKind;
use super::tree;
use crate::error::Result;

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
        Ok(chained(first, rest, &|left, right| {
            tree::binary(left, operator.clone(), right)
        }))
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
