//! Parsers of Hive's statements, a file a family; `ddl.rs` tells which one a statement needs.

pub(super) mod alter_table;
pub(super) mod create_table;
pub(super) mod database;
pub(super) mod describe;
pub(super) mod partition_spec;
pub(super) mod show;
pub(super) mod table_checks;
