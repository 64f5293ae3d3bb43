//! `ExclusionPatterns`: all globs of an include path.

use super::error::ExclusionError;
use super::pattern::ExclusionPattern;

/// Globs of which any excludes a key.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ExclusionPatterns {
    patterns: Vec<ExclusionPattern>,
}

impl ExclusionPatterns {
    /// Reads the globs of an include path.
    ///
    /// # Errors
    ///
    /// The first glob that cannot be read.
    pub fn parse<T: AsRef<str>>(
        texts: impl IntoIterator<Item = T>,
    ) -> Result<Self, ExclusionError> {
        let patterns = texts
            .into_iter()
            .map(|text| ExclusionPattern::parse(text.as_ref()));
        Ok(ExclusionPatterns {
            patterns: patterns.collect::<Result<_, _>>()?,
        })
    }

    /// Whether an object is excluded, by its key after the include path and its `/`.
    pub fn matches(&self, key_below_include_path: &str) -> bool {
        self.patterns
            .iter()
            .any(|pattern| pattern.matches(key_below_include_path))
    }

    /// Whether every key below a folder is surely excluded, so that a listing need not descend into it.
    pub fn excludes_folder(&self, folder_below: &str) -> bool {
        self.patterns
            .iter()
            .any(|pattern| pattern.excludes_folder(folder_below))
    }

    /// Whether nothing is excluded.
    pub fn is_empty(&self) -> bool {
        self.patterns.is_empty()
    }
}
