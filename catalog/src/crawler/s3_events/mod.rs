//! Event notifications of S3: which objects were created or removed, out of the messages that a queue delivers.
//!
//! Read are S3's own documents (`Records`), the same within messages of SQS and SNS, EventBridge's events, and MinIO's.

mod document;
mod error;
mod event;
mod key_text;
mod parse;
mod record;
#[cfg(test)]
mod tests;

pub use error::EventError;
pub use event::{EventKind, ObjectEvent};
pub use parse::parse_events;
