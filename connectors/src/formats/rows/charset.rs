//! `Charset`: text in other encodings, turned into UTF-8 before it is cut into rows (`serialization.encoding`).

use std::str::FromStr;

use encoding_rs::{CoderResult, Decoder, Encoding};

/// An encoding of text, by its name in the WHATWG's or Java's spelling.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Charset(&'static Encoding);

/// A name that no known encoding has.
#[derive(Debug, thiserror::Error)]
#[error(
    "encoding '{0}' is not known; use a name such as UTF-8, ISO-8859-1, windows-1252, UTF-16LE, Shift_JIS or GBK"
)]
pub struct UnknownCharset(String);

impl FromStr for Charset {
    type Err = UnknownCharset;

    fn from_str(name: &str) -> Result<Charset, UnknownCharset> {
        let label = name.trim();
        // Java's names that are no labels of the WHATWG's.
        let label = match label.to_ascii_uppercase().as_str() {
            "CP1252" => "windows-1252",
            "ISO8859_1" | "ISO8859-1" => "iso-8859-1",
            "SJIS" => "shift_jis",
            "MS932" => "windows-31j",
            _ => label,
        };
        Encoding::for_label(label.as_bytes())
            .map(Charset)
            .ok_or_else(|| UnknownCharset(name.to_owned()))
    }
}

impl Charset {
    /// Whether the text is UTF-8 already.
    pub fn is_utf8(self) -> bool {
        self.0 == encoding_rs::UTF_8
    }

    /// A converter of one object's bytes.
    pub(super) fn converter(self) -> CharsetConverter {
        CharsetConverter(self.0.new_decoder_with_bom_removal())
    }
}

/// Converts the bytes of one object, piece by piece. Bytes that mean nothing become U+FFFD.
pub(super) struct CharsetConverter(Decoder);

impl CharsetConverter {
    /// Appends `input` as UTF-8 to `output`.
    pub(super) fn push(&mut self, input: &[u8], last: bool, output: &mut Vec<u8>) {
        /// Room for converted text, made anew until all of it is converted.
        const PIECE_BYTES: usize = 16 * 1024;
        let mut rest = input;
        loop {
            let mut piece = [0; PIECE_BYTES];
            let (result, read, written, _) = self.0.decode_to_utf8(rest, &mut piece, last);
            output.extend_from_slice(piece.get(..written).unwrap_or_default());
            rest = rest.get(read..).unwrap_or_default();
            if result == CoderResult::InputEmpty {
                return;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn converted(charset: &str, bytes: &[u8], chunk: usize) -> String {
        let mut converter = Charset::from_str(charset).unwrap().converter();
        let mut output = Vec::new();
        for piece in bytes.chunks(chunk) {
            converter.push(piece, false, &mut output);
        }
        converter.push(b"", true, &mut output);
        String::from_utf8(output).unwrap()
    }

    #[test]
    fn text_is_the_same_however_its_bytes_are_cut() {
        for chunk in 1..6 {
            assert_eq!(converted("ISO-8859-1", b"caf\xe9\n", chunk), "café\n");
            assert_eq!(converted("cp1252", b"\x80", chunk), "€");
            assert_eq!(
                converted("UTF-16LE", b"\xff\xfea\0\n\0\xac\x20", chunk),
                "a\n€"
            );
            assert_eq!(converted("SJIS", b"\x93\xfa\x96\x7b", chunk), "日本");
        }
        assert!(Charset::from_str("klingon").is_err());
    }
}
