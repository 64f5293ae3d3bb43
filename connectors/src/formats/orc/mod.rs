//! ORC: scans through orc-rust's decoder with metered reads, and writes with a writer of our own.

mod estimate;
mod opener;
mod reader;
mod source;
mod tail;
mod write;

pub(super) use estimate::estimate_orc;
pub(super) use source::OrcSource;
pub use source::orc_source;
pub use write::{OrcCompression, OrcEncoder};
