//! GrokSerDe: named patterns put together; what they capture goes to the columns of the same names.

use std::sync::Arc;

use arrow::datatypes::SchemaRef;

use super::{captured_rules, push_captured};
use crate::formats::rows::BatchBuilder;
use crate::formats::rows::decoder::{RowDecoder, RowError};
use crate::formats::rows::line_decoder::{LineDecoder, LineParser};
use crate::formats::rows::scalar_text::ScalarRules;

/// Options of `com.amazonaws.glue.serde.GrokSerDe`. The property of each stands beside it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct GrokOptions {
    /// The pattern of a line: `input.format`.
    pub format: String,
    /// Further patterns, a name and its pattern a line: `input.grokCustomPatterns`.
    pub custom_patterns: String,
    /// Lines to skip at an object's beginning: `skip.header.line.count`.
    pub header_lines: usize,
}

/// A decoder of lines. A line that does not match is a row of NULLs, a column that nothing captures is NULL.
pub(in crate::formats) fn grok_decoder(
    file_schema: &SchemaRef,
    projection: &[usize],
    batch_rows: usize,
    options: &GrokOptions,
) -> Result<Box<dyn RowDecoder>, RowError> {
    let pattern = compile(options)?;
    let names = projection
        .iter()
        .filter_map(|column| file_schema.fields().get(*column))
        .map(|field| {
            // Captures may be spelled in any case, as columns may.
            let captured = pattern
                .capture_names()
                .find(|name| name.eq_ignore_ascii_case(field.name()));
            captured.map(str::to_owned)
        })
        .collect();
    let parser = GrokLines {
        pattern: Arc::new(pattern),
        names,
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

fn compile(options: &GrokOptions) -> Result<grok::Pattern, RowError> {
    if options.format.is_empty() {
        return Err(RowError::InvalidOptions(
            "GrokSerDe needs the property input.format".to_owned(),
        ));
    }
    let mut grok = grok::Grok::with_default_patterns();
    for line in options.custom_patterns.split('\n') {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let Some((name, pattern)) = line.split_once(char::is_whitespace) else {
            return Err(RowError::InvalidOptions(format!(
                "input.grokCustomPatterns has the line '{line}'; each line is a name, a blank and a pattern"
            )));
        };
        grok.add_pattern(name, pattern.trim_start());
    }
    grok.compile(&options.format, true).map_err(|error| {
        RowError::InvalidOptions(format!(
            "input.format is '{}', which is no grok pattern: {error}",
            options.format
        ))
    })
}

struct GrokLines {
    pattern: Arc<grok::Pattern>,
    /// For each projected column the capture that it takes.
    names: Vec<Option<String>>,
    rules: ScalarRules,
}

impl LineParser for GrokLines {
    fn push_line(&mut self, line: &[u8], batch: &mut BatchBuilder) -> Result<(), RowError> {
        let line = String::from_utf8_lossy(line);
        let matches = self.pattern.match_against(&line);
        for (target, name) in self.names.iter().enumerate() {
            let captured = matches
                .as_ref()
                .zip(name.as_deref())
                .and_then(|(matches, name)| matches.get(name));
            push_captured(batch, target, captured, &self.rules);
        }
        Ok(())
    }
}
