//! Folder names of partitions: `key=value`, with Hive's escapes.

use crate::partition_value::HIVE_DEFAULT_PARTITION;

/// The characters that Hive escapes besides control characters.
const ESCAPED: &[char] = &[
    '"', '#', '%', '\'', '*', '/', ':', '=', '?', '\\', '{', '[', ']', '^', '\u{7f}',
];

/// `key=value/key=value`, without a slash at the end.
pub fn partition_path(keys: &[String], values: &[String]) -> String {
    let folders: Vec<String> = keys
        .iter()
        .zip(values)
        .map(|(key, value)| {
            // Hive has no folder for the empty text either.
            let value = if value.is_empty() {
                HIVE_DEFAULT_PARTITION
            } else {
                value
            };
            format!("{}={}", escape(key), escape(value))
        })
        .collect();
    folders.join("/")
}

/// The value in a folder's name, if the folder is one of this key.
pub fn value_in(folder: &str, key: &str) -> Option<String> {
    let (name, value) = folder.split_once('=')?;
    unescape(name)
        .eq_ignore_ascii_case(key)
        .then(|| unescape(value))
}

/// The text with what Hive escapes in folder names as `%XX`.
pub fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        if ESCAPED.contains(&c) || u32::from(c) < 0x20 {
            escaped.push_str(&format!("%{:02X}", u32::from(c)));
        } else {
            escaped.push(c);
        }
    }
    escaped
}

/// Undoes `escape`. A percent sign that begins no escape is kept, as Hive keeps it.
pub fn unescape(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let code = (*first == b'%')
            .then(|| after.get(..2))
            .flatten()
            .and_then(|digits| std::str::from_utf8(digits).ok())
            .and_then(|digits| u8::from_str_radix(digits, 16).ok());
        match code {
            Some(byte) => {
                bytes.push(byte);
                rest = after.get(2..).unwrap_or_default();
            }
            None => {
                bytes.push(*first);
                rest = after;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_are_hives_and_reversible() {
        for (value, folder) in [
            ("a/b", "a%2Fb"),
            ("k=v", "k%3Dv"),
            ("100%", "100%25"),
            ("us east", "us east"),
            ("quote's", "quote%27s"),
            ("東京", "東京"),
            ("colon:x", "colon%3Ax"),
        ] {
            assert_eq!(escape(value), folder);
            assert_eq!(unescape(folder), value);
        }
        assert_eq!(unescape("50% off%"), "50% off%");
    }

    #[test]
    fn a_folder_of_another_key_has_no_value() {
        assert_eq!(value_in("DT=2026", "dt").as_deref(), Some("2026"));
        assert_eq!(value_in("region=x=y", "region").as_deref(), Some("x=y"));
        assert_eq!(value_in("region=x", "dt"), None);
        assert_eq!(value_in("2026", "dt"), None);
    }
}
