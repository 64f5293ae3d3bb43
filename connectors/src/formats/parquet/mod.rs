//! Parquet: scans through DataFusion's `ParquetSource` with metered reads and a cache of footers, and writes.

mod estimate;
mod footer;
mod footer_cache;
mod footer_statistics;
mod infer;
mod late_materialization;
mod reader;
mod repairs;
mod source;
mod write;

pub(super) use estimate::estimate_parquet;
pub use footer_cache::FooterCache;
pub(super) use footer_statistics::read_parquet_statistics;
pub(super) use infer::infer_parquet;
pub use source::parquet_source;
pub use write::{ParquetCompression, ParquetEncoder};
