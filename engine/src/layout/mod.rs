//! Hive's layout of partitions as folders: `key=value` names and what is escaped in them.

pub(crate) mod partition_path;
