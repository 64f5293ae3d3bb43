//! A compiled pattern, and how it is matched: linearly where it can be, with bounded backtracking else.

use std::sync::OnceLock;

use arrow::buffer::BooleanBuffer;
use fancy_regex::{Error as FancyError, RuntimeError};
use memchr::memmem::{self, Finder};
use regex::CaptureLocations;

use super::java_syntax::{Ending, Translation, translate, wrong};
use crate::error::FunctionError;

/// The largest program that a pattern may be.
const PROGRAM_BYTES_MAX: usize = 10 << 20;

/// How many instructions a pattern that backtracks may have.
const INSTRUCTIONS_MAX: usize = 1 << 18;

/// How often matching of one text may go back to try otherwise.
const BACKTRACKS_MAX: usize = 10_000_000;

/// A pattern ready to match.
pub(super) struct Pattern {
    source: String,
    engine: Engine,
    /// The engine for texts that end with a newline, if they need another. It is made when the first comes.
    newline_engine: Option<OnceLock<Result<Engine, FunctionError>>>,
    groups: usize,
    names: Vec<(String, usize)>,
}

/// What matches.
enum Engine {
    /// Searches for a text.
    Literal(Finder<'static>, usize),
    Linear {
        regex: regex::Regex,
        /// Whether no match is empty; then the search for the next goes on where the last match ends.
        never_empty: bool,
    },
    Backtracking(fancy_regex::Regex),
}

/// Where a match and its groups are.
pub(super) struct Spans {
    spans: Vec<Option<(usize, usize)>>,
    locations: Option<CaptureLocations>,
}

impl Spans {
    /// A group of the match, the whole match being group 0. A group that took no part is `None`.
    pub(super) fn group(&self, group: usize) -> Option<(usize, usize)> {
        self.spans.get(group).copied().flatten()
    }

    /// The groups of the match, without the whole match.
    pub(super) fn groups(&self) -> impl Iterator<Item = Option<(usize, usize)>> + '_ {
        self.spans.iter().skip(1).copied()
    }
}

impl Pattern {
    pub(super) fn compile(source: &str) -> Result<Pattern, FunctionError> {
        if !source.contains(['\\', '^', '$', '.', '|', '?', '*', '+', '(', ')', '[', '{']) {
            return Ok(Pattern {
                source: source.to_owned(),
                engine: Engine::Literal(
                    memmem::Finder::new(source.as_bytes()).into_owned(),
                    source.len(),
                ),
                newline_engine: None,
                groups: 0,
                names: Vec::new(),
            });
        }
        let translation = translate(source, Ending::Other)?;
        Ok(Pattern {
            source: source.to_owned(),
            engine: Engine::of(&translation)?,
            newline_engine: translation.depends_on_ending.then(OnceLock::new),
            groups: translation.groups,
            names: translation.names,
        })
    }

    /// How many groups it captures.
    pub(super) fn groups(&self) -> usize {
        self.groups
    }

    /// The group of that name.
    pub(super) fn named_group(&self, name: &str) -> Option<usize> {
        self.names
            .iter()
            .find(|(known, _)| known == name)
            .map(|(_, group)| *group)
    }

    /// Room for what a search finds.
    pub(super) fn spans(&self) -> Spans {
        Spans {
            spans: vec![None; self.groups.saturating_add(1)],
            locations: None,
        }
    }

    fn engine_for(&self, text: &str) -> Result<&Engine, FunctionError> {
        match &self.newline_engine {
            Some(engine) if text.ends_with('\n') => engine
                .get_or_init(|| Engine::of(&translate(&self.source, Ending::Newline)?))
                .as_ref()
                .map_err(Clone::clone),
            _ => Ok(&self.engine),
        }
    }

