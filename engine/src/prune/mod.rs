//! Pruning: which partitions a query needs, and which files they have. What is pruned is neither listed nor read.

mod file_filter;
mod file_listing;
mod partition_filter;
mod partitions_wanted;

pub(crate) use file_filter::{FileFilter, KnownFile};
pub(crate) use file_listing::{ListedPartition, PartitionStore, list_files, visible_objects};
pub(crate) use partitions_wanted::{PartitionKeys, PartitionsWanted};
