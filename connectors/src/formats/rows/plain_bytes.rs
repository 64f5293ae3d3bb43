//! `PlainBytes`: the bytes of one object, or of a split of it, without their compression and as UTF-8.

use std::fmt::Display;

use bytes::{Buf, Bytes};
use futures::StreamExt;
use futures::stream::BoxStream;

use super::charset::CharsetConverter;
use super::compression::Decompressor;
use super::split::LineSplit;
use crate::error::{ConnectorError, ErrorKind, Result};
use crate::object_uri::ObjectUri;

/// Stored bytes on their way: cut to the split, decompressed, converted.
pub(super) struct PlainBytes {
    pub(super) stored: BoxStream<'static, Result<Bytes>>,
    /// What the decompressor has not taken of the last stored bytes.
    pub(super) chunk: Bytes,
    pub(super) split: LineSplit,
    pub(super) decompressor: Decompressor,
    pub(super) converter: Option<CharsetConverter>,
    pub(super) uri: ObjectUri,
    /// Whether the decompressor has output without more input.
    has_more: bool,
    ended: bool,
}

impl PlainBytes {
    pub(super) fn new(
        stored: BoxStream<'static, Result<Bytes>>,
        chunk: Bytes,
        split: LineSplit,
        decompressor: Decompressor,
        converter: Option<CharsetConverter>,
        uri: ObjectUri,
    ) -> Self {
        PlainBytes {
            stored,
            chunk,
            split,
            decompressor,
            converter,
            uri,
            has_more: false,
            ended: false,
        }
    }

    /// The next bytes, never none of them; `None` at the end.
    pub(super) async fn next(&mut self) -> Result<Option<Bytes>> {
        while !self.ended {
            if self.chunk.is_empty() && !self.has_more {
                let stored = match self.split.is_ended() {
                    true => None,
                    false => self.stored.next().await.transpose()?,
                };
                match stored {
                    Some(chunk) => {
                        let wanted = self.split.take(&chunk);
                        self.chunk = chunk.slice_ref(wanted);
                    }
                    None => {
                        self.ended = true;
                        self.decompressor
                            .finish()
                            .map_err(|error| compression_failed(&error, &self.uri))?;
                        let rest = self.converted(Bytes::new(), true);
                        return Ok((!rest.is_empty()).then_some(rest));
                    }
                }
                continue;
            }
            let plain = if self.decompressor.is_identity() {
                std::mem::take(&mut self.chunk)
            } else {
                let mut output = Vec::new();
                let step = self
                    .decompressor
                    .push(&self.chunk, &mut output)
                    .map_err(|error| compression_failed(&error, &self.uri))?;
                self.chunk.advance(step.consumed);
                self.has_more = step.has_more;
                output.into()
            };
            let plain = self.converted(plain, false);
            if !plain.is_empty() {
                return Ok(Some(plain));
            }
        }
        Ok(None)
    }

    fn converted(&mut self, bytes: Bytes, last: bool) -> Bytes {
        match &mut self.converter {
            None => bytes,
            Some(converter) => {
                let mut converted = Vec::with_capacity(bytes.len());
                converter.push(&bytes, last, &mut converted);
                converted.into()
            }
        }
    }
}

/// That an object is not compressed as it says.
pub(super) fn compression_failed(error: &dyn Display, uri: &ObjectUri) -> ConnectorError {
    ConnectorError::new(
        ErrorKind::BadData,
        format!("the file cannot be decompressed; it may be truncated or of another compression: {error}"),
    )
    .with_uri(uri)
}
