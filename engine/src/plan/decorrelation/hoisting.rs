//! Subqueries of joins, windows and aggregations, computed in a projection or a filter, which is where they are joined.

use std::sync::Arc;

use datafusion::common::alias::AliasGenerator;
use datafusion::common::tree_node::{Transformed, TransformedResult, TreeNode, TreeNodeRecursion};
use datafusion::common::{Column, DFSchema, Result};
use datafusion::logical_expr::utils::{conjunction, split_conjunction_owned};
use datafusion::logical_expr::{
    Aggregate, Expr, Join, JoinType, LogicalPlan, LogicalPlanBuilder, Window,
};

use super::references::{has_subquery, references, subquery_of};
use crate::error::QueryError;

/// Columns to compute over a plan: the subqueries of expressions above it.
struct Computed<'a> {
    input: Arc<LogicalPlan>,
    columns: Vec<Expr>,
    aliases: &'a AliasGenerator,
}

impl<'a> Computed<'a> {
    fn new(input: Arc<LogicalPlan>, aliases: &'a AliasGenerator) -> Computed<'a> {
        Computed {
            input,
            columns: Vec::new(),
            aliases,
        }
    }

    fn column(&mut self, subquery: Expr) -> Expr {
        let name = self.aliases.next("subquery#");
        self.columns.push(subquery.alias(&name));
        Expr::Column(Column::new_unqualified(name))
    }

    fn replaced(&mut self, expr: Expr) -> Result<Expr> {
        expr.transform_down(|part| match subquery_of(&part) {
            Some(_) => Ok(Transformed::new(
                self.column(part),
                true,
                TreeNodeRecursion::Jump,
            )),
            None => Ok(Transformed::no(part)),
        })
        .data()
    }

    /// The plan with the columns after its own.
    fn plan(self) -> Result<LogicalPlan> {
        if self.columns.is_empty() {
            return Ok(Arc::unwrap_or_clone(self.input));
        }
        let own = self.input.schema().columns().into_iter();
        let exprs: Vec<Expr> = own.map(Expr::Column).chain(self.columns).collect();
        LogicalPlanBuilder::new_from_arc(self.input)
            .project(exprs)?
            .build()
    }
}

/// An aggregation over the subqueries of its expressions.
pub(super) fn below_aggregate(
    aggregate: Aggregate,
    aliases: &AliasGenerator,
) -> Result<LogicalPlan> {
    let names = aggregate.schema.columns();
    let mut computed = Computed::new(aggregate.input, aliases);
    let groups = replaced_all(aggregate.group_expr, &mut computed)?;
    let aggregates = replaced_all(aggregate.aggr_expr, &mut computed)?;
    let plan = LogicalPlanBuilder::from(computed.plan()?)
        .aggregate(groups, aggregates)?
        .build()?;
    let columns = plan.schema().columns();
    renamed(plan, columns, names)
}

/// Window functions over the subqueries of their clauses.
pub(super) fn below_window(window: Window, aliases: &AliasGenerator) -> Result<LogicalPlan> {
    let names = window.schema.columns();
    let width = window.input.schema().fields().len();
    let mut computed = Computed::new(window.input, aliases);
    let calls = replaced_all(window.window_expr, &mut computed)?;
    let added = computed.columns.len();
    let plan = LogicalPlanBuilder::from(computed.plan()?)
        .window(calls)?
        .build()?;
    let mut columns = plan.schema().columns();
    columns.drain(width..width + added);
    renamed(plan, columns, names)
}

fn replaced_all(exprs: Vec<Expr>, computed: &mut Computed<'_>) -> Result<Vec<Expr>> {
    exprs
        .into_iter()
        .map(|expr| computed.replaced(expr))
        .collect()
}

fn renamed(plan: LogicalPlan, columns: Vec<Column>, names: Vec<Column>) -> Result<LogicalPlan> {
    let exprs = columns.into_iter().zip(names).map(|(column, name)| {
        if column == name {
            Expr::Column(column)
        } else {
            Expr::Column(column).alias_qualified(name.relation, name.name)
        }
    });
    let exprs: Vec<Expr> = exprs.collect();
    LogicalPlanBuilder::from(plan).project(exprs)?.build()
}

/// A join whose condition has no subqueries. Those of an inner join are in a filter above it; those of others are columns of the side
/// that they take columns from.
pub(super) fn around_join(mut join: Join, aliases: &AliasGenerator) -> Result<LogicalPlan> {
    let columns = join.schema.columns();
    let (subqueries, others): (Vec<Expr>, Vec<Expr>) = join
        .filter
        .take()
        .map(split_conjunction_owned)
        .unwrap_or_default()
        .into_iter()
        .partition(has_subquery);
    if join.join_type == JoinType::Inner {
        join.filter = conjunction(others);
        let joined = LogicalPlanBuilder::from(LogicalPlan::Join(join));
        return match conjunction(subqueries) {
            Some(condition) => joined.filter(condition)?.build(),
            None => joined.build(),
        };
    }
    let mut left = Computed::new(Arc::clone(&join.left), aliases);
    let mut right = Computed::new(Arc::clone(&join.right), aliases);
    let mut conditions = others;
    for condition in subqueries {
        let condition = condition.transform_down(|part| {
            if subquery_of(&part).is_none() {
                return Ok(Transformed::no(part));
            }
            let column = if takes_only(&part, join.left.schema(), &join.schema)? {
                left.column(part)
            } else if takes_only(&part, join.right.schema(), &join.schema)? {
                right.column(part)
            } else {
                return Err(QueryError::not_supported(
                    "a subquery in the condition of an outer join takes columns of one side alone",
                )
                .into());
            };
            Ok(Transformed::new(column, true, TreeNodeRecursion::Jump))
        });
        conditions.push(condition.data()?);
    }
    let joined = Join::try_new(
        Arc::new(left.plan()?),
        Arc::new(right.plan()?),
        join.on,
        conjunction(conditions),
        join.join_type,
        join.join_constraint,
        join.null_equality,
        join.null_aware,
    )?;
    let kept: Vec<Expr> = columns.into_iter().map(Expr::Column).collect();
    LogicalPlanBuilder::from(LogicalPlan::Join(joined))
        .project(kept)?
        .build()
}

/// Whether a subquery, and what it is compared with, takes columns of a join from one of its sides alone.
fn takes_only(expr: &Expr, side: &DFSchema, joined: &DFSchema) -> Result<bool> {
    let is_of_side = |column: &Column| side.has_column(column);
    let Some(subquery) = subquery_of(expr) else {
        return Ok(false);
    };
    Ok(expr.column_refs().into_iter().all(is_of_side)
        && references(&subquery.subquery, joined)?
            .iter()
            .all(is_of_side))
}
