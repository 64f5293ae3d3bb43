//! The variables that PASSING gives, as one JSON object.
//!
//! A member is a variable: its value is the JSON value `$name` stands for. Where the variable is an SQL value, the key says its type
//! behind a colon, which no name has: `{"name:decimal(3,1)":1.5}`. `name:empty` is no item at all, as a NULL with FORMAT JSON is, and
//! `name:malformed` is what FORMAT JSON says is JSON, but is not.

use std::collections::HashMap;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, StringViewArray, StringViewBuilder};
use arrow::compute::cast;
use arrow::datatypes::DataType;
use datafusion::common::downcast_value;
use datafusion::error::Result;

use crate::call::Call;
use crate::definition::Definition;
use crate::error::FunctionError;
use crate::json::canonical::{Canonicalizer, Members};
use crate::json::document::{Document, Kind};
use crate::json::path::{Item, Source, Value, Variables};
use crate::json::scan::Scanner;
use crate::json::string::write_string;
use crate::types::parse_type;

const EMPTY: &str = "empty";
const MALFORMED: &str = "malformed";

pub(super) fn definitions() -> Vec<Definition> {
    vec![
        Definition::new("$json_passing", "The variables of a JSON path, of names, types ('json' for FORMAT JSON) and texts of JSON")
            .nullable("(array(varchar), array(varchar), array(varchar)) -> json", json_passing)
            .hidden(),
    ]
}

/// The variables of a path.
#[derive(Default)]
pub(super) struct Passed<'a> {
    pub(super) variables: Variables<'a>,
    /// Whether what should be JSON is none.
    pub(super) malformed: bool,
}

impl<'a> Passed<'a> {
    /// Of the object that holds them.
    pub(super) fn read(document: &'a Document<'a>) -> Result<Passed<'a>> {
        let mut passed = Passed {
            variables: HashMap::new(),
            malformed: false,
        };
        for (key, id) in document.members(document.root()) {
            let key = document.string(key);
            let (name, kind) = key.split_once(':').unwrap_or((&key, ""));
            let text = || match document.kind(id) {
                Kind::String => document.string(id),
                _ => document.text(id).into(),
            };
            let items = match kind {
                EMPTY => Vec::new(),
                MALFORMED => {
                    passed.malformed = true;
                    Vec::new()
                }
                "" => vec![Item::Node(Source::Given(document), id)],
                _ if document.kind(id) == Kind::Null => vec![Item::Value(Value::Null)],
                data_type => {
                    let data_type = parse_type(data_type)
                        .map_err(|error| FunctionError::argument(error.to_string()))?;
                    let value = Value::passed(&data_type, &text()).ok_or_else(|| {
                        FunctionError::argument(format!("'{}' is no {data_type}", text()))
                    })?;
                    vec![Item::Value(value)]
                }
            };
            passed.variables.insert(name.to_owned(), items);
        }
        Ok(passed)
    }
}

fn json_passing(call: &Call<'_>) -> Result<ArrayRef> {
    let lists = [call.lists(0)?, call.lists(1)?, call.lists(2)?];
    let mut canonicalizer = Canonicalizer::new(Members::Unique);
    let mut output = StringViewBuilder::with_capacity(call.rows);
    for row in 0..call.rows {
        if lists.iter().any(|list| list.is_null(row)) {
            output.append_null();
            continue;
        }
        let texts = |list: ArrayRef| -> Result<StringViewArray> {
            let list = cast(&list, &DataType::Utf8View)?;
            Ok(downcast_value!(list, StringViewArray).clone())
        };
        let [names, types, values] = lists.each_ref().map(|list| texts(list.value(row)));
        let mut object = String::from("{");
        for ((name, data_type), value) in names?.iter().zip(&types?).zip(&values?) {
            if object.len() > 1 {
                object.push(',');
            }
            let name = name.unwrap_or("");
            let (suffix, value) = member(data_type.unwrap_or("json"), value, &mut canonicalizer);
            write_string(&format!("{name}{suffix}"), &mut object);
            object.push(':');
            object.push_str(value);
        }
        object.push('}');
        output.append_value(object);
    }
    Ok(Arc::new(output.finish()))
}

/// What follows the name in the key, and the value.
fn member<'v>(
    data_type: &str,
    value: Option<&'v str>,
    canonicalizer: &'v mut Canonicalizer,
) -> (String, &'v str) {
    match (data_type, value) {
        ("json", None) => (format!(":{EMPTY}"), "null"),
        ("json", Some(text)) => {
            let mut scanner = Scanner::new(text);
            if scanner.peek().is_none() {
                return (format!(":{EMPTY}"), "null");
            }
            match canonicalizer.value(&mut scanner) {
                Ok(value) => (String::new(), value),
                Err(_) => (format!(":{MALFORMED}"), "null"),
            }
        }
        (data_type, value) => (format!(":{data_type}"), value.unwrap_or("null")),
    }
}

#[cfg(test)]
mod tests {
    use arrow::array::{ListBuilder, StringBuilder};
    use datafusion::scalar::ScalarValue;

    use crate::testing::{Argument, column, constant, shown, text};

    fn texts<const N: usize>(values: [Option<&str>; N]) -> Argument {
        let mut list = ListBuilder::new(StringBuilder::new());
        values
            .into_iter()
            .for_each(|value| list.values().append_option(value));
        list.append(true);
        column("array(varchar)", list.finish())
    }

    async fn exists(path: &str, passing: &str) -> String {
        let passing = constant("json", ScalarValue::from(passing));
        shown(
            "$json_exists",
            vec![text("0"), text(path), passing, text("ERROR")],
        )
        .await
    }

    #[tokio::test]
    async fn variables_are_put_together_and_read() {
        let names = texts(["a", "b", "c", "d", "e", "f"].map(Some));
        let types = texts(["json", "json", "json", "decimal(2,1)", "date", "json"].map(Some));
        let values = texts([
            Some(" [1, 2.50] "),
            None,
            Some("[..."),
            Some("1.5"),
            None,
            Some(""),
        ]);
        let object = shown("$json_passing", vec![names, types, values]).await;
        assert_eq!(
            object,
            r#"{"a":[1,2.5],"b:empty":null,"c:malformed":null,"d:decimal(2,1)":1.5,"e:date":null,"f:empty":null}"#
        );
        assert_eq!(
            exists("lax 1", &object).await,
            "ERROR: conversion to JSON failed: "
        );
        let good = r#"{"a":[1,2.5],"b:empty":null,"d:decimal(2,1)":1.5,"e:date":null}"#;
        assert_eq!(exists("lax $a[1]?(@ > $d)", good).await, "true");
        assert_eq!(exists("lax $b", good).await, "false");
        assert_eq!(exists("lax $e?(@ == null)", good).await, "true");
        assert_eq!(
            exists("lax 1", "{\"x:bigint\":\"y\"}").await,
            "ERROR: 'y' is no bigint"
        );
        assert_eq!(
            exists("lax 1", "{\"x:no type\":1}").await.split(' ').next(),
            Some("ERROR:")
        );
    }
}
