//! Lines matched against a pattern: RegexSerDe and GrokSerDe.

mod grok_lines;
mod java_pattern;
mod regex_lines;

pub use grok_lines::GrokOptions;
pub(super) use grok_lines::grok_decoder;
pub use regex_lines::RegexOptions;
pub(super) use regex_lines::regex_decoder;

use crate::formats::rows::BatchBuilder;
use crate::formats::rows::scalar_text::{
    BinaryRule, DateRule, ScalarRules, TimestampRule, number::IntegerRule,
};

/// How captured text is read as a column's type; as in LazySimpleSerDe, what is no value of it is NULL.
fn captured_rules() -> ScalarRules {
    ScalarRules {
        integers: IntegerRule::Digits,
        dates: DateRule::Text,
        timestamps: TimestampRule::Hive,
        timestamp_formats: Vec::new(),
        binary: BinaryRule::Base64OrRaw,
    }
}

/// Appends what was captured for the projected column at `target`; nothing captured is NULL.
fn push_captured(
    batch: &mut BatchBuilder,
    target: usize,
    captured: Option<&str>,
    rules: &ScalarRules,
) {
    if let Some((column, _)) = batch.column(target)
        && captured.is_none_or(|text| column.push_scalar(text.as_bytes(), rules).is_err())
    {
        column.push_null();
    }
}
