//! `Sample`: the beginning of a file, and its text without what the cut left incomplete.

/// The beginning of a file, decompressed.
#[derive(Debug, Clone, Copy)]
pub struct Sample<'a> {
    /// The first bytes.
    pub bytes: &'a [u8],
    /// Whether they are all there are. Otherwise they may end in the middle of a record.
    pub is_whole: bool,
}

/// A sample that is text.
#[derive(Debug, Clone, Copy)]
pub(super) struct SampleText<'a> {
    /// Without a byte order mark, and without the character in whose middle the sample ends.
    pub text: &'a str,
    pub is_whole: bool,
}

impl<'a> Sample<'a> {
    /// The sample as text; `None` where it is not UTF-8, or has a NUL, which no text format here has.
    pub(super) fn text(self) -> Option<SampleText<'a>> {
        let bytes = self
            .bytes
            .strip_prefix(b"\xEF\xBB\xBF")
            .unwrap_or(self.bytes);
        if bytes.contains(&0) {
            return None;
        }
        let text = match str::from_utf8(bytes) {
            Ok(text) => text,
            Err(error) if error.error_len().is_none() && !self.is_whole => {
                str::from_utf8(bytes.get(..error.valid_up_to())?).ok()?
            }
            Err(_) => return None,
        };
        Some(SampleText {
            text,
            is_whole: self.is_whole,
        })
    }
}

impl<'a> SampleText<'a> {
    /// The lines that are complete and not blank; the first one counts as complete where there is no other.
    pub fn lines(self) -> impl Iterator<Item = &'a str> {
        let complete = match self.text.rsplit_once('\n') {
            Some((complete, _)) if !self.is_whole => complete,
            _ => self.text,
        };
        complete.lines().filter(|line| !line.trim().is_empty())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(bytes: &[u8], is_whole: bool) -> Option<Vec<&str>> {
        let sample = Sample { bytes, is_whole };
        sample.text().map(|text| text.lines().collect())
    }

    #[test]
    fn the_line_that_the_cut_left_incomplete_is_ignored_unless_it_is_the_only_one() {
        assert_eq!(lines(b"a\r\n\nb\nc", true).unwrap(), ["a", "b", "c"]);
        assert_eq!(lines(b"a\r\n\nb\nc", false).unwrap(), ["a", "b"]);
        assert_eq!(lines(b"abc", false).unwrap(), ["abc"]);
        assert_eq!(lines(b"", false).unwrap(), [""; 0]);
    }

    #[test]
    fn a_character_may_be_cut_but_not_broken() {
        assert_eq!(lines(b"\xEF\xBB\xBFz\xC3\xA9\xC3", false).unwrap(), ["zé"]);
        assert_eq!(lines(b"z\xC3", true), None);
        assert_eq!(lines(b"z\xC3z", false), None);
        assert_eq!(lines(b"z\0", false), None);
    }
}
