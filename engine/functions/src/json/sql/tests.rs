//! SQL/JSON's functions as queries call them, after Trino's own tests.

use arrow::array::{Array, BinaryArray, StringArray, StructArray};
use arrow::util::display::{ArrayFormatter, FormatOptions};
use datafusion::scalar::ScalarValue;

use crate::testing::{Argument, call, column, constant, shown, text};
use crate::types::parse_type;

const INPUT: &str = r#"["a", "b", "c"]"#;

fn clause(words: Option<&str>) -> Argument {
    constant("varchar", ScalarValue::from(words))
}

fn passing(object: Option<&str>) -> Argument {
    constant("json", ScalarValue::from(object))
}

fn clauses<const N: usize>(words: [&str; N]) -> Vec<Argument> {
    words
        .map(|words| clause((!words.is_empty()).then_some(words)))
        .into()
}

async fn exists(input: Argument, path: &str, passed: Option<&str>, on_error: &str) -> String {
    let mut arguments = vec![input, text(path), passing(passed)];
    arguments.extend(clauses([on_error]));
    shown("$json_exists", arguments).await
}

async fn query(input: &str, path: &str, words: [&str; 4]) -> String {
    let mut arguments = vec![text(input), text(path), passing(None)];
    arguments.extend(clauses(words));
    shown("$json_query", arguments).await
}

/// The values and the kinds that JSON_VALUE gives.
async fn value(input: Argument, path: &str, words: [&str; 2], returning: &str) -> String {
    let stored = parse_type(returning).unwrap().arrow();
    let mut arguments = vec![input, text(path), passing(None)];
    arguments.extend(clauses(words));
    arguments.push(constant(returning, ScalarValue::try_from(&stored).unwrap()));
    match call("$json_value", arguments).await {
        Ok((rows, _)) => {
            let rows: StructArray = rows.to_data().into();
            let options = FormatOptions::default().with_null("NULL");
            let formatters =
                [0, 1].map(|place| ArrayFormatter::try_new(rows.column(place), &options).unwrap());
            let shown: Vec<String> = (0..rows.len())
                .map(|row| {
                    formatters
                        .each_ref()
                        .map(|of| of.value(row).to_string())
                        .join("/")
                })
                .collect();
            shown.join("|")
        }
        Err(error) => format!("ERROR: {}", crate::FunctionError::find(&error).unwrap()),
    }
}

#[tokio::test]
async fn json_exists_says_whether_there_is_an_item() {
    for (path, on_error, expected) in [
        ("lax $[1]", "", "true"),
        ("strict $[1]", "", "true"),
        ("lax $[100]", "", "false"),
        ("strict $[100]", "", "false"),
        ("strict $[100]", "TRUE", "true"),
        ("strict $[100]", "UNKNOWN", "NULL"),
        (
            "strict $[100]",
            "ERROR",
            "ERROR: path evaluation failed: structural error: invalid array subscript: [100, 100] for array of size 3",
        ),
        (
            "certainly not a valid path",
            "",
            "ERROR: mismatched input 'certainly' expecting {'lax', 'strict'}",
        ),
        (
            "strict $[100]",
            "MAYBE",
            "ERROR: 'MAYBE' is no ON ERROR clause",
        ),
    ] {
        assert_eq!(
            exists(text(INPUT), path, None, on_error).await,
            expected,
            "{path} {on_error}"
        );
    }
    for (on_error, expected) in [
        ("", "false"),
        ("TRUE", "true"),
        ("UNKNOWN", "NULL"),
        ("ERROR", "ERROR: conversion to JSON failed: "),
    ] {
        assert_eq!(
            exists(text("[..."), "lax $[1]", None, on_error).await,
            expected
        );
        assert_eq!(
            exists(
                text(INPUT),
                "lax $x",
                Some("{\"x:malformed\":null}"),
                on_error
            )
            .await,
            expected
        );
    }
}

