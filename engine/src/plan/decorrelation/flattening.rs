//! A subquery's plan over all rows around it at once.

use std::sync::Arc;

use datafusion::common::tree_node::{Transformed, TransformedResult, TreeNode};
use datafusion::common::{Column, DFSchema, Result};
use datafusion::functions::expr_fn::coalesce;
use datafusion::functions_window::row_number::row_number_udwf;
use datafusion::logical_expr::expr_rewriter::NamePreserver;
use datafusion::logical_expr::utils::conjunction;
use datafusion::logical_expr::{
    Aggregate, Distinct, Expr, FetchType, Filter, Join, JoinType, Limit, LogicalPlan,
    LogicalPlanBuilder, Projection, SkipType, SortExpr, Union, Unnest, Window, lit,
};

use super::domain::{Domain, not_supported, same_values};
use super::references::{bound, columns_of, refers_to};
use crate::analyze::numbered;

impl Domain<'_> {
    /// The subquery's rows for every row of the domain: its columns, and then the domain's. Nothing in it refers to columns around it.
    ///
    /// The domain is joined as far below as the subquery refers to it, and what stands above computes for each of its rows apart.
    /// The method is that of T. Neumann and A. Kemper, "Unnesting Arbitrary Queries" (BTW 2015).
    pub(super) fn flattened(&self, plan: LogicalPlan) -> Result<LogicalPlan> {
        if !refers_to(&plan, &self.around)? {
            return LogicalPlanBuilder::from(plan)
                .cross_join(self.relation()?)?
                .build();
        }
        match plan {
            LogicalPlan::Projection(projection) => self.projection(projection),
            LogicalPlan::Filter(filter) => {
                let input = self.flattened_input(filter.input)?;
                let predicate = bound(filter.predicate, &self.bindings(&input))?;
                Ok(LogicalPlan::Filter(Filter::try_new(
                    predicate,
                    Arc::new(input),
                )?))
            }
            // Rows of a subquery have no order, but for what a limit above it takes of them.
            LogicalPlan::Sort(sort) if sort.fetch.is_none() => self.flattened_input(sort.input),
            LogicalPlan::SubqueryAlias(alias) => {
                LogicalPlanBuilder::from(self.flattened_input(alias.input)?)
                    .alias(alias.alias)?
                    .build()
            }
            LogicalPlan::Distinct(Distinct::All(input)) => {
                LogicalPlanBuilder::from(self.flattened_input(input)?)
                    .distinct()?
                    .build()
            }
            LogicalPlan::Limit(limit) => self.limit(limit),
            LogicalPlan::Aggregate(aggregate) if aggregate.group_expr.is_empty() => {
                self.global_aggregate(aggregate)
            }
            LogicalPlan::Aggregate(aggregate) => self.aggregate(aggregate),
            LogicalPlan::Window(window) => self.window(window),
            LogicalPlan::Join(join) => self.join(join),
            LogicalPlan::Union(union) => self.union(union),
            LogicalPlan::Unnest(unnest) => self.unnest(unnest),
            _ => Err(not_supported()),
        }
    }

    fn flattened_input(&self, input: Arc<LogicalPlan>) -> Result<LogicalPlan> {
        self.flattened(Arc::unwrap_or_clone(input))
    }

    fn projection(&self, projection: Projection) -> Result<LogicalPlan> {
        let input = self.flattened_input(projection.input)?;
        let mut exprs = self.bound_exprs(projection.expr, &input)?;
        exprs.extend(self.split(&input).1);
        LogicalPlanBuilder::from(input).project(exprs)?.build()
    }

    /// Expressions over a plan over the domain, under the names that they have.
    fn bound_exprs(&self, exprs: Vec<Expr>, input: &LogicalPlan) -> Result<Vec<Expr>> {
        let bindings = self.bindings(input);
        let names = NamePreserver::new_for_projection();
        exprs
            .into_iter()
            .map(|expr| {
                let name = names.save(&expr);
                Ok(name.restore(bound(expr, &bindings)?))
            })
            .collect()
    }

    /// The rows of a limit are counted for each row of the domain.
    fn limit(&self, limit: Limit) -> Result<LogicalPlan> {
        let (SkipType::Literal(skip), FetchType::Literal(fetch)) =
            (limit.get_skip_type()?, limit.get_fetch_type()?)
        else {
            return Err(not_supported());
        };
        let (input, order_by) = match Arc::unwrap_or_clone(limit.input) {
            // A projection has as many rows as its input, which is where the order is.
            LogicalPlan::Projection(mut projection) => {
                projection.input = Arc::new(LogicalPlan::Limit(Limit {
                    skip: limit.skip,
                    fetch: limit.fetch,
                    input: projection.input,
                }));
                return self.projection(projection);
            }
            LogicalPlan::Sort(sort) if sort.fetch.is_none() => {
                (self.flattened_input(sort.input)?, sort.expr)
            }
            other => (self.flattened(other)?, Vec::new()),
        };
        let bindings = self.bindings(&input);
        let order_by = order_by
            .into_iter()
            .map(|sort| Ok(sort.with_expr(bound(sort.expr.clone(), &bindings)?)))
            .collect::<Result<Vec<SortExpr>>>()?;
        let (mut columns, domain) = self.split(&input);
        columns.extend(domain.iter().cloned());
        let number = self.symbol("row_number");
        let rows = numbered(input, row_number_udwf(), domain, order_by, &number)?;
        let number = Expr::Column(Column::new_unqualified(number));
        let bound_of = |count: usize| lit(u64::try_from(count).unwrap_or(u64::MAX));
        let mut wanted = Vec::new();
        if skip > 0 {
            wanted.push(number.clone().gt(bound_of(skip)));
        }
        if let Some(fetch) = fetch {
            wanted.push(number.lt_eq(bound_of(skip.saturating_add(fetch))));
        }
        let rows = LogicalPlanBuilder::from(rows);
        match conjunction(wanted) {
            Some(wanted) => rows.filter(wanted)?,
            None => rows,
        }
        .project(columns)?
        .build()
    }

    /// An aggregation of all rows has a row for each row of the domain, also where no rows are aggregated: the domain is joined to them
    /// from outside, and aggregates leave out the row that stands for none.
    fn global_aggregate(&self, aggregate: Aggregate) -> Result<LogicalPlan> {
        let columns = aggregate.schema.columns();
        let input = self.flattened_input(aggregate.input)?;
        let (mut exprs, domain) = self.split(&input);
        let marker = self.symbol("aggregated");
        exprs.push(lit(true).alias(&marker));
        exprs.extend(domain.iter().cloned());
        let input = LogicalPlanBuilder::from(input).project(exprs)?.build()?;

        let relation = self.relation()?;
        let groups = self.split(&relation).1;
        let same = same_values(&groups, &domain, relation.schema())?;
        let bindings = self.bindings(&relation);
        let joined = LogicalPlanBuilder::from(relation)
            .join_on(input, JoinType::Left, same)?
            .build()?;
        let is_row = Expr::Column(Column::new_unqualified(marker)).is_not_null();
        let names = NamePreserver::new_for_projection();
        let aggregates = aggregate
            .aggr_expr
            .into_iter()
            .map(|expr| {
                let name = names.save(&expr);
                Ok(name.restore(filtered(bound(expr, &bindings)?, &is_row)?))
            })
            .collect::<Result<Vec<Expr>>>()?;
        let mut kept: Vec<Expr> = columns.into_iter().map(Expr::Column).collect();
        kept.extend(groups.iter().cloned());
        LogicalPlanBuilder::from(joined)
            .aggregate(groups, aggregates)?
            .project(kept)?
            .build()
    }

    fn aggregate(&self, aggregate: Aggregate) -> Result<LogicalPlan> {
        if matches!(aggregate.group_expr.as_slice(), [Expr::GroupingSet(_), ..]) {
            return Err(not_supported());
        }
        let mut kept = columns_of(&aggregate.schema);
        let input = self.flattened_input(aggregate.input)?;
        let domain = self.split(&input).1;
        let mut groups = self.bound_exprs(aggregate.group_expr, &input)?;
        groups.extend(domain.iter().cloned());
        let aggregates = self.bound_exprs(aggregate.aggr_expr, &input)?;
        kept.extend(domain);
        LogicalPlanBuilder::from(input)
            .aggregate(groups, aggregates)?
            .project(kept)?
            .build()
    }

    fn window(&self, window: Window) -> Result<LogicalPlan> {
        let mut kept = columns_of(&window.schema);
        let input = self.flattened_input(window.input)?;
        let bindings = self.bindings(&input);
        let domain = self.split(&input).1;
        let names = NamePreserver::new_for_projection();
        let calls = window
            .window_expr
            .into_iter()
            .map(|expr| {
                let name = names.save(&expr);
                let call = bound(expr, &bindings)?.transform_down(|part| match part {
                    Expr::WindowFunction(mut call) => {
                        call.params.partition_by.extend(domain.iter().cloned());
                        Ok(Transformed::yes(Expr::WindowFunction(call)))
                    }
                    other => Ok(Transformed::no(other)),
                });
                Ok(name.restore(call.data()?))
            })
            .collect::<Result<Vec<Expr>>>()?;
        kept.extend(domain);
        LogicalPlanBuilder::from(input)
            .window(calls)?
            .project(kept)?
            .build()
    }

    /// A side that refers to nothing around joins as it is, unless rows of the other side that find no partner are rows of each row of
    /// the domain.
    fn join(&self, join: Join) -> Result<LogicalPlan> {
        use JoinType::*;
        let (of_left, of_right) = (
            refers_to(&join.left, &self.around)?,
            refers_to(&join.right, &self.around)?,
        );
        let (left_alone, right_alone) = match join.join_type {
            Inner => (!of_right, of_right && !of_left),
            Left | LeftSemi | LeftAnti | LeftMark => (!of_right, false),
            Right | RightSemi | RightAnti | RightMark => (false, !of_left),
            Full => (false, false),
        };
        let mut kept = columns_of(&join.schema);
        let (mut left, mut right) = (join.left, join.right);
        if !right_alone {
            left = Arc::new(self.flattened_input(left)?);
        }
        if !left_alone {
            right = Arc::new(self.flattened_input(right)?);
        }
        let of_left = match right_alone {
            true => Vec::new(),
            false => self.split(&left).1,
        };
        let of_right = match left_alone {
            true => Vec::new(),
            false => self.split(&right).1,
        };
        let is_of_right =
            matches!(join.join_type, Right | RightSemi | RightAnti | RightMark) || right_alone;
        let bindings = self.bindings(match is_of_right {
            true => &right,
            false => &left,
        });
        let mut filter = same_values(&of_left, &of_right, left.schema())?;
        if let Some(own) = join.filter {
            filter.push(bound(own, &bindings)?);
        }
        let mut on = Vec::with_capacity(join.on.len());
        for (one, other) in join.on {
            on.push((bound(one, &bindings)?, bound(other, &bindings)?));
        }
        match join.join_type {
            Full => {
                for (one, other) in of_left.into_iter().zip(of_right) {
                    kept.push(coalesce(vec![one, other]).alias(self.symbol("domain")));
                }
            }
            _ if is_of_right => kept.extend(of_right),
            _ => kept.extend(of_left),
        }
        let joined = LogicalPlan::Join(Join::try_new(
            left,
            right,
            on,
            conjunction(filter),
            join.join_type,
            join.join_constraint,
            join.null_equality,
            join.null_aware,
        )?);
        LogicalPlanBuilder::from(joined).project(kept)?.build()
    }

    fn union(&self, union: Union) -> Result<LogicalPlan> {
        let names: Vec<String> = (0..self.width()).map(|_| self.symbol("domain")).collect();
        let inputs = union
            .inputs
            .into_iter()
            .map(|input| {
                let input = self.flattened_input(input)?;
                let (own, domain) = self.split(&input);
                let own =
                    own.into_iter()
                        .zip(union.schema.iter())
                        .map(|(expr, (relation, field))| {
                            expr.alias_qualified(relation.cloned(), field.name())
                        });
                let domain = domain
                    .into_iter()
                    .zip(&names)
                    .map(|(expr, name)| expr.alias(name));
                let exprs: Vec<Expr> = own.chain(domain).collect();
                Ok(Arc::new(
                    LogicalPlanBuilder::from(input).project(exprs)?.build()?,
                ))
            })
            .collect::<Result<Vec<_>>>()?;
        Ok(LogicalPlan::Union(Union::try_new(inputs)?))
    }

    fn unnest(&self, unnest: Unnest) -> Result<LogicalPlan> {
        LogicalPlanBuilder::from(self.flattened_input(unnest.input)?)
            .unnest_columns_with_options(unnest.exec_columns, unnest.options)?
            .build()
    }
}

