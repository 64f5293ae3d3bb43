//! Rows of text: Hive's delimited text, quoted CSV, and JSON lines, compressed or not.

mod column_builder;
mod compression;
mod csv;
mod decoder;
mod delimited;
mod json;
mod opener;
mod options;
mod records;
mod row;
mod scalar;
mod source;

pub use options::{CsvOptions, DelimitedOptions, JsonFlavor, JsonOptions, RowSyntax, TextOptions};
pub use source::text_source;
