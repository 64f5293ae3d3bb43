//! Expressions: each is typed by Trino's rules, and becomes one of DataFusion's that gives exactly that type.

mod access;
mod coercion;
mod comparison;
mod conditional;
mod function_call;
mod json_functions;
mod lambda;
mod literal;
mod operator;
mod row_pattern;
mod session_functions;
mod special_functions;
mod subquery;
mod window_call;

use std::rc::Rc;

use datafusion::common::DFSchema;
use datafusion::execution::context::ExecutionProps;
use datafusion::logical_expr::simplify::SimplifyContext;
use datafusion::logical_expr::{ColumnarValue, Expr};
use datafusion::optimizer::simplify_expressions::ExprSimplifier;
use datafusion::scalar::ScalarValue;
use prismlake_functions::types::Type;
use sqlparser::ast;

use super::scope::{Scope, ScopeField};
use super::typed::Typed;
use super::{Analyzer, Environment, Syntax, error_at, not_supported, placed};
use crate::error::{ErrorCode, QueryError, Result};

pub(super) use function_call::argument_expressions;
pub(super) use lambda::LambdaParameters;
pub(super) use row_pattern::{PatternVariables, canonical};

/// The clause of an aggregate function's arguments.
const AGGREGATE_ARGUMENTS: &str = "aggregate function";

/// Where an expression stands: what it sees, and what it may contain.
#[derive(Clone)]
pub(super) struct ExprContext<'c> {
    scope: Rc<Scope>,
    /// Columns of the result, which ORDER BY sees before those of FROM.
    results: Option<Rc<Scope>>,
    environment: Environment,
    lambda: Option<Rc<LambdaParameters>>,
    /// The clause, for errors.
    clause: &'c str,
    aggregates: bool,
    windows: Option<&'c [ast::NamedWindowDefinition]>,
    /// Within MEASURES and DEFINE.
    pattern: Option<row_pattern::PatternContext>,
}

impl<'c> ExprContext<'c> {
    pub(super) fn new(scope: Scope, environment: &Environment, clause: &'c str) -> Self {
        ExprContext::shared(Rc::new(scope), environment, clause)
    }

    pub(super) fn shared(scope: Rc<Scope>, environment: &Environment, clause: &'c str) -> Self {
        ExprContext {
            scope,
            results: None,
            environment: environment.clone(),
            lambda: None,
            clause,
            aggregates: false,
            windows: None,
            pattern: None,
        }
    }

    pub(super) fn with_aggregates(mut self) -> Self {
        self.aggregates = true;
        self
    }

    pub(super) fn with_windows(mut self, named: &'c [ast::NamedWindowDefinition]) -> Self {
        self.windows = Some(named);
        self
    }

    /// The same place, where columns of the result are seen first.
    pub(super) fn with_results(&self, fields: Vec<ScopeField>) -> Self {
        ExprContext {
            results: Some(Rc::new(Scope::new(fields, None))),
            clause: "ORDER BY clause",
            ..self.clone()
        }
    }

    /// Within an aggregate function's arguments, which contain no aggregates themselves.
    fn within_aggregate(&self) -> Self {
        ExprContext {
            aggregates: false,
            windows: None,
            results: None,
            clause: AGGREGATE_ARGUMENTS,
            ..self.clone()
        }
    }

    pub(super) fn scope(&self) -> &Scope {
        &self.scope
    }

    /// The error of an expression that does not stand for one row alone, where only such may stand.
    fn not_scalar(&self, syntax: &ast::Expr) -> QueryError {
        error_at(
            syntax,
            ErrorCode::ExpressionNotScalar,
            not_scalar_message(self.clause, syntax),
        )
    }
}

