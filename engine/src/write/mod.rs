//! Writing tables: files appear unseen under a write's id, and one catalog transaction makes all of them visible.
//!
//! The protocol is described in `docs/commit-protocol.md`.

mod bucketing;
mod hive_hash;
mod janitor;
mod object_writer;
mod partition_writer;
mod table_write;
mod upload;

pub(crate) use bucketing::bucket_of_file;
pub(crate) use hive_hash::has_hash;
pub(crate) use janitor::sweep;
pub(crate) use table_write::{TableWrite, run};
