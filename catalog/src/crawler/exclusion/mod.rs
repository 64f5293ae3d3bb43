//! Exclusion patterns of crawlers: Glue's globs over keys below an include path.
//!
//! | pattern | matches |
//! |---|---|
//! | `*` | any characters within one folder or file name, none as well |
//! | `**` | any characters, over the borders of folders |
//! | `?` | one character of a name |
//! | `[abc]`, `[a-z]`, `[!a]` | one character of a name that is (is not) among these |
//! | `{a,b*}` | one of the alternatives, which hold no further braces |
//! | `\*` | the character after the backslash |

mod automaton;
mod error;
mod parse;
mod pattern;
mod patterns;
#[cfg(test)]
mod tests;

pub use error::ExclusionError;
pub use pattern::ExclusionPattern;
pub use patterns::ExclusionPatterns;
