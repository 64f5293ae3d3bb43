//! Functions with a syntax or a meaning of their own.

use datafusion::logical_expr::expr::AggregateFunction;
use datafusion::logical_expr::{Expr, cast};
use prismlake_functions::types::Type;
use sqlparser::ast;
use sqlparser::ast::{FunctionArguments, ListAggOnOverflow};

use super::ExprContext;
use super::function_call::{Argument, argument_expressions};
use crate::analyze::typed::Typed;
use crate::analyze::{Analyzer, error_at, not_supported};
use crate::error::{ErrorCode, Result};

impl Analyzer<'_> {
    /// The function's value, if it is one of these.
    pub(super) fn special_function(
        &self,
        name: &str,
        function: &ast::Function,
        syntax: &ast::Expr,
        context: &ExprContext<'_>,
    ) -> Result<Option<Typed>> {
        if let Some(value) = self.session_function(name, function, syntax)? {
            return Ok(Some(value));
        }
        if name.starts_with("$json") {
            return self
                .json_function(name, function, syntax, context)
                .map(Some);
        }
        let arguments = || -> Result<Vec<&ast::Expr>> {
            Ok(argument_expressions(function)?
                .into_iter()
                .map(|(_, expr)| expr)
                .collect())
        };
        Ok(Some(match name {
            "if" => self.if_function(syntax, &arguments()?, context)?,
            "coalesce" => self.coalesce(syntax, &arguments()?, context)?,
            "nullif" => self.nullif(syntax, &arguments()?, context)?,
            "try" => self.try_function(syntax, &arguments()?, context)?,
            "row" => {
                let items = arguments()?
                    .into_iter()
                    .map(|item| self.expression(item, context))
                    .collect::<Result<Vec<_>>>()?;
                if items.is_empty() {
                    return Err(error_at(
                        syntax,
                        ErrorCode::SyntaxError,
                        "mismatched input ')'. Expecting: <expression>",
                    ));
                }
                self.row(items)?
            }
            "typeof" => {
                let arguments = arguments()?;
                let [argument] = arguments.as_slice() else {
                    return Err(error_at(
                        syntax,
                        ErrorCode::FunctionNotFound,
                        "Unexpected parameters for function typeof. Expected: typeof(t)",
                    ));
                };
                let typed = self.expression(argument, context)?;
                Typed::varchar(&typed.data_type.to_string())
            }
            // The parser's form of LIKE with an escape that is no literal.
            "$like" => self.like_call(syntax, &arguments()?, context)?,
            "grouping" => self.grouping(&arguments()?, syntax, context)?,
            "reduce_agg" => self.reduce_agg(function, &arguments()?, syntax, context)?,
            "listagg" if function.over.is_none() => self.listagg(function, syntax, context)?,
            _ => return Ok(None),
        }))
    }

    /// `grouping(a, b)`: a bit for each key, set where the grouping set does not have it.
    fn grouping(
        &self,
        arguments: &[&ast::Expr],
        syntax: &ast::Expr,
        context: &ExprContext<'_>,
    ) -> Result<Typed> {
        if !context.aggregates {
            return Err(context.not_scalar(syntax));
        }
        let inside = context.within_aggregate();
        let keys = arguments
            .iter()
            .map(|argument| Ok(self.expression(argument, &inside)?.expr))
            .collect::<Result<Vec<_>>>()?;
        let grouping = Expr::AggregateFunction(AggregateFunction::new_udf(
            datafusion::functions_aggregate::grouping::grouping_udaf(),
            keys,
            false,
            None,
            Vec::new(),
            None,
        ));
        Ok(Typed::new(
            cast(grouping, Type::Bigint.arrow()),
            Type::Bigint,
        ))
    }

    /// DataFusion's aggregates take no lambdas: the values are gathered, then reduced. NULLs are left out.
    fn reduce_agg(
        &self,
        function: &ast::Function,
        arguments: &[&ast::Expr],
        syntax: &ast::Expr,
        context: &ExprContext<'_>,
    ) -> Result<Typed> {
        let [
            input,
            initial,
            ast::Expr::Lambda(step),
            ast::Expr::Lambda(_),
        ] = arguments
        else {
            return Err(error_at(
                syntax,
                ErrorCode::FunctionNotFound,
                "Unexpected parameters for function reduce_agg. Expected: reduce_agg(T, S, function(S, T, S), function(S, S, S))",
            ));
        };
        if !context.aggregates || function.over.is_some() {
            return Err(not_supported(
                syntax,
                "reduce_agg stands in SELECT, HAVING and ORDER BY, without OVER",
            ));
        }
        let inside = context.within_aggregate();
        let value = self.expression(input, &inside)?;
        let not_null = value.expr.clone().is_not_null();
        let filter = match &function.filter {
            Some(filter) => self.condition(filter, &inside, "FILTER")?.and(not_null),
            None => not_null,
        };
        let bound = self.bind("array_agg", vec![Argument::Value(value)], syntax, &inside)?;
        let data_type = bound.resolved.bound.returns.clone();
        let prismlake_functions::BoundFunction::Aggregate(gather) = bound.resolved.function()?
        else {
            return Err(crate::error::QueryError::internal(
                "array_agg is an aggregate",
            ));
        };
        let gathered = Typed::new(
            Expr::AggregateFunction(AggregateFunction::new_udf(
                gather,
                bound.arguments,
                false,
                Some(Box::new(filter)),
                Vec::new(),
                None,
            )),
            data_type,
        );
        let initial = self.expression(initial, &inside)?;
        self.call_with(
            "reduce",
            vec![
                Argument::Value(gathered),
                Argument::Value(initial),
                Argument::Lambda(step),
                Argument::Identity,
            ],
            syntax,
            context,
        )
    }

    /// `LISTAGG(x, separator ON OVERFLOW …) WITHIN GROUP (ORDER BY y)`
    fn listagg(
        &self,
        function: &ast::Function,
        syntax: &ast::Expr,
        context: &ExprContext<'_>,
    ) -> Result<Typed> {
        let mut overflow = (true, "...".to_owned(), true);
        if let FunctionArguments::List(list) = &function.args {
            for clause in &list.clauses {
                if let ast::FunctionArgumentClause::OnOverflow(ListAggOnOverflow::Truncate {
                    filler,
                    with_count,
                }) = clause
                {
                    overflow.0 = false;
                    overflow.2 = *with_count;
                    if let Some(filler) = filler {
                        let typed = self.expression(filler, context)?;
                        overflow.1 = typed.as_text().unwrap_or("...").to_owned();
                    }
                }
            }
        }
        let mut long = function.clone();
        if let FunctionArguments::List(list) = &mut long.args {
            let literal = |value: ast::Value| {
                ast::FunctionArg::Unnamed(ast::FunctionArgExpr::Expr(ast::Expr::Value(
                    value.into(),
                )))
            };
            if list.args.len() == 1 {
                list.args
                    .push(literal(ast::Value::SingleQuotedString(String::new())));
            }
            list.args.push(literal(ast::Value::Boolean(overflow.0)));
            list.args
                .push(literal(ast::Value::SingleQuotedString(overflow.1)));
            list.args.push(literal(ast::Value::Boolean(overflow.2)));
        }
        if !context.aggregates {
            return Err(context.not_scalar(syntax));
        }
        let call = self.aggregate("$listagg", &long, syntax, context)?;
        Ok(call.over_group())
    }
}
