//! The order of partitions as bytes, and the ranges of that order that a predicate needs.
//!
//! A partition's ordering is its values' sort keys one after the other. In each a zero byte becomes `00 FF` and the end is
//! `00 01`, so that no value's bytes run into the next; `02` stands before a value, and `03` alone for NULL, which sorts last.

use crate::partition_predicate::{Comparison, PartitionPredicate};
use crate::partition_value::{KeyType, PartitionLiteral};

const VALUE: u8 = 2;
const NULL: u8 = 3;
/// Ranges that one predicate becomes at most: a longer IN list is read as one range.
const RANGES_MAX: usize = 4096;

/// The ordering of a partition with these stored values.
pub(super) fn ordering(types: &[KeyType], values: &[String]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for (key_type, stored) in types.iter().zip(values) {
        append_key(&mut bytes, *key_type, stored);
    }
    bytes
}

/// The sort key of one value by itself.
pub(super) fn sort_key(key_type: KeyType, stored: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    append_key(&mut bytes, key_type, stored);
    bytes
}

fn append_key(bytes: &mut Vec<u8>, key_type: KeyType, stored: &str) {
    match key_type.parse(stored) {
        Some(value) => {
            append_open(bytes, &value);
            append_end(bytes);
        }
        None => bytes.push(NULL),
    }
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

/// Keys from `lower` on and before `upper`.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct KeyRange {
    pub(super) lower: Vec<u8>,
    pub(super) upper: Option<Vec<u8>>,
}

impl KeyRange {
    /// All keys that begin so.
    fn starting_with(prefix: Vec<u8>) -> Self {
        KeyRange {
            upper: successor(&prefix),
            lower: prefix,
        }
    }

    /// Whether all keys that it holds have the same value, which the next key's bytes follow.
    fn is_one_value(&self) -> bool {
        let is_complete = self.lower == [NULL] || self.lower.ends_with(&[0, 1]);
        is_complete && self.upper == successor(&self.lower)
    }

    fn intersection(&self, other: &KeyRange) -> KeyRange {
        let upper = match (&self.upper, &other.upper) {
            (Some(a), Some(b)) => Some(a.min(b).clone()),
            (Some(bound), None) | (None, Some(bound)) => Some(bound.clone()),
            (None, None) => None,
        };
        KeyRange {
            lower: self.lower.clone().max(other.lower.clone()),
            upper,
        }
    }

    fn is_empty(&self) -> bool {
        self.upper
            .as_ref()
            .is_some_and(|upper| *upper <= self.lower)
    }

    fn after(&self, prefix: &[u8]) -> KeyRange {
        let prefixed = |bytes: &[u8]| [prefix, bytes].concat();
        KeyRange {
            lower: prefixed(&self.lower),
            upper: match &self.upper {
                Some(upper) => Some(prefixed(upper)),
                None => successor(prefix),
            },
        }
    }
}

/// The ranges of orderings that hold every partition which matches, in order and apart from each other; `None` if that is
/// all of them.
pub(super) fn ordering_ranges(
    predicate: &PartitionPredicate,
    keys: usize,
) -> Option<Vec<KeyRange>> {
    if let PartitionPredicate::Or(parts) = predicate {
        let mut all = Vec::new();
        for part in parts {
            all.extend(ordering_ranges(part, keys)?);
        }
        return Some(merged(all));
    }
    let parts = conjuncts(predicate);
    if parts.contains(&&PartitionPredicate::Nothing) {
        return Some(Vec::new());
    }
    // Values of the first keys, as far as these are fixed; then ranges of the next one.
    let mut prefixes: Vec<Vec<u8>> = vec![Vec::new()];
    let mut found: Option<Vec<KeyRange>> = None;
    for key in 0..keys {
        let Some(ranges) = key_ranges(predicate, key) else {
            break;
        };
        if prefixes.len().saturating_mul(ranges.len()) > RANGES_MAX {
            break;
        }
        let next: Vec<KeyRange> = prefixes
            .iter()
            .flat_map(|prefix| ranges.iter().map(move |range| range.after(prefix)))
            .collect();
        let fixed = ranges.iter().all(KeyRange::is_one_value);
        prefixes = next.iter().map(|range| range.lower.clone()).collect();
        found = Some(next);
        if !fixed {
            break;
        }
    }
    if found.is_none() {
        // A choice between conditions may say more than any single one.
        found = parts
            .iter()
            .filter(|part| matches!(part, PartitionPredicate::Or(_)))
            .find_map(|part| ordering_ranges(part, keys));
    }
    found.map(merged)
}