#[tokio::test]
async fn rows_have_inputs_and_paths_of_their_own() {
    let inputs = StringArray::from(vec![
        Some("{\"a\":1}"),
        None,
        Some("oops"),
        Some(""),
        Some("{\"a\":7}"),
        Some("{}"),
    ]);
    assert_eq!(
        exists(column("varchar", inputs.clone()), "lax $.a", None, "").await,
        "true|NULL|false|NULL|true|false"
    );
    let paths = StringArray::from(vec![
        Some("lax $.a"),
        Some("lax $"),
        Some("lax $"),
        Some("lax $"),
        Some("strict $.b"),
        None,
    ]);
    let passed = StringArray::from(vec![
        Some("{}"),
        None,
        None,
        Some("{\"x\":1}"),
        Some("{}"),
        None,
    ]);
    let mut arguments = vec![
        column("json", inputs),
        column("varchar", paths),
        column("json", passed),
    ];
    arguments.extend(clauses(["TRUE"]));
    assert_eq!(
        shown("$json_exists", arguments).await,
        "true|NULL|true|NULL|true|NULL"
    );
    let bytes = BinaryArray::from_opt_vec(vec![Some(b"[1]"), None, Some(b"[\xff")]);
    assert_eq!(
        exists(column("varbinary", bytes), "lax $[0]", None, "").await,
        "true|NULL|false"
    );
}

#[tokio::test]
async fn json_value_gives_a_scalar() {
    for (path, words, expected) in [
        ("lax $[1]", ["", ""], "b/0"),
        ("lax $[2 to 100]", ["", ""], "c/0"),
        ("strict $[100]", ["", ""], "NULL/0"),
        ("strict $[100]", ["", "DEFAULT"], "NULL/2"),
        (
            "strict $[100]",
            ["", "ERROR"],
            "ERROR: path evaluation failed: structural error: invalid array subscript: [100, 100] for array of size 3",
        ),
        ("lax $[100]", ["", "ERROR"], "NULL/0"),
        ("lax $[100]", ["DEFAULT", ""], "NULL/1"),
        (
            "lax $[100]",
            ["ERROR", ""],
            "ERROR: cannot extract SQL scalar from JSON: JSON path found no items",
        ),
        ("lax $[0 to 2]", ["DEFAULT", "DEFAULT"], "NULL/2"),
        (
            "lax $[0 to 2]",
            ["", "ERROR"],
            "ERROR: cannot extract SQL scalar from JSON: JSON path found multiple items",
        ),
        (
            "lax $",
            ["", "ERROR"],
            "ERROR: cannot extract SQL scalar from JSON: JSON path found an item that cannot be converted to an SQL value",
        ),
        ("lax 1", ["", ""], "1/0"),
        ("lax 1.50", ["", ""], "1.50/0"),
        ("lax 1e0", ["", ""], "1.0E0/0"),
        ("lax true", ["", ""], "true/0"),
        ("lax null", ["DEFAULT", "DEFAULT"], "NULL/0"),
        ("lax $.size() + 3", ["", ""], "6/0"),
    ] {
        assert_eq!(
            value(text(INPUT), path, words, "varchar").await,
            expected,
            "{path}"
        );
    }
    let inputs = StringArray::from(vec![
        Some("1"),
        None,
        Some("[..."),
        Some(""),
        Some("12345678901234567890"),
    ]);
    assert_eq!(
        value(
            column("varchar", inputs),
            "lax $",
            ["", "DEFAULT"],
            "bigint"
        )
        .await,
        "1/0|NULL/0|NULL/2|NULL/0|NULL/2"
    );
}

