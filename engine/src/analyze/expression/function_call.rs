//! Calls of functions: resolved in the library, their arguments coerced to what the chosen signature takes.

use std::sync::Arc;

use datafusion::logical_expr::expr::{
    AggregateFunction, HigherOrderFunction, Lambda, NullTreatment, ScalarFunction,
};
use datafusion::logical_expr::{Expr, SortExpr, lit};
use prismlake_functions::signature::CallArgument;
use prismlake_functions::types::Type;
use prismlake_functions::{
    BoundFunction, FunctionError, FunctionErrorCode, Implementation, ResolveFailure, ResolvedCall,
    close_lambdas, registry,
};
use sqlparser::ast;
use sqlparser::ast::{FunctionArg, FunctionArgExpr, FunctionArguments};

use super::lambda::{TypedLambda, parameter_names};
use super::row_pattern::refuse_processing_mode;
use super::{AGGREGATE_ARGUMENTS, ExprContext};
use crate::analyze::sort::sort_by;
use crate::analyze::typed::{Typed, arrow_type_of};
use crate::analyze::{Analyzer, Syntax, error_at, not_supported, placed};
use crate::error::{ErrorCode, QueryError, Result};

/// An argument of a call before the call is resolved.
pub(super) enum Argument<'q> {
    Value(Typed),
    Lambda(&'q ast::LambdaFunction),
    /// `x -> x`
    Identity,
}

/// A call's arguments bound to a signature.
pub(super) struct BoundCall {
    pub(super) resolved: ResolvedCall,
    pub(super) arguments: Vec<Expr>,
}

