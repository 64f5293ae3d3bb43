//! Subqueries that take columns from around them become joins: those of LATERAL, scalar ones, and those of EXISTS, IN, ANY and ALL.
//!
//! DataFusion has rules for scalar subqueries and predicates that are [plain]; these, and subqueries that take nothing from around them,
//! are left to them. All others are [flattened](flattening): computed for all rows around them at once, that is for a [domain].

mod domain;
mod filtered_join;
mod flattening;
mod hoisting;
mod plain;
mod references;
mod single_row;

use std::sync::Arc;

use datafusion::common::alias::AliasGenerator;
use datafusion::common::tree_node::{Transformed, TransformedResult, TreeNode, TreeNodeRecursion};
use datafusion::common::{Column, Result};
use datafusion::logical_expr::expr_rewriter::NamePreserver;
use datafusion::logical_expr::utils::conjunction;
use datafusion::logical_expr::{Expr, Filter, Join, JoinType, LogicalPlan, LogicalPlanBuilder};

use domain::{Domain, same_values};
use filtered_join::filtered_join;
use flattening::{is_one_row, is_row_wise};
use plain::{is_plain_aggregation, is_plain_predicate};
use references::{columns_of, has_subquery, references, refers_to, subquery_of, with_subquery};
use single_row::is_single;

use super::subquery_predicates::outer;

/// The plan without subqueries that DataFusion's rules cannot join.
///
/// Names that are made come from `aliases`.
pub(super) fn decorrelated(plan: LogicalPlan, aliases: &AliasGenerator) -> Result<LogicalPlan> {
    plan.transform_up(|node| match node {
        LogicalPlan::Join(join) if matches!(*join.right, LogicalPlan::Subquery(_)) => {
            lateral_join(join, aliases).map(Transformed::yes)
        }
        LogicalPlan::Join(join) if join.filter.as_ref().is_some_and(has_subquery) => {
            let hoisted = hoisting::around_join(join, aliases)?;
            decorrelated(hoisted, aliases).map(Transformed::yes)
        }
        LogicalPlan::Window(window) if window.window_expr.iter().any(has_subquery) => {
            let hoisted = hoisting::below_window(window, aliases)?;
            decorrelated(hoisted, aliases).map(Transformed::yes)
        }
        LogicalPlan::Aggregate(aggregate)
            if aggregate
                .group_expr
                .iter()
                .chain(&aggregate.aggr_expr)
                .any(has_subquery) =>
        {
            let hoisted = hoisting::below_aggregate(aggregate, aliases)?;
            decorrelated(hoisted, aliases).map(Transformed::yes)
        }
        LogicalPlan::Projection(projection) if projection.expr.iter().any(has_subquery) => {
            let mut around = Around::new(projection.input, aliases);
            let exprs = projection
                .expr
                .into_iter()
                .map(|expr| around.joined(expr))
                .collect::<Result<Vec<_>>>()?;
            LogicalPlanBuilder::from(around.plan)
                .project(exprs)?
                .build()
                .map(Transformed::yes)
        }
        LogicalPlan::Filter(filter) if has_subquery(&filter.predicate) => {
            let columns = filter.input.schema().columns();
            let mut around = Around::new(filter.input, aliases);
            let predicate = around.joined(filter.predicate)?;
            let filter = Filter::try_new(predicate, Arc::new(around.plan))?;
            let plan = LogicalPlan::Filter(filter);
            if plan.schema().fields().len() == columns.len() {
                return Ok(Transformed::yes(plan));
            }
            LogicalPlanBuilder::from(plan)
                .project(columns.into_iter().map(Expr::Column))?
                .build()
                .map(Transformed::yes)
        }
        other => Ok(Transformed::no(other)),
    })
    .data()
}

/// A relation joined to a subquery that takes columns from it.
fn lateral_join(join: Join, aliases: &AliasGenerator) -> Result<LogicalPlan> {
    let LogicalPlan::Subquery(subquery) = join.right.as_ref() else {
        return Ok(LogicalPlan::Join(join));
    };
    let around = Arc::unwrap_or_clone(join.left);
    let schema = Arc::clone(around.schema());
    let plan = subquery.subquery.as_ref();
    let is_inner = join.join_type == JoinType::Inner;
    let kept = columns_of(&join.schema);
    let joined = if !refers_to(plan, &schema)? {
        // What it takes is from further around.
        LogicalPlanBuilder::from(around)
            .join_on(plan.clone(), join.join_type, join.filter)?
            .build()?
    } else if is_inner && is_row_wise(plan, &schema)? {
        decorrelated(
            Domain::rows(around, aliases).flattened(plan.clone())?,
            aliases,
        )?
    } else if is_plain_predicate(plan, &schema)? {
        decorrelated(
            filtered_join(around, plan.clone(), join.join_type, aliases)?,
            aliases,
        )?
    } else {
        let domain = Domain::values(&around, plan, aliases)?;
        let flat = decorrelated(domain.flattened(plan.clone())?, aliases)?;
        domain.join_to(around, flat, join.join_type)?
    };
    LogicalPlanBuilder::from(joined).project(kept)?.build()
}

