//! Row patterns as the parser gives them, made patterns over numbered variables.

use sqlparser::ast::{Ident, MatchRecognizePattern, MatchRecognizeSymbol, RepetitionQuantifier};

use crate::analyze::expression::canonical;
use crate::error::{ErrorCode, QueryError, Result};
use crate::row_pattern::{Pattern, Quantifier};

/// The most repetitions that a quantifier may name, as Trino has it.
const REPETITIONS_MAX: u32 = 2_147_483_647;

/// Numbers the variables of a pattern as they come.
#[derive(Debug, Default)]
pub(super) struct PatternReader {
    /// Their names.
    pub(super) variables: Vec<String>,
}

impl PatternReader {
    fn variable(&mut self, name: &Ident) -> Pattern {
        let name = canonical(name);
        let place = match self.variables.iter().position(|known| *known == name) {
            Some(place) => place,
            None => {
                self.variables.push(name);
                self.variables.len() - 1
            }
        };
        Pattern::Variable(place)
    }

    fn symbol(&mut self, symbol: &MatchRecognizeSymbol) -> Pattern {
        match symbol {
            MatchRecognizeSymbol::Named(name) => self.variable(name),
            MatchRecognizeSymbol::Start => Pattern::PartitionStart,
            MatchRecognizeSymbol::End => Pattern::PartitionEnd,
        }
    }

    fn patterns(&mut self, parts: &[MatchRecognizePattern]) -> Result<Vec<Pattern>> {
        parts.iter().map(|part| row_pattern(part, self)).collect()
    }
}

/// The pattern.
pub(super) fn row_pattern(
    pattern: &MatchRecognizePattern,
    reader: &mut PatternReader,
) -> Result<Pattern> {
    Ok(match pattern {
        MatchRecognizePattern::Symbol(symbol) => reader.symbol(symbol),
        MatchRecognizePattern::Exclude(symbol) => {
            Pattern::Exclusion(Box::new(reader.symbol(symbol)))
        }
        MatchRecognizePattern::Permute(symbols) => {
            Pattern::Permutation(symbols.iter().map(|symbol| reader.symbol(symbol)).collect())
        }
        MatchRecognizePattern::Concat(parts) if parts.is_empty() => Pattern::Empty,
        MatchRecognizePattern::Concat(parts) => match (marker(parts), parts.as_slice()) {
            (Some("$reluctant"), [_, MatchRecognizePattern::Repetition(inner, quantifier)]) => {
                let inner = row_pattern(inner, reader)?;
                let mut quantifier = repetitions(quantifier)?;
                quantifier.greedy = false;
                Pattern::Quantified(Box::new(inner), quantifier)
            }
            (Some("$exclude"), [_, excluded]) => {
                Pattern::Exclusion(Box::new(row_pattern(excluded, reader)?))
            }
            (Some("$permute"), [_, parts @ ..]) => Pattern::Permutation(reader.patterns(parts)?),
            _ => Pattern::Concatenation(reader.patterns(parts)?),
        },
        MatchRecognizePattern::Group(inner) => row_pattern(inner, reader)?,
        MatchRecognizePattern::Alternation(parts) => Pattern::Alternation(reader.patterns(parts)?),
        MatchRecognizePattern::Repetition(inner, quantifier) => {
            let inner = row_pattern(inner, reader)?;
            Pattern::Quantified(Box::new(inner), repetitions(quantifier)?)
        }
    })
}

/// What the parser marks a sequence with where sqlparser's nodes cannot say it.
fn marker(parts: &[MatchRecognizePattern]) -> Option<&str> {
    match parts.first()? {
        MatchRecognizePattern::Symbol(MatchRecognizeSymbol::Named(name))
            if name.quote_style.is_none() && name.value.starts_with('$') =>
        {
            Some(&name.value)
        }
        _ => None,
    }
}

fn repetitions(quantifier: &RepetitionQuantifier) -> Result<Quantifier> {
    let (at_least, at_most) = match *quantifier {
        RepetitionQuantifier::ZeroOrMore => (0, None),
        RepetitionQuantifier::OneOrMore => (1, None),
        RepetitionQuantifier::AtMostOne => (0, Some(1)),
        RepetitionQuantifier::Exactly(count) => (count, Some(count)),
        RepetitionQuantifier::AtLeast(count) => (count, None),
        RepetitionQuantifier::AtMost(count) => (0, Some(count)),
        RepetitionQuantifier::Range(low, high) => (low, Some(high)),
    };
    let out_of_range = |bound: &str| {
        let message = format!("Pattern quantifier {bound}");
        Err(QueryError::new(ErrorCode::NumericValueOutOfRange, message))
    };
    if at_least > REPETITIONS_MAX {
        return out_of_range(&format!("lower bound must not exceed {REPETITIONS_MAX}"));
    }
    if at_most == Some(0) {
        return out_of_range("upper bound must be greater than or equal to 1");
    }
    if at_most.is_some_and(|at_most| at_most > REPETITIONS_MAX) {
        return out_of_range(&format!("upper bound must not exceed {REPETITIONS_MAX}"));
    }
    if at_most.is_some_and(|at_most| at_least > at_most) {
        return Err(QueryError::new(
            ErrorCode::InvalidRange,
            "Pattern quantifier lower bound must not exceed upper bound",
        ));
    }
    Ok(Quantifier {
        at_least,
        at_most,
        greedy: true,
    })
}
