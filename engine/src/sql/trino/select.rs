//! SELECT: its items, GROUP BY and the other clauses of one specification.

use sqlparser::ast::{
    Distinct, Expr, GroupByExpr, GroupByWithModifier, ObjectName, Select, SelectItem,
    SelectItemQualifiedWildcardKind, WildcardAdditionalOptions,
};
use sqlparser::tokenizer::{Span, Token};

use super::cursor::Cursor;
use super::tree;
use crate::error::Result;

impl Cursor<'_> {
    pub(super) fn select(&mut self) -> Result<Box<Select>> {
        let mut select = tree::select(self.advance());
        if self.set_quantifier() == Some(true) {
            select.distinct = Some(Distinct::Distinct);
        }
        select.projection = self.list(Self::select_item)?;
        if self.take("FROM") {
            select.from = self.list(Self::relation)?;
        }
        if self.take("WHERE") {
            select.selection = Some(self.expression()?);
        }
        if self.take("GROUP") {
            self.expect("BY")?;
            select.group_by = self.group_by()?;
        }
        if self.take("HAVING") {
            select.having = Some(self.expression()?);
        }
        if self.take("WINDOW") {
            select.named_window = self.list(Self::window_definition)?;
        }
        Ok(select)
    }

    /// `expression [[AS] name]`, `primary.* [AS (name, …)]` or `*`
    fn select_item(&mut self) -> Result<SelectItem> {
        if self.at_symbol("*") {
            return Ok(SelectItem::Wildcard(wildcard(self.advance())));
        }
        // A subquery within the item has items of its own.
        let outer = (self.item_start, self.item_primary_end);
        self.item_start = self.place();
        let expr = self.expression()?;
        let is_primary = self.item_primary_end == self.place();
        (self.item_start, self.item_primary_end) = outer;
        if is_primary && self.is_symbol(0, ".") && self.is_symbol(1, "*") {
            self.advance();
            let star = self.advance();
            return self.all_fields(expr, star);
        }
        Ok(match self.alias()? {
            Some(alias) => SelectItem::ExprWithAlias { expr, alias },
            None => SelectItem::UnnamedExpr(expr),
        })
    }

    /// With names after it, `expr.*` is an item with many aliases: Trino has no other that is.
    fn all_fields(&mut self, expr: Expr, star: Span) -> Result<SelectItem> {
        if self.take("AS") {
            return Ok(SelectItem::ExprWithAliases {
                expr,
                aliases: self.list_in_parentheses(Self::name)?,
            });
        }
        let kind = match expr {
            Expr::Identifier(name) => {
                SelectItemQualifiedWildcardKind::ObjectName(ObjectName::from(vec![name]))
            }
            Expr::CompoundIdentifier(parts) => {
                SelectItemQualifiedWildcardKind::ObjectName(ObjectName::from(parts))
            }
            row => SelectItemQualifiedWildcardKind::Expr(row),
        };
        Ok(SelectItem::QualifiedWildcard(kind, wildcard(star)))
    }

    /// `[ALL | DISTINCT] element, …`; DISTINCT becomes a modifier, the grouping set `$distinct()`, since the tree has no place for it.
    fn group_by(&mut self) -> Result<GroupByExpr> {
        let span = self.span();
        let modifiers = match self.set_quantifier() {
            Some(true) => vec![GroupByWithModifier::GroupingSets(tree::call(
                "$distinct",
                span,
                Vec::new(),
            ))],
            _ => Vec::new(),
        };
        let elements = self.list(Self::grouping_element)?;
        Ok(GroupByExpr::Expressions(elements, modifiers))
    }

    fn grouping_element(&mut self) -> Result<Expr> {
        if self.take("ROLLUP") {
            return Ok(Expr::Rollup(self.grouping_sets(true)?));
        }
        if self.take("CUBE") {
            return Ok(Expr::Cube(self.grouping_sets(true)?));
        }
        if self.at("GROUPING") && self.is(1, "SETS") {
            self.skip(2);
            return Ok(Expr::GroupingSets(self.grouping_sets(false)?));
        }
        if self.is_symbol(0, "(") && self.is_symbol(1, ")") {
            self.skip(2);
            return Ok(Expr::Tuple(Vec::new()));
        }
        self.expecting_symbol("(");
        self.expression()
    }

    fn grouping_sets(&mut self, may_be_empty: bool) -> Result<Vec<Vec<Expr>>> {
        self.expect_symbol("(")?;
        let sets = if may_be_empty && self.at_symbol(")") {
            Vec::new()
        } else {
            self.list(Self::grouping_set)?
        };
        self.expect_symbol(")")?;
        Ok(sets)
    }

    /// `(expression, …)` or one expression, which may begin with a parenthesis as well.
    fn grouping_set(&mut self) -> Result<Vec<Expr>> {
        let ends = |after: usize| self.is_symbol(after, ",") || self.is_symbol(after, ")");
        let is_list = self.after_parenthesis(0).is_none_or(ends) && !self.begins_query(1);
        if !self.at_symbol("(") || !is_list {
            return Ok(vec![self.expression()?]);
        }
        self.advance();
        let set = if self.at_symbol(")") {
            Vec::new()
        } else {
            self.list(Self::expression)?
        };
        self.expect_symbol(")")?;
        Ok(set)
    }
}

