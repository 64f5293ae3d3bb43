use super::*;

fn found(text: &str, is_whole: bool, path: Option<&str>) -> Option<(JsonLayout, String, u64)> {
    let path = path.map(|path| JsonPath::parse(path).unwrap());
    let findings = classify_json(SampleText { text, is_whole }, path.as_ref())?;
    let columns: Vec<String> = findings
        .columns
        .iter()
        .map(|(name, column)| format!("{name} {}", column.hive_text()))
        .collect();
    Some((findings.layout, columns.join("; "), findings.records))
}

fn columns(text: &str) -> String {
    found(text, true, None).unwrap().1
}

#[test]
fn each_layout_is_told() {
    use JsonLayout::{Array, ConcatenatedObjects, JsonLines};
    for (text, layout, records) in [
        ("{\"a\":1}\n{\"a\":2}\n", JsonLines, 2),
        ("{\"a\":1}", JsonLines, 1),
        ("\n\n{\"a\":1}\r\n\r\n{\"a\":2}", JsonLines, 2),
        ("{\"a\":1}{\"a\":2}\n", ConcatenatedObjects, 2),
        ("{\n \"a\": 1\n}\n{\n \"a\": 2\n}\n", ConcatenatedObjects, 2),
        ("[{\"a\":1},{\"a\":2}]", Array, 2),
        ("[\n{\"a\":1},\n{\"a\":2}\n]\n", Array, 2),
    ] {
        let expected = Some((layout, "a int".to_owned(), records));
        assert_eq!(found(text, true, None), expected, "{text}");
    }
}

#[test]
fn what_is_no_json_is_none() {
    for text in [
        "",
        "a,b\n1,2\n",
        "[INFO] started\n[WARN] late\n",
        "[2024-01-01] x\n",
        "{a: 1}\n",
        "{",
        "\"a\"",
        "1\n2\n",
        "{\"a\":1",
        "{{",
        "[1] first\n[2] second\n",
    ] {
        assert_eq!(found(text, true, None), None, "{text}");
    }
}

#[test]
fn numbers_widen_and_mixed_scalars_are_strings() {
    assert_eq!(
        columns(
            r#"{"i":1,"l":1,"d":1,"s":1,"b":true,"n":null,"huge":18446744073709551615,"exact":0.1234567890123456789}
            {"i":2,"l":3000000000,"d":1.5,"s":"x","b":false,"n":null,"huge":1,"exact":0.1234567890123456780}"#
        ),
        "i int; l bigint; d double; s string; b boolean; n string; huge decimal(38,0); exact decimal(38,19)"
    );
}

#[test]
fn nested_values_have_nested_types() {
    assert_eq!(
        columns(
            r#"{"id":1,"o":{"A":1,"list":[]},"l":[{"x":1},{"Y":2.5}],"e":[],"m":{"a":1}}
            {"id":2,"o":{"a":2,"list":["t"]},"l":null,"m":"text"}"#
        ),
        "id int; o struct<a:int,list:array<string>>; l array<struct<x:int,y:double>>; e array<string>; m string"
    );
}

#[test]
fn strings_are_dates_only_where_all_of_them_are() {
    assert_eq!(
        columns(
            r#"{"d":"2024-01-01","t":"2024-01-01 10:00:00","m":"2024-01-01","z":"2024-01-01T00:00:00Z","x":"2024-01-01"}
            {"d":"2024-02-01","t":"2024-01-01 10:00:00.5","m":"2024-01-01 00:00:00","z":"","x":"soon"}"#
        ),
        "d date; t timestamp; m timestamp; z string; x string"
    );
}

#[test]
fn a_record_that_the_cut_left_incomplete_is_ignored_unless_it_is_the_only_one() {
    let lines = "{\"a\":1}\n{\"a\":\"x\",\"b\":";
    assert_eq!(
        found(lines, false, None),
        Some((JsonLayout::JsonLines, "a int".to_owned(), 1))
    );
    let array = "[{\"a\":1}, {\"a\":\"x\",\"b\":";
    assert_eq!(
        found(array, false, None),
        Some((JsonLayout::Array, "a int".to_owned(), 1))
    );
    let lone = "{\"a\":1, \"list\":[{\"x\":1},{\"x\":2.5,\"y\":\"te";
    assert_eq!(
        found(lone, false, None),
        Some((
            JsonLayout::JsonLines,
            "a int; list array<struct<x:double,y:string>>".to_owned(),
            1
        ))
    );
    assert_eq!(found("{\"a\":1}\n{\"a\":", true, None), None);
}

#[test]
fn a_few_malformed_lines_do_not_hide_the_others() {
    let good = "{\"a\":1}\n".repeat(9);
    let text = format!("{good}{{\"a\":oops}}\n{good}");
    assert_eq!(
        found(&text, true, None),
        Some((JsonLayout::JsonLines, "a int".to_owned(), 18))
    );
    assert_eq!(found("{\"a\":1}\noops\noops\n", true, None), None);
}

#[test]
fn a_path_leads_to_the_records() {
    let text = r#"{"next":null,"Records":[{"a":1,"s":{"v":1}},{"a":2,"s":{"v":2}}],"o":{"p":{"q":1}, "r":{"q":2}}}"#;
    for (path, expected, records) in [
        ("$.Records[*]", "a int; s struct<v:int>", 2),
        ("$.Records", "a int; s struct<v:int>", 2),
        ("$['Records'][1]", "a int; s struct<v:int>", 1),
        ("$.Records[*].s", "v int", 2),
        ("$.o.*", "q int", 2),
        ("$.o.p", "q int", 1),
    ] {
        let expected = Some((JsonLayout::JsonLines, expected.to_owned(), records));
        assert_eq!(found(text, true, Some(path)), expected, "{path}");
    }
    for path in ["$.records", "$.next", "$[*].a", "$.Records[7]"] {
        assert_eq!(found(text, true, Some(path)), None, "{path}");
    }
    let cut = r#"{"Records":[{"a":1},{"a":2},{"a":"#;
    assert_eq!(found(cut, false, Some("$.Records[*]")).unwrap().2, 2);
    let array = r#"[{"a":1},{"a":2}]"#;
    assert_eq!(found(array, true, Some("$[*]")).unwrap().2, 2);
}

#[test]
fn arrays_without_objects_are_one_column() {
    assert_eq!(
        found("[1,2]\n[3,4.5]\n", true, None),
        Some((JsonLayout::Array, "array array<double>".to_owned(), 2))
    );
    assert_eq!(
        found("[]", true, None),
        Some((JsonLayout::Array, String::new(), 0))
    );
}

#[test]
fn nesting_beyond_the_bound_is_a_string_and_takes_no_stack() {
    let depth = 200_000;
    let text = format!("{{\"a\":{}{}}}", "[".repeat(depth), "]".repeat(depth));
    let inferred = columns(&text);
    assert!(inferred.ends_with(&format!("array<string{}", ">".repeat(63))));
    let cut = format!("{{\"a\":{}", "{\"b\":".repeat(depth));
    assert!(found(&cut, false, None).is_some());
}
