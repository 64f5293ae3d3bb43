//! `PartitionPredicate`: which partitions a query needs, as a condition on the values of their keys.

use crate::partition_value::{KeyType, PartitionLiteral};

/// How a key's value compares with a literal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Comparison {
    /// `=`
    Equal,
    /// `<`
    Less,
    /// `<=`
    LessOrEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterOrEqual,
}

/// A condition on partition keys, each named by its place among them. A comparison with NULL is not true.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PartitionPredicate {
    /// Every partition.
    All,
    /// Partitions that match every condition.
    And(Vec<PartitionPredicate>),
    /// Partitions that match any condition.
    Or(Vec<PartitionPredicate>),
    /// The key compares so with the literal.
    Compare(usize, Comparison, PartitionLiteral),
    /// The key is one of the literals.
    In(usize, Vec<PartitionLiteral>),
    /// The key's text begins so.
    Prefix(usize, String),
    /// The key is NULL.
    IsNull(usize),
    /// The key is not NULL.
    IsNotNull(usize),
}

impl PartitionPredicate {
    /// Whether a partition with these stored values matches.
    pub fn matches(&self, types: &[KeyType], values: &[String]) -> bool {
        let value = |ordinal: &usize| {
            let stored = values.get(*ordinal)?;
            types.get(*ordinal)?.parse(stored)
        };
        match self {
            PartitionPredicate::All => true,
            PartitionPredicate::And(parts) => {
                parts.iter().all(|part| part.matches(types, values))
            }
            PartitionPredicate::Or(parts) => parts.iter().any(|part| part.matches(types, values)),
            PartitionPredicate::Compare(ordinal, comparison, literal) => {
                value(ordinal).is_some_and(|value| match comparison {
                    Comparison::Equal => value == *literal,
                    Comparison::Less => value < *literal,
                    Comparison::LessOrEqual => value <= *literal,
                    Comparison::Greater => value > *literal,
                    Comparison::GreaterOrEqual => value >= *literal,
                })
            }
            PartitionPredicate::In(ordinal, literals) => {
                value(ordinal).is_some_and(|value| literals.contains(&value))
            }
            PartitionPredicate::Prefix(ordinal, prefix) => value(ordinal).is_some_and(
                |value| matches!(value, PartitionLiteral::Text(text) if text.starts_with(prefix.as_str())),
            ),
            PartitionPredicate::IsNull(ordinal) => value(ordinal).is_none(),
            PartitionPredicate::IsNotNull(ordinal) => value(ordinal).is_some(),
        }
    }
}