impl Analyzer<'_> {
    /// Calls a function of the library over values.
    pub(in crate::analyze) fn call(
        &self,
        name: &str,
        arguments: Vec<Typed>,
        syntax: &impl Syntax,
    ) -> Result<Typed> {
        let types: Vec<Type> = arguments.iter().map(|of| of.data_type.clone()).collect();
        let resolved = registry()
            .resolve_values(name, &types)
            .map_err(|error| function_error(error, syntax))?;
        let arguments = arguments
            .into_iter()
            .zip(&resolved.bound.arguments)
            .map(|(argument, to)| {
                Ok(self
                    .coerce(argument, to)
                    .map_err(|error| placed(error, syntax))?
                    .expr)
            })
            .collect::<Result<Vec<_>>>()?;
        let data_type = resolved.bound.returns.clone();
        match resolved.function()? {
            BoundFunction::Scalar(function) => Ok(Typed::new(
                Expr::ScalarFunction(ScalarFunction::new_udf(function, arguments)),
                data_type,
            )),
            _ => Err(QueryError::internal(format!(
                "{name} is no scalar function"
            ))),
        }
    }

    /// A function as the query calls it.
    pub(super) fn function(
        &self,
        function: &ast::Function,
        syntax: &ast::Expr,
        context: &ExprContext<'_>,
    ) -> Result<Typed> {
        let name = function_name(function)?;
        if let Some(special) = self.special_function(&name, function, syntax, context)? {
            return Ok(special);
        }
        if function.over.is_some() {
            return self.window_call(&name, function, syntax, context);
        }
        refuse_processing_mode(&name, syntax)?;
        let Some(definition) = registry().function(&name).filter(|known| !known.hidden) else {
            return self.engine_function(&name, function, syntax, context);
        };
        match definition
            .overloads
            .first()
            .map(|overload| overload.implementation)
        {
            Some(Implementation::Aggregate(_)) => {
                self.aggregate_call(&name, function, syntax, context)
            }
            Some(Implementation::Window(_)) => Err(error_at(
                syntax,
                ErrorCode::MissingOver,
                format!("Window function {name} requires an OVER clause"),
            )),
            _ => {
                if function.filter.is_some() {
                    return Err(error_at(
                        syntax,
                        ErrorCode::FunctionNotAggregate,
                        format!("Filter is only valid for aggregation functions: {name}"),
                    ));
                }
                self.scalar_call(&name, function, syntax, context)
            }
        }
    }

    fn scalar_call(
        &self,
        name: &str,
        function: &ast::Function,
        syntax: &ast::Expr,
        context: &ExprContext<'_>,
    ) -> Result<Typed> {
        if is_distinct(function) {
            return Err(error_at(
                syntax,
                ErrorCode::FunctionNotAggregate,
                format!("DISTINCT is not supported for non-aggregation functions: {name}"),
            ));
        }
        let arguments = self.arguments(function, context)?;
        self.call_with(name, arguments, syntax, context)
    }

    /// Calls a scalar function of the library over values and lambdas.
    pub(super) fn call_with(
        &self,
        name: &str,
        arguments: Vec<Argument<'_>>,
        syntax: &impl Syntax,
        context: &ExprContext<'_>,
    ) -> Result<Typed> {
        let bound = self.bind(name, arguments, syntax, context)?;
        let data_type = bound.resolved.bound.returns.clone();
        Ok(match bound.resolved.function()? {
            BoundFunction::Scalar(function) => Typed::new(
                Expr::ScalarFunction(ScalarFunction::new_udf(function, bound.arguments)),
                data_type,
            ),
            BoundFunction::HigherOrder(function) => {
                let call =
                    Expr::HigherOrderFunction(HigherOrderFunction::new(function, bound.arguments));
                // What lambdas capture becomes arguments, so that no rule has to know of lambdas.
                Typed::new(close_lambdas(call)?.data, data_type)
            }
            _ => {
                return Err(not_supported(
                    syntax,
                    format!("the function {name} cannot be called here"),
                ));
            }
        })
    }

    /// The arguments of a call, lambdas left as they are.
    pub(super) fn arguments<'q>(
        &self,
        function: &'q ast::Function,
        context: &ExprContext<'_>,
    ) -> Result<Vec<Argument<'q>>> {
        argument_expressions(function)?
            .into_iter()
            .map(|(_, argument)| match argument {
                ast::Expr::Lambda(lambda) => Ok(Argument::Lambda(lambda)),
                value => Ok(Argument::Value(self.expression(value, context)?)),
            })
            .collect()
    }

    /// Chooses a signature, and coerces the arguments to it.
    pub(super) fn bind(
        &self,
        name: &str,
        arguments: Vec<Argument<'_>>,
        syntax: &impl Syntax,
        context: &ExprContext<'_>,
    ) -> Result<BoundCall> {
        let shapes: Vec<CallArgument> = arguments
            .iter()
            .map(|argument| match argument {
                Argument::Value(typed) => CallArgument::Value(typed.data_type.clone()),
                Argument::Lambda(lambda) => CallArgument::Lambda(parameter_names(lambda).len()),
                Argument::Identity => CallArgument::Lambda(1),
            })
            .collect();
        let resolved = registry()
            .resolve(
                name,
                &shapes,
                &mut |place, types| match arguments.get(place) {
                    Some(Argument::Lambda(lambda)) => {
                        Ok(self.lambda_body(lambda, types, context)?.body.data_type)
                    }
                    _ => Ok(types.first().cloned().unwrap_or(Type::Unknown)),
                },
            )
            .map_err(|failure: ResolveFailure<QueryError>| match failure {
                ResolveFailure::Function(error) => function_error(error, syntax),
                ResolveFailure::Lambda(error) => error,
            })?;
        let bound = &resolved.bound;
        let exprs = arguments
            .into_iter()
            .zip(&bound.arguments)
            .zip(&bound.lambda_parameters)
            .map(|((argument, to), types)| {
                let lambda = match argument {
                    Argument::Value(typed) => {
                        return Ok(self
                            .coerce(typed, to)
                            .map_err(|error| placed(error, syntax))?
                            .expr);
                    }
                    Argument::Lambda(lambda) => self.lambda_body(lambda, types, context)?,
                    Argument::Identity => self.identity(types),
                };
                let body = self.coerce(lambda.body, to)?;
                Ok(Expr::Lambda(Lambda::new(lambda.parameters, body.expr)))
            })
            .collect::<Result<Vec<_>>>()?;
        Ok(BoundCall {
            resolved,
            arguments: exprs,
        })
    }

    fn identity(&self, types: &[Type]) -> TypedLambda {
        let symbol = self.symbol("value");
        let data_type = types.first().cloned().unwrap_or(Type::Unknown);
        let field = arrow::datatypes::Field::new(&symbol, data_type.arrow(), true);
        let variable = datafusion::logical_expr::expr::LambdaVariable::new(
            symbol.clone(),
            Some(Arc::new(field)),
        );
        TypedLambda {
            parameters: vec![symbol],
            body: Typed::new(Expr::LambdaVariable(variable), data_type),
        }
    }

    fn aggregate_call(
        &self,
        name: &str,
        function: &ast::Function,
        syntax: &ast::Expr,
        context: &ExprContext<'_>,
    ) -> Result<Typed> {
        if !context.aggregates {
            return Err(match context.clause {
                AGGREGATE_ARGUMENTS => error_at(
                    syntax,
                    ErrorCode::NestedAggregation,
                    format!("Cannot nest aggregations inside aggregation: [{syntax}]"),
                ),
                _ => context.not_scalar(syntax),
            });
        }
        let call = self.aggregate(name, function, syntax, context)?;
        Ok(call.over_group())
    }

    /// An aggregate function with its clauses, for groups and for windows.
    pub(super) fn aggregate(
        &self,
        name: &str,
        function: &ast::Function,
        syntax: &ast::Expr,
        context: &ExprContext<'_>,
    ) -> Result<AggregateCall> {
        // A window's aggregate is over the groups, if there are some: its arguments may aggregate.
        let inside = if function.over.is_some() {
            context.clone()
        } else {
            context.within_aggregate()
        };
        let null_treatment = null_treatment(function);
        let filter = match &function.filter {
            Some(filter) => Some(self.condition(filter, &inside, "FILTER")?),
            None => None,
        };
        let order_by = self.argument_order(function, &inside)?;
        let distinct = is_distinct(function);
        if name == "count" && counts_rows(function) {
            return Ok(AggregateCall {
                function: datafusion::functions_aggregate::count::count_udaf(),
                arguments: vec![lit(datafusion::logical_expr::utils::COUNT_STAR_EXPANSION)],
                distinct: false,
                filter,
                order_by,
                null_treatment,
                data_type: Type::Bigint,
            });
        }
        let arguments = self.arguments(function, &inside)?;
        if distinct {
            for argument in &arguments {
                if let Argument::Value(typed) = argument
                    && !typed.data_type.is_comparable()
                {
                    return Err(error_at(
                        syntax,
                        ErrorCode::TypeMismatch,
                        format!(
                            "DISTINCT can only be applied to comparable types (actual: {})",
                            typed.data_type
                        ),
                    ));
                }
            }
        }
        // Values that are equal where their bytes are: DataFusion counts them, and from the catalog where it can.
        let plain_count = name == "count"
            && matches!(
                arguments.as_slice(),
                [Argument::Value(typed)] if typed.data_type.is_integer()
                    || matches!(typed.data_type, Type::Varchar(_) | Type::Date | Type::Boolean)
            );
        let bound = self.bind(name, arguments, syntax, &inside)?;
        let data_type = bound.resolved.bound.returns.clone();
        if plain_count {
            return Ok(AggregateCall {
                function: datafusion::functions_aggregate::count::count_udaf(),
                arguments: bound.arguments,
                distinct,
                filter,
                order_by,
                null_treatment,
                data_type,
            });
        }
        match bound.resolved.function()? {
            BoundFunction::Aggregate(function) => Ok(AggregateCall {
                function,
                arguments: bound.arguments,
                distinct,
                filter,
                order_by,
                null_treatment,
                data_type,
            }),
            _ => Err(QueryError::internal(format!(
                "{name} is no aggregate function"
            ))),
        }
    }

    /// `array_agg(x ORDER BY y)`, `listagg(x) WITHIN GROUP (ORDER BY y)`
    fn argument_order(
        &self,
        function: &ast::Function,
        context: &ExprContext<'_>,
    ) -> Result<Vec<SortExpr>> {
        let mut items: Vec<&ast::OrderByExpr> = function.within_group.iter().collect();
        if let FunctionArguments::List(list) = &function.args {
            for clause in &list.clauses {
                if let ast::FunctionArgumentClause::OrderBy(order_by) = clause {
                    items.extend(order_by);
                }
            }
        }
        items
            .into_iter()
            .map(|item| sort_by(self.expression(&item.expr, context)?, item))
            .collect()
    }

    /// A function of DataFusion's that Trino has no counterpart of.
    fn engine_function(
        &self,
        name: &str,
        function: &ast::Function,
        syntax: &ast::Expr,
        context: &ExprContext<'_>,
    ) -> Result<Typed> {
        let not_registered = || {
            error_at(
                syntax,
                ErrorCode::FunctionNotFound,
                format!("Function '{name}' not registered"),
            )
        };
        let Some(found) = self.session.scalar_functions().get(name).map(Arc::clone) else {
            return Err(not_registered());
        };
        let mut exprs = Vec::new();
        for argument in self.arguments(function, context)? {
            match argument {
                Argument::Value(typed) => exprs.push(typed.expr),
                _ => return Err(not_supported(syntax, format!("{name} takes no lambda"))),
            }
        }
        let expr = Expr::ScalarFunction(ScalarFunction::new_udf(found, exprs));
        let stored = arrow_type_of(&expr, &context.scope.df_schema()?)?;
        let Some(data_type) = Type::of_arrow(&stored) else {
            return Err(not_supported(
                syntax,
                format!(
                    "the function {name} gives values of type {stored}, which SQL has no type for"
                ),
            ));
        };
        self.stored_column(expr, &stored, &data_type)
    }
}

