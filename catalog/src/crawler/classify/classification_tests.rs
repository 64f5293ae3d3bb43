use super::*;
use crate::crawler::classify::delimited::CsvOptions;

fn classified(bytes: &[u8], custom: &[CustomClassifier]) -> Classification {
    let is_whole = true;
    classify(
        Sample { bytes, is_whole },
        custom,
        &ClassifyOptions::default(),
    )
}

#[test]
fn built_in_classifiers_are_tried_in_their_order() {
    for (bytes, classification, records) in [
        (&b"\xEF\xBB\xBF{\"a\":1}\n{\"a\":2}\n"[..], "json", 2),
        (b"[{\"a\":1}]", "json", 1),
        (b"<?xml version=\"1.0\"?><a/>", "xml", 0),
        (b"$ion_1_0 {a:1}", "ion", 0),
        (b"\xE0\x01\x00\xEA\xD0", "ion", 0),
        (
            b"127.0.0.1 - - [10/Oct/2000:13:55:36 -0700] \"GET / HTTP/1.0\" 200 5\n",
            "apache",
            1,
        ),
        (b"\xEF\xBB\xBFid,name\n1,x\n", "csv", 1),
        (b"{a:1, b:2}\n{a:3, b:4}\n", "csv", 2),
        (b"just text\n", UNKNOWN, 0),
        (b"", UNKNOWN, 0),
        (b"a,b\n\xFF,1\n", UNKNOWN, 0),
        (b"a,b\n\0,1\n", UNKNOWN, 0),
    ] {
        let found = classified(bytes, &[]);
        assert_eq!(
            found.classification,
            classification,
            "{}",
            bytes.escape_ascii()
        );
        assert_eq!(found.records, records, "{}", bytes.escape_ascii());
        let certainty = if classification == UNKNOWN { 0.0 } else { 1.0 };
        assert_eq!(found.certainty, certainty);
        assert_eq!(found.classifier, None);
    }
}

#[test]
fn custom_classifiers_come_first_in_their_order() {
    let grok = |name: &str, pattern| CustomClassifier::Grok {
        name: name.to_owned(),
        classification: "mine".to_owned(),
        pattern: GrokPattern::compile(pattern, "").unwrap(),
    };
    let custom = [
        grok("other", "^%{IP:ip}$"),
        grok("ours", "^%{INT:id:int},%{WORD:name}"),
        CustomClassifier::Csv {
            name: "csv".to_owned(),
            options: CsvOptions::default(),
        },
    ];
    let found = classified(b"1,ada\n2,alan\n", &custom);
    assert_eq!(found.classification, "mine");
    assert_eq!(found.classifier.as_deref(), Some("ours"));
    let columns: Vec<String> = found
        .columns
        .iter()
        .map(|(name, column)| format!("{name} {}", column.hive_text()))
        .collect();
    assert_eq!(
        (columns.join("; ").as_str(), found.records),
        ("id int; name string", 2)
    );
    let found = classified(b"ada,1\nalan,2\n", &custom);
    assert_eq!(found.classifier.as_deref(), Some("csv"));
    let found = classified(b"{\"a\":1}\n", &custom);
    assert_eq!(
        (found.classification.as_str(), found.classifier),
        ("json", None)
    );
}

#[test]
fn custom_json_and_xml_say_where_the_records_are() {
    let path = JsonPath::parse("$.Records[*]").unwrap();
    let custom = [
        CustomClassifier::Json {
            name: "trail".to_owned(),
            path: path.clone(),
        },
        CustomClassifier::Xml {
            name: "rows".to_owned(),
            classification: "ledger".to_owned(),
            row_tag: Some("entry".to_owned()),
        },
    ];
    let found = classified(b"{\"Records\":[{\"eventName\":\"x\"}]}", &custom);
    let layout = JsonLayout::JsonLines;
    assert_eq!(
        found.detail,
        Detail::Json {
            layout,
            path: Some(path)
        }
    );
    assert_eq!(
        found.columns,
        [("eventName".to_owned(), InferredType::String)]
    );
    let found = classified(b"<book><entry sum=\"5\">x</entry></book>", &custom);
    assert_eq!(found.classification, "ledger");
    assert_eq!(found.records, 1);
    // Without such an element it is the built-in classifier's.
    let found = classified(b"<book/>", &custom);
    assert_eq!(
        (found.classification.as_str(), found.classifier),
        ("xml", None)
    );
}
