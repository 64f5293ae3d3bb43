//! Reads one record of S3's form, and one event of EventBridge's.

use serde_json::Value;

use super::error::EventError;
use super::event::{EventKind, ObjectEvent};
use super::key_text::decoded;

/// Reads a member of `Records` that has `eventName` or `s3`; `None` if the event neither brings nor takes an object.
pub(super) fn s3_record(record: &Value, place: &str) -> Result<Option<ObjectEvent>, EventError> {
    let name = text_at(record, "/eventName").ok_or_else(|| missing(place, "eventName"))?;
    let Some(kind) = EventKind::of_name(name) else {
        return Ok(None);
    };
    let bucket = text_at(record, "/s3/bucket/name");
    let bucket = bucket.ok_or_else(|| missing(place, "s3.bucket.name"))?;
    let sent = text_at(record, "/s3/object/key");
    let sent = sent.ok_or_else(|| missing(place, "s3.object.key"))?;
    let key = decoded(sent).ok_or_else(|| EventError::KeyNotText {
        place: place.to_owned(),
        key: sent.to_owned(),
    })?;
    Ok(Some(ObjectEvent {
        bucket: bucket.to_owned(),
        key,
        kind,
        size: record.pointer("/s3/object/size").and_then(Value::as_u64),
    }))
}

/// Reads an event of EventBridge, whose keys are not encoded.
pub(super) fn event_bridge(
    event: &Value,
    detail_type: &str,
    place: &str,
) -> Result<Option<ObjectEvent>, EventError> {
    let Some(kind) = EventKind::of_detail_type(detail_type) else {
        return Ok(None);
    };
    let bucket = text_at(event, "/detail/bucket/name");
    let key = text_at(event, "/detail/object/key");
    Ok(Some(ObjectEvent {
        bucket: bucket
            .ok_or_else(|| missing(place, "detail.bucket.name"))?
            .to_owned(),
        key: key
            .ok_or_else(|| missing(place, "detail.object.key"))?
            .to_owned(),
        kind,
        size: event.pointer("/detail/object/size").and_then(Value::as_u64),
    }))
}

/// Reads MinIO's outer members alone, `EventName` and `Key` with the bucket in front; the key is not encoded there.
pub(super) fn minio_summary(
    name: &str,
    bucket_and_key: &str,
    place: &str,
) -> Result<Option<ObjectEvent>, EventError> {
    let Some(kind) = EventKind::of_name(name) else {
        return Ok(None);
    };
    let Some((bucket, key)) = bucket_and_key
        .split_once('/')
        .filter(|(bucket, key)| !bucket.is_empty() && !key.is_empty())
    else {
        return Err(missing(place, "Key as bucket/key"));
    };
    Ok(Some(ObjectEvent {
        bucket: bucket.to_owned(),
        key: key.to_owned(),
        kind,
        size: None,
    }))
}

/// Text that is not empty, as no bucket's name and no key is.
fn text_at<'v>(value: &'v Value, pointer: &str) -> Option<&'v str> {
    let text = value.pointer(pointer)?.as_str()?;
    (!text.is_empty()).then_some(text)
}

pub(super) fn missing(place: &str, missing: &'static str) -> EventError {
    EventError::Missing {
        place: place.to_owned(),
        missing,
    }
}
