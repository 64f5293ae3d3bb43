//! Bytes to Arrow and back: object stores by URL, metering of reads, and a folder for each file format.
//!
//! This crate knows objects, bytes and Arrow. It never sees the name of a database or a table, nor SQL.
#![forbid(unsafe_code)]
#![warn(missing_docs)]

pub mod error;
pub mod formats;
pub mod object_uri;
pub mod store;

pub use error::ConnectorError;
pub use object_uri::ObjectUri;
