//! A relation joined to the rows of a subquery that conditions choose: the conditions are the join's.

use std::sync::Arc;

use datafusion::common::alias::AliasGenerator;
use datafusion::common::tree_node::{Transformed, TransformedResult, TreeNode};
use datafusion::common::{Column, DFSchema, Result};
use datafusion::logical_expr::utils::{conjunction, split_conjunction_owned};
use datafusion::logical_expr::{Expr, JoinType, LogicalPlan, LogicalPlanBuilder, lit};

use super::references::{Binding, bound, columns_of, expr_refers_to, refers_to};

/// Joins a subquery that refers to what is around it in filters alone, below nothing but projections, as [`super::plain`] tells.
pub(super) fn filtered_join(
    around: LogicalPlan,
    plan: LogicalPlan,
    kind: JoinType,
    aliases: &AliasGenerator,
) -> Result<LogicalPlan> {
    let schema = Arc::clone(around.schema());
    let bindings: Vec<Binding> = schema
        .columns()
        .into_iter()
        .zip(schema.fields())
        .map(|(column, field)| Binding {
            around: column.clone(),
            within: column,
            field: Arc::clone(field),
        })
        .collect();
    let mut pulled = Pulled {
        around: &schema,
        aliases,
        conditions: Vec::new(),
        columns: Vec::new(),
    };
    let plan = pulled.without_conditions(plan)?;
    let conditions = pulled
        .conditions
        .into_iter()
        .map(|condition| bound(condition, &bindings))
        .collect::<Result<Vec<_>>>()?;
    let condition = conjunction(conditions).unwrap_or_else(|| lit(true));
    LogicalPlanBuilder::from(around)
        .join_on(plan, kind, [condition])?
        .build()
}

/// Conditions that were taken out of a plan, and the columns under names of their own that they need of it.
struct Pulled<'a> {
    around: &'a DFSchema,
    aliases: &'a AliasGenerator,
    conditions: Vec<Expr>,
    columns: Vec<Expr>,
}

impl Pulled<'_> {
    /// The plan without the conditions that refer to what is around it, and with the columns for them after its own.
    fn without_conditions(&mut self, plan: LogicalPlan) -> Result<LogicalPlan> {
        if !refers_to(&plan, self.around)? {
            return Ok(plan);
        }
        match plan {
            LogicalPlan::Projection(projection) => {
                let input = self.without_conditions(Arc::unwrap_or_clone(projection.input))?;
                let mut exprs = projection.expr;
                exprs.extend(self.columns.iter().cloned());
                LogicalPlanBuilder::from(input).project(exprs)?.build()
            }
            LogicalPlan::Filter(filter) => {
                let input = self.without_conditions(Arc::unwrap_or_clone(filter.input))?;
                let mut kept = Vec::new();
                let mut added = Vec::new();
                for condition in split_conjunction_owned(filter.predicate) {
                    if expr_refers_to(&condition, self.around)? {
                        let condition = self.with_own_columns(condition, &mut added)?;
                        self.conditions.push(condition);
                    } else {
                        kept.push(condition);
                    }
                }
                let mut exprs = columns_of(input.schema());
                for (column, name) in added {
                    exprs.push(Expr::Column(column).alias(&name));
                    self.columns
                        .push(Expr::Column(Column::new_unqualified(name)));
                }
                let rows = LogicalPlanBuilder::from(input);
                match conjunction(kept) {
                    Some(kept) => rows.filter(kept)?,
                    None => rows,
                }
                .project(exprs)?
                .build()
            }
            other => Ok(other),
        }
    }

    /// The condition over columns that the plan's projections pass on.
    fn with_own_columns(&self, condition: Expr, added: &mut Vec<(Column, String)>) -> Result<Expr> {
        condition
            .transform_down(|part| {
                let Expr::Column(column) = part else {
                    return Ok(Transformed::no(part));
                };
                let name = match added.iter().find(|(known, _)| *known == column) {
                    Some((_, name)) => name.clone(),
                    None => {
                        let name = self.aliases.next("condition#");
                        added.push((column, name.clone()));
                        name
                    }
                };
                Ok(Transformed::yes(Expr::Column(Column::new_unqualified(
                    name,
                ))))
            })
            .data()
    }
}
