//! The types of columns, as Hive's DDL and Glue spell them: their text, their Arrow counterparts, and which type reads two.

mod definition;
mod from_arrow;
mod parse;
mod widen;

pub use definition::HiveType;
pub use from_arrow::UnsupportedType;
pub use parse::HiveTypeError;
