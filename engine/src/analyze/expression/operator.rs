//! Operators: arithmetic, logic, and those that compare a value with several.

use datafusion::logical_expr::expr::InList;
use datafusion::logical_expr::{Expr, Operator};
use prismlake_functions::types::{Type, common_type};
use sqlparser::ast;
use sqlparser::ast::{BinaryOperator, UnaryOperator};

use super::{ExprContext, cannot_apply};
use crate::analyze::typed::Typed;
use crate::analyze::{Analyzer, error_at, not_supported};
use crate::error::{ErrorCode, Result};

impl Analyzer<'_> {
    pub(super) fn binary_operation(
        &self,
        syntax: &ast::Expr,
        left: &ast::Expr,
        operator: &BinaryOperator,
        right: &ast::Expr,
        context: &ExprContext<'_>,
    ) -> Result<Typed> {
        match operator {
            BinaryOperator::And | BinaryOperator::Or => {
                return self.logic(left, operator, right, context);
            }
            _ => {}
        }
        let left = self.expression(left, context)?;
        let right = self.expression(right, context)?;
        if let Some(comparison) = comparison_operator(operator) {
            return self.comparison(left, comparison, right, syntax);
        }
        let function = match operator {
            BinaryOperator::Plus => "$add",
            BinaryOperator::Minus => "$subtract",
            BinaryOperator::Multiply => "$multiply",
            BinaryOperator::Divide => "$divide",
            BinaryOperator::Modulo => "$modulus",
            BinaryOperator::StringConcat => {
                return self.concatenation(left, right, syntax);
            }
            other => {
                return Err(not_supported(
                    syntax,
                    format!("the operator {other} is not supported"),
                ));
            }
        };
        let shown = format!("{} {operator} {}", left.data_type, right.data_type);
        self.call(function, vec![left, right], syntax)
            .map_err(|error| {
                if error.code == ErrorCode::FunctionNotFound {
                    cannot_apply(syntax, shown)
                } else {
                    error
                }
            })
    }

    fn concatenation(&self, left: Typed, right: Typed, syntax: &ast::Expr) -> Result<Typed> {
        let shown = format!("{}, {}", left.data_type, right.data_type);
        self.call("$concat", vec![left, right], syntax).map_err(|error| {
            if error.code == ErrorCode::FunctionNotFound {
                error_at(
                    syntax,
                    ErrorCode::FunctionNotFound,
                    format!("Unexpected parameters ({shown}) for function concat. Expected: concat(char(x), char(y)), concat(array(E), E), concat(E, array(E)), concat(array(E), array(E), ...), concat(varchar, varchar, ...), concat(varbinary, varbinary, ...)"),
                )
            } else {
                error
            }
        })
    }

    /// A chain of AND or of OR, which may be long: taken apart, it needs no deep recursion, and made into a balanced tree, no later rule does.
    fn logic(
        &self,
        left: &ast::Expr,
        operator: &BinaryOperator,
        right: &ast::Expr,
        context: &ExprContext<'_>,
    ) -> Result<Typed> {
        let mut parts = vec![right];
        let mut first = left;
        while let ast::Expr::BinaryOp { left, op, right } = first
            && op == operator
        {
            parts.push(right);
            first = left;
        }
        parts.push(first);
        parts.reverse();
        // Subqueries can be joined where every part decides which rows stay, and where any of several does.
        let exprs = parts
            .into_iter()
            .map(|part| self.truth(part, context, "Logical expression term"))
            .collect::<Result<Vec<_>>>()?;
        Ok(Typed::boolean(balanced(
            exprs,
            *operator == BinaryOperator::And,
        )))
    }

    pub(super) fn unary_operation(
        &self,
        syntax: &ast::Expr,
        operator: UnaryOperator,
        operand: &ast::Expr,
        context: &ExprContext<'_>,
    ) -> Result<Typed> {
        match operator {
            UnaryOperator::Not => {
                let operand = self.truth(operand, context, "Value of logical NOT expression")?;
                Ok(Typed::boolean(!operand))
            }
            UnaryOperator::Minus => {
                // The least bigint is written as the negation of a number that no bigint has.
                if let ast::Expr::Value(value) = operand
                    && let ast::Value::Number(text, _) = &value.value
                    && text == "9223372036854775808"
                {
                    return Ok(Typed::bigint(i64::MIN));
                }
                let typed = self.expression(operand, context)?;
                let shown = typed.data_type.to_string();
                let negated = self.call("$negate", vec![typed], syntax).map_err(|error| {
                    if error.code == ErrorCode::FunctionNotFound {
                        cannot_apply(syntax, format!("-{shown}"))
                    } else {
                        error
                    }
                })?;
                Ok(match self.constant(&negated.expr) {
                    Ok(value) => Typed::literal(value, negated.data_type),
                    Err(_) => negated,
                })
            }
            UnaryOperator::Plus => {
                let typed = self.expression(operand, context)?;
                if typed.data_type.is_numeric() {
                    return Ok(typed);
                }
                Err(cannot_apply(syntax, format!("+{}", typed.data_type)))
            }
            other => Err(not_supported(
                syntax,
                format!("the operator {other} is not supported"),
            )),
        }
    }

    pub(super) fn distinct_from(
        &self,
        syntax: &ast::Expr,
        left: &ast::Expr,
        right: &ast::Expr,
        context: &ExprContext<'_>,
    ) -> Result<Typed> {
        let left = self.expression(left, context)?;
        let right = self.expression(right, context)?;
        self.comparison(left, Operator::IsDistinctFrom, right, syntax)
    }

    pub(super) fn between(
        &self,
        syntax: &ast::Expr,
        value: &ast::Expr,
        negated: bool,
        low: &ast::Expr,
        high: &ast::Expr,
        context: &ExprContext<'_>,
    ) -> Result<Typed> {
        let value = self.expression(value, context)?;
        let low = self.expression(low, context)?;
        let high = self.expression(high, context)?;
        let least = self.comparison(value.clone(), Operator::GtEq, low, syntax)?;
        let greatest = self.comparison(value, Operator::LtEq, high, syntax)?;
        let within = least.expr.and(greatest.expr);
        Ok(Typed::boolean(if negated { !within } else { within }))
    }

    pub(super) fn in_list(
        &self,
        syntax: &ast::Expr,
        value: &ast::Expr,
        list: &[ast::Expr],
        negated: bool,
        context: &ExprContext<'_>,
    ) -> Result<Typed> {
        let value = self.expression(value, context)?;
        let items = self.expressions(list, context)?;
        let mut common = value.data_type.clone();
        for item in &items {
            common = common_type(&common, &item.data_type).ok_or_else(|| {
                error_at(
                    syntax,
                    ErrorCode::TypeMismatch,
                    format!(
                        "IN value and list items must be the same type: {common}, {}",
                        item.data_type
                    ),
                )
            })?;
        }
        let plain = !matches!(
            common,
            Type::Real
                | Type::Double
                | Type::TimestampWithTimeZone(_)
                | Type::Array(_)
                | Type::Map(..)
                | Type::Row(_)
        );
        if plain {
            let value = self.coerce(value, &common)?;
            let items = items
                .into_iter()
                .map(|item| Ok(self.coerce(item, &common)?.expr))
                .collect::<Result<Vec<_>>>()?;
            return Ok(Typed::boolean(Expr::InList(InList::new(
                Box::new(value.expr),
                items,
                negated,
            ))));
        }
        let equalities = items
            .into_iter()
            .map(|item| {
                Ok(self
                    .comparison(value.clone(), Operator::Eq, item, syntax)?
                    .expr)
            })
            .collect::<Result<Vec<_>>>()?;
        let any = balanced(equalities, false);
        Ok(Typed::boolean(if negated { !any } else { any }))
    }

    pub(super) fn like(
        &self,
        syntax: &ast::Expr,
        value: &ast::Expr,
        pattern: &ast::Expr,
        escape: Option<&ast::ValueWithSpan>,
        negated: bool,
        context: &ExprContext<'_>,
    ) -> Result<Typed> {
        let value = self.expression(value, context)?;
        let pattern_typed = self.expression(pattern, context)?;
        require_like_text(&value, "Left side of LIKE expression", syntax)?;
        require_like_text(&pattern_typed, "Pattern for LIKE expression", pattern)?;
        // DataFusion's LIKE prunes and has fast kernels, but takes a backslash for an escape.
        let plain_pattern = escape.is_none()
            && pattern_typed
                .as_text()
                .is_some_and(|text| !text.contains('\\'))
            && matches!(value.data_type, Type::Varchar(_));
        if plain_pattern {
            let matches = value.expr.like(pattern_typed.expr);
            return Ok(Typed::boolean(if negated { !matches } else { matches }));
        }
        let mut arguments = vec![value, pattern_typed];
        if let Some(escape) = escape {
            arguments.push(self.literal(escape)?);
        }
        let matches = self.call("$like", arguments, syntax)?;
        Ok(Typed::boolean(if negated {
            !matches.expr
        } else {
            matches.expr
        }))
    }

    /// `value LIKE pattern ESCAPE escape`, whatever the escape is.
    pub(super) fn like_call(
        &self,
        syntax: &ast::Expr,
        operands: &[&ast::Expr],
        context: &ExprContext<'_>,
    ) -> Result<Typed> {
        const OPERANDS: [&str; 3] = [
            "Left side of LIKE expression",
            "Pattern for LIKE expression",
            "Escape for LIKE expression",
        ];
        let operands = operands
            .iter()
            .zip(OPERANDS)
            .map(|(operand, what)| {
                let typed = self.expression(operand, context)?;
                require_like_text(&typed, what, operand)?;
                Ok(typed)
            })
            .collect::<Result<Vec<_>>>()?;
        self.call("$like", operands, syntax)
    }
}

