//! How rows of text are written, as a SerDe's properties say.

use std::collections::BTreeMap;

/// How the objects of a text table are read.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct TextOptions {
    /// How a row is written.
    pub syntax: RowSyntax,
    /// Records at the head of each object that are no rows (`skip.header.line.count`).
    pub header_records: usize,
}

/// How a row is written.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum RowSyntax {
    /// Hive's LazySimpleSerDe.
    Delimited(DelimitedOptions),
    /// OpenCSVSerde.
    Csv(CsvOptions),
    /// The JSON SerDes.
    Json(JsonOptions),
}

/// LazySimpleSerDe: no quotes; what is no value of its column's type is NULL.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct DelimitedOptions {
    /// Delimiters by level: fields, items of collections, keys of maps, and so on inwards.
    pub delimiters: Vec<u8>,
    /// Takes the meaning of the delimiter after it.
    pub escape: Option<u8>,
    /// The text of NULL.
    pub null_format: Vec<u8>,
}

impl Default for DelimitedOptions {
    fn default() -> Self {
        DelimitedOptions {
            delimiters: (1..=8).collect(),
            escape: None,
            null_format: b"\\N".to_vec(),
        }
    }
}

/// OpenCSVSerde: quoted fields, which may hold separators and line breaks.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct CsvOptions {
    /// Between fields.
    pub separator: u8,
    /// Around fields; doubled within one it stands for itself.
    pub quote: u8,
    /// Takes the meaning of the character after it.
    pub escape: u8,
    /// The text of NULL, where it stands unquoted (`serialization.null.format`). Without it no field is NULL.
    pub null_format: Option<Vec<u8>>,
}

impl Default for CsvOptions {
    fn default() -> Self {
        CsvOptions {
            separator: b',',
            quote: b'"',
            escape: b'\\',
            null_format: None,
        }
    }
}

/// Which JSON SerDe's rules hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum JsonFlavor {
    /// `org.apache.hive.hcatalog.data.JsonSerDe`: of a key given twice the last value holds.
    #[default]
    Hive,
    /// `org.openx.data.jsonserde.JsonSerDe`: a key given twice is an error; numbers as times are milliseconds.
    OpenX,
}

/// The JSON SerDes: an object a line.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct JsonOptions {
    /// Whose rules.
    pub flavor: JsonFlavor,
    /// A row that cannot be parsed is a row of NULLs (`ignore.malformed.json`).
    pub ignore_malformed: bool,
    /// Keys match columns in their own case alone (`case.insensitive` is false).
    pub case_sensitive: bool,
    /// Dots in keys stand for underscores in names (`dots.in.keys`).
    pub dots_in_keys: bool,
    /// The key that a column reads, where it is not its name (`mapping.<column>`).
    pub mappings: BTreeMap<String, String>,
}