/// The rows around subqueries, to which these are joined one after another.
struct Around<'a> {
    plan: LogicalPlan,
    aliases: &'a AliasGenerator,
}

impl<'a> Around<'a> {
    fn new(plan: Arc<LogicalPlan>, aliases: &'a AliasGenerator) -> Around<'a> {
        Around {
            plan: Arc::unwrap_or_clone(plan),
            aliases,
        }
    }

    /// The expression under its name, its subqueries joined or such that DataFusion's rules join them.
    fn joined(&mut self, expr: Expr) -> Result<Expr> {
        let names = NamePreserver::new_for_projection();
        let name = names.save(&expr);
        let joined = expr.transform_down(|part| {
            let Some(subquery) = subquery_of(&part) else {
                return Ok(Transformed::no(part));
            };
            let plan = decorrelated(subquery.subquery.as_ref().clone(), self.aliases)?;
            let around = self.plan.schema();
            if !refers_to(&plan, around)? {
                return Ok(Transformed::yes(with_subquery(part, plan)));
            }
            if !matches!(part, Expr::ScalarSubquery(_)) {
                let plan = match is_plain_predicate(&plan, around)? {
                    true => plan,
                    false => self.filtered(plan)?,
                };
                return Ok(Transformed::yes(with_subquery(part, plan)));
            }
            if is_plain_aggregation(&plan, around)? {
                return Ok(Transformed::yes(with_subquery(part, plan)));
            }
            let column = self.scalar(plan)?;
            Ok(Transformed::new(column, true, TreeNodeRecursion::Jump))
        });
        Ok(name.restore(joined.data()?))
    }

    /// Joins a scalar subquery; gives its column.
    fn scalar(&mut self, plan: LogicalPlan) -> Result<Expr> {
        let name = self.aliases.next("subquery#");
        let mut columns = columns_of(self.plan.schema());
        let joined = if is_one_row(&plan) {
            let domain = Domain::rows(self.plan.clone(), self.aliases);
            let flat = domain.flattened(plan)?;
            columns.extend(first_column(&flat, &name));
            decorrelated(flat, self.aliases)?
        } else {
            let domain = Domain::values(&self.plan, &plan, self.aliases)?;
            let is_single = is_single(&plan);
            let mut flat = decorrelated(domain.flattened(plan)?, self.aliases)?;
            if !is_single {
                flat = domain.single_row(flat)?;
            }
            columns.extend(first_column(&flat, &name));
            domain.join_to(self.plan.clone(), flat, JoinType::Left)?
        };
        self.plan = LogicalPlanBuilder::from(joined).project(columns)?.build()?;
        Ok(Expr::Column(Column::new_unqualified(name)))
    }

    /// The same rows of a subquery, of which a filter above all else takes those of a row around it.
    fn filtered(&self, plan: LogicalPlan) -> Result<LogicalPlan> {
        let around = self.plan.schema();
        let domain = Domain::values(&self.plan, &plan, self.aliases)?;
        let taken = references(&plan, around)?;
        let flat = decorrelated(domain.flattened(plan)?, self.aliases)?;
        let (own, within) = domain.split(&flat);
        let own_values: Vec<Expr> = taken.iter().cloned().map(Expr::Column).collect();
        let same = same_values(&own_values, &within, around)?
            .into_iter()
            .map(|condition| outer(condition, around));
        let rows = LogicalPlanBuilder::from(flat);
        match conjunction(same.collect::<Result<Vec<_>>>()?) {
            Some(condition) => rows.filter(condition)?,
            None => rows,
        }
        // Under a new name: DataFusion's rule takes a column that is passed on as it is for one that is missing.
        .project(
            own.into_iter()
                .map(|expr| expr.alias(self.aliases.next("subquery#"))),
        )?
        .build()
    }
}

/// A plan's first column under another name.
fn first_column(plan: &LogicalPlan, name: &str) -> Option<Expr> {
    let column = plan.schema().columns().into_iter().next()?;
    Some(Expr::Column(column).alias(name))
}
