//! Decodes the keys of S3's notifications, which are URL-encoded as forms are: `+` is a space.

/// The decoded key; `None` if its bytes are not UTF-8. A `%` without two hex digits stands for itself.
pub(super) fn decoded(key: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(key.len());
    let mut rest = key.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        rest = after;
        match (first, after) {
            (b'+', _) => bytes.push(b' '),
            (b'%', [high, low, beyond @ ..]) => match (nibble(*high), nibble(*low)) {
                (Some(high), Some(low)) => {
                    bytes.push(high * 16 + low);
                    rest = beyond;
                }
                _ => bytes.push(b'%'),
            },
            (byte, _) => bytes.push(*byte),
        }
    }
    String::from_utf8(bytes).ok()
}

/// The value of a hex digit.
fn nibble(digit: u8) -> Option<u8> {
    match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        b'A'..=b'F' => Some(digit - b'A' + 10),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::decoded;

    #[test]
    fn keys_are_decoded_as_forms() {
        for (sent, key) in [
            ("a+b%2Bc", "a b+c"),
            ("%E6%9d%b1", "東"),
            ("year%3D2024/x", "year=2024/x"),
            ("100%", "100%"),
            ("%zz%4", "%zz%4"),
            ("%%41", "%A"),
            ("", ""),
        ] {
            assert_eq!(decoded(sent).as_deref(), Some(key), "{sent}");
        }
        assert_eq!(decoded("%ff"), None);
    }
}
