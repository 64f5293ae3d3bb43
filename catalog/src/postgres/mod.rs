//! The catalog in PostgreSQL, for many servers to share.

mod database;
mod open;
mod transaction;

pub use database::PostgresDatabase;
pub use open::PostgresCatalog;
