//! JSON: finding the records of a sample and what their fields hold, in one pass without a tree of values.

mod classifier;
mod observer;
mod path;
mod records;
mod shape;
mod tokens;

pub use classifier::JsonLayout;
pub(super) use classifier::{JsonFindings, classify_json};
pub use path::JsonPath;
