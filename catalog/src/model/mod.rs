//! Glue's model: its nouns with its field names, as its API's JSON has them.

mod database;
mod names;
mod partition;
mod storage_descriptor;
mod table;

pub use database::Database;
pub use names::{DatabaseName, TableName};
pub use partition::Partition;
pub use storage_descriptor::{Column, SerDeInfo, SkewedInfo, SortColumn, StorageDescriptor};
pub use table::{Table, TableType, TableVersion};
