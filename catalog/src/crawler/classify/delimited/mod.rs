//! Delimited text (CSV and its kin): the delimiter, the quotes, the header, and the columns.

mod classifier;
mod column_names;
mod dialect;
mod fields;
mod header;
mod header_words;
mod options;

pub use classifier::DelimitedDetail;
pub(super) use classifier::{classify_custom, classify_delimited};
pub use options::{CsvDatatype, CsvOptions, HeaderRule, IntegerWidth};