impl Analyzer<'_> {
    /// An expression with its type.
    pub(super) fn expression(&self, expr: &ast::Expr, context: &ExprContext<'_>) -> Result<Typed> {
        stacker::maybe_grow(128 * 1024, 4 * 1024 * 1024, || {
            self.expression_here(expr, context)
        })
    }

    fn expression_here(&self, expr: &ast::Expr, context: &ExprContext<'_>) -> Result<Typed> {
        if let Some(pattern) = &context.pattern
            && let Some(typed) = self.pattern_expression(expr, pattern, context)?
        {
            return Ok(typed);
        }
        match expr {
            ast::Expr::Nested(nested) => self.expression(nested, context),
            ast::Expr::Identifier(name) => self.name(std::slice::from_ref(name), context),
            ast::Expr::CompoundIdentifier(parts) => self.name(parts, context),
            ast::Expr::CompoundFieldAccess { root, access_chain } => {
                self.access(root, access_chain, context)
            }
            ast::Expr::Value(value) => self.literal(value),
            ast::Expr::TypedString(typed) => self.typed_string(typed, expr),
            ast::Expr::Interval(interval) => self.interval(interval, expr),
            ast::Expr::BinaryOp { left, op, right } => {
                self.binary_operation(expr, left, op, right, context)
            }
            ast::Expr::UnaryOp { op, expr: operand } => {
                self.unary_operation(expr, *op, operand, context)
            }
            ast::Expr::IsNull(operand) => {
                let typed = self.expression(operand, context)?;
                Ok(Typed::boolean(typed.expr.is_null()))
            }
            ast::Expr::IsNotNull(operand) => {
                let typed = self.expression(operand, context)?;
                Ok(Typed::boolean(typed.expr.is_not_null()))
            }
            ast::Expr::IsDistinctFrom(left, right) => {
                self.distinct_from(expr, left, right, context)
            }
            ast::Expr::IsNotDistinctFrom(left, right) => {
                let distinct = self.distinct_from(expr, left, right, context)?;
                Ok(Typed::boolean(match distinct.expr {
                    Expr::BinaryExpr(mut binary)
                        if binary.op == datafusion::logical_expr::Operator::IsDistinctFrom =>
                    {
                        binary.op = datafusion::logical_expr::Operator::IsNotDistinctFrom;
                        Expr::BinaryExpr(binary)
                    }
                    other => !other,
                }))
            }
            ast::Expr::Between {
                expr: value,
                negated,
                low,
                high,
            } => self.between(expr, value, *negated, low, high, context),
            ast::Expr::InList {
                expr: value,
                list,
                negated,
            } => self.in_list(expr, value, list, *negated, context),
            ast::Expr::Like {
                negated,
                expr: value,
                pattern,
                escape_char,
                ..
            } => self.like(
                expr,
                value,
                pattern,
                escape_char.as_ref(),
                *negated,
                context,
            ),
            ast::Expr::InSubquery {
                expr: value,
                subquery,
                negated,
            } => self.in_subquery(expr, value, subquery, *negated, context),
            ast::Expr::Exists { subquery, negated } => self.exists(subquery, *negated, context),
            ast::Expr::Subquery(query) => self.scalar_subquery(query, context),
            ast::Expr::AnyOp {
                left,
                compare_op,
                right,
                ..
            } => self.quantified(expr, left, compare_op, right, false, context),
            ast::Expr::AllOp {
                left,
                compare_op,
                right,
            } => self.quantified(expr, left, compare_op, right, true, context),
            ast::Expr::Cast {
                kind,
                expr: value,
                data_type,
                ..
            } => self.cast_expression(expr, kind, value, data_type, context),
            ast::Expr::Case {
                operand,
                conditions,
                else_result,
                ..
            } => self.case(
                expr,
                operand.as_deref(),
                conditions,
                else_result.as_deref(),
                context,
            ),
            ast::Expr::AtTimeZone {
                timestamp,
                time_zone,
            } => {
                let value = self.expression(timestamp, context)?;
                let zone = self.expression(time_zone, context)?;
                self.call("$at_time_zone", vec![value, zone], expr)
            }
            ast::Expr::Extract {
                field, expr: value, ..
            } => self.extract(expr, field, value, context),
            ast::Expr::Position { expr: part, r#in } => {
                let part = self.expression(part, context)?;
                let text = self.expression(r#in, context)?;
                self.call("strpos", vec![text, part], expr)
            }
            ast::Expr::Substring {
                expr: value,
                substring_from,
                substring_for,
                ..
            } => {
                let mut arguments = vec![self.expression(value, context)?];
                for part in [substring_from, substring_for].into_iter().flatten() {
                    arguments.push(self.expression(part, context)?);
                }
                self.call("substring", arguments, expr)
            }
            ast::Expr::Trim {
                trim_where,
                trim_what,
                expr: value,
                trim_characters,
            } => {
                let name = match trim_where {
                    Some(ast::TrimWhereField::Leading) => "ltrim",
                    Some(ast::TrimWhereField::Trailing) => "rtrim",
                    _ => "trim",
                };
                let mut arguments = vec![self.expression(value, context)?];
                let characters = trim_what
                    .as_deref()
                    .or_else(|| trim_characters.as_ref().and_then(|all| all.first()));
                if let Some(characters) = characters {
                    arguments.push(self.expression(characters, context)?);
                }
                self.call(name, arguments, expr)
            }
            ast::Expr::Ceil { expr: value, .. } => {
                let value = self.expression(value, context)?;
                self.call("ceil", vec![value], expr)
            }
            ast::Expr::Floor { expr: value, .. } => {
                let value = self.expression(value, context)?;
                self.call("floor", vec![value], expr)
            }
            ast::Expr::Array(array) => {
                let items = self.expressions(&array.elem, context)?;
                self.array(items, expr)
            }
            ast::Expr::Tuple(items) => {
                let items = self.expressions(items, context)?;
                self.row(items)
            }
            ast::Expr::Function(function) => self.function(function, expr, context),
            ast::Expr::Lambda(_) => Err(error_at(
                expr,
                ErrorCode::TypeMismatch,
                "Lambda expression should always be used inside a function",
            )),
            ast::Expr::GroupingSets(_) | ast::Expr::Cube(_) | ast::Expr::Rollup(_) => {
                Err(error_at(
                    expr,
                    ErrorCode::SyntaxError,
                    "GROUPING SETS, CUBE and ROLLUP stand in GROUP BY alone",
                ))
            }
            other => Err(not_supported(
                other,
                format!("this expression is not supported: {other}"),
            )),
        }
    }

    pub(super) fn expressions(
        &self,
        exprs: &[ast::Expr],
        context: &ExprContext<'_>,
    ) -> Result<Vec<Typed>> {
        exprs
            .iter()
            .map(|expr| self.expression(expr, context))
            .collect()
    }

    /// What an expression without columns gives.
    pub(super) fn constant(&self, expr: &Expr) -> Result<ScalarValue> {
        if let Expr::Literal(value, _) = expr {
            return Ok(value.clone());
        }
        let context = SimplifyContext::builder()
            .with_schema(std::sync::Arc::new(DFSchema::empty()))
            .build();
        match ExprSimplifier::new(context).simplify(expr.clone())? {
            Expr::Literal(value, _) => Ok(value),
            other => {
                // What the simplifier leaves alone fails, or is no constant.
                let schema = DFSchema::empty();
                let physical = datafusion::physical_expr::create_physical_expr(
                    &other,
                    &schema,
                    &ExecutionProps::new(),
                    &datafusion::logical_expr::physical_planning_context::PhysicalPlanningContext::default(),
                )?;
                let one = arrow::record_batch::RecordBatch::try_new_with_options(
                    std::sync::Arc::new(arrow::datatypes::Schema::empty()),
                    vec![],
                    &arrow::record_batch::RecordBatchOptions::new().with_row_count(Some(1)),
                )
                .map_err(|error| QueryError::internal(error.to_string()))?;
                match physical.evaluate(&one)? {
                    ColumnarValue::Scalar(value) => Ok(value),
                    ColumnarValue::Array(values) => Ok(ScalarValue::try_from_array(&values, 0)?),
                }
            }
        }
    }
}

/// What is wrong with an aggregate in a clause that takes none.
pub(super) fn not_scalar_message(clause: &str, syntax: &impl std::fmt::Display) -> String {
    format!(
        "{clause} cannot contain aggregations, window functions or grouping operations: [{syntax}]"
    )
}

/// An error of types that no operator takes.
fn cannot_apply(syntax: &impl Syntax, operation: impl std::fmt::Display) -> QueryError {
    error_at(
        syntax,
        ErrorCode::TypeMismatch,
        format!("Cannot apply operator: {operation}"),
    )
}

/// The type that a text names.
fn type_of_text(text: &str, syntax: &impl Syntax) -> Result<Type> {
    prismlake_functions::types::parse_type(text).map_err(|error| {
        let code = match error {
            prismlake_functions::types::TypeSyntaxError::UnknownType(_) => ErrorCode::TypeNotFound,
            _ => ErrorCode::SyntaxError,
        };
        placed(QueryError::new(code, error.to_string()), syntax)
    })
}
