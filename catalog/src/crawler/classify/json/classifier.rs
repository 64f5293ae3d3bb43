//! Whether a sample is JSON, how its records stand in it, and their columns.

use super::path::JsonPath;
use super::records::Records;
use super::tokens::{Stop, Tokens};
use crate::crawler::classify::inferred_type::InferredType;
use crate::crawler::classify::sample::SampleText;

/// The column of arrays without objects, as Glue calls it.
const ARRAY_COLUMN: &str = "array";

/// Of how many values one may be malformed.
const VALUES_PER_MALFORMED_MIN: u64 = 5;

/// After as many malformed values the rest of the sample is not looked at: each may have been read to the end.
const MALFORMED_MAX: u64 = 100;

/// How the values of a JSON file follow each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum JsonLayout {
    /// One object a line: what the JSON SerDes read.
    JsonLines,
    /// Objects that span lines, or several of them on one.
    ConcatenatedObjects,
    /// Arrays, whose elements are the records.
    Array,
}

/// What was found in a JSON file.
#[derive(Debug)]
pub(in crate::crawler::classify) struct JsonFindings {
    pub layout: JsonLayout,
    pub columns: Vec<(String, InferredType)>,
    pub records: u64,
}

/// The records at `path`; `None` where the sample is no JSON. Without a path the whole of any JSON file counts, with
/// one there must be a record.
pub(in crate::crawler::classify) fn classify_json(
    sample: SampleText<'_>,
    path: Option<&JsonPath>,
) -> Option<JsonFindings> {
    let mut tokens = Tokens::new(sample.text);
    if !matches!(tokens.peek(), Some(b'{' | b'[')) {
        return None;
    }
    let steps = path.map(JsonPath::steps).unwrap_or_default();
    let mut records = Records::default();
    let mut layout = LayoutSeen::default();
    let mut values: u64 = 0;
    let mut malformed: u64 = 0;
    while let Some(first) = tokens.peek() {
        let start = tokens.position();
        values = values.saturating_add(1);
        let visited = records.visit(&mut tokens, steps);
        if visited == Err(Stop::Cut) && !sample.is_whole {
            let end = sample.text.len();
            layout.add_value(first, sample.text, (start, end));
            break;
        }
        if visited.is_ok() {
            layout.add_value(first, sample.text, (start, tokens.position()));
            continue;
        }
        malformed = malformed.saturating_add(1);
        if values == 1 || malformed > MALFORMED_MAX {
            break;
        }
        tokens.skip_line(start);
    }
    if malformed.saturating_mul(VALUES_PER_MALFORMED_MIN) > values {
        return None;
    }
    if records.count == 0 && (path.is_some() || records.arrays == 0) {
        return None;
    }
    Some(findings(records, layout.layout()))
}

fn findings(records: Records, layout: JsonLayout) -> JsonFindings {
    let (columns, count) = if records.count > 0 {
        (records.members.into_fields(), records.count)
    } else {
        match records.elements.into_type() {
            InferredType::Null => (Vec::new(), 0),
            element => {
                let array = InferredType::Array(Box::new(element));
                (vec![(ARRAY_COLUMN.to_owned(), array)], records.arrays)
            }
        }
    };
    JsonFindings {
        layout,
        columns: columns.into_iter().collect(),
        records: count,
    }
}

#[derive(Debug, Default)]
struct LayoutSeen {
    has_array: bool,
    /// Whether a value spans lines or shares one.
    breaks_lines: bool,
    last_end: Option<usize>,
}

impl LayoutSeen {
    /// The value that begins with the byte `first` stands at `start..end` of `text`.
    fn add_value(&mut self, first: u8, text: &str, (start, end): (usize, usize)) {
        let has_line_break = |start: usize, end: usize| {
            let between = text.get(start..end).unwrap_or_default();
            between.contains('\n')
        };
        self.has_array |= first == b'[';
        self.breaks_lines |= has_line_break(start, end);
        self.breaks_lines |= self
            .last_end
            .is_some_and(|last_end| !has_line_break(last_end, start));
        self.last_end = Some(end);
    }

    fn layout(&self) -> JsonLayout {
        match (self.has_array, self.breaks_lines) {
            (true, _) => JsonLayout::Array,
            (false, true) => JsonLayout::ConcatenatedObjects,
            (false, false) => JsonLayout::JsonLines,
        }
    }
}

#[cfg(test)]
#[path = "classifier_tests.rs"]
mod tests;