/// An error if an operand of LIKE is no text.
fn require_like_text(typed: &Typed, what: &str, syntax: &ast::Expr) -> Result<()> {
    if typed.data_type.is_text() || typed.data_type == Type::Unknown {
        return Ok(());
    }
    Err(error_at(
        syntax,
        ErrorCode::TypeMismatch,
        format!(
            "{what} must evaluate to a varchar (actual: {})",
            typed.data_type
        ),
    ))
}

/// The comparison of DataFusion's that an operator means.
pub(super) fn comparison_operator(operator: &BinaryOperator) -> Option<Operator> {
    Some(match operator {
        BinaryOperator::Eq => Operator::Eq,
        BinaryOperator::NotEq => Operator::NotEq,
        BinaryOperator::Lt => Operator::Lt,
        BinaryOperator::LtEq => Operator::LtEq,
        BinaryOperator::Gt => Operator::Gt,
        BinaryOperator::GtEq => Operator::GtEq,
        _ => return None,
    })
}

/// Terms joined by AND or OR, as a tree whose depth grows with the logarithm of their number.
pub(super) fn balanced(mut terms: Vec<Expr>, and: bool) -> Expr {
    while terms.len() > 1 {
        let mut next = Vec::with_capacity(terms.len().div_ceil(2));
        let mut pairs = terms.into_iter();
        while let Some(left) = pairs.next() {
            next.push(match pairs.next() {
                Some(right) if and => left.and(right),
                Some(right) => left.or(right),
                None => left,
            });
        }
        terms = next;
    }
    terms
        .pop()
        .unwrap_or_else(|| datafusion::logical_expr::lit(and))
}
