//! A row pattern: which sequences of variables rows may be mapped to, and which of them is preferred.

use std::fmt;

/// A row pattern over variables that are known by their places.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum Pattern {
    /// `()`
    Empty,
    /// `^`
    PartitionStart,
    /// `$`
    PartitionEnd,
    /// A row that a variable is defined to take.
    Variable(usize),
    /// `A B`
    Concatenation(Vec<Pattern>),
    /// `A | B`; what stands first is preferred.
    Alternation(Vec<Pattern>),
    /// `PERMUTE(A, B)`: all of them, in the first order that matches, by their places in the list.
    Permutation(Vec<Pattern>),
    /// `{- A -}`: the rows are matched and not put out.
    Exclusion(Box<Pattern>),
    /// `A*`, `A{2,3}?`
    Quantified(Box<Pattern>, Quantifier),
}

/// How often a pattern is repeated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Quantifier {
    /// The fewest repetitions.
    pub(crate) at_least: u32,
    /// The most repetitions, if they are bounded.
    pub(crate) at_most: Option<u32>,
    /// Whether more repetitions are preferred.
    pub(crate) greedy: bool,
}

impl Pattern {
    /// The pattern as SQL, with the names of its variables.
    pub(crate) fn display<'a>(&'a self, variables: &'a [String]) -> impl fmt::Display + 'a {
        Shown {
            pattern: self,
            variables,
        }
    }

    /// Whether a part of it is one that `is_meant` says.
    pub(crate) fn contains(&self, is_meant: &impl Fn(&Pattern) -> bool) -> bool {
        is_meant(self)
            || match self {
                Pattern::Concatenation(parts)
                | Pattern::Alternation(parts)
                | Pattern::Permutation(parts) => parts.iter().any(|part| part.contains(is_meant)),
                Pattern::Exclusion(inner) | Pattern::Quantified(inner, _) => {
                    inner.contains(is_meant)
                }
                Pattern::Empty
                | Pattern::PartitionStart
                | Pattern::PartitionEnd
                | Pattern::Variable(_) => false,
            }
    }
}

struct Shown<'a> {
    pattern: &'a Pattern,
    variables: &'a [String],
}

impl Shown<'_> {
    fn of<'b>(&'b self, pattern: &'b Pattern) -> Shown<'b> {
        Shown {
            pattern,
            variables: self.variables,
        }
    }

    fn list(&self, f: &mut fmt::Formatter<'_>, parts: &[Pattern], between: &str) -> fmt::Result {
        for (place, part) in parts.iter().enumerate() {
            if place > 0 {
                f.write_str(between)?;
            }
            write!(f, "{}", self.of(part))?;
        }
        Ok(())
    }
}

impl fmt::Display for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.pattern {
            Pattern::Empty => f.write_str("()"),
            Pattern::PartitionStart => f.write_str("^"),
            Pattern::PartitionEnd => f.write_str("$"),
            Pattern::Variable(place) => match self.variables.get(*place) {
                Some(name) => f.write_str(name),
                None => write!(f, "{place}"),
            },
            Pattern::Concatenation(parts) => {
                f.write_str("(")?;
                self.list(f, parts, " ")?;
                f.write_str(")")
            }
            Pattern::Alternation(parts) => {
                f.write_str("(")?;
                self.list(f, parts, " | ")?;
                f.write_str(")")
            }
            Pattern::Permutation(parts) => {
                f.write_str("PERMUTE(")?;
                self.list(f, parts, ", ")?;
                f.write_str(")")
            }
            Pattern::Exclusion(inner) => write!(f, "{{- {} -}}", self.of(inner)),
            Pattern::Quantified(inner, quantifier) => {
                write!(f, "{}{quantifier}", self.of(inner))
            }
        }
    }
}

impl fmt::Display for Quantifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.at_least, self.at_most) {
            (0, None) => f.write_str("*")?,
            (1, None) => f.write_str("+")?,
            (0, Some(1)) => f.write_str("?")?,
            (at_least, None) => write!(f, "{{{at_least},}}")?,
            (at_least, Some(at_most)) if at_least == at_most => write!(f, "{{{at_least}}}")?,
            (at_least, Some(at_most)) => write!(f, "{{{at_least},{at_most}}}")?,
        }
        if self.greedy {
            Ok(())
        } else {
            f.write_str("?")
        }
    }
}
