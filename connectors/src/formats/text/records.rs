//! `RecordSplitter`: cuts a stream of bytes into records, across the borders of its chunks.

use crate::error::{ConnectorError, ErrorKind, Result};

/// Bytes of one record at most: a quote that is never closed must not take all memory.
const RECORD_BYTES_MAX: usize = 128 * 1024 * 1024;

/// Where a record ends.
#[derive(Debug, Clone, Copy)]
pub(super) enum RecordEnd {
    /// At every line break.
    LineBreak,
    /// At a line break outside of quotes.
    UnquotedLineBreak { quote: u8, escape: u8 },
}

/// Finds the ends of records in what it is shown, chunk by chunk.
pub(super) struct RecordSplitter {
    end: RecordEnd,
    /// The record that the last chunk broke off in.
    carried: Vec<u8>,
    in_quotes: bool,
    escaped: bool,
}

impl RecordSplitter {
    pub(super) fn new(end: RecordEnd) -> Self {
        RecordSplitter {
            end,
            carried: Vec::new(),
            in_quotes: false,
            escaped: false,
        }
    }

    /// Takes bytes up to the end of the next record, and says how many; the record is whole if its end was among them.
    pub(super) fn take(&mut self, input: &[u8]) -> Result<(usize, Option<Vec<u8>>)> {
        let end = match self.end {
            RecordEnd::LineBreak => input.iter().position(|byte| *byte == b'\n'),
            RecordEnd::UnquotedLineBreak { quote, escape } => {
                self.unquoted_line_break(input, quote, escape)
            }
        };
        let taken = end.map_or(input.len(), |end| end + 1);
        let content = input.get(..end.unwrap_or(taken)).unwrap_or_default();
        if self.carried.len() + content.len() > RECORD_BYTES_MAX {
            return Err(ConnectorError::new(
                ErrorKind::BadData,
                format!(
                    "a row has more than {RECORD_BYTES_MAX} bytes; a quote may not be closed, or the file has another format"
                ),
            ));
        }
        self.carried.extend_from_slice(content);
        Ok((taken, end.map(|_| self.record())))
    }

    /// What is left at the end of the object: a last record without a line break.
    pub(super) fn last(&mut self) -> Option<Vec<u8>> {
        (!self.carried.is_empty()).then(|| self.record())
    }

    fn record(&mut self) -> Vec<u8> {
        self.in_quotes = false;
        self.escaped = false;
        let mut record = std::mem::take(&mut self.carried);
        if record.last() == Some(&b'\r') {
            record.pop();
        }
        record
    }

    fn unquoted_line_break(&mut self, input: &[u8], quote: u8, escape: u8) -> Option<usize> {
        for (index, byte) in input.iter().enumerate() {
            if std::mem::take(&mut self.escaped) {
                continue;
            }
            if *byte == escape && escape != quote && self.in_quotes {
                self.escaped = true;
            } else if *byte == quote {
                // A doubled quote leaves and enters again, which comes to the same.
                self.in_quotes = !self.in_quotes;
            } else if *byte == b'\n' && !self.in_quotes {
                return Some(index);
            }
        }
        None
    }
}
