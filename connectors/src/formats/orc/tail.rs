//! The end of an ORC file: postscript, footer and metadata, checked before any decoder trusts their lengths.
//!
//! Layout: <https://orc.apache.org/specification/ORCv1/#file-tail>.

use std::ops::Range;

use bytes::{Bytes, BytesMut};
use orc_rust::proto::PostScript;
use prost::Message;

use crate::error::{ConnectorError, ErrorKind, Result};
use crate::formats::object_reader::ObjectReader;

/// How much of the end of a file is asked for at first. The decoder asks for as much.
const TAIL_BYTES: u64 = 16 * 1024;
/// The magic at the head of every ORC file.
const MAGIC: &[u8] = b"ORC";

/// The end of a file as it was fetched.
#[derive(Debug, Clone)]
pub(super) struct OrcTail {
    /// Where metadata, footer and postscript lie: what a scan has to read of it.
    pub(super) range: Range<u64>,
    /// The stripes' statistics, encoded.
    pub(super) metadata: Bytes,
    /// The footer, encoded.
    pub(super) footer: Bytes,
    pub(super) postscript: PostScript,
    start: u64,
    bytes: Bytes,
}

impl OrcTail {
    /// Reads the tail and checks that its parts fit into the file.
    pub(super) async fn read(reader: &ObjectReader) -> Result<OrcTail> {
        let size = reader.size();
        let bad = |reason: String| {
            ConnectorError::new(
                ErrorKind::BadData,
                format!("not a valid ORC file: {reason}"),
            )
            .with_uri(reader.uri())
        };
        let start = size.saturating_sub(TAIL_BYTES);
        let bytes = reader.read(start..size).await?;
        let (postscript_bytes, before) = bytes
            .split_last()
            .ok_or_else(|| bad("it is empty".to_owned()))?;
        let postscript_length = usize::from(*postscript_bytes);
        let postscript = before
            .len()
            .checked_sub(postscript_length)
            .and_then(|from| before.get(from..))
            .ok_or_else(|| bad(format!("it has only {size} bytes; it may be truncated")))?;
        let postscript = PostScript::decode(postscript)
            .ok()
            .filter(|postscript| postscript.magic.as_deref() == Some("ORC"))
            .ok_or_else(|| {
                bad(
                    "its end has no ORC postscript; it may be truncated or of another format"
                        .to_owned(),
                )
            })?;
        let body = postscript
            .footer_length
            .unwrap_or(0)
            .checked_add(postscript.metadata_length.unwrap_or(0))
            .and_then(|lengths| lengths.checked_add(1 + u64::from(*postscript_bytes)))
            .filter(|length| *length + (MAGIC.len() as u64) <= size)
            .ok_or_else(|| {
                bad(format!(
                    "its footer should be longer than the file, which has {size} bytes; it may be truncated"
                ))
            })?;
        let range = size - body..size;
        let (start, bytes) = if range.start < start {
            let missing = reader.read(range.start..start).await?;
            let mut joined = BytesMut::with_capacity(missing.len() + bytes.len());
            joined.extend_from_slice(&missing);
            joined.extend_from_slice(&bytes);
            (range.start, joined.freeze())
        } else {
            (start, bytes)
        };
        let mut tail = OrcTail {
            metadata: Bytes::new(),
            footer: Bytes::new(),
            postscript,
            range,
            start,
            bytes,
        };
        // Metadata, footer and postscript follow each other.
        let footer_start = tail.range.start + tail.postscript.metadata_length.unwrap_or(0);
        let footer_end = footer_start + tail.postscript.footer_length.unwrap_or(0);
        tail.metadata = tail
            .slice(&(tail.range.start..footer_start))
            .unwrap_or_default();
        tail.footer = tail.slice(&(footer_start..footer_end)).unwrap_or_default();
        Ok(tail)
    }

    /// The bytes of `range`, if the tail has all of them.
    pub(super) fn slice(&self, range: &Range<u64>) -> Option<Bytes> {
        let start = usize::try_from(range.start.checked_sub(self.start)?).ok()?;
        let end = usize::try_from(range.end.checked_sub(self.start)?).ok()?;
        (start <= end && end <= self.bytes.len()).then(|| self.bytes.slice(start..end))
    }
}
