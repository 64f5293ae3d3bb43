//! What paths give, as JSON_QUERY with a wrapper shows it.

use datafusion::scalar::ScalarValue;

use super::check_path;
use crate::testing::{Argument, constant, shown, text};

fn null(data_type: &str) -> Argument {
    constant(data_type, ScalarValue::Utf8(None))
}

async fn sequence_of(json: &str, path: &str, passing: Option<&str>) -> String {
    let passing = constant("json", ScalarValue::from(passing));
    shown(
        "$json_query",
        vec![
            text(json),
            text(path),
            passing,
            text("UNCONDITIONAL"),
            null("varchar"),
            text("EMPTY ARRAY"),
            text("ERROR"),
        ],
    )
    .await
}

async fn assert_gives(json: &str, path: &str, expected: &str) {
    assert_eq!(
        sequence_of(json, path, None).await,
        expected,
        "{path} of {json}"
    );
}

async fn assert_fails(json: &str, path: &str, reason: &str) {
    let expected = format!("ERROR: path evaluation failed: {reason}");
    assert_eq!(
        sequence_of(json, path, None).await,
        expected,
        "{path} of {json}"
    );
}

#[tokio::test]
async fn literals_stand_for_themselves() {
    assert_gives("0", "lax 1", "[1]").await;
    assert_gives("0", "lax -1.50", "[-1.50]").await;
    assert_gives("0", "lax 1e3", "[1000.0]").await;
    assert_gives("0", "lax \"a\"\"b\"", "[\"a\\\"b\"]").await;
    assert_gives("0", "lax true", "[true]").await;
    assert_gives("0", "lax null", "[null]").await;
    assert_gives(
        " {\"b\": 1.0e0, \"a\" : [] , \"b\": 2} x",
        "lax $",
        "[{\"b\":2,\"a\":[]}]",
    )
    .await;
}

#[tokio::test]
async fn members_are_accessed() {
    let objects = r#"[{"customer":100,"region":"AFRICA"},{"region":"ASIA"},{"customer":300,"comment":null,"customer":301}]"#;
    assert_gives(objects, "lax $.customer", "[100,301]").await;
    assert_gives(objects, "lax $[2].*", "[301,null]").await;
    assert_gives(objects, "lax $.\"region\"", "[\"AFRICA\",\"ASIA\"]").await;
    assert_gives("[[{\"a\":1}]]", "lax $.a", "[]").await;
    assert_gives("5", "lax $.a", "[]").await;
    assert_fails(
        objects,
        "strict $.customer",
        "invalid item type. Expected: OBJECT, actual: ARRAY",
    )
    .await;
    assert_fails(
        objects,
        "strict $[*].customer",
        "structural error: missing member 'customer' in JSON object",
    )
    .await;
    assert_fails(
        "5",
        "strict (1 + 1).a",
        "invalid item type. Expected: OBJECT, actual: integer",
    )
    .await;
    assert_gives(
        r#"{"a":{"b":1},"c":[true,{"c":{"c":null}}]}"#,
        "lax $..c",
        "[[true,{\"c\":{\"c\":null}}],{\"c\":null},null]",
    )
    .await;
    assert_gives(
        r#"{"id":1,"notes":[{"type":1,"comment":"foo"},{"type":2,"comment":null}],"comment":["bar","baz"]}"#,
        "strict $..comment",
        "[[\"bar\",\"baz\"],\"foo\",null]",
    )
    .await;
}

#[tokio::test]
async fn elements_are_accessed() {
    let arrays = r#"[[0,1,2],["a","b","c","d"],[null,null]]"#;
    assert_gives(arrays, "lax $[*][last]", "[2,\"d\",null]").await;
    assert_gives(arrays, "lax $[*][2 to 3]", "[2,\"c\",\"d\"]").await;
    assert_gives(
        arrays,
        "lax $[*][1, 0, 0]",
        "[1,0,0,\"b\",\"a\",\"a\",null,null,null]",
    )
    .await;
    assert_gives("[1,2,3]", "lax $[-1, 5, 2 to 1, last - 1 to 100]", "[2,3]").await;
    assert_gives("7", "lax $[0]", "[7]").await;
    assert_gives("7", "lax $[*]", "[7]").await;
    assert_gives("[]", "lax $[0]", "[]").await;
    assert_gives("[1,2,3]", "lax $[1.6]", "[3]").await;
    assert_gives("[1,2,3,1.9]", "lax $[$[3]]", "[2]").await;
    assert_gives("[[1,2],[3]]", "lax $[$[0][0]][last]", "[3]").await;
    assert_fails(
        "[]",
        "strict $[0]",
        "structural error: invalid array subscript for empty array",
    )
    .await;
    assert_fails(
        "[1]",
        "strict $[1]",
        "structural error: invalid array subscript: [1, 1] for array of size 1",
    )
    .await;
    assert_fails(
        "[1,2]",
        "strict $[1 to 0]",
        "structural error: invalid array subscript: [1, 0] for array of size 2",
    )
    .await;
    assert_fails(
        "7",
        "strict $[0]",
        "invalid item type. Expected: ARRAY, actual: NUMBER",
    )
    .await;
    assert_fails(
        "[1]",
        "lax $[\"a\"]",
        "invalid item type. Expected: NUMBER, actual: varchar",
    )
    .await;
    assert_fails(
        "[1,2]",
        "lax $[$[*]]",
        "array subscript 'from' value must be singleton numeric",
    )
    .await;
    assert_fails("[1]", "lax $[1e30]", "").await;
    let doubled = format!("lax ${}", "[0, 0]".repeat(60));
    assert_fails("1", &doubled, "the sequence has more than 4096 items").await;
    assert_fails(
        "[1]",
        "lax last",
        "accessing the last array index with no enclosing array",
    )
    .await;
}

