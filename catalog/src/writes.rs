//! The commit protocol's nouns: a write is opened, its files appear unseen, and one transaction makes all of it visible.

use crate::file_statistics::FileStatistics;
use crate::model::{Partition, Table, TableName};

/// Names a write within its catalog; never used twice. Its text form is 16 hex digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct WriteId(pub(crate) i64);

/// A point in the order of commits. A query takes it before it lists: files of later commits may be listed in part, and are
/// left out as a whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Snapshot(pub(crate) i64);

/// Seconds that an open write may go without a sign of life before it is given up.
pub const WRITE_LEASE_SECONDS: i64 = 600;
/// How often a write under way should renew its lease.
pub const WRITE_RENEWAL_SECONDS: u64 = 60;

/// What a write is about to do.
#[derive(Debug, Clone)]
pub struct WriteIntent {
    /// The query that writes.
    pub query_id: String,
    /// The prefix below which all its files appear.
    pub location: String,
}

/// What becomes visible at once.
#[derive(Debug, Clone)]
pub struct WriteCommit {
    /// The table written to; `None` for files that belong to no table.
    pub table: Option<TableName>,
    /// The table to create, for CTAS.
    pub create_table: Option<Table>,
    /// Partitions that have rows now; those that exist are left as they are.
    pub partitions: Vec<Partition>,
    /// What is known of the files written.
    pub file_statistics: Vec<FileStatistics>,
}

/// How giving a write up went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AbortOutcome {
    /// The write will never be visible, and its objects are to be removed.
    Aborted,
    /// The write had been committed: its objects are data.
    Committed,
}

/// A write that came to nothing, whose objects are to be removed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AbandonedWrite {
    /// The write.
    pub id: WriteId,
    /// The prefix below which its files lie.
    pub location: String,
}
