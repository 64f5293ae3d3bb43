//! Apache Avro's object container files.
//!
//! Format: <https://avro.apache.org/docs/1.11.1/specification/#object-container-files>.

mod container;
mod decoder;
mod infer;
mod logical_values;
mod write;

pub use decoder::AvroOptions;
pub(super) use decoder::avro_decoder;
pub(super) use infer::infer_avro;
pub use write::AvroCompression;
pub(super) use write::AvroEncoder;
