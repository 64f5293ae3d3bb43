//! `ColumnWriter`: gathers one column's values of a stripe, and its children's, and encodes them as streams.

use arrow::array::{Array, ArrayRef, AsArray, StructArray};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Field};
use orc_rust::proto::column_encoding::Kind as EncodingKind;
use orc_rust::proto::stream::Kind as StreamKind;
use orc_rust::proto::{BloomFilter, ColumnEncoding, ColumnStatistics};

use super::bloom_filter::FilterBuilder;
use super::byte_rle::encode_booleans;
use super::row_groups::{EncodedStream, Mark};
use super::statistics::Statistics;
use super::types::not_supported;
use super::values::Values;
use crate::error::{ConnectorError, ErrorKind, Result};

/// Bloom filters that hash text as UTF-8, whatever the writer's locale.
const BLOOM_ENCODING_UTF8: u32 = 1;

/// A column and those below it. A child has values only where its parents are not NULL.
pub(super) struct ColumnWriter {
    field: Field,
    column: u32,
    present: Vec<bool>,
    has_nulls: bool,
    values: Values,
    children: Vec<ColumnWriter>,
    /// Where the stripe's row groups began, that under way included.
    groups: Vec<GroupStart>,
    /// Of the row group under way.
    statistics: Statistics,
    filter: Option<FilterBuilder>,
    /// Of the stripe's row groups that have ended.
    group_statistics: Vec<Statistics>,
    group_filters: Vec<BloomFilter>,
    /// Of the whole file, but for the stripe under way.
    file_statistics: Statistics,
}

/// What a column held when a row group began.
#[derive(Debug, Clone, Copy)]
struct GroupStart {
    rows: usize,
    values: Mark,
}

/// What a stripe says of one column.
pub(super) struct ColumnIndex {
    pub(super) column: u32,
    /// By row group.
    pub(super) statistics: Vec<Statistics>,
    /// By row group; empty without filters.
    pub(super) filters: Vec<BloomFilter>,
}

impl ColumnWriter {
    /// The writer of a column; `next_column` numbers the columns in pre-order.
    pub(super) fn try_new(field: &Field, next_column: &mut u32) -> Result<Self> {
        let values = Values::for_type(field.data_type()).ok_or_else(|| not_supported(field))?;
        let column = *next_column;
        *next_column += 1;
        let child_fields: Vec<Field> = match field.data_type() {
            DataType::Struct(fields) => fields.iter().map(|field| field.as_ref().clone()).collect(),
            DataType::List(item) => vec![item.as_ref().clone()],
            DataType::Map(entries, _) => match entries.data_type() {
                DataType::Struct(entry) => {
                    entry.iter().map(|field| field.as_ref().clone()).collect()
                }
                _ => return Err(not_supported(field)),
            },
            _ => Vec::new(),
        };
        let children = child_fields
            .iter()
            .map(|child| ColumnWriter::try_new(child, next_column))
            .collect::<Result<_>>()?;
        Ok(ColumnWriter {
            field: field.clone(),
            column,
            present: Vec::new(),
            has_nulls: false,
            groups: vec![GroupStart {
                rows: 0,
                values: values.mark(),
            }],
            values,
            children,
            statistics: Statistics::default(),
            filter: None,
            group_statistics: Vec::new(),
            group_filters: Vec::new(),
            file_statistics: Statistics::default(),
        })
    }

    /// Has Bloom filters written for the root columns of these names, where their types can have them.
    pub(super) fn filter_children(&mut self, names: &[String], false_positives: f64) {
        for child in &mut self.children {
            let named = names
                .iter()
                .any(|name| name.eq_ignore_ascii_case(child.field.name()));
            if named && FilterBuilder::fits(child.field.data_type()) {
                child.filter = Some(FilterBuilder::new(false_positives));
            }
        }
    }

    /// Adds an array's rows.
    pub(super) fn write(&mut self, array: &ArrayRef) -> Result<()> {
        let array = match array.data_type() {
            DataType::Dictionary(_, value) => cast(array, value).map_err(failed)?,
            _ => ArrayRef::clone(array),
        };
        let nulls = array.logical_nulls().filter(|nulls| nulls.null_count() > 0);
        let rows = array.len();
        match &nulls {
            Some(nulls) => self.present.extend(nulls.iter()),
            None => self.present.resize(self.present.len() + rows, true),
        }
        self.has_nulls |= nulls.is_some();
        let dense = match &nulls {
            Some(nulls) => {
                let keep = arrow::array::BooleanArray::new(nulls.inner().clone(), None);
                arrow::compute::filter(&array, &keep).map_err(failed)?
            }
            None => array,
        };
        self.statistics.add(&dense, nulls.is_some());
        if let Some(filter) = &mut self.filter {
            filter.add(&dense);
        }
        self.write_dense(&dense)
    }

