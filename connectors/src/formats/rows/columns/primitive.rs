//! Fixed-width columns under construction: numbers, dates, timestamps, booleans.

use std::sync::Arc;

use arrow::array::{ArrayRef, ArrowPrimitiveType, BooleanArray, PrimitiveArray};
use arrow::array::{BooleanBufferBuilder, NullBufferBuilder};
use arrow::buffer::BooleanBuffer;
use arrow::error::ArrowError;

/// Values of a fixed width. Unlike Arrow's own builders it can be cut back to a former length.
#[derive(Debug)]
pub(crate) struct PrimitiveColumn<T: ArrowPrimitiveType> {
    values: Vec<T::Native>,
    nulls: NullBufferBuilder,
}

impl<T: ArrowPrimitiveType> PrimitiveColumn<T> {
    pub fn new(rows: usize) -> Self {
        PrimitiveColumn {
            values: Vec::with_capacity(rows),
            nulls: NullBufferBuilder::new(rows),
        }
    }

    pub fn len(&self) -> usize {
        self.values.len()
    }

    pub fn push(&mut self, value: T::Native) {
        self.values.push(value);
        self.nulls.append_non_null();
    }

    pub fn push_null(&mut self) {
        self.values.push(T::Native::default());
        self.nulls.append_null();
    }

    pub fn truncate(&mut self, len: usize) {
        self.values.truncate(len);
        self.nulls.truncate(len);
    }

    pub fn finish_typed(&mut self) -> Result<PrimitiveArray<T>, ArrowError> {
        PrimitiveArray::try_new(std::mem::take(&mut self.values).into(), self.nulls.finish())
    }

    pub fn finish(&mut self) -> Result<ArrayRef, ArrowError> {
        Ok(Arc::new(self.finish_typed()?))
    }
}

/// Booleans, a bit each.
#[derive(Debug)]
pub(crate) struct BooleanColumn {
    values: BooleanBufferBuilder,
    nulls: NullBufferBuilder,
}

impl BooleanColumn {
    pub fn new(rows: usize) -> Self {
        BooleanColumn {
            values: BooleanBufferBuilder::new(rows),
            nulls: NullBufferBuilder::new(rows),
        }
    }

    pub fn len(&self) -> usize {
        self.values.len()
    }

    pub fn push(&mut self, value: bool) {
        self.values.append(value);
        self.nulls.append_non_null();
    }

    pub fn push_null(&mut self) {
        self.values.append(false);
        self.nulls.append_null();
    }

    pub fn truncate(&mut self, len: usize) {
        self.values.truncate(len);
        self.nulls.truncate(len);
    }

    pub fn finish(&mut self) -> Result<ArrayRef, ArrowError> {
        let values: BooleanBuffer = self.values.finish();
        Ok(Arc::new(BooleanArray::new(values, self.nulls.finish())))
    }
}
