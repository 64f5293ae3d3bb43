//! UNION, INTERSECT, EXCEPT and VALUES: rows of several origins made alike.

use std::sync::Arc;

use datafusion::common::tree_node::TreeNode;
use datafusion::functions_window::row_number::row_number_udwf;
use datafusion::logical_expr::{Expr, LogicalPlan, LogicalPlanBuilder, Union};
use prismlake_functions::types::{Type, common_type};
use sqlparser::ast;
use sqlparser::ast::{SetOperator, SetQuantifier};

use super::expression::ExprContext;
use super::scope::{Scope, ScopeField};
use super::typed::Typed;
use super::{Analyzer, Environment, PlannedRelation, Syntax, error_at, not_supported};
use crate::error::{ErrorCode, Result};

impl Analyzer<'_> {
    /// A query's body, without ORDER BY and LIMIT.
    pub(super) fn set_expression(
        &self,
        body: &ast::SetExpr,
        environment: &Environment,
    ) -> Result<PlannedRelation> {
        match body {
            ast::SetExpr::Select(select) => self.select(select, &[], environment),
            ast::SetExpr::Query(query) => self.query(query, environment),
            ast::SetExpr::Values(values) => self.values(values, environment),
            ast::SetExpr::SetOperation {
                left,
                op,
                set_quantifier,
                right,
            } => self.set_operation(body, left, *op, *set_quantifier, right, environment),
            other => Err(not_supported(
                other,
                "a query cannot be made of this statement",
            )),
        }
    }

    fn set_operation(
        &self,
        whole: &ast::SetExpr,
        left: &ast::SetExpr,
        operator: SetOperator,
        quantifier: SetQuantifier,
        right: &ast::SetExpr,
        environment: &Environment,
    ) -> Result<PlannedRelation> {
        // A chain of unions leans to the left and may be long: taken apart, it needs no deep recursion.
        let mut parts = vec![right];
        let mut first = left;
        while let ast::SetExpr::SetOperation {
            left: inner_left,
            op: inner_operator,
            set_quantifier: inner_quantifier,
            right: inner_right,
        } = first
            && *inner_operator == operator
            && operator == SetOperator::Union
            && is_all(*inner_quantifier) == is_all(quantifier)
        {
            parts.push(inner_right);
            first = inner_left;
        }
        parts.push(first);
        parts.reverse();
        let planned = parts
            .into_iter()
            .map(|part| self.set_expression(part, environment))
            .collect::<Result<Vec<_>>>()?;
        let (types, names) = common_columns(whole, &planned, operator)?;
        let columns: Vec<String> = names
            .iter()
            .map(|name| self.symbol(name.as_deref().unwrap_or("column")))
            .collect();
        let mut plans = planned
            .into_iter()
            .map(|part| projected_as(self, part, &types, &columns, whole))
            .collect::<Result<Vec<_>>>()?
            .into_iter();
        let Some(mut plan) = plans.next() else {
            return Err(not_supported(whole, "a set operation needs two queries"));
        };
        for next in plans {
            plan = match operator {
                SetOperator::Union => LogicalPlanBuilder::from(plan).union(next)?.build()?,
                SetOperator::Intersect | SetOperator::Except | SetOperator::Minus
                    if is_all(quantifier) =>
                {
                    self.by_occurrence(plan, next, operator)?
                }
                SetOperator::Intersect => LogicalPlanBuilder::intersect(plan, next, false)?,
                SetOperator::Except | SetOperator::Minus => {
                    LogicalPlanBuilder::except(plan, next, false)?
                }
            };
        }
        if operator == SetOperator::Union && !is_all(quantifier) {
            plan = LogicalPlanBuilder::from(plan).distinct()?.build()?;
        }
        let schema = plan.schema().clone();
        let fields = names
            .into_iter()
            .zip(types)
            .zip(schema.columns())
            .map(|((name, data_type), column)| ScopeField::column(None, name, data_type, column))
            .collect();
        Ok(PlannedRelation {
            plan,
            scope: Scope::new(fields, environment.outer.clone()),
        })
    }

    /// INTERSECT ALL and EXCEPT ALL: a row is there as often as on both sides, or less often by the right side's times. DataFusion's own
    /// only ask whether the other side has a row at all; asked for rows with the number of their occurrence, that is the same.
    fn by_occurrence(
        &self,
        left: LogicalPlan,
        right: LogicalPlan,
        operator: SetOperator,
    ) -> Result<LogicalPlan> {
        let number = self.symbol("occurrence");
        let left = with_occurrence(left, &number)?;
        let right = with_occurrence(right, &number)?;
        let plan = match operator {
            SetOperator::Intersect => LogicalPlanBuilder::intersect(left, right, true)?,
            _ => LogicalPlanBuilder::except(left, right, true)?,
        };
        let mut columns = plan.schema().columns();
        columns.pop();
        Ok(LogicalPlanBuilder::from(plan)
            .project(columns.into_iter().map(Expr::Column))?
            .build()?)
    }

    /// `VALUES (1, 'a'), (2, 'b')`
    pub(super) fn values(
        &self,
        values: &ast::Values,
        environment: &Environment,
    ) -> Result<PlannedRelation> {
        let scope = Scope::new(Vec::new(), environment.outer.clone());
        let context = ExprContext::new(scope, environment, "VALUES");
        let mut rows: Vec<Vec<Typed>> = Vec::with_capacity(values.rows.len());
        for row in &values.rows {
            let row = row
                .content
                .iter()
                .map(|item| self.expression(item, &context))
                .collect::<Result<Vec<_>>>()?;
            rows.push(row);
        }
        let width = rows.first().map_or(0, Vec::len);
        let mut types: Vec<Type> = vec![Type::Unknown; width];
        for (row, written) in rows.iter().zip(&values.rows) {
            let syntax = written.content.first();
            if row.len() != width {
                let message = format!(
                    "Values rows have mismatched sizes: {width} vs {}",
                    row.len()
                );
                return Err(match syntax {
                    Some(syntax) => error_at(syntax, ErrorCode::TypeMismatch, message),
                    None => crate::error::QueryError::new(ErrorCode::TypeMismatch, message),
                });
            }
            for (place, typed) in row.iter().enumerate() {
                let Some(known) = types.get_mut(place) else {
                    continue;
                };
                *known = common_type(known, &typed.data_type).ok_or_else(|| {
                    let message = format!(
                        "Values rows have mismatched types: {known} vs {}",
                        typed.data_type
                    );
                    match written.content.get(place) {
                        Some(syntax) => error_at(syntax, ErrorCode::TypeMismatch, message),
                        None => crate::error::QueryError::new(ErrorCode::TypeMismatch, message),
                    }
                })?;
            }
        }
        let rows = rows
            .into_iter()
            .map(|row| {
                row.into_iter()
                    .zip(&types)
                    .map(|(typed, to)| Ok(self.coerce(typed, to)?.expr))
                    .collect::<Result<Vec<Expr>>>()
            })
            .collect::<Result<Vec<_>>>()?;
        let plan = if width == 0 {
            LogicalPlanBuilder::empty(true).build()?
        } else if rows.iter().flatten().any(is_of_relations) {
            selected(rows)?
        } else {
            LogicalPlanBuilder::values(rows)?.build()?
        };
        let columns = plan.schema().columns();
        let mut expressions = Vec::new();
        let mut fields = Vec::new();
        for (column, data_type) in columns.into_iter().zip(types) {
            let own = self.symbol_column("column");
            expressions.push(Expr::Column(column).alias(&own.name));
            fields.push(ScopeField::column(None, None, data_type, own));
        }
        Ok(PlannedRelation {
            plan: LogicalPlanBuilder::from(plan)
                .project(expressions)?
                .build()?,
            scope: Scope::new(fields, environment.outer.clone()),
        })
    }
}

