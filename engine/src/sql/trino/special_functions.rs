//! Functions whose arguments have words between them, and those that are called without parentheses.

use sqlparser::ast::{
    DateTimeField, DuplicateTreatment, Expr, ExtractSyntax, FunctionArgumentClause,
    FunctionArgumentList, FunctionArguments, Ident, ListAggOnOverflow, ObjectName, TrimWhereField,
};

use super::cursor::Cursor;
use super::errors::error_at;
use super::lexer::TokenKind;
use super::tree;
use crate::error::Result;

impl Cursor<'_> {
    /// The function that a word in upper case begins; `None` if it begins an ordinary name.
    pub(super) fn special_function(&mut self, word: &str, called: bool) -> Option<Result<Expr>> {
        Some(match word {
            "POSITION" if called => self.position(),
            "SUBSTRING" if called => self.substring(),
            "TRIM" => self.trim(),
            "NORMALIZE" => self.normalize(),
            "EXTRACT" => self.extract(),
            "GROUPING" => self.grouping(),
            "LISTAGG" => self.listagg(),
            "JSON_EXISTS" => self.json_exists(),
            "JSON_VALUE" => self.json_value(),
            "JSON_QUERY" => self.json_query(),
            "JSON_OBJECT" => self.json_object(),
            "JSON_ARRAY" => self.json_array(),
            "CURRENT_DATE" | "CURRENT_USER" | "CURRENT_CATALOG" | "CURRENT_SCHEMA"
            | "CURRENT_PATH" => Ok(self.without_arguments(word)),
            "CURRENT_TIME" | "CURRENT_TIMESTAMP" | "LOCALTIME" | "LOCALTIMESTAMP" => {
                self.with_precision(word)
            }
            _ => return None,
        })
    }

    fn without_arguments(&mut self, word: &str) -> Expr {
        let name = Ident::with_span(self.advance(), word.to_ascii_lowercase());
        Expr::Function(tree::function(
            ObjectName::from(vec![name]),
            FunctionArguments::None,
        ))
    }

    fn with_precision(&mut self, word: &str) -> Result<Expr> {
        let span = self.span();
        let plain = self.without_arguments(word);
        if !self.take_symbol("(") {
            return Ok(plain);
        }
        let precision = self.integer()?;
        self.expect_symbol(")")?;
        Ok(tree::call(
            &word.to_ascii_lowercase(),
            span,
            vec![precision],
        ))
    }

    /// `POSITION(part IN whole)`
    fn position(&mut self) -> Result<Expr> {
        self.advance();
        self.expect_symbol("(")?;
        let part = Box::new(self.value_expression()?);
        self.expect("IN")?;
        let whole = Box::new(self.value_expression()?);
        self.expect_symbol(")")?;
        Ok(Expr::Position {
            expr: part,
            r#in: whole,
        })
    }

    /// `SUBSTRING(whole FROM start [FOR length])`, or with commas.
    fn substring(&mut self) -> Result<Expr> {
        let name = self.name()?;
        self.expect_symbol("(")?;
        let mut arguments = vec![self.expression()?];
        if self.take("FROM") {
            arguments.push(self.value_expression()?);
            if self.take("FOR") {
                arguments.push(self.value_expression()?);
            }
        } else {
            while self.take_symbol(",") {
                arguments.push(self.expression()?);
            }
        }
        self.expect_symbol(")")?;
        Ok(Expr::Function(tree::function(
            ObjectName::from(vec![name]),
            tree::arguments_of(arguments),
        )))
    }

    /// `TRIM([[LEADING | TRAILING | BOTH] [characters] FROM] whole)`, `TRIM(whole, characters)`
    fn trim(&mut self) -> Result<Expr> {
        self.advance();
        self.expect_symbol("(")?;
        let side = self.trim_side();
        if side.is_some() && self.take("FROM") {
            return self.trimmed(side, None);
        }
        let first = self.value_expression()?;
        if self.take("FROM") {
            return self.trimmed(side, Some(Box::new(first)));
        }
        if side.is_some() {
            return Err(self.mismatch());
        }
        let trim_characters = if self.take_symbol(",") {
            Some(vec![self.value_expression()?])
        } else {
            None
        };
        self.expect_symbol(")")?;
        Ok(Expr::Trim {
            trim_where: None,
            trim_what: None,
            expr: Box::new(first),
            trim_characters,
        })
    }

    /// A side's word, where it does not stand for a column.
    fn trim_side(&mut self) -> Option<TrimWhereField> {
        if !self.is(1, "FROM") && !self.begins_expression(1) {
            return None;
        }
        match self.take_one_of(&["BOTH", "LEADING", "TRAILING"])? {
            "BOTH" => Some(TrimWhereField::Both),
            "LEADING" => Some(TrimWhereField::Leading),
            _ => Some(TrimWhereField::Trailing),
        }
    }

    fn trimmed(&mut self, side: Option<TrimWhereField>, what: Option<Box<Expr>>) -> Result<Expr> {
        let expr = Box::new(self.value_expression()?);
        self.expect_symbol(")")?;
        Ok(Expr::Trim {
            trim_where: side,
            trim_what: what,
            expr,
            trim_characters: None,
        })
    }

    /// `NORMALIZE(text [, form])` as `normalize(text, 'NFC')`.
    fn normalize(&mut self) -> Result<Expr> {
        let span = self.advance();
        self.expect_symbol("(")?;
        let value = self.value_expression()?;
        let form = if self.take_symbol(",") {
            self.expect_one_of(&["NFC", "NFD", "NFKC", "NFKD"])?
        } else {
            "NFC"
        };
        self.expect_symbol(")")?;
        Ok(tree::call("normalize", span, vec![value, tree::word(form)]))
    }

    /// `EXTRACT(field FROM value)`
    fn extract(&mut self) -> Result<Expr> {
        self.advance();
        self.expect_symbol("(")?;
        let field = self.name()?;
        let field = match field.value.to_ascii_uppercase().as_str() {
            "YEAR" => DateTimeField::Year,
            "QUARTER" => DateTimeField::Quarter,
            "MONTH" => DateTimeField::Month,
            "WEEK" => DateTimeField::Week(None),
            "DAY" => DateTimeField::Day,
            "DOW" => DateTimeField::Dow,
            "DOY" => DateTimeField::Doy,
            "HOUR" => DateTimeField::Hour,
            "MINUTE" => DateTimeField::Minute,
            "SECOND" => DateTimeField::Second,
            "TIMEZONE_HOUR" => DateTimeField::TimezoneHour,
            "TIMEZONE_MINUTE" => DateTimeField::TimezoneMinute,
            "DAY_OF_MONTH" | "DAY_OF_WEEK" | "DAY_OF_YEAR" | "YEAR_OF_WEEK" | "YOW" => {
                DateTimeField::Custom(field)
            }
            _ => {
                return Err(error_at(
                    field.span,
                    format!("Invalid EXTRACT field: {}", field.value),
                ));
            }
        };
        self.expect("FROM")?;
        let expr = Box::new(self.value_expression()?);
        self.expect_symbol(")")?;
        Ok(Expr::Extract {
            field,
            syntax: ExtractSyntax::From,
            expr,
        })
    }

    /// `GROUPING(column, …)`
    fn grouping(&mut self) -> Result<Expr> {
        let span = self.advance();
        self.expect_symbol("(")?;
        let columns = if self.at_symbol(")") {
            Vec::new()
        } else {
            self.list(|cursor| {
                let mut parts = cursor.qualified_name()?;
                Ok(match parts.pop() {
                    Some(only) if parts.is_empty() => Expr::Identifier(only),
                    Some(last) => {
                        parts.push(last);
                        Expr::CompoundIdentifier(parts)
                    }
                    None => tree::null(),
                })
            })?
        };
        self.expect_symbol(")")?;
        Ok(tree::call("grouping", span, columns))
    }

    /// `LISTAGG([DISTINCT] value [, separator] [ON OVERFLOW …]) WITHIN GROUP (ORDER BY …) [FILTER …]`
    fn listagg(&mut self) -> Result<Expr> {
        let name = Ident::with_span(self.advance(), "listagg");
        self.expect_symbol("(")?;
        let distinct = self.set_quantifier() == Some(true);
        let mut arguments = vec![tree::argument(self.expression()?)];
        if self.take_symbol(",") {
            arguments.push(tree::argument(self.string_literal()?));
        }
        let clauses = if self.take("ON") {
            self.expect("OVERFLOW")?;
            vec![FunctionArgumentClause::OnOverflow(self.overflow()?)]
        } else {
            Vec::new()
        };
        self.expect_symbol(")")?;
        self.expect_all(&["WITHIN", "GROUP"])?;
        self.expect_symbol("(")?;
        self.expect_all(&["ORDER", "BY"])?;
        let within_group = self.list(Self::sort_item)?;
        self.expect_symbol(")")?;
        let mut function = tree::function(
            ObjectName::from(vec![name]),
            FunctionArguments::List(FunctionArgumentList {
                duplicate_treatment: distinct.then_some(DuplicateTreatment::Distinct),
                args: arguments,
                clauses,
            }),
        );
        function.within_group = within_group;
        function.filter = self.filter()?;
        Ok(Expr::Function(function))
    }

    fn overflow(&mut self) -> Result<ListAggOnOverflow> {
        if self.expect_one_of(&["ERROR", "TRUNCATE"])? == "ERROR" {
            return Ok(ListAggOnOverflow::Error);
        }
        let filler = match self.kind(0) {
            TokenKind::Text(_) | TokenKind::UnicodeText(_) => {
                Some(Box::new(self.string_literal()?))
            }
            _ => {
                self.expecting_construct("<string>");
                None
            }
        };
        let with_count = self.expect_one_of(&["WITH", "WITHOUT"])? == "WITH";
        self.expect("COUNT")?;
        Ok(ListAggOnOverflow::Truncate { filler, with_count })
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{error, expression};

    #[test]
    fn words_between_arguments() {
        for (text, node, shown) in [
            ("POSITION('a' IN b)", "Position", "POSITION('a' IN b)"),
            (
                "SUBSTRING(a FROM 2 FOR 3)",
                "Function",
                "SUBSTRING(a, 2, 3)",
            ),
            ("substring(a FROM 2)", "Function", "substring(a, 2)"),
            ("substring(a, 2, 3)", "Function", "substring(a, 2, 3)"),
            ("TRIM(a)", "Trim", "TRIM(a)"),
            ("trim(a, 'x')", "Trim", "TRIM(a, 'x')"),
            ("TRIM(BOTH FROM a)", "Trim", "TRIM(BOTH a)"),
            ("TRIM('x' FROM a)", "Trim", "TRIM('x' FROM a)"),
            (
                "TRIM(LEADING 'x' FROM a)",
                "Trim",
                "TRIM(LEADING 'x' FROM a)",
            ),
            ("TRIM(TRAILING b FROM a)", "Trim", "TRIM(TRAILING b FROM a)"),
            ("trim(both)", "Trim", "TRIM(both)"),
            ("trim(leading || 'x')", "Trim", "TRIM(leading || 'x')"),
            ("NORMALIZE(a)", "Function", "normalize(a, 'NFC')"),
            ("normalize(a, NFKD)", "Function", "normalize(a, 'NFKD')"),
            ("EXTRACT(YEAR FROM a)", "Extract", "EXTRACT(YEAR FROM a)"),
            ("EXTRACT(week FROM a)", "Extract", "EXTRACT(WEEK FROM a)"),
            (
                "extract(day_of_month FROM a)",
                "Extract",
                "EXTRACT(day_of_month FROM a)",
            ),
            (
                "EXTRACT(timezone_hour FROM a)",
                "Extract",
                "EXTRACT(TIMEZONE_HOUR FROM a)",
            ),
            ("GROUPING(a, t.b)", "Function", "grouping(a, t.b)"),
        ] {
            let expr = expression(text);
            assert!(format!("{expr:?}").starts_with(node), "{text}: {expr:?}");
            assert_eq!(expr.to_string(), shown, "{text}");
        }
        assert_eq!(
            error("SELECT EXTRACT(x FROM a)"),
            "line 1:16: Invalid EXTRACT field: x"
        );
        assert!(error("SELECT TRIM(BOTH 'x')").contains("mismatched input ')'. Expecting: "));
    }

    #[test]
    fn functions_without_parentheses() {
        for word in [
            "CURRENT_DATE",
            "CURRENT_TIME",
            "CURRENT_TIMESTAMP",
            "LOCALTIME",
            "LOCALTIMESTAMP",
            "CURRENT_USER",
            "CURRENT_CATALOG",
            "CURRENT_SCHEMA",
            "CURRENT_PATH",
        ] {
            assert_eq!(expression(word).to_string(), word.to_lowercase());
        }
        assert_eq!(
            expression("CURRENT_TIMESTAMP(6)").to_string(),
            "current_timestamp(6)"
        );
        assert!(error("SELECT CURRENT_DATE(1)").contains("mismatched input '('"));
    }

    #[test]
    fn listagg_joins_within_a_group() {
        for text in [
            "listagg(a) WITHIN GROUP (ORDER BY a)",
            "listagg(DISTINCT a, ',') WITHIN GROUP (ORDER BY a DESC, b)",
            "listagg(a, ',' ON OVERFLOW ERROR) WITHIN GROUP (ORDER BY a)",
            "listagg(a, ',' ON OVERFLOW TRUNCATE '...' WITH COUNT) WITHIN GROUP (ORDER BY a)",
            "listagg(a ON OVERFLOW TRUNCATE WITHOUT COUNT) WITHIN GROUP (ORDER BY a) FILTER (WHERE b)",
        ] {
            // sqlparser shows the filter before WITHIN GROUP.
            let shown = expression(text).to_string();
            let sorted = |text: &str| {
                let mut words: Vec<String> = text.split(' ').map(str::to_owned).collect();
                words.sort();
                words
            };
            assert_eq!(sorted(&shown), sorted(text));
        }
        assert!(error("SELECT listagg(a)").contains("Expecting: 'WITHIN'"));
    }
}
