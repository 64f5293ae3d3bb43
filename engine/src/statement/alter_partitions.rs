//! ALTER TABLE … ADD PARTITION and DROP PARTITION, and how a specification names a partition.

use futures::TryStreamExt;
use prismlake_catalog::partition_predicate::Comparison;
use prismlake_catalog::{CatalogError, KeyType, Partition, PartitionPredicate, Table, TableName};
use prismlake_connectors::ObjectUri;

use super::create_external_table::table_location;
use super::table_ddl::require_stored_table;
use crate::error::{ErrorCode, QueryError, Result};
use crate::query::{QueryContext, StartedStatement};
use crate::sql::{PartitionComparison, PartitionSpec, TableReference};
use prismlake_catalog::partition_path::partition_path;

/// Partitions dropped in one transaction.
const DROPPED_AT_ONCE: usize = 1000;

pub(super) async fn add(
    context: &QueryContext,
    reference: &TableReference,
    if_not_exists: bool,
    partitions: Vec<(PartitionSpec, Option<String>)>,
) -> Result<StartedStatement> {
    let (name, table) = require_partitioned(context, reference).await?;
    let keys = key_names(&table);
    let mut added: Vec<Partition> = Vec::with_capacity(partitions.len());
    for (spec, location) in partitions {
        let values = values_of(&name, &table, &spec)?;
        check_values(&table, &values)?;
        let location = match location {
            Some(location) => table_location(&location)?,
            None => {
                let base = table.storage_descriptor.location.as_deref().unwrap_or("");
                let folder = format!("{}/", partition_path(&keys, &values));
                ObjectUri::parse(base)?.child(&folder).to_string()
            }
        };
        if added.iter().any(|earlier| earlier.values == values) {
            if if_not_exists {
                continue;
            }
            return Err(QueryError::new(
                ErrorCode::PartitionAlreadyExists,
                format!(
                    "Partition is given twice: {name} {}",
                    partition_path(&keys, &values)
                ),
            ));
        }
        added.push(Partition::new(values, &table.storage_descriptor, location));
    }
    if !if_not_exists {
        for partition in &added {
            if context
                .catalog()
                .partition(&name, &partition.values)
                .await?
                .is_some()
            {
                return Err(QueryError::new(
                    ErrorCode::PartitionAlreadyExists,
                    format!(
                        "Partition already exists: {name} {}; use ADD IF NOT EXISTS",
                        partition_path(&keys, &partition.values)
                    ),
                ));
            }
        }
    }
    context.catalog().add_partitions(&name, added).await?;
    Ok(StartedStatement::done())
}

fn key_names(table: &Table) -> Vec<String> {
    let keys = table.partition_keys.iter();
    keys.map(|key| key.name.clone()).collect()
}

async fn require_partitioned(
    context: &QueryContext,
    reference: &TableReference,
) -> Result<(TableName, Table)> {
    let (name, table) = require_stored_table(context, reference, "ALTER TABLE … PARTITION").await?;
    if table.partition_keys.is_empty() {
        return Err(QueryError::new(
            ErrorCode::InvalidArguments,
            format!("Table {name} is not a partitioned table"),
        ));
    }
    Ok((name, table))
}

/// The values of a specification in the order of the table's keys; each key must have one.
pub(super) fn values_of(
    name: &TableName,
    table: &Table,
    spec: &PartitionSpec,
) -> Result<Vec<String>> {
    let wrong = || {
        QueryError::new(
            ErrorCode::InvalidArguments,
            format!(
                "the partition must give each key of table {name} one value: {}",
                key_names(table).join(", ")
            ),
        )
    };
    if spec.0.len() != table.partition_keys.len() || spec.0.is_empty() {
        return Err(wrong());
    }
    table
        .partition_keys
        .iter()
        .map(|key| {
            spec.0
                .iter()
                .find(|(name, ..)| *name == key.name)
                .map(|(_, _, value)| value.clone())
                .ok_or_else(wrong)
        })
        .collect()
}

/// The partition that a specification names.
pub(super) async fn require_partition(
    context: &QueryContext,
    name: &TableName,
    table: &Table,
    spec: &PartitionSpec,
) -> Result<Partition> {
    let values = values_of(name, table, spec)?;
    match context.catalog().partition(name, &values).await? {
        Some(partition) => Ok(partition),
        None => Err(CatalogError::PartitionNotFound {
            table: name.clone(),
            values,
        }
        .into()),
    }
}

/// Values must be of their keys' types.
pub(super) fn check_values(table: &Table, values: &[String]) -> Result<()> {
    for (key, value) in table.partition_keys.iter().zip(values) {
        check_value(&key.name, key.type_text(), value)?;
    }
    Ok(())
}

