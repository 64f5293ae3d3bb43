//! What patterns mean: a table of patterns, texts and their matches.

use super::pattern::{Pattern, Visit};

/// All matches, in brackets; a failure is its message.
fn matches(pattern: &str, text: &str) -> String {
    let found = || -> Result<String, crate::error::FunctionError> {
        let pattern = Pattern::compile(pattern)?;
        let mut found = String::new();
        pattern.visit(text, 0, |start, end| {
            found.push_str(&format!("[{}]", &text[start..end]));
            Ok(Visit::On)
        })?;
        Ok(found)
    };
    found().unwrap_or_else(|error| error.message)
}

#[test]
fn java_syntax_has_its_meaning() {
    let cases = [
        // Characters and their escapes.
        ("a.c", "abc a\nc", "[abc]"),
        ("(?s)a.c", "abc a\nc", "[abc][a\nc]"),
        (
            r"\x41\u0042\x{43}\104\0101\cA",
            "ABCD\u{8}1\u{1}",
            "[ABCD\u{8}1\u{1}]",
        ),
        (r"\xE6\x9C\x8B+", "朋朋", "[朋朋]"),
        (
            r"\t\n\r\f\a\e\x0B\v",
            "\t\n\r\u{c}\u{7}\u{1b}\u{b}\u{b}",
            "[\t\n\r\u{c}\u{7}\u{1b}\u{b}\u{b}]",
        ),
        (r"\Qa.b\E+", "a.bb axb", "[a.bb]"),
        (r"\Q\E\Qa", "a", "[a]"),
        (r"\h\R\-\/\_", "hR-/_", "[hR-/_]"),
        (r"\uD800", "x", ""),
        ("]}a{,2}a{x", "]}a{,2}a{x", "[]}a{,2}a{x]"),
        // Classes.
        (r"\w+", "aé1_", "[a][1_]"),
        (r"\d", "1١", "[1]"),
        (r"\s", "\u{b} \u{a0}\u{2003}", "[\u{b}][ ]"),
        (r"\W", "é_", "[é]"),
        ("[a-c&&[^b]]", "abc", "[a][c]"),
        (r"\p{L}\pN\P{Alpha}", "é1-", "[é1-]"),
        // Anchors.
        ("^a", "a\na", "[a]"),
        ("(?m)^.", "a\nb\n", "[a][b]"),
        ("(?m)^", "a\n", "[]"),
        ("(?m)^", "\n", "[]"),
        ("(?m)$", "a\n", "[][]"),
        ("a$", "a\na\n", "[a]"),
        ("$", "a\n", "[][]"),
        (r"\z", "a\n", "[]"),
        (r"a\Z", "aa\n", "[a]"),
        (r"\Aa", "aa", "[a]"),
        (r"\Ga", "aab a", "[a][a]"),
        (r"\bé\w*\b", "xé éa", "[éa]"),
        (r"\B.", "ab", "[b]"),
        // Groups and flags.
        ("(?i)straße|x", "STRAẞE X", "[STRAẞE][X]"),
        ("a(?i)b|c", "aB aC", "[aB][aC]"),
        ("(?:(?i)a)b", "Ab AB", "[Ab]"),
        ("(?i:a)(?-i)B", "AB ab", "[AB]"),
        ("(?i)k", "\u{212a}", "[\u{212a}]"),
        (r"(?i)\w+", "\u{212a}k", "[k]"),
        ("(?i)[[^q]]", "Qq", "[Q][q]"),
        ("(?x) a b # c\n c (?#d) +", "abcc", "[abcc]"),
        ("(?<year>[0-9]+)-(?'m'..)", "2020-01", "[2020-01]"),
        (r"(a|b)\1", "abb", "[bb]"),
        (r"(?<x>.)\k<x>\k'x'\k<-1>\k<1>", "aaaaab", "[aaaaa]"),
        (r"(?i)(a)\1", "aA", "[aA]"),
        (r"(b)?\1a", "bba a", "[bba]"),
        ("(?=b)b|a(?!b)", "abaa", "[b][a][a]"),
        ("(?<=a|bc)d|(?<!x)y", "ad bcd xy y", "[d][d][y]"),
        ("(?>a+)ab|a++b|a{1,2}+c", "aaab aac", "[aaab][aac]"),
        // Quantifiers.
        ("a*", "ab", "[a][][]"),
        ("x?+", "ax", "[][x][]"),
        ("a{2}b{1,}?c{0,2}", "aabbcc", "[aab]"),
        ("a?*+b|c++*", "aab ccc", "[aab][][ccc][]"),
        ("(?:a{2}){2}a**|b+{2}", "aaaaabbb", "[aaaaa][bbb]"),
        ("(?:^)*a|(?=b)?b|(?:)*c", "abc", "[a][b][c]"),
        ("", "a爱", "[][][]"),
    ];
    let wrong: Vec<String> = cases
        .into_iter()
        .filter(|(pattern, text, expected)| matches(pattern, text) != *expected)
        .map(|(pattern, text, expected)| {
            format!(
                "{pattern:?} in {text:?}: {:?}, not {expected:?}",
                matches(pattern, text)
            )
        })
        .collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn wrong_patterns_are_errors() {
    for (pattern, message) in [
        ("(", "end pattern with unmatched parenthesis"),
        ("a)", "unmatched close parenthesis"),
        ("[a", "premature end of char-class"),
        ("*a", "target of repeat operator is not specified"),
        ("a|+", "target of repeat operator is not specified"),
        ("{2}", "target of repeat operator is not specified"),
        ("a{3,2}", "upper is smaller than lower in repeat range"),
        ("a{100001}", "too big number for repeat range"),
        ("a\\", "end pattern at escape"),
        ("(?u)a", "undefined group option"),
        ("(?d)a", "undefined group option"),
        ("(?(1)a|b)", "undefined group option"),
        ("(?<a>.)(?<a>.)", "multiplex defined name <a>"),
        ("(?<1a>.)", "invalid group name <1a>"),
        (r"\2(a)", "invalid backref number/name"),
        (r"\k<x>", "undefined name <x> reference"),
        (r"\p{Nope}", "invalid character property name {Nope}"),
        (r"\xE6a", "too short multibyte code string"),
        (r"\x{123456789}", "too long wide-char value"),
        ("(?:(?:a{1000}){1000}){1000}", "Pattern is too large"),
        (&"(".repeat(1000), "Pattern is nested too deep"),
    ] {
        assert_eq!(matches(pattern, ""), message, "{pattern:?}");
    }
}

#[test]
fn catastrophic_backtracking_ends_with_an_error() {
    let text = "a".repeat(40);
    assert_eq!(matches("^(a+)+$", &format!("{text}b")), "");
    assert_eq!(
        matches("^(?:(?=a)a|aa)+c", &text),
        "Matching of the regular expression takes too many steps"
    );
}
