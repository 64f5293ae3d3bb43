//! The paths of `json_extract`: `$.store.book[0]["first author"]`.

use std::sync::LazyLock;

use regex::Regex;

use crate::error::FunctionError;

/// A path to one value, compiled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct JsonPath {
    pub(super) steps: Vec<Step>,
}

/// From a value to a value within it. Whether it means a member or an element, the value says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Step {
    pub(super) key: String,
    /// Whether JSON may write the key only as it is, without escapes aside.
    pub(super) plain: bool,
    pub(super) index: Option<u64>,
}

impl Step {
    fn new(key: String) -> Step {
        Step {
            plain: !key
                .bytes()
                .any(|byte| matches!(byte, b'"' | b'\\' | 0..0x20)),
            index: key
                .parse::<i32>()
                .ok()
                .and_then(|index| u64::try_from(index).ok()),
            key,
        }
    }
}

impl JsonPath {
    /// Reads a path.
    pub(super) fn parse(path: &str) -> Result<JsonPath, FunctionError> {
        steps(path)
            .map(|steps| JsonPath { steps })
            .ok_or_else(|| FunctionError::argument(format!("Invalid JSON path: '{path}'")))
    }
}

fn steps(path: &str) -> Option<Vec<Step>> {
    let mut rest = path.strip_prefix('$')?;
    let mut steps = Vec::new();
    while !rest.is_empty() {
        let key;
        if let Some(behind) = rest.strip_prefix('.') {
            (key, rest) = word(behind, true)?;
        } else if let Some(behind) = rest.strip_prefix("[\"") {
            (key, rest) = quoted(behind)?;
            rest = rest.strip_prefix(']')?;
        } else {
            (key, rest) = word(rest.strip_prefix('[')?, false)?;
            rest = rest.strip_prefix(']')?;
        }
        steps.push(Step::new(key));
    }
    Some(steps)
}

/// Letters, digits and underscores, at least one; behind a dot colons too.
fn word(text: &str, colons: bool) -> Option<(String, &str)> {
    let end = text
        .find(|c| !(c == '_' || (c == ':' && colons) || is_letter_or_digit(c)))
        .unwrap_or(text.len());
    let (word, rest) = text.split_at_checked(end)?;
    (!word.is_empty()).then(|| (word.to_owned(), rest))
}

/// As Java's `Character.isLetterOrDigit(char)` has it, which sees characters beyond the BMP as two surrogates.
fn is_letter_or_digit(c: char) -> bool {
    static LETTER_OR_DIGIT: LazyLock<Option<Regex>> =
        LazyLock::new(|| Regex::new(r"^[\p{L}\p{Nd}]$").ok());
    if c.is_ascii() {
        return c.is_ascii_alphanumeric();
    }
    c <= '\u{ffff}'
        && LETTER_OR_DIGIT
            .as_ref()
            .is_some_and(|pattern| pattern.is_match(c.encode_utf8(&mut [0; 4])))
}

/// Up to the closing quote. A backslash escapes a quote or a backslash, nothing else.
fn quoted(text: &str) -> Option<(String, &str)> {
    let mut key = String::new();
    let mut characters = text.chars();
    loop {
        match characters.next()? {
            '"' => return Some((key, characters.as_str())),
            '\\' => key.push(characters.next().filter(|c| matches!(c, '"' | '\\'))?),
            c => key.push(c),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::JsonPath;

    #[track_caller]
    fn assert_keys(path: &str, keys: &[&str]) {
        let parsed = JsonPath::parse(path).unwrap();
        let found: Vec<&str> = parsed.steps.iter().map(|step| step.key.as_str()).collect();
        assert_eq!(found, keys, "{path}");
    }

    #[test]
    fn steps_are_words_and_quoted_keys() {
        assert_keys("$", &[]);
        assert_keys(
            "$.foo.42[\"a.b\"][7][x_1]",
            &["foo", "42", "a.b", "7", "x_1"],
        );
        assert_keys("$.foo:42.:bar", &["foo:42", ":bar"]);
        assert_keys("$.é\u{4e00}", &["é\u{4e00}"]);
        assert_keys(r#"$["a\\b\""]["]"][""]"#, &["a\\b\"", "]", ""]);
        assert_keys("$[\"\u{1f600}\n'\"]", &["\u{1f600}\n'"]);
    }

    #[test]
    fn other_paths_are_invalid() {
        for path in [
            "",
            " ",
            ".",
            "null",
            "foo",
            " $.x",
            "$. x",
            "$ .x",
            "$.x ",
            "$.",
            "$..a",
            "$.*",
            "$[*]",
            "$[]",
            "$['a']",
            "$[foo:bar]",
            "$[ 1]",
            "$[1",
            "$[-1]",
            "$[\"a\\ \"]",
            "$[\"a\"",
            "$[\"a",
            "$x",
            "$.a-b",
            "$.\u{1f600}",
            "$.\u{b2}",
        ] {
            let error = JsonPath::parse(path).unwrap_err();
            assert_eq!(error.message, format!("Invalid JSON path: '{path}'"));
        }
    }

    #[test]
    fn keys_that_are_numbers_are_indexes_too() {
        let parsed = JsonPath::parse(r#"$.0["12"]["-1"][9999999999]["a\""]"#).unwrap();
        let found: Vec<_> = parsed
            .steps
            .iter()
            .map(|step| (step.index, step.plain))
            .collect();
        assert_eq!(
            found,
            [
                (Some(0), true),
                (Some(12), true),
                (None, true),
                (None, true),
                (None, false)
            ]
        );
    }
}
