//! Quantifiers: greedy, lazy and possessive.

use super::reader::wrong;
use super::translator::{Part, PartKind, Translator};
use crate::error::FunctionError;

/// The greatest bound of a quantifier.
const REPEAT_MAX: u64 = 100_000;

/// How often something repeats.
struct Quantifier {
    lower: u64,
    upper: Option<u64>,
    lazy: bool,
    possessive: bool,
}

impl Translator {
    /// The part with all quantifiers that follow it.
    pub(super) fn repeated(&mut self, mut part: Part) -> Result<Part, FunctionError> {
        loop {
            self.skip_comments()?;
            let (lower, upper) = match self.reader.peek() {
                Some('*') => (0, None),
                Some('+') => (1, None),
                Some('?') => (0, Some(1)),
                _ => match self.interval()? {
                    Some(bounds) => {
                        part = self.quantified(part, bounds);
                        continue;
                    }
                    None => return Ok(part),
                },
            };
            self.reader.next();
            part = self.quantified(part, (lower, upper));
        }
    }

    /// Repeats the part. The character that makes a quantifier lazy or possessive may follow.
    fn quantified(&mut self, part: Part, (lower, upper): (u64, Option<u64>)) -> Part {
        let lazy = self.reader.eat('?');
        let possessive = !lazy && self.reader.eat('+');
        let quantifier = Quantifier {
            lower,
            upper,
            lazy,
            possessive,
        };
        self.translation.backtracks |=
            possessive && matches!(part.kind, PartKind::Unit | PartKind::Sequence);
        quantifier.of(part)
    }

    /// `{n}`, `{n,}` or `{n,m}`; `None` if it is no such quantifier, and nothing is read.
    pub(super) fn interval(&mut self) -> Result<Option<(u64, Option<u64>)>, FunctionError> {
        let place = self.reader.place();
        if !self.reader.eat('{') {
            return Ok(None);
        }
        let bound = |number: Option<u64>| match number {
            Some(number) if number > REPEAT_MAX => Err(wrong("too big number for repeat range")),
            number => Ok(number),
        };
        let lower = bound(self.reader.number(10, usize::MAX))?;
        let upper = if self.reader.eat(',') {
            bound(self.reader.number(10, usize::MAX))?
        } else {
            lower
        };
        match lower {
            Some(lower) if self.reader.eat('}') => {
                if upper.is_some_and(|upper| upper < lower) {
                    return Err(wrong("upper is smaller than lower in repeat range"));
                }
                Ok(Some((lower, upper)))
            }
            _ => {
                self.reader.return_to(place);
                Ok(None)
            }
        }
    }
}

impl Quantifier {
    fn of(&self, part: Part) -> Part {
        if (self.lower, self.upper) == (1, Some(1)) {
            return part;
        }
        match part.kind {
            PartKind::Empty => return part,
            // What takes no characters need not be there twice.
            PartKind::Assertion if self.lower > 0 => return part,
            PartKind::Assertion => return Part::assertion(format!("(?:{}|)", part.text)),
            PartKind::Unit | PartKind::Sequence => {}
        }
        let (open, close) = match part.kind {
            PartKind::Unit => ("", ""),
            _ => ("(?:", ")"),
        };
        let lazy = if self.lazy { "?" } else { "" };
        let count = match (self.lower, self.upper) {
            (0, None) => "*".to_owned(),
            (1, None) => "+".to_owned(),
            (0, Some(1)) => "?".to_owned(),
            (lower, None) => format!("{{{lower},}}"),
            (lower, Some(upper)) if lower == upper => format!("{{{lower}}}"),
            (lower, Some(upper)) => format!("{{{lower},{upper}}}"),
        };
        let text = format!("{open}{}{close}{count}{lazy}", part.text);
        if self.possessive {
            Part::unit(format!("(?>{text})"))
        } else {
            Part {
                text,
                kind: PartKind::Sequence,
            }
        }
    }
}
