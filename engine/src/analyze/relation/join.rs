//! Joins.

use std::rc::Rc;

use datafusion::common::JoinType;
use datafusion::logical_expr::utils::split_conjunction_owned;
use datafusion::logical_expr::{Expr, LogicalPlanBuilder};
use prismlake_functions::types::Type;
use sqlparser::ast;
use sqlparser::ast::{JoinConstraint, JoinOperator, ObjectNamePart, TableFactor};

use super::side_by_side;
use crate::analyze::expression::ExprContext;
use crate::analyze::scope::{Scope, ScopeField};
use crate::analyze::typed::Typed;
use crate::analyze::{Analyzer, Environment, PlannedRelation, error_at, not_supported};
use crate::error::{ErrorCode, Result};

impl Analyzer<'_> {
    /// What stands left of a join, the join, and what stands right of it.
    pub(super) fn join(
        &self,
        left: PlannedRelation,
        join: &ast::Join,
        environment: &Environment,
    ) -> Result<PlannedRelation> {
        let (kind, constraint) = match &join.join_operator {
            JoinOperator::CrossJoin(JoinConstraint::None) => {
                return self.cross_join(left, &join.relation, environment);
            }
            JoinOperator::Join(constraint) | JoinOperator::Inner(constraint) => {
                (JoinType::Inner, constraint)
            }
            JoinOperator::Left(constraint) | JoinOperator::LeftOuter(constraint) => {
                (JoinType::Left, constraint)
            }
            JoinOperator::Right(constraint) | JoinOperator::RightOuter(constraint) => {
                (JoinType::Right, constraint)
            }
            JoinOperator::FullOuter(constraint) => (JoinType::Full, constraint),
            _ => {
                return Err(not_supported(
                    &join.relation,
                    "this kind of join is not supported; there are INNER, LEFT, RIGHT, FULL and CROSS JOIN",
                ));
            }
        };
        match constraint {
            JoinConstraint::Natural => {
                Err(not_supported(&join.relation, "Natural join not supported"))
            }
            JoinConstraint::None => Err(error_at(
                &join.relation,
                ErrorCode::SyntaxError,
                "a join needs ON or USING; without a condition it is a CROSS JOIN",
            )),
            JoinConstraint::Using(names) => {
                let right = self.factor(&join.relation, environment)?;
                self.join_using(left, right, kind, names)
            }
            JoinConstraint::On(condition) => match &join.relation {
                TableFactor::UNNEST { .. } => {
                    require_true(condition, "UNNEST")?;
                    match kind {
                        JoinType::Inner => self.unnest(left, &join.relation, false, environment),
                        JoinType::Left => self.unnest(left, &join.relation, true, environment),
                        _ => Err(not_supported(
                            &join.relation,
                            "UNNEST in conditional JOIN is only supported with INNER and LEFT JOIN",
                        )),
                    }
                }
                TableFactor::Derived { lateral: true, .. } => {
                    require_true(condition, "LATERAL")?;
                    if !matches!(kind, JoinType::Inner | JoinType::Left) {
                        return Err(not_supported(
                            &join.relation,
                            "RIGHT and FULL JOIN involving LATERAL relation are not supported",
                        ));
                    }
                    self.lateral_join(left, &join.relation, kind, environment)
                }
                relation => {
                    let right = self.factor(relation, environment)?;
                    self.join_on(left, right, kind, condition, environment)
                }
            },
        }
    }

    fn join_on(
        &self,
        left: PlannedRelation,
        right: PlannedRelation,
        kind: JoinType,
        condition: &ast::Expr,
        environment: &Environment,
    ) -> Result<PlannedRelation> {
        let mut both = side_by_side(left.scope.clone(), right.scope);
        both.outer.clone_from(&environment.outer);
        let both = Rc::new(both);
        let context = ExprContext::shared(Rc::clone(&both), environment, "JOIN clause");
        let condition = self.condition(condition, &context, "JOIN ON clause")?;
        let plan = LogicalPlanBuilder::from(left.plan)
            .join_on(right.plan, kind, split_conjunction_owned(condition))?
            .build()?;
        Ok(PlannedRelation {
            plan,
            scope: Rc::unwrap_or_clone(both),
        })
    }

    /// `USING (a, b)`: the named columns come first, once, and unqualified.
    fn join_using(
        &self,
        left: PlannedRelation,
        right: PlannedRelation,
        kind: JoinType,
        names: &[ast::ObjectName],
    ) -> Result<PlannedRelation> {
        let mut conditions = Vec::new();
        let mut joined: Vec<(String, Typed)> = Vec::new();
        let mut used: Vec<Expr> = Vec::new();
        for name in names {
            let Some(ident) = name.0.last().and_then(ObjectNamePart::as_ident) else {
                continue;
            };
            let side = |scope: &Scope, which: &str| -> Result<Typed> {
                let own = Scope::new(scope.fields.clone(), None);
                match own.resolve(std::slice::from_ref(ident)) {
                    Ok(resolved) => Ok(resolved.typed),
                    Err(error) if error.code == ErrorCode::AmbiguousName => Err(error),
                    Err(_) => Err(error_at(
                        ident,
                        ErrorCode::ColumnNotFound,
                        format!(
                            "Column '{}' is missing from {which} side of join",
                            ident.value
                        ),
                    )),
                }
            };
            let (of_left, of_right) = (side(&left.scope, "left")?, side(&right.scope, "right")?);
            used.push(of_left.expr.clone());
            used.push(of_right.expr.clone());
            let (one, other, data_type) =
                self.to_common_type(of_left, of_right, |left: &Type, right: &Type| {
                    error_at(
                        ident,
                        ErrorCode::TypeMismatch,
                        format!(
                            "Column types of left and right side of join '{}' are not compatible: {left}, {right}",
                            ident.value
                        ),
                    )
                })?;
            conditions.push(one.expr.clone().eq(other.expr.clone()));
            let value = match kind {
                JoinType::Right => other.expr,
                JoinType::Full => {
                    datafusion::functions::expr_fn::coalesce(vec![one.expr, other.expr])
                }
                _ => one.expr,
            };
            joined.push((ident.value.clone(), Typed::new(value, data_type)));
        }
        let plan = LogicalPlanBuilder::from(left.plan)
            .join_on(right.plan, kind, conditions)?
            .build()?;
        // What is computed here becomes a column, so that everything above sees columns alone.
        let mut projection: Vec<Expr> = plan
            .schema()
            .columns()
            .into_iter()
            .map(Expr::Column)
            .collect();
        let mut fields: Vec<ScopeField> = Vec::new();
        for (name, typed) in joined {
            let column = self.symbol_column(&name);
            projection.push(typed.expr.alias(&column.name));
            fields.push(ScopeField::column(
                None,
                Some(name),
                typed.data_type,
                column,
            ));
        }
        let plan = LogicalPlanBuilder::from(plan)
            .project(projection)?
            .build()?;
        let outer = left.scope.outer.clone();
        fields.extend(
            left.scope
                .fields
                .into_iter()
                .chain(right.scope.fields)
                .filter(|field| !used.contains(&field.expr)),
        );
        Ok(PlannedRelation {
            plan,
            scope: Scope::new(fields, outer),
        })
    }
}

/// Lateral relations are joined ON TRUE.
fn require_true(condition: &ast::Expr, relation: &str) -> Result<()> {
    let is_true =
        matches!(condition, ast::Expr::Value(value) if value.value == ast::Value::Boolean(true));
    if is_true {
        return Ok(());
    }
    Err(not_supported(
        condition,
        format!("JOIN involving {relation} is only supported with condition ON TRUE"),
    ))
}
