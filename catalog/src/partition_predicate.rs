//! `PartitionPredicate`: which partitions a query needs, as a condition on the values of their keys.

use crate::like_pattern::LikePattern;
use crate::partition_value::{KeyType, PartitionLiteral};

/// How a key's value compares with a literal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Comparison {
    /// `=`
    Equal,
    /// `<>`
    NotEqual,
    /// `<`
    Less,
    /// `<=`
    LessOrEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterOrEqual,
}

impl Comparison {
    /// The comparison that holds of values, NULL left out, exactly where this one does not.
    pub fn negated(self) -> Comparison {
        match self {
            Comparison::Equal => Comparison::NotEqual,
            Comparison::NotEqual => Comparison::Equal,
            Comparison::Less => Comparison::GreaterOrEqual,
            Comparison::LessOrEqual => Comparison::Greater,
            Comparison::Greater => Comparison::LessOrEqual,
            Comparison::GreaterOrEqual => Comparison::Less,
        }
    }

    /// The comparison with its sides exchanged.
    pub fn mirrored(self) -> Comparison {
        match self {
            Comparison::Equal | Comparison::NotEqual => self,
            Comparison::Less => Comparison::Greater,
            Comparison::LessOrEqual => Comparison::GreaterOrEqual,
            Comparison::Greater => Comparison::Less,
            Comparison::GreaterOrEqual => Comparison::LessOrEqual,
        }
    }
}

/// A condition on partition keys, each named by its place among them. A comparison with NULL is not true.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PartitionPredicate {
    /// Every partition.
    All,
    /// No partition.
    Nothing,
    /// Partitions that match every condition.
    And(Vec<PartitionPredicate>),
    /// Partitions that match any condition.
    Or(Vec<PartitionPredicate>),
    /// The key compares so with the literal.
    Compare(usize, Comparison, PartitionLiteral),
    /// The key is one of the literals.
    In(usize, Vec<PartitionLiteral>),
    /// The key is not NULL and none of the literals.
    NotIn(usize, Vec<PartitionLiteral>),
    /// The key's text begins so.
    Prefix(usize, String),
    /// The key's text matches the pattern.
    Like(usize, LikePattern),
    /// The key is not NULL and its text does not match the pattern.
    NotLike(usize, LikePattern),
    /// The key is NULL.
    IsNull(usize),
    /// The key is not NULL.
    IsNotNull(usize),
}

impl PartitionPredicate {
    /// The predicate that is true exactly where SQL's NOT of this one is.
    pub fn negated(self) -> PartitionPredicate {
        use PartitionPredicate as P;
        match self {
            P::All => P::Nothing,
            P::Nothing => P::All,
            P::And(parts) => P::Or(parts.into_iter().map(P::negated).collect()),
            P::Or(parts) => P::And(parts.into_iter().map(P::negated).collect()),
            P::Compare(key, comparison, literal) => P::Compare(key, comparison.negated(), literal),
            P::In(key, literals) => P::NotIn(key, literals),
            P::NotIn(key, literals) => P::In(key, literals),
            P::Prefix(key, prefix) => P::NotLike(key, LikePattern::starting_with(&prefix)),
            P::Like(key, pattern) => P::NotLike(key, pattern),
            P::NotLike(key, pattern) => P::Like(key, pattern),
            P::IsNull(key) => P::IsNotNull(key),
            P::IsNotNull(key) => P::IsNull(key),
        }
    }

    /// Whether a partition with these stored values matches.
    pub fn matches(&self, types: &[KeyType], values: &[String]) -> bool {
        let value = |ordinal: &usize| {
            let stored = values.get(*ordinal)?;
            types.get(*ordinal)?.parse(stored)
        };
        let is_like = |ordinal: &usize, pattern: &LikePattern| {
            value(ordinal)?;
            values.get(*ordinal).map(|text| pattern.matches(text))
        };
        match self {
            PartitionPredicate::All => true,
            PartitionPredicate::Nothing => false,
            PartitionPredicate::And(parts) => {
                parts.iter().all(|part| part.matches(types, values))
            }
            PartitionPredicate::Or(parts) => parts.iter().any(|part| part.matches(types, values)),
            PartitionPredicate::Compare(ordinal, comparison, literal) => {
                value(ordinal).is_some_and(|value| match comparison {
                    Comparison::Equal => value == *literal,
                    Comparison::NotEqual => value != *literal,
                    Comparison::Less => value < *literal,
                    Comparison::LessOrEqual => value <= *literal,
                    Comparison::Greater => value > *literal,
                    Comparison::GreaterOrEqual => value >= *literal,
                })
            }
            PartitionPredicate::In(ordinal, literals) => {
                value(ordinal).is_some_and(|value| literals.contains(&value))
            }
            PartitionPredicate::NotIn(ordinal, literals) => {
                value(ordinal).is_some_and(|value| !literals.contains(&value))
            }
            PartitionPredicate::Prefix(ordinal, prefix) => value(ordinal).is_some_and(
                |value| matches!(value, PartitionLiteral::Text(text) if text.starts_with(prefix.as_str())),
            ),
            PartitionPredicate::Like(ordinal, pattern) => {
                is_like(ordinal, pattern).is_some_and(|is_like| is_like)
            }
            PartitionPredicate::NotLike(ordinal, pattern) => {
                is_like(ordinal, pattern).is_some_and(|is_like| !is_like)
            }
            PartitionPredicate::IsNull(ordinal) => value(ordinal).is_none(),
            PartitionPredicate::IsNotNull(ordinal) => value(ordinal).is_some(),
        }
    }
}
