//! The Glue-style catalog: databases, tables, partitions, and which writes are committed.
//!
//! This crate knows metadata. It never sees SQL text, plans, or the bytes of a data file.
#![forbid(unsafe_code)]
#![warn(missing_docs)]

pub mod clock;
pub mod error;
pub mod file_name;
pub mod history;
pub mod hive_type;
pub mod model;
pub mod partition_predicate;
pub mod partition_value;
pub mod sqlite;
pub mod store;
pub mod writes;

pub use error::{CatalogError, Result};
pub use model::{
    Column, Database, DatabaseName, Partition, SerDeInfo, SortColumn, StorageDescriptor, Table,
    TableName, TableType, TableVersion,
};
pub use partition_predicate::PartitionPredicate;
pub use partition_value::{HIVE_DEFAULT_PARTITION, KeyType, PartitionLiteral};
pub use sqlite::SqliteCatalog;
pub use store::CatalogStore;
pub use writes::{Snapshot, WriteCommit, WriteId, WriteIntent};