/// The ranges of one key's sort keys that hold every value which matches; `None` if the predicate does not bound the key.
pub(super) fn key_ranges(predicate: &PartitionPredicate, key: usize) -> Option<Vec<KeyRange>> {
    use PartitionPredicate as P;
    let of_value = |value: &PartitionLiteral| {
        let mut closed = Vec::new();
        append_open(&mut closed, value);
        append_end(&mut closed);
        closed
    };
    let found = match predicate {
        P::All => return None,
        P::Nothing => Vec::new(),
        P::And(parts) => {
            let mut bounded: Option<Vec<KeyRange>> = None;
            for part in parts {
                let Some(ranges) = key_ranges(part, key) else {
                    continue;
                };
                bounded = Some(match bounded {
                    None => ranges,
                    Some(known) => known
                        .iter()
                        .flat_map(|a| ranges.iter().map(|b| a.intersection(b)))
                        .filter(|range| !range.is_empty())
                        .take(RANGES_MAX)
                        .collect(),
                });
            }
            return bounded.map(merged);
        }
        P::Or(parts) => {
            let mut all = Vec::new();
            for part in parts {
                all.extend(key_ranges(part, key)?);
            }
            all
        }
        P::Compare(of, comparison, value) if *of == key => {
            let closed = of_value(value);
            let values = KeyRange::starting_with(vec![VALUE]);
            let range = match comparison {
                Comparison::Equal => KeyRange::starting_with(closed),
                Comparison::NotEqual => return None,
                Comparison::Greater | Comparison::GreaterOrEqual => KeyRange {
                    lower: closed,
                    upper: values.upper,
                },
                Comparison::Less | Comparison::LessOrEqual => KeyRange {
                    lower: values.lower,
                    upper: successor(&closed),
                },
            };
            vec![range]
        }
        P::In(of, values) if *of == key => values
            .iter()
            .map(|value| KeyRange::starting_with(of_value(value)))
            .collect(),
        P::Prefix(of, prefix) if *of == key => vec![prefix_range(prefix)],
        P::Like(of, pattern) if *of == key => match pattern.only_match() {
            Some(text) => vec![KeyRange::starting_with(of_value(&PartitionLiteral::Text(
                text,
            )))],
            None => match pattern.prefix() {
                prefix if prefix.is_empty() => return None,
                prefix => vec![prefix_range(&prefix)],
            },
        },
        P::IsNull(of) if *of == key => vec![KeyRange::starting_with(vec![NULL])],
        P::IsNotNull(of) if *of == key => vec![KeyRange::starting_with(vec![VALUE])],
        _ => return None,
    };
    Some(merged(found))
}

fn prefix_range(prefix: &str) -> KeyRange {
    let mut open = Vec::new();
    append_open(&mut open, &PartitionLiteral::Text(prefix.to_owned()));
    KeyRange::starting_with(open)
}

