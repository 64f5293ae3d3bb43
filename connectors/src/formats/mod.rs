//! File formats: a folder each, with its scan and its writer, and what all of them share.

pub mod avro;
pub mod column_mapping;
pub mod data_format;
pub mod encoder;
pub mod estimate;
pub mod failure_context;
pub mod footer_statistics;
pub mod inspect;
pub mod ion;
pub mod json;
pub mod object_reader;
pub mod orc;
pub mod parquet;
pub mod regex;
pub mod row_format;
pub mod rows;
pub mod scan_accounting;
pub mod text;

mod byte_ranges;
mod decode_guard;
mod nested_arrays;
mod nested_names;
mod shared_buffer;
