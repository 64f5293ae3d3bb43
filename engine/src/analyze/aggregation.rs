//! GROUP BY and aggregate functions: the plan node, and the expressions above it over what it gives.

use std::collections::HashSet;
use std::rc::Rc;

use datafusion::common::Column;
use datafusion::common::tree_node::{TreeNode, TreeNodeRecursion};
use datafusion::functions_aggregate::count::count_all;
use datafusion::logical_expr::expr::GroupingSet;
use datafusion::logical_expr::utils::{find_aggregate_exprs, find_window_exprs};
use datafusion::logical_expr::{Expr, LogicalPlan, LogicalPlanBuilder};
use sqlparser::ast;
use sqlparser::ast::SelectItem;

use super::expression::{ExprContext, not_scalar_message};
use super::scope::Scope;
use super::select::replaced;
use super::sort::ordinal;
use super::typed::Typed;
use super::{Analyzer, Environment, error_at, not_supported};
use crate::error::{ErrorCode, Position, QueryError, Result};

/// How many grouping sets a query may have, as Trino has it.
const GROUPING_SETS_MAX: usize = 2048;

/// What rows are grouped by.
pub(super) struct GroupBy {
    keys: Vec<Typed>,
    /// For each grouping set the places of its keys.
    sets: Vec<Vec<usize>>,
}

impl GroupBy {
    /// All rows are one group.
    pub(super) fn global() -> GroupBy {
        GroupBy {
            keys: Vec::new(),
            sets: vec![Vec::new()],
        }
    }

    fn key(&mut self, typed: Typed) -> usize {
        match self.keys.iter().position(|key| key.expr == typed.expr) {
            Some(place) => place,
            None => {
                self.keys.push(typed);
                self.keys.len() - 1
            }
        }
    }
}

/// The plan above an aggregation, and the expressions over its columns.
pub(super) struct Aggregated {
    pub(super) plan: LogicalPlan,
    pub(super) exprs: Vec<Expr>,
}

/// Whether an expression aggregates rows of its own query.
pub(super) fn has_aggregates(expr: &Expr) -> bool {
    !find_aggregate_exprs([expr]).is_empty()
}