#[tokio::test]
async fn arithmetic_has_sqls_types() {
    assert_gives("5", "lax $ + 1 * 2 - 3 % 2", "[6]").await;
    assert_gives("7", "lax $ / 2", "[3]").await;
    assert_gives("7.5", "lax $ / 2", "[3.75]").await;
    assert_gives("1", "lax ($ + 0.25) * 2", "[2.50]").await;
    assert_gives("[1]", "lax -$ + +$", "[0]").await;
    assert_gives("[1,-2,3.5]", "lax -$", "[-1,2,-3.5]").await;
    assert_gives("0", "lax 1e0 / $", "[\"Infinity\"]").await;
    assert_gives("0", "lax -1.5.abs()", "[1.5]").await;
    assert_fails("0", "lax 1 / $", "").await;
    assert_fails("2147483647", "lax $ + 1", "").await;
    assert_gives("2147483648", "lax $ + 1", "[2147483649]").await;
    assert_fails(
        "[1,2]",
        "lax $ + 1",
        "arithmetic binary expression requires singleton operands",
    )
    .await;
    assert_fails(
        "[1]",
        "strict $ + 1",
        "invalid item type. Expected: NUMBER, actual: ARRAY",
    )
    .await;
    assert_fails(
        "\"a\"",
        "lax $ + 1",
        "invalid item type. Expected: NUMBER, actual: STRING",
    )
    .await;
    assert_fails(
        "1",
        "lax $ % true",
        "invalid operand types to MODULUS operator (integer, boolean)",
    )
    .await;
    assert_fails(
        "1",
        "lax -\"a\"",
        "invalid item type. Expected: NUMBER, actual: varchar",
    )
    .await;
    assert_fails("12345678901234567890", "lax $ + 1", "").await;
}

#[tokio::test]
async fn methods_take_items() {
    assert_gives("[-1.5,-1,1.3]", "lax $.ceiling()", "[-1.0,-1,2.0]").await;
    assert_gives("[-1.5,-1,1.3]", "lax $.floor()", "[-2.0,-1,1.0]").await;
    assert_gives("[-1.5,-1,1.3]", "lax $.abs()", "[1.5,1,1.3]").await;
    assert_gives("0", "lax (-1.5).ceiling()", "[-1]").await;
    assert_gives("[-1,23e4,\"5.6\"]", "lax $.double()", "[-1.0,230000.0,5.6]").await;
    assert_gives("[[1,2],{},3]", "lax $[*].size()", "[2,1,1]").await;
    assert_gives(
        "[1,\"a\",true,null,[],{}]",
        "lax $[*].type()",
        "[\"number\",\"string\",\"boolean\",\"null\",\"array\",\"object\"]",
    )
    .await;
    assert_gives("[]", "lax $.type()", "[\"array\"]").await;
    assert_gives(
        r#"[{"b":1,"a":"x"},{"b":2}]"#,
        "lax $.keyvalue()",
        r#"[{"name":"b","value":1,"id":0},{"name":"a","value":"x","id":0},{"name":"b","value":2,"id":1}]"#,
    )
    .await;
    assert_gives(
        r#"{"b":[1,{"c":2}],"a":3}"#,
        "lax $.keyvalue()?(@.name == \"b\").value[1].c",
        "[2]",
    )
    .await;
    assert_fails("\"x\"", "lax $.double()", "").await;
    assert_fails(
        "null",
        "lax $.double()",
        "invalid item type. Expected: NUMBER or TEXT, actual: NULL",
    )
    .await;
    assert_fails(
        "\"x\"",
        "lax $.floor()",
        "invalid item type. Expected: NUMBER, actual: STRING",
    )
    .await;
    assert_fails(
        "1",
        "strict $.size()",
        "invalid item type. Expected: ARRAY, actual: NUMBER",
    )
    .await;
    assert_fails(
        "[1]",
        "strict $.abs()",
        "invalid item type. Expected: NUMBER, actual: ARRAY",
    )
    .await;
    assert_fails(
        "[1]",
        "lax $.keyvalue()",
        "invalid item type. Expected: OBJECT, actual: NUMBER",
    )
    .await;
}

