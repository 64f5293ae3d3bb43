//! Primary expressions, which operators stand between: told apart here, with names, their fields and subscripts, parentheses and
//! subqueries.

use sqlparser::ast::{AccessExpr, CastKind, Expr, Ident, ObjectName, Subscript, Value};

use super::cursor::Cursor;
use super::lexer::TokenKind;
use super::tree;
use crate::error::Result;

impl Cursor<'_> {
    pub(super) fn primary(&mut self) -> Result<Expr> {
        let start = self.place();
        let root = self.primary_root()?;
        let expr = self.accesses(root, start)?;
        if start == self.item_start {
            self.item_primary_end = self.place();
        }
        Ok(expr)
    }

    fn primary_root(&mut self) -> Result<Expr> {
        match self.kind(0) {
            TokenKind::Word(word) => self.word_primary(&word.to_ascii_uppercase()),
            TokenKind::Text(_) | TokenKind::UnicodeText(_) => self.string_literal(),
            TokenKind::Binary(_) => self.binary_literal(),
            TokenKind::Integer(_) | TokenKind::Decimal(_) | TokenKind::Double(_) => self.number(),
            TokenKind::Symbol("?") => Ok(self.parameter()),
            TokenKind::Symbol("(") => self.parenthesized(),
            TokenKind::QuotedName(_) | TokenKind::BackquotedName | TokenKind::DigitName => {
                self.named()
            }
            _ => Err(self.mismatch()),
        }
    }

    fn word_primary(&mut self, word: &str) -> Result<Expr> {
        let called = self.is_symbol(1, "(");
        match word {
            "NULL" => Ok(self.constant(Value::Null)),
            "TRUE" => Ok(self.constant(Value::Boolean(true))),
            "FALSE" => Ok(self.constant(Value::Boolean(false))),
            "CASE" => self.case(),
            "CAST" => self.cast(CastKind::Cast),
            "TRY_CAST" if called => self.cast(CastKind::TryCast),
            "EXISTS" => self.exists(),
            "INTERVAL" if self.begins_interval() => self.interval(),
            "ARRAY" if self.is_symbol(1, "[") => self.array(),
            "ROW" if called => self.row(),
            "DOUBLE" if self.is(1, "PRECISION") && self.is_string(2) => self.typed_literal(2),
            "RUNNING" | "FINAL" if self.begins_call(1) => self.processed(),
            _ => match self.special_function(word, called) {
                Some(special) => special,
                None => self.named(),
            },
        }
    }

    fn constant(&mut self, value: Value) -> Expr {
        let span = self.advance();
        Expr::Value(value.with_span(span))
    }

    pub(super) fn parameter(&mut self) -> Expr {
        let number = self.next_parameter();
        self.constant(Value::Placeholder(format!("?{number}")))
    }

    /// What begins with a name: a literal of a type, a call, or a column.
    fn named(&mut self) -> Result<Expr> {
        if !self.is_name(0) {
            return Err(self.mismatch());
        }
        if self.is_symbol(1, "->") {
            return Err(self.misplaced_lambda());
        }
        if self.is_string(1) {
            return self.typed_literal(1);
        }
        if self.begins_call(0) {
            let name = self.qualified_name()?;
            return Ok(Expr::Function(self.call(ObjectName::from(name))?));
        }
        self.name().map(Expr::Identifier)
    }

    /// Whether a qualified name and a parenthesis stand there.
    fn begins_call(&self, mut ahead: usize) -> bool {
        while self.is_name(ahead) {
            if self.is_symbol(ahead + 1, "(") {
                return true;
            }
            if !self.is_symbol(ahead + 1, ".") {
                return false;
            }
            ahead += 2;
        }
        false
    }

    /// `.field` and `[index]` after a primary expression that began at `start`.
    fn accesses(&mut self, root: Expr, start: usize) -> Result<Expr> {
        let mut chain = Vec::new();
        loop {
            if self.at_symbol(".") {
                // `.*` is a SELECT item's.
                if self.is_symbol(1, "*") {
                    break;
                }
                self.advance();
                if start == self.item_start {
                    self.expecting_symbol("*");
                }
                chain.push(AccessExpr::Dot(Expr::Identifier(self.name()?)));
            } else if self.take_symbol("[") {
                let index = self.value_expression()?;
                self.expect_symbol("]")?;
                chain.push(AccessExpr::Subscript(Subscript::Index { index }));
            } else {
                break;
            }
        }
        if chain.is_empty() {
            return Ok(root);
        }
        if let Expr::Identifier(first) = &root
            && let Some(fields) = chain.iter().map(field).collect::<Option<Vec<Ident>>>()
        {
            return Ok(Expr::CompoundIdentifier(
                std::iter::once(first.clone()).chain(fields).collect(),
            ));
        }
        Ok(Expr::CompoundFieldAccess {
            root: Box::new(root),
            access_chain: chain,
        })
    }

    /// `(query)`, `(expression)` or `(a, b)`.
    fn parenthesized(&mut self) -> Result<Expr> {
        if self.begins_lambda() {
            return Err(self.misplaced_lambda());
        }
        self.expect_symbol("(")?;
        self.expecting_construct("<query>");
        let expr = if self.begins_query(0) {
            Expr::Subquery(self.query()?)
        } else {
            let first = self.expression()?;
            let mut elements = vec![first];
            while self.take_symbol(",") {
                elements.push(self.expression()?);
            }
            match elements.len() {
                1 => elements
                    .pop()
                    .map_or_else(tree::null, |only| Expr::Nested(Box::new(only))),
                _ => Expr::Tuple(elements),
            }
        };
        self.expect_symbol(")")?;
        Ok(expr)
    }

    /// `(query)`
    pub(super) fn subquery(&mut self) -> Result<Expr> {
        self.expect_symbol("(")?;
        let query = self.query()?;
        self.expect_symbol(")")?;
        Ok(Expr::Subquery(query))
    }

    /// `RUNNING f(x)` and `FINAL f(x)` of row pattern recognition.
    fn processed(&mut self) -> Result<Expr> {
        let name = if self.is(0, "FINAL") {
            "$final"
        } else {
            "$running"
        };
        let span = self.advance();
        let function = self.qualified_name()?;
        let call = self.call(ObjectName::from(function))?;
        Ok(tree::call(name, span, vec![Expr::Function(call)]))
    }
}

