//! Amazon Ion, told by its version marker.

use super::sample::Sample;

const BINARY_VERSION_MARKER: &[u8] = &[0xE0, 0x01, 0x00, 0xEA];
const TEXT_VERSION_MARKER: &[u8] = b"$ion_1_0";

/// Whether the file begins with the marker of binary or of text Ion.
pub(super) fn is_ion(sample: Sample<'_>) -> bool {
    let text = sample.bytes.trim_ascii_start();
    if sample.bytes.starts_with(BINARY_VERSION_MARKER) {
        return true;
    }
    text.strip_prefix(TEXT_VERSION_MARKER).is_some_and(|rest| {
        !rest
            .first()
            .is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'_')
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ion_begins_with_its_version() {
        for (bytes, expected) in [
            (&b"\xE0\x01\x00\xEA\xD0"[..], true),
            (b"$ion_1_0 {a: 1}", true),
            (b"\n$ion_1_0", true),
            (b"$ion_1_01", false),
            (b"{a: 1}", false),
            (b"", false),
        ] {
            let is_whole = true;
            assert_eq!(is_ion(Sample { bytes, is_whole }), expected);
        }
    }
}
