//! Subqueries within expressions.

use std::rc::Rc;
use std::sync::Arc;

use datafusion::common::Spans;
use datafusion::logical_expr::expr::{Exists, InSubquery, SetComparison, SetQuantifier};
use datafusion::logical_expr::{Expr, LogicalPlanBuilder, Operator, Subquery};
use prismlake_functions::types::{Type, common_type};
use sqlparser::ast;
use sqlparser::ast::BinaryOperator;

use super::operator::comparison_operator;
use super::{ExprContext, cannot_apply};
use crate::analyze::scope::{Scope, ScopeField};
use crate::analyze::set_operation::projected_as;
use crate::analyze::typed::Typed;
use crate::analyze::{Analyzer, Environment, PlannedRelation, error_at, not_supported};
use crate::error::{ErrorCode, Result};

/// How deep subqueries may stand within each other's expressions. DataFusion's rules take twice as long for each level.
const SUBQUERY_DEPTH_MAX: usize = 10;

impl Analyzer<'_> {
    /// The plan of a subquery, which sees the columns around it.
    fn subquery(&self, query: &ast::Query, context: &ExprContext<'_>) -> Result<PlannedRelation> {
        let around = std::iter::successors(Some(&context.scope), |scope| scope.outer.as_ref());
        if around.count() > SUBQUERY_DEPTH_MAX {
            return Err(not_supported(
                query,
                format!("subqueries within expressions nest more than {SUBQUERY_DEPTH_MAX} deep"),
            ));
        }
        self.query(
            query,
            &Environment {
                outer: Some(Rc::clone(&context.scope)),
                common_tables: context.environment.common_tables.clone(),
            },
        )
    }

    /// The plan of a subquery with one column, as one of that type.
    fn one_column(
        &self,
        query: &ast::Query,
        planned: PlannedRelation,
        to: Option<&Type>,
    ) -> Result<(Subquery, Type)> {
        let types: Vec<Type> = planned
            .scope
            .visible_fields()
            .map(|field| field.data_type.clone())
            .collect();
        let [own] = types.as_slice() else {
            return Err(error_at(
                query,
                ErrorCode::TypeMismatch,
                format!(
                    "Multiple columns returned by subquery are not yet supported. Found {}",
                    types.len()
                ),
            ));
        };
        let data_type = to.unwrap_or(own).clone();
        let name = self.symbol("subquery");
        let plan = projected_as(
            self,
            planned,
            std::slice::from_ref(&data_type),
            &[name],
            query,
        )?;
        Ok((subquery_of(plan), data_type))
    }

    pub(super) fn scalar_subquery(
        &self,
        query: &ast::Query,
        context: &ExprContext<'_>,
    ) -> Result<Typed> {
        let planned = self.subquery(query, context)?;
        // Several columns are a row.
        let planned = match planned.scope.visible_fields().count() {
            0 | 1 => planned,
            _ => self.row_column(planned)?,
        };
        let (subquery, data_type) = self.one_column(query, planned, None)?;
        Ok(Typed::new(Expr::ScalarSubquery(subquery), data_type))
    }

    pub(super) fn in_subquery(
        &self,
        syntax: &ast::Expr,
        value: &ast::Expr,
        query: &ast::Query,
        negated: bool,
        context: &ExprContext<'_>,
    ) -> Result<Typed> {
        let value = self.expression(value, context)?;
        let planned = self.subquery(query, context)?;
        let planned = self.as_row_column(planned, &value.data_type)?;
        let own = first_type(&planned);
        let Some(common) = common_type(&value.data_type, &own) else {
            return Err(error_at(
                syntax,
                ErrorCode::TypeMismatch,
                format!(
                    "value and result of subquery must be of the same type for IN expression: {} vs {own}",
                    value.data_type
                ),
            ));
        };
        let value = self.coerce(value, &common)?;
        let (subquery, _) = self.one_column(query, planned, Some(&common))?;
        Ok(Typed::boolean(Expr::InSubquery(InSubquery::new(
            Box::new(value.expr),
            subquery,
            negated,
        ))))
    }

    /// `(a, b) IN (SELECT x, y …)`: the columns are one row.
    fn as_row_column(&self, planned: PlannedRelation, wanted: &Type) -> Result<PlannedRelation> {
        let columns = planned.scope.visible_fields().count();
        if columns == 1 || !matches!(wanted, Type::Row(row) if row.len() == columns) {
            return Ok(planned);
        }
        self.row_column(planned)
    }

    /// A relation's columns as one, a row of them.
    fn row_column(&self, planned: PlannedRelation) -> Result<PlannedRelation> {
        let fields = planned
            .scope
            .visible_fields()
            .map(|field| field.typed())
            .collect();
        let row = self.row(fields)?;
        let column = self.symbol_column("row");
        let plan = LogicalPlanBuilder::from(planned.plan)
            .project(vec![row.expr.alias(&column.name)])?
            .build()?;
        let field = ScopeField::column(None, None, row.data_type, column);
        Ok(PlannedRelation {
            plan,
            scope: Scope::new(vec![field], None),
        })
    }

    pub(super) fn exists(
        &self,
        query: &ast::Query,
        negated: bool,
        context: &ExprContext<'_>,
    ) -> Result<Typed> {
        let planned = self.subquery(query, context)?;
        Ok(Typed::boolean(Expr::Exists(Exists::new(
            subquery_of(planned.plan),
            negated,
        ))))
    }

    /// `x > ALL (SELECT …)`
    pub(super) fn quantified(
        &self,
        syntax: &ast::Expr,
        value: &ast::Expr,
        operator: &BinaryOperator,
        right: &ast::Expr,
        all: bool,
        context: &ExprContext<'_>,
    ) -> Result<Typed> {
        let query = match right {
            ast::Expr::Subquery(query) => query,
            other => {
                return Err(not_supported(
                    other,
                    "a quantified comparison takes a subquery; any_match and all_match compare with arrays",
                ));
            }
        };
        let Some(comparison) = comparison_operator(operator) else {
            return Err(cannot_apply(syntax, operator));
        };
        match (comparison, all) {
            (Operator::Eq, false) => return self.in_subquery(syntax, value, query, false, context),
            (Operator::NotEq, true) => {
                return self.in_subquery(syntax, value, query, true, context);
            }
            _ => {}
        }
        let value = self.expression(value, context)?;
        let planned = self.subquery(query, context)?;
        let own = first_type(&planned);
        let Some(common) = common_type(&value.data_type, &own) else {
            return Err(cannot_apply(
                syntax,
                format!("{} {operator} {own}", value.data_type),
            ));
        };
        let value = self.coerce(value, &common)?;
        let (subquery, _) = self.one_column(query, planned, Some(&common))?;
        Ok(Typed::boolean(Expr::SetComparison(SetComparison::new(
            Box::new(value.expr),
            subquery,
            comparison,
            if all {
                SetQuantifier::All
            } else {
                SetQuantifier::Any
            },
        ))))
    }
}

/// The type of a subquery's first column.
fn first_type(planned: &PlannedRelation) -> Type {
    planned
        .scope
        .visible_fields()
        .next()
        .map_or(Type::Unknown, |field| field.data_type.clone())
}

fn subquery_of(plan: datafusion::logical_expr::LogicalPlan) -> Subquery {
    let outer_ref_columns = plan.all_out_ref_exprs();
    Subquery {
        subquery: Arc::new(plan),
        outer_ref_columns,
        spans: Spans::new(),
    }
}