#[tokio::test]
async fn filters_keep_what_is_true() {
    let objects = r#"[{"a":1,"b":"x"},{"a":2},{"a":null,"b":"xy"},{"b":7}]"#;
    assert_gives(objects, "lax $?(@.a > 1)", "[{\"a\":2}]").await;
    assert_gives(objects, "lax $?(!exists(@.b))", "[{\"a\":2}]").await;
    assert_gives(
        objects,
        "lax $?(@.b starts with \"x\" && @.a == null).b",
        "[\"xy\"]",
    )
    .await;
    assert_gives(objects, "lax $?(@.a == 1 || @.b == 7).b", "[\"x\",7]").await;
    assert_gives(objects, "lax $?((@.b > 5) is unknown).b", "[\"x\",\"xy\"]").await;
    assert_gives(
        objects,
        "lax $?(@.b like_regex \"^X\" flag \"i\").b",
        "[\"x\",\"xy\"]",
    )
    .await;
    assert_gives("[1,2,3]", "lax $?((@ + 1) * 2 >= 6)", "[2,3]").await;
    assert_gives("[1,2,3]", "lax $?((@ > 1) && (@ < 3))", "[2]").await;
    assert_gives("[[1,9],[2]]", "lax $?(@ > 5)", "[[1,9]]").await;
    assert_gives("[1,\"1\",1.0,true]", "lax $?(@ == 1)", "[1,1.0]").await;
    assert_gives("[\"é\",\"z\",\"\"]", "lax $?(@ > \"z\")", "[\"é\"]").await;
    assert_gives("[true,false]", "lax $?(@ > false)", "[true]").await;
    assert_fails(
        "1",
        "lax @",
        "accessing current filter item with no enclosing filter",
    )
    .await;
}

#[tokio::test]
async fn comparisons_have_their_own_rules() {
    for (json, predicate, expected) in [
        ("[null]", "@ == null", true),
        ("[null]", "@ != 1", true),
        ("[null]", "@ < 1", false),
        ("[1]", "@ <> null", true),
        ("[{}]", "@ == null", false),
        ("[{}]", "@ != null", true),
        ("[{}]", "(@ == @) is unknown", true),
        ("[[1]]", "(@ == @) is unknown", false),
        ("[1]", "(@ == \"a\") is unknown", true),
        ("[12345678901234567890]", "(@ == 1) is unknown", true),
        ("[1]", "@.a == 1", false),
        ("[1]", "exists(@.a[5])", false),
        ("[5]", "(@ starts with \"a\") is unknown", true),
        ("[0.3]", "@ == 0.3", true),
        ("[2]", "@ == 2.00", true),
    ] {
        let path = format!("lax $?({predicate})");
        let found = sequence_of(json, &path, None).await;
        assert_eq!(found != "[]", expected, "{json} {predicate}: {found}");
    }
    // In lax mode the first answer counts, in strict mode any error.
    assert_gives("[[1,\"a\"],[\"a\",1]]", "lax $?(@ == 1)", "[[1,\"a\"]]").await;
    assert_gives(
        "[[1,\"a\"]]",
        "strict $[*]?((@[*] == 1) is unknown)",
        "[[1,\"a\"]]",
    )
    .await;
    assert_gives("[1]", "strict $[*]?((@.a == 1) is unknown)", "[1]").await;
}

#[tokio::test]
async fn variables_are_passed() {
    let passing = r#"{"x":[1,{"y":2}],"n:decimal(3,1)":1.5,"i:tinyint":127,"d:date":"2020-01-01","e:date":"2020-01-02","none:empty":null,"null:bigint":null,"t:varchar":"5","r:real":0.5}"#;
    for (path, expected) in [
        ("lax $x[1].y", "[2]"),
        ("lax $n + 1", "[2.5]"),
        ("lax $i + $i", "ERROR: path evaluation failed: "),
        ("lax $d.type()", "[\"date\"]"),
        ("lax 1?($d < $e)", "[1]"),
        (
            "lax $d",
            "ERROR: conversion from JSON failed: JSON path returned a scalar SQL value of type date that cannot be represented as JSON",
        ),
        ("lax $none", "[]"),
        ("lax $null", "[null]"),
        ("lax $t.double()", "[5.0]"),
        ("lax $r * 2", "[1.0]"),
        (
            "lax $X",
            "ERROR: no value passed for parameter X. Try quoting \"X\" in the PASSING clause to match case",
        ),
        ("lax $y", "ERROR: no value passed for parameter y"),
    ] {
        assert_eq!(
            sequence_of("0", path, Some(passing)).await,
            expected,
            "{path}"
        );
    }
    assert_eq!(
        sequence_of("0", "lax $y", None).await,
        "ERROR: no value passed for parameter y"
    );
}

#[test]
fn paths_are_checked_before_they_run() {
    assert!(check_path("lax $x", &["x"]).is_ok());
    assert_eq!(
        check_path("lax $x", &["X"]).unwrap_err().message,
        "no value passed for parameter x. Try quoting \"x\" in the PASSING clause to match case"
    );
    assert_eq!(
        check_path("$", &[]).unwrap_err().message,
        "mismatched input '$' expecting {'lax', 'strict'}"
    );
}
