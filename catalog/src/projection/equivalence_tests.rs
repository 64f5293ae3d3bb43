//! For any predicate, narrowing gives what walking everything and testing each partition gives.

use crate::partition_predicate::Comparison;
use crate::{KeyType, PartitionLiteral, PartitionPredicate, Table};

use super::fixture::{partitions, table};

const PREDICATES: usize = 1000;
const DEPTH_MAX: u32 = 3;

/// A linear congruential generator, so that a failure repeats.
struct Choices(u64);

impl Choices {
    fn below(&mut self, count: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % count
    }

    fn literal(&mut self, types: &[KeyType], all: &[Vec<String>], key: usize) -> PartitionLiteral {
        // Mostly a value that exists, sometimes that of another key, sometimes none.
        match self.below(8) {
            0 => PartitionLiteral::Text("2024-01-0".to_owned()),
            1 => PartitionLiteral::Integer(self.below(30) as i64 - 5),
            _ => {
                let values = &all[self.below(all.len())];
                let literal = types[key].parse(&values[key]);
                literal.unwrap_or(PartitionLiteral::Text(String::new()))
            }
        }
    }

    fn predicate(
        &mut self,
        types: &[KeyType],
        all: &[Vec<String>],
        depth: u32,
    ) -> PartitionPredicate {
        let key = self.below(types.len());
        let kinds = if depth == 0 { 6 } else { 10 };
        match self.below(kinds) {
            0 => PartitionPredicate::IsNull(key),
            1 => PartitionPredicate::IsNotNull(key),
            2 => {
                let start = all[self.below(all.len())][key].chars();
                PartitionPredicate::Prefix(key, start.take(self.below(9)).collect())
            }
            3 => {
                let count = self.below(4);
                let literals = (0..count).map(|_| self.literal(types, all, key));
                PartitionPredicate::In(key, literals.collect())
            }
            4 | 5 => {
                let comparison = [
                    Comparison::Equal,
                    Comparison::Less,
                    Comparison::LessOrEqual,
                    Comparison::Greater,
                    Comparison::GreaterOrEqual,
                ][self.below(5)];
                PartitionPredicate::Compare(key, comparison, self.literal(types, all, key))
            }
            kind => {
                let count = self.below(4);
                let parts = (0..count).map(|_| self.predicate(types, all, depth - 1));
                if kind < 8 {
                    PartitionPredicate::And(parts.collect())
                } else {
                    PartitionPredicate::Or(parts.collect())
                }
            }
        }
    }
}

fn all_values(table: &Table, predicate: &PartitionPredicate) -> Vec<Vec<String>> {
    partitions(table, predicate)
        .unwrap()
        .map(|partition| partition.values)
        .collect()
}

fn check(keys: &[(&str, &str)], properties: &[(&str, &str)]) {
    let events = table(keys, properties);
    let types: Vec<KeyType> = keys.iter().map(|(_, name)| KeyType::of(name)).collect();
    let all = all_values(&events, &PartitionPredicate::All);
    let mut choices = Choices(7);
    for _ in 0..PREDICATES {
        let predicate = choices.predicate(&types, &all, DEPTH_MAX);
        let expected: Vec<&Vec<String>> = all
            .iter()
            .filter(|values| predicate.matches(&types, values))
            .collect();
        let narrowed = all_values(&events, &predicate);
        assert!(narrowed.iter().eq(expected), "{predicate:?}");
    }
}

#[test]
fn for_typed_keys() {
    check(
        &[("e", "string"), ("i", "int"), ("d", "date")],
        &[
            ("projection.e.type", "enum"),
            ("projection.e.values", "b,a,__HIVE_DEFAULT_PARTITION__,2024"),
            ("projection.i.type", "integer"),
            ("projection.i.range", "-3,12"),
            ("projection.i.interval", "3"),
            ("projection.d.type", "date"),
            ("projection.d.range", "20240101,20240106"),
            ("projection.d.format", "yyyyMMdd"),
        ],
    );
}

#[test]
fn for_keys_that_are_all_text() {
    check(
        &[
            ("i", "string"),
            ("p", "string"),
            ("d", "string"),
            ("m", "string"),
        ],
        &[
            ("projection.i.type", "integer"),
            ("projection.i.range", "-2,11"),
            ("projection.i.interval", "4"),
            ("projection.p.type", "integer"),
            ("projection.p.range", "8,11"),
            ("projection.p.digits", "2"),
            ("projection.d.type", "date"),
            ("projection.d.range", "2024-01-30,2024-02-02"),
            ("projection.d.format", "yyyy-MM-dd"),
            ("projection.m.type", "date"),
            ("projection.m.range", "30/1/2024,10/2/2024"),
            ("projection.m.format", "d/M/yyyy"),
            ("projection.m.interval", "5"),
        ],
    );
}
