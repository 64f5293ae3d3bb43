//! The catalog in AWS Glue itself, through its SDK, so that Prismlake and every other reader of Glue see the same tables.
//!
//! Glue keeps databases, tables with their versions, partitions and their indexes, statistics of columns, functions and
//! classifiers. What Glue has no transactional place for lies in a second store beside it, the *side*: writes and which of them are
//! committed, the history of queries, statistics of files, and crawlers with their runs and memory. Whoever writes to one
//! Glue catalog with Prismlake has to share one side, for only the side knows which files are committed.
//!
//! Glue has no transactions over several calls. Each method says where that shows.
#![forbid(unsafe_code)]
#![warn(missing_docs)]

mod address;
mod catalog;
mod classifier_shape;
mod classifiers;
mod client;
mod column_statistics;
mod column_statistics_shape;
mod commits;
mod crawlers;
mod databases;
mod failure;
mod functions;
mod moment;
mod partition_changes;
mod partition_expression;
#[cfg(test)]
mod partition_expression_tests;
mod partition_indexes;
mod partition_order;
mod partition_pages;
mod partition_scan;
mod partition_shape;
mod partitions;
mod storage_shape;
mod table_shape;
mod tables;

pub use catalog::GlueCatalog;
