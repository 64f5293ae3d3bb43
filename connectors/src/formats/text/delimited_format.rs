//! `DelimitedOptions`: the delimiters of LazySimpleSerDe, and how texts are cut at them.

use arrow::datatypes::DataType;

use crate::formats::rows::scalar_text::timestamp_format::TimestampFormat;

/// Delimiters of the levels of nesting, the first three of which the options replace. Hive's values; with
/// `hive.serialization.extend.nesting.levels` it has more.
const DELIMITERS: [u8; 8] = [1, 2, 3, 4, 5, 6, 7, 8];

/// Options of LazySimpleSerDe. The property of each stands beside it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DelimitedOptions {
    /// Between columns: `field.delim`.
    pub field_delimiter: u8,
    /// Between the elements of a collection in a column: `collection.delim`, `colelction.delim`.
    pub collection_delimiter: u8,
    /// Between a map's key and its value: `mapkey.delim`.
    pub map_key_delimiter: u8,
    /// Takes the meaning of a delimiter from the byte after it: `escape.delim`.
    pub escape: Option<u8>,
    /// The text of NULL: `serialization.null.format`.
    pub null_format: String,
    /// Whether the last column takes the rest of the line with its delimiters: `serialization.last.column.takes.rest`.
    pub last_column_takes_rest: bool,
    /// Notations of timestamps tried before Hive's own and ISO 8601; without any, Hive's alone: `timestamp.formats`.
    pub timestamp_formats: Vec<TimestampFormat>,
    /// Lines to skip at an object's beginning: `skip.header.line.count`.
    pub header_lines: usize,
    /// Lines to skip at an object's end: `skip.footer.line.count`.
    pub footer_lines: usize,
}

impl Default for DelimitedOptions {
    fn default() -> Self {
        let [field_delimiter, collection_delimiter, map_key_delimiter, ..] = DELIMITERS;
        DelimitedOptions {
            field_delimiter,
            collection_delimiter,
            map_key_delimiter,
            escape: None,
            null_format: "\\N".to_owned(),
            last_column_takes_rest: false,
            timestamp_formats: Vec::new(),
            header_lines: 0,
            footer_lines: 0,
        }
    }
}

impl DelimitedOptions {
    /// The delimiter of each level: 0 between columns, 1 within a column, and so on.
    pub(super) fn delimiters(&self) -> [u8; DELIMITERS.len()] {
        let mut delimiters = DELIMITERS;
        delimiters[0] = self.field_delimiter;
        delimiters[1] = self.collection_delimiter;
        delimiters[2] = self.map_key_delimiter;
        delimiters
    }
}

/// Whether there are delimiters for a column of this type.
pub(super) fn fits_delimiters(data_type: &DataType) -> bool {
    levels(data_type) < DELIMITERS.len()
}

/// How many levels of delimiters a value of the type takes.
fn levels(data_type: &DataType) -> usize {
    match data_type {
        DataType::List(field) => 1 + levels(field.data_type()),
        DataType::Map(entries, _) => 2 + nested_levels(entries.data_type()),
        DataType::Struct(_) => 1 + nested_levels(data_type),
        _ => 0,
    }
}

fn nested_levels(data_type: &DataType) -> usize {
    match data_type {
        DataType::Struct(fields) => fields
            .iter()
            .map(|field| levels(field.data_type()))
            .max()
            .unwrap_or_default(),
        _ => 0,
    }
}

/// The parts of a text between delimiters; an escape takes the meaning from the byte after it.
#[derive(Debug, Clone)]
pub(super) struct Parts<'a> {
    rest: Option<&'a [u8]>,
    delimiter: u8,
    escape: Option<u8>,
}

impl<'a> Parts<'a> {
    pub fn new(text: &'a [u8], delimiter: u8, escape: Option<u8>) -> Self {
        Parts {
            rest: Some(text),
            delimiter,
            escape,
        }
    }

    /// All that is left, delimiters included.
    pub fn take_rest(&mut self) -> Option<&'a [u8]> {
        self.rest.take()
    }
}

impl<'a> Iterator for Parts<'a> {
    type Item = &'a [u8];

    fn next(&mut self) -> Option<&'a [u8]> {
        let text = self.rest?;
        let Some(end) = find_delimiter(text, self.delimiter, self.escape) else {
            return self.rest.take();
        };
        let (part, rest) = text.split_at(end);
        self.rest = rest.get(1..);
        Some(part)
    }
}

/// The position of the first delimiter that is not escaped.
pub(super) fn find_delimiter(text: &[u8], delimiter: u8, escape: Option<u8>) -> Option<usize> {
    let Some(escape) = escape else {
        return memchr::memchr(delimiter, text);
    };
    let mut from = 0;
    loop {
        let found = from + memchr::memchr2(delimiter, escape, text.get(from..)?)?;
        if text.get(found) == Some(&delimiter) {
            return Some(found);
        }
        from = found + 2;
    }
}
