//! `SqliteDatabase`: the connections to one catalog file. Work runs on blocking threads, a writer at a time and readers beside.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use rusqlite::{Connection, OpenFlags, TransactionBehavior};

use super::transaction::SqliteTransaction;
use crate::blocking::on_blocking_thread;
use crate::error::{CatalogError, Result};
use crate::relational::sql::{SqlDatabase, SqlSpelling, SqlTransaction};

/// How long to wait for another process's transaction. Ours take milliseconds, a large MSCK REPAIR seconds.
const BUSY_TIMEOUT: Duration = Duration::from_secs(30);
/// Connections kept for readers: more than run at once on small machines, each some 100 kB.
const IDLE_READERS_MAX: usize = 4;
/// Prepared statements kept a connection: more than this crate has.
const STATEMENTS_CACHED: usize = 128;
/// Pages of the file held in memory by each connection, in KiB: the upper levels of a million partitions' indexes.
const PAGE_CACHE_KIB: i64 = 16 * 1024;

/// One catalog file.
#[derive(Debug, Clone)]
pub struct SqliteDatabase(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    path: PathBuf,
    writer: Mutex<Connection>,
    readers: Mutex<Vec<Connection>>,
}

impl SqliteDatabase {
    /// Opens the file, and makes it if it is not there.
    pub(super) fn open(path: &Path) -> Result<Self> {
        let writer = connect(path)?;
        Ok(SqliteDatabase(Arc::new(Shared {
            path: path.to_owned(),
            writer: Mutex::new(writer),
            readers: Mutex::default(),
        })))
    }

    /// Runs one writing transaction on the calling thread, while the catalog is opened.
    pub(super) fn write_now<T>(
        &self,
        work: impl FnOnce(&mut dyn SqlTransaction) -> Result<T>,
    ) -> Result<T> {
        let mut writer = lock(&self.0.writer);
        let transaction = writer.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let value = work(&mut SqliteTransaction(&transaction))?;
        transaction.commit()?;
        Ok(value)
    }
}

impl SqlDatabase for SqliteDatabase {
    const SPELLING: SqlSpelling = SqlSpelling {
        row_id: "INTEGER PRIMARY KEY AUTOINCREMENT",
        bytes: "BLOB",
        text: "TEXT",
        clustered: "WITHOUT ROWID",
    };

    async fn read<T, Work>(&self, work: Work) -> Result<T>
    where
        T: Send + 'static,
        Work: FnOnce(&mut dyn SqlTransaction) -> Result<T> + Send + 'static,
    {
        let shared = Arc::clone(&self.0);
        on_blocking_thread(move || {
            let idle = lock(&shared.readers).pop();
            let mut connection = match idle {
                Some(connection) => connection,
                None => connect(&shared.path)?,
            };
            let transaction = connection.transaction()?;
            let result = work(&mut SqliteTransaction(&transaction));
            drop(transaction);
            let mut readers = lock(&shared.readers);
            if readers.len() < IDLE_READERS_MAX {
                readers.push(connection);
            }
            result
        })
        .await
    }

    async fn write<T, Work>(&self, work: Work) -> Result<T>
    where
        T: Send + 'static,
        Work: FnOnce(&mut dyn SqlTransaction) -> Result<T> + Send + 'static,
    {
        let database = self.clone();
        on_blocking_thread(move || database.write_now(work)).await
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    // A panic under the lock leaves no half-done transaction: SQLite rolls it back.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn connect(path: &Path) -> Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE
        | OpenFlags::SQLITE_OPEN_CREATE
        | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection =
        Connection::open_with_flags(path, flags).map_err(|error| CatalogError::InvalidUri {
            uri: path.display().to_string(),
            reason: error.to_string(),
        })?;
    connection.busy_timeout(BUSY_TIMEOUT)?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS_CACHED);
    connection.pragma_update(None, "journal_mode", "WAL")?;
    // A commit that was reported must survive a power cut.
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.pragma_update(None, "foreign_keys", true)?;
    connection.pragma_update(None, "cache_size", -PAGE_CACHE_KIB)?;
    Ok(connection)
}
