//! Values of LazySimpleSerDe: text between delimiters into columns, nested ones level by level.

use std::borrow::Cow;
use std::collections::HashSet;

use super::delimited_format::{DelimitedOptions, Parts, find_delimiter};
use crate::formats::rows::columns::{ColumnBuilder, ListColumn, MapColumn, StructColumn};
use crate::formats::rows::scalar_text::number::IntegerRule;
use crate::formats::rows::scalar_text::{BinaryRule, DateRule, ScalarRules, TimestampRule};

/// Appends values to columns by the rules of one table's SerDe.
#[derive(Debug)]
pub(super) struct DelimitedValues {
    delimiters: [u8; 8],
    escape: Option<u8>,
    null_format: Vec<u8>,
    last_column_takes_rest: bool,
    rules: ScalarRules,
}

impl DelimitedValues {
    pub fn new(options: &DelimitedOptions) -> Self {
        DelimitedValues {
            delimiters: options.delimiters(),
            escape: options.escape,
            null_format: options.null_format.clone().into_bytes(),
            last_column_takes_rest: options.last_column_takes_rest,
            rules: ScalarRules {
                integers: IntegerRule::FractionDropped,
                dates: DateRule::Text,
                timestamps: TimestampRule::Hive,
                timestamp_formats: options.timestamp_formats.clone(),
                binary: BinaryRule::Base64OrRaw,
            },
        }
    }

    /// The columns' texts of a line.
    pub fn fields<'a>(&self, line: &'a [u8]) -> Parts<'a> {
        self.parts(line, 0)
    }

    /// Appends one value, NULL where the text is none of the column's type. `level` counts the levels of nesting
    /// around it, a column's own being 1.
    pub fn push(&self, column: &mut ColumnBuilder, text: &[u8], level: usize) {
        if text == self.null_format {
            column.push_null();
            return;
        }
        match column {
            ColumnBuilder::List(list) => self.push_list(list, text, level),
            ColumnBuilder::Map(map) => self.push_map(map, text, level),
            ColumnBuilder::Struct(fields) => self.push_struct(fields, text, level),
            scalar => {
                if scalar
                    .push_scalar(&self.unescape(text), &self.rules)
                    .is_err()
                {
                    scalar.push_null();
                }
            }
        }
    }

    fn push_list(&self, list: &mut ListColumn, text: &[u8], level: usize) {
        if !text.is_empty() {
            for element in self.parts(text, level) {
                self.push(&mut list.elements, element, level + 1);
            }
        }
        list.end_row();
    }

    /// Of entries with the same key the first counts; those whose key is NULL or no value of its type are dropped.
    fn push_map(&self, map: &mut MapColumn, text: &[u8], level: usize) {
        let mut seen = HashSet::new();
        let entries = self.parts(text, level).filter(|_| !text.is_empty());
        for entry in entries {
            let (key, value) = match find_delimiter(entry, self.delimiter(level + 1), self.escape) {
                Some(end) => (entry.get(..end).unwrap_or_default(), entry.get(end + 1..)),
                None => (entry, None),
            };
            if key == self.null_format || !seen.insert(key) {
                continue;
            }
            if map
                .keys
                .push_scalar(&self.unescape(key), &self.rules)
                .is_err()
            {
                continue;
            }
            match value {
                Some(value) => self.push(&mut map.values, value, level + 2),
                None => map.values.push_null(),
            }
        }
        map.end_row();
    }

    fn push_struct(&self, fields: &mut StructColumn, text: &[u8], level: usize) {
        let mut parts = self.parts(text, level);
        let last = fields.columns().len().saturating_sub(1);
        for (index, column) in fields.columns().iter_mut().enumerate() {
            let part = if index == last && self.last_column_takes_rest {
                parts.take_rest()
            } else {
                parts.next()
            };
            let Some(part) = part else { break };
            self.push(column, part, level + 1);
        }
        fields.end_row();
    }

    fn parts<'a>(&self, text: &'a [u8], level: usize) -> Parts<'a> {
        Parts::new(text, self.delimiter(level), self.escape)
    }

    /// The decoder refuses types that nest deeper than there are delimiters.
    fn delimiter(&self, level: usize) -> u8 {
        self.delimiters.get(level).copied().unwrap_or_default()
    }

    fn unescape<'a>(&self, text: &'a [u8]) -> Cow<'a, [u8]> {
        let Some(escape) = self.escape.filter(|escape| text.contains(escape)) else {
            return Cow::Borrowed(text);
        };
        let mut plain = Vec::with_capacity(text.len());
        let mut rest = text;
        while let Some((first, after)) = rest.split_first() {
            // An escape at the very end stands for itself.
            match after.split_first() {
                Some((second, after)) if *first == escape => {
                    plain.push(*second);
                    rest = after;
                }
                _ => {
                    plain.push(*first);
                    rest = after;
                }
            }
        }
        Cow::Owned(plain)
    }
}
