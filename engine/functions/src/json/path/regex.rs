//! Patterns of `like_regex`: XQuery's regular expressions, translated to those of the engine.

use fancy_regex::Regex;

/// A compiled pattern.
#[derive(Debug)]
pub(super) struct Pattern {
    regex: Regex,
}

impl Pattern {
    /// Compiles a pattern with XQuery's flags: `i`gnore case, `m`ulti-line anchors, dot matches all (`s`), blanks are ignored (`x`).
    pub(super) fn new(pattern: &str, flags: &str) -> Result<Pattern, String> {
        for (place, flag) in flags.char_indices() {
            if !matches!(flag, 'i' | 'm' | 's' | 'x') {
                return Err(format!(
                    "invalid like_regex flags in JSON path: invalid XQuery regular expression flag: {flag}"
                ));
            }
            if flags
                .get(..place)
                .is_some_and(|before| before.contains(flag))
            {
                return Err(format!(
                    "invalid like_regex flags in JSON path: duplicate XQuery regular expression flag: {flag}"
                ));
            }
        }
        let translated = translated(pattern);
        let whole = if flags.is_empty() {
            translated
        } else {
            format!("(?{flags}){translated}")
        };
        Regex::new(&whole)
            .map(|regex| Pattern { regex })
            .map_err(|reason| format!("invalid like_regex pattern in JSON path: {reason}"))
    }

    /// Whether some part of a text matches. Nothing if that takes too long to find out.
    pub(super) fn matches(&self, text: &str) -> Option<bool> {
        self.regex.is_match(text).ok()
    }
}

/// What XQuery has and the engine writes otherwise: classes of XML names, and the subtraction of classes.
fn translated(pattern: &str) -> String {
    let mut output = String::with_capacity(pattern.len());
    let mut classes = 0_usize;
    let mut rest = pattern;
    while let Some(first) = rest.chars().next() {
        let (text, replacement) = match (first, rest.get(..2)) {
            (_, Some("\\i")) => ("\\i", r"[_:\p{L}]"),
            (_, Some("\\I")) => ("\\I", r"[^_:\p{L}]"),
            (_, Some("\\c")) => ("\\c", r"[-._:\p{L}\p{Nd}\p{M}]"),
            (_, Some("\\C")) => ("\\C", r"[^-._:\p{L}\p{Nd}\p{M}]"),
            (_, Some("-[")) if classes > 0 => {
                classes += 1;
                ("-[", "--[")
            }
            ('\\', Some(escape)) => (escape, escape),
            _ => {
                match first {
                    '[' => classes += 1,
                    ']' => classes = classes.saturating_sub(1),
                    _ => {}
                }
                let text = rest.get(..first.len_utf8()).unwrap_or("");
                (text, text)
            }
        };
        output.push_str(replacement);
        rest = rest.get(text.len().max(1)..).unwrap_or("");
    }
    output
}

#[cfg(test)]
mod tests {
    use super::Pattern;

    #[track_caller]
    fn assert_matches(pattern: &str, flags: &str, text: &str, expected: bool) {
        assert_eq!(
            Pattern::new(pattern, flags).unwrap().matches(text),
            Some(expected),
            "{pattern} {text}"
        );
    }

    #[test]
    fn a_part_of_the_text_is_enough() {
        assert_matches("b+", "", "abbc", true);
        assert_matches("^b", "", "ab", false);
        assert_matches("^b", "m", "a\nb", true);
        assert_matches("A", "", "a", false);
        assert_matches("A b", "ix", "xab", true);
        assert_matches("a.b", "", "a\nb", false);
        assert_matches("a.b", "s", "a\nb", true);
        assert_matches("(a)\\1", "", "aa", true);
        assert_matches("^\\d\\s\\p{Lu}$", "", "1 É", true);
        assert_matches("é", "", "caf\u{e9}", true);
    }

    #[test]
    fn xquery_classes_are_translated() {
        assert_matches("^[a-z-[aeiou]]+$", "", "xyz", true);
        assert_matches("^[a-z-[aeiou]]+$", "", "xaz", false);
        assert_matches("^\\i\\c*$", "", "_a-1", true);
        assert_matches("^\\i\\c*$", "", "1a", false);
        assert_matches("^\\[-\\]$", "", "[-]", true);
    }

    #[test]
    fn wrong_patterns_and_flags_are_refused() {
        assert!(Pattern::new("(", "").is_err());
        assert!(Pattern::new("a\\", "").is_err());
        assert!(Pattern::new("a", "q").is_err());
        assert!(Pattern::new("a", "ii").is_err());
    }
}
