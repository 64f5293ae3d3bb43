//! Strings between what they mean and how JSON writes them, with Jackson's choices of escapes and Java's order.

use std::borrow::Cow;
use std::cmp::Ordering;

use super::scan::{RawString, special_byte};

/// Stands for half of a surrogate pair, as Java encodes one in UTF-8.
const LONE_SURROGATE: char = '?';

/// What a string means. Halves of surrogate pairs become question marks.
pub(super) fn unescaped(raw: RawString<'_>) -> Cow<'_, str> {
    if !raw.escaped {
        return Cow::Borrowed(raw.text);
    }
    let mut text = String::with_capacity(raw.text.len());
    unescape(raw.text, &mut text);
    Cow::Owned(text)
}

/// Appends what an escaped text means; false if there are halves of surrogate pairs.
pub(super) fn unescape(escaped: &str, text: &mut String) -> bool {
    let mut whole = true;
    let mut rest = escaped;
    while let Some((plain, behind)) = rest.split_once('\\') {
        text.push_str(plain);
        let mut characters = behind.chars();
        let meant = match characters.next() {
            Some('b') => '\u{8}',
            Some('f') => '\u{c}',
            Some('n') => '\n',
            Some('r') => '\r',
            Some('t') => '\t',
            Some('u') => {
                let (meant, behind) = unicode_escape(characters.as_str());
                whole &= meant.is_some();
                text.push(meant.unwrap_or(LONE_SURROGATE));
                rest = behind;
                continue;
            }
            Some(itself) => itself,
            None => break,
        };
        text.push(meant);
        rest = characters.as_str();
    }
    text.push_str(rest);
    whole
}

/// The character of `XXXX`, or of `XXXX\uXXXX` for surrogates, and the text behind; no character for half of a pair.
fn unicode_escape(text: &str) -> (Option<char>, &str) {
    let unit = |text: &str| {
        text.get(..4)
            .and_then(|digits| u16::from_str_radix(digits, 16).ok())
    };
    let behind = text.get(4..).unwrap_or("");
    let Some(first) = unit(text) else {
        return (None, behind);
    };
    let second = behind.strip_prefix("\\u").and_then(unit);
    if let (0xd800..=0xdbff, Some(second @ 0xdc00..=0xdfff)) = (first, second) {
        let mut decoded = char::decode_utf16([first, second]);
        return (
            decoded.next().and_then(Result::ok),
            behind.get(6..).unwrap_or(""),
        );
    }
    (char::from_u32(u32::from(first)), behind)
}

/// Appends a string as JSON, with its quotes.
pub(super) fn write_string(text: &str, output: &mut String) {
    output.push('"');
    let mut rest = text;
    while let Some(place) = special_byte(rest.as_bytes()) {
        output.push_str(rest.get(..place).unwrap_or(""));
        match rest.as_bytes().get(place) {
            Some(b'"') => output.push_str("\\\""),
            Some(b'\\') => output.push_str("\\\\"),
            Some(8) => output.push_str("\\b"),
            Some(b'\t') => output.push_str("\\t"),
            Some(b'\n') => output.push_str("\\n"),
            Some(12) => output.push_str("\\f"),
            Some(b'\r') => output.push_str("\\r"),
            Some(control) => output.push_str(&format!("\\u{control:04X}")),
            None => {}
        }
        rest = rest.get(place + 1..).unwrap_or("");
    }
    output.push_str(rest);
    output.push('"');
}

/// Compares what two strings mean in the order of Java's strings.
pub(super) fn compare(left: RawString<'_>, right: RawString<'_>) -> Ordering {
    compare_utf16(&unescaped(left), &unescaped(right))
}

/// The order of Java's strings, by UTF-16 units. It differs from that of UTF-8 where characters beyond the BMP meet U+E000 to U+FFFF:
/// the surrogates of the former are the lesser.
pub(super) fn compare_utf16(left: &str, right: &str) -> Ordering {
    let differing = left
        .bytes()
        .zip(right.bytes())
        .find(|(left, right)| left != right);
    match differing {
        None => left.len().cmp(&right.len()),
        Some((left @ 0xee.., right @ 0xee..)) if (left >= 0xf0) != (right >= 0xf0) => {
            right.cmp(&left)
        }
        Some((left, right)) => left.cmp(&right),
    }
}

#[cfg(test)]
mod tests {
    use std::cmp::Ordering;

    use super::{RawString, compare_utf16, unescaped, write_string};

    #[test]
    fn escapes_mean_their_characters() {
        for (escaped, meant) in [
            (r#"a\"\\\/\b\f\n\r\tz"#, "a\"\\/\u{8}\u{c}\n\r\tz"),
            (r"\u00e9\u20AC", "é€"),
            (r"\ud83d\ude00x", "\u{1f600}x"),
            (r"\ud83dx\ude00", "?x?"),
            (r"\ud83d\u0041", "?A"),
            (r"\u0000", "\0"),
        ] {
            let raw = RawString {
                text: escaped,
                escaped: true,
            };
            assert_eq!(unescaped(raw), meant);
        }
    }

    #[test]
    fn only_what_must_be_is_escaped() {
        let mut output = String::new();
        write_string(
            "a/é\u{7f}\u{1f600}\"\\\u{8}\t\n\u{c}\r\u{1}\u{1f}z",
            &mut output,
        );
        assert_eq!(
            output,
            "\"a/é\u{7f}\u{1f600}\\\"\\\\\\b\\t\\n\\f\\r\\u0001\\u001Fz\""
        );
    }

    #[test]
    fn strings_have_the_order_of_utf_16() {
        let units = |text: &str| text.encode_utf16().collect::<Vec<_>>();
        let texts = [
            "",
            "a",
            "aa",
            "b",
            "é",
            "\u{d7ff}",
            "\u{e000}",
            "\u{ffff}",
            "\u{10000}",
            "\u{10ffff}",
            "a\u{1f600}",
            "a\u{ff5e}",
        ];
        for left in texts {
            for right in texts {
                assert_eq!(
                    compare_utf16(left, right),
                    units(left).cmp(&units(right)),
                    "{left} {right}"
                );
            }
        }
        assert_eq!(compare_utf16("\u{1f600}", "\u{ff5e}"), Ordering::Less);
    }
}
