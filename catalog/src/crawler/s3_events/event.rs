//! `ObjectEvent`: what happened to one object.

/// Whether the object is there after the event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum EventKind {
    /// It was written: put, posted, copied or uploaded in parts.
    Created,
    /// It was deleted, hidden by a delete marker, or it expired.
    Removed,
}

/// An object that was created or removed.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ObjectEvent {
    /// The bucket's name.
    pub bucket: String,
    /// The object's key, free of any encoding.
    pub key: String,
    /// What happened.
    pub kind: EventKind,
    /// The object's bytes, where the event tells.
    pub size: Option<u64>,
}

impl EventKind {
    /// The kind of an event's name, such as `ObjectCreated:Put`, with `s3:` in front or without; `None` for events that
    /// neither bring nor take an object, such as new tags.
    pub(super) fn of_name(name: &str) -> Option<EventKind> {
        let name = name.strip_prefix("s3:").unwrap_or(name);
        match name.split(':').next().unwrap_or(name) {
            "ObjectCreated" => Some(EventKind::Created),
            "ObjectRemoved" | "LifecycleExpiration" => Some(EventKind::Removed),
            _ => None,
        }
    }

    /// The kind of EventBridge's `detail-type`.
    pub(super) fn of_detail_type(detail_type: &str) -> Option<EventKind> {
        match detail_type {
            "Object Created" => Some(EventKind::Created),
            "Object Deleted" => Some(EventKind::Removed),
            _ => None,
        }
    }
}
