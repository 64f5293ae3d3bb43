//! The LIKE predicate, as hidden functions that the analyzer calls.

use std::sync::Arc;

use arrow::array::{ArrayRef, BooleanArray, StringViewArray};
use arrow::buffer::BooleanBuffer;
use arrow::compute::kernels::cmp::eq;
use arrow::compute::kernels::comparison::{ends_with, starts_with};
use datafusion::error::Result;

use super::like_pattern::LikePattern;
use super::text::TextArgument;
use crate::call::Call;
use crate::definition::Definition;
use crate::error::FunctionError;

pub(super) fn definitions() -> Vec<Definition> {
    vec![
        Definition::new("$like", "Whether a text matches a LIKE pattern")
            .strict("(varchar, varchar) -> boolean", like)
            .strict("(varchar, varchar, varchar) -> boolean", like)
            .strict("(char(x), varchar) -> boolean", like)
            .strict("(char(x), varchar, varchar) -> boolean", like)
            .hidden(),
    ]
}

fn like(call: &Call<'_>) -> Result<ArrayRef> {
    let texts = TextArgument::of(call, 0)?;
    let patterns = TextArgument::of(call, 1)?;
    let escapes = match call.len() {
        3 => Some(TextArgument::of(call, 2)?),
        _ => None,
    };
    let escape = |row| match &escapes {
        Some(escapes) => escape_character(escapes.value(row)).map(Some),
        None => Ok(None),
    };
    let constant_escape = escapes
        .as_ref()
        .is_none_or(|escapes| escapes.constant().is_some());
    if let (Some(pattern), true) = (patterns.constant(), constant_escape) {
        let pattern = LikePattern::compile(pattern, escape(0)?)?;
        if let TextArgument::Column(texts) = &texts
            && let Some(matches) = by_kernel(texts, &pattern)?
        {
            return Ok(Arc::new(matches));
        }
        return Ok(Arc::new(BooleanArray::from(BooleanBuffer::collect_bool(
            call.rows,
            |row| pattern.matches(texts.value(row)),
        ))));
    }
    let same = |left, right| {
        patterns.same(left, right)
            && escapes
                .as_ref()
                .is_none_or(|escapes| escapes.same(left, right))
    };
    let mut compiled: Option<(usize, LikePattern)> = None;
    let matches = (0..call.rows)
        .map(|row| {
            if call.is_null(row) {
                return Ok(false);
            }
            let pattern = match &mut compiled {
                Some((at, pattern)) if same(*at, row) => pattern,
                other => {
                    let pattern = LikePattern::compile(patterns.value(row), escape(row)?)?;
                    &mut other.insert((row, pattern)).1
                }
            };
            Ok(pattern.matches(texts.value(row)))
        })
        .collect::<Result<Vec<bool>, FunctionError>>()?;
    Ok(Arc::new(BooleanArray::from(matches)))
}

/// What Arrow's kernels match, which read no more of a value than they must.
fn by_kernel(texts: &StringViewArray, pattern: &LikePattern) -> Result<Option<BooleanArray>> {
    let wanted = |text: &str| StringViewArray::new_scalar(text);
    Ok(match pattern {
        LikePattern::Exact(text) => Some(eq(texts, &wanted(text))?),
        LikePattern::Ends { prefix, suffix } if suffix.is_empty() => {
            Some(starts_with(texts, &wanted(prefix))?)
        }
        LikePattern::Ends { prefix, suffix } if prefix.is_empty() => {
            Some(ends_with(texts, &wanted(suffix))?)
        }
        _ => None,
    })
}

/// The one character of an escape string; Java has no other than those of the basic plane.
fn escape_character(escape: &str) -> Result<char, FunctionError> {
    let mut characters = escape.chars();
    match (characters.next(), characters.next()) {
        (Some(c), None) if c.len_utf16() == 1 => Ok(c),
        _ => Err(FunctionError::argument(
            "Escape string must be a single character",
        )),
    }
}

#[cfg(test)]
mod tests {
    use arrow::array::StringArray;

    use crate::testing::{column, shown, text};

    fn values() -> StringArray {
        StringArray::from(vec![
            Some("monkey"),
            None,
            Some("mon%ey"),
            Some("爱monkeys"),
            Some(""),
        ])
    }

    #[tokio::test]
    async fn constant_patterns_are_matched() {
        for (pattern, expected) in [
            ("monkey", "true|NULL|false|false|false"),
            ("mon%", "true|NULL|true|false|false"),
            ("%key%", "true|NULL|false|true|false"),
            ("_monkey_", "false|NULL|false|true|false"),
            ("m%n_e%", "true|NULL|true|false|false"),
            ("", "false|NULL|false|false|true"),
            ("%", "true|NULL|true|true|true"),
        ] {
            let arguments = vec![column("varchar", values()), text(pattern)];
            assert_eq!(shown("$like", arguments).await, expected, "{pattern}");
        }
    }

    #[tokio::test]
    async fn wildcards_are_escaped() {
        let arguments = vec![column("varchar", values()), text("mon#%%"), text("#")];
        assert_eq!(
            shown("$like", arguments).await,
            "false|NULL|true|false|false"
        );
        let arguments = vec![text("a##%"), text("a####%%%"), text("#")];
        assert_eq!(shown("$like", arguments).await, "true");
        for pattern in ["a#", "a#b"] {
            assert_eq!(
                shown("$like", vec![text("a"), text(pattern), text("#")]).await,
                "ERROR: Escape character must be followed by '%', '_' or the escape character itself"
            );
        }
        for escape in ["", "ab", "💰"] {
            assert_eq!(
                shown("$like", vec![text("a"), text("a"), text(escape)]).await,
                "ERROR: Escape string must be a single character"
            );
        }
    }

    #[tokio::test]
    async fn patterns_and_escapes_may_vary() {
        let patterns = StringArray::from(vec![Some("m%"), Some("%"), Some("m%"), Some("m%"), None]);
        let arguments = vec![
            column("varchar", values()),
            column("varchar", patterns.clone()),
        ];
        assert_eq!(shown("$like", arguments).await, "true|NULL|true|false|NULL");
        let escapes = StringArray::from(vec!["#", "#", "m", "#", "#"]);
        let arguments = vec![
            text("%"),
            column("varchar", patterns),
            column("varchar", escapes),
        ];
        assert_eq!(
            shown("$like", arguments).await,
            "false|true|true|false|NULL"
        );
    }

    #[tokio::test]
    async fn chars_match_with_their_padding() {
        let padded = || column("char(5)", StringArray::from(vec!["ab   "]));
        assert_eq!(shown("$like", vec![padded(), text("ab")]).await, "false");
        assert_eq!(shown("$like", vec![padded(), text("ab   ")]).await, "true");
        assert_eq!(shown("$like", vec![padded(), text("%b   ")]).await, "true");
    }
}
