//! The order of partitions as bytes, and the range of that order that a predicate needs.
//!
//! A partition's ordering is its values' sort keys one after the other. In each a zero byte becomes `00 FF` and the end is
//! `00 01`, so that no value's bytes run into the next; `02` stands before a value, and `03` alone for NULL, which sorts last.

use crate::partition_predicate::{Comparison, PartitionPredicate};
use crate::partition_value::{KeyType, PartitionLiteral};

const VALUE: u8 = 2;
const NULL: u8 = 3;

/// The ordering of a partition with these stored values.
pub(super) fn ordering(types: &[KeyType], values: &[String]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for (key_type, stored) in types.iter().zip(values) {
        match key_type.parse(stored) {
            Some(value) => {
                append_open(&mut bytes, &value);
                append_end(&mut bytes);
            }
            None => bytes.push(NULL),
        }
    }
    bytes
}

fn append_open(bytes: &mut Vec<u8>, value: &PartitionLiteral) {
    bytes.push(VALUE);
    for byte in value.sort_key() {
        bytes.push(byte);
        if byte == 0 {
            bytes.push(0xFF);
        }
    }
}

fn append_end(bytes: &mut Vec<u8>) {
    bytes.extend_from_slice(&[0, 1]);
}

/// Orderings from `lower` on and before `upper`; no partition outside can match.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct OrderingRange {
    pub(super) lower: Vec<u8>,
    pub(super) upper: Option<Vec<u8>>,
}

/// The range that the predicate needs: equalities on the first keys, then bounds on the next one.
pub(super) fn range_of(predicate: &PartitionPredicate) -> OrderingRange {
    let parts: Vec<&PartitionPredicate> = conjuncts(predicate);
    let mut prefix = Vec::new();
    let mut ordinal = 0;
    while let Some(value) = equality(&parts, ordinal) {
        append_open(&mut prefix, value);
        append_end(&mut prefix);
        ordinal += 1;
    }
    let mut range = OrderingRange {
        lower: prefix.clone(),
        upper: successor(&prefix),
    };
    for part in parts {
        let (lower, upper) = match part {
            PartitionPredicate::Compare(key, comparison, value) if *key == ordinal => {
                let mut open = prefix.clone();
                append_open(&mut open, value);
                let mut closed = open.clone();
                append_end(&mut closed);
                match comparison {
                    Comparison::Greater | Comparison::GreaterOrEqual => (Some(open), None),
                    Comparison::Less | Comparison::LessOrEqual => (None, successor(&closed)),
                    Comparison::Equal => (Some(open), successor(&closed)),
                }
            }
            PartitionPredicate::Prefix(key, text) if *key == ordinal => {
                let mut open = prefix.clone();
                append_open(&mut open, &PartitionLiteral::Text(text.clone()));
                let upper = successor(&open);
                (Some(open), upper)
            }
            PartitionPredicate::In(key, values) if *key == ordinal => {
                let bound = |value: Option<&PartitionLiteral>| {
                    let mut open = prefix.clone();
                    append_open(&mut open, value?);
                    Some(open)
                };
                let lower = bound(values.iter().min());
                let upper = bound(values.iter().max()).and_then(|mut open| {
                    append_end(&mut open);
                    successor(&open)
                });
                (lower, upper)
            }
            _ => (None, None),
        };
        if let Some(lower) = lower
            && lower > range.lower
        {
            range.lower = lower;
        }
        if let Some(upper) = upper
            && range.upper.as_ref().is_none_or(|known| upper < *known)
        {
            range.upper = Some(upper);
        }
    }
    range
}

/// The conditions that must all hold.
pub(super) fn conjuncts(predicate: &PartitionPredicate) -> Vec<&PartitionPredicate> {
    match predicate {
        PartitionPredicate::And(parts) => parts.iter().flat_map(conjuncts).collect(),
        other => vec![other],
    }
}

fn equality<'a>(parts: &[&'a PartitionPredicate], ordinal: usize) -> Option<&'a PartitionLiteral> {
    parts.iter().find_map(|part| match part {
        PartitionPredicate::Compare(key, Comparison::Equal, value) if *key == ordinal => {
            Some(value)
        }
        PartitionPredicate::In(key, values) if *key == ordinal && values.len() == 1 => {
            values.first()
        }
        _ => None,
    })
}

/// The least byte string that is greater than every one that begins with `bytes`.
fn successor(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut next = bytes.to_vec();
    while let Some(last) = next.pop() {
        if last < 0xFF {
            next.push(last + 1);
            return Some(next);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(values: &[&str]) -> Vec<String> {
        values.iter().map(|value| (*value).to_owned()).collect()
    }

    #[test]
    fn orderings_compare_key_by_key() {
        let types = [KeyType::Text, KeyType::Integer];
        let sorted = [
            ["a", "-1"],
            ["a", "2"],
            ["a\u{0}", "1"],
            ["ab", "1"],
            ["b", "0"],
            ["__HIVE_DEFAULT_PARTITION__", "0"],
        ];
        for pair in sorted.windows(2) {
            assert!(
                ordering(&types, &text(&pair[0])) < ordering(&types, &text(&pair[1])),
                "{pair:?}"
            );
        }
    }

    #[test]
    fn every_match_lies_within_the_range() {
        let types = [KeyType::Text, KeyType::Integer];
        let predicate = PartitionPredicate::And(vec![
            PartitionPredicate::Compare(
                0,
                Comparison::Equal,
                PartitionLiteral::Text("a".to_owned()),
            ),
            PartitionPredicate::Compare(1, Comparison::Greater, PartitionLiteral::Integer(3)),
        ]);
        let range = range_of(&predicate);
        let within = |values: &[&str]| {
            let ordering = ordering(&types, &text(values));
            ordering >= range.lower && range.upper.as_ref().is_none_or(|upper| ordering < *upper)
        };
        assert!(within(&["a", "4"]));
        assert!(!within(&["a", "2"]));
        assert!(!within(&["ab", "4"]));
        assert!(!within(&["b", "4"]));
    }
}
