//! Translates a pattern from the syntax that Trino has, Java's as Joni reads it, into that of the regex crate and of fancy-regex.
//!
//! The text that it writes has no flags and no names: case, `.` and anchors are resolved here, so both engines read it alike. What it
//! means, in Joni's Java syntax:
//! - `\w`, `\d` and `\s` are ASCII, `\b` and sets with names are Unicode's, letters have all their cases under `(?i)`;
//! - only `\n` ends lines; `$` and `\Z` are also before a `\n` that ends the text, `^` under `(?m)` is not after it;
//! - a flag without a group, as in `a(?i)b|c`, takes in all that follows in its group: `a(?i:b|c)`;
//! - a backslash before a letter without a meaning, as `\h` and `\R`, is that letter.

mod char_class;
mod class_token;
mod escape;
mod group;
mod property;
mod reader;
mod repetition;
mod translator;

pub(super) use reader::wrong;
pub(super) use translator::{Ending, Translation, translate};
