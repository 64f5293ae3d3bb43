//! The clauses of MATCH_RECOGNIZE. SUBSET is a definition by `$subset(variable, …)`, after those of DEFINE.

use sqlparser::ast::{
    AfterMatchSkip, EmptyMatchesMode, Expr, Measure, RowsPerMatch, SymbolDefinition, TableFactor,
};

use super::cursor::Cursor;
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
        for modifier in ["INITIAL", "SEEK"] {
            if self.at(modifier) {
                return Err(self.not_supported(format!(
                    "Pattern search modifier: {modifier} is not allowed in MATCH_RECOGNIZE clause"
                )));
            }
        }
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
               PATTERN (A B+ C*)
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
        assert_eq!(pattern.to_string(), "A B+ C*");
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
    fn what_is_not_run_is_refused() {
        for modifier in ["INITIAL", "SEEK"] {
            let text = format!(
                "SELECT * FROM t MATCH_RECOGNIZE ({modifier} PATTERN (A) DEFINE A AS true)"
            );
            assert!(error(&text).contains(modifier));
        }
        assert_eq!(
            select("SELECT * FROM t match_recognize").from[0].to_string(),
            "t match_recognize"
        );
    }
}
