//! Formats of dates and times as Joda-Time has them, which Trino's formatting and parsing functions share: sequences of elements that
//! are printed one after another, and parsed into fields that are put together at the end.

pub(crate) mod element;
pub(crate) mod field;
mod fields_to_time;
mod number;
mod parse;
mod parse_zone;
mod pattern;
mod print;
mod zone_name;

pub(crate) use element::{Element, Formatter};
pub(crate) use field::Field;
pub(crate) use number::push_padded;
pub(crate) use parse::ParsedTime;
pub(crate) use pattern::parse_pattern;
pub(crate) use print::ShownTime;