    fn write_dense(&mut self, array: &ArrayRef) -> Result<()> {
        match array.data_type() {
            DataType::Struct(_) => self.write_children(array.as_struct()),
            DataType::List(_) => {
                let list = array.as_list::<i32>();
                self.values.push_lengths(list.offsets().lengths());
                let items = list.values().slice(
                    offset(list.offsets().first()),
                    list.offsets().last().map_or(0, |end| offset(Some(end)))
                        - offset(list.offsets().first()),
                );
                match self.children.as_mut_slice() {
                    [item] => item.write(&items),
                    _ => Err(not_supported(&self.field)),
                }
            }
            DataType::Map(_, _) => {
                let map = array.as_map();
                self.values.push_lengths(map.offsets().lengths());
                let start = offset(map.offsets().first());
                let end = offset(map.offsets().last());
                self.write_children(&map.entries().slice(start, end - start))
            }
            _ => self.values.push(array, &self.field),
        }
    }

    fn write_children(&mut self, entries: &StructArray) -> Result<()> {
        for (child, column) in self.children.iter_mut().zip(entries.columns()) {
            child.write(column)?;
        }
        Ok(())
    }

    /// Memory that the values of the stripe under way take.
    pub(super) fn buffered_bytes(&self) -> usize {
        let below: usize = self.children.iter().map(ColumnWriter::buffered_bytes).sum();
        self.present.len() + self.values.buffered_bytes() + below
    }

    /// Ends the row group under way, and begins the next.
    pub(super) fn end_group(&mut self) {
        self.group_statistics
            .push(std::mem::take(&mut self.statistics));
        if let Some(filter) = &mut self.filter {
            self.group_filters.push(filter.take());
        }
        self.groups.push(GroupStart {
            rows: self.present.len(),
            values: self.values.mark(),
        });
        for child in &mut self.children {
            child.end_group();
        }
    }

    /// Encodes the stripe's values, in the order of columns, and begins the next stripe. Its last row group has ended.
    pub(super) fn finish_stripe(
        &mut self,
        streams: &mut Vec<EncodedStream>,
        encodings: &mut Vec<ColumnEncoding>,
        indexes: &mut Vec<ColumnIndex>,
    ) {
        let present = std::mem::take(&mut self.present);
        // The last start is that of a group that the next stripe begins.
        self.groups.pop();
        let groups = std::mem::take(&mut self.groups);
        if std::mem::take(&mut self.has_nulls) {
            let (bytes, starts) = encode_booleans(&present, groups.iter().map(|start| start.rows));
            streams.push(EncodedStream {
                kind: StreamKind::Present,
                column: self.column,
                bytes,
                starts,
            });
        }
        let marks: Vec<Mark> = groups.iter().map(|start| start.values).collect();
        let encoded = self.values.take_encoded(&marks);
        for (kind, bytes, starts) in encoded.streams {
            streams.push(EncodedStream {
                kind,
                column: self.column,
                bytes,
                starts,
            });
        }
        encodings.push(ColumnEncoding {
            kind: Some(EncodingKind::into(encoded.encoding)),
            dictionary_size: encoded.dictionary_size,
            bloom_encoding: self.filter.is_some().then_some(BLOOM_ENCODING_UTF8),
        });
        let statistics = std::mem::take(&mut self.group_statistics);
        for group in &statistics {
            self.file_statistics.merge(group.clone());
        }
        indexes.push(ColumnIndex {
            column: self.column,
            statistics,
            filters: std::mem::take(&mut self.group_filters),
        });
        self.groups.push(GroupStart {
            rows: 0,
            values: self.values.mark(),
        });
        for child in &mut self.children {
            child.finish_stripe(streams, encodings, indexes);
        }
    }

    /// What is told of the file's values, in the order of columns.
    pub(super) fn file_statistics(&self, statistics: &mut Vec<ColumnStatistics>) {
        statistics.push(self.file_statistics.encoded());
        for child in &self.children {
            child.file_statistics(statistics);
        }
    }
}

fn offset(value: Option<&i32>) -> usize {
    value
        .and_then(|value| usize::try_from(*value).ok())
        .unwrap_or(0)
}

pub(super) fn failed(error: arrow::error::ArrowError) -> ConnectorError {
    ConnectorError::new(
        ErrorKind::NotSupported,
        format!("the rows cannot be written as ORC: {error}"),
    )
}
