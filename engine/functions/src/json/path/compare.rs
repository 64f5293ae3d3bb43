//! How SQL values compare in predicates.

use std::cmp::Ordering;

use super::arithmetic::{Numbers, promoted};
use super::syntax::Comparison;
use super::value::Value;

/// The result of a comparison of two scalars; unknown if their types do not compare.
pub(super) fn compare(comparison: Comparison, left: &Value, right: &Value) -> Option<bool> {
    let order = order(left, right)?;
    Some(match comparison {
        Comparison::Equal => order == Some(Ordering::Equal),
        Comparison::NotEqual => order != Some(Ordering::Equal),
        Comparison::Less => order == Some(Ordering::Less),
        Comparison::LessOrEqual => matches!(order, Some(Ordering::Less | Ordering::Equal)),
        Comparison::Greater => order == Some(Ordering::Greater),
        Comparison::GreaterOrEqual => matches!(order, Some(Ordering::Greater | Ordering::Equal)),
    })
}

/// The order of two values of comparable types; within, nothing for what is not a number.
fn order(left: &Value, right: &Value) -> Option<Option<Ordering>> {
    match (left, right) {
        (Value::Boolean(left), Value::Boolean(right)) => Some(Some(left.cmp(right))),
        (Value::Text(left), Value::Text(right)) => {
            Some(Some(left.as_bytes().cmp(right.as_bytes())))
        }
        (Value::Temporal(left_type, left), Value::Temporal(right_type, right)) => {
            // Texts of the same type and length have the order of what they mean.
            let alike = left_type == right_type && left.len() == right.len();
            alike.then(|| Some(left.cmp(right)))
        }
        _ => Some(match promoted(left, right)? {
            Numbers::Integers(left, right, _) => Some(left.cmp(&right)),
            Numbers::Decimals(left, right) => Some(left.compare(right)?),
            Numbers::Reals(left, right) => left.partial_cmp(&right),
            Numbers::Doubles(left, right) => left.partial_cmp(&right),
        }),
    }
}
