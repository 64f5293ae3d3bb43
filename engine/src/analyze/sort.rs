//! ORDER BY: what rows are sorted by.

use datafusion::logical_expr::SortExpr;
use prismlake_functions::types::Type;
use sqlparser::ast;

use super::error_at;
use super::typed::Typed;
use crate::error::{ErrorCode, QueryError, Result};

/// A sort by an expression. NULLs come last, in either direction, unless the query says otherwise.
pub(super) fn sort_by(typed: Typed, item: &ast::OrderByExpr) -> Result<SortExpr> {
    require_orderable(&typed.data_type, &item.expr)?;
    Ok(SortExpr::new(
        typed.expr,
        item.options.asc.unwrap_or(true),
        item.options.nulls_first.unwrap_or(false),
    ))
}

fn require_orderable(data_type: &Type, syntax: &ast::Expr) -> Result<()> {
    if data_type.is_orderable() {
        return Ok(());
    }
    Err(error_at(
        syntax,
        ErrorCode::TypeMismatch,
        format!(
            "Type {data_type} is not orderable, and therefore cannot be used in ORDER BY: {syntax}"
        ),
    ))
}

/// The items of ORDER BY.
pub(super) fn order_by_items(order_by: Option<&ast::OrderBy>) -> Result<&[ast::OrderByExpr]> {
    match order_by.map(|order_by| &order_by.kind) {
        None => Ok(&[]),
        Some(ast::OrderByKind::Expressions(items)) => Ok(items),
        Some(ast::OrderByKind::All(_)) => Err(QueryError::new(
            ErrorCode::SyntaxError,
            "ORDER BY ALL is not supported; name the columns",
        )),
    }
}

/// The place that an ordinal such as `ORDER BY 2` means, counted from 0.
pub(super) fn ordinal(expr: &ast::Expr, clause: &str, width: usize) -> Result<Option<usize>> {
    let ast::Expr::Value(value) = expr else {
        return Ok(None);
    };
    let ast::Value::Number(text, _) = &value.value else {
        return Ok(None);
    };
    let place = text
        .parse::<usize>()
        .ok()
        .filter(|place| (1..=width).contains(place));
    match place {
        Some(place) => Ok(Some(place - 1)),
        None => Err(error_at(
            expr,
            ErrorCode::InvalidColumnReference,
            format!("{clause} position {text} is not in select list"),
        )),
    }
}
