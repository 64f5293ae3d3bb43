//! Queries: WITH, set operations, VALUES and TABLE, ORDER BY, OFFSET, LIMIT and FETCH.

use sqlparser::ast::{
    Cte, Expr, Fetch, FunctionArg, FunctionArgExpr, FunctionArguments, LimitClause, Offset,
    OffsetRows, OrderBy, OrderByExpr, OrderByKind, OrderByOptions, Parens, Query, SelectItem,
    SetExpr, SetOperator, SetQuantifier, TableAlias, TableAliasColumnDef, Values,
    WildcardAdditionalOptions, With,
};
use sqlparser::tokenizer::{Span, Token};

use super::chain::{chain_levels, chained};
use super::cursor::Cursor;
use super::lexer::TokenKind;
use super::relation::plain_table;
use super::tree;
use crate::error::Result;

impl Cursor<'_> {
    pub(super) fn query(&mut self) -> Result<Box<Query>> {
        self.construct("<query>", |cursor| cursor.nested(Self::query_with))
    }

    fn query_with(&mut self) -> Result<Box<Query>> {
        let with = self.with_clause()?;
        let mut query = self.query_without_with()?;
        query.with = with;
        Ok(query)
    }

    fn with_clause(&mut self) -> Result<Option<With>> {
        if !self.at("WITH") {
            return Ok(None);
        }
        let with_token = tree::keyword("WITH", self.advance());
        Ok(Some(With {
            with_token,
            recursive: self.take("RECURSIVE"),
            cte_tables: self.list(Self::named_query)?,
        }))
    }

    /// `name [(column, …)] AS (query)`
    fn named_query(&mut self) -> Result<Cte> {
        let name = self.name()?;
        let columns = self.column_aliases()?;
        self.expect("AS")?;
        self.expect_symbol("(")?;
        let query = self.query()?;
        let closing = self.expect_symbol(")")?;
        Ok(Cte {
            alias: TableAlias {
                explicit: false,
                name,
                columns,
                at: None,
            },
            query,
            from: None,
            materialized: None,
            closing_paren_token: tree::symbol(Token::RParen, closing),
        })
    }

    /// `(column, …)` if it is there.
    pub(super) fn column_aliases(&mut self) -> Result<Vec<TableAliasColumnDef>> {
        if !self.at_symbol("(") {
            return Ok(Vec::new());
        }
        self.list_in_parentheses(|cursor| {
            Ok(TableAliasColumnDef {
                name: cursor.name()?,
                data_type: None,
            })
        })
    }

    fn query_without_with(&mut self) -> Result<Box<Query>> {
        let mut query = tree::query(self.query_term()?);
        if self.take("ORDER") {
            self.expect("BY")?;
            query.order_by = Some(OrderBy {
                kind: OrderByKind::Expressions(self.list(Self::sort_item)?),
                interpolate: None,
            });
        }
        let offset = self.offset_clause()?;
        let limit = if self.take("LIMIT") {
            if self.take("ALL") {
                None
            } else {
                Some(self.row_count()?)
            }
        } else {
            query.fetch = self.fetch_clause()?;
            None
        };
        if limit.is_some() || offset.is_some() {
            query.limit_clause = Some(LimitClause::LimitOffset {
                limit,
                offset,
                limit_by: Vec::new(),
            });
        }
        Ok(query)
    }

    fn offset_clause(&mut self) -> Result<Option<Offset>> {
        if !self.take("OFFSET") {
            return Ok(None);
        }
        let value = self.row_count()?;
        let rows = match self.take_one_of(&["ROW", "ROWS"]) {
            Some("ROW") => OffsetRows::Row,
            Some(_) => OffsetRows::Rows,
            None => OffsetRows::None,
        };
        Ok(Some(Offset { value, rows }))
    }

    /// `FETCH {FIRST | NEXT} [n] {ROW | ROWS} {ONLY | WITH TIES}`
    fn fetch_clause(&mut self) -> Result<Option<Fetch>> {
        if !self.take("FETCH") {
            return Ok(None);
        }
        self.expect_one_of(&["FIRST", "NEXT"])?;
        let quantity = if self.is_one_of(0, &["ROW", "ROWS"]) {
            None
        } else {
            Some(self.row_count()?)
        };
        self.expect_one_of(&["ROW", "ROWS"])?;
        let with_ties = self.expect_one_of(&["ONLY", "WITH"])? == "WITH";
        if with_ties {
            self.expect("TIES")?;
        }
        Ok(Some(Fetch {
            with_ties,
            percent: false,
            quantity,
        }))
    }

    fn row_count(&mut self) -> Result<Expr> {
        if self.at_symbol("?") {
            return Ok(self.parameter());
        }
        self.integer()
    }

    pub(super) fn sort_item(&mut self) -> Result<OrderByExpr> {
        let expr = self.expression()?;
        let asc = self
            .take_one_of(&["ASC", "DESC"])
            .map(|order| order == "ASC");
        let nulls_first = if self.take("NULLS") {
            Some(self.expect_one_of(&["FIRST", "LAST"])? == "FIRST")
        } else {
            None
        };
        Ok(OrderByExpr {
            expr,
            options: OrderByOptions { asc, nulls_first },
            with_fill: None,
        })
    }

    /// EXCEPT and UNION, which bind less strongly than INTERSECT.
    fn query_term(&mut self) -> Result<Box<SetExpr>> {
        let mut left = self.beside(Self::intersection)?;
        while let Some(word) = self.take_one_of(&["EXCEPT", "UNION"]) {
            let set_quantifier = self.operation_quantifier();
            let mut rest = vec![self.beside(Self::intersection)?];
            // A run of the same UNION.
            while word == "UNION" && self.continues_union(set_quantifier) {
                self.advance();
                self.operation_quantifier();
                rest.push(self.beside(Self::intersection)?);
            }
            self.grow(chain_levels(rest.len()))?;
            let op = match word {
                "UNION" => SetOperator::Union,
                _ => SetOperator::Except,
            };
            left = chained(left, rest, &|left, right| {
                operation(left, op, set_quantifier, right)
            });
        }
        Ok(left)
    }

    fn intersection(&mut self) -> Result<Box<SetExpr>> {
        let mut left = self.query_primary()?;
        while self.take("INTERSECT") {
            let set_quantifier = self.operation_quantifier();
            let right = self.beside(Self::query_primary)?;
            self.grow(1)?;
            left = operation(left, SetOperator::Intersect, set_quantifier, right);
        }
        Ok(left)
    }

    fn operation_quantifier(&mut self) -> SetQuantifier {
        match self.take_one_of(&["ALL", "DISTINCT"]) {
            Some("ALL") => SetQuantifier::All,
            Some(_) => SetQuantifier::Distinct,
            None => SetQuantifier::None,
        }
    }

    fn continues_union(&self, quantifier: SetQuantifier) -> bool {
        self.is(0, "UNION")
            && match quantifier {
                SetQuantifier::All => self.is(1, "ALL"),
                SetQuantifier::Distinct => self.is(1, "DISTINCT"),
                _ => !self.is_one_of(1, &["ALL", "DISTINCT"]),
            }
    }

    fn query_primary(&mut self) -> Result<Box<SetExpr>> {
        if self.at("SELECT") {
            return Ok(Box::new(SetExpr::Select(self.select()?)));
        }
        if self.take("VALUES") {
            return self.values();
        }
        if self.at("TABLE") {
            return self.table_query();
        }
        self.expect_symbol("(")?;
        let query = self.construct("<query>", |cursor| cursor.nested(Self::query_without_with))?;
        self.expect_symbol(")")?;
        Ok(Box::new(SetExpr::Query(query)))
    }

    /// The rows after VALUES; one that is no row constructor is a row of one column.
    fn values(&mut self) -> Result<Box<SetExpr>> {
        let rows = self.list(|cursor| {
            let opening = cursor.span();
            let row = row(cursor.expression()?);
            Ok(Parens {
                opening_token: tree::symbol(Token::LParen, opening),
                content: row,
                closing_token: tree::symbol(Token::RParen, cursor.span()),
            })
        })?;
        Ok(Box::new(SetExpr::Values(Values {
            explicit_row: false,
            value_keyword: false,
            rows,
        })))
    }

    /// `TABLE name`, which is `SELECT * FROM name`.
    fn table_query(&mut self) -> Result<Box<SetExpr>> {
        let span = self.advance();
        self.table_rows(span)
    }

    /// All rows of the table that is named there, after a TABLE at this place.
    pub(super) fn table_rows(&mut self, span: Span) -> Result<Box<SetExpr>> {
        let mut select = tree::select(span);
        select.projection = vec![SelectItem::Wildcard(WildcardAdditionalOptions {
            wildcard_token: tree::symbol(Token::Mul, span),
            ..WildcardAdditionalOptions::default()
        })];
        select.from = vec![plain_table(self.object_name()?)];
        Ok(Box::new(SetExpr::Select(select)))
    }

    /// Whether a query begins there, right after a `(`. With more of them it may be a part of an expression or a relation that begins
    /// there: then what follows the closing ones tells.
    pub(super) fn begins_query(&self, ahead: usize) -> bool {
        let mut inside = ahead;
        while self.is_symbol(inside, "(") {
            inside += 1;
        }
        let begins = self.is_one_of(inside, &["SELECT", "VALUES", "WITH"])
            || (self.is(inside, "TABLE") && !self.is_symbol(inside + 1, "("));
        begins
            && (ahead..inside).all(|open| {
                self.after_parenthesis(open)
                    .is_none_or(|after| self.continues_query(after))
            })
    }

    /// Whether what stands there goes on with a query in parentheses, or ends what that one is in.
    fn continues_query(&self, ahead: usize) -> bool {
        const CLAUSES: &[&str] = &["EXCEPT", "INTERSECT", "ORDER", "UNION"];
        self.is_symbol(ahead, ")")
            || self.kind(ahead) == TokenKind::End
            || self.is_one_of(ahead, CLAUSES)
            || (self.is_one_of(ahead, &["LIMIT", "OFFSET", "FETCH"])
                && !self.is_symbol(ahead + 1, ")")
                && !self.is_symbol(ahead + 1, ","))
    }
}

