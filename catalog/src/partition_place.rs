//! `PartitionPlace`: a partition as a query needs it. What partitions share is held once, so that a million take little room.

use std::sync::Arc;

use crate::model::{Partition, StorageDescriptor};

/// A partition's values, and where and how its data lies.
#[derive(Debug, Clone, PartialEq)]
pub struct PartitionPlace {
    /// One value for each key, not escaped.
    pub values: Vec<String>,
    /// The URI under which the files lie.
    pub location: Option<String>,
    /// How they are stored; its own location says nothing.
    pub descriptor: Arc<StorageDescriptor>,
}

impl From<Partition> for PartitionPlace {
    fn from(partition: Partition) -> Self {
        let mut descriptor = partition.storage_descriptor;
        PartitionPlace {
            values: partition.values,
            location: descriptor.location.take(),
            descriptor: Arc::new(descriptor),
        }
    }
}
