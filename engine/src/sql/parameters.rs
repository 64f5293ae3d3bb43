//! The parameters of a statement: how many it has, and the statement with values in their places.

use std::ops::ControlFlow;

use sqlparser::ast::{Expr, Value, Visit, VisitMut, Visitor, VisitorMut};

use super::statement::Statement;
use crate::error::{ErrorCode, QueryError, Result};

/// How many parameters a statement has.
pub fn parameter_count(statement: &Statement) -> usize {
    struct Count(usize);
    impl Visitor for Count {
        type Break = ();

        fn pre_visit_expr(&mut self, expr: &Expr) -> ControlFlow<()> {
            if let Some(place) = parameter_place(expr) {
                self.0 = self.0.max(place + 1);
            }
            ControlFlow::Continue(())
        }
    }
    let mut count = Count(0);
    if let Some(query) = statement.query() {
        let _ = query.visit(&mut count);
    }
    count.0
}

/// The statement with these values in place of its parameters, of which there must be as many.
pub fn with_parameters(mut statement: Statement, values: &[Expr]) -> Result<Statement> {
    struct Values<'a>(&'a [Expr]);
    impl VisitorMut for Values<'_> {
        type Break = ();

        fn post_visit_expr(&mut self, expr: &mut Expr) -> ControlFlow<()> {
            if let Some(value) = parameter_place(expr).and_then(|place| self.0.get(place)) {
                *expr = value.clone();
            }
            ControlFlow::Continue(())
        }
    }
    let count = parameter_count(&statement);
    if count != values.len() {
        return Err(QueryError::new(
            ErrorCode::InvalidParameterUsage,
            format!(
                "Incorrect number of parameters: expected {count} but found {}",
                values.len()
            ),
        ));
    }
    if let Some(query) = statement.query_mut() {
        let _ = VisitMut::visit(query, &mut Values(values));
    }
    Ok(statement)
}

/// The place of a parameter, counted from 0; `None` if the expression is none.
pub fn parameter_place(expr: &Expr) -> Option<usize> {
    let Expr::Value(value) = expr else {
        return None;
    };
    let Value::Placeholder(name) = &value.value else {
        return None;
    };
    name.strip_prefix('?')?
        .parse::<usize>()
        .ok()?
        .checked_sub(1)
}