    /// Whether each text matches, where every text is searched alike.
    pub(super) fn matches<'t>(
        &self,
        texts: impl Iterator<Item = &'t str>,
    ) -> Option<BooleanBuffer> {
        match (&self.engine, &self.newline_engine) {
            (Engine::Literal(finder, _), _) => Some(
                texts
                    .map(|text| finder.find(text.as_bytes()).is_some())
                    .collect(),
            ),
            (Engine::Linear { regex, .. }, None) => {
                Some(texts.map(|text| regex.is_match(text)).collect())
            }
            _ => None,
        }
    }

    pub(super) fn is_match(&self, text: &str) -> Result<bool, FunctionError> {
        Ok(match self.engine_for(text)? {
            Engine::Literal(finder, _) => finder.find(text.as_bytes()).is_some(),
            Engine::Linear { regex, .. } => regex.is_match(text),
            Engine::Backtracking(regex) => regex.is_match(text).map_err(runtime_error)?,
        })
    }

    /// The first match that begins at a byte position or later.
    pub(super) fn find(
        &self,
        text: &str,
        from: usize,
    ) -> Result<Option<(usize, usize)>, FunctionError> {
        Ok(match self.engine_for(text)? {
            Engine::Literal(finder, length) => text
                .as_bytes()
                .get(from..)
                .and_then(|rest| finder.find(rest))
                .map(|found| (from + found, from + found + length)),
            Engine::Linear { regex, .. } => regex
                .find_at(text, from)
                .map(|found| (found.start(), found.end())),
            Engine::Backtracking(regex) => regex
                .find_from_pos(text, from)
                .map_err(runtime_error)?
                .map(|found| (found.start(), found.end())),
        })
    }

    /// The same with the groups.
    pub(super) fn capture(
        &self,
        text: &str,
        from: usize,
        spans: &mut Spans,
    ) -> Result<Option<(usize, usize)>, FunctionError> {
        match self.engine_for(text)? {
            Engine::Linear { regex, .. } if self.groups > 0 => {
                let locations = spans
                    .locations
                    .get_or_insert_with(|| regex.capture_locations());
                if regex.captures_read_at(locations, text, from).is_none() {
                    return Ok(None);
                }
                for (group, span) in spans.spans.iter_mut().enumerate() {
                    *span = locations.get(group);
                }
            }
            Engine::Backtracking(regex) if self.groups > 0 => {
                let Some(captures) = regex.captures_from_pos(text, from).map_err(runtime_error)?
                else {
                    return Ok(None);
                };
                for (group, span) in spans.spans.iter_mut().enumerate() {
                    *span = captures
                        .get(group)
                        .map(|found| (found.start(), found.end()));
                }
            }
            _ => {
                let found = self.find(text, from)?;
                if let Some(span) = spans.spans.first_mut() {
                    *span = found;
                }
            }
        }
        Ok(spans.group(0))
    }

    /// Visits all matches from a byte position on. After an empty match the next begins one character later, so an empty match may follow
    /// another match at once.
    pub(super) fn visit(
        &self,
        text: &str,
        from: usize,
        mut visit: impl FnMut(usize, usize) -> Result<Visit, FunctionError>,
    ) -> Result<(), FunctionError> {
        if from == 0
            && let Engine::Linear {
                regex,
                never_empty: true,
            } = self.engine_for(text)?
        {
            for found in regex.find_iter(text) {
                if visit(found.start(), found.end())? == Visit::Stop {
                    break;
                }
            }
            return Ok(());
        }
        let mut next = Some(from);
        while let Some(from) = next
            && let Some((start, end)) = self.find(text, from)?
            && visit(start, end)? == Visit::On
        {
            next = next_start(text, start, end);
        }
        Ok(())
    }

    /// The same with the groups.
    pub(super) fn visit_captures(
        &self,
        text: &str,
        spans: &mut Spans,
        mut visit: impl FnMut(&Spans, usize, usize) -> Result<(), FunctionError>,
    ) -> Result<(), FunctionError> {
        if self.groups == 0 {
            return self.visit(text, 0, |start, end| {
                if let Some(span) = spans.spans.first_mut() {
                    *span = Some((start, end));
                }
                visit(spans, start, end)?;
                Ok(Visit::On)
            });
        }
        let mut next = Some(0);
        while let Some(from) = next
            && let Some((start, end)) = self.capture(text, from, spans)?
        {
            visit(spans, start, end)?;
            next = next_start(text, start, end);
        }
        Ok(())
    }
}

/// Whether a visit goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Visit {
    On,
    Stop,
}

/// Where the search for the next match begins; `None` after an empty match at the end.
fn next_start(text: &str, start: usize, end: usize) -> Option<usize> {
    if start < end {
        return Some(end);
    }
    let skipped = text.get(end..)?.chars().next()?;
    Some(end + skipped.len_utf8())
}

impl Engine {
    fn of(translation: &Translation) -> Result<Engine, FunctionError> {
        let text = translation.text.as_str();
        if translation.backtracks {
            let regex = fancy_regex::RegexBuilder::new(text)
                .backtrack_limit(BACKTRACKS_MAX)
                .delegate_size_limit(PROGRAM_BYTES_MAX)
                .max_prog_size(INSTRUCTIONS_MAX)
                .build()
                .map_err(|error| wrong(&format!("Pattern cannot be compiled: {error}")))?;
            return Ok(Engine::Backtracking(regex));
        }
        let regex = regex::RegexBuilder::new(text)
            .size_limit(PROGRAM_BYTES_MAX)
            .build()
            .map_err(|error| match error {
                regex::Error::CompiledTooBig(_) => wrong("Pattern is too large"),
                error => wrong(&format!("Pattern cannot be compiled: {error}")),
            })?;
        let never_empty = regex_syntax::parse(text)
            .is_ok_and(|syntax| syntax.properties().minimum_len() > Some(0));
        Ok(Engine::Linear { regex, never_empty })
    }
}

fn runtime_error(error: FancyError) -> FunctionError {
    match error {
        FancyError::RuntimeError(
            RuntimeError::BacktrackLimitExceeded | RuntimeError::StackOverflow,
        ) => wrong("Matching of the regular expression takes too many steps"),
        error => wrong(&format!(
            "Matching of the regular expression failed: {error}"
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::{Engine, Pattern};

    #[test]
    fn patterns_run_on_the_fastest_engine_that_can() {
        for (pattern, engine) in [
            ("abc", "literal"),
            ("a朋]}", "literal"),
            ("^a.*c$", "linear"),
            ("(?im)^a+b{2}?$", "linear"),
            ("a(?=b)", "backtracking"),
            ("a++", "backtracking"),
        ] {
            let found = match Pattern::compile(pattern).unwrap().engine {
                Engine::Literal(..) => "literal",
                Engine::Linear { .. } => "linear",
                Engine::Backtracking(_) => "backtracking",
            };
            assert_eq!(found, engine, "{pattern}");
        }
    }

    #[test]
    fn groups_keep_their_last_match() {
        let pattern = Pattern::compile("(?:(?<a>a)|(b))+").unwrap();
        let mut spans = pattern.spans();
        assert_eq!(pattern.capture("xab", 0, &mut spans).unwrap(), Some((1, 3)));
        assert_eq!(
            spans.groups().collect::<Vec<_>>(),
            [Some((1, 2)), Some((2, 3))]
        );
        assert_eq!(pattern.named_group("a"), Some(1));
        assert_eq!(pattern.capture("xab", 2, &mut spans).unwrap(), Some((2, 3)));
        assert_eq!(spans.groups().collect::<Vec<_>>(), [None, Some((2, 3))]);
    }
}