#[tokio::test]
async fn json_value_casts_to_what_it_returns() {
    for (input, returning, expected) in [
        ("1000", "tinyint", "NULL/2"),
        ("-5", "tinyint", "-5/0"),
        ("1.5", "bigint", "2/0"),
        ("\"42\"", "bigint", "42/0"),
        ("true", "integer", "1/0"),
        ("1.25", "decimal(3,1)", "1.3/0"),
        ("1e10", "decimal(3,1)", "NULL/2"),
        ("1", "boolean", "true/0"),
        ("\"no\"", "boolean", "NULL/2"),
        ("0.1", "real", "0.1/0"),
        ("\"1.5\"", "double", "1.5/0"),
        ("\"nice\"", "char(6)", "nice  /0"),
        ("\"nice\"", "char(2)", "ni/0"),
        ("\"nice\"", "varchar(2)", "ni/0"),
        ("1000", "varchar(2)", "NULL/2"),
        ("\"2020-02-29\"", "date", "2020-02-29/0"),
        ("\"2021-02-29\"", "date", "NULL/2"),
        (
            "\"2020-02-29 01:02:03.4567\"",
            "timestamp(3)",
            "2020-02-29T01:02:03.457/0",
        ),
        ("\"01:02:03\"", "time(3)", "01:02:03/0"),
        ("{}", "bigint", "NULL/2"),
    ] {
        assert_eq!(
            value(text(input), "lax $", ["", "DEFAULT"], returning).await,
            expected,
            "{input} {returning}"
        );
    }
    assert_eq!(
        value(text("1000"), "lax $", ["", "ERROR"], "tinyint").await,
        "ERROR: cannot extract SQL scalar from JSON: Cannot cast value of type integer to declared return type of function JSON_VALUE: tinyint"
    );
    assert_eq!(
        value(text("1"), "lax $", ["", ""], "uuid").await,
        "ERROR: Invalid return type of function JSON_VALUE: uuid"
    );
}

#[tokio::test]
async fn json_query_gives_json() {
    for (path, words, expected) in [
        ("lax $", ["", "", "", ""], r#"["a","b","c"]"#),
        ("strict $[100]", ["", "", "", ""], "NULL"),
        ("strict $[100]", ["", "", "", "EMPTY ARRAY"], "[]"),
        ("strict $[100]", ["", "", "", "EMPTY OBJECT"], "{}"),
        (
            "strict $[100]",
            ["", "", "", "ERROR"],
            "ERROR: path evaluation failed: structural error: invalid array subscript: [100, 100] for array of size 3",
        ),
        ("lax $[100]", ["", "", "EMPTY OBJECT", "ERROR"], "{}"),
        (
            "lax $[100]",
            ["", "", "ERROR", ""],
            "ERROR: conversion from JSON failed: JSON path found no items",
        ),
        ("lax $[0 to 2]", ["", "", "", ""], "NULL"),
        (
            "lax $[0 to 2]",
            ["WITHOUT", "", "", "ERROR"],
            "ERROR: conversion from JSON failed: JSON path found multiple items",
        ),
        ("lax $[0 to 1]", ["CONDITIONAL", "", "", ""], r#"["a","b"]"#),
        ("lax $[0]", ["CONDITIONAL", "", "", ""], r#"["a"]"#),
        ("lax $", ["CONDITIONAL", "", "", ""], r#"["a","b","c"]"#),
        ("lax $", ["UNCONDITIONAL", "", "", ""], r#"[["a","b","c"]]"#),
        ("lax \"some text\"", ["", "", "", ""], "\"some text\""),
        ("lax \"some text\"", ["", "OMIT", "", ""], "some text"),
        ("lax $[1]", ["", "OMIT", "", ""], "b"),
        ("lax $", ["", "OMIT", "", ""], r#"["a","b","c"]"#),
        ("lax null", ["", "", "", ""], "null"),
    ] {
        assert_eq!(
            query(INPUT, path, words).await,
            expected,
            "{path} {words:?}"
        );
    }
    assert_eq!(
        query("[...", "lax $", ["", "", "", "EMPTY ARRAY"]).await,
        "[]"
    );
    assert_eq!(
        query("[...", "lax $", ["", "", "", "ERROR"]).await,
        "ERROR: conversion to JSON failed: "
    );
    assert_eq!(
        query("\"\\ud800\"", "lax $", ["", "", "", "ERROR"]).await,
        "ERROR: conversion from JSON failed: "
    );
    assert_eq!(
        query("{\"b\": 1.50, \"a\": {}}", "lax $", ["", "", "", ""]).await,
        "{\"b\":1.5,\"a\":{}}"
    );
}
