//! The connections to one catalog file: work runs on blocking threads, a writer at a time and readers beside it.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use rusqlite::{Connection, OpenFlags, Transaction, TransactionBehavior};

use super::migrations;
use crate::error::{CatalogError, Result};

/// How long to wait for another process's transaction. Ours take milliseconds, a large MSCK REPAIR seconds.
const BUSY_TIMEOUT: Duration = Duration::from_secs(30);
/// Connections kept for readers: more than run at once on small machines, each some 100 kB.
const IDLE_READERS_MAX: usize = 4;
/// Prepared statements kept a connection: more than this crate has.
const STATEMENTS_CACHED: usize = 64;

#[derive(Debug, Clone)]
pub(super) struct Connections(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    path: PathBuf,
    writer: Mutex<Connection>,
    readers: Mutex<Vec<Connection>>,
}

impl Connections {
    /// Opens the file, makes it if it is not there, and brings its schema up to date.
    pub(super) fn open(path: &Path) -> Result<Self> {
        let mut writer = connect(path)?;
        migrations::run(&mut writer)?;
        Ok(Connections(Arc::new(Shared {
            path: path.to_owned(),
            writer: Mutex::new(writer),
            readers: Mutex::default(),
        })))
    }

    /// Runs `work` in one transaction that sees one state of the catalog.
    pub(super) async fn read<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Connection) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let shared = Arc::clone(&self.0);
        blocking(move || {
            let idle = lock(&shared.readers).pop();
            let mut connection = match idle {
                Some(connection) => connection,
                None => connect(&shared.path)?,
            };
            let transaction = connection.transaction()?;
            let result = work(&transaction);
            drop(transaction);
            let mut readers = lock(&shared.readers);
            if readers.len() < IDLE_READERS_MAX {
                readers.push(connection);
            }
            result
        })
        .await
    }

    /// Runs `work` in one transaction, committed if it succeeds and without trace if it fails.
    pub(super) async fn write<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Transaction<'_>) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let shared = Arc::clone(&self.0);
        blocking(move || {
            let mut writer = lock(&shared.writer);
            let transaction = writer.transaction_with_behavior(TransactionBehavior::Immediate)?;
            let value = work(&transaction)?;
            transaction.commit()?;
            Ok(value)
        })
        .await
    }

    /// Runs one read on the calling thread, while the catalog is opened.
    pub(super) fn read_now<T>(&self, work: impl FnOnce(&Connection) -> Result<T>) -> Result<T> {
        work(&lock(&self.0.writer))
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    // A panic under the lock leaves no half-done transaction: SQLite rolls it back.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T> + Send + 'static,
) -> Result<T> {
    match tokio::task::spawn_blocking(work).await {
        Ok(result) => result,
        Err(error) => Err(CatalogError::Storage(error.to_string())),
    }
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
    Ok(connection)
}
