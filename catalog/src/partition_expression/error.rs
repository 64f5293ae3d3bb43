//! `ExpressionError`: why a text is no expression of GetPartitions.

use super::lexer::EXPRESSION_CHARACTERS_MAX;
use super::parser::NESTING_MAX;

/// What is wrong with an expression. Positions count characters from 1.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ExpressionError {
    /// The text is longer than Glue takes.
    #[error(
        "the expression has {characters} characters; at most {EXPRESSION_CHARACTERS_MAX} are allowed, so ask for fewer partitions at a time"
    )]
    TooLong {
        /// Characters of the text.
        characters: usize,
    },
    /// Parentheses nest too deep.
    #[error(
        "the parenthesis at character {position} is nested deeper than {NESTING_MAX}; remove needless parentheses"
    )]
    TooDeep {
        /// Where the first parenthesis too many is.
        position: usize,
    },
    /// A character that begins nothing.
    #[error(
        "unexpected character `{character}` at character {position}; a column's name with such a character needs double quotes"
    )]
    UnexpectedCharacter {
        /// The character.
        character: char,
        /// Where it is.
        position: usize,
    },
    /// A text or a quoted name without its end.
    #[error("the {quote} at character {position} is never closed; add the closing {quote}")]
    Unclosed {
        /// The quote or parenthesis.
        quote: char,
        /// Where it is.
        position: usize,
    },
    /// Something else had to stand here.
    #[error("found `{found}` at character {position} where {expected} is expected")]
    Unexpected {
        /// The part of the text.
        found: String,
        /// Where it is.
        position: usize,
        /// What can stand here.
        expected: &'static str,
    },
    /// The text ends too early.
    #[error("the expression ends where {expected} is expected")]
    UnexpectedEnd {
        /// What can stand here.
        expected: &'static str,
    },
    /// SQL that Glue does not evaluate.
    #[error(
        "Unsupported expression '{found}' at character {position}: {what}; compare a partition key with a literal"
    )]
    Unsupported {
        /// The part of the text.
        found: String,
        /// Where it is.
        position: usize,
        /// What it would be.
        what: &'static str,
    },
    /// No partition key has this name.
    #[error(
        "`{name}` at character {position} is not a partition key of the table; text literals take single quotes"
    )]
    UnknownColumn {
        /// The name.
        name: String,
        /// Where it is.
        position: usize,
    },
    /// A key whose name is a keyword, without quotes.
    #[error(
        "`{word}` at character {position} is a reserved word; write \"{word}\" to name the key"
    )]
    ReservedWord {
        /// The word.
        word: String,
        /// Where it is.
        position: usize,
    },
    /// A literal that is no value of the key's type.
    #[error(
        "{literal} at character {position} cannot be compared with `{key}`, which holds {wanted}"
    )]
    NotOfKeyType {
        /// The literal as it is written.
        literal: String,
        /// Where it is.
        position: usize,
        /// The key's name.
        key: String,
        /// What the key holds.
        wanted: String,
    },
    /// A literal of `date` or `timestamp` that is none.
    #[error("{literal} at character {position} is no {wanted}")]
    NotAMoment {
        /// The literal as it is written.
        literal: String,
        /// Where it is.
        position: usize,
        /// The form it has to have.
        wanted: &'static str,
    },
}
