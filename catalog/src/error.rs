//! The catalog's one error type.

use crate::model::{DatabaseName, TableName};
use crate::writes::WriteId;

/// Result of a catalog operation.
pub type Result<T, E = CatalogError> = std::result::Result<T, E>;

/// Why a catalog operation failed.
#[derive(Debug, thiserror::Error)]
pub enum CatalogError {
    /// No database of that name.
    #[error("Schema '{0}' does not exist")]
    DatabaseNotFound(DatabaseName),
    /// A database of that name exists.
    #[error("Schema '{0}' already exists")]
    DatabaseExists(DatabaseName),
    /// The database still has tables.
    #[error("Cannot drop non-empty schema '{0}'; drop its tables first, or use CASCADE")]
    DatabaseNotEmpty(DatabaseName),
    /// No table of that name.
    #[error("Table '{0}' does not exist")]
    TableNotFound(TableName),
    /// A table of that name exists.
    #[error("Table '{0}' already exists")]
    TableExists(TableName),
    /// The table was changed by someone else in the meantime.
    #[error(
        "Table '{0}' was changed by someone else in the meantime; read it again and repeat the change"
    )]
    ConcurrentModification(TableName),
    /// No partition with these values.
    #[error("Partition {values:?} of table '{table}' does not exist")]
    PartitionNotFound {
        /// The table.
        table: TableName,
        /// The partition's values.
        values: Vec<String>,
    },
    /// A partition with these values exists.
    #[error("Partition {values:?} of table '{table}' already exists")]
    PartitionExists {
        /// The table.
        table: TableName,
        /// The partition's values.
        values: Vec<String>,
    },
    /// The keys of a table that has partitions cannot change.
    #[error(
        "The partition keys of table '{0}' cannot change their number or types while it has partitions; drop them first"
    )]
    PartitionKeysChanged(TableName),
    /// A partition index names what is no key.
    #[error("'{key}' is no partition key of table '{table}'")]
    NoSuchPartitionKey {
        /// The table.
        table: TableName,
        /// What is no key.
        key: String,
    },
    /// A partition index of that name exists.
    #[error("Partition index '{index}' of table '{table}' already exists")]
    PartitionIndexExists {
        /// The table.
        table: TableName,
        /// The index.
        index: String,
    },
    /// No crawler of that name.
    #[error("Crawler '{0}' does not exist")]
    CrawlerNotFound(String),
    /// A crawler's settings contradict or are not understood.
    #[error("Crawler '{crawler}' cannot run: {reason}")]
    InvalidCrawler {
        /// The crawler.
        crawler: String,
        /// What is wrong.
        reason: String,
    },
    /// A store that is crawled failed.
    #[error(transparent)]
    Store(#[from] prismlake_connectors::ConnectorError),
    /// A run of the crawler is under way.
    #[error("Crawler '{0}' is running; wait for its run to end, or stop it")]
    CrawlerRunning(String),
    /// A run was asked to end.
    #[error("The run of crawler '{0}' was stopped; the next one goes on from what it had found")]
    CrawlStopped(String),
    /// Another run has begun while this one gave no sign of life.
    #[error("The run of crawler '{0}' gave no sign of life for too long and another one has begun")]
    CrawlTakenOver(String),
    /// A partition has more or fewer values than its table has keys.
    #[error(
        "Partition {values:?} has not one value for each of the {keys} partition keys of table '{table}'"
    )]
    PartitionValues {
        /// The table.
        table: TableName,
        /// The values given.
        values: Vec<String>,
        /// How many keys the table has.
        keys: usize,
    },
    /// A name that the catalog cannot hold.
    #[error("'{name}' is not a valid {what}: {reason}")]
    InvalidName {
        /// What the name is for.
        what: &'static str,
        /// The name.
        name: String,
        /// What is wrong with it.
        reason: &'static str,
    },
    /// A write that was committed, aborted or expired before.
    #[error(
        "Write {0} is no longer open: it was ended, or its process did not answer for too long; run the statement again"
    )]
    WriteNotOpen(WriteId),
    /// The catalog was written by a newer version.
    #[error(
        "The catalog has schema version {found} and this program knows up to {supported}; use a newer version of prismlake"
    )]
    NewerSchema {
        /// The catalog's version.
        found: i64,
        /// The newest version that this program knows.
        supported: i64,
    },
    /// The catalog's address is not one that can be opened.
    #[error("'{uri}' is not a catalog that can be opened: {reason}")]
    InvalidUri {
        /// The address.
        uri: String,
        /// What is wrong with it.
        reason: String,
    },
    /// Other processes kept the catalog locked.
    #[error("The catalog is locked by another process for too long; try again")]
    Busy,
    /// What is stored cannot be understood.
    #[error("The catalog holds an entry that cannot be read ({0}); restore it from a backup")]
    Corrupt(String),
    /// The database file failed.
    #[error("The catalog's database failed: {0}")]
    Storage(String),
}

impl From<rusqlite::Error> for CatalogError {
    fn from(error: rusqlite::Error) -> Self {
        match error.sqlite_error_code() {
            Some(rusqlite::ErrorCode::DatabaseBusy | rusqlite::ErrorCode::DatabaseLocked) => {
                CatalogError::Busy
            }
            Some(rusqlite::ErrorCode::DatabaseCorrupt | rusqlite::ErrorCode::NotADatabase) => {
                CatalogError::Corrupt(error.to_string())
            }
            _ => CatalogError::Storage(error.to_string()),
        }
    }
}

impl From<serde_json::Error> for CatalogError {
    fn from(error: serde_json::Error) -> Self {
        CatalogError::Corrupt(error.to_string())
    }
}
