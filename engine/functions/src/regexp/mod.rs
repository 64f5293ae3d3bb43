//! Regular expressions in the syntax and with the meaning that Trino gives them: that of its engine Joni, in its Java syntax.
//!
//! - `java_syntax` translates a pattern for the engines that run it;
//! - `pattern` compiles and matches, `cache` keeps what is compiled;
//! - `matching`, `extract` and `replace` are the functions, `replacement` is the syntax of replacements.

mod cache;
mod extract;
mod java_syntax;
mod matching;
mod pattern;
mod replace;
mod replacement;
#[cfg(test)]
mod syntax_tests;

use crate::definition::Definition;

pub(crate) fn definitions() -> Vec<Definition> {
    [
        matching::definitions(),
        extract::definitions(),
        replace::definitions(),
    ]
    .into_iter()
    .flatten()
    .collect()
}
