//! The SQL/JSON functions: JSON_EXISTS, JSON_VALUE, JSON_QUERY, JSON_OBJECT and JSON_ARRAY, as calls of `$json_exists` and so on.
//! Their arguments are listed with each.

use sqlparser::ast::Expr;

use super::cursor::Cursor;
use super::tree;
use crate::error::Result;

/// `FORMAT JSON [ENCODING …]` as the encoding, `JSON` where none is named; NULL where there is no FORMAT.
type Format = Option<&'static str>;

/// What to do ON EMPTY or ON ERROR, and the default where that is to be returned.
type Behaviour = (Option<&'static str>, Expr);

impl Cursor<'_> {
    /// `(input, format, path, passing, on error)`
    pub(super) fn json_exists(&mut self) -> Result<Expr> {
        let span = self.advance();
        self.expect_symbol("(")?;
        let mut arguments = self.json_path()?;
        let on_error = self.take_one_of(&["ERROR", "FALSE", "TRUE", "UNKNOWN"]);
        if on_error.is_some() {
            self.expect_all(&["ON", "ERROR"])?;
        }
        self.expect_symbol(")")?;
        arguments.push(tree::word_or_null(on_error));
        Ok(tree::call("$json_exists", span, arguments))
    }

    /// `(input, format, path, passing, returned type, on empty, its default, on error, its default)`
    pub(super) fn json_value(&mut self) -> Result<Expr> {
        let span = self.advance();
        self.expect_symbol("(")?;
        let mut arguments = self.json_path()?;
        let returned = if self.take("RETURNING") {
            let (text, span) = self.type_text()?;
            tree::text(text, span)
        } else {
            tree::null()
        };
        arguments.push(returned);
        let (on_empty, on_error) = self.json_behaviours(Self::json_value_behaviour)?;
        for (word, default) in [on_empty, on_error] {
            arguments.push(tree::word_or_null(word));
            arguments.push(default);
        }
        self.expect_symbol(")")?;
        Ok(tree::call("$json_value", span, arguments))
    }

    /// `(input, format, path, passing, returned type, its format, wrapper, quotes, on empty, on error)`
    pub(super) fn json_query(&mut self) -> Result<Expr> {
        let span = self.advance();
        self.expect_symbol("(")?;
        let mut arguments = self.json_path()?;
        arguments.extend(self.json_returning()?);
        arguments.push(tree::word_or_null(self.json_wrapper()?));
        let quotes = self.take_one_of(&["KEEP", "OMIT"]);
        if quotes.is_some() {
            self.expect("QUOTES")?;
            // The next ON is that of a behaviour only after the behaviour.
            if self.take("ON") {
                self.expect_all(&["SCALAR", "STRING"])?;
            }
        }
        arguments.push(tree::word_or_null(quotes));
        let ((on_empty, _), (on_error, _)) = self.json_behaviours(Self::json_query_behaviour)?;
        arguments.push(tree::word_or_null(on_empty));
        arguments.push(tree::word_or_null(on_error));
        self.expect_symbol(")")?;
        Ok(tree::call("$json_query", span, arguments))
    }

    /// `([(key, value, format), …], null on null, unique keys, returned type, its format)`
    pub(super) fn json_object(&mut self) -> Result<Expr> {
        let span = self.advance();
        self.expect_symbol("(")?;
        let (mut members, mut null_on_null, mut unique) = (Vec::new(), true, false);
        if !self.at_symbol(")") && !self.begins_returning() {
            members = self.list(Self::json_member)?;
            null_on_null = self.json_null_on_null()?.unwrap_or(true);
            if let Some(word) = self.take_one_of(&["WITH", "WITHOUT"]) {
                self.expect("UNIQUE")?;
                self.take("KEYS");
                unique = word == "WITH";
            }
        }
        let mut arguments = vec![
            tree::array(members),
            tree::boolean(null_on_null),
            tree::boolean(unique),
        ];
        arguments.extend(self.json_returning()?);
        self.expect_symbol(")")?;
        Ok(tree::call("$json_object", span, arguments))
    }

    /// `([(value, format), …], null on null, returned type, its format)`
    pub(super) fn json_array(&mut self) -> Result<Expr> {
        let span = self.advance();
        self.expect_symbol("(")?;
        let (mut elements, mut null_on_null) = (Vec::new(), false);
        if !self.at_symbol(")") && !self.begins_returning() {
            elements = self.list(|cursor| {
                let (value, format) = cursor.json_input()?;
                Ok(Expr::Tuple(vec![value, tree::word_or_null(format)]))
            })?;
            null_on_null = self.json_null_on_null()?.unwrap_or(false);
        }
        let mut arguments = vec![tree::array(elements), tree::boolean(null_on_null)];
        arguments.extend(self.json_returning()?);
        self.expect_symbol(")")?;
        Ok(tree::call("$json_array", span, arguments))
    }

    /// `input [FORMAT …], 'path' [AS name] [PASSING value [FORMAT …] AS name, …]`
    fn json_path(&mut self) -> Result<Vec<Expr>> {
        let (input, format) = self.json_input()?;
        self.expect_symbol(",")?;
        let path = self.string_literal()?;
        // A path's name means something in JSON_TABLE alone.
        if self.take("AS") {
            self.name()?;
        }
        let passing = if self.take("PASSING") {
            self.list(|cursor| {
                let (value, format) = cursor.json_input()?;
                cursor.expect("AS")?;
                let name = cursor.name()?;
                // In paths case counts, and a name without quotes is in capitals, as the standard has it.
                let variable = match name.quote_style {
                    Some(_) => name.value,
                    None => name.value.to_uppercase(),
                };
                Ok(Expr::Tuple(vec![
                    value,
                    tree::text(variable, name.span),
                    tree::word_or_null(format),
                ]))
            })?
        } else {
            Vec::new()
        };
        Ok(vec![
            input,
            tree::word_or_null(format),
            path,
            tree::array(passing),
        ])
    }

    /// `value [FORMAT …]`
    fn json_input(&mut self) -> Result<(Expr, Format)> {
        let value = self.expression()?;
        Ok((value, self.json_format()?))
    }

    fn json_format(&mut self) -> Result<Format> {
        if !self.take("FORMAT") {
            return Ok(None);
        }
        self.expect("JSON")?;
        if self.take("ENCODING") {
            return self.expect_one_of(&["UTF16", "UTF32", "UTF8"]).map(Some);
        }
        Ok(Some("JSON"))
    }

    /// `[KEY] key VALUE value`, `key : value`
    fn json_member(&mut self) -> Result<Expr> {
        // `key` and `value` may be columns.
        let key_word = self.begins_expression(1)
            && (!self.is(1, "VALUE") || self.is(2, "VALUE") || self.is_symbol(2, ":"));
        let with_key = self.at("KEY") && key_word;
        if with_key {
            self.advance();
        }
        let key = self.expression()?;
        if with_key || !self.take_symbol(":") {
            self.expect("VALUE")?;
        }
        let (value, format) = self.json_input()?;
        Ok(Expr::Tuple(vec![key, value, tree::word_or_null(format)]))
    }

    /// `NULL ON NULL` as true, `ABSENT ON NULL` as false.
    fn json_null_on_null(&mut self) -> Result<Option<bool>> {
        let Some(word) = self.take_one_of(&["ABSENT", "NULL"]) else {
            return Ok(None);
        };
        self.expect_all(&["ON", "NULL"])?;
        Ok(Some(word == "NULL"))
    }

    /// Whether `returning` begins its clause, or else is a column.
    fn begins_returning(&self) -> bool {
        self.is(0, "RETURNING") && self.is_name(1) && !self.is_one_of(1, &["VALUE", "FORMAT"])
    }

    /// `[RETURNING type [FORMAT …]]` as type and format.
    fn json_returning(&mut self) -> Result<[Expr; 2]> {
        if !self.take("RETURNING") {
            return Ok([tree::null(), tree::null()]);
        }
        let (text, span) = self.type_text()?;
        Ok([
            tree::text(text, span),
            tree::word_or_null(self.json_format()?),
        ])
    }

    /// `WITHOUT [ARRAY] WRAPPER`, `WITH [CONDITIONAL | UNCONDITIONAL] [ARRAY] WRAPPER`
    fn json_wrapper(&mut self) -> Result<Option<&'static str>> {
        let wrapper = match self.take_one_of(&["WITH", "WITHOUT"]) {
            None => return Ok(None),
            Some("WITHOUT") => "WITHOUT",
            Some(_) => self
                .take_one_of(&["CONDITIONAL", "UNCONDITIONAL"])
                .unwrap_or("UNCONDITIONAL"),
        };
        self.take("ARRAY");
        self.expect("WRAPPER")?;
        Ok(Some(wrapper))
    }

    /// `ERROR`, `NULL` or `DEFAULT value`
    fn json_value_behaviour(&mut self) -> Result<Behaviour> {
        let word = self.take_one_of(&["DEFAULT", "ERROR", "NULL"]);
        let default = match word {
            Some("DEFAULT") => self.expression()?,
            _ => tree::null(),
        };
        Ok((word, default))
    }

    /// `ERROR`, `NULL`, `EMPTY ARRAY` or `EMPTY OBJECT`
    fn json_query_behaviour(&mut self) -> Result<Behaviour> {
        let word = match self.take_one_of(&["EMPTY", "ERROR", "NULL"]) {
            Some("EMPTY") => Some(match self.expect_one_of(&["ARRAY", "OBJECT"])? {
                "ARRAY" => "EMPTY ARRAY",
                _ => "EMPTY OBJECT",
            }),
            word => word,
        };
        Ok((word, tree::null()))
    }

    /// `[behaviour ON EMPTY] [behaviour ON ERROR]`
    fn json_behaviours(
        &mut self,
        behaviour: fn(&mut Self) -> Result<Behaviour>,
    ) -> Result<(Behaviour, Behaviour)> {
        let none = || (None, tree::null());
        let first = behaviour(self)?;
        if first.0.is_none() {
            return Ok((none(), none()));
        }
        self.expect("ON")?;
        if self.expect_one_of(&["EMPTY", "ERROR"])? == "ERROR" {
            return Ok((none(), first));
        }
        let second = behaviour(self)?;
        if second.0.is_some() {
            self.expect_all(&["ON", "ERROR"])?;
        }
        Ok((first, second))
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{error, expression};

    #[test]
    fn arguments_stand_where_the_tree_expects_them() {
        for (text, shown) in [
            (
                "JSON_EXISTS(a, 'lax $.x')",
                "$json_exists(a, NULL, 'lax $.x', ARRAY[], NULL)",
            ),
            (
                "json_exists(a FORMAT JSON ENCODING UTF8, '$' AS p PASSING b AS \"B\", c FORMAT JSON AS d UNKNOWN ON ERROR)",
                "$json_exists(a, 'UTF8', '$', ARRAY[(b, 'B', NULL), (c, 'D', 'JSON')], 'UNKNOWN')",
            ),
            (
                "JSON_VALUE(a, '$')",
                "$json_value(a, NULL, '$', ARRAY[], NULL, NULL, NULL, NULL, NULL)",
            ),
            (
                "JSON_VALUE(a, '$' RETURNING decimal(5, 2) DEFAULT 1 + 2 ON EMPTY ERROR ON ERROR)",
                "$json_value(a, NULL, '$', ARRAY[], 'decimal(5, 2)', 'DEFAULT', 1 + 2, 'ERROR', NULL)",
            ),
            (
                "JSON_VALUE(a, '$' DEFAULT 'x' ON ERROR)",
                "$json_value(a, NULL, '$', ARRAY[], NULL, NULL, NULL, 'DEFAULT', 'x')",
            ),
            (
                "JSON_QUERY(a, '$')",
                "$json_query(a, NULL, '$', ARRAY[], NULL, NULL, NULL, NULL, NULL, NULL)",
            ),
            (
                "JSON_QUERY(a, '$' RETURNING varbinary FORMAT JSON ENCODING UTF16 WITH CONDITIONAL ARRAY WRAPPER OMIT QUOTES ON SCALAR STRING EMPTY ARRAY ON EMPTY EMPTY OBJECT ON ERROR)",
                "$json_query(a, NULL, '$', ARRAY[], 'varbinary', 'UTF16', 'CONDITIONAL', 'OMIT', 'EMPTY ARRAY', 'EMPTY OBJECT')",
            ),
            (
                "JSON_QUERY(a, '$' RETURNING timestamp WITHOUT WRAPPER KEEP QUOTES NULL ON ERROR)",
                "$json_query(a, NULL, '$', ARRAY[], 'timestamp', NULL, 'WITHOUT', 'KEEP', NULL, 'NULL')",
            ),
            (
                "JSON_QUERY(a, '$' WITH WRAPPER)",
                "$json_query(a, NULL, '$', ARRAY[], NULL, NULL, 'UNCONDITIONAL', NULL, NULL, NULL)",
            ),
            (
                "JSON_OBJECT()",
                "$json_object(ARRAY[], true, false, NULL, NULL)",
            ),
            (
                "JSON_OBJECT('a' : 1, KEY b VALUE c FORMAT JSON, value VALUE key, key : value ABSENT ON NULL WITH UNIQUE KEYS RETURNING varchar(5))",
                "$json_object(ARRAY[('a', 1, NULL), (b, c, 'JSON'), (value, key, NULL), (key, value, NULL)], false, true, 'varchar(5)', NULL)",
            ),
            (
                "JSON_OBJECT(KEY 'a' VALUE NULL NULL ON NULL WITHOUT UNIQUE)",
                "$json_object(ARRAY[('a', NULL, NULL)], true, false, NULL, NULL)",
            ),
            (
                "JSON_OBJECT(RETURNING varchar)",
                "$json_object(ARRAY[], true, false, 'varchar', NULL)",
            ),
            ("JSON_ARRAY()", "$json_array(ARRAY[], false, NULL, NULL)"),
            (
                "JSON_ARRAY(1, a FORMAT JSON, NULL NULL ON NULL RETURNING varchar FORMAT JSON)",
                "$json_array(ARRAY[(1, NULL), (a, 'JSON'), (NULL, NULL)], true, 'varchar', 'JSON')",
            ),
            (
                "JSON_ARRAY(1 ABSENT ON NULL)",
                "$json_array(ARRAY[(1, NULL)], false, NULL, NULL)",
            ),
        ] {
            assert_eq!(expression(text).to_string(), shown, "{text}");
        }
    }

    #[test]
    fn what_is_out_of_order_is_refused() {
        for text in [
            "JSON_EXISTS(a)",
            "JSON_EXISTS(a, b)",
            "JSON_EXISTS(a, '$' NULL ON ERROR)",
            "JSON_VALUE(a, '$' NULL ON ERROR NULL ON EMPTY)",
            "JSON_VALUE(a, '$' PASSING b)",
            "JSON_QUERY(a, '$' WITH ARRAY)",
            "JSON_OBJECT('a', 1)",
            "JSON_ARRAY(1,)",
        ] {
            let message = error(&format!("SELECT {text}"));
            assert!(message.contains("mismatched input '"), "{text}: {message}");
        }
    }
}
