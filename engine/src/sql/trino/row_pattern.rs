//! MATCH_RECOGNIZE. Where sqlparser's nodes cannot say it, a pattern is a `Concat` that begins with a symbol that no query can write:
//! `$reluctant`, `$exclude` or `$permute`. SUBSET is a definition by `$subset(variable, …)`, after those of DEFINE.

use sqlparser::ast::{
    AfterMatchSkip, EmptyMatchesMode, Expr, Ident, MatchRecognizePattern, MatchRecognizeSymbol,
    Measure, RepetitionQuantifier, RowsPerMatch, SymbolDefinition, TableFactor, Value,
};
use sqlparser::tokenizer::Span;

use super::cursor::Cursor;
use super::lexer::TokenKind;
use super::tree;
use crate::error::Result;

impl Cursor<'_> {
    /// `relation [MATCH_RECOGNIZE (…) [[AS] name]]`
    pub(super) fn pattern_recognition(&mut self) -> Result<TableFactor> {
        let table = self.aliased()?;
        if !self.at("MATCH_RECOGNIZE") || !self.is_symbol(1, "(") {
            return Ok(table);
        }
        self.skip(2);
        let mut recognized = self.nested(|cursor| cursor.match_recognize(table))?;
        let given = self.table_alias()?;
        if let TableFactor::MatchRecognize { alias, .. } = &mut recognized {
            *alias = given;
        }
        Ok(recognized)
    }

    fn match_recognize(&mut self, table: TableFactor) -> Result<TableFactor> {
        let partition_by = if self.take("PARTITION") {
            self.expect("BY")?;
            self.list(Self::expression)?
        } else {
            Vec::new()
        };
        let order_by = if self.take("ORDER") {
            self.expect("BY")?;
            self.list(Self::sort_item)?
        } else {
            Vec::new()
        };
        let measures = if self.take("MEASURES") {
            self.list(|cursor| {
                let expr = cursor.expression()?;
                cursor.expect("AS")?;
                let alias = cursor.name()?;
                Ok(Measure { expr, alias })
            })?
        } else {
            Vec::new()
        };
        let rows_per_match = self.rows_per_match()?;
        let after_match_skip = if self.take("AFTER") {
            self.expect_all(&["MATCH", "SKIP"])?;
            Some(self.skip_to()?)
        } else {
            None
        };
        if self.is(0, "SEEK") {
            return Err(self.not_supported(
                "Pattern search modifier: SEEK is not allowed in MATCH_RECOGNIZE clause",
            ));
        }
        self.take("INITIAL");
        self.expect("PATTERN")?;
        self.expect_symbol("(")?;
        let pattern = self.row_pattern()?;
        self.expect_symbol(")")?;
        let subsets = if self.take("SUBSET") {
            self.list(Self::subset)?
        } else {
            Vec::new()
        };
        self.expect("DEFINE")?;
        let mut symbols = self.list(|cursor| {
            let symbol = cursor.name()?;
            cursor.expect("AS")?;
            let definition = cursor.expression()?;
            Ok(SymbolDefinition { symbol, definition })
        })?;
        symbols.extend(subsets);
        self.expect_symbol(")")?;
        Ok(TableFactor::MatchRecognize {
            table: Box::new(table),
            partition_by,
            order_by,
            measures,
            rows_per_match,
            after_match_skip,
            pattern,
            symbols,
            alias: None,
        })
    }

    /// `ONE ROW PER MATCH`, `ALL ROWS PER MATCH [{SHOW | OMIT} EMPTY MATCHES | WITH UNMATCHED ROWS]`
    fn rows_per_match(&mut self) -> Result<Option<RowsPerMatch>> {
        match self.take_one_of(&["ALL", "ONE"]) {
            None => Ok(None),
            Some("ONE") => {
                self.expect_all(&["ROW", "PER", "MATCH"])?;
                Ok(Some(RowsPerMatch::OneRow))
            }
            Some(_) => {
                self.expect_all(&["ROWS", "PER", "MATCH"])?;
                let mode = match self.take_one_of(&["OMIT", "SHOW", "WITH"]) {
                    None => return Ok(Some(RowsPerMatch::AllRows(None))),
                    Some("WITH") => {
                        self.expect_all(&["UNMATCHED", "ROWS"])?;
                        EmptyMatchesMode::WithUnmatched
                    }
                    Some(word) => {
                        self.expect_all(&["EMPTY", "MATCHES"])?;
                        if word == "SHOW" {
                            EmptyMatchesMode::Show
                        } else {
                            EmptyMatchesMode::Omit
                        }
                    }
                };
                Ok(Some(RowsPerMatch::AllRows(Some(mode))))
            }
        }
    }

    /// What follows `AFTER MATCH SKIP`; `TO name` is `TO LAST name`.
    fn skip_to(&mut self) -> Result<AfterMatchSkip> {
        if self.expect_one_of(&["PAST", "TO"])? == "PAST" {
            self.expect_all(&["LAST", "ROW"])?;
            return Ok(AfterMatchSkip::PastLastRow);
        }
        if self.at("NEXT") && self.is(1, "ROW") {
            self.skip(2);
            return Ok(AfterMatchSkip::ToNextRow);
        }
        if self.at("FIRST") && self.is_name(1) && !self.is(1, "PATTERN") {
            self.advance();
            return self.name().map(AfterMatchSkip::ToFirst);
        }
        if self.at("LAST") && self.is_name(1) && !self.is(1, "PATTERN") {
            self.advance();
        }
        self.name().map(AfterMatchSkip::ToLast)
    }

    /// `name = (variable, …)`
    fn subset(&mut self) -> Result<SymbolDefinition> {
        let symbol = self.name()?;
        let span = self.expect_symbol("=")?;
        let variables = self.list_in_parentheses(Self::name)?;
        let variables = variables.into_iter().map(Expr::Identifier).collect();
        Ok(SymbolDefinition {
            symbol,
            definition: tree::call("$subset", span, variables),
        })
    }

    /// `pattern | pattern`
    fn row_pattern(&mut self) -> Result<MatchRecognizePattern> {
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
    fn every_clause_has_its_place() {
        let TableFactor::MatchRecognize {
            partition_by,
            order_by,
            measures,
            rows_per_match,
            after_match_skip,
            pattern,
            symbols,
            alias,
            ..
        } = recognized(
            "orders AS o MATCH_RECOGNIZE (
               PARTITION BY c, d ORDER BY e DESC
               MEASURES A.p AS first_p, FINAL last(B.p) AS last_p
               ALL ROWS PER MATCH WITH UNMATCHED ROWS
               AFTER MATCH SKIP TO FIRST B
               INITIAL PATTERN (A B+ C*)
               SUBSET U = (A, B), V = (C)
               DEFINE B AS B.p < prev(B.p), C AS RUNNING count(C.*) > 1
             ) AS m (x, y)",
        )
        else {
            panic!();
        };
        assert_eq!(
            (partition_by.len(), order_by.len(), measures.len()),
            (2, 1, 2)
        );
        assert_eq!(measures[1].expr.to_string(), "$final(last(B.p))");
        assert_eq!(
            rows_per_match,
            Some(RowsPerMatch::AllRows(Some(EmptyMatchesMode::WithUnmatched)))
        );
        assert!(
            matches!(after_match_skip, Some(AfterMatchSkip::ToFirst(name)) if name.value == "B")
        );
        assert_eq!(shown(&pattern), "[A B+ C*]");
        let definitions: Vec<String> = symbols.iter().map(ToString::to_string).collect();
        assert_eq!(
            definitions,
            [
                "B AS B.p < prev(B.p)",
                "C AS $running(count(C.*)) > 1",
                "U AS $subset(A, B)",
                "V AS $subset(C)"
            ]
        );
        assert_eq!(alias.unwrap().to_string(), "AS m (x, y)");
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
    fn skips() {
        for (text, expected) in [
            ("PAST LAST ROW", "PastLastRow"),
            ("TO NEXT ROW", "ToNextRow"),
            ("TO FIRST A", "ToFirst"),
            ("TO LAST A", "ToLast"),
            ("TO A", "ToLast"),
            ("TO first", "ToLast"),
        ] {
            let text =
                format!("t MATCH_RECOGNIZE (AFTER MATCH SKIP {text} PATTERN (A) DEFINE A AS true)");
            let TableFactor::MatchRecognize {
                after_match_skip, ..
            } = recognized(&text)
            else {
                panic!();
            };
            let shown = format!("{:?}", after_match_skip.unwrap());
            assert!(shown.starts_with(expected), "{text}: {shown}");
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
        assert!(
            error("SELECT * FROM t MATCH_RECOGNIZE (SEEK PATTERN (A) DEFINE A AS true)")
                .contains("SEEK")
        );
        assert_eq!(
            select("SELECT * FROM t match_recognize").from[0].to_string(),
            "t match_recognize"
        );
    }
}