/// An aggregate function with its clauses.
pub(super) struct AggregateCall {
    pub(super) function: Arc<datafusion::logical_expr::AggregateUDF>,
    pub(super) arguments: Vec<Expr>,
    pub(super) distinct: bool,
    pub(super) filter: Option<Expr>,
    pub(super) order_by: Vec<SortExpr>,
    pub(super) null_treatment: Option<NullTreatment>,
    pub(super) data_type: Type,
}

impl AggregateCall {
    /// The aggregate of a group's rows.
    pub(super) fn over_group(self) -> Typed {
        let aggregate = AggregateFunction::new_udf(
            self.function,
            self.arguments,
            self.distinct,
            self.filter.map(Box::new),
            self.order_by,
            self.null_treatment,
        );
        Typed::new(Expr::AggregateFunction(aggregate), self.data_type)
    }
}

/// The function's name in lower case.
pub(super) fn function_name(function: &ast::Function) -> Result<String> {
    match function.name.0.as_slice() {
        [part] => match part.as_ident() {
            Some(name) => Ok(name.value.to_lowercase()),
            None => Err(not_supported(
                &function.name,
                "a function's name is expected",
            )),
        },
        _ => Err(error_at(
            &function.name,
            ErrorCode::FunctionNotFound,
            format!("Function '{}' not registered", function.name),
        )),
    }
}

