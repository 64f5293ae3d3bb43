//! `SubqueryPredicates`: EXISTS and IN take subqueries in every clause, and IN heeds NULLs wherever it stands.

use std::sync::Arc;

use datafusion::common::tree_node::{Transformed, TransformedResult, TreeNode};
use datafusion::common::{DFSchema, ExprSchema, Result, Spans};
use datafusion::logical_expr::expr::{Exists, InSubquery};
use datafusion::logical_expr::expr_rewriter::NamePreserver;
use datafusion::logical_expr::utils::{conjunction, split_conjunction_owned};
use datafusion::logical_expr::{
    Expr, ExprSchemable, Filter, LogicalPlan, LogicalPlanBuilder, Operator, Projection, Subquery,
    binary_expr, lit, when,
};
use datafusion::optimizer::decorrelate_predicate_subquery::DecorrelatePredicateSubquery;
use datafusion::optimizer::{ApplyOrder, OptimizerConfig, OptimizerRule};
use datafusion::scalar::ScalarValue;

/// Makes mark joins of the EXISTS and IN of projections, as DataFusion's rule does for filters alone:
///
/// ```text
/// Projection: EXISTS (<subquery>) AS e        Projection: __correlated_sq_1.mark AS e
///   TableScan: t                                LeftMark Join:
///                                                 TableScan: t
///                                                 SubqueryAlias: __correlated_sq_1
/// ```
///
/// A mark is true or false, and so is right for EXISTS. IN is NULL where nothing is equal and something may be: it becomes
/// `CASE WHEN x IN (…) THEN true WHEN <x is equal to something unknown> THEN NULL ELSE false END`. In a filter that is done only where
/// NULL and false are not alike. It comes right before DataFusion's rule, which makes joins of what filters hold.
#[derive(Debug, Default)]
pub(super) struct SubqueryPredicates;

impl OptimizerRule for SubqueryPredicates {
    fn name(&self) -> &str {
        "subquery_predicates"
    }

    fn apply_order(&self) -> Option<ApplyOrder> {
        Some(ApplyOrder::TopDown)
    }

    fn supports_rewrite(&self) -> bool {
        true
    }

    fn rewrite(
        &self,
        plan: LogicalPlan,
        config: &dyn OptimizerConfig,
    ) -> Result<Transformed<LogicalPlan>> {
        Ok(match plan {
            LogicalPlan::Filter(filter) if has_predicate(&filter.predicate) => {
                let schema = Arc::clone(filter.input.schema());
                let conjuncts = split_conjunction_owned(filter.predicate)
                    .into_iter()
                    .map(|conjunct| filter_conjunct(conjunct, &schema))
                    .collect::<Result<Vec<_>>>()?;
                let predicate = conjunction(conjuncts).unwrap_or_else(|| lit(true));
                Transformed::yes(LogicalPlan::Filter(Filter::try_new(
                    predicate,
                    filter.input,
                )?))
            }
            LogicalPlan::Projection(projection) if projection.expr.iter().any(has_predicate) => {
                let mut marked = Marked::new(projection.input, config);
                let exprs = marked.exprs(projection.expr)?;
                Transformed::yes(LogicalPlan::Projection(Projection::try_new(
                    exprs,
                    Arc::new(marked.input),
                )?))
            }
            other => Transformed::no(other),
        })
    }
}

fn has_predicate(expr: &Expr) -> bool {
    expr.exists(|part| Ok(matches!(part, Expr::Exists(_) | Expr::InSubquery(_))))
        .unwrap_or(false)
}

/// A conjunct of a filter. An IN becomes a semi join as it is, and a NOT IN an anti join that heeds NULLs where it can.
fn filter_conjunct(conjunct: Expr, schema: &DFSchema) -> Result<Expr> {
    match conjunct {
        Expr::InSubquery(predicate) if predicate.negated && is_null_aware(&predicate) => {
            Ok(Expr::InSubquery(predicate))
        }
        Expr::Not(inner) => match *inner {
            Expr::InSubquery(predicate) if !predicate.negated && is_null_aware(&predicate) => {
                Ok(!Expr::InSubquery(predicate))
            }
            other => where_null_is_false(!other, schema),
        },
        other => where_null_is_false(other, schema),
    }
}

/// Whether a NOT IN can be an anti join that heeds NULLs: such a join has one key, which is of both sides.
fn is_null_aware(predicate: &InSubquery) -> bool {
    predicate.expr.any_column_refs() && !is_correlated(&predicate.subquery.subquery)
}

/// The parts of a condition that AND and OR combine; of these NULL lets no more rows pass than false does.
fn where_null_is_false(expr: Expr, schema: &DFSchema) -> Result<Expr> {
    match expr {
        Expr::BinaryExpr(mut binary) if matches!(binary.op, Operator::And | Operator::Or) => {
            binary.left = Box::new(where_null_is_false(*binary.left, schema)?);
            binary.right = Box::new(where_null_is_false(*binary.right, schema)?);
            Ok(Expr::BinaryExpr(binary))
        }
        Expr::InSubquery(predicate) if !predicate.negated => found(predicate),
        other => three_valued(other, schema),
    }
}

/// Every IN of the expression with NULL as its third value.
fn three_valued(expr: Expr, schema: &DFSchema) -> Result<Expr> {
    expr.transform(|part| match part {
        Expr::InSubquery(predicate) => three_valued_in(predicate, schema).map(Transformed::yes),
        other => Ok(Transformed::no(other)),
    })
    .data()
}

