//! Values as text, in the notations of Hive's text formats: reading and writing them.

pub(in crate::formats) mod array_values;
pub(in crate::formats) mod date_time;
pub(in crate::formats) mod decimal;
pub(in crate::formats) mod number;
mod rules;
pub mod timestamp_format;
pub(in crate::formats) mod write;

pub(in crate::formats) use rules::{BinaryRule, DateRule, ScalarRules, TimestampRule};
