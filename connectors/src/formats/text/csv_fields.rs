//! `RecordFields`: the fields of one comma-separated record, which may span lines.

use crate::formats::rows::lines::Line;

/// The bytes with a meaning.
#[derive(Debug, Clone, Copy)]
pub(super) struct Dialect {
    pub separator: u8,
    pub quote: Option<u8>,
    /// Never the same as the quote: a doubled quote needs no escape.
    pub escape: Option<u8>,
}

/// One field.
#[derive(Debug, Clone, Copy)]
pub(super) struct FieldText<'a> {
    /// The text without quotes and escapes.
    pub text: &'a [u8],
    /// The text as it stands in the object, where the field is not quoted.
    pub unquoted: Option<&'a [u8]>,
}

#[derive(Debug, Default)]
struct FieldEnd {
    text: usize,
    raw: usize,
    quoted: bool,
}

/// Takes a record apart line by line, so that a line is looked at once however many the record has.
#[derive(Debug, Default)]
pub(super) struct RecordFields {
    /// The fields' texts, one after the other.
    text: Vec<u8>,
    /// The unquoted fields as they stand in the object, one after the other.
    raw: Vec<u8>,
    ends: Vec<FieldEnd>,
    in_quotes: bool,
    quoted: bool,
    /// Bytes of the record's lines so far, their line breaks included.
    stored_bytes: usize,
}

impl RecordFields {
    /// Bytes of the record's lines so far, their line breaks included.
    pub fn stored_bytes(&self) -> usize {
        self.stored_bytes
    }

    /// Whether a quote is open, so that the next line belongs to this record too.
    pub fn is_open(&self) -> bool {
        self.in_quotes
    }

    /// Bytes of text held.
    pub fn len(&self) -> usize {
        self.text.len()
    }

    pub fn clear(&mut self) {
        self.text.clear();
        self.raw.clear();
        self.ends.clear();
        self.in_quotes = false;
        self.quoted = false;
        self.stored_bytes = 0;
    }

    /// The field at `index`; `None` where the record has fewer.
    pub fn get(&self, index: usize) -> Option<FieldText<'_>> {
        let end = self.ends.get(index)?;
        let start = index
            .checked_sub(1)
            .and_then(|before| self.ends.get(before));
        let (text, raw) = start.map_or((0, 0), |start| (start.text, start.raw));
        Some(FieldText {
            text: self.text.get(text..end.text)?,
            unquoted: self.raw.get(raw..end.raw).filter(|_| !end.quoted),
        })
    }

    /// Adds a line; unless the record is open after it, its fields are complete.
    ///
    /// As in opencsv's parser: an escape takes the meaning from a quote or an escape after it and is dropped before
    /// anything else; blanks before an opening quote are dropped; a closing quote that no separator follows is text.
    /// Unlike there a quote within an unquoted field is text and opens nothing, so that one stray quote does not
    /// swallow the record.
    pub fn push_line(&mut self, line: Line<'_>, dialect: Dialect) {
        self.stored_bytes += line.bytes.len() + line.line_break.len();
        let mut rest = line.bytes;
        while let Some((byte, after)) = rest.split_first() {
            let byte = *byte;
            rest = after;
            if Some(byte) == dialect.escape {
                self.keep_raw(byte);
                if let [next, after @ ..] = rest
                    && (Some(*next) == dialect.quote || Some(*next) == dialect.escape)
                {
                    self.text.push(*next);
                    self.keep_raw(*next);
                    rest = after;
                }
            } else if Some(byte) == dialect.quote {
                rest = self.push_quote(byte, rest, dialect.separator);
            } else if byte == dialect.separator && !self.in_quotes {
                self.end_field();
            } else {
                self.text.push(byte);
                self.keep_raw(byte);
            }
        }
        if self.in_quotes {
            self.text.extend_from_slice(line.line_break);
        } else {
            self.end_field();
        }
    }

    /// Handles a quote, given what follows it; returns what follows next.
    fn push_quote<'a>(&mut self, quote: u8, rest: &'a [u8], separator: u8) -> &'a [u8] {
        if self.in_quotes {
            match rest {
                [next, after @ ..] if *next == quote => {
                    self.text.push(quote);
                    return after;
                }
                [] => self.in_quotes = false,
                [next, ..] => {
                    self.in_quotes = false;
                    if *next != separator {
                        self.text.push(quote);
                    }
                }
            }
            return rest;
        }
        let start = self.ends.last().map_or(0, |end| end.text);
        let only_blanks = self
            .text
            .get(start..)
            .is_some_and(|text| text.trim_ascii().is_empty());
        if only_blanks && !self.quoted {
            self.text.truncate(start);
            self.in_quotes = true;
            self.quoted = true;
        } else {
            self.text.push(quote);
            self.keep_raw(quote);
        }
        rest
    }

    fn keep_raw(&mut self, byte: u8) {
        if !self.quoted {
            self.raw.push(byte);
        }
    }

    fn end_field(&mut self) {
        self.ends.push(FieldEnd {
            text: self.text.len(),
            raw: self.raw.len(),
            quoted: self.quoted,
        });
        self.quoted = false;
    }
}