/// The ranges in order, those that touch made one; one range over all where they are too many.
fn merged(mut ranges: Vec<KeyRange>) -> Vec<KeyRange> {
    ranges.sort();
    let mut apart: Vec<KeyRange> = Vec::new();
    for range in ranges {
        match apart.last_mut() {
            Some(last)
                if last
                    .upper
                    .as_ref()
                    .is_none_or(|upper| *upper >= range.lower) =>
            {
                last.upper = match (last.upper.take(), range.upper) {
                    (Some(a), Some(b)) => Some(a.max(b)),
                    _ => None,
                };
            }
            _ => apart.push(range),
        }
    }
    if apart.len() > RANGES_MAX
        && let (Some(first), Some(last)) = (apart.first(), apart.last())
    {
        return vec![KeyRange {
            lower: first.lower.clone(),
            upper: last.upper.clone(),
        }];
    }
    apart
}

/// The conditions that must all hold.
fn conjuncts(predicate: &PartitionPredicate) -> Vec<&PartitionPredicate> {
    match predicate {
        PartitionPredicate::And(parts) => parts.iter().flat_map(conjuncts).collect(),
        other => vec![other],
    }
}

/// The least byte string that is greater than every one that begins with `bytes`.
pub(super) fn successor(bytes: &[u8]) -> Option<Vec<u8>> {
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
    use crate::like_pattern::LikePattern;

    fn text(values: &[&str]) -> Vec<String> {
        values.iter().map(|value| (*value).to_owned()).collect()
    }

    fn literal(value: &str) -> PartitionLiteral {
        PartitionLiteral::Text(value.to_owned())
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
    fn every_match_lies_within_the_ranges_and_few_others_do() {
        use PartitionPredicate as P;
        let types = [KeyType::Text, KeyType::Integer];
        let firsts = ["a", "ab", "b", "c", "__HIVE_DEFAULT_PARTITION__"];
        let seconds = ["-3", "1", "2", "9", "__HIVE_DEFAULT_PARTITION__"];
        let number = |value| PartitionLiteral::Integer(value);
        // The predicate, and how many partitions its ranges may hold.
        let cases = [
            (P::Compare(0, Comparison::Equal, literal("a")), 5),
            (
                P::And(vec![
                    P::Compare(0, Comparison::Equal, literal("a")),
                    P::Compare(1, Comparison::Greater, number(1)),
                ]),
                3,
            ),
            (
                P::And(vec![
                    P::In(0, vec![literal("c"), literal("a")]),
                    P::In(1, vec![number(9), number(1)]),
                ]),
                4,
            ),
            (
                P::Or(vec![
                    P::And(vec![
                        P::Compare(0, Comparison::Equal, literal("a")),
                        P::Compare(1, Comparison::Equal, number(1)),
                    ]),
                    P::Compare(0, Comparison::Equal, literal("c")),
                ]),
                6,
            ),
            (P::Prefix(0, "a".to_owned()), 10),
            (P::Like(0, LikePattern::new("a%b")), 10),
            (P::Like(0, LikePattern::new("ab")), 5),
            (P::IsNull(0), 5),
            (
                P::And(vec![
                    P::IsNotNull(0),
                    P::Compare(1, Comparison::Less, number(0)),
                ]),
                20,
            ),
            (P::Compare(1, Comparison::Equal, number(9)), 25),
            (P::Compare(0, Comparison::NotEqual, literal("a")), 25),
            (P::And(vec![P::Nothing, P::All]), 0),
            (P::All, 25),
        ];
        for (predicate, held_max) in cases {
            let ranges = ordering_ranges(&predicate, 2).unwrap_or(vec![KeyRange::default()]);
            let mut held = 0;
            for first in firsts {
                for second in seconds {
                    let values = text(&[first, second]);
                    let key = ordering(&types, &values);
                    let within = ranges.iter().any(|range| {
                        key >= range.lower && range.upper.as_ref().is_none_or(|upper| key < *upper)
                    });
                    held += usize::from(within);
                    assert!(
                        within || !predicate.matches(&types, &values),
                        "{predicate:?} {values:?}"
                    );
                }
            }
            assert!(held <= held_max, "{predicate:?}: {held}");
        }
    }

    #[test]
    fn a_range_that_says_nothing_is_no_range() {
        assert!(ordering_ranges(&PartitionPredicate::All, 2).is_none());
    }
}
