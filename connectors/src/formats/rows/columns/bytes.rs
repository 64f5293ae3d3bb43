//! Variable-width columns under construction: strings and binary values.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, BinaryArray, NullBufferBuilder, StringArray, StringViewArray};
use arrow::buffer::{Buffer, NullBuffer, OffsetBuffer, ScalarBuffer};
use arrow::error::ArrowError;

/// Which array the bytes become.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ByteLayout {
    /// `StringArray`.
    Utf8,
    /// `StringViewArray`.
    Utf8View,
    /// `BinaryArray`.
    Binary,
}

/// Byte strings, one after the other in one buffer.
#[derive(Debug)]
pub(crate) struct ByteColumn {
    layout: ByteLayout,
    bytes: Vec<u8>,
    offsets: Vec<i32>,
    nulls: NullBufferBuilder,
}

impl ByteColumn {
    pub fn new(layout: ByteLayout, rows: usize) -> Self {
        let mut offsets = Vec::with_capacity(rows + 1);
        offsets.push(0);
        ByteColumn {
            layout,
            bytes: Vec::new(),
            offsets,
            nulls: NullBufferBuilder::new(rows),
        }
    }

    pub fn len(&self) -> usize {
        self.offsets.len().saturating_sub(1)
    }

    /// Appends a value. Bytes of strings that are not UTF-8 are replaced by U+FFFD when the column is finished.
    pub fn push(&mut self, value: &[u8]) {
        self.bytes.extend_from_slice(value);
        self.end_value();
        self.nulls.append_non_null();
    }

    pub fn push_null(&mut self) {
        self.end_value();
        self.nulls.append_null();
    }

    pub fn truncate(&mut self, len: usize) {
        self.offsets.truncate(len + 1);
        let end = self.offsets.last().copied().unwrap_or_default();
        self.bytes
            .truncate(usize::try_from(end).unwrap_or_default());
        self.nulls.truncate(len);
    }

    pub fn finish(&mut self) -> Result<ArrayRef, ArrowError> {
        let offsets = std::mem::replace(&mut self.offsets, vec![0]);
        let bytes = std::mem::take(&mut self.bytes);
        let nulls = self.nulls.finish();
        let overflows = i32::try_from(bytes.len()).is_err();
        if overflows {
            return Err(ArrowError::OffsetOverflowError(bytes.len()));
        }
        let offsets = OffsetBuffer::new(ScalarBuffer::from(offsets));
        Ok(match self.layout {
            ByteLayout::Binary => Arc::new(BinaryArray::try_new(offsets, bytes.into(), nulls)?),
            ByteLayout::Utf8 => Arc::new(strings(offsets, bytes.into(), nulls)?),
            ByteLayout::Utf8View => {
                let strings = strings(offsets, bytes.into(), nulls)?;
                debug_assert_eq!(strings.offset(), 0);
                Arc::new(StringViewArray::from(&strings))
            }
        })
    }

    fn end_value(&mut self) {
        // An offset beyond i32 makes `finish` fail; a batch's bytes are bounded far below that.
        self.offsets
            .push(i32::try_from(self.bytes.len()).unwrap_or(i32::MAX));
    }
}

/// Text is nearly always UTF-8, so that it is checked as a whole, and value by value only where that fails.
fn strings(
    offsets: OffsetBuffer<i32>,
    bytes: Buffer,
    nulls: Option<NullBuffer>,
) -> Result<StringArray, ArrowError> {
    if let Ok(strings) = StringArray::try_new(offsets.clone(), bytes.clone(), nulls.clone()) {
        return Ok(strings);
    }
    let binary = BinaryArray::try_new(offsets, bytes, nulls)?;
    Ok(binary
        .iter()
        .map(|value| value.map(String::from_utf8_lossy))
        .collect())
}
