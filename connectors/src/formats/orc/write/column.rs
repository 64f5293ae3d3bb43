//! `ColumnWriter`: gathers one column's values of a stripe, and its children's, and encodes them as streams.

use arrow::array::{Array, ArrayRef, AsArray, StructArray};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Field};
use orc_rust::proto::column_encoding::Kind as EncodingKind;
use orc_rust::proto::stream::Kind as StreamKind;
use orc_rust::proto::{ColumnEncoding, ColumnStatistics};

use super::byte_rle::encode_booleans;
use super::types::not_supported;
use super::values::Values;
use crate::error::{ConnectorError, ErrorKind, Result};

/// One encoded stream of a stripe, not yet compressed.
pub(super) struct EncodedStream {
    pub(super) kind: StreamKind,
    pub(super) column: u32,
    pub(super) bytes: Vec<u8>,
}

/// A column and those below it. A child has values only where its parents are not NULL.
pub(super) struct ColumnWriter {
    field: Field,
    column: u32,
    present: Vec<bool>,
    has_nulls: bool,
    values: Values,
    children: Vec<ColumnWriter>,
    /// Over the whole file.
    file_values: u64,
    file_has_nulls: bool,
}

impl ColumnWriter {
    /// The writer of a column; `next_column` numbers the columns in pre-order.
    pub(super) fn try_new(field: &Field, next_column: &mut u32) -> Result<Self> {
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
            values: Values::for_type(field.data_type()).ok_or_else(|| not_supported(field))?,
            children,
            file_values: 0,
            file_has_nulls: false,
        })
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
        self.file_values += u64::try_from(dense.len()).unwrap_or(0);
        self.file_has_nulls |= nulls.is_some();
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

    /// Encodes the stripe's values, in the order of columns, and begins the next stripe.
    pub(super) fn finish_stripe(
        &mut self,
        streams: &mut Vec<EncodedStream>,
        encodings: &mut Vec<ColumnEncoding>,
    ) {
        let present = std::mem::take(&mut self.present);
        if std::mem::take(&mut self.has_nulls) {
            streams.push(EncodedStream {
                kind: StreamKind::Present,
                column: self.column,
                bytes: encode_booleans(&present),
            });
        }
        let encoded = self.values.take_encoded();
        for (kind, bytes) in encoded.streams {
            streams.push(EncodedStream {
                kind,
                column: self.column,
                bytes,
            });
        }
        encodings.push(ColumnEncoding {
            kind: Some(EncodingKind::into(encoded.encoding)),
            dictionary_size: encoded.dictionary_size,
            ..ColumnEncoding::default()
        });
        for child in &mut self.children {
            child.finish_stripe(streams, encodings);
        }
    }

    /// The counts over the whole file, in the order of columns.
    pub(super) fn file_statistics(&self, statistics: &mut Vec<ColumnStatistics>) {
        statistics.push(ColumnStatistics {
            number_of_values: Some(self.file_values),
            has_null: Some(self.file_has_nulls),
            ..ColumnStatistics::default()
        });
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
