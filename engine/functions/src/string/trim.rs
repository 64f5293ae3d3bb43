//! `trim`, `ltrim` and `rtrim`: of whitespace, or of given characters.

use arrow::array::ArrayRef;
use datafusion::error::Result;

use super::text::{TextArgument, TextParts};
use crate::call::Call;
use crate::definition::{Definition, ScalarKernel};
use crate::types::Type;

pub(super) fn definitions() -> Vec<Definition> {
    vec![
        trim(
            "trim",
            "Removes whitespace or the given characters from the beginning and end of a string",
            |call| trimmed(call, true, true),
        ),
        trim(
            "ltrim",
            "Removes whitespace or the given characters from the beginning of a string",
            |call| trimmed(call, true, false),
        ),
        trim(
            "rtrim",
            "Removes whitespace or the given characters from the end of a string",
            |call| trimmed(call, false, true),
        ),
    ]
}

fn trim(name: &'static str, description: &'static str, kernel: ScalarKernel) -> Definition {
    Definition::new(name, description)
        .strict("(varchar(x)) -> varchar(x)", kernel)
        .strict("(char(x)) -> varchar(x)", kernel)
        .strict("(varchar(x), varchar) -> varchar(x)", kernel)
        .strict("(varchar(x), char(y)) -> varchar(x)", kernel)
        .strict("(char(x), varchar) -> varchar(x)", kernel)
        .strict("(char(x), char(y)) -> varchar(x)", kernel)
}

fn trimmed(call: &Call<'_>, start: bool, end: bool) -> Result<ArrayRef> {
    let padded = matches!(call.argument_type(0), Type::Char(_));
    let source = call.strings(0)?;
    let mut parts = TextParts::of(&source);
    if call.len() == 1 {
        for row in 0..call.rows {
            let (from, to) = window(source.value(row), start, end, padded, is_whitespace);
            parts.push(row, from, to)?;
        }
    } else {
        let characters = TextArgument::of(call, 1)?;
        for row in 0..call.rows {
            let characters = characters.value(row);
            let removed = |c| characters.contains(c);
            let (from, to) = window(source.value(row), start, end, padded, removed);
            parts.push(row, from, to)?;
        }
    }
    Ok(parts.finish())
}

/// The bytes that remain. A char's padding is none of its value, and none is left in the result.
fn window(
    text: &str,
    start: bool,
    end: bool,
    padded: bool,
    removed: impl Fn(char) -> bool,
) -> (usize, usize) {
    let mut rest = if padded {
        text.trim_end_matches(' ')
    } else {
        text
    };
    if end {
        rest = rest.trim_end_matches(&removed);
        if padded {
            rest = rest.trim_end_matches(' ');
        }
    }
    let to = rest.len();
    if start {
        rest = rest.trim_start_matches(&removed);
    }
    (to - rest.len(), to)
}

/// What Java's `Character.isWhitespace` says: separators that may break, and some controls.
fn is_whitespace(c: char) -> bool {
    matches!(
        c,
        '\t'..='\r'
            | '\u{1C}'..='\u{20}'
            | '\u{1680}'
            | '\u{2000}'..='\u{2006}'
            | '\u{2008}'..='\u{200A}'
            | '\u{2028}'
            | '\u{2029}'
            | '\u{205F}'
            | '\u{3000}'
    )
}

#[cfg(test)]
mod tests {
    use arrow::array::{Array, StringArray, StringViewArray};

    use crate::testing::{Argument, call, column, text};

    async fn quoted(name: &str, arguments: Vec<Argument>) -> String {
        let (values, _) = call(name, arguments).await.unwrap();
        let values = values
            .as_any()
            .downcast_ref::<StringViewArray>()
            .unwrap()
            .clone();
        let quoted = values
            .iter()
            .map(|of| of.map_or("NULL".into(), |of| format!("[{of}]")));
        quoted.collect::<Vec<_>>().join("")
    }

    #[tokio::test]
    async fn whitespace_is_what_java_says() {
        let values = StringArray::from(vec![
            Some("  hello  "),
            None,
            Some("\u{2028}\t爱 \u{3000}"),
            Some("\u{a0}x\u{2007}"),
            Some("   "),
        ]);
        let argument = || vec![column("varchar", values.clone())];
        assert_eq!(
            quoted("trim", argument()).await,
            "[hello]NULL[爱][\u{a0}x\u{2007}][]"
        );
        assert_eq!(
            quoted("ltrim", argument()).await,
            "[hello  ]NULL[爱 \u{3000}][\u{a0}x\u{2007}][]"
        );
        assert_eq!(
            quoted("rtrim", argument()).await,
            "[  hello]NULL[\u{2028}\t爱][\u{a0}x\u{2007}][]"
        );
    }

    #[tokio::test]
    async fn given_characters_are_a_set() {
        let values = || {
            column(
                "varchar",
                StringArray::from(vec![Some(" hello world "), None]),
            )
        };
        assert_eq!(
            quoted("ltrim", vec![values(), text(" eh")]).await,
            "[llo world ]NULL"
        );
        assert_eq!(
            quoted("rtrim", vec![values(), text(" ld")]).await,
            "[ hello wor]NULL"
        );
        assert_eq!(
            quoted("trim", vec![values(), text("")]).await,
            "[ hello world ]NULL"
        );
        assert_eq!(quoted("trim", vec![text("źółć"), text("óź")]).await, "[łć]");
        let sets = StringArray::from(vec!["a", "c"]);
        let values = StringArray::from(vec!["abca", "cbc"]);
        let arguments = vec![column("varchar", values), column("varchar", sets)];
        assert_eq!(quoted("trim", arguments).await, "[bc][b]");
    }

    #[tokio::test]
    async fn padding_of_chars_is_not_kept() {
        let values = || column("char(9)", StringArray::from(vec!["  hello  ", "abc def  "]));
        assert_eq!(quoted("ltrim", vec![values()]).await, "[hello][abc def]");
        assert_eq!(
            quoted("ltrim", vec![values(), text("he ")]).await,
            "[llo][abc def]"
        );
        assert_eq!(
            quoted("rtrim", vec![values(), text("def")]).await,
            "[  hello][abc]"
        );
    }
}