fn operation(
    left: Box<SetExpr>,
    op: SetOperator,
    set_quantifier: SetQuantifier,
    right: Box<SetExpr>,
) -> Box<SetExpr> {
    Box::new(SetExpr::SetOperation {
        left,
        op,
        set_quantifier,
        right,
    })
}

/// The columns of one row of VALUES.
fn row(expr: Expr) -> Vec<Expr> {
    match expr {
        Expr::Tuple(columns) => columns,
        Expr::Nested(inner) => row(*inner),
        Expr::Function(function) if function.name.to_string().eq_ignore_ascii_case("ROW") => {
            match function.args {
                FunctionArguments::List(list) => {
                    list.args.into_iter().filter_map(plain_argument).collect()
                }
                _ => Vec::new(),
            }
        }
        single => vec![single],
    }
}

fn plain_argument(argument: FunctionArg) -> Option<Expr> {
    match argument {
        FunctionArg::Unnamed(FunctionArgExpr::Expr(expr)) => Some(expr),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{error, query};
    use super::*;

    #[test]
    fn queries_are_as_they_were_written() {
        for text in [
            "SELECT 1",
            "SELECT a FROM t ORDER BY a DESC NULLS FIRST, b",
            "WITH a AS (SELECT 1), b (x, y) AS (VALUES (1, 2)) SELECT * FROM a, b",
            "WITH RECURSIVE a (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM a) SELECT n FROM a",
            "SELECT 1 UNION SELECT 2 EXCEPT ALL SELECT 3",
            "(SELECT 1 ORDER BY 1 LIMIT 1) UNION ALL (SELECT 2)",
            "((SELECT 1))",
            "VALUES (1, 2), (3, 4)",
            "SELECT * FROM t LIMIT 10",
            "SELECT * FROM t OFFSET 2 ROWS FETCH FIRST 3 ROWS ONLY",
            "SELECT * FROM t ORDER BY a FETCH FIRST ROW WITH TIES",
        ] {
            let shown = query(text).to_string();
            let words = |text: &str| {
                let mut words: Vec<String> = text.split(' ').map(str::to_owned).collect();
                words.retain(|word| !matches!(word.as_str(), "ROW" | "ROWS"));
                words
            };
            assert_eq!(words(&shown), words(text));
        }
        for (text, shown) in [
            ("TABLE a.b.c", "SELECT * FROM a.b.c"),
            ("VALUES 1, (2), ROW(3), ((4))", "VALUES (1), (2), (3), (4)"),
            ("VALUES ROW(1, 2), (3, 4)", "VALUES (1, 2), (3, 4)"),
            ("SELECT 1 LIMIT ALL", "SELECT 1"),
            (
                "SELECT 1 OFFSET ? ROW LIMIT ?",
                "SELECT 1 LIMIT ?2 OFFSET ?1 ROW",
            ),
        ] {
            assert_eq!(query(text).to_string(), shown, "{text}");
        }
    }

    #[test]
    fn intersect_binds_more_strongly() {
        fn shape(body: &SetExpr) -> String {
            match body {
                SetExpr::SetOperation {
                    left, op, right, ..
                } => format!("({} {op} {})", shape(left), shape(right)),
                other => other.to_string().replace("SELECT ", ""),
            }
        }
        let mixed = "SELECT 1 UNION ALL SELECT 2 UNION ALL SELECT 3 UNION SELECT 4 UNION SELECT 5";
        assert_eq!(
            shape(&query(mixed).body),
            "((((1 UNION 2) UNION 3) UNION 4) UNION 5)"
        );
        let text = "SELECT 1 UNION SELECT 2 INTERSECT SELECT 3 INTERSECT SELECT 4 EXCEPT SELECT 5";
        assert_eq!(
            shape(&query(text).body),
            "((1 UNION ((2 INTERSECT 3) INTERSECT 4)) EXCEPT 5)"
        );
    }

    #[test]
    fn words_that_begin_clauses_may_be_names() {
        for (text, shown) in [
            ("SELECT 1 limit LIMIT 1", "SELECT 1 AS limit LIMIT 1"),
            ("SELECT a offset FROM t", "SELECT a AS offset FROM t"),
            ("SELECT * FROM t limit", "SELECT * FROM t limit"),
            (
                "SELECT * FROM fetch FETCH NEXT 2 ROWS ONLY",
                "SELECT * FROM fetch FETCH FIRST 2 ROWS ONLY",
            ),
            (
                "SELECT * FROM window WINDOW window AS ()",
                "SELECT * FROM window WINDOW window AS ()",
            ),
        ] {
            assert_eq!(query(text).to_string(), shown);
        }
    }

    #[test]
    fn clauses_are_those_of_trino_in_its_order() {
        for text in [
            "SELECT 1 LIMIT 1 OFFSET 2",
            "SELECT 1 LIMIT 1, 2",
            "SELECT 1 LIMIT 1 + 1",
            "SELECT 1 FETCH FIRST 10 PERCENT ROWS ONLY",
            "SELECT 1 UNION BY NAME SELECT 2",
            "SELECT 1 MINUS SELECT 2",
            "FROM t",
            "FROM t SELECT 1",
            "WITH a (SELECT 1) SELECT 1",
            "WITH a AS MATERIALIZED (SELECT 1) SELECT 1",
            "WITH a AS (SELECT 1), SELECT 1",
            "WITH a AS (SELECT 1) INSERT INTO t SELECT 1",
            "VALUES",
            "VALUES ()",
            "TABLE",
            "SELECT 1 FOR UPDATE",
            "SELECT 1 ORDER BY ALL DESC, ",
            "(SELECT 1",
            "SELECT 1)",
        ] {
            let message = error(text);
            assert!(message.contains("mismatched input '"), "{text}: {message}");
        }
    }
}
