//! `PartitionProjection`: a table's projection as its properties configure it.

use std::sync::Arc;

use crate::{PartitionPredicate, StorageDescriptor, Table, TableType};
use chrono::{DateTime, Utc};

use super::candidates::Candidates;
use super::error::ProjectionError;
use super::key_condition::KeyCondition;
use super::key_cursor::NarrowedKey;
use super::key_projection::KeyProjection;
use super::location_template::LocationTemplate;
use super::projected_partitions::{ProjectedPartitions, ProjectionPlan};
use super::properties::Properties;
use super::value_domain::ValueDomain;

/// How often what is known of the keys is applied to each other. Each round can only narrow; what more rounds could
/// find is found while the partitions are walked.
const NARROWING_ROUNDS_MAX: usize = 3;

/// A table's projection: the values of its partition keys, and where the partitions lie.
#[derive(Debug, Clone)]
pub struct PartitionProjection {
    keys: Vec<KeyProjection>,
    location: LocationTemplate,
    storage: StorageDescriptor,
}

impl PartitionProjection {
    /// The projection of a table, `None` if it has none: `projection.enabled` is not `true`, or it is a view or has
    /// no partition keys. Whatever is wrong with the configuration is an error here and not in a query that needs it.
    pub fn of(table: &Table) -> Result<Option<PartitionProjection>, ProjectionError> {
        let properties = Properties::of(table);
        let projects = properties.are_enabled()
            && table.table_type != TableType::VirtualView
            && !table.partition_keys.is_empty();
        if !projects {
            return Ok(None);
        }
        let mut keys = Vec::with_capacity(table.partition_keys.len());
        let mut missing = Vec::new();
        for column in &table.partition_keys {
            match KeyProjection::of(column, &properties)? {
                Some(key) => keys.push(key),
                None => missing.push(column.name.as_str()),
            }
        }
        if !missing.is_empty() {
            return Err(ProjectionError::MissingConfiguration {
                table: format!("{}.{}", table.database_name, table.name),
                columns: missing.join(", "),
            });
        }
        Ok(Some(PartitionProjection {
            keys,
            location: LocationTemplate::of(table, &properties)?,
            storage: table.storage_descriptor.clone(),
        }))
    }

    /// The partitions that match a predicate, in the order of the keys: the last key's values change fastest.
    /// `now` is the time that relative ranges mean. Whether a partition's folder exists is not looked at.
    pub fn partitions(
        &self,
        predicate: &PartitionPredicate,
        now: DateTime<Utc>,
    ) -> Result<ProjectedPartitions, ProjectionError> {
        let condition = KeyCondition::of(predicate);
        let mut given = Vec::with_capacity(self.keys.len());
        for key in &self.keys {
            given.push(key.candidates(now)?);
        }
        let domains = narrowed(&condition, &given);
        let mut narrowed_keys = Vec::with_capacity(given.len());
        for ((key, given), domain) in self.keys.iter().zip(given).zip(domains) {
            let candidates = match given {
                Some(given) => given,
                None => key.injected(&domain)?,
            };
            narrowed_keys.push(Arc::new(NarrowedKey::new(candidates, domain)));
        }
        Ok(ProjectedPartitions::new(ProjectionPlan {
            keys: narrowed_keys,
            types: self.keys.iter().map(|key| key.key_type).collect(),
            condition,
            predicate: predicate.clone(),
            location: self.location.clone(),
            storage: self.storage.clone(),
        }))
    }
}

/// What each key can be by the predicate and by what the others can be.
fn narrowed(
    condition: &KeyCondition,
    candidates: &[Option<Arc<dyn Candidates>>],
) -> Vec<ValueDomain> {
    let mut known: Vec<ValueDomain> = candidates
        .iter()
        .map(|given| match given {
            Some(candidates) => candidates.domain(),
            None => ValueDomain::all(),
        })
        .collect();
    for _ in 0..NARROWING_ROUNDS_MAX {
        let narrower: Vec<ValueDomain> = known
            .iter()
            .enumerate()
            .map(|(key, domain)| domain.intersection(&condition.narrow(key, &known)))
            .collect();
        if narrower == known {
            break;
        }
        known = narrower;
    }
    known
}