/// The rows, each with which of its occurrences it is, in a last column.
fn with_occurrence(plan: LogicalPlan, number: &str) -> Result<LogicalPlan> {
    let columns: Vec<Expr> = plan
        .schema()
        .columns()
        .into_iter()
        .map(Expr::Column)
        .collect();
    Ok(super::numbered(
        plan,
        row_number_udwf(),
        columns,
        Vec::new(),
        number,
    )?)
}

fn is_all(quantifier: SetQuantifier) -> bool {
    matches!(quantifier, SetQuantifier::All | SetQuantifier::AllByName)
}

/// The types that all parts can be coerced to, and the names that the first part gives.
fn common_columns(
    whole: &ast::SetExpr,
    parts: &[PlannedRelation],
    operator: SetOperator,
) -> Result<(Vec<Type>, Vec<Option<String>>)> {
    let mut types: Vec<Type> = Vec::new();
    let mut names = Vec::new();
    for (part, relation) in parts.iter().enumerate() {
        let fields: Vec<&ScopeField> = relation.scope.visible_fields().collect();
        if part == 0 {
            types = fields.iter().map(|field| field.data_type.clone()).collect();
            names = fields.iter().map(|field| field.name.clone()).collect();
            continue;
        }
        if fields.len() != types.len() {
            return Err(error_at(
                whole,
                ErrorCode::TypeMismatch,
                format!(
                    "{operator} query has different number of fields: {}, {}",
                    types.len(),
                    fields.len()
                ),
            ));
        }
        for (place, (known, field)) in types.iter_mut().zip(fields).enumerate() {
            *known = common_type(known, &field.data_type).ok_or_else(|| {
                error_at(
                    whole,
                    ErrorCode::TypeMismatch,
                    format!(
                        "column {} in {operator} query has incompatible types: {known}, {}",
                        place + 1,
                        field.data_type
                    ),
                )
            })?;
        }
    }
    Ok((types, names))
}

