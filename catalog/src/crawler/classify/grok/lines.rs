//! Whether the lines of a sample match a pattern.

use super::pattern::GrokPattern;
use crate::crawler::classify::sample::SampleText;

/// How many lines are looked at.
const LINES_MAX: usize = 100;

/// Of as many lines one may not match.
const LINES_PER_ODD_MIN: usize = 5;

/// A longer line is no line of a log; matching it could take long.
const LINE_BYTES_MAX: usize = 16 * 1024;

/// Which lines are not looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::crawler::classify) enum Comments {
    /// All lines count.
    AreLines,
    /// Those that begin with `#`, as the directives of W3C logs do.
    AreSkipped,
}

/// The number of lines if one at least and four fifths of the first hundred match.
pub(in crate::crawler::classify) fn count_matching(
    sample: SampleText<'_>,
    pattern: &GrokPattern,
    comments: Comments,
) -> Option<u64> {
    let lines = || {
        sample
            .lines()
            .filter(|line| comments == Comments::AreLines || !line.starts_with('#'))
    };
    let looked_at = lines().take(LINES_MAX).count();
    let odd_max = looked_at / LINES_PER_ODD_MIN;
    let mut odd: usize = 0;
    for line in lines().take(looked_at) {
        if line.len() > LINE_BYTES_MAX || !pattern.is_match(line) {
            odd = odd.saturating_add(1);
            if odd > odd_max {
                return None;
            }
        }
    }
    if looked_at == 0 {
        return None;
    }
    u64::try_from(lines().count()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn four_fifths_of_the_lines_must_match() {
        let pattern = GrokPattern::compile("%{INT:a} ok", "").unwrap();
        let count = |text: &str| {
            let sample = SampleText {
                text,
                is_whole: true,
            };
            count_matching(sample, &pattern, Comments::AreLines)
        };
        assert_eq!(count(""), None);
        assert_eq!(count("x\n"), None);
        assert_eq!(count("1 ok"), Some(1));
        assert_eq!(count("1 ok\n2 ok\n3 ok\n4 ok\nx\n"), Some(5));
        assert_eq!(count("1 ok\n2 ok\n3 ok\nx\n"), None);
        assert_eq!(count(&format!("{}1 ok\n", "x\n".repeat(200))), None);
        assert_eq!(
            count(&format!("{}{}", "1 ok\n".repeat(100), "x\n".repeat(200))),
            Some(300)
        );
    }
}
