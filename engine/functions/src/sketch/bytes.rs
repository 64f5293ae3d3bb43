//! Little-endian reading of serialized sketches.

use crate::error::FunctionError;

/// Reads a serialized sketch from its start.
pub(super) struct Reader<'a> {
    rest: &'a [u8],
    /// What is being read, for errors.
    kind: &'static str,
}

impl<'a> Reader<'a> {
    /// A reader of these bytes.
    pub(super) fn new(kind: &'static str, bytes: &'a [u8]) -> Reader<'a> {
        Reader { rest: bytes, kind }
    }

    /// What every malformed sketch is refused with.
    pub(super) fn malformed(&self) -> FunctionError {
        FunctionError::argument(format!("Cannot deserialize {}", self.kind))
    }

    /// So many bytes.
    pub(super) fn bytes(&mut self, count: usize) -> Result<&'a [u8], FunctionError> {
        let (taken, rest) = self
            .rest
            .split_at_checked(count)
            .ok_or_else(|| self.malformed())?;
        self.rest = rest;
        Ok(taken)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], FunctionError> {
        let taken = self.bytes(N)?;
        <[u8; N]>::try_from(taken).map_err(|_| self.malformed())
    }

    pub(super) fn u8(&mut self) -> Result<u8, FunctionError> {
        Ok(u8::from_le_bytes(self.array()?))
    }

    pub(super) fn u16(&mut self) -> Result<u16, FunctionError> {
        Ok(u16::from_le_bytes(self.array()?))
    }

    pub(super) fn i16(&mut self) -> Result<i16, FunctionError> {
        Ok(i16::from_le_bytes(self.array()?))
    }

    pub(super) fn u32(&mut self) -> Result<u32, FunctionError> {
        Ok(u32::from_le_bytes(self.array()?))
    }

    pub(super) fn u64(&mut self) -> Result<u64, FunctionError> {
        Ok(u64::from_le_bytes(self.array()?))
    }

    pub(super) fn i64(&mut self) -> Result<i64, FunctionError> {
        Ok(i64::from_le_bytes(self.array()?))
    }

    pub(super) fn f64(&mut self) -> Result<f64, FunctionError> {
        Ok(f64::from_le_bytes(self.array()?))
    }

    /// A count, stored as a signed 32-bit integer, of items that take at least so many bytes each: a count that the rest cannot hold
    /// is refused before anything is allocated for it.
    pub(super) fn count(&mut self, item_bytes: usize) -> Result<usize, FunctionError> {
        let count = i32::from_le_bytes(self.array()?);
        usize::try_from(count)
            .ok()
            .filter(|count| {
                count
                    .checked_mul(item_bytes)
                    .is_some_and(|bytes| bytes <= self.rest.len())
            })
            .ok_or_else(|| self.malformed())
    }

    /// Refuses bytes after the end.
    pub(super) fn finish(self) -> Result<(), FunctionError> {
        if self.rest.is_empty() {
            Ok(())
        } else {
            Err(self.malformed())
        }
    }
}
