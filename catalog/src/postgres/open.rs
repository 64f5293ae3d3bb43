//! Opens a catalog in a PostgreSQL database.

use std::sync::Arc;

use super::database::PostgresDatabase;
use crate::clock::{Clock, SystemClock};
use crate::error::Result;
use crate::relational::sql::SqlDatabase;
use crate::relational::{RelationalCatalog, prepare_schema};

/// A catalog in a PostgreSQL database.
pub type PostgresCatalog = RelationalCatalog<PostgresDatabase>;

impl PostgresCatalog {
    /// Connects to the database at a `postgres:` URI, whose `sslmode` says whether the connection must be encrypted, and makes
    /// the catalog's tables if they are not there: in the first schema of the connection's search path.
    pub async fn connect(uri: &str) -> Result<Self> {
        PostgresCatalog::connect_with_clock(uri, Arc::new(SystemClock)).await
    }

    /// As [`PostgresCatalog::connect`], with a clock of the caller's.
    pub async fn connect_with_clock(uri: &str, clock: Arc<dyn Clock>) -> Result<Self> {
        let database = PostgresDatabase::new(uri)?;
        let id = database.write(prepare_schema::<PostgresDatabase>).await?;
        Ok(RelationalCatalog::new(id, database, clock))
    }
}
