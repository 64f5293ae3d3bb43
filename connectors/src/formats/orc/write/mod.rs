//! Writes ORC files: every type, RLEv2 and dictionary encodings, stripes by size, all codecs that Athena writes.
//!
//! Format: <https://orc.apache.org/specification/ORCv1/>.

mod byte_rle;
mod column;
mod compression;
mod encoder;
mod integer_rle;
mod types;
mod values;

pub use compression::OrcCompression;
pub use encoder::OrcEncoder;
