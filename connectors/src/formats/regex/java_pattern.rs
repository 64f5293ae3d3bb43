//! Java's pattern syntax in that of the regular-expression library, where they differ.
//!
//! Java: <https://docs.oracle.com/en/java/javase/17/docs/api/java.base/java/util/regex/Pattern.html>.

/// The same pattern for the library; an error says what it lacks.
pub(super) fn to_rust_pattern(java: &str) -> Result<String, String> {
    let mut translated = String::with_capacity(java.len());
    let mut letters = java.chars().peekable();
    let mut class_depth = 0_usize;
    while let Some(letter) = letters.next() {
        match letter {
            '\\' => {
                let escaped = letters
                    .next()
                    .ok_or_else(|| "it ends with a backslash".to_owned())?;
                match escaped {
                    'Q' => quote(&mut letters, &mut translated),
                    'p' | 'P' if letters.peek() == Some(&'{') => {
                        let name: String =
                            letters.by_ref().skip(1).take_while(|c| *c != '}').collect();
                        push_property(&name, escaped == 'P', class_depth > 0, &mut translated);
                    }
                    'h' => push_class(
                        r"\t\x20\x{A0}\x{1680}\x{180E}\x{2000}-\x{200A}\x{202F}\x{205F}\x{3000}",
                        false,
                        class_depth > 0,
                        &mut translated,
                    ),
                    'R' => translated.push_str(r"(?:\r\n|[\n\x0B\x0C\r\x{85}\x{2028}\x{2029}])"),
                    'e' => translated.push_str(r"\x1B"),
                    'Z' => translated.push_str(r"(?=\n?\z)"),
                    // In Java these mean ASCII alone.
                    'd' => push_class("0-9", false, class_depth > 0, &mut translated),
                    'D' => push_class("0-9", true, class_depth > 0, &mut translated),
                    'w' => push_class("0-9A-Za-z_", false, class_depth > 0, &mut translated),
                    'W' => push_class("0-9A-Za-z_", true, class_depth > 0, &mut translated),
                    's' => push_class(
                        r"\t\n\x0B\x0C\r\x20",
                        false,
                        class_depth > 0,
                        &mut translated,
                    ),
                    'S' => push_class(
                        r"\t\n\x0B\x0C\r\x20",
                        true,
                        class_depth > 0,
                        &mut translated,
                    ),
                    'u' => {
                        let digits: String = letters.by_ref().take(4).collect();
                        translated.push_str(&format!(r"\x{{{digits}}}"));
                    }
                    // A letter without a meaning is an error in Java too; any other sign stands for itself.
                    sign if sign.is_ascii_alphanumeric() => {
                        translated.push('\\');
                        translated.push(sign);
                    }
                    sign => push_literal(sign, &mut translated),
                }
            }
            '[' => {
                class_depth += 1;
                translated.push('[');
                if letters.peek() == Some(&'^') {
                    letters.next();
                    translated.push('^');
                }
                // Right after the opening a bracket stands for itself.
                if letters.peek() == Some(&']') {
                    letters.next();
                    translated.push_str(r"\]");
                }
            }
            ']' if class_depth > 0 => {
                class_depth -= 1;
                translated.push(']');
            }
            // The library's set operators, which have no meaning in Java.
            '-' | '~' if class_depth > 0 && letters.peek() == Some(&letter) => {
                translated.push('\\');
                translated.push(letter);
            }
            _ => translated.push(letter),
        }
    }
    Ok(translated)
}

/// Text between `\Q` and `\E` stands for itself.
fn quote(letters: &mut std::iter::Peekable<std::str::Chars<'_>>, translated: &mut String) {
    while let Some(letter) = letters.next() {
        if letter == '\\' && letters.peek() == Some(&'E') {
            letters.next();
            return;
        }
        push_literal(letter, translated);
    }
}

fn push_literal(letter: char, translated: &mut String) {
    if letter.is_ascii_punctuation() {
        translated.push('\\');
    }
    translated.push(letter);
}

/// Appends a class, or its inside where a class is open already.
fn push_class(inside: &str, negated: bool, within_class: bool, translated: &mut String) {
    match (within_class, negated) {
        (true, false) => translated.push_str(inside),
        (_, true) => translated.push_str(&format!("[^{inside}]")),
        (false, false) => translated.push_str(&format!("[{inside}]")),
    }
}

/// `\p{name}`: Java's POSIX names, and Unicode's with or without Java's prefix.
fn push_property(name: &str, negated: bool, within_class: bool, translated: &mut String) {
    let posix = match name {
        "Lower" => Some("a-z"),
        "Upper" => Some("A-Z"),
        "ASCII" => Some(r"\x00-\x7F"),
        "Alpha" => Some("A-Za-z"),
        "Digit" => Some("0-9"),
        "Alnum" => Some("0-9A-Za-z"),
        "Punct" => Some(r"!-/:-@\[-`{-~"),
        "Graph" => Some("!-~"),
        "Print" => Some(r"\x20-~"),
        "Blank" => Some(r"\x20\t"),
        "Cntrl" => Some(r"\x00-\x1F\x7F"),
        "XDigit" => Some("0-9A-Fa-f"),
        "Space" => Some(r"\t\n\x0B\x0C\r\x20"),
        _ => None,
    };
    match posix {
        Some(inside) => push_class(inside, negated, within_class, translated),
        None => {
            let unicode = name
                .strip_prefix("Is")
                .or_else(|| name.strip_prefix("java"))
                .unwrap_or(name);
            let sign = if negated { 'P' } else { 'p' };
            translated.push_str(&format!(r"\{sign}{{{unicode}}}"));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matches(java: &str, text: &str) -> bool {
        let pattern = to_rust_pattern(java).unwrap();
        fancy_regex::Regex::new(&format!(r"\A(?:{pattern})\z"))
            .unwrap_or_else(|error| panic!("{java} as {pattern}: {error}"))
            .is_match(text)
            .unwrap()
    }

    #[test]
    fn javas_syntax_keeps_its_meaning() {
        for (java, text, expected) in [
            (r"\Qa.b\E+", "a.bbb", true),
            (r"\Qa.b\E", "axb", false),
            (r"\p{Alpha}+\p{Punct}", "abc!", true),
            (r"[\p{Alnum}_]+", "a_1", true),
            (r"\P{Digit}+", "a1", false),
            (r"\d", "٣", false),
            (r"[^\d\s]+", "ab", true),
            (r"[\D]+", "ab", true),
            (r#"[^\"]*"#, "abc", true),
            (r"(?=a)a(?!c)b", "ab", true),
            (r"a++b", "aab", true),
            (r"(a)\1", "aa", true),
            (r"é\s", "é ", true),
            (r"[]a]+", "]a", true),
            (r"\p{IsAlphabetic}\p{Lu}", "éÉ", true),
            (r"[a-c&&[^b]]", "b", false),
            (r"\-\/\:", "-/:", true),
        ] {
            assert_eq!(matches(java, text), expected, "{java} on {text}");
        }
        assert!(to_rust_pattern("a\\").is_err());
    }
}
