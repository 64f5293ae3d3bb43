//! A catalog in a database that speaks SQL: the tables and statements that SQLite and PostgreSQL share.

mod catalog;
mod column_statistics;
mod crawler_memory;
mod crawlers;
mod databases;
mod file_statistics;
mod key_values;
mod migrations;
mod partition_key;
mod partition_scan;
mod partitions;
mod prepared_statements;
mod queries;
pub(crate) mod sql;
mod stored_partition;
mod tables;
mod writes;

pub use catalog::RelationalCatalog;
pub(crate) use migrations::prepare_schema;
