//! Log lines by grok patterns: those that Glue knows, and those of custom classifiers.

mod built_in;
mod components;
mod lines;
mod pattern;

pub(super) use built_in::built_in_logs;
pub(super) use lines::{Comments, count_matching};
pub use pattern::GrokPattern;