/// The relation's visible columns, coerced, under these names.
pub(super) fn projected_as(
    analyzer: &Analyzer<'_>,
    relation: PlannedRelation,
    types: &[Type],
    names: &[String],
    syntax: &impl Syntax,
) -> Result<LogicalPlan> {
    let fields: Vec<&ScopeField> = relation.scope.visible_fields().collect();
    if fields.len() != types.len() {
        return Err(error_at(
            syntax,
            ErrorCode::TypeMismatch,
            format!(
                "the parts of a query have different numbers of columns: {} and {}",
                types.len(),
                fields.len()
            ),
        ));
    }
    let expressions = fields
        .into_iter()
        .zip(types)
        .zip(names)
        .map(|((field, to), name)| Ok(analyzer.coerce(field.typed(), to)?.expr.alias(name)))
        .collect::<Result<Vec<Expr>>>()?;
    Ok(LogicalPlanBuilder::from(relation.plan)
        .project(expressions)?
        .build()?)
}

/// Whether an expression is computed from more than literals.
fn is_of_relations(expr: &Expr) -> bool {
    let is_of_relation = |expr: &Expr| {
        matches!(
            expr,
            Expr::ScalarSubquery(_)
                | Expr::InSubquery(_)
                | Expr::Exists(_)
                | Expr::SetComparison(_)
                | Expr::OuterReferenceColumn(..)
        )
    };
    expr.exists(|expr| Ok(is_of_relation(expr)))
        .unwrap_or(false)
}

/// Rows that are selected one by one: DataFusion computes VALUES before any relation.
fn selected(rows: Vec<Vec<Expr>>) -> Result<LogicalPlan> {
    let mut selects = Vec::with_capacity(rows.len());
    for row in rows {
        let columns = row
            .into_iter()
            .enumerate()
            .map(|(place, expr)| expr.alias(format!("column{}", place + 1)));
        let row = LogicalPlanBuilder::empty(true).project(columns)?;
        selects.push(Arc::new(row.build()?));
    }
    Ok(match selects.as_slice() {
        [row] => LogicalPlan::clone(row),
        _ => LogicalPlan::Union(Union::try_new(selects)?),
    })
}
