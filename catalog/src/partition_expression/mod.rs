//! The expressions of GetPartitions: Glue's small dialect of SQL conditions, read into a `PartitionPredicate`.
//!
//! ```text
//! expression := and (OR and)*      and := not (AND not)*      not := NOT* term
//! term       := '(' expression ')' | column operator literal | literal operator column
//!             | column [NOT] IN '(' literal, … ')' | column [NOT] BETWEEN literal AND literal
//!             | column [NOT] LIKE 'pattern' | column IS [NOT] NULL
//! literal    := 'text' | number | date 'yyyy-mm-dd' | timestamp 'yyyy-mm-dd hh:mm:ss'
//! ```

mod condition;
mod cursor;
mod error;
mod group;
mod lexer;
mod literal;
mod literal_reader;
mod number;
mod parser;
mod reserved;
#[cfg(test)]
mod tests;

pub use error::ExpressionError;
pub use parser::parse_expression;
pub use reserved::is_reserved;
