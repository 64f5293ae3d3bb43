//! LazySimpleSerDe's rows: fields between delimiters, without quotes. Nothing is an error; what does not fit is NULL.

use super::column_builder::{ColumnBuilder, ProjectedColumn};
use super::decoder::RowParser;
use super::options::DelimitedOptions;
use super::row::RowError;

pub(super) struct DelimitedRows {
    options: DelimitedOptions,
    projection: Vec<usize>,
}

impl DelimitedRows {
    pub(super) fn new(options: DelimitedOptions, projection: &[usize]) -> Self {
        DelimitedRows {
            options,
            projection: projection.to_vec(),
        }
    }

    /// Cuts at the delimiter of a level, passing over escaped ones.
    fn split<'a>(&self, text: &'a [u8], level: usize) -> Vec<&'a [u8]> {
        let Some(delimiter) = self.options.delimiters.get(level).copied() else {
            return vec![text];
        };
        let mut parts = Vec::new();
        let (mut start, mut escaped) = (0, false);
        for (index, byte) in text.iter().enumerate() {
            if std::mem::take(&mut escaped) {
                continue;
            }
            if Some(*byte) == self.options.escape {
                escaped = true;
            } else if *byte == delimiter {
                parts.push(text.get(start..index).unwrap_or_default());
                start = index + 1;
            }
        }
        parts.push(text.get(start..).unwrap_or_default());
        parts
    }

    fn unescaped(&self, text: &[u8]) -> Vec<u8> {
        let Some(escape) = self.options.escape else {
            return text.to_vec();
        };
        let mut plain = Vec::with_capacity(text.len());
        let mut bytes = text.iter();
        while let Some(byte) = bytes.next() {
            let byte = if *byte == escape {
                bytes.next().unwrap_or(byte)
            } else {
                byte
            };
            plain.push(*byte);
        }
        plain
    }

    /// Adds the value of a field; `level` is the delimiter that cuts it if it is nested.
    fn append(&self, builder: &mut ColumnBuilder, text: &[u8], level: usize) {
        if text == self.options.null_format {
            return builder.append_null();
        }
        match builder {
            ColumnBuilder::List(_, item, _) => {
                let items = self.items(text, level);
                for part in &items {
                    self.append(item, part, level + 1);
                }
                builder.end_collection(items.len());
            }
            ColumnBuilder::Map(map) => {
                let mut entries = 0;
                for part in self.items(text, level) {
                    let mut halves = self.split(part, level + 1).into_iter();
                    let key = halves.next().unwrap_or_default();
                    let value = halves.next().unwrap_or(&self.options.null_format);
                    // A key cannot be NULL: an entry whose key is no value of its type is left out.
                    if !append_scalar(&mut map.key, &self.unescaped(key)) {
                        continue;
                    }
                    self.append(&mut map.value, value, level + 2);
                    entries += 1;
                }
                builder.end_collection(entries);
            }
            ColumnBuilder::Struct(fields) => {
                let parts = self.split(text, level);
                for (index, child) in fields.children.iter_mut().enumerate() {
                    match parts.get(index) {
                        Some(part) => self.append(child, part, level + 1),
                        None => child.append_null(),
                    }
                }
                fields.end();
            }
            scalar => {
                if !append_scalar(scalar, &self.unescaped(text)) {
                    scalar.append_null();
                }
            }
        }
    }

    /// The items of a collection; an empty text is a collection without any.
    fn items<'a>(&self, text: &'a [u8], level: usize) -> Vec<&'a [u8]> {
        if text.is_empty() {
            return Vec::new();
        }
        self.split(text, level)
    }
}

fn append_scalar(builder: &mut ColumnBuilder, text: &[u8]) -> bool {
    if text.is_empty() && !builder.is_text() {
        return false;
    }
    builder.append_text(&String::from_utf8_lossy(text))
}

impl RowParser for DelimitedRows {
    fn parse(&mut self, record: &[u8], columns: &mut [ProjectedColumn]) -> Result<(), RowError> {
        let fields = self.split(record, 0);
        for (place, column) in self.projection.iter().zip(columns) {
            match fields.get(*place) {
                Some(field) => self.append(&mut column.builder, field, 1),
                None => column.builder.append_null(),
            }
        }
        Ok(())
    }
}