fn wildcard(star: Span) -> WildcardAdditionalOptions {
    WildcardAdditionalOptions {
        wildcard_token: tree::symbol(Token::Mul, star),
        ..WildcardAdditionalOptions::default()
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{error, query, select};
    use super::*;

    #[test]
    fn items_are_expressions_and_stars() {
        for (text, shown) in [
            (
                "a, b AS c, d e, \"f\" \"g\"",
                "a, b AS c, d AS e, \"f\" AS \"g\"",
            ),
            ("*", "*"),
            ("t.*, a.b.*", "t.*, a.b.*"),
            ("(r).*, f(x).*, a[1].*", "(r).*, f(x).*, a[1].*"),
            ("(r).* AS (x, y)", "(r) AS (x, y)"),
            ("t.* AS (x)", "t AS (x)"),
            ("DISTINCT a", "DISTINCT a"),
            ("ALL a", "a"),
            ("ALL *", "*"),
            ("ALL", "ALL"),
            ("all * 2", "all * 2"),
            ("all, 1", "all, 1"),
            ("(SELECT t.* FROM t)", "(SELECT t.* FROM t)"),
        ] {
            assert_eq!(
                select(&format!("SELECT {text} FROM t")).to_string(),
                format!("SELECT {shown} FROM t"),
                "{text}"
            );
        }
        assert_eq!(
            select("SELECT DISTINCT a").distinct,
            Some(Distinct::Distinct)
        );
        for text in ["t.*", "(r).*"] {
            let item = select(&format!("SELECT {text} FROM t"))
                .projection
                .remove(0);
            let is_name = matches!(
                item,
                SelectItem::QualifiedWildcard(SelectItemQualifiedWildcardKind::ObjectName(_), _)
            );
            assert_eq!(is_name, text == "t.*");
        }
    }

    #[test]
    fn grouping_elements_may_be_mixed() {
        let shown = |group_by: &str| {
            let text = format!("SELECT 1 FROM t GROUP BY {group_by}");
            let GroupByExpr::Expressions(exprs, modifiers) = select(&text).group_by else {
                panic!("{text}");
            };
            let exprs: Vec<String> = exprs.iter().map(ToString::to_string).collect();
            let modifiers: Vec<String> = modifiers.iter().map(ToString::to_string).collect();
            (exprs, modifiers.join(", "))
        };
        for (text, elements) in [
            ("a, 2, a + b", vec!["a", "2", "a + b"]),
            ("()", vec!["()"]),
            ("(a, b), (c)", vec!["(a, b)", "(c)"]),
            ("(a) + 1", vec!["(a) + 1"]),
            (
                "a, ROLLUP (a, (b, c)), CUBE (a), GROUPING SETS ((a, b), c, (), (d).e, (f))",
                vec![
                    "a",
                    "ROLLUP (a, (b, c))",
                    "CUBE (a)",
                    "GROUPING SETS ((a, b), (c), (), ((d).e), (f))",
                ],
            ),
            ("ALL a", vec!["a"]),
            ("ALL CUBE (a), b", vec!["CUBE (a)", "b"]),
            ("ALL ROLLUP (a)", vec!["ROLLUP (a)"]),
            ("all", vec!["all"]),
        ] {
            let (exprs, modifiers) = shown(text);
            let squeezed = |text: &str| {
                text.replace("(a), (b, c)", "a, (b, c)")
                    .replace("CUBE ((a))", "CUBE (a)")
            };
            let exprs: Vec<String> = exprs.iter().map(|expr| squeezed(expr)).collect();
            assert_eq!(exprs, elements, "{text}");
            assert_eq!(modifiers, "", "{text}");
        }
        let (exprs, modifiers) = shown("DISTINCT ROLLUP (a), ROLLUP (b)");
        assert_eq!(exprs.len(), 2);
        assert_eq!(modifiers, "$distinct()");
    }

    #[test]
    fn sets_are_lists_of_expressions() {
        let select = select("SELECT 1 FROM t GROUP BY GROUPING SETS ((a, b), c, ())");
        let GroupByExpr::Expressions(exprs, _) = select.group_by else {
            panic!();
        };
        let Expr::GroupingSets(sets) = &exprs[0] else {
            panic!();
        };
        assert_eq!(sets.iter().map(Vec::len).collect::<Vec<_>>(), vec![2, 1, 0]);
    }

    #[test]
    fn clauses_follow_each_other() {
        for text in [
            "SELECT a, count(*) FROM t WHERE b GROUP BY a HAVING count(*) > 1 WINDOW w AS (PARTITION BY a ORDER BY b), v AS (w ROWS UNBOUNDED PRECEDING)",
            "SELECT 1 WHERE true",
        ] {
            assert_eq!(query(text).to_string(), text);
        }
    }

    #[test]
    fn what_other_databases_have_is_refused() {
        for text in [
            "SELECT TOP 5 a FROM t",
            "SELECT DISTINCT ON (a) b FROM t",
            "SELECT * EXCEPT (a) FROM t",
            "SELECT * EXCLUDE a FROM t",
            "SELECT * REPLACE (1 AS a) FROM t",
            "SELECT a, FROM t",
            "SELECT a FROM t,",
            "SELECT a INTO b FROM t",
            "SELECT a FROM t QUALIFY rank() OVER () = 1",
            "SELECT a FROM t GROUP BY a WITH ROLLUP",
            "SELECT a FROM t GROUP BY",
            "SELECT a FROM t WHERE",
            "SELECT a + b.* FROM t",
            "SELECT -t.* FROM t",
            "SELECT f(t.*) + 1.* FROM t",
            "SELECT a FROM t SORT BY a",
            "SELECT a = b.* FROM t",
            "SELECT STRAIGHT_JOIN a FROM t b c",
            "SELECT",
            "SELECT a AS FROM t",
            "SELECT a 'b' FROM t AS",
        ] {
            let message = error(text);
            assert!(message.contains("mismatched input '"), "{text}: {message}");
        }
    }
}
