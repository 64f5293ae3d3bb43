//! Opens a catalog in a SQLite file.

use std::path::Path;
use std::sync::Arc;

use super::database::SqliteDatabase;
use crate::clock::{Clock, SystemClock};
use crate::error::Result;
use crate::relational::{RelationalCatalog, prepare_schema};

/// A catalog in one SQLite file.
pub type SqliteCatalog = RelationalCatalog<SqliteDatabase>;

impl SqliteCatalog {
    /// Opens the catalog in a file, and makes it if it is not there.
    pub fn open(path: impl AsRef<Path>) -> Result<Self> {
        SqliteCatalog::open_with_clock(path, Arc::new(SystemClock))
    }

    /// As [`SqliteCatalog::open`], with a clock of the caller's.
    pub fn open_with_clock(path: impl AsRef<Path>, clock: Arc<dyn Clock>) -> Result<Self> {
        let database = SqliteDatabase::open(path.as_ref())?;
        let id = database.write_now(prepare_schema::<SqliteDatabase>)?;
        Ok(RelationalCatalog::new(id, database, clock))
    }
}
