//! The Glue-style catalog: databases, tables, partitions, and which writes are committed.
//!
//! This crate knows metadata. It never sees SQL text, plans, or the bytes of a data file.
#![forbid(unsafe_code)]
#![warn(missing_docs)]

mod blocking;
pub mod clock;
pub mod crawler;
pub mod crawler_store;
pub mod error;
pub mod file_name;
pub mod file_statistics;
pub mod history;
pub mod hive_type;
pub mod like_pattern;
pub mod model;
#[cfg(test)]
mod mutation;
mod open;
pub mod partition_expression;
pub mod partition_path;
pub mod partition_place;
pub mod partition_predicate;
pub mod partition_value;
pub mod postgres;
pub mod prepared_statement;
pub mod projection;
pub mod relational;
pub mod sqlite;
pub mod store;
pub mod writes;

pub use crawler_store::CrawlerStore;
pub use error::{CatalogError, Result};
pub use model::{
    Column, Database, DatabaseName, Partition, SerDeInfo, SortColumn, StorageDescriptor, Table,
    TableName, TableType, TableVersion,
};
pub use open::open_catalog;
pub use partition_predicate::PartitionPredicate;
pub use partition_value::{HIVE_DEFAULT_PARTITION, KeyType, PartitionLiteral};
pub use postgres::PostgresCatalog;
pub use sqlite::SqliteCatalog;
pub use store::CatalogStore;
pub use writes::{Snapshot, WriteCommit, WriteId, WriteIntent};
