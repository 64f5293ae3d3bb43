//! A compiled LIKE pattern: `%` is any text, `_` any character. Matching is linear in the text for the length of a pattern.

use memchr::memmem::{self, Finder};

use crate::error::FunctionError;

/// A part of a pattern.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Piece {
    /// This text.
    Literal(String),
    /// So many characters, or more if it is unbounded.
    Any { least: usize, unbounded: bool },
}

/// A LIKE pattern as it is matched.
#[derive(Debug)]
pub(super) enum LikePattern {
    /// This text.
    Exact(String),
    /// All text that begins with the first, ends with the second, and has something in between.
    Ends { prefix: String, suffix: String },
    /// All text that contains another.
    Contains(Finder<'static>),
    /// What begins and ends with texts of fixed lengths and has segments in this order between them.
    General {
        prefix: Vec<Piece>,
        segments: Vec<Segment>,
        suffix: Vec<Piece>,
        /// The least number of characters before the suffix; `None` if the prefix is the whole pattern.
        last_gap: Option<usize>,
    },
}

/// A part of a pattern between two `%`.
#[derive(Debug)]
pub(super) struct Segment {
    /// The least number of characters before it.
    gap: usize,
    /// Searches for its first literal.
    first: Finder<'static>,
    first_length: usize,
    /// What follows its first literal.
    rest: Vec<Piece>,
}

impl LikePattern {
    pub(super) fn compile(
        pattern: &str,
        escape: Option<char>,
    ) -> Result<LikePattern, FunctionError> {
        let pieces = parse(pattern, escape)?;
        let any = |piece: &Piece| {
            matches!(
                piece,
                Piece::Any {
                    least: 0,
                    unbounded: true
                }
            )
        };
        Ok(match pieces.as_slice() {
            [] => LikePattern::Exact(String::new()),
            [Piece::Literal(text)] => LikePattern::Exact(text.clone()),
            [gap] if any(gap) => ends("", ""),
            [Piece::Literal(prefix), gap] if any(gap) => ends(prefix, ""),
            [gap, Piece::Literal(suffix)] if any(gap) => ends("", suffix),
            [Piece::Literal(prefix), gap, Piece::Literal(suffix)] if any(gap) => {
                ends(prefix, suffix)
            }
            [before, Piece::Literal(text), after] if any(before) && any(after) => {
                LikePattern::Contains(finder(text))
            }
            _ => general(pieces),
        })
    }

    pub(super) fn matches(&self, text: &str) -> bool {
        match self {
            LikePattern::Exact(wanted) => text == wanted,
            LikePattern::Ends { prefix, suffix } => text
                .strip_prefix(prefix.as_str())
                .is_some_and(|rest| rest.ends_with(suffix.as_str())),
            LikePattern::Contains(finder) => finder.find(text.as_bytes()).is_some(),
            LikePattern::General {
                prefix,
                segments,
                suffix,
                last_gap,
            } => matches_general(text, prefix, segments, suffix, *last_gap),
        }
    }
}

fn ends(prefix: &str, suffix: &str) -> LikePattern {
    LikePattern::Ends {
        prefix: prefix.to_owned(),
        suffix: suffix.to_owned(),
    }
}

fn finder(text: &str) -> Finder<'static> {
    memmem::Finder::new(text.as_bytes()).into_owned()
}

/// The pieces of a pattern, where wildcards that follow each other are one and so are literals.
fn parse(pattern: &str, escape: Option<char>) -> Result<Vec<Piece>, FunctionError> {
    let mut pieces: Vec<Piece> = Vec::new();
    let mut characters = pattern.chars();
    while let Some(c) = characters.next() {
        let literal = if Some(c) == escape {
            match characters.next() {
                Some(escaped) if matches!(escaped, '%' | '_') || Some(escaped) == escape => escaped,
                _ => {
                    return Err(FunctionError::argument(
                        "Escape character must be followed by '%', '_' or the escape character itself",
                    ));
                }
            }
        } else if matches!(c, '%' | '_') {
            if !matches!(pieces.last(), Some(Piece::Any { .. })) {
                pieces.push(Piece::Any {
                    least: 0,
                    unbounded: false,
                });
            }
            if let Some(Piece::Any { least, unbounded }) = pieces.last_mut() {
                match c {
                    '_' => *least += 1,
                    _ => *unbounded = true,
                }
            }
            continue;
        } else {
            c
        };
        match pieces.last_mut() {
            Some(Piece::Literal(text)) => text.push(literal),
            _ => pieces.push(Piece::Literal(literal.to_string())),
        }
    }
    Ok(pieces)
}

