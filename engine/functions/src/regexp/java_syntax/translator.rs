//! Translates patterns: alternatives, sequences and what needs no backslash or parenthesis.

use regex_syntax::is_meta_character;

use super::char_class::{class_text, code_range, parse_class};
use super::reader::{PatternReader, wrong};
use crate::error::FunctionError;

/// How deep groups may nest.
const DEPTH_MAX: usize = 60;

/// The longest translated pattern.
const TRANSLATED_BYTES_MAX: usize = 1 << 22;

/// How the texts end that a translated pattern is for. What is there before and after a last `\n` can be said linearly where there is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::regexp) enum Ending {
    Newline,
    Other,
}

/// A pattern for the regex engines.
#[derive(Debug)]
pub(in crate::regexp) struct Translation {
    pub(in crate::regexp) text: String,
    /// Whether it needs an engine that backtracks.
    pub(in crate::regexp) backtracks: bool,
    /// Whether it is another for texts with another ending.
    pub(in crate::regexp) depends_on_ending: bool,
    /// How many groups it captures.
    pub(in crate::regexp) groups: usize,
    /// The names of groups and their numbers.
    pub(in crate::regexp) names: Vec<(String, usize)>,
}

pub(in crate::regexp) fn translate(
    pattern: &str,
    ending: Ending,
) -> Result<Translation, FunctionError> {
    let mut translator = Translator {
        reader: PatternReader::new(pattern),
        ending,
        options: Options::default(),
        written: 0,
        greatest_reference: 0,
        translation: Translation {
            text: String::new(),
            backtracks: false,
            depends_on_ending: false,
            groups: 0,
            names: Vec::new(),
        },
    };
    let body = translator.alternatives(0)?;
    if translator.reader.peek().is_some() {
        return Err(wrong("unmatched close parenthesis"));
    }
    let mut translation = translator.translation;
    if translator.greatest_reference > translation.groups {
        return Err(wrong("invalid backref number/name"));
    }
    translation.text = body.text;
    Ok(translation)
}

/// The flags that hold where the pattern is read.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Options {
    pub(super) ignore_case: bool,
    pub(super) multi_line: bool,
    pub(super) dot_all: bool,
    pub(super) extended: bool,
}

/// Translated text, and what must be known to repeat it.
pub(super) struct Part {
    pub(super) text: String,
    pub(super) kind: PartKind,
}

#[derive(Clone, Copy, PartialEq)]
pub(super) enum PartKind {
    /// Can be repeated as it is.
    Unit,
    /// Must be grouped before.
    Sequence,
    /// Takes no characters.
    Assertion,
    /// Nothing at all.
    Empty,
}

impl Part {
    pub(super) fn unit(text: impl Into<String>) -> Part {
        Part {
            text: text.into(),
            kind: PartKind::Unit,
        }
    }

    pub(super) fn assertion(text: impl Into<String>) -> Part {
        Part {
            text: text.into(),
            kind: PartKind::Assertion,
        }
    }
}

/// A pattern on its way.
pub(super) struct Translator {
    pub(super) reader: PatternReader,
    ending: Ending,
    pub(super) options: Options,
    /// How much is written.
    written: usize,
    /// The greatest number of a group that is referred to.
    pub(super) greatest_reference: usize,
    pub(super) translation: Translation,
}

impl Translator {
    /// Everything up to the end of the group.
    pub(super) fn alternatives(&mut self, depth: usize) -> Result<Part, FunctionError> {
        if depth > DEPTH_MAX {
            return Err(wrong("Pattern is nested too deep"));
        }
        let mut part = self.sequence(depth)?;
        while self.reader.eat('|') {
            part.text.push('|');
            part.text.push_str(&self.sequence(depth)?.text);
            part.kind = PartKind::Sequence;
        }
        Ok(part)
    }

    fn sequence(&mut self, depth: usize) -> Result<Part, FunctionError> {
        let mut sequence = Part {
            text: String::new(),
            kind: PartKind::Empty,
        };
        loop {
            self.skip_comments()?;
            if matches!(self.reader.peek(), None | Some('|' | ')')) {
                return Ok(sequence);
            }
            let part = self.atom(depth)?;
            let part = self.repeated(part)?;
            self.written = self.written.saturating_add(part.text.len());
            if self.written > TRANSLATED_BYTES_MAX {
                return Err(wrong("Pattern is too large"));
            }
            sequence.kind = match sequence.kind {
                PartKind::Empty => part.kind,
                _ if part.kind == PartKind::Empty => sequence.kind,
                _ => PartKind::Sequence,
            };
            sequence.text.push_str(&part.text);
        }
    }

    /// Skips comments, and under `(?x)` blanks.
    pub(super) fn skip_comments(&mut self) -> Result<(), FunctionError> {
        loop {
            if self.reader.looks_at("(?#") {
                loop {
                    match self.reader.next() {
                        None => return Err(wrong("end pattern in group")),
                        Some('\\') => {
                            self.reader.next();
                        }
                        Some(')') => break,
                        Some(_) => {}
                    }
                }
            } else if self.options.extended
                && matches!(self.reader.peek(), Some(' ' | '\t' | '\n' | '\r' | '\u{C}'))
            {
                self.reader.next();
            } else if self.options.extended && self.reader.eat('#') {
                while self.reader.next().is_some_and(|c| c != '\n') {}
            } else {
                return Ok(());
            }
        }
    }

    fn atom(&mut self, depth: usize) -> Result<Part, FunctionError> {
        if matches!(self.reader.peek(), Some('*' | '+' | '?')) || self.interval()?.is_some() {
            return Err(wrong("target of repeat operator is not specified"));
        }
        Ok(match self.reader.next() {
            None => Part::unit(""),
            Some('\\') => self.escape()?,
            Some('(') => self.group(depth)?,
            Some('[') => {
                let class = parse_class(&mut self.reader, self.options.ignore_case)?;
                Part::unit(class_text(&class))
            }
            Some('.') if self.options.dot_all => Part::unit("(?s:.)"),
            Some('.') => Part::unit("[^\\n]"),
            Some('^') => self.start(),
            Some('$') if self.options.multi_line => Part::assertion("(?m:$)"),
            Some('$') => self.end(),
            Some(c) => self.literal(u32::from(c)),
        })
    }

    /// `^`
    fn start(&mut self) -> Part {
        if !self.options.multi_line {
            return Part::assertion("\\A");
        }
        self.translation.depends_on_ending = true;
        match self.ending {
            Ending::Other => Part::assertion("(?m:^)"),
            Ending::Newline => {
                self.translation.backtracks = true;
                Part::assertion("(?:\\A|(?m:^)(?!\\z))")
            }
        }
    }

    /// `$` or `\Z`
    pub(super) fn end(&mut self) -> Part {
        self.translation.depends_on_ending = true;
        match self.ending {
            Ending::Other => Part::assertion("\\z"),
            Ending::Newline => {
                self.translation.backtracks = true;
                Part::assertion("(?=\\n?\\z)")
            }
        }
    }

    pub(super) fn literal(&mut self, code: u32) -> Part {
        let mut class = code_range(code, code);
        if self.options.ignore_case {
            class.case_fold_simple();
        }
        match (class.ranges(), char::from_u32(code)) {
            ([range], Some(c)) if range.start() == range.end() => {
                let mut text = String::new();
                if is_meta_character(c) {
                    text.push('\\');
                }
                text.push(c);
                Part::unit(text)
            }
            _ => Part::unit(class_text(&class)),
        }
    }
}
