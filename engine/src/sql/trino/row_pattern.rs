//! The patterns of MATCH_RECOGNIZE. Where sqlparser's nodes cannot say it, a pattern is a `Concat` that begins with a symbol that no
//! query can write: `$reluctant`, `$exclude` or `$permute`.

use sqlparser::ast::{
    Expr, Ident, MatchRecognizePattern, MatchRecognizeSymbol, RepetitionQuantifier, Value,
};
use sqlparser::tokenizer::Span;

use super::cursor::Cursor;
use super::lexer::TokenKind;
use crate::error::Result;

impl Cursor<'_> {
    /// `pattern | pattern`
    pub(super) fn row_pattern(&mut self) -> Result<MatchRecognizePattern> {
        self.nested(|cursor| {
            let mut choices = vec![cursor.pattern_sequence()?];
            while cursor.take_symbol("|") {
                choices.push(cursor.pattern_sequence()?);
            }
            Ok(single(choices).unwrap_or_else(MatchRecognizePattern::Alternation))
        })
    }

    /// `pattern pattern`
    fn pattern_sequence(&mut self) -> Result<MatchRecognizePattern> {
        let mut parts = vec![self.quantified_pattern()?];
        while self.begins_pattern() {
            parts.push(self.quantified_pattern()?);
        }
        Ok(single(parts).unwrap_or_else(MatchRecognizePattern::Concat))
    }

    fn begins_pattern(&mut self) -> bool {
        let symbol = ["(", "^", "$", "{-"]
            .into_iter()
            .any(|symbol| self.at_symbol(symbol));
        symbol || self.at_name()
    }

    fn quantified_pattern(&mut self) -> Result<MatchRecognizePattern> {
        let span = self.span();
        let pattern = self.pattern_primary()?;
        let Some(quantifier) = self.quantifier()? else {
            return Ok(pattern);
        };
        let repeated = MatchRecognizePattern::Repetition(Box::new(pattern), quantifier);
        Ok(if self.take_symbol("?") {
            marked("$reluctant", span, vec![repeated])
        } else {
            repeated
        })
    }

    fn pattern_primary(&mut self) -> Result<MatchRecognizePattern> {
        let span = self.span();
        if self.is(0, "PERMUTE") && self.is_symbol(1, "(") {
            self.advance();
            let patterns = self.list_in_parentheses(Self::row_pattern)?;
            return Ok(match patterns.iter().map(symbol).collect() {
                Some(symbols) => MatchRecognizePattern::Permute(symbols),
                None => marked("$permute", span, patterns),
            });
        }
        if self.take_symbol("(") {
            let inner = if self.at_symbol(")") {
                MatchRecognizePattern::Concat(Vec::new())
            } else {
                self.row_pattern()?
            };
            self.expect_symbol(")")?;
            return Ok(MatchRecognizePattern::Group(Box::new(inner)));
        }
        if self.take_symbol("{-") {
            let excluded = self.row_pattern()?;
            self.expect_symbol("-}")?;
            return Ok(match symbol(&excluded) {
                Some(symbol) => MatchRecognizePattern::Exclude(symbol),
                None => marked("$exclude", span, vec![excluded]),
            });
        }
        let symbol = if self.take_symbol("^") {
            MatchRecognizeSymbol::Start
        } else if self.take_symbol("$") {
            MatchRecognizeSymbol::End
        } else {
            MatchRecognizeSymbol::Named(self.name()?)
        };
        Ok(MatchRecognizePattern::Symbol(symbol))
    }

    fn quantifier(&mut self) -> Result<Option<RepetitionQuantifier>> {
        for (symbol, quantifier) in [
            ("*", RepetitionQuantifier::ZeroOrMore),
            ("+", RepetitionQuantifier::OneOrMore),
            ("?", RepetitionQuantifier::AtMostOne),
        ] {
            if self.take_symbol(symbol) {
                return Ok(Some(quantifier));
            }
        }
        if !self.take_symbol("{") {
            return Ok(None);
        }
        let low = self.repetitions()?;
        let quantifier = if low.is_none() || self.at_symbol(",") {
            self.expect_symbol(",")?;
            match (low, self.repetitions()?) {
                (None, None) => RepetitionQuantifier::ZeroOrMore,
                (None, Some(high)) => RepetitionQuantifier::AtMost(high),
                (Some(low), None) => RepetitionQuantifier::AtLeast(low),
                (Some(low), Some(high)) => RepetitionQuantifier::Range(low, high),
            }
        } else {
            RepetitionQuantifier::Exactly(low.unwrap_or_default())
        };
        self.expect_symbol("}")?;
        Ok(Some(quantifier))
    }

    /// A number of repetitions if one stands here.
    fn repetitions(&mut self) -> Result<Option<u32>> {
        if !matches!(self.kind(0), TokenKind::Integer(_)) {
            self.expecting_construct("<integer>");
            return Ok(None);
        }
        let too_many = self.error("a pattern is repeated too often");
        let Expr::Value(number) = self.integer()? else {
            return Err(too_many);
        };
        match &number.value {
            Value::Number(digits, _) => digits.parse().map(Some).map_err(|_| too_many),
            _ => Err(too_many),
        }
    }
}

