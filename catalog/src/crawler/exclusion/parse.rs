//! Reads the text of a glob into steps.

use super::automaton::Step;
use super::error::ExclusionError;

/// Twice the longest key of S3, as every character may need a backslash.
pub(super) const PATTERN_CHARACTERS_MAX: usize = 2048;

/// Reads a pattern.
pub(super) fn steps(pattern: &str) -> Result<Vec<Step>, ExclusionError> {
    let characters: Vec<char> = pattern.chars().take(PATTERN_CHARACTERS_MAX + 1).collect();
    if characters.len() > PATTERN_CHARACTERS_MAX {
        return Err(ExclusionError::TooLong);
    }
    let parser = Parser {
        pattern,
        characters,
        at: 0,
        steps: Vec::new(),
        braces: None,
    };
    parser.parse()
}

/// Braces that are open.
struct Braces {
    /// Where the opening brace is, counted from 1.
    position: usize,
    /// The step that forks into the alternatives.
    fork: usize,
    /// Where each alternative begins.
    beginnings: Vec<usize>,
    /// The jumps at the end of each alternative, whose aim is known when the braces close.
    jumps: Vec<usize>,
}

struct Parser<'p> {
    pattern: &'p str,
    characters: Vec<char>,
    at: usize,
    steps: Vec<Step>,
    braces: Option<Braces>,
}

impl Parser<'_> {
    fn next(&mut self) -> Option<char> {
        let character = self.characters.get(self.at).copied()?;
        self.at += 1;
        Some(character)
    }

    fn next_if(&mut self, wanted: char) -> bool {
        let found = self.characters.get(self.at) == Some(&wanted);
        self.at += usize::from(found);
        found
    }

    fn parse(mut self) -> Result<Vec<Step>, ExclusionError> {
        while let Some(character) = self.next() {
            match character {
                '*' => self.stars(),
                '?' => self.steps.push(Step::AnyOfName),
                '[' => self.class()?,
                '{' => self.open_braces()?,
                '\\' => {
                    let escaped = self.next();
                    let escaped = escaped.ok_or_else(|| ExclusionError::EndsWithBackslash {
                        pattern: self.pattern.to_owned(),
                    })?;
                    self.steps.push(Step::Exactly(escaped));
                }
                ',' if self.braces.is_some() => self.next_alternative(),
                '}' if self.braces.is_some() => self.close_braces(),
                other => self.steps.push(Step::Exactly(other)),
            }
        }
        match self.braces {
            Some(braces) => Err(ExclusionError::Unclosed {
                pattern: self.pattern.to_owned(),
                opened: '{',
                position: braces.position,
            }),
            None => Ok(self.steps),
        }
    }

    fn stars(&mut self) {
        let mut step = Step::ManyOfName;
        while self.next_if('*') {
            step = Step::Many;
        }
        self.steps.push(step);
    }

    /// Reads what follows `[`. As in Java's globs, `*`, `?` and the backslash stand for themselves there, and so does a hyphen
    /// that is first or last.
    fn class(&mut self) -> Result<(), ExclusionError> {
        let position = self.at;
        let wrong = |parser: &Self, problem| ExclusionError::Brackets {
            pattern: parser.pattern.to_owned(),
            position,
            problem,
        };
        let is_negated = self.next_if('!');
        let mut ranges = Vec::new();
        loop {
            let Some(first) = self.next() else {
                return Err(ExclusionError::Unclosed {
                    pattern: self.pattern.to_owned(),
                    opened: '[',
                    position,
                });
            };
            if first == ']' {
                break;
            }
            let is_range = self.characters.get(self.at) == Some(&'-')
                && self.characters.get(self.at + 1).is_some_and(|c| *c != ']');
            let mut last = first;
            if is_range {
                self.at += 1;
                last = self.next().unwrap_or(first);
            }
            if first == '/' || last == '/' {
                return Err(wrong(self, "hold a `/`, which they never match; remove it"));
            }
            if first > last {
                return Err(wrong(
                    self,
                    "hold a range whose end is before its start; exchange them",
                ));
            }
            ranges.push((first, last));
        }
        if ranges.is_empty() {
            return Err(wrong(
                self,
                "are empty; put characters in them or remove them",
            ));
        }
        self.steps.push(Step::Class { is_negated, ranges });
        Ok(())
    }

    fn open_braces(&mut self) -> Result<(), ExclusionError> {
        let position = self.at;
        if self.braces.is_some() {
            return Err(ExclusionError::NestedBraces {
                pattern: self.pattern.to_owned(),
                position,
            });
        }
        let fork = self.steps.len();
        self.steps.push(Step::Fork(Vec::new()));
        self.braces = Some(Braces {
            position,
            fork,
            beginnings: vec![fork + 1],
            jumps: Vec::new(),
        });
        Ok(())
    }

    /// Ends an alternative with a jump and begins the next.
    fn next_alternative(&mut self) {
        let jump = self.steps.len();
        self.steps.push(Step::Jump(jump + 1));
        if let Some(braces) = &mut self.braces {
            braces.jumps.push(jump);
            braces.beginnings.push(jump + 1);
        }
    }

    fn close_braces(&mut self) {
        let Some(braces) = self.braces.take() else {
            return;
        };
        let end = self.steps.len();
        for jump in braces.jumps {
            if let Some(step) = self.steps.get_mut(jump) {
                *step = Step::Jump(end);
            }
        }
        if let Some(step) = self.steps.get_mut(braces.fork) {
            *step = Step::Fork(braces.beginnings);
        }
    }
}
