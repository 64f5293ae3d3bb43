//! What the tests of the parser's files share.

use sqlparser::ast::{Expr, Query, Select, SelectItem, SetExpr, UnaryOperator};

use crate::sql::statement::Statement;

/// The tree of a query.
pub(super) fn query(text: &str) -> Box<Query> {
    match super::parse(text) {
        Ok(Statement::Query(query)) => query,
        other => panic!("{text}: {other:?}"),
    }
}

/// The tree of a query that is one SELECT.
pub(super) fn select(text: &str) -> Select {
    match *query(text).body {
        SetExpr::Select(select) => *select,
        other => panic!("{text}: {other:?}"),
    }
}

/// The tree of an expression.
pub(super) fn expression(text: &str) -> Expr {
    let mut items = select(&format!("SELECT {text}")).projection;
    match (items.pop(), items.len()) {
        (Some(SelectItem::UnnamedExpr(expr)), 0) => expr,
        other => panic!("{text}: {other:?}"),
    }
}

/// The expression as SQL, with parentheses around what each operator takes.
pub(super) fn shape(text: &str) -> String {
    shown(&expression(text))
}

fn shown(expr: &Expr) -> String {
    let all = |exprs: &[Expr]| exprs.iter().map(shown).collect::<Vec<_>>().join(", ");
    match expr {
        Expr::BinaryOp { left, op, right } => format!("({} {op} {})", shown(left), shown(right)),
        Expr::UnaryOp {
            op: UnaryOperator::Not,
            expr,
        } => format!("(NOT {})", shown(expr)),
        Expr::UnaryOp { op, expr } => format!("({op}{})", shown(expr)),
        Expr::Nested(inner) => shown(inner),
        Expr::IsNull(expr) => format!("({} IS NULL)", shown(expr)),
        Expr::IsDistinctFrom(left, right) => {
            format!("({} IS DISTINCT FROM {})", shown(left), shown(right))
        }
        Expr::IsNotDistinctFrom(left, right) => {
            format!("({} IS NOT DISTINCT FROM {})", shown(left), shown(right))
        }
        Expr::Between {
            expr, low, high, ..
        } => format!(
            "({} BETWEEN {} AND {})",
            shown(expr),
            shown(low),
            shown(high)
        ),
        Expr::InList { expr, list, .. } => format!("({} IN ({}))", shown(expr), all(list)),
        Expr::AtTimeZone {
            timestamp,
            time_zone,
        } => format!("({} AT TIME ZONE {})", shown(timestamp), shown(time_zone)),
        Expr::Tuple(exprs) => format!("({})", all(exprs)),
        other => other.to_string(),
    }
}

/// The error of a statement, without its code.
pub(super) fn error(text: &str) -> String {
    match crate::sql::parse(text) {
        Ok(parsed) => panic!("{text}: {parsed:?}"),
        Err(error) => {
            let shown = error.to_string();
            shown
                .split_once(": ")
                .map_or(shown.clone(), |(_, message)| message.to_owned())
        }
    }
}
