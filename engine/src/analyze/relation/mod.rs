//! FROM: what stands there becomes a plan and the names of its columns.

mod join;
mod match_recognize;
mod pattern;
mod sample;
mod table;
mod unnest;

use datafusion::common::JoinType;
use datafusion::logical_expr::{LogicalPlan, LogicalPlanBuilder, Subquery};
use sqlparser::ast;
use sqlparser::ast::TableFactor;
use std::rc::Rc;
use std::sync::Arc;

use super::scope::{RelationName, Scope};
use super::{Analyzer, Environment, PlannedRelation, not_supported};
use crate::error::Result;

impl Analyzer<'_> {
    /// A relation with the joins that follow it.
    pub(super) fn table_with_joins(
        &self,
        item: &ast::TableWithJoins,
        environment: &Environment,
    ) -> Result<PlannedRelation> {
        let mut left = self.factor(&item.relation, environment)?;
        for join in &item.joins {
            left = self.join(left, join, environment)?;
        }
        Ok(left)
    }

    /// One more item of FROM: a cross join, whose right side may refer to the left one.
    pub(super) fn comma_join(
        &self,
        left: PlannedRelation,
        item: &ast::TableWithJoins,
        environment: &Environment,
    ) -> Result<PlannedRelation> {
        let mut joined = self.cross_join(left, &item.relation, environment)?;
        for join in &item.joins {
            joined = self.join(joined, join, environment)?;
        }
        Ok(joined)
    }

    /// A relation that stands alone.
    pub(super) fn factor(
        &self,
        factor: &TableFactor,
        environment: &Environment,
    ) -> Result<PlannedRelation> {
        match factor {
            TableFactor::Table {
                name,
                alias,
                version,
                sample,
                args,
                ..
            } => {
                if args.is_some() {
                    return Err(not_supported(
                        factor,
                        format!("table function {name} must be called as TABLE({name}(...))"),
                    ));
                }
                if version.is_some() {
                    return Err(not_supported(
                        factor,
                        "This connector does not support versioned tables",
                    ));
                }
                let planned = self.named_relation(name, environment)?;
                let planned = self.sampled(planned, sample.as_ref())?;
                aliased(planned, alias.as_ref())
            }
            TableFactor::Derived {
                subquery,
                alias,
                sample,
                ..
            } => {
                let mut planned = self.query(subquery, environment)?;
                for field in &mut planned.scope.fields {
                    field.relation = None;
                }
                let planned = self.sampled(planned, sample.as_ref())?;
                aliased(planned, alias.as_ref())
            }
            TableFactor::NestedJoin {
                table_with_joins,
                alias,
            } => {
                let planned = self.table_with_joins(table_with_joins, environment)?;
                aliased(planned, alias.as_ref())
            }
            TableFactor::UNNEST { .. } => {
                // Without a left side there is one row to unnest beside.
                let one = PlannedRelation {
                    plan: LogicalPlanBuilder::empty(true).build()?,
                    scope: Scope::new(Vec::new(), environment.outer.clone()),
                };
                self.unnest(one, factor, false, environment)
            }
            TableFactor::TableFunction { expr, alias } => {
                let planned = self.table_function(expr, environment)?;
                aliased(planned, alias.as_ref())
            }
            TableFactor::MatchRecognize { alias, .. } => {
                let planned = self.match_recognize(factor, environment)?;
                aliased(planned, alias.as_ref())
            }
            other => Err(not_supported(
                other,
                format!("this relation is not supported: {other}"),
            )),
        }
    }

    /// `left CROSS JOIN right`, where the right side may be UNNEST or LATERAL and refer to the left.
    pub(super) fn cross_join(
        &self,
        left: PlannedRelation,
        right: &TableFactor,
        environment: &Environment,
    ) -> Result<PlannedRelation> {
        match right {
            TableFactor::UNNEST { .. } => self.unnest(left, right, false, environment),
            TableFactor::Derived { lateral: true, .. } => {
                self.lateral_join(left, right, JoinType::Inner, environment)
            }
            _ => {
                let right = self.factor(right, environment)?;
                Ok(PlannedRelation {
                    plan: LogicalPlanBuilder::from(left.plan)
                        .cross_join(right.plan)?
                        .build()?,
                    scope: side_by_side(left.scope, right.scope),
                })
            }
        }
    }

    /// A subquery that sees the columns of what stands before it.
    pub(super) fn lateral_join(
        &self,
        left: PlannedRelation,
        right: &TableFactor,
        kind: JoinType,
        environment: &Environment,
    ) -> Result<PlannedRelation> {
        let mut seen = left.scope.clone();
        seen.outer.clone_from(&environment.outer);
        let inside = Environment {
            outer: Some(Rc::new(seen)),
            common_tables: environment.common_tables.clone(),
        };
        let right = self.factor(right, &inside)?;
        let outer_ref_columns = right.plan.all_out_ref_exprs();
        let subquery = if outer_ref_columns.is_empty() {
            right.plan
        } else {
            LogicalPlan::Subquery(Subquery {
                subquery: Arc::new(right.plan),
                outer_ref_columns,
                spans: Default::default(),
            })
        };
        let builder = LogicalPlanBuilder::from(left.plan);
        let plan = match kind {
            JoinType::Inner => builder.cross_join(subquery)?.build()?,
            kind => builder
                .join_on(subquery, kind, [datafusion::logical_expr::lit(true)])?
                .build()?,
        };
        Ok(PlannedRelation {
            plan,
            scope: side_by_side(left.scope, right.scope),
        })
    }
}

/// The columns of two relations, those of the left one first.
pub(super) fn side_by_side(left: Scope, right: Scope) -> Scope {
    let mut fields = left.fields;
    fields.extend(right.fields);
    Scope::new(fields, left.outer)
}

/// The relation under its alias, if it has one.
pub(super) fn aliased(
    planned: PlannedRelation,
    alias: Option<&ast::TableAlias>,
) -> Result<PlannedRelation> {
    let Some(alias) = alias else {
        return Ok(planned);
    };
    let columns: Vec<ast::Ident> = alias
        .columns
        .iter()
        .map(|column| column.name.clone())
        .collect();
    Ok(PlannedRelation {
        plan: planned.plan,
        scope: planned.scope.renamed(&alias.name, &columns)?,
    })
}

/// The name by which a query may qualify the columns of a table.
pub(super) fn qualified(catalog: &str, database: &str, table: &str) -> RelationName {
    RelationName(vec![
        catalog.to_owned(),
        database.to_owned(),
        table.to_owned(),
    ])
}
