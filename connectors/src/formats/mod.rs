//! File formats: a folder each, with its scan and its writer, and what all of them share.

pub mod column_mapping;
pub mod encoder;
pub mod estimate;
pub mod failure_context;
pub mod object_reader;
pub mod orc;
pub mod parquet;
pub mod scan_accounting;

mod byte_ranges;
mod shared_buffer;
