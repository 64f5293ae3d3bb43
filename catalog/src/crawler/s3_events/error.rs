//! `EventError`: why bytes are no event notification.

use super::document::NESTING_MAX;
use super::parse::EVENT_BYTES_MAX;

/// What is wrong with a message. Places read like `document 1, record 2`.
#[derive(Debug, thiserror::Error)]
pub enum EventError {
    /// The message is larger than any queue delivers.
    #[error(
        "the message has {bytes} bytes; at most {EVENT_BYTES_MAX} are read, so read messages one at a time"
    )]
    TooLarge {
        /// Bytes of the message.
        bytes: usize,
    },
    /// Not JSON.
    #[error("{place} is not JSON: {source}")]
    NotJson {
        /// Where.
        place: String,
        /// What the parser says.
        #[source]
        source: serde_json::Error,
    },
    /// Something that every event has is not there.
    #[error(
        "{place} lacks `{missing}`, so it is no event of S3; remove the message from the queue or correct its sender"
    )]
    Missing {
        /// Where.
        place: String,
        /// What is not there, or is not of its type.
        missing: &'static str,
    },
    /// A key whose bytes are no text.
    #[error("{place}: the key `{key}` is not UTF-8 after URL decoding")]
    KeyNotText {
        /// Where.
        place: String,
        /// The key as it was sent.
        key: String,
    },
    /// Messages within messages without end.
    #[error("{place} is nested deeper than {NESTING_MAX} messages; send the notification itself")]
    TooDeep {
        /// Where.
        place: String,
    },
}
