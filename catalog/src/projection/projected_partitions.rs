//! `ProjectedPartitions`: walks the partitions of a projection, a cursor a key.

use std::iter::FusedIterator;
use std::sync::Arc;

use crate::{KeyType, Partition, PartitionPredicate, StorageDescriptor};

use super::candidates::ProjectedValue;
use super::key_condition::KeyCondition;
use super::key_cursor::{KeyCursor, NarrowedKey};
use super::location_template::LocationTemplate;
use super::value_domain::ValueDomain;

/// What a walk needs; the lists have one entry a key.
#[derive(Debug)]
pub(super) struct ProjectionPlan {
    /// What each key can be, whatever the others are.
    pub(super) keys: Vec<Arc<NarrowedKey>>,
    pub(super) types: Vec<KeyType>,
    pub(super) condition: KeyCondition,
    pub(super) predicate: PartitionPredicate,
    pub(super) location: LocationTemplate,
    pub(super) storage: StorageDescriptor,
}

/// A key that the walk is at, and the value that it is at.
#[derive(Debug)]
struct OpenKey {
    cursor: KeyCursor,
    value: Option<ProjectedValue>,
}

/// The partitions of a projection that match a predicate, made one by one. It holds a cursor for each key, and with
/// it what the predicate lists, never the partitions.
#[derive(Debug)]
pub struct ProjectedPartitions {
    plan: ProjectionPlan,
    /// Whether the values of earlier keys narrow those of later ones.
    relates_keys: bool,
    /// What is known of each key where the walk is: one value for the open ones that have one.
    known: Vec<ValueDomain>,
    /// The first keys, each with a value except perhaps the last. Empty at the end.
    open: Vec<OpenKey>,
}

impl ProjectedPartitions {
    pub(super) fn new(plan: ProjectionPlan) -> Self {
        let mut partitions = ProjectedPartitions {
            relates_keys: plan.condition.relates_keys(),
            known: plan.keys.iter().map(|key| key.domain().clone()).collect(),
            open: Vec::with_capacity(plan.keys.len()),
            plan,
        };
        // If one key has no value, the values of the keys before it must not be walked in vain.
        if !partitions.plan.keys.iter().any(|key| key.is_empty()) {
            partitions.open_next();
        }
        partitions
    }

    /// Opens the first key that is not open. False if all are.
    fn open_next(&mut self) -> bool {
        let ordinal = self.open.len();
        let Some(key) = self.plan.keys.get(ordinal) else {
            return false;
        };
        let key = if self.relates_keys && ordinal > 0 {
            let domain = self.plan.condition.narrow(ordinal, &self.known);
            Arc::new(NarrowedKey::new(
                Arc::clone(key.candidates()),
                key.domain().intersection(&domain),
            ))
        } else {
            Arc::clone(key)
        };
        self.open.push(OpenKey {
            cursor: KeyCursor::new(key),
            value: None,
        });
        true
    }

    /// Moves the last open key to its next value, or closes it. False if no key is open.
    fn advance(&mut self) -> bool {
        let Some(open) = self.open.last_mut() else {
            return false;
        };
        open.value = open.cursor.next();
        let is_closed = open.value.is_none();
        if self.relates_keys {
            self.learn();
        }
        if is_closed {
            self.open.pop();
        }
        true
    }

    /// Takes over to what is known the value that the last open key is at.
    fn learn(&mut self) {
        let Some(ordinal) = self.open.len().checked_sub(1) else {
            return;
        };
        let (Some(open), Some(known), Some(key), Some(key_type)) = (
            self.open.last(),
            self.known.get_mut(ordinal),
            self.plan.keys.get(ordinal),
            self.plan.types.get(ordinal),
        ) else {
            return;
        };
        *known = match &open.value {
            Some(value) => ValueDomain::point(key_type.parse(&value.stored).as_ref()),
            None => key.domain().clone(),
        };
    }

    /// The partition of the open keys' values, if it matches. It has a value for each key.
    fn matching_partition(&self) -> Option<Partition> {
        let chosen = || self.open.iter().filter_map(|open| open.value.as_ref());
        let values: Vec<String> = chosen().map(|value| value.stored.clone()).collect();
        if !self.plan.predicate.matches(&self.plan.types, &values) {
            return None;
        }
        let texts: Vec<&str> = chosen().map(|value| value.in_location.as_str()).collect();
        let location = self.plan.location.render(&texts);
        Some(Partition::new(values, &self.plan.storage, location))
    }
}

impl Iterator for ProjectedPartitions {
    type Item = Partition;

    fn next(&mut self) -> Option<Partition> {
        loop {
            let depth = self.open.len();
            if !self.advance() {
                return None;
            }
            // A key that closed leaves the one before it to advance.
            if self.open.len() < depth || self.open_next() {
                continue;
            }
            if let Some(partition) = self.matching_partition() {
                return Some(partition);
            }
        }
    }
}

impl FusedIterator for ProjectedPartitions {}
