//! Comparisons: DataFusion's own where they mean the same, so that they prune; the library's where they do not.

use arrow::datatypes::DataType;
use datafusion::functions::core::expr_fn::{get_field, named_struct};
use datafusion::logical_expr::{Expr, Operator, binary_expr, lit};
use datafusion::scalar::ScalarValue;
use prismlake_functions::types::Type;

use super::cannot_apply;
use crate::analyze::typed::Typed;
use crate::analyze::{Analyzer, Syntax};
use crate::error::{QueryError, Result};

/// The struct fields of a timestamp with time zone.
const INSTANT: &str = "instant";
const ZONE: &str = "zone";

impl Analyzer<'_> {
    /// `left operator right` for `=`, `<>`, `<`, `<=`, `>`, `>=` and IS DISTINCT FROM.
    pub(in crate::analyze) fn comparison(
        &self,
        left: Typed,
        operator: Operator,
        right: Typed,
        syntax: &impl Syntax,
    ) -> Result<Typed> {
        let failure =
            |left: &Type, right: &Type| cannot_apply(syntax, format!("{left} {operator} {right}"));
        let (left, right, common) = self.to_common_type(left, right, failure)?;
        let ordered = !matches!(
            operator,
            Operator::Eq | Operator::NotEq | Operator::IsDistinctFrom
        );
        if (ordered && !common.is_orderable()) || !common.is_comparable() {
            return Err(failure(&common, &common));
        }
        let simple = |left: Expr, right: Expr| Typed::boolean(binary_expr(left, operator, right));
        Ok(match &common {
            Type::Real | Type::Double => self.float_comparison(left, operator, right, syntax)?,
            Type::TimestampWithTimeZone(_) => {
                let (left, right) = (instant(left.expr), instant(right.expr));
                simple(left, right)
            }
            Type::Array(_) | Type::Map(..) => {
                self.call(operator_function(operator), vec![left, right], syntax)?
            }
            Type::Row(_) => {
                let function =
                    prismlake_functions::row::row_comparison(&common, row_operator(operator))
                        .ok_or_else(|| failure(&common, &common))?;
                Typed::boolean(function.call(vec![left.expr, right.expr]))
            }
            _ => simple(left.expr, right.expr),
        })
    }

    /// Arrow orders floats totally: NaN is equal to itself and the greatest, and -0.0 is below 0.0. Trino compares as IEEE does. Where one side is
    /// a number that is neither, the total order is kept and mended, so that the comparison still prunes.
    fn float_comparison(
        &self,
        left: Typed,
        operator: Operator,
        right: Typed,
        syntax: &impl Syntax,
    ) -> Result<Typed> {
        let (left, operator, right) = match (left.as_literal(), right.as_literal()) {
            (Some(_), None) => match operator.swap() {
                Some(swapped) => (right, swapped, left),
                None => (left, operator, right),
            },
            _ => (left, operator, right),
        };
        let number = match right.as_literal() {
            Some(ScalarValue::Float64(Some(number))) => Some(*number),
            Some(ScalarValue::Float32(Some(number))) => Some(f64::from(*number)),
            _ => None,
        };
        let Some(number) = number.filter(|number| !number.is_nan()) else {
            if operator == Operator::Eq
                && left.as_literal().is_none()
                && right.as_literal().is_none()
            {
                // An equality of columns may be what a join hashes.
                let not_a_number = self.call(
                    "is_nan",
                    vec![self.coerce(left.clone(), &Type::Double)?],
                    syntax,
                )?;
                return Ok(Typed::boolean(
                    left.expr.eq(right.expr).and(!not_a_number.expr),
                ));
            }
            return self.call(operator_function(operator), vec![left, right], syntax);
        };
        if operator == Operator::IsDistinctFrom {
            return self.call(operator_function(operator), vec![left, right], syntax);
        }
        let zero = |sign: f64| match right.data_type {
            #[allow(
                clippy::cast_possible_truncation,
                reason = "zeros have no digits to lose"
            )]
            Type::Real => lit((0.0 * sign) as f32),
            _ => lit(0.0 * sign),
        };
        let value = left.expr.clone();
        let (low, high) = if number == 0.0 {
            (zero(-1.0), zero(1.0))
        } else {
            (right.expr.clone(), right.expr.clone())
        };
        let ordered = match operator {
            Operator::Eq if number == 0.0 => value.clone().gt_eq(low).and(value.lt_eq(high)),
            Operator::Eq => value.eq(low),
            Operator::NotEq if number == 0.0 => value.clone().lt(low).or(value.gt(high)),
            Operator::NotEq => value.not_eq(low),
            Operator::Lt => value.lt(low),
            Operator::LtEq => value.lt_eq(high),
            Operator::Gt => value.gt(high),
            _ => value.gt_eq(low),
        };
        if matches!(operator, Operator::Gt | Operator::GtEq) {
            let not_a_number =
                self.call("is_nan", vec![self.coerce(left, &Type::Double)?], syntax)?;
            return Ok(Typed::boolean(ordered.and(!not_a_number.expr)));
        }
        Ok(Typed::boolean(ordered))
    }
}

/// The hidden function of an operator.
fn operator_function(operator: Operator) -> &'static str {
    match operator {
        Operator::Eq => "$equal",
        Operator::NotEq => "$not_equal",
        Operator::Lt => "$less_than",
        Operator::LtEq => "$less_than_or_equal",
        Operator::Gt => "$greater_than",
        Operator::GtEq => "$greater_than_or_equal",
        _ => "$is_distinct_from",
    }
}

fn row_operator(operator: Operator) -> prismlake_functions::row::ComparisonOperator {
    use prismlake_functions::row::ComparisonOperator;
    match operator {
        Operator::Eq => ComparisonOperator::Equal,
        Operator::NotEq => ComparisonOperator::NotEqual,
        Operator::Lt => ComparisonOperator::LessThan,
        Operator::LtEq => ComparisonOperator::LessThanOrEqual,
        Operator::Gt => ComparisonOperator::GreaterThan,
        Operator::GtEq => ComparisonOperator::GreaterThanOrEqual,
        _ => ComparisonOperator::IsDistinctFrom,
    }
}

/// The instant of a timestamp with time zone. What was made of an instant just before gives it back, so that columns prune.
pub(super) fn instant(expr: Expr) -> Expr {
    match &expr {
        Expr::ScalarFunction(function) if function.func.name() == "named_struct" => {
            match function.args.get(1) {
                Some(inner) => inner.clone(),
                None => get_field(expr, INSTANT),
            }
        }
        _ => get_field(expr, INSTANT),
    }
}

/// A timestamp with time zone in UTC of an instant.
pub(super) fn in_utc(instant: Expr) -> Expr {
    named_struct(vec![lit(INSTANT), instant, lit(ZONE), lit(0_i16)])
}

/// A literal of a timestamp with time zone: microseconds of the epoch, in UTC.
pub(super) fn utc_literal(micros: i64) -> Result<ScalarValue, QueryError> {
    use std::sync::Arc;
    let fields = match Type::TimestampWithTimeZone(3).arrow() {
        DataType::Struct(fields) => fields,
        _ => {
            return Err(QueryError::internal(
                "timestamps with time zone are structs",
            ));
        }
    };
    let values: Vec<arrow::array::ArrayRef> = vec![
        ScalarValue::TimestampMicrosecond(Some(micros), Some("UTC".into())).to_array()?,
        ScalarValue::Int16(Some(0)).to_array()?,
    ];
    Ok(ScalarValue::Struct(Arc::new(
        arrow::array::StructArray::new(fields, values, None),
    )))
}
