//! `KeyCondition`: a predicate as sets of values of keys, from which follows what one key can be when others are known.

use std::collections::BTreeMap;

use crate::partition_predicate::Comparison;
use crate::{PartitionLiteral, PartitionPredicate};

use super::value_domain::{Cut, ValueDomain};

/// A predicate in which every comparison is a set of values of one key. Parts that concern the same key are one set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum KeyCondition {
    All,
    Key(usize, ValueDomain),
    And(Vec<KeyCondition>),
    /// Parts of which at least two concern different keys.
    Or(Vec<KeyCondition>),
}

impl KeyCondition {
    pub(super) fn of(predicate: &PartitionPredicate) -> Self {
        match predicate {
            PartitionPredicate::All => KeyCondition::All,
            PartitionPredicate::Nothing => KeyCondition::Or(Vec::new()),
            PartitionPredicate::And(parts) => all_of(parts),
            PartitionPredicate::Or(parts) => any_of(parts),
            PartitionPredicate::Compare(key, comparison, literal) => {
                KeyCondition::Key(*key, compared(*comparison, literal))
            }
            PartitionPredicate::In(key, literals) => {
                let points = literals
                    .iter()
                    .map(|literal| ValueDomain::point(Some(literal)));
                KeyCondition::Key(*key, ValueDomain::union_of(points))
            }
            PartitionPredicate::NotIn(key, literals) => {
                let mut domain = ValueDomain::not_null();
                for literal in literals {
                    domain = domain.intersection(&compared(Comparison::NotEqual, literal));
                }
                KeyCondition::Key(*key, domain)
            }
            PartitionPredicate::Prefix(key, prefix) => KeyCondition::Key(*key, prefixed(prefix)),
            PartitionPredicate::Like(key, pattern) => {
                let domain = match pattern.only_match() {
                    Some(text) => ValueDomain::point(Some(&PartitionLiteral::Text(text))),
                    None => prefixed(&pattern.prefix()),
                };
                // What a pattern says of other values than texts, it says of how they are written.
                let others = ValueDomain::between(Cut::Start, before_all_text());
                KeyCondition::Key(*key, ValueDomain::union_of([domain, others]))
            }
            PartitionPredicate::NotLike(key, _) => KeyCondition::Key(*key, ValueDomain::not_null()),
            PartitionPredicate::IsNull(key) => KeyCondition::Key(*key, ValueDomain::null()),
            PartitionPredicate::IsNotNull(key) => KeyCondition::Key(*key, ValueDomain::not_null()),
        }
    }

    /// The values that a key can have in a match, if each key's value is one of its `known` ones. Never too few.
    pub(super) fn narrow(&self, key: usize, known: &[ValueDomain]) -> ValueDomain {
        match self {
            KeyCondition::All => ValueDomain::all(),
            KeyCondition::Key(own, domain) if *own == key => domain.clone(),
            KeyCondition::Key(other, domain) => {
                // A key that the table does not have is NULL, as it is for the predicate.
                let possible = match known.get(*other) {
                    Some(values) => !values.intersection(domain).is_empty(),
                    None => domain.contains(None),
                };
                if possible {
                    ValueDomain::all()
                } else {
                    ValueDomain::empty()
                }
            }
            KeyCondition::And(parts) => {
                let mut domain = ValueDomain::all();
                for part in parts {
                    domain = domain.intersection(&part.narrow(key, known));
                    if domain.is_empty() {
                        break;
                    }
                }
                domain
            }
            KeyCondition::Or(parts) => {
                ValueDomain::union_of(parts.iter().map(|part| part.narrow(key, known)))
            }
        }
    }

    /// Whether the value of one key can decide about those of another.
    pub(super) fn relates_keys(&self) -> bool {
        match self {
            KeyCondition::All | KeyCondition::Key(_, _) => false,
            KeyCondition::And(parts) => parts.iter().any(KeyCondition::relates_keys),
            KeyCondition::Or(_) => true,
        }
    }
}

fn all_of(parts: &[PartitionPredicate]) -> KeyCondition {
    let mut domains: BTreeMap<usize, ValueDomain> = BTreeMap::new();
    let mut conditions = Vec::new();
    for part in parts {
        match KeyCondition::of(part) {
            KeyCondition::All => {}
            KeyCondition::Key(key, domain) => {
                let joined = match domains.get(&key) {
                    Some(earlier) => earlier.intersection(&domain),
                    None => domain,
                };
                domains.insert(key, joined);
            }
            other => conditions.push(other),
        }
    }
    conditions.extend(
        domains
            .into_iter()
            .map(|(key, domain)| KeyCondition::Key(key, domain)),
    );
    single_or(conditions, KeyCondition::And)
}