fn field(access: &AccessExpr) -> Option<Ident> {
    match access {
        AccessExpr::Dot(Expr::Identifier(name)) => Some(name.clone()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{error, expression};
    use super::*;

    #[test]
    fn names_with_fields_and_subscripts() {
        for (text, node) in [
            ("a", "Identifier"),
            ("\"a b\"", "Identifier"),
            ("a.b.\"c\"", "CompoundIdentifier"),
            ("a[1]", "CompoundFieldAccess"),
            ("a[1].b[2 + 3]", "CompoundFieldAccess"),
            ("f(x).b", "CompoundFieldAccess"),
            ("(r).b", "CompoundFieldAccess"),
            ("ROW(1, 2).b", "CompoundFieldAccess"),
            ("(SELECT r).b", "CompoundFieldAccess"),
            ("CAST(a AS b).c[1]", "CompoundFieldAccess"),
            ("a.b(1)", "Function"),
        ] {
            let expr = expression(text);
            let shown = format!("{expr:?}");
            assert!(shown.starts_with(node), "{text}: {shown}");
            assert_eq!(expr.to_string(), text);
        }
        let Expr::CompoundFieldAccess { root, access_chain } = expression("a.b[1].c") else {
            panic!();
        };
        assert_eq!(root.to_string(), "a");
        assert_eq!(access_chain.len(), 3);
        let Expr::CompoundIdentifier(parts) = expression("\"A\"\"x\".b") else {
            panic!();
        };
        assert_eq!(
            (
                parts[0].value.as_str(),
                parts[0].quote_style,
                parts[1].span.start.column
            ),
            ("A\"x", Some('"'), 15)
        );
    }

    #[test]
    fn words_that_are_not_reserved_are_names() {
        for word in [
            "date",
            "year",
            "count",
            "user",
            "type",
            "key",
            "value",
            "zone",
            "interval",
            "offset",
            "limit",
            "first",
            "last",
            "row",
            "array",
            "map",
            "if",
            "try",
            "all",
            "any",
            "at",
            "time",
            "timestamp",
            "position",
            "substring",
            "filter",
            "over",
            "ignore",
            "running",
            "final",
            "double",
            "json",
            "text",
            "set",
            "show",
            "rows",
            "range",
            "at",
            "coalesce",
        ] {
            assert_eq!(expression(word).to_string(), word);
            let text = format!("t.{word} + {word} = {word}");
            assert_eq!(expression(&text).to_string(), text);
        }
    }

    #[test]
    fn constructors_and_conditions() {
        for (text, node) in [
            ("ARRAY[1, 2]", "Array"),
            ("ARRAY[]", "Array"),
            ("ROW(1, 2)", "Function"),
            ("(1, 2)", "Tuple"),
            ("(1)", "Nested"),
            ("MAP(ARRAY[1], ARRAY[2])", "Function"),
            ("IF(a, b)", "Function"),
            ("COALESCE(a, b)", "Function"),
            ("NULLIF(a, b)", "Function"),
            ("TRY(a)", "Function"),
            ("CASE WHEN a THEN b WHEN c THEN d END", "Case"),
            ("CASE a WHEN 1 THEN b ELSE c END", "Case"),
            ("EXISTS (SELECT 1)", "Exists"),
            ("(SELECT 1)", "Subquery"),
            ("((SELECT 1) UNION (SELECT 2))", "Subquery"),
            ("((SELECT 1), 2)", "Tuple"),
            ("((SELECT 1) + 1)", "Nested"),
            ("(((SELECT 1)) IN (1))", "Nested"),
            ("CAST(a AS bigint)", "Cast"),
            ("TRY_CAST(a AS bigint)", "Cast"),
            ("?", "Value"),
        ] {
            let shown = format!("{:?}", expression(text));
            assert!(shown.starts_with(node), "{text}: {shown}");
        }
        assert_eq!(
            expression("? + f(?, (SELECT ?))").to_string(),
            "?1 + f(?2, (SELECT ?3))"
        );
        assert_eq!(
            expression("FINAL last(a.x) - RUNNING t.first(x, 1)").to_string(),
            "$final(last(a.x)) - $running(t.first(x, 1))"
        );
    }

    #[test]
    fn what_is_incomplete_or_unknown_is_refused() {
        for text in [
            "CASE END",
            "CASE a END",
            "CASE WHEN a THEN b",
            "CAST(a)",
            "CAST(a AS)",
            "ARRAY[1,]",
            "ROW()",
            "ROW(1 AS a)",
            "(1,)",
            "()",
            "EXISTS a",
            "[1]",
            "{}",
            "a.1",
            "a[1:2]",
            "a..b",
            "$1",
            ":a",
            "@a",
            "select",
            "from",
            "f(1)(2)",
        ] {
            let message = error(&format!("SELECT {text}"));
            assert!(message.contains("mismatched input '"), "{text}: {message}");
        }
    }
}
