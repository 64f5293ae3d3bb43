//! The embedded catalog: one SQLite file that many processes may open at once.

mod connections;
mod databases;
mod migrations;
mod partition_key;
mod partitions;
mod queries;
mod store;
mod tables;
mod writes;

pub use store::SqliteCatalog;
