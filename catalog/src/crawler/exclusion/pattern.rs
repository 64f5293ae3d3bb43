//! `ExclusionPattern`: one glob.

use std::fmt;

use super::automaton::{Automaton, Step};
use super::error::ExclusionError;
use super::parse::steps;

/// A glob over keys below an include path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExclusionPattern {
    text: String,
    /// What every match begins with: most keys are told apart by it, without the automaton.
    prefix: String,
    automaton: Automaton,
}

impl ExclusionPattern {
    /// Reads a glob such as `logs/**` or `**.{csv,tmp}`.
    ///
    /// # Errors
    ///
    /// Brackets or braces that do not close, nested braces, empty brackets, a backslash at the end.
    pub fn parse(text: &str) -> Result<Self, ExclusionError> {
        let steps = steps(text)?;
        let exact = steps.iter().map_while(|step| match step {
            Step::Exactly(character) => Some(*character),
            _ => None,
        });
        Ok(ExclusionPattern {
            text: text.to_owned(),
            prefix: exact.collect(),
            automaton: Automaton::new(steps),
        })
    }

    /// Whether an object is excluded, by its key after the include path and its `/`.
    pub fn matches(&self, key_below_include_path: &str) -> bool {
        key_below_include_path.starts_with(&self.prefix)
            && self.automaton.matches(key_below_include_path)
    }

    /// Whether every key below a folder is surely excluded; the folder is given relative to the include path, and is the
    /// include path itself if empty.
    pub fn excludes_folder(&self, folder_below: &str) -> bool {
        let folder = folder_below.trim_end_matches('/');
        let separator = (!folder.is_empty()).then_some('/');
        self.automaton
            .matches_all_beginning_with(folder.chars().chain(separator))
    }
}

impl fmt::Display for ExclusionPattern {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.text)
    }
}
