//! A query: WITH, a body, ORDER BY, OFFSET, LIMIT and FETCH FIRST.

use std::sync::Arc;

use datafusion::common::Column;
use datafusion::functions_window::rank::rank_udwf;
use datafusion::functions_window::row_number::row_number_udwf;
use datafusion::logical_expr::{Expr, LogicalPlan, LogicalPlanBuilder, SortExpr, lit};
use datafusion::scalar::ScalarValue;
use sqlparser::ast;

use super::expression::ExprContext;
use super::scope::Scope;
use super::sort::{order_by_items, ordinal, sort_by};
use super::typed::Typed;
use super::{Analyzer, Environment, PlannedRelation, error_at, not_supported, numbered};
use crate::error::{ErrorCode, Result};

impl Analyzer<'_> {
    /// A whole query.
    pub(super) fn query(
        &self,
        query: &ast::Query,
        outside: &Environment,
    ) -> Result<PlannedRelation> {
        stacker::maybe_grow(256 * 1024, 4 * 1024 * 1024, || {
            self.query_here(query, outside)
        })
    }

    fn query_here(&self, query: &ast::Query, outside: &Environment) -> Result<PlannedRelation> {
        let environment = match &query.with {
            Some(with) => self.with_query(with, outside)?,
            None => outside.clone(),
        };
        let items = order_by_items(query.order_by.as_ref())?;
        let mut planned = match query.body.as_ref() {
            ast::SetExpr::Select(select) => self.select(select, items, &environment)?,
            body => {
                let planned = self.set_expression(body, &environment)?;
                self.sorted(planned, items, &environment)?
            }
        };
        let bounds = self.bounds(query, &environment)?;
        if bounds.with_ties {
            if items.is_empty() {
                return Err(not_supported(
                    query,
                    "FETCH FIRST WITH TIES clause requires ORDER BY",
                ));
            }
            planned.plan = self.limited_with_ties(planned.plan, bounds.skip, bounds.fetch)?;
        } else if bounds.skip > 0 && bounds.fetch.is_none() {
            planned.plan = self.skipped(planned.plan, bounds.skip)?;
        } else if bounds.fetch.is_some() {
            planned.plan = limited(planned.plan, bounds.skip, bounds.fetch)?;
        }
        Ok(planned)
    }

    /// Rows of a body without clauses of its own, sorted by their columns.
    fn sorted(
        &self,
        planned: PlannedRelation,
        items: &[ast::OrderByExpr],
        environment: &Environment,
    ) -> Result<PlannedRelation> {
        if items.is_empty() {
            return Ok(planned);
        }
        let fields: Vec<Typed> = planned
            .scope
            .visible_fields()
            .map(|field| field.typed())
            .collect();
        let mut scope = planned.scope.clone();
        scope.outer.clone_from(&environment.outer);
        let context = ExprContext::new(scope, environment, "ORDER BY");
        let sorts = items
            .iter()
            .map(|item| {
                let typed = match ordinal(&item.expr, "ORDER BY", fields.len())? {
                    Some(place) => fields.get(place).cloned(),
                    None => None,
                };
                let typed = match typed {
                    Some(typed) => typed,
                    None => self.expression(&item.expr, &context)?,
                };
                sort_by(typed, item)
            })
            .collect::<Result<Vec<_>>>()?;
        Ok(PlannedRelation {
            plan: LogicalPlanBuilder::from(planned.plan)
                .sort(sorts)?
                .build()?,
            scope: planned.scope,
        })
    }

    fn bounds(&self, query: &ast::Query, environment: &Environment) -> Result<Bounds> {
        let mut bounds = Bounds {
            skip: 0,
            fetch: None,
            with_ties: false,
        };
        match &query.limit_clause {
            None => {}
            Some(ast::LimitClause::LimitOffset { limit, offset, .. }) => {
                if let Some(offset) = offset {
                    bounds.skip = self.row_count(&offset.value, "OFFSET", environment)?;
                }
                if let Some(limit) = limit {
                    bounds.fetch = Some(self.row_count(limit, "LIMIT", environment)?);
                }
            }
            Some(ast::LimitClause::OffsetCommaLimit { offset, .. }) => {
                return Err(error_at(
                    offset,
                    ErrorCode::SyntaxError,
                    "mismatched input ','. Expecting: the end of the statement",
                ));
            }
        }
        if let Some(fetch) = &query.fetch {
            bounds.with_ties = fetch.with_ties;
            bounds.fetch = Some(match &fetch.quantity {
                Some(quantity) => self.row_count(quantity, "FETCH FIRST", environment)?,
                None => 1,
            });
        }
        Ok(bounds)
    }

    /// A number of rows: a literal or a parameter.
    fn row_count(
        &self,
        expr: &ast::Expr,
        clause: &str,
        environment: &Environment,
    ) -> Result<usize> {
        let context = ExprContext::new(Scope::default(), environment, "LIMIT");
        let typed = self.expression(expr, &context)?;
        let count = match typed.as_literal() {
            Some(ScalarValue::Int32(Some(count))) => usize::try_from(*count).ok(),
            Some(ScalarValue::Int64(Some(count))) => usize::try_from(*count).ok(),
            _ => {
                // A parameter that is not bound yet stands for some number of rows.
                if matches!(typed.expr, Expr::Placeholder(_)) {
                    self.coerce(typed, &prismlake_functions::types::Type::Bigint)?;
                    Some(usize::MAX)
                } else {
                    None
                }
            }
        };
        let count = count.ok_or_else(|| {
            error_at(
                expr,
                ErrorCode::InvalidLimitClause,
                format!("{clause} row count must be a number that is not negative: {expr}"),
            )
        })?;
        if clause == "FETCH FIRST" && count == 0 {
            return Err(error_at(
                expr,
                ErrorCode::InvalidLimitClause,
                "FETCH FIRST row count must be positive (actual value: 0)",
            ));
        }
        Ok(count)
    }

    /// Rows up to a rank: those that sort like the last one come with it.
    fn limited_with_ties(
        &self,
        plan: LogicalPlan,
        skip: usize,
        fetch: Option<usize>,
    ) -> Result<LogicalPlan> {
        // Below the last projection stands the sort by which rows tie.
        let columns = plan.schema().columns();
        let (mut plan, sorts) = sort_below(plan);
        if skip > 0 {
            // Ties count from the rows that are left.
            plan = self.behind(plan, skip, &sorts)?;
        }
        let rank = self.symbol_column("rank");
        let bound = u64::try_from(fetch.unwrap_or(usize::MAX)).unwrap_or(u64::MAX);
        let ranked = numbered(plan, rank_udwf(), Vec::new(), sorts.clone(), &rank.name)?;
        let plan = LogicalPlanBuilder::from(ranked)
            .filter(Expr::Column(rank).lt_eq(lit(bound)))?
            .build()?;
        sorted_again(plan, sorts, columns)
    }

    /// OFFSET without a LIMIT. Under a limit that has no end DataFusion leaves out a sort by what is not selected, and skips whatever
    /// comes first; so sorted rows are numbered.
    fn skipped(&self, plan: LogicalPlan, skip: usize) -> Result<LogicalPlan> {
        let columns = plan.schema().columns();
        let (below, sorts) = sort_below(plan.clone());
        if sorts.is_empty() {
            return limited(plan, skip, None);
        }
        let plan = self.behind(below, skip, &sorts)?;
        sorted_again(plan, sorts, columns)
    }

    /// The rows behind the first ones of an order.
    fn behind(&self, plan: LogicalPlan, skip: usize, sorts: &[SortExpr]) -> Result<LogicalPlan> {
        let number = self.symbol_column("row");
        let bound = u64::try_from(skip).unwrap_or(u64::MAX);
        let numbered = numbered(
            plan,
            row_number_udwf(),
            Vec::new(),
            sorts.to_vec(),
            &number.name,
        )?;
        Ok(LogicalPlanBuilder::from(numbered)
            .filter(Expr::Column(number).gt(lit(bound)))?
            .build()?)
    }
}

/// Rows that were taken from a sorted plan, in its order and with its columns.
fn sorted_again(
    plan: LogicalPlan,
    sorts: Vec<SortExpr>,
    columns: Vec<Column>,
) -> Result<LogicalPlan> {
    Ok(LogicalPlanBuilder::from(plan)
        .sort(sorts)?
        .project(columns.into_iter().map(Expr::Column))?
        .build()?)
}

struct Bounds {
    skip: usize,
    fetch: Option<usize>,
    with_ties: bool,
}

fn limited(plan: LogicalPlan, skip: usize, fetch: Option<usize>) -> Result<LogicalPlan> {
    Ok(LogicalPlanBuilder::from(plan).limit(skip, fetch)?.build()?)
}

/// The sort under a plan's projections, with what lies under it; every column that the projections pass on is still there.
fn sort_below(plan: LogicalPlan) -> (LogicalPlan, Vec<SortExpr>) {
    match plan {
        LogicalPlan::Sort(sort) => (Arc::unwrap_or_clone(sort.input), sort.expr),
        LogicalPlan::Projection(projection) => {
            let (below, sorts) = sort_below(Arc::unwrap_or_clone(projection.input));
            (below, sorts)
        }
        other => (other, Vec::new()),
    }
}
