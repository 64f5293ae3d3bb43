//! The form of values, and what is no value.

use super::{Canonicalizer, Members};
use crate::json::scan::Malformed;

#[track_caller]
fn assert_form(members: Members, text: &str, form: &str) {
    assert_eq!(Canonicalizer::new(members).whole(text), Ok(form));
}

#[test]
fn canonical_text_is_passed_through() {
    let text = r#"{"a":[1,2.5,"x\n",null,true],"b":{"c":{},"d":[]}}"#;
    let mut canonicalizer = Canonicalizer::new(Members::Sorted);
    let form = canonicalizer.whole(text).unwrap();
    assert_eq!(form.as_ptr(), text.as_ptr());
    assert_eq!(form, text);
}

#[test]
fn blanks_and_odd_spellings_go() {
    assert_form(
        Members::Sorted,
        " [ 1 ,\t-0 , 1.0e2,\n1.50 , 1e999, 12345678901234567890 ] ",
        r#"[1,0,100.0,1.5,"Infinity",12345678901234567890]"#,
    );
    assert_form(
        Members::Sorted,
        r#""\u0041\/\u00e9\ud83d\ude00\u001f""#,
        "\"A/é\u{1f600}\\u001F\"",
    );
}

#[test]
fn members_are_sorted_at_every_level() {
    assert_form(
        Members::Sorted,
        r#"{ "b" : { "z" : 1.0e0 , "y" : [ {"d":1, "c":2} ] } , "a" : 1, "b\u0061" : 3 , "b" : {"q": 1, "p": {}} }"#,
        r#"{"a":1,"b":{"p":{},"q":1},"ba":3}"#,
    );
    assert_form(
        Members::Sorted,
        "{\"\u{ff5e}\":1,\"\u{1f600}\":2}",
        "{\"\u{1f600}\":2,\"\u{ff5e}\":1}",
    );
}

#[test]
fn a_tree_keeps_the_first_place_and_the_last_value() {
    let text = r#"{"b":1, "a":2, "\u0062":{"x":1,"x":2}, "c":[]}"#;
    assert_form(Members::Unique, text, r#"{"b":{"x":2},"a":2,"c":[]}"#);
    assert_form(
        Members::AsWritten,
        text,
        r#"{"b":1,"a":2,"b":{"x":1,"x":2},"c":[]}"#,
    );
}

#[test]
fn objects_of_many_members_are_unique_too() {
    let members: Vec<String> = (0..40)
        .map(|key| format!("\"k{}\":{key}", key % 20))
        .collect();
    let kept: Vec<String> = (0..20)
        .map(|key| format!("\"k{key}\":{}", key + 20))
        .collect();
    let object = |members: &[String]| format!("{{{}}}", members.join(","));
    assert_form(Members::Unique, &object(&members), &object(&kept));
}

#[test]
fn what_is_no_value_is_refused() {
    for text in [
        "",
        " ",
        "{} {}",
        "1 2",
        "\u{feff}1",
        r#""\ud800""#,
        r#"{"\udc00":1}"#,
        "nul",
    ] {
        assert_eq!(
            Canonicalizer::new(Members::Sorted).whole(text),
            Err(Malformed),
            "{text}"
        );
    }
    let deep = format!("{}1{}", "{\"a\":".repeat(10_001), "}".repeat(10_001));
    assert_eq!(
        Canonicalizer::new(Members::Sorted).whole(&deep),
        Err(Malformed)
    );
}

#[test]
fn it_agrees_with_a_tree_of_nodes() {
    // A simple generator of values, whose members serde_json sorts by bytes.
    let mut seed = 1_u64;
    let mut random = |below: u64| {
        seed = seed
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (seed >> 33) % below
    };
    for _ in 0..500 {
        let mut text = String::new();
        let mut open = Vec::new();
        for _ in 0..40 {
            if open.last() == Some(&'}') {
                text.push_str(&format!(
                    "{}\"k{}\"{}:",
                    " ".repeat(random(2) as usize),
                    random(6),
                    " ".repeat(random(2) as usize)
                ));
            }
            match random(5) {
                0 => {
                    text.push('{');
                    open.push('}');
                    continue;
                }
                1 => {
                    text.push('[');
                    open.push(']');
                    continue;
                }
                2 => text.push_str(&random(100).to_string()),
                3 => text.push_str("\"x\\u0041\""),
                _ => text.push_str("null "),
            }
            if open.is_empty() {
                break;
            }
            text.push(',');
        }
        // Ends what is open: a last value, then the brackets.
        if open.last() == Some(&'}') && !text.ends_with(':') {
            text.push_str("\"k\":");
        }
        if !open.is_empty() {
            text.push('0');
        }
        text.extend(open.iter().rev());
        let tree: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert_form(Members::Sorted, &text, &tree.to_string());
    }
}

#[test]
fn it_takes_exactly_what_is_json() {
    let seeds = [
        r#"{"a":[1,-2.5e3,"x\n\u00e9\ud83d\ude00",null,true,false,{}],"b":{"c":[[]],"d":0.10}}"#,
        r#"[ "é", {"k" : "v", "k":1e5} , 12345678901234567890, -0 ]"#,
    ];
    let mut seed = 7_u64;
    let mut random = |below: usize| {
        seed = seed
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(seed >> 33).unwrap() % below
    };
    let pieces = [
        "{", "}", "[", "]", ",", ":", "\"", "\\", "0", "1", ".", "e", "-", "u", "n", "\u{1}", " ",
        "é", "true", "\\ud800",
    ];
    let mut accepted = 0;
    for round in 0..20_000 {
        let mut characters: Vec<char> = seeds[round % 2].chars().collect();
        for _ in 0..=random(2) {
            let place = random(characters.len());
            match random(3) {
                0 => drop(characters.remove(place)),
                1 => drop(characters.splice(place..place, pieces[random(pieces.len())].chars())),
                _ => drop(characters.splice(place..=place, pieces[random(pieces.len())].chars())),
            }
        }
        let text: String = characters.into_iter().collect();
        let expected = serde_json::from_str::<serde_json::Value>(&text).is_ok();
        for members in [Members::Sorted, Members::Unique, Members::AsWritten] {
            let mut canonicalizer = Canonicalizer::new(members);
            let found = canonicalizer.whole(&text).map(str::to_owned);
            assert_eq!(found.is_ok(), expected, "{text}");
            // A form is its own form.
            if let Ok(form) = found {
                accepted += 1;
                assert_eq!(canonicalizer.whole(&form), Ok(form.as_str()), "{text}");
            }
        }
    }
    assert!(accepted > 1_000);
}
