//! Apache ORC.

mod bloom_filter;
mod estimate;
mod far_future;
mod file;
mod footer_statistics;
mod infer;
mod lengths;
mod opener;
mod prune;
mod source;
mod statistics;
mod stripe_scan;
mod stripe_streams;
mod tail;
mod unions;
mod write;

pub(super) use estimate::estimate_orc;
pub(super) use footer_statistics::read_orc_statistics;
pub(super) use infer::infer_orc;
pub(super) use source::OrcSource;
pub use source::orc_source;
pub use write::{OrcCompression, OrcEncoder, OrcWriteOptions};