fn any_of(parts: &[PartitionPredicate]) -> KeyCondition {
    let mut domains: BTreeMap<usize, Vec<ValueDomain>> = BTreeMap::new();
    let mut conditions = Vec::new();
    for part in parts {
        match KeyCondition::of(part) {
            KeyCondition::All => return KeyCondition::All,
            KeyCondition::Key(key, domain) => domains.entry(key).or_default().push(domain),
            other => conditions.push(other),
        }
    }
    conditions.extend(
        domains
            .into_iter()
            .map(|(key, domains)| KeyCondition::Key(key, ValueDomain::union_of(domains))),
    );
    single_or(conditions, KeyCondition::Or)
}

fn single_or(
    mut conditions: Vec<KeyCondition>,
    join: fn(Vec<KeyCondition>) -> KeyCondition,
) -> KeyCondition {
    match conditions.pop() {
        Some(only) if conditions.is_empty() => only,
        Some(last) => {
            conditions.push(last);
            join(conditions)
        }
        None => join(conditions),
    }
}

fn compared(comparison: Comparison, literal: &PartitionLiteral) -> ValueDomain {
    let (low, high) = match comparison {
        Comparison::NotEqual => {
            return ValueDomain::union_of([
                ValueDomain::between(Cut::Start, Cut::before(literal)),
                ValueDomain::between(Cut::after(literal), Cut::End),
            ]);
        }
        Comparison::Equal => (Cut::before(literal), Cut::after(literal)),
        Comparison::Less => (Cut::Start, Cut::before(literal)),
        Comparison::LessOrEqual => (Cut::Start, Cut::after(literal)),
        Comparison::Greater => (Cut::after(literal), Cut::End),
        Comparison::GreaterOrEqual => (Cut::before(literal), Cut::End),
    };
    ValueDomain::between(low, high)
}

/// Texts come last in the order of literals.
fn before_all_text() -> Cut {
    Cut::before(&PartitionLiteral::Text(String::new()))
}

fn prefixed(prefix: &str) -> ValueDomain {
    let text = |text: String| Cut::before(&PartitionLiteral::Text(text));
    let high = after_prefix(prefix).map_or(Cut::End, text);
    ValueDomain::between(text(prefix.to_owned()), high)
}

/// The least text that is greater than every text with the prefix; `None` if there is none.
fn after_prefix(prefix: &str) -> Option<String> {
    let mut following = prefix.to_owned();
    while let Some(last) = following.pop() {
        // Text compares by bytes, which for UTF-8 is by code points; the range skips the surrogates.
        if let Some(next) = (last..=char::MAX).nth(1) {
            following.push(next);
            return Some(following);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn equal(key: usize, value: i64) -> PartitionPredicate {
        PartitionPredicate::Compare(key, Comparison::Equal, PartitionLiteral::Integer(value))
    }

    #[test]
    fn the_text_after_a_prefix_is_the_least_greater_one() {
        assert_eq!(after_prefix("2024"), Some("2025".to_owned()));
        assert_eq!(after_prefix("a\u{10ffff}"), Some("b".to_owned()));
        assert_eq!(after_prefix("\u{d7ff}"), Some("\u{e000}".to_owned()));
        assert_eq!(after_prefix("\u{10ffff}"), None);
        assert_eq!(after_prefix(""), None);
    }

    #[test]
    fn what_is_known_of_one_key_narrows_another() {
        let predicate = PartitionPredicate::Or(vec![
            PartitionPredicate::And(vec![equal(0, 1), equal(1, 10)]),
            PartitionPredicate::And(vec![equal(0, 2), equal(1, 20)]),
        ]);
        let condition = KeyCondition::of(&predicate);
        assert!(condition.relates_keys());
        let two = PartitionLiteral::Integer(2);
        let known = [ValueDomain::point(Some(&two)), ValueDomain::all()];
        let twenty = PartitionLiteral::Integer(20);
        assert_eq!(condition.narrow(1, &known).points(), Some(vec![&twenty]));
    }

    #[test]
    fn parts_about_one_key_become_one_set() {
        let either = PartitionPredicate::Or(vec![equal(0, 1), equal(0, 2)]);
        let both = PartitionPredicate::And(vec![either, equal(0, 2)]);
        let two = PartitionLiteral::Integer(2);
        assert_eq!(
            KeyCondition::of(&both),
            KeyCondition::Key(0, ValueDomain::point(Some(&two)))
        );
    }

    #[test]
    fn a_disjunction_of_nothing_matches_nothing() {
        let nothing = KeyCondition::of(&PartitionPredicate::Or(Vec::new()));
        assert!(nothing.narrow(0, &[ValueDomain::all()]).is_empty());
        let everything = KeyCondition::of(&PartitionPredicate::And(Vec::new()));
        assert_eq!(everything.narrow(0, &[]), ValueDomain::all());
    }
}