fn three_valued_in(predicate: InSubquery, schema: &DFSchema) -> Result<Expr> {
    let negated = predicate.negated;
    let unknown = unknown(&predicate, schema)?;
    let found = found(InSubquery {
        negated: false,
        ..predicate
    })?;
    let value = match unknown {
        None => found,
        Some(unknown) => when(found, lit(true))
            .when(unknown, lit(ScalarValue::Boolean(None)))
            .otherwise(lit(false))?,
    };
    Ok(if negated { !value } else { value })
}

/// Whether the value is one of the subquery's. DataFusion makes no key of a join of what reads no column, and would lose it.
fn found(predicate: InSubquery) -> Result<Expr> {
    if predicate.expr.any_column_refs() {
        return Ok(Expr::InSubquery(predicate));
    }
    let plan = predicate.subquery.subquery;
    let Some(other) = plan.schema().columns().into_iter().next() else {
        return Ok(lit(false));
    };
    let equal = binary_expr(*predicate.expr, Operator::Eq, Expr::Column(other));
    Ok(exists(
        LogicalPlanBuilder::new_from_arc(plan)
            .filter(equal)?
            .build()?,
    ))
}

/// Whether the value is compared with NULL, or is NULL and compared at all; nothing if neither can be.
fn unknown(predicate: &InSubquery, schema: &DFSchema) -> Result<Option<Expr>> {
    let (value, plan) = (predicate.expr.as_ref(), &predicate.subquery.subquery);
    let Some(other) = plan.schema().columns().into_iter().next().map(Expr::Column) else {
        return Ok(None);
    };
    if !value.nullable(schema)? && !other.nullable(plan.schema().as_ref())? {
        return Ok(None);
    }
    let rows = || LogicalPlanBuilder::from(plan.as_ref().clone());
    if is_correlated(plan) {
        let equal = outer(value.clone(), schema)?.eq(other);
        return Ok(Some(exists(rows().filter(equal.is_null())?.build()?)));
    }
    let any = exists(rows().limit(0, Some(1))?.build()?);
    let null = exists(rows().filter(other.is_null())?.limit(0, Some(1))?.build()?);
    Ok(Some(value.clone().is_null().and(any).or(null)))
}

fn is_correlated(plan: &LogicalPlan) -> bool {
    !plan.all_out_ref_exprs().is_empty()
}

fn exists(plan: LogicalPlan) -> Expr {
    let outer_ref_columns = plan.all_out_ref_exprs();
    Expr::Exists(Exists::new(
        Subquery {
            subquery: Arc::new(plan),
            outer_ref_columns,
            spans: Spans::new(),
        },
        false,
    ))
}

/// The same value within a subquery: columns of its surroundings become references to them.
pub(super) fn outer(value: Expr, schema: &DFSchema) -> Result<Expr> {
    value
        .transform(|part| match part {
            Expr::Column(column) if schema.has_column(&column) => {
                let field = Arc::clone(schema.field_from_column(&column)?);
                Ok(Transformed::yes(Expr::OuterReferenceColumn(field, column)))
            }
            other => Ok(Transformed::no(other)),
        })
        .data()
}

/// An input to which a mark is joined for each predicate of the expressions over it.
struct Marked<'c> {
    input: LogicalPlan,
    config: &'c dyn OptimizerConfig,
}

impl<'c> Marked<'c> {
    fn new(input: Arc<LogicalPlan>, config: &'c dyn OptimizerConfig) -> Self {
        Marked {
            input: Arc::unwrap_or_clone(input),
            config,
        }
    }

    /// The expressions under the names that they have.
    fn exprs(&mut self, exprs: Vec<Expr>) -> Result<Vec<Expr>> {
        let names = NamePreserver::new_for_projection();
        exprs
            .into_iter()
            .map(|expr| {
                if !has_predicate(&expr) {
                    return Ok(expr);
                }
                let name = names.save(&expr);
                let expr = three_valued(expr, self.input.schema())?
                    .transform(|part| {
                        let is_predicate = matches!(part, Expr::Exists(_) | Expr::InSubquery(_));
                        match is_predicate {
                            true => self.mark(part),
                            false => Ok(Transformed::no(part)),
                        }
                    })
                    .data()?;
                Ok(name.restore(expr))
            })
            .collect()
    }

    /// Has DataFusion's rule make the join, in a filter that is then taken away. What it cannot join stays.
    fn mark(&mut self, predicate: Expr) -> Result<Transformed<Expr>> {
        // Within another expression it becomes a mark.
        let filter = Filter::try_new(
            Expr::IsTrue(Box::new(predicate.clone())),
            Arc::new(self.input.clone()),
        )?;
        let rule = DecorrelatePredicateSubquery::new();
        let joined = rule.rewrite(LogicalPlan::Filter(filter), self.config)?.data;
        if let LogicalPlan::Projection(own_columns) = joined
            && let LogicalPlan::Filter(filter) = own_columns.input.as_ref()
            && let Expr::IsTrue(mark) = &filter.predicate
        {
            self.input = filter.input.as_ref().clone();
            return Ok(Transformed::yes(mark.as_ref().clone()));
        }
        Ok(Transformed::no(predicate))
    }
}
