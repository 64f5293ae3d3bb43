//! Arithmetic of SQL values, with SQL's types and overflows.

use super::evaluation_error;
use super::syntax::Operator;
use super::value::{Value, Width};
use crate::error::FunctionError;
use crate::json::decimal::{Decimal, DecimalOperator};

/// Two numbers of the type that both are coerced to.
pub(super) enum Numbers {
    Integers(i64, i64, Width),
    Decimals(Decimal, Decimal),
    Reals(f32, f32),
    Doubles(f64, f64),
}

/// The numbers in their common type; nothing if one is no number.
pub(super) fn promoted(left: &Value, right: &Value) -> Option<Numbers> {
    Some(match (left, right) {
        (Value::Integer(left, left_width), Value::Integer(right, right_width)) => {
            Numbers::Integers(*left, *right, *left_width.max(right_width))
        }
        (Value::Double(_), _) | (_, Value::Double(_)) => {
            Numbers::Doubles(to_double(left)?, to_double(right)?)
        }
        (Value::Real(_), _) | (_, Value::Real(_)) => {
            Numbers::Reals(to_real(left)?, to_real(right)?)
        }
        _ => Numbers::Decimals(to_decimal(left)?, to_decimal(right)?),
    })
}

fn to_double(value: &Value) -> Option<f64> {
    Some(match value {
        // The nearest double, as Java converts.
        Value::Integer(value, _) => *value as f64,
        Value::Decimal(value) => value.to_double(),
        Value::Real(value) => f64::from(*value),
        Value::Double(value) => *value,
        _ => return None,
    })
}

fn to_real(value: &Value) -> Option<f32> {
    Some(match value {
        // The nearest real, as Java converts.
        Value::Integer(value, _) => *value as f32,
        Value::Decimal(value) => value.text().parse().ok()?,
        Value::Real(value) => *value,
        _ => return None,
    })
}

fn to_decimal(value: &Value) -> Option<Decimal> {
    Some(match value {
        Value::Integer(value, width) => Decimal {
            unscaled: i128::from(*value),
            precision: match width {
                Width::Tinyint => 3,
                Width::Smallint => 5,
                Width::Integer => 10,
                Width::Bigint => 19,
            },
            scale: 0,
        },
        Value::Decimal(value) => *value,
        _ => return None,
    })
}

/// An overflow or a division by zero. Trino does not say which.
fn impossible() -> FunctionError {
    evaluation_error("")
}

/// The result of an operation.
pub(super) fn calculate(
    operator: Operator,
    left: &Value,
    right: &Value,
) -> Result<Value, FunctionError> {
    let Some(numbers) = promoted(left, right) else {
        return Err(evaluation_error(format!(
            "invalid operand types to {} operator ({}, {})",
            operator.name(),
            left.type_name(),
            right.type_name()
        )));
    };
    Ok(match numbers {
        Numbers::Integers(left, right, width) => {
            let result = match operator {
                Operator::Add => left.checked_add(right),
                Operator::Subtract => left.checked_sub(right),
                Operator::Multiply => left.checked_mul(right),
                Operator::Divide => left.checked_div(right),
                Operator::Modulus if right == -1 => Some(0),
                Operator::Modulus => left.checked_rem(right),
            };
            fitting(result, width)?
        }
        Numbers::Decimals(left, right) => {
            let operator = match operator {
                Operator::Add => DecimalOperator::Add,
                Operator::Subtract => DecimalOperator::Subtract,
                Operator::Multiply => DecimalOperator::Multiply,
                Operator::Divide => DecimalOperator::Divide,
                Operator::Modulus => DecimalOperator::Modulus,
            };
            Value::Decimal(left.calculate(operator, right).ok_or_else(impossible)?)
        }
        Numbers::Reals(left, right) => Value::Real(match operator {
            Operator::Add => left + right,
            Operator::Subtract => left - right,
            Operator::Multiply => left * right,
            Operator::Divide => left / right,
            Operator::Modulus => left % right,
        }),
        Numbers::Doubles(left, right) => Value::Double(match operator {
            Operator::Add => left + right,
            Operator::Subtract => left - right,
            Operator::Multiply => left * right,
            Operator::Divide => left / right,
            Operator::Modulus => left % right,
        }),
    })
}

fn fitting(value: Option<i64>, width: Width) -> Result<Value, FunctionError> {
    value
        .filter(|value| width.holds(*value))
        .map(|value| Value::Integer(value, width))
        .ok_or_else(impossible)
}

/// `-x` of a number.
pub(super) fn negate(value: &Value) -> Result<Value, FunctionError> {
    Ok(match value {
        Value::Integer(value, width) => fitting(value.checked_neg(), *width)?,
        Value::Decimal(value) => Value::Decimal(Decimal {
            unscaled: -value.unscaled,
            ..*value
        }),
        Value::Real(value) => Value::Real(-value),
        Value::Double(value) => Value::Double(-value),
        other => other.clone(),
    })
}

/// `abs(x)` of a number.
pub(super) fn absolute(value: &Value) -> Result<Value, FunctionError> {
    Ok(match value {
        Value::Integer(value, width) => fitting(value.checked_abs(), *width)?,
        Value::Decimal(value) => Value::Decimal(Decimal {
            unscaled: value.unscaled.abs(),
            ..*value
        }),
        Value::Real(value) => Value::Real(value.abs()),
        Value::Double(value) => Value::Double(value.abs()),
        other => other.clone(),
    })
}

/// `ceiling(x)` of a number.
pub(super) fn ceiling(value: &Value) -> Result<Value, FunctionError> {
    Ok(match value {
        Value::Decimal(value) => Value::Decimal(value.ceiling()),
        Value::Real(value) => Value::Real(value.ceil()),
        Value::Double(value) => Value::Double(value.ceil()),
        other => other.clone(),
    })
}

/// `floor(x)` of a number.
pub(super) fn floor(value: &Value) -> Result<Value, FunctionError> {
    Ok(match value {
        Value::Decimal(value) => Value::Decimal(value.floor()),
        Value::Real(value) => Value::Real(value.floor()),
        Value::Double(value) => Value::Double(value.floor()),
        other => other.clone(),
    })
}