/// What sqlparser's nodes cannot say about patterns.
fn marked(marker: &str, span: Span, patterns: Vec<MatchRecognizePattern>) -> MatchRecognizePattern {
    let marker = MatchRecognizeSymbol::Named(Ident::with_span(span, marker));
    MatchRecognizePattern::Concat(
        std::iter::once(MatchRecognizePattern::Symbol(marker))
            .chain(patterns)
            .collect(),
    )
}

/// The only pattern; all of them, if there are more.
fn single(
    mut patterns: Vec<MatchRecognizePattern>,
) -> std::result::Result<MatchRecognizePattern, Vec<MatchRecognizePattern>> {
    match patterns.pop() {
        Some(only) if patterns.is_empty() => Ok(only),
        Some(last) => {
            patterns.push(last);
            Err(patterns)
        }
        None => Err(patterns),
    }
}

fn symbol(pattern: &MatchRecognizePattern) -> Option<MatchRecognizeSymbol> {
    match pattern {
        MatchRecognizePattern::Symbol(symbol) => Some(symbol.clone()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{error, select};
    use super::*;
    use sqlparser::ast::TableFactor;

    fn recognized(text: &str) -> TableFactor {
        select(&format!("SELECT * FROM {text}"))
            .from
            .remove(0)
            .relation
    }

    fn pattern(text: &str) -> String {
        match recognized(&format!(
            "t MATCH_RECOGNIZE (PATTERN ({text}) DEFINE A AS true)"
        )) {
            TableFactor::MatchRecognize { pattern, .. } => shown(&pattern),
            other => panic!("{other:?}"),
        }
    }

    fn shown(pattern: &MatchRecognizePattern) -> String {
        let all = |patterns: &[MatchRecognizePattern], between: &str| {
            patterns.iter().map(shown).collect::<Vec<_>>().join(between)
        };
        match pattern {
            MatchRecognizePattern::Concat(parts) => format!("[{}]", all(parts, " ")),
            MatchRecognizePattern::Alternation(parts) => format!("<{}>", all(parts, "|")),
            MatchRecognizePattern::Group(inner) => format!("({})", shown(inner)),
            MatchRecognizePattern::Repetition(inner, quantifier) => {
                format!("{}{quantifier}", shown(inner))
            }
            other => other.to_string(),
        }
    }

    #[test]
    fn patterns_are_sequences_choices_and_repetitions() {
        for (text, expected) in [
            ("A", "A"),
            ("A B | C D", "<[A B]|[C D]>"),
            ("(A | B) C", "[(<A|B>) C]"),
            (
                "A{2} B{2,} C{,3} D{2,3} E{,}",
                "[A{2} B{2,} C{,3} D{2,3} E*]",
            ),
            ("A? B+ C*", "[A? B+ C*]"),
            ("A?? B*?", "[[$reluctant A?] [$reluctant B*]]"),
            ("^ A $", "[^ A $]"),
            ("()", "([])"),
            ("PERMUTE(A, B)", "PERMUTE(A, B)"),
            ("PERMUTE(A, B C)", "[$permute A [B C]]"),
            ("A {- B -} C", "[A {- B -} C]"),
            ("{- A B+ -}", "[$exclude [A B+]]"),
        ] {
            assert_eq!(pattern(text), expected, "{text}");
        }
    }

    #[test]
    fn incomplete_patterns_are_refused() {
        for text in [
            "",
            "A |",
            "A{",
            "A{a}",
            "{- A",
            "A)",
            "PERMUTE()",
            "A{99999999999}",
        ] {
            let message = error(&format!(
                "SELECT * FROM t MATCH_RECOGNIZE (PATTERN ({text}) DEFINE A AS true)"
            ));
            assert!(
                message.contains("mismatched input '") || message.contains("repeated"),
                "{text}: {message}"
            );
        }
    }
}
