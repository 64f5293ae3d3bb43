//! `ExclusionError`: why a text is no exclusion pattern.

use super::parse::PATTERN_CHARACTERS_MAX;

/// What is wrong with a pattern. Positions count characters from 1.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ExclusionError {
    /// No key of S3 is so long.
    #[error(
        "the exclusion pattern has more than {PATTERN_CHARACTERS_MAX} characters; shorten it with `*` or `**`"
    )]
    TooLong,
    /// A bracket or brace without its end.
    #[error(
        "exclusion pattern `{pattern}`: the `{opened}` at character {position} is never closed; close it or write `\\{opened}`"
    )]
    Unclosed {
        /// The pattern.
        pattern: String,
        /// The bracket or brace.
        opened: char,
        /// Where it is.
        position: usize,
    },
    /// Braces within braces.
    #[error(
        "exclusion pattern `{pattern}`: the `{{` at character {position} stands within braces, which cannot be nested; write two patterns"
    )]
    NestedBraces {
        /// The pattern.
        pattern: String,
        /// Where the inner brace is.
        position: usize,
    },
    /// Brackets that no character matches, or a range from its greater end.
    #[error("exclusion pattern `{pattern}`: the brackets at character {position} {problem}")]
    Brackets {
        /// The pattern.
        pattern: String,
        /// Where the bracket is.
        position: usize,
        /// What is wrong.
        problem: &'static str,
    },
    /// A backslash with nothing after it.
    #[error(
        "exclusion pattern `{pattern}` ends with a backslash; write two of them for the character itself"
    )]
    EndsWithBackslash {
        /// The pattern.
        pattern: String,
    },
}
