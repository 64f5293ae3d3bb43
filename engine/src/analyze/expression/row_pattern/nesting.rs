//! What may not stand within what in MEASURES and DEFINE.

use std::ops::ControlFlow;

use sqlparser::ast;
use sqlparser::ast::visit_expressions;

use super::calls::{is_aggregate, simple_name};
use super::{PatternVariables, canonical};
use crate::analyze::expression::function_call::argument_expressions;
use crate::analyze::{error_at, not_supported};
use crate::error::{ErrorCode, Result};

/// The calls within an expression, with their names; those of RUNNING and FINAL are left out.
fn calls(expr: &ast::Expr) -> Vec<(String, ast::Expr)> {
    let mut found = Vec::new();
    let _ = visit_expressions(expr, |inner| {
        if let ast::Expr::Function(function) = inner
            && let Some(name) = simple_name(function)
            && !name.starts_with('$')
        {
            found.push((name, inner.clone()));
        }
        ControlFlow::<()>::Continue(())
    });
    found
}

pub(super) fn refuse_nested_aggregates(name: &str, value: &ast::Expr) -> Result<()> {
    match calls(value).iter().find(|(inner, _)| is_aggregate(inner)) {
        None => Ok(()),
        Some((inner, syntax)) => Err(error_at(
            syntax,
            ErrorCode::NestedAggregation,
            format!("Cannot nest {inner} aggregate function inside {name} function"),
        )),
    }
}

/// FIRST and LAST may stand directly within PREV and NEXT; nothing else may nest.
pub(super) fn refuse_nested_navigation(name: &str, value: &ast::Expr) -> Result<()> {
    let found: Vec<(String, ast::Expr)> = calls(value)
        .into_iter()
        .filter(|(inner, _)| matches!(inner.as_str(), "first" | "last" | "prev" | "next"))
        .collect();
    let Some((inner, syntax)) = found.first() else {
        return Ok(());
    };
    let refused = |syntax: &ast::Expr, message: String| {
        Err(error_at(
            syntax,
            ErrorCode::InvalidNavigationNesting,
            message,
        ))
    };
    let within = format!("inside {name} pattern navigation function");
    if matches!(name, "first" | "last") {
        let message = format!("Cannot nest {inner} pattern navigation function {within}");
        return refused(syntax, message);
    }
    if let Some((_, second)) = found.get(1) {
        let message = format!("Cannot nest multiple pattern navigation functions {within}");
        return refused(second, message);
    }
    if matches!(inner.as_str(), "prev" | "next") {
        let message = format!("Cannot nest {inner} pattern navigation function {within}");
        return refused(syntax, message);
    }
    if !is_call_of(value, inner) {
        return refused(
            syntax,
            "Immediate nesting is required for pattern navigation functions".to_owned(),
        );
    }
    Ok(())
}

/// Whether an expression is the call of that function itself.
fn is_call_of(value: &ast::Expr, name: &str) -> bool {
    match value {
        ast::Expr::Nested(inner) => is_call_of(inner, name),
        ast::Expr::Function(function) => match simple_name(function) {
            Some(own) if own == name => true,
            Some(own) if own.starts_with('$') => argument_expressions(function)
                .ok()
                .and_then(|arguments| arguments.first().map(|(_, inner)| is_call_of(inner, name)))
                .unwrap_or(false),
            _ => false,
        },
        _ => false,
    }
}

/// What is compared with a subquery's rows is of a row of the input alone.
pub(super) fn refuse_pattern_inputs(value: &ast::Expr, variables: &PatternVariables) -> Result<()> {
    let mut refused = None;
    let _ = visit_expressions(value, |inner| {
        let what = match inner {
            ast::Expr::CompoundIdentifier(parts) => parts
                .first()
                .filter(|first| variables.find(&canonical(first)).is_some())
                .map(|_| "labeled column reference".to_owned()),
            ast::Expr::Function(function) => simple_name(function)
                .filter(|name| {
                    matches!(
                        name.as_str(),
                        "first" | "last" | "prev" | "next" | "classifier" | "match_number"
                    ) || is_aggregate(name)
                })
                .map(|name| format!("{name} function")),
            _ => None,
        };
        match what {
            Some(what) => {
                refused = Some((what, inner.clone()));
                ControlFlow::Break(())
            }
            None => ControlFlow::Continue(()),
        }
    });
    match refused {
        None => Ok(()),
        Some((what, syntax)) => Err(not_supported(
            &syntax,
            format!("IN-PREDICATE with {what} is not yet supported"),
        )),
    }
}
