//! Partition indexes: keys of a table by which its partitions are found fast.

use serde::{Deserialize, Serialize};

/// A partition index as it is asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct PartitionIndex {
    /// Partition keys, in the order in which conditions on them are expected.
    pub keys: Vec<String>,
    /// Its name.
    pub index_name: String,
}
