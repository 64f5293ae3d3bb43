//! `WITH (key = value, …)` of CTAS and UNLOAD.

use sqlparser::ast::{Expr, Value};

use crate::error::Result;
use crate::sql::statement::PropertyValue;
use crate::sql::trino::cursor::Cursor;

impl Cursor<'_> {
    /// The properties, keys in lower case; none if there is no WITH.
    pub(super) fn properties(&mut self) -> Result<Vec<(String, PropertyValue)>> {
        if !self.take("WITH") {
            return Ok(Vec::new());
        }
        self.list_in_parentheses(|cursor| {
            let key = cursor.name()?.value.to_lowercase();
            cursor.expect_symbol("=")?;
            Ok((key, cursor.property_value()?))
        })
    }

    fn property_value(&mut self) -> Result<PropertyValue> {
        if let Some(word) = self.take_one_of(&["FALSE", "TRUE"]) {
            return Ok(PropertyValue::Boolean(word == "TRUE"));
        }
        if self.at("ARRAY") && self.is_symbol(1, "[") {
            self.skip(2);
            let items = if self.at_symbol("]") {
                Vec::new()
            } else {
                self.list(|cursor| Ok(cursor.string()?.0))?
            };
            self.expect_symbol("]")?;
            return Ok(PropertyValue::TextArray(items));
        }
        if self.is_string(0) {
            return Ok(PropertyValue::Text(self.string()?.0));
        }
        self.expecting_construct("<string>");
        let sign = if self.take_symbol("-") { "-" } else { "" };
        let expr = self.construct("<number>", Self::number)?;
        Ok(match expr {
            Expr::Value(value) => match value.value {
                Value::Number(number, _) => PropertyValue::Number(format!("{sign}{number}")),
                other => PropertyValue::Text(other.to_string()),
            },
            other => PropertyValue::Text(other.to_string()),
        })
    }
}
