//! `GrokPattern`: a compiled grok pattern, and the columns that it gives.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use super::components::{Capture, captures};
use crate::crawler::classify::error::ClassifierError;
use crate::crawler::classify::inferred_type::InferredType;

/// A grok pattern with the patterns that it is made of, ready to be matched. Clones share what was compiled.
#[derive(Debug, Clone)]
pub struct GrokPattern {
    pattern: String,
    custom_patterns: String,
    columns: Vec<(String, InferredType)>,
    compiled: Arc<::grok::Pattern>,
}

impl GrokPattern {
    /// Compiles `pattern`. `custom_patterns` has a name, a blank and a pattern a line, which add to the well-known ones
    /// or replace them.
    ///
    /// What `%{PATTERN:field:type}` captures is a column; types are byte, boolean, double, short, int, string, long and
    /// float.
    pub fn compile(pattern: &str, custom_patterns: &str) -> Result<GrokPattern, ClassifierError> {
        GrokPattern::compile_between(pattern, custom_patterns, ("", ""))
    }

    /// Compiles `pattern` so that a line has to begin with it. The text stays as it is.
    pub(super) fn compile_anchored(
        pattern: &str,
        custom_patterns: &str,
    ) -> Result<GrokPattern, ClassifierError> {
        GrokPattern::compile_between(pattern, custom_patterns, ("^(?:", ")"))
    }

    fn compile_between(
        pattern: &str,
        custom_patterns: &str,
        (before, after): (&str, &str),
    ) -> Result<GrokPattern, ClassifierError> {
        let invalid = |reason: String| ClassifierError::InvalidGrokPattern {
            pattern: pattern.to_owned(),
            reason,
        };
        let custom = parse_custom_patterns(custom_patterns)?;
        let mut definitions: HashMap<&str, &str> = ::grok::patterns().iter().copied().collect();
        definitions.extend(custom.iter().copied());
        // Before the pattern is compiled, since this is what bounds its size.
        let captures = captures(pattern, &definitions).map_err(invalid)?;
        let columns = columns(&captures).map_err(invalid)?;
        let mut grok = ::grok::Grok::with_default_patterns();
        for (name, definition) in custom {
            grok.add_pattern(name, definition);
        }
        let compiled = grok
            .compile(&format!("{before}{pattern}{after}"), true)
            .map_err(|error| invalid(error.to_string()))?;
        Ok(GrokPattern {
            pattern: pattern.to_owned(),
            custom_patterns: custom_patterns.to_owned(),
            columns,
            compiled: Arc::new(compiled),
        })
    }

    /// The pattern as it was given.
    pub fn pattern(&self) -> &str {
        &self.pattern
    }

    /// The custom patterns as they were given.
    pub fn custom_patterns(&self) -> &str {
        &self.custom_patterns
    }

    /// The columns in the order of the pattern, with names in lower case. Those without a type are strings.
    pub fn columns(&self) -> &[(String, InferredType)] {
        &self.columns
    }

    /// Whether the pattern is found in the line.
    pub(super) fn is_match(&self, line: &str) -> bool {
        self.compiled.match_against(line).is_some()
    }
}

/// Names and definitions, read as the reader of such tables reads them.
fn parse_custom_patterns(text: &str) -> Result<Vec<(&str, &str)>, ClassifierError> {
    text.lines()
        .map(str::trim)
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .map(|line| {
            let (name, definition) = line.split_once(char::is_whitespace).ok_or_else(|| {
                ClassifierError::InvalidCustomPatterns {
                    line: line.to_owned(),
                }
            })?;
            Ok((name, definition.trim_start()))
        })
        .collect()
}

fn columns(captures: &[Capture<'_>]) -> Result<Vec<(String, InferredType)>, String> {
    let mut names = HashSet::new();
    let mut columns = Vec::new();
    for capture in captures {
        let inferred = match capture.data_type.to_ascii_lowercase().as_str() {
            "" | "string" => InferredType::String,
            "byte" => InferredType::TinyInt,
            "boolean" => InferredType::Boolean,
            "double" => InferredType::Double,
            "short" => InferredType::SmallInt,
            "int" => InferredType::Int,
            "long" => InferredType::BigInt,
            "float" => InferredType::Float,
            other => {
                return Err(format!(
                    "'{other}' is no data type; they are byte, boolean, double, short, int, string, long and float"
                ));
            }
        };
        let name = capture.name.to_lowercase();
        if names.insert(name.clone()) {
            columns.push((name, inferred));
        }
    }
    Ok(columns)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(pattern: &GrokPattern) -> Vec<String> {
        let columns = pattern.columns().iter();
        columns
            .map(|(name, column)| format!("{name} {}", column.hive_text()))
            .collect()
    }

    #[test]
    fn captures_are_columns_in_the_order_of_the_pattern() {
        let pattern = GrokPattern::compile(
            "%{ZWORD:Zulu:string} %{PAIR} %{INT:alpha:byte} %{WORD} %{NUMBER:f:float} %{INT:l:long} %{INT:zulu}",
            "# a comment\nZWORD %{WORD}\n\nPAIR %{INT:first:int}-%{INT:second:SHORT}\n",
        )
        .unwrap();
        assert_eq!(
            shown(&pattern),
            [
                "zulu string",
                "first int",
                "second smallint",
                "alpha tinyint",
                "f float",
                "l bigint"
            ]
        );
        assert!(pattern.is_match("x 1-2 3 y 4.5 6 7"));
        assert!(!pattern.is_match("x 1 2"));
    }

    #[test]
    fn what_cannot_be_compiled_is_told() {
        for (pattern, custom_patterns, reason) in [
            ("%{NOSUCH:a}", "", "no pattern 'NOSUCH'"),
            ("%{INT:a:varchar}", "", "'varchar' is no data type"),
            ("%{INT:a} (", "", "cannot be used"),
            ("%{A:a}", "A %{B}\nB %{A}", "name each other"),
            ("%{INT:a}", "LONELY", "'LONELY'"),
            ("", "", "cannot be used"),
        ] {
            let error = GrokPattern::compile(pattern, custom_patterns).unwrap_err();
            assert!(error.to_string().contains(reason), "{error}");
        }
    }

    #[test]
    fn patterns_that_grow_beyond_bounds_are_refused() {
        let lines: Vec<String> = (0..40)
            .map(|level| format!("P{level} %{{P{}}}%{{P{}}}", level + 1, level + 1))
            .collect();
        let custom_patterns = format!("{}\nP40 x", lines.join("\n"));
        let error = GrokPattern::compile("%{P0:a}", &custom_patterns).unwrap_err();
        assert!(error.to_string().contains("too large"), "{error}");
    }
}
