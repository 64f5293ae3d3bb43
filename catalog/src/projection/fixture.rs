//! Tables and predicates for the tests.

use crate::partition_predicate::Comparison;
use crate::partition_value::parse_date;
use crate::{Column, PartitionLiteral, PartitionPredicate, Table, TableName};
use chrono::{DateTime, Utc};

use super::{PartitionProjection, ProjectedPartitions, ProjectionError};

/// A table `lake.events` at `s3://lake/events` with projection on.
pub(super) fn table(keys: &[(&str, &str)], properties: &[(&str, &str)]) -> Table {
    let mut table = Table::external(&TableName::new("lake", "events").unwrap());
    table.storage_descriptor.location = Some("s3://lake/events".to_owned());
    table.partition_keys = keys
        .iter()
        .map(|(name, type_text)| Column::new(name, *type_text))
        .collect();
    let enabled = [("projection.enabled", " TRUE ")];
    for (name, value) in enabled.iter().chain(properties) {
        let value = (*value).to_owned();
        table.parameters.insert((*name).to_owned(), value);
    }
    table
}

pub(super) fn error_of(keys: &[(&str, &str)], properties: &[(&str, &str)]) -> ProjectionError {
    PartitionProjection::of(&table(keys, properties)).unwrap_err()
}

/// Leap day of 2024, in the afternoon.
pub(super) fn now() -> DateTime<Utc> {
    "2024-02-29T15:16:17.018Z".parse().unwrap()
}

pub(super) fn partitions(
    table: &Table,
    predicate: &PartitionPredicate,
) -> Result<ProjectedPartitions, ProjectionError> {
    PartitionProjection::of(table)
        .unwrap()
        .unwrap()
        .partitions(predicate, now())
}

/// The values of the matching partitions, those of one partition with slashes between.
pub(super) fn values(table: &Table, predicate: &PartitionPredicate) -> Vec<String> {
    partitions(table, predicate)
        .unwrap()
        .map(|partition| partition.values.join("/"))
        .collect()
}

/// The locations of the matching partitions below `s3://lake/`.
pub(super) fn locations(table: &Table, predicate: &PartitionPredicate) -> Vec<String> {
    partitions(table, predicate)
        .unwrap()
        .filter_map(|partition| partition.storage_descriptor.location)
        .map(|location| location.replacen("s3://lake/", "", 1))
        .collect()
}

pub(super) fn text(value: &str) -> PartitionLiteral {
    PartitionLiteral::Text(value.to_owned())
}

pub(super) fn number(value: i64) -> PartitionLiteral {
    PartitionLiteral::Integer(value)
}

pub(super) fn date(value: &str) -> PartitionLiteral {
    PartitionLiteral::Date(parse_date(value).unwrap())
}

pub(super) fn equal(key: usize, literal: PartitionLiteral) -> PartitionPredicate {
    PartitionPredicate::Compare(key, Comparison::Equal, literal)
}

/// From the first literal to before the second.
pub(super) fn from_until(
    key: usize,
    low: PartitionLiteral,
    high: PartitionLiteral,
) -> PartitionPredicate {
    PartitionPredicate::And(vec![
        PartitionPredicate::Compare(key, Comparison::GreaterOrEqual, low),
        PartitionPredicate::Compare(key, Comparison::Less, high),
    ])
}