fn general(pieces: Vec<Piece>) -> LikePattern {
    let mut prefix = Vec::new();
    let mut segments: Vec<(usize, Vec<Piece>)> = Vec::new();
    for piece in pieces {
        match (piece, segments.last_mut()) {
            (
                Piece::Any {
                    least,
                    unbounded: true,
                },
                _,
            ) => segments.push((least, Vec::new())),
            (piece, Some((_, segment))) => segment.push(piece),
            (piece, None) => prefix.push(piece),
        }
    }
    // The last segment must end the text.
    let (last_gap, suffix) = match segments.pop() {
        Some((gap, suffix)) => (Some(gap), suffix),
        None => (None, Vec::new()),
    };
    let segments = segments
        .into_iter()
        .map(|(gap, mut rest)| {
            // Wildcards of fixed length are part of the unbounded one before, so a segment begins with a literal.
            let first = match rest.first() {
                Some(Piece::Literal(text)) => text.clone(),
                _ => String::new(),
            };
            if !rest.is_empty() {
                rest.remove(0);
            }
            Segment {
                gap,
                first: finder(&first),
                first_length: first.len(),
                rest,
            }
        })
        .collect();
    LikePattern::General {
        prefix,
        segments,
        suffix,
        last_gap,
    }
}

fn matches_general(
    text: &str,
    prefix: &[Piece],
    segments: &[Segment],
    suffix: &[Piece],
    last_gap: Option<usize>,
) -> bool {
    let Some(mut rest) = strip_start(text, prefix) else {
        return false;
    };
    let Some(last_gap) = last_gap else {
        return rest.is_empty();
    };
    for segment in segments {
        // What matches first leaves the most for the segments that follow.
        match skip(rest, segment.gap).and_then(|rest| segment.find(rest)) {
            Some(after) => rest = after,
            None => return false,
        }
    }
    strip_end(rest, suffix).is_some_and(|gap| skip(gap, last_gap).is_some())
}

impl Segment {
    /// What follows the first place in a text where the segment is.
    fn find<'t>(&self, text: &'t str) -> Option<&'t str> {
        let mut searched = text;
        loop {
            let found = self.first.find(searched.as_bytes())?;
            let after = searched.get(found + self.first_length..)?;
            if let Some(rest) = strip_start(after, &self.rest) {
                return Some(rest);
            }
            let mut next = searched.get(found..)?.chars();
            next.next()?;
            searched = next.as_str();
        }
    }
}

/// The text after so many characters, if it has them.
fn skip(text: &str, characters: usize) -> Option<&str> {
    let mut rest = text.chars();
    for _ in 0..characters {
        rest.next()?;
    }
    Some(rest.as_str())
}

fn strip_start<'t>(text: &'t str, pieces: &[Piece]) -> Option<&'t str> {
    pieces.iter().try_fold(text, |rest, piece| match piece {
        Piece::Literal(literal) => rest.strip_prefix(literal.as_str()),
        Piece::Any { least, .. } => skip(rest, *least),
    })
}

fn strip_end<'t>(text: &'t str, pieces: &[Piece]) -> Option<&'t str> {
    pieces
        .iter()
        .rev()
        .try_fold(text, |rest, piece| match piece {
            Piece::Literal(literal) => rest.strip_suffix(literal.as_str()),
            Piece::Any { least, .. } => {
                let mut rest = rest.chars();
                for _ in 0..*least {
                    rest.next_back()?;
                }
                Some(rest.as_str())
            }
        })
}

#[cfg(test)]
mod tests {
    use super::LikePattern;

    /// LIKE by its definition, for short texts.
    fn defined(text: &[char], pattern: &[char]) -> bool {
        match pattern {
            [] => text.is_empty(),
            ['%', rest @ ..] => (0..=text.len()).any(|skipped| defined(&text[skipped..], rest)),
            ['_', rest @ ..] => !text.is_empty() && defined(&text[1..], rest),
            [c, rest @ ..] => text.first() == Some(c) && defined(&text[1..], rest),
        }
    }

    /// All words up to a length over letters.
    fn words(letters: &[char], longest: usize) -> Vec<Vec<char>> {
        let mut words = vec![Vec::new()];
        let mut start = 0;
        for _ in 0..longest {
            let end = words.len();
            for place in start..end {
                for letter in letters {
                    let mut word = words[place].clone();
                    word.push(*letter);
                    words.push(word);
                }
            }
            start = end;
        }
        words
    }

    #[test]
    fn short_patterns_match_as_defined() {
        let texts = words(&['a', '💰'], 5);
        for pattern in words(&['a', '💰', '%', '_'], 5) {
            let written: String = pattern.iter().collect();
            let compiled = LikePattern::compile(&written, None).unwrap();
            for text in &texts {
                let value: String = text.iter().collect();
                assert_eq!(
                    compiled.matches(&value),
                    defined(text, &pattern),
                    "'{value}' LIKE '{written}'"
                );
            }
        }
    }

    #[test]
    fn common_patterns_are_compiled_to_searches() {
        let kind = |pattern| format!("{:?}", LikePattern::compile(pattern, None).unwrap());
        assert!(kind("abc").starts_with("Exact"));
        assert!(kind("abc%").starts_with("Ends"));
        assert!(kind("%%abc").starts_with("Ends"));
        assert!(kind("%abc%").starts_with("Contains"));
        assert!(kind("%abc%d").starts_with("General"));
    }
}
