//! Reading a Parquet footer: one request for the end of the file, a second one only when the footer is longer than that.

use std::ops::Range;
use std::sync::Arc;

use bytes::{Bytes, BytesMut};
use parquet::file::metadata::{FooterTail, ParquetMetaData, ParquetMetaDataReader};

use super::repairs::repaired;
use crate::error::{ConnectorError, ErrorKind, Result};
use crate::formats::object_reader::ObjectReader;

/// How much of the end of a file is asked for at first: most footers fit, and small files come whole.
const TAIL_BYTES: u64 = 64 * 1024;
/// Length and magic number at the very end.
const FOOTER_TAIL_BYTES: u64 = 8;

/// A footer, and how many bytes of the file it takes.
#[derive(Debug, Clone)]
pub(super) struct Footer {
    pub(super) metadata: Arc<ParquetMetaData>,
    /// Where it lies, its length and magic number included.
    pub(super) range: Range<u64>,
    /// With the page indexes, once someone wanted them.
    pub(super) indexed: Option<IndexedFooter>,
}

/// A footer with its page indexes, and where these lie.
#[derive(Debug, Clone)]
pub(super) struct IndexedFooter {
    pub(super) metadata: Arc<ParquetMetaData>,
    pub(super) ranges: Vec<Range<u64>>,
}

impl Footer {
    /// Bytes of memory that it takes.
    pub(super) fn memory_size(&self) -> usize {
        let indexed = self.indexed.as_ref();
        self.metadata.memory_size() + indexed.map_or(0, |indexed| indexed.metadata.memory_size())
    }
}

/// The end of a file as it was fetched, to serve further reads from.
#[derive(Debug, Clone, Default)]
pub(super) struct Tail {
    start: u64,
    bytes: Bytes,
}

impl Tail {
    /// The bytes of `range`, if the tail has all of them.
    pub(super) fn slice(&self, range: &Range<u64>) -> Option<Bytes> {
        let start = usize::try_from(range.start.checked_sub(self.start)?).ok()?;
        let end = usize::try_from(range.end.checked_sub(self.start)?).ok()?;
        (start <= end && end <= self.bytes.len()).then(|| self.bytes.slice(start..end))
    }
}

/// Reads and decodes the footer.
pub(super) async fn read_footer(reader: &ObjectReader) -> Result<(Footer, Tail)> {
    let size = reader.size();
    let bad = |reason: String| {
        ConnectorError::new(
            ErrorKind::BadData,
            format!("not a valid Parquet file: {reason}"),
        )
        .with_uri(reader.uri())
    };
    if size < FOOTER_TAIL_BYTES + 4 {
        return Err(bad(format!(
            "it has only {size} bytes; it may be truncated or of another format"
        )));
    }
    let tail_start = size.saturating_sub(TAIL_BYTES);
    let mut tail = Tail {
        start: tail_start,
        bytes: reader.read(tail_start..size).await?,
    };
    let end = tail
        .slice(&(size - FOOTER_TAIL_BYTES..size))
        .and_then(|end| <[u8; 8]>::try_from(end.as_ref()).ok())
        .ok_or_else(|| bad("its end is missing".to_owned()))?;
    let footer_tail = FooterTail::try_new(&end)
        .map_err(|error| bad(format!("{error}; it may be truncated or of another format")))?;
    if footer_tail.is_encrypted_footer() {
        return Err(ConnectorError::new(
            ErrorKind::NotSupported,
            "the Parquet file has an encrypted footer, which cannot be read",
        )
        .with_uri(reader.uri()));
    }
    let metadata_bytes = u64::try_from(footer_tail.metadata_length()).unwrap_or(u64::MAX);
    let footer_bytes = metadata_bytes.saturating_add(FOOTER_TAIL_BYTES);
    let Some(start) = size.checked_sub(footer_bytes) else {
        return Err(bad(format!(
            "its footer should have {metadata_bytes} bytes and the file has only {size}"
        )));
    };
    if start < tail.start {
        let missing = reader.read(start..tail.start).await?;
        let mut joined = BytesMut::with_capacity(missing.len() + tail.bytes.len());
        joined.extend_from_slice(&missing);
        joined.extend_from_slice(&tail.bytes);
        tail = Tail {
            start,
            bytes: joined.freeze(),
        };
    }
    let encoded = tail
        .slice(&(start..size - FOOTER_TAIL_BYTES))
        .ok_or_else(|| bad("its footer is missing".to_owned()))?;
    let metadata =
        ParquetMetaDataReader::decode_metadata(&encoded).map_err(|error| bad(error.to_string()))?;
    let footer = Footer {
        metadata: Arc::new(repaired(metadata, start)),
        range: start..size,
        indexed: None,
    };
    Ok((footer, tail))
}
