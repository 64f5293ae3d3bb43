//! `RecordList`: the records of a CloudTrail log, which is one JSON object with all of them in an array.

use crate::formats::rows::decoder::{RECORD_BYTES_MAX, RowError};

/// The key of the array.
const KEY: &[u8] = b"Records";

/// Cuts `{"Records": [{…}, {…}]}` into its records, as the bytes come.
#[derive(Debug, Default)]
pub(super) struct RecordList {
    depth: usize,
    in_string: bool,
    escaped: bool,
    /// The last string directly in the outer object.
    last_key: Vec<u8>,
    in_list: bool,
    record: Vec<u8>,
    /// Whether `record` was given out by the last call.
    given_out: bool,
    records: u64,
}

impl RecordList {
    /// The next whole record and its number, taken off the front of `input`; `None` once all of `input` is consumed.
    pub fn next_record(&mut self, input: &mut &[u8]) -> Result<Option<(&[u8], u64)>, RowError> {
        if std::mem::take(&mut self.given_out) {
            self.record.clear();
        }
        while let Some((byte, rest)) = input.split_first() {
            *input = rest;
            let in_record = self.in_list && self.depth > 2;
            if in_record || (self.in_list && self.depth == 2 && *byte == b'{') {
                if self.record.len() >= RECORD_BYTES_MAX {
                    return Err(RowError::RecordTooLong {
                        row: self.records + 1,
                        limit: RECORD_BYTES_MAX,
                    });
                }
                self.record.push(*byte);
            }
            if self.step(*byte) {
                self.given_out = true;
                self.records += 1;
                return Ok(Some((&self.record, self.records)));
            }
        }
        Ok(None)
    }

    /// Whether the file ended with its outer object.
    pub fn is_complete(&self) -> bool {
        self.depth == 0 && !self.in_string
    }

    /// The line number of errors about the file's end.
    pub fn records(&self) -> u64 {
        self.records
    }

    /// Follows one byte; whether it ends a record.
    fn step(&mut self, byte: u8) -> bool {
        if self.in_string {
            match byte {
                _ if std::mem::take(&mut self.escaped) => {}
                b'\\' => self.escaped = true,
                b'"' => self.in_string = false,
                letter if self.depth == 1 && self.last_key.len() <= KEY.len() => {
                    self.last_key.push(letter);
                }
                _ => {}
            }
            return false;
        }
        match byte {
            b'"' => {
                self.in_string = true;
                if self.depth == 1 {
                    self.last_key.clear();
                }
            }
            b'{' | b'[' => {
                if self.depth == 1 && byte == b'[' {
                    self.in_list = self.last_key == KEY;
                }
                self.depth += 1;
            }
            b'}' | b']' => {
                self.depth = self.depth.saturating_sub(1);
                let ended = self.in_list && self.depth == 2 && byte == b'}';
                if self.depth < 2 {
                    self.in_list = false;
                }
                return ended;
            }
            _ => {}
        }
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_are_the_same_however_the_bytes_are_cut() {
        let file = br#"{"v":"Records", "Other":[{"x":1}], "Records" : [ {"a":"}]\"","b":[{"c":1}]}, {"a":2} ] }"#;
        for chunk in 1..=file.len() {
            let mut list = RecordList::default();
            let mut records = Vec::new();
            for mut piece in file.chunks(chunk) {
                while let Some((record, number)) = list.next_record(&mut piece).unwrap() {
                    records.push((number, String::from_utf8(record.to_vec()).unwrap()));
                }
            }
            assert!(list.is_complete());
            assert_eq!(
                records,
                [
                    (1, r#"{"a":"}]\"","b":[{"c":1}]}"#.to_owned()),
                    (2, r#"{"a":2}"#.to_owned())
                ],
                "chunks of {chunk}"
            );
        }
    }
}
