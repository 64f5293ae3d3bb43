//! Delimited text: the lines of LazySimpleSerDe and the comma-separated records of OpenCSVSerde.

mod csv;
mod csv_fields;
mod delimited;
mod delimited_format;
mod delimited_values;
mod write;

pub use csv::{CsvDecoder, CsvOptions};
pub use delimited::DelimitedDecoder;
pub use delimited_format::DelimitedOptions;
pub use write::DelimitedEncoder;
