//! Reads the bytes of a message.

use super::document::Documents;
use super::error::EventError;
use super::event::ObjectEvent;

/// SQS delivers at most ten messages of 1 MiB at a time.
pub(super) const EVENT_BYTES_MAX: usize = 16 << 20;

/// Reads all events of a message, in its order: one JSON document or several, one after the other.
///
/// Events that neither create nor remove an object, S3's test event and SNS's notices about subscriptions are left out; blank
/// bytes hold no event.
///
/// # Errors
///
/// Bytes that are not JSON, and documents that lack what an event of S3 has; no event is returned then.
pub fn parse_events(bytes: &[u8]) -> Result<Vec<ObjectEvent>, EventError> {
    if bytes.len() > EVENT_BYTES_MAX {
        return Err(EventError::TooLarge { bytes: bytes.len() });
    }
    let mut documents = Documents::default();
    documents.read_bytes(bytes, "", 0)?;
    Ok(documents.into_events())
}