impl Analyzer<'_> {
    /// What GROUP BY says; `None` where there is none.
    pub(super) fn group_by(
        &self,
        group_by: &ast::GroupByExpr,
        items: &[(&Typed, &SelectItem)],
        scope: &Rc<Scope>,
        environment: &Environment,
    ) -> Result<Option<GroupBy>> {
        let (elements, modifiers) = match group_by {
            ast::GroupByExpr::All(_) => {
                return Err(QueryError::new(
                    ErrorCode::SyntaxError,
                    "GROUP BY ALL must be followed by expressions",
                ));
            }
            ast::GroupByExpr::Expressions(elements, modifiers) => (elements, modifiers),
        };
        if elements.is_empty() {
            return Ok(None);
        }
        let context = ExprContext::shared(Rc::clone(scope), environment, "GROUP BY clause");
        let mut grouped = GroupBy {
            keys: Vec::new(),
            sets: vec![Vec::new()],
        };
        for element in elements {
            let alternatives = self.grouping_element(element, items, &context, &mut grouped)?;
            let mut combined = Vec::new();
            for before in &grouped.sets {
                for alternative in &alternatives {
                    let mut set = before.clone();
                    set.extend(alternative);
                    combined.push(set);
                }
            }
            if combined.len() > GROUPING_SETS_MAX {
                return Err(error_at(
                    element,
                    ErrorCode::TooManyGroupingSets,
                    format!(
                        "GROUP BY has {} grouping sets but can contain at most {GROUPING_SETS_MAX}",
                        combined.len()
                    ),
                ));
            }
            grouped.sets = combined;
        }
        for set in &mut grouped.sets {
            let mut seen = HashSet::new();
            set.retain(|key| seen.insert(*key));
        }
        if !modifiers.is_empty() {
            // GROUP BY DISTINCT
            let mut seen = HashSet::new();
            grouped.sets.retain(|set| {
                let mut sorted = set.clone();
                sorted.sort_unstable();
                seen.insert(sorted)
            });
        }
        Ok(Some(grouped))
    }

    /// The grouping sets that one element of GROUP BY stands for.
    fn grouping_element(
        &self,
        element: &ast::Expr,
        items: &[(&Typed, &SelectItem)],
        context: &ExprContext<'_>,
        grouped: &mut GroupBy,
    ) -> Result<Vec<Vec<usize>>> {
        let mut keys = |exprs: &[ast::Expr]| -> Result<Vec<usize>> {
            exprs
                .iter()
                .map(|expr| self.grouping_key(expr, items, context, grouped))
                .collect()
        };
        Ok(match element {
            ast::Expr::GroupingSets(sets) => {
                sets.iter().map(|set| keys(set)).collect::<Result<_>>()?
            }
            ast::Expr::Rollup(parts) => {
                let parts = parts
                    .iter()
                    .map(|part| keys(part))
                    .collect::<Result<Vec<_>>>()?;
                (0..=parts.len())
                    .rev()
                    .map(|length| parts.iter().take(length).flatten().copied().collect())
                    .collect()
            }
            ast::Expr::Cube(parts) => {
                let parts = parts
                    .iter()
                    .map(|part| keys(part))
                    .collect::<Result<Vec<_>>>()?;
                if parts.len() > 11 {
                    return Err(error_at(
                        element,
                        ErrorCode::TooManyGroupingSets,
                        format!(
                            "GROUP BY has more than {GROUPING_SETS_MAX} grouping sets: CUBE of {} columns",
                            parts.len()
                        ),
                    ));
                }
                (0..1_usize << parts.len())
                    .rev()
                    .map(|mask| {
                        parts
                            .iter()
                            .enumerate()
                            .filter(|(place, _)| mask & (1 << (parts.len() - 1 - place)) != 0)
                            .flat_map(|(_, part)| part.iter().copied())
                            .collect()
                    })
                    .collect()
            }
            ast::Expr::Tuple(parts) => vec![keys(parts)?],
            other => vec![keys(std::slice::from_ref(other))?],
        })
    }

    fn grouping_key(
        &self,
        expr: &ast::Expr,
        items: &[(&Typed, &SelectItem)],
        context: &ExprContext<'_>,
        grouped: &mut GroupBy,
    ) -> Result<usize> {
        let typed = match ordinal(expr, "GROUP BY", items.len())? {
            Some(place) => match items.get(place) {
                Some((typed, item)) => {
                    if has_aggregates(&typed.expr) || !find_window_exprs([&typed.expr]).is_empty() {
                        return Err(error_at(
                            expr,
                            ErrorCode::ExpressionNotScalar,
                            not_scalar_message("GROUP BY clause", item),
                        ));
                    }
                    (*typed).clone()
                }
                None => {
                    return Err(not_supported(
                        expr,
                        "GROUP BY position is not in select list",
                    ));
                }
            },
            None => self.expression(expr, context)?,
        };
        if !typed.data_type.is_comparable() {
            return Err(error_at(
                expr,
                ErrorCode::TypeMismatch,
                format!(
                    "{} is not comparable, and therefore cannot be used in GROUP BY",
                    typed.data_type
                ),
            ));
        }
        Ok(grouped.key(typed))
    }

    /// Groups the plan's rows, and puts the expressions over the groups. Each comes with its text and place, for errors.
    pub(super) fn aggregated(
        &self,
        plan: LogicalPlan,
        group_by: GroupBy,
        exprs: Vec<(Expr, String, Option<Position>)>,
    ) -> Result<Aggregated> {
        // Keys that are no columns become ones, so that grouping sets and grouping() can name them.
        let mut projection: Vec<Expr> = plan
            .schema()
            .columns()
            .into_iter()
            .map(Expr::Column)
            .collect();
        let width = projection.len();
        let mut keys: Vec<Expr> = Vec::with_capacity(group_by.keys.len());
        let mut replacements: Vec<(Expr, Expr)> = Vec::new();
        for key in &group_by.keys {
            if let Expr::Column(_) = key.expr {
                keys.push(key.expr.clone());
            } else {
                let column = self.symbol_column("key");
                projection.push(key.expr.clone().alias(&column.name));
                keys.push(Expr::Column(column));
            }
        }
        let plan = if projection.len() > width {
            LogicalPlanBuilder::from(plan)
                .project(projection)?
                .build()?
        } else {
            plan
        };
        let replaced_keys: Vec<(Expr, Expr)> = group_by
            .keys
            .iter()
            .zip(&keys)
            .filter(|(key, column)| key.expr != **column && !matches!(key.expr, Expr::Literal(..)))
            .map(|(key, column)| (key.expr.clone(), column.clone()))
            .collect();
        let aggregates = find_aggregate_exprs(exprs.iter().map(|(expr, ..)| expr));
        let mut named = Vec::with_capacity(aggregates.len());
        let mut names = HashSet::new();
        for aggregate in aggregates {
            // Arguments of grouping() are keys, which may have become columns.
            let grouping = is_grouping(&aggregate);
            let computed = if grouping {
                replaced(aggregate.clone(), &replaced_keys)?
            } else {
                aggregate.clone()
            };
            // DataFusion's rules know aggregates without an alias; only one that would be called as another gets one.
            let name = computed.schema_name().to_string();
            let column = if grouping || names.insert(name.clone()) {
                named.push(computed);
                Column::new_unqualified(name)
            } else {
                let column = self.symbol_column("aggregate");
                named.push(computed.alias(&column.name));
                column
            };
            replacements.push((aggregate, Expr::Column(column)));
        }
        replacements.extend(replaced_keys);
        let groups: Vec<Expr> = match group_by.sets.as_slice() {
            [set] if set.len() == keys.len() => keys.clone(),
            sets => {
                let sets = sets
                    .iter()
                    .map(|set| {
                        set.iter()
                            .filter_map(|place| keys.get(*place).cloned())
                            .collect()
                    })
                    .collect();
                vec![Expr::GroupingSet(GroupingSet::GroupingSets(sets))]
            }
        };
        if groups.is_empty() && named.is_empty() {
            // HAVING or GROUP BY () makes one row of all. DataFusion's node needs something to compute for it.
            named.push(count_all());
        }
        let plan = LogicalPlanBuilder::from(plan)
            .aggregate(groups, named)?
            .build()?;
        let given: HashSet<Column> = plan.schema().columns().into_iter().collect();
        let exprs = exprs
            .into_iter()
            .map(|(expr, text, position)| {
                let expr = replaced(expr, &replacements)?;
                require_grouped(&expr, &given, &text, position)?;
                Ok(expr)
            })
            .collect::<Result<Vec<_>>>()?;
        Ok(Aggregated { plan, exprs })
    }
}

fn is_grouping(expr: &Expr) -> bool {
    matches!(expr, Expr::AggregateFunction(function) if function.func.name() == "grouping")
}

/// Above an aggregation there are only keys and aggregates.
fn require_grouped(
    expr: &Expr,
    given: &HashSet<Column>,
    text: &str,
    position: Option<Position>,
) -> Result<()> {
    let mut missing = false;
    expr.apply(|inner| {
        if let Expr::Column(column) = inner
            && !given.contains(column)
        {
            missing = true;
            return Ok(TreeNodeRecursion::Stop);
        }
        Ok(TreeNodeRecursion::Continue)
    })?;
    if !missing {
        return Ok(());
    }
    let error = QueryError::new(
        ErrorCode::ExpressionNotAggregate,
        format!("'{text}' must be an aggregate expression or appear in GROUP BY clause"),
    );
    Err(match position {
        Some(position) => error.at(position),
        None => error,
    })
}