/// A value that its key's type cannot hold would make every query over the table fail.
fn check_value(key: &str, type_text: &str, value: &str) -> Result<()> {
    if value == prismlake_catalog::HIVE_DEFAULT_PARTITION
        || KeyType::of(type_text).parse(value).is_some()
    {
        return Ok(());
    }
    Err(QueryError::new(
        ErrorCode::HiveInvalidPartitionValue,
        format!("Invalid partition value '{value}' for partition key {key} of type {type_text}"),
    ))
}

pub(super) async fn drop(
    context: &QueryContext,
    reference: &TableReference,
    if_exists: bool,
    specs: Vec<PartitionSpec>,
) -> Result<StartedStatement> {
    let (name, table) = require_partitioned(context, reference).await?;
    for spec in specs {
        let conditions = conditions(&name, &table, &spec)?;
        let matching: Vec<Vec<String>> = context
            .catalog()
            .partition_places(
                &name,
                PartitionPredicate::And(conditions.iter().map(Condition::narrows).collect()),
            )
            .map_ok(|page| futures::stream::iter(page.into_iter().map(Ok::<_, CatalogError>)))
            .try_flatten()
            .try_filter_map(|place| {
                let keep = conditions
                    .iter()
                    .all(|condition| condition.matches(&place.values));
                async move { Ok(keep.then_some(place.values)) }
            })
            .try_collect()
            .await?;
        if matching.is_empty() && !if_exists {
            return Err(CatalogError::PartitionNotFound {
                table: name,
                values: spec.0.iter().map(|(_, _, value)| value.clone()).collect(),
            }
            .into());
        }
        for chunk in matching.chunks(DROPPED_AT_ONCE) {
            context
                .catalog()
                .drop_partitions(&name, chunk.to_vec())
                .await?;
        }
    }
    Ok(StartedStatement::done())
}

/// One comparison of a specification.
struct Condition {
    ordinal: usize,
    kind: KeyType,
    comparison: PartitionComparison,
    value: String,
}

impl Condition {
    /// What the catalog can narrow by; the condition itself decides after it.
    fn narrows(&self) -> PartitionPredicate {
        let Some(literal) = self.kind.parse(&self.value) else {
            return match (self.value.as_str(), self.comparison) {
                (prismlake_catalog::HIVE_DEFAULT_PARTITION, PartitionComparison::Equal) => {
                    PartitionPredicate::IsNull(self.ordinal)
                }
                _ => PartitionPredicate::All,
            };
        };
        let comparison = match self.comparison {
            PartitionComparison::Equal => Comparison::Equal,
            PartitionComparison::NotEqual => return PartitionPredicate::All,
            PartitionComparison::Less => Comparison::Less,
            PartitionComparison::LessOrEqual => Comparison::LessOrEqual,
            PartitionComparison::Greater => Comparison::Greater,
            PartitionComparison::GreaterOrEqual => Comparison::GreaterOrEqual,
        };
        PartitionPredicate::Compare(self.ordinal, comparison, literal)
    }

    fn matches(&self, values: &[String]) -> bool {
        let Some(stored) = values.get(self.ordinal) else {
            return false;
        };
        // NULL is dropped by its name alone.
        if *stored == self.value {
            return matches!(
                self.comparison,
                PartitionComparison::Equal
                    | PartitionComparison::LessOrEqual
                    | PartitionComparison::GreaterOrEqual
            );
        }
        let (Some(stored), Some(value)) = (self.kind.parse(stored), self.kind.parse(&self.value))
        else {
            return self.comparison == PartitionComparison::NotEqual;
        };
        match self.comparison {
            PartitionComparison::Equal => stored == value,
            PartitionComparison::NotEqual => stored != value,
            PartitionComparison::Less => stored < value,
            PartitionComparison::LessOrEqual => stored <= value,
            PartitionComparison::Greater => stored > value,
            PartitionComparison::GreaterOrEqual => stored >= value,
        }
    }
}

fn conditions(name: &TableName, table: &Table, spec: &PartitionSpec) -> Result<Vec<Condition>> {
    spec.0
        .iter()
        .map(|(key, comparison, value)| {
            let place = table
                .partition_keys
                .iter()
                .position(|found| found.name == *key);
            let found =
                place.and_then(|ordinal| Some((ordinal, table.partition_keys.get(ordinal)?)));
            let Some((ordinal, column)) = found else {
                return Err(QueryError::new(
                    ErrorCode::ColumnNotFound,
                    format!("table {name} has no partition key '{key}'"),
                ));
            };
            Ok(Condition {
                ordinal,
                kind: KeyType::of(column.type_text()),
                comparison: *comparison,
                value: value.clone(),
            })
        })
        .collect()
}
