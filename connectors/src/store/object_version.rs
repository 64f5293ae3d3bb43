//! What tells one version of an object from another, as text that can be kept and compared later.

use object_store::ObjectMeta;

/// The version of an object that a listing gave: size and ETag; size and time of modification where there is no ETag.
pub fn version_of(meta: &ObjectMeta) -> String {
    match &meta.e_tag {
        Some(e_tag) => version_with_e_tag(meta.size, e_tag),
        None => format!(
            "{}@{}",
            meta.size,
            meta.last_modified.timestamp_nanos_opt().map_or_else(
                || meta.last_modified.to_rfc3339(),
                |nanos| nanos.to_string()
            )
        ),
    }
}

/// The version of an object of which size and ETag are known, as after an upload.
pub fn version_with_e_tag(size: u64, e_tag: &str) -> String {
    // Stores differ in whether answers to uploads and listings quote it.
    format!("{size}#{}", e_tag.trim_matches('"'))
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, Utc};

    use super::*;

    #[test]
    fn a_version_changes_with_size_e_tag_and_time() {
        let meta = |size: u64, e_tag: Option<&str>, nanos: i64| ObjectMeta {
            location: "a".into(),
            last_modified: DateTime::<Utc>::from_timestamp_nanos(nanos),
            size,
            e_tag: e_tag.map(str::to_owned),
            version: None,
        };
        let known = version_of(&meta(1, Some("\"a\""), 5));
        assert_eq!(known, version_with_e_tag(1, "a"));
        assert_eq!(known, version_of(&meta(1, Some("a"), 6)));
        assert_ne!(known, version_of(&meta(2, Some("a"), 5)));
        assert_ne!(known, version_of(&meta(1, Some("b"), 5)));
        let unnamed = version_of(&meta(1, None, 5));
        assert_eq!(unnamed, version_of(&meta(1, None, 5)));
        assert_ne!(unnamed, version_of(&meta(1, None, 6)));
        assert_ne!(unnamed, version_of(&meta(2, None, 5)));
    }
}
