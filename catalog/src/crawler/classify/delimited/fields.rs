//! `Records`: the records of delimited text and their fields.

use std::borrow::Cow;

use crate::crawler::classify::sample::SampleText;

/// The characters with a meaning.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Dialect {
    pub delimiter: char,
    pub quote: Option<char>,
    /// Takes the meaning from the quote after it, within quotes. A doubled quote has none without it.
    pub escape: Option<char>,
}

/// One field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Field<'a> {
    /// The text without quotes and escapes.
    pub text: Cow<'a, str>,
    pub is_quoted: bool,
}

/// One record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Record<'a> {
    pub fields: Vec<Field<'a>>,
    /// Whether every quote that was opened is closed, with nothing after it within its field.
    pub quotes_match: bool,
    /// Whether a line break ended it, rather than the end of the text.
    pub is_ended: bool,
}

impl Record<'_> {
    /// Whether it is an empty line.
    fn is_blank(&self) -> bool {
        matches!(self.fields.as_slice(), [field] if !field.is_quoted && field.text.trim().is_empty())
    }
}

/// The records of a sample, without empty lines, and without a last one that the cut left incomplete, unless it is the
/// only one.
#[derive(Debug, Clone)]
pub(super) struct Records<'a> {
    rest: &'a str,
    dialect: Dialect,
    is_whole: bool,
    is_first: bool,
}

/// What ended a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    Delimiter,
    LineBreak,
    Text,
}

impl<'a> Records<'a> {
    pub fn new(sample: SampleText<'a>, dialect: Dialect) -> Self {
        Records {
            rest: sample.text,
            dialect,
            is_whole: sample.is_whole,
            is_first: true,
        }
    }

    fn next_record(&mut self) -> Record<'a> {
        let mut record = Record {
            fields: Vec::new(),
            quotes_match: true,
            is_ended: false,
        };
        loop {
            let (field, quotes_match, end) = self.next_field();
            record.fields.push(field);
            record.quotes_match &= quotes_match;
            if end != End::Delimiter {
                record.is_ended = end == End::LineBreak;
                return record;
            }
        }
    }

    fn next_field(&mut self) -> (Field<'a>, bool, End) {
        let Some(quote) = self.dialect.quote else {
            return self.plain_field();
        };
        // Blanks may stand before the quote, as in OpenCSVSerde.
        let Some(inner) = self.rest.trim_start_matches(' ').strip_prefix(quote) else {
            return self.plain_field();
        };
        let (text, after) = quoted_text(inner, quote, self.dialect.escape);
        let Some(after) = after else {
            self.rest = "";
            let field = Field {
                text,
                is_quoted: true,
            };
            return (field, false, End::Text);
        };
        self.rest = after;
        let (trailing, _, end) = self.plain_field();
        let quotes_match = trailing.text.trim().is_empty();
        let text = if quotes_match {
            text
        } else {
            Cow::Owned(format!("{text}{quote}{}", trailing.text))
        };
        let field = Field {
            text,
            is_quoted: true,
        };
        (field, quotes_match, end)
    }

    fn plain_field(&mut self) -> (Field<'a>, bool, End) {
        let delimiter = self.dialect.delimiter;
        let is_end = |character| character == delimiter || character == '\n';
        let (text, end, rest) = match self.rest.find(is_end) {
            None => (self.rest, End::Text, ""),
            Some(position) => {
                let (text, after) = self.rest.split_at_checked(position).unwrap_or_default();
                let mut characters = after.chars();
                let end = if characters.next() == Some('\n') {
                    End::LineBreak
                } else {
                    End::Delimiter
                };
                (text, end, characters.as_str())
            }
        };
        self.rest = rest;
        let text = match end {
            End::Delimiter => text,
            End::LineBreak | End::Text => text.strip_suffix('\r').unwrap_or(text),
        };
        let field = Field {
            text: Cow::Borrowed(text),
            is_quoted: false,
        };
        (field, true, end)
    }
}

impl<'a> Iterator for Records<'a> {
    type Item = Record<'a>;

    fn next(&mut self) -> Option<Record<'a>> {
        loop {
            if self.rest.is_empty() {
                return None;
            }
            let record = self.next_record();
            if record.is_blank() {
                continue;
            }
            if !record.is_ended && !self.is_whole && !self.is_first {
                return None;
            }
            self.is_first = false;
            return Some(record);
        }
    }
}

/// The text up to the quote that closes it, and what follows that quote; nothing follows where there is none.
fn quoted_text(inner: &str, quote: char, escape: Option<char>) -> (Cow<'_, str>, Option<&str>) {
    let mut text = Cow::Borrowed("");
    let mut rest = inner;
    let is_special = |character| character == quote || Some(character) == escape;
    loop {
        let Some(position) = rest.find(is_special) else {
            append(&mut text, rest);
            return (text, None);
        };
        let (plain, after) = rest.split_at_checked(position).unwrap_or_default();
        append(&mut text, plain);
        let mut characters = after.chars();
        let special = characters.next();
        let after = characters.as_str();
        let next = characters.next();
        rest = characters.as_str();
        if special == Some(quote) {
            if next != Some(quote) {
                return (text, Some(after));
            }
            text.to_mut().push(quote);
        } else if let Some(next) = next {
            if next != quote && Some(next) != escape {
                text.to_mut().extend(special);
            }
            text.to_mut().push(next);
        }
    }
}

/// Borrows the first piece and copies from the second on.
fn append<'a>(text: &mut Cow<'a, str>, piece: &'a str) {
    if text.is_empty() {
        *text = Cow::Borrowed(piece);
    } else {
        text.to_mut().push_str(piece);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(text: &str, is_whole: bool, escape: Option<char>) -> Vec<Vec<String>> {
        let dialect = Dialect {
            delimiter: ',',
            quote: Some('"'),
            escape,
        };
        let texts = |record: Record<'_>| {
            let fields = record.fields.into_iter();
            fields.map(|field| field.text.into_owned()).collect()
        };
        Records::new(SampleText { text, is_whole }, dialect)
            .map(texts)
            .collect()
    }

    #[test]
    fn quotes_hold_delimiters_line_breaks_and_doubled_quotes() {
        assert_eq!(
            texts(
                "a,\"b,\r\n\"\"c\"\"\",\"\"\r\n\r\n1, \"2\" ,3\n",
                true,
                None
            ),
            [["a", "b,\r\n\"c\"", ""], ["1", "2", "3"]]
        );
        assert_eq!(
            texts("\"a \\\"b\\\" \\x\",c\n", true, Some('\\')),
            [["a \"b\" \\x", "c"]]
        );
        assert_eq!(texts("5\",6\"\n", true, None), [["5\"", "6\""]]);
    }

    #[test]
    fn a_record_that_the_cut_left_incomplete_is_ignored_unless_it_is_the_only_one() {
        assert_eq!(texts("a,b\nc,d", false, None), [["a", "b"]]);
        assert_eq!(texts("a,b\nc,\"d\n", false, None), [["a", "b"]]);
        assert_eq!(texts("a,b", false, None), [["a", "b"]]);
        assert_eq!(texts("a,b\nc,d", true, None), [["a", "b"], ["c", "d"]]);
    }
}
