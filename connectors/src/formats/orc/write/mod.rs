//! Writes ORC files: every type, RLEv2 and dictionary encodings, stripes by size, statistics, row indexes and Bloom filters, all
//! codecs that Athena writes.
//!
//! Format: <https://orc.apache.org/specification/ORCv1/>.

mod bloom_filter;
mod byte_rle;
mod column;
mod compression;
mod encoder;
mod integer_rle;
mod row_groups;
mod statistics;
mod types;
mod values;

pub use compression::OrcCompression;
pub use encoder::{OrcEncoder, OrcWriteOptions};
