//! The rows around a subquery for which it is computed.

use std::sync::Arc;

use datafusion::common::alias::AliasGenerator;
use datafusion::common::tree_node::TreeNodeRecursion;
use datafusion::common::{Column, DFSchema, ExprSchema, Result};
use datafusion::logical_expr::{
    Expr, JoinType, LogicalPlan, LogicalPlanBuilder, Operator, binary_expr,
};

use super::references::{Binding, columns_of, references};
use crate::error::QueryError;

/// What a subquery is computed for: the rows around it, or the distinct values of those columns of them that it takes.
///
/// A plan over a domain has the domain's columns as its last ones, in their order.
pub(super) struct Domain<'a> {
    /// The columns around the subquery.
    pub(super) around: Arc<DFSchema>,
    /// Those that the domain has.
    columns: Vec<Column>,
    rows: LogicalPlan,
    is_distinct: bool,
    aliases: &'a AliasGenerator,
}

impl<'a> Domain<'a> {
    /// The rows around a subquery themselves, to be used once.
    pub(super) fn rows(around: LogicalPlan, aliases: &'a AliasGenerator) -> Domain<'a> {
        Domain {
            around: Arc::clone(around.schema()),
            columns: around.schema().columns(),
            rows: around,
            is_distinct: false,
            aliases,
        }
    }

    /// The distinct values that a subquery takes. The rows around it are computed a second time for them.
    pub(super) fn values(
        around: &LogicalPlan,
        subquery: &LogicalPlan,
        aliases: &'a AliasGenerator,
    ) -> Result<Domain<'a>> {
        if is_volatile(around)? {
            return Err(not_supported());
        }
        let columns = references(subquery, around.schema())?;
        let rows = LogicalPlanBuilder::from(around.clone())
            .project(columns.iter().cloned().map(Expr::Column))?
            .distinct()?
            .build()?;
        Ok(Domain {
            around: Arc::clone(around.schema()),
            columns,
            rows,
            is_distinct: true,
            aliases,
        })
    }

    /// How many columns the domain has.
    pub(super) fn width(&self) -> usize {
        self.columns.len()
    }

    /// A name that no other column has.
    pub(super) fn symbol(&self, name: &str) -> String {
        self.aliases.next(&format!("{name}#"))
    }

    /// The domain as a relation. Distinct values have other names each time.
    pub(super) fn relation(&self) -> Result<LogicalPlan> {
        if !self.is_distinct {
            return Ok(self.rows.clone());
        }
        let renamed = self
            .columns
            .iter()
            .map(|column| Expr::Column(column.clone()).alias(self.symbol(&column.name)));
        LogicalPlanBuilder::from(self.rows.clone())
            .project(renamed)?
            .build()
    }

    /// The columns of a plan over the domain that come before the domain's, and these.
    pub(super) fn split(&self, plan: &LogicalPlan) -> (Vec<Expr>, Vec<Expr>) {
        let mut own = columns_of(plan.schema());
        let domain = own.split_off(own.len().saturating_sub(self.columns.len()));
        (own, domain)
    }

    /// What the columns around a subquery are called in a plan over the domain.
    pub(super) fn bindings(&self, plan: &LogicalPlan) -> Vec<Binding> {
        let schema = plan.schema();
        let first = schema.fields().len().saturating_sub(self.columns.len());
        self.columns
            .iter()
            .zip(
                schema
                    .columns()
                    .into_iter()
                    .zip(schema.fields())
                    .skip(first),
            )
            .map(|(around, (within, field))| Binding {
                around: around.clone(),
                within,
                field: Arc::clone(field),
            })
            .collect()
    }

    /// Joins a plan over the domain to the rows around, whose columns come first.
    pub(super) fn join_to(
        &self,
        around: LogicalPlan,
        plan: LogicalPlan,
        kind: JoinType,
    ) -> Result<LogicalPlan> {
        let own: Vec<Expr> = self.columns.iter().cloned().map(Expr::Column).collect();
        let (_, within) = self.split(&plan);
        let same = same_values(&own, &within, around.schema())?;
        LogicalPlanBuilder::from(around)
            .join_on(plan, kind, same)?
            .build()
    }
}

/// Conditions by which rows have the same values, NULLs among them, in columns of the first schema and in others.
pub(super) fn same_values(left: &[Expr], right: &[Expr], of_left: &DFSchema) -> Result<Vec<Expr>> {
    left.iter()
        .zip(right)
        .map(|(one, other)| {
            let is_nullable = match one {
                Expr::Column(column) => of_left.field_from_column(column)?.is_nullable(),
                _ => true,
            };
            let operator = match is_nullable {
                true => Operator::IsNotDistinctFrom,
                false => Operator::Eq,
            };
            Ok(binary_expr(one.clone(), operator, other.clone()))
        })
        .collect()
}

/// Whether a plan may have other rows the second time.
fn is_volatile(plan: &LogicalPlan) -> Result<bool> {
    let mut volatile = false;
    plan.apply_with_subqueries(|node| {
        node.apply_expressions(|expr| {
            volatile |= expr.is_volatile();
            Ok(TreeNodeRecursion::Continue)
        })
    })?;
    Ok(volatile)
}

pub(super) fn not_supported() -> datafusion::error::DataFusionError {
    QueryError::not_supported("Given correlated subquery is not supported").into()
}