/// The aggregate of those rows alone for which a condition holds.
fn filtered(aggregate: Expr, condition: &Expr) -> Result<Expr> {
    aggregate
        .transform_down(|part| match part {
            Expr::AggregateFunction(mut call) => {
                call.params.filter = Some(Box::new(match call.params.filter {
                    Some(own) => condition.clone().and(*own),
                    None => condition.clone(),
                }));
                Ok(Transformed::yes(Expr::AggregateFunction(call)))
            }
            other => Ok(Transformed::no(other)),
        })
        .data()
}

/// Whether a plan has rows for each row around it one by one, so that these can be joined themselves, and once.
pub(super) fn is_row_wise(plan: &LogicalPlan, around: &DFSchema) -> Result<bool> {
    if !refers_to(plan, around)? {
        return Ok(true);
    }
    match plan {
        LogicalPlan::Projection(_)
        | LogicalPlan::Filter(_)
        | LogicalPlan::Sort(_)
        | LogicalPlan::SubqueryAlias(_)
        | LogicalPlan::Unnest(_) => {
            for input in plan.inputs() {
                if !is_row_wise(input, around)? {
                    return Ok(false);
                }
            }
            Ok(true)
        }
        LogicalPlan::Join(join) if join.join_type == JoinType::Inner => {
            match (
                refers_to(&join.left, around)?,
                refers_to(&join.right, around)?,
            ) {
                (true, true) => Ok(false),
                (false, true) => is_row_wise(&join.right, around),
                (_, false) => is_row_wise(&join.left, around),
            }
        }
        _ => Ok(false),
    }
}

/// Whether a plan computes one row of each row around it, and of nothing else.
pub(super) fn is_one_row(plan: &LogicalPlan) -> bool {
    match plan {
        LogicalPlan::Projection(projection) => is_one_row(&projection.input),
        LogicalPlan::EmptyRelation(relation) => relation.produce_one_row,
        _ => false,
    }
}
