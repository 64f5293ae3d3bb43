//! Wire endpoints, each a thin room over the query service. This crate alone knows wire formats.
#![forbid(unsafe_code)]
#![warn(missing_docs)]

pub mod http;
mod listener;
pub mod postgres;

pub use listener::ServerError;
