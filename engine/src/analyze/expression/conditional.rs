//! CASE, IF, COALESCE, NULLIF and TRY.

use std::sync::Arc;

use datafusion::logical_expr::expr::{Case, HigherOrderFunction, Lambda};
use datafusion::logical_expr::{Expr, Operator};
use prismlake_functions::signature::CallArgument;
use prismlake_functions::types::{Type, common_type};
use prismlake_functions::{BoundFunction, close_lambdas, registry};
use sqlparser::ast;

use super::ExprContext;
use crate::analyze::typed::Typed;
use crate::analyze::{Analyzer, Syntax, error_at};
use crate::error::{ErrorCode, QueryError, Result};

impl Analyzer<'_> {
    pub(super) fn case(
        &self,
        syntax: &ast::Expr,
        operand: Option<&ast::Expr>,
        conditions: &[ast::CaseWhen],
        otherwise: Option<&ast::Expr>,
        context: &ExprContext<'_>,
    ) -> Result<Typed> {
        let operand = operand
            .map(|operand| self.expression(operand, context))
            .transpose()?;
        let mut whens = Vec::with_capacity(conditions.len());
        let mut results = Vec::with_capacity(conditions.len() + 1);
        for when in conditions {
            whens.push(match &operand {
                Some(operand) => {
                    let value = self.expression(&when.condition, context)?;
                    self.comparison(operand.clone(), Operator::Eq, value, &when.condition)?
                        .expr
                }
                None => self.truth(&when.condition, context, "CASE WHEN clause")?,
            });
            results.push(self.expression(&when.result, context)?);
        }
        let has_otherwise = otherwise.is_some();
        if let Some(otherwise) = otherwise {
            results.push(self.expression(otherwise, context)?);
        }
        let (mut results, data_type) = self.to_one_type(results, syntax, "All CASE results")?;
        let otherwise = if has_otherwise { results.pop() } else { None };
        let otherwise = otherwise.unwrap_or_else(|| Typed::null(data_type.clone()));
        Ok(Typed::new(
            Expr::Case(Case::new(
                None,
                whens
                    .into_iter()
                    .zip(results)
                    .map(|(when, result)| (Box::new(when), Box::new(result.expr)))
                    .collect(),
                Some(Box::new(otherwise.expr)),
            )),
            data_type,
        ))
    }

    /// A condition of a clause, which is boolean.
    pub(in crate::analyze) fn condition(
        &self,
        syntax: &ast::Expr,
        context: &ExprContext<'_>,
        clause: &str,
    ) -> Result<Expr> {
        self.boolean(syntax, context, |found| {
            format!("{clause} must evaluate to a boolean: actual type {found}")
        })
    }

    /// A term of a logical expression, which is boolean.
    pub(super) fn truth(
        &self,
        syntax: &ast::Expr,
        context: &ExprContext<'_>,
        what: &str,
    ) -> Result<Expr> {
        self.boolean(syntax, context, |found| {
            format!("{what} must evaluate to a boolean (actual: {found})")
        })
    }

    fn boolean(
        &self,
        syntax: &ast::Expr,
        context: &ExprContext<'_>,
        message: impl FnOnce(&Type) -> String,
    ) -> Result<Expr> {
        let typed = self.expression(syntax, context)?;
        if typed.data_type != Type::Boolean && typed.data_type != Type::Unknown {
            let message = message(&typed.data_type);
            return Err(error_at(syntax, ErrorCode::TypeMismatch, message));
        }
        Ok(self.coerce(typed, &Type::Boolean)?.expr)
    }

    /// Expressions as ones of the type that they have in common.
    pub(super) fn to_one_type(
        &self,
        items: Vec<Typed>,
        syntax: &impl Syntax,
        what: &str,
    ) -> Result<(Vec<Typed>, Type)> {
        let mut common = Type::Unknown;
        for item in &items {
            common = common_type(&common, &item.data_type).ok_or_else(|| {
                error_at(
                    syntax,
                    ErrorCode::TypeMismatch,
                    format!("{what} must be the same type or coercible to a common type. Cannot find common type between {common} and {}", item.data_type),
                )
            })?;
        }
        let items = items
            .into_iter()
            .map(|item| self.coerce(item, &common))
            .collect::<Result<Vec<_>>>()?;
        Ok((items, common))
    }

    /// `IF(condition, then [, else])`
    pub(super) fn if_function(
        &self,
        syntax: &ast::Expr,
        arguments: &[&ast::Expr],
        context: &ExprContext<'_>,
    ) -> Result<Typed> {
        let (condition, results) = match arguments {
            [condition, results @ ..] if (1..=2).contains(&results.len()) => (condition, results),
            _ => {
                return Err(error_at(
                    syntax,
                    ErrorCode::SyntaxError,
                    "Invalid number of arguments for 'if' function",
                ));
            }
        };
        let condition = self.truth(condition, context, "IF condition")?;
        let results = results
            .iter()
            .map(|result| self.expression(result, context))
            .collect::<Result<Vec<_>>>()?;
        let (results, data_type) =
            self.to_one_type(results, syntax, "Result types for IF must be the same:")?;
        let mut results = results.into_iter();
        let then = results
            .next()
            .unwrap_or_else(|| Typed::null(data_type.clone()));
        let otherwise = results
            .next()
            .unwrap_or_else(|| Typed::null(data_type.clone()));
        Ok(Typed::new(
            Expr::Case(Case::new(
                None,
                vec![(Box::new(condition), Box::new(then.expr))],
                Some(Box::new(otherwise.expr)),
            )),
            data_type,
        ))
    }

    pub(super) fn coalesce(
        &self,
        syntax: &ast::Expr,
        arguments: &[&ast::Expr],
        context: &ExprContext<'_>,
    ) -> Result<Typed> {
        if arguments.len() < 2 {
            return Err(error_at(
                syntax,
                ErrorCode::SyntaxError,
                "The 'coalesce' function must have at least two arguments",
            ));
        }
        let items = arguments
            .iter()
            .map(|argument| self.expression(argument, context))
            .collect::<Result<Vec<_>>>()?;
        let (items, data_type) = self.to_one_type(items, syntax, "All COALESCE operands")?;
        let exprs = items.into_iter().map(|item| item.expr).collect();
        Ok(Typed::new(
            datafusion::functions::expr_fn::coalesce(exprs),
            data_type,
        ))
    }

    /// NULL where both are equal, else the first.
    pub(super) fn nullif(
        &self,
        syntax: &ast::Expr,
        arguments: &[&ast::Expr],
        context: &ExprContext<'_>,
    ) -> Result<Typed> {
        let [first, second] = arguments else {
            return Err(error_at(
                syntax,
                ErrorCode::SyntaxError,
                "Invalid number of arguments for 'nullif' function",
            ));
        };
        let first = self.expression(first, context)?;
        let second = self.expression(second, context)?;
        let equal = self.comparison(first.clone(), Operator::Eq, second, syntax)?;
        let data_type = first.data_type.clone();
        Ok(Typed::new(
            Expr::Case(Case::new(
                None,
                vec![(
                    Box::new(equal.expr),
                    Box::new(Typed::null(data_type.clone()).expr),
                )],
                Some(Box::new(first.expr)),
            )),
            data_type,
        ))
    }

    /// `TRY(x)`: NULL where x fails. A lambda keeps x from being evaluated before.
    pub(super) fn try_function(
        &self,
        syntax: &ast::Expr,
        arguments: &[&ast::Expr],
        context: &ExprContext<'_>,
    ) -> Result<Typed> {
        let [argument] = arguments else {
            return Err(error_at(
                syntax,
                ErrorCode::SyntaxError,
                "The 'try' function must have exactly one argument",
            ));
        };
        let body = self.expression(argument, context)?;
        let data_type = body.data_type.clone();
        let resolved = registry()
            .resolve("$try", &[CallArgument::Lambda(1)], &mut |_, _| {
                Ok::<Type, QueryError>(data_type.clone())
            })
            .map_err(|_| QueryError::internal("TRY is not there"))?;
        let BoundFunction::HigherOrder(function) = resolved.function()? else {
            return Err(QueryError::internal("TRY takes a lambda"));
        };
        let parameter = self.symbol("try");
        let lambda = Expr::Lambda(Lambda::new(vec![parameter], body.expr));
        let call = Expr::HigherOrderFunction(HigherOrderFunction::new(
            Arc::clone(&function),
            vec![lambda],
        ));
        Ok(Typed::new(
            close_lambdas(call)?.data,
            resolved.bound.returns,
        ))
    }
}
