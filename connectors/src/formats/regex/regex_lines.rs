//! RegexSerDe: the groups of a Java pattern are the columns, in order.

use arrow::datatypes::SchemaRef;
use fancy_regex::Regex;

use super::java_pattern::to_rust_pattern;
use super::{captured_rules, push_captured};
use crate::formats::rows::BatchBuilder;
use crate::formats::rows::decoder::{RowDecoder, RowError};
use crate::formats::rows::line_decoder::{LineDecoder, LineParser};
use crate::formats::rows::scalar_text::ScalarRules;

/// Steps of backtracking after which a line counts as one that does not match, so that no pattern takes for ever.
const BACKTRACK_STEPS_MAX: usize = 1_000_000;

/// Options of `org.apache.hadoop.hive.serde2.RegexSerDe`. The property of each stands beside it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RegexOptions {
    /// A Java pattern that has to match the whole line: `input.regex`.
    pub pattern: String,
    /// `input.regex.case.insensitive`.
    pub case_insensitive: bool,
    /// Lines to skip at an object's beginning: `skip.header.line.count`.
    pub header_lines: usize,
}

/// A decoder of lines. A line that does not match is a row of NULLs, a column without a group is NULL.
pub(in crate::formats) fn regex_decoder(
    file_schema: &SchemaRef,
    projection: &[usize],
    batch_rows: usize,
    options: &RegexOptions,
) -> Result<Box<dyn RowDecoder>, RowError> {
    let parser = RegexLines {
        regex: compile(options)?,
        groups: projection.iter().map(|column| column + 1).collect(),
        rules: captured_rules(),
    };
    let decoder = LineDecoder::new(
        file_schema,
        projection,
        batch_rows,
        options.header_lines,
        parser,
    )?;
    Ok(Box::new(decoder))
}

fn compile(options: &RegexOptions) -> Result<Regex, RowError> {
    let invalid = |reason: String| {
        RowError::InvalidOptions(format!(
            "input.regex is '{}', which is no pattern: {reason}",
            options.pattern
        ))
    };
    if options.pattern.is_empty() {
        return Err(RowError::InvalidOptions(
            "RegexSerDe needs the property input.regex".to_owned(),
        ));
    }
    let flags = if options.case_insensitive { "(?i)" } else { "" };
    let pattern = to_rust_pattern(&options.pattern).map_err(invalid)?;
    fancy_regex::RegexBuilder::new(&format!(r"{flags}\A(?:{pattern})\z"))
        .backtrack_limit(BACKTRACK_STEPS_MAX)
        .build()
        .map_err(|error| invalid(error.to_string()))
}

struct RegexLines {
    regex: Regex,
    /// For each projected column its group in the pattern.
    groups: Vec<usize>,
    rules: ScalarRules,
}

impl LineParser for RegexLines {
    fn push_line(&mut self, line: &[u8], batch: &mut BatchBuilder) -> Result<(), RowError> {
        let line = String::from_utf8_lossy(line);
        // A line on which the pattern backtracks without end is as one that does not match.
        let captures = self.regex.captures(line.as_ref()).ok().flatten();
        for (target, group) in self.groups.iter().enumerate() {
            let captured = captures
                .as_ref()
                .and_then(|captures| captures.get(*group))
                .map(|found| found.as_str());
            push_captured(batch, target, captured, &self.rules);
        }
        Ok(())
    }
}