/// The expressions that a call is given, with their names where they have some. `*` is left out.
pub(in crate::analyze) fn argument_expressions(
    function: &ast::Function,
) -> Result<Vec<(Option<String>, &ast::Expr)>> {
    let list = match &function.args {
        FunctionArguments::None => return Ok(Vec::new()),
        FunctionArguments::List(list) => list,
        FunctionArguments::Subquery(query) => {
            return Err(not_supported(
                query.as_ref(),
                "a subquery as an argument stands in parentheses of its own",
            ));
        }
    };
    let mut found = Vec::with_capacity(list.args.len());
    for argument in &list.args {
        match argument {
            FunctionArg::Unnamed(FunctionArgExpr::Expr(expr)) => found.push((None, expr)),
            FunctionArg::Unnamed(_) => {}
            FunctionArg::Named {
                name,
                arg: FunctionArgExpr::Expr(expr),
                ..
            } => found.push((Some(name.value.to_lowercase()), expr)),
            other => {
                return Err(not_supported(
                    &function.name,
                    format!("this argument is not supported: {other}"),
                ));
            }
        }
    }
    Ok(found)
}

/// `count(*)` and `count()`
fn counts_rows(function: &ast::Function) -> bool {
    match &function.args {
        FunctionArguments::None => true,
        FunctionArguments::List(list) => list.args.iter().all(|argument| {
            matches!(
                argument,
                FunctionArg::Unnamed(
                    FunctionArgExpr::Wildcard | FunctionArgExpr::QualifiedWildcard(_)
                )
            )
        }),
        FunctionArguments::Subquery(_) => false,
    }
}

fn is_distinct(function: &ast::Function) -> bool {
    matches!(
        &function.args,
        FunctionArguments::List(list)
            if list.duplicate_treatment == Some(ast::DuplicateTreatment::Distinct)
    )
}

/// IGNORE NULLS or RESPECT NULLS, wherever it stands.
pub(super) fn null_treatment(function: &ast::Function) -> Option<NullTreatment> {
    let within = match &function.args {
        FunctionArguments::List(list) => list.clauses.iter().find_map(|clause| match clause {
            ast::FunctionArgumentClause::IgnoreOrRespectNulls(treatment) => Some(*treatment),
            _ => None,
        }),
        _ => None,
    };
    Some(match function.null_treatment.or(within)? {
        ast::NullTreatment::IgnoreNulls => NullTreatment::IgnoreNulls,
        ast::NullTreatment::RespectNulls => NullTreatment::RespectNulls,
    })
}

/// A failure of the library at a piece of syntax.
pub(super) fn function_error(error: FunctionError, syntax: &impl Syntax) -> QueryError {
    let code = match error.code {
        FunctionErrorCode::FunctionNotFound => ErrorCode::FunctionNotFound,
        FunctionErrorCode::TypeMismatch => ErrorCode::TypeMismatch,
        _ => {
            return placed(
                QueryError::from(datafusion::error::DataFusionError::from(error)),
                syntax,
            );
        }
    };
    error_at(syntax, code, error.message)
}
