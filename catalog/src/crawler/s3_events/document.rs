//! `Documents`: unwraps the messages around S3's records.

use serde_json::Value;

use super::error::EventError;
use super::event::ObjectEvent;
use super::record::{event_bridge, minio_summary, missing, s3_record};

/// How deep messages may stand within messages. S3's notification within SNS's within SQS's within a list takes five steps.
pub(super) const NESTING_MAX: usize = 8;

/// What a document that is none of the known forms would need.
const FORMS: &str = "Records, detail-type, Body or Message";

/// The events read so far.
#[derive(Default)]
pub(super) struct Documents {
    events: Vec<ObjectEvent>,
}

impl Documents {
    pub fn into_events(self) -> Vec<ObjectEvent> {
        self.events
    }

    /// Reads the JSON documents that stand one after the other.
    pub fn read_bytes(
        &mut self,
        bytes: &[u8],
        place: &str,
        depth: usize,
    ) -> Result<(), EventError> {
        let bytes = bytes.strip_prefix("\u{feff}".as_bytes()).unwrap_or(bytes);
        let documents = serde_json::Deserializer::from_slice(bytes).into_iter::<Value>();
        for (index, document) in documents.enumerate() {
            let place = within(place, "document", index);
            match document {
                Ok(document) => self.read(&document, &place, depth)?,
                Err(source) => return Err(EventError::NotJson { place, source }),
            }
        }
        Ok(())
    }

    /// Reads one document, whichever of the known forms it has.
    fn read(&mut self, document: &Value, place: &str, depth: usize) -> Result<(), EventError> {
        if depth > NESTING_MAX {
            return Err(EventError::TooDeep {
                place: place.to_owned(),
            });
        }
        if let Value::Array(members) = document {
            return self.read_all(members, place, "member", depth);
        }
        let text = |name: &str| document.get(name).and_then(Value::as_str);
        if let Some(records) = document.get("Records") {
            let records = records
                .as_array()
                .ok_or_else(|| missing(place, "Records as a list"))?;
            return self.read_all(records, place, "record", depth);
        }
        // A list of messages, as SQS's ReceiveMessage answers.
        if let Some(Value::Array(messages)) = document.get("Messages") {
            return self.read_all(messages, place, "message", depth);
        }
        if document.get("s3").is_some() || document.get("eventName").is_some() {
            self.events.extend(s3_record(document, place)?);
            return Ok(());
        }
        if let Some(detail_type) = text("detail-type") {
            self.events
                .extend(event_bridge(document, detail_type, place)?);
            return Ok(());
        }
        if let (Some(name), Some(key)) = (text("EventName"), text("Key")) {
            self.events.extend(minio_summary(name, key, place)?);
            return Ok(());
        }
        if text("Event") == Some("s3:TestEvent") || is_about_subscription(text("Type")) {
            return Ok(());
        }
        // Lambda wraps SNS's notification once more.
        if let Some(notification) = document.get("Sns") {
            return self.read(notification, &format!("{place}, Sns"), depth + 1);
        }
        for member in ["Body", "body", "Message"] {
            let place = format!("{place}, {member}");
            match document.get(member) {
                Some(Value::String(inner)) => {
                    return self.read_bytes(inner.as_bytes(), &place, depth + 1);
                }
                Some(inner @ Value::Object(_)) => return self.read(inner, &place, depth + 1),
                _ => {}
            }
        }
        Err(missing(place, FORMS))
    }

    fn read_all(
        &mut self,
        documents: &[Value],
        place: &str,
        noun: &str,
        depth: usize,
    ) -> Result<(), EventError> {
        documents
            .iter()
            .enumerate()
            .try_for_each(|(index, document)| {
                self.read(document, &within(place, noun, index), depth + 1)
            })
    }
}

/// Whether SNS tells of a subscription instead of delivering a notification: the text of such a message is no JSON.
fn is_about_subscription(message_type: Option<&str>) -> bool {
    matches!(
        message_type,
        Some("SubscriptionConfirmation" | "UnsubscribeConfirmation")
    )
}

/// The place of a numbered part, counted from 1.
fn within(place: &str, noun: &str, index: usize) -> String {
    let number = index + 1;
    if place.is_empty() {
        format!("{noun} {number}")
    } else {
        format!("{place}, {noun} {number}")
    }
}
