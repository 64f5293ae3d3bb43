//! JSON lines: one object a line, as Hive's and OpenX's JsonSerDe read them.

mod decoder;
mod field_names;
mod options;
mod record_list;
mod row_parser;
mod tokens;
mod write;

pub use decoder::JsonDecoder;
pub use options::{JsonFlavour, JsonOptions};
pub use write::JsonEncoder;
