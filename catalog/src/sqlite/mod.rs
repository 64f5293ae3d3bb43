//! The embedded catalog: one SQLite file that many processes may open at once.

mod database;
mod open;
mod transaction;

pub use database::SqliteDatabase;
pub use open::SqliteCatalog;
