//! The commands that are no conversation: `sql` and `serve`.

pub mod serve;
pub mod sql;
