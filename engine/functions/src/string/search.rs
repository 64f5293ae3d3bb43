//! Where a text is within another: `strpos`, `position`, `starts_with`, `ends_with`.

use std::sync::Arc;

use arrow::array::{ArrayRef, BooleanArray, Int64Array};
use arrow::buffer::BooleanBuffer;
use datafusion::error::Result;
use memchr::memmem::{self, Finder};

use super::text::{TextArgument, code_points};
use crate::call::Call;
use crate::definition::Definition;
use crate::error::FunctionError;

pub(super) fn definitions() -> Vec<Definition> {
    vec![
        Definition::new(
            "strpos",
            "Returns index of the first or n-th occurrence of a substring (or 0 if not found)",
        )
        .strict("(varchar, varchar) -> bigint", first_position)
        .strict("(varchar, varchar, bigint) -> bigint", instance_position),
        Definition::new(
            "position",
            "Returns index of the first occurrence of a substring",
        )
        .analyzed("(varchar, varchar) -> bigint"),
        Definition::new(
            "starts_with",
            "Determine whether source starts with prefix or not",
        )
        .strict("(varchar, varchar) -> boolean", |call| {
            compared(call, |text, prefix| text.starts_with(prefix))
        }),
        Definition::new(
            "ends_with",
            "Determine whether source ends with suffix or not",
        )
        .strict("(varchar, varchar) -> boolean", |call| {
            compared(call, |text, suffix| text.ends_with(suffix))
        }),
    ]
}

/// A text argument that is searched for. What the search needs is prepared once if it is constant.
pub(super) struct Needle<'a> {
    text: TextArgument<'a>,
    finder: Option<Finder<'a>>,
}

impl<'a> Needle<'a> {
    pub(super) fn of(call: &'a Call<'_>, place: usize) -> Result<Needle<'a>> {
        let text = TextArgument::of(call, place)?;
        let finder = text.constant().map(Finder::new);
        Ok(Needle { text, finder })
    }

    pub(super) fn value(&self, row: usize) -> &str {
        self.text.value(row)
    }

    /// The first byte position where the row's value is in a text.
    pub(super) fn find(&self, row: usize, text: &str) -> Option<usize> {
        match &self.finder {
            Some(finder) => finder.find(text.as_bytes()),
            None => memmem::find(text.as_bytes(), self.text.value(row).as_bytes()),
        }
    }
}

fn first_position(call: &Call<'_>) -> Result<ArrayRef> {
    let texts = TextArgument::of(call, 0)?;
    let needle = Needle::of(call, 1)?;
    if texts.is_ascii() {
        // Bytes are characters.
        let positions = (0..call.rows).map(|row| {
            let found = needle.find(row, texts.value(row));
            found.map_or(0, |start| {
                i64::try_from(start).map_or(i64::MAX, |start| start.saturating_add(1))
            })
        });
        return Ok(Arc::new(Int64Array::from_iter_values(positions)));
    }
    Ok(Arc::new(Int64Array::from_iter_values((0..call.rows).map(
        |row| {
            let text = texts.value(row);
            position_at(text, needle.find(row, text))
        },
    ))))
}

fn position_at(text: &str, found: Option<usize>) -> i64 {
    found.map_or(0, |start| {
        code_points(text.get(..start).unwrap_or("")).saturating_add(1)
    })
}

fn instance_position(call: &Call<'_>) -> Result<ArrayRef> {
    let texts = TextArgument::of(call, 0)?;
    let needle = Needle::of(call, 1)?;
    let instances = call.bigints(2)?;
    let positions = (0..call.rows)
        .map(|row| {
            if call.is_null(row) {
                return Ok(0);
            }
            let text = texts.value(row);
            let instance = instances.value(row);
            let count = instance.checked_abs().unwrap_or(0);
            if count == 0 {
                return Err(FunctionError::argument(
                    "'instance' must be a positive or negative number.",
                ));
            }
            if needle.value(row).is_empty() {
                return Ok(1);
            }
            Ok(position_at(
                text,
                if instance > 0 {
                    from_start(text, row, &needle, count)
                } else {
                    from_end(text, needle.value(row), count)
                },
            ))
        })
        .collect::<Result<Vec<i64>, FunctionError>>()?;
    Ok(Arc::new(Int64Array::from(positions)))
}

/// Where the n-th occurrence starts. Occurrences may overlap.
fn from_start(text: &str, row: usize, needle: &Needle<'_>, count: i64) -> Option<usize> {
    let step = needle.value(row).chars().next().map_or(1, char::len_utf8);
    let mut searched = 0;
    for _ in 1..count {
        searched += needle.find(row, text.get(searched..)?)? + step;
    }
    Some(searched + needle.find(row, text.get(searched..)?)?)
}

/// Where the n-th occurrence from the end starts. Occurrences may overlap.
fn from_end(text: &str, needle: &str, count: i64) -> Option<usize> {
    let last = needle.chars().next_back().map_or(1, char::len_utf8);
    let mut searched = text;
    let mut found = searched.rfind(needle)?;
    for _ in 1..count {
        searched = searched.get(..found + needle.len() - last)?;
        found = searched.rfind(needle)?;
    }
    Some(found)
}

fn compared(call: &Call<'_>, holds: fn(&str, &str) -> bool) -> Result<ArrayRef> {
    let texts = TextArgument::of(call, 0)?;
    let parts = TextArgument::of(call, 1)?;
    Ok(Arc::new(BooleanArray::from(BooleanBuffer::collect_bool(
        call.rows,
        |row| holds(texts.value(row), parts.value(row)),
    ))))
}

#[cfg(test)]
mod tests {
    use arrow::array::{Int64Array, StringArray};

    use crate::testing::{bigint, column, shown, text};

    #[tokio::test]
    async fn strpos_counts_code_points() {
        let values = StringArray::from(vec![
            Some("high"),
            None,
            Some("信念,ig"),
            Some(""),
            Some("g"),
        ]);
        assert_eq!(
            shown(
                "strpos",
                vec![column("varchar", values.clone()), text("ig")]
            )
            .await,
            "2|NULL|4|0|0"
        );
        let needles = StringArray::from(vec![Some("gh"), Some("x"), Some(","), Some(""), None]);
        let arguments = vec![column("varchar", values), column("varchar", needles)];
        assert_eq!(shown("strpos", arguments).await, "3|NULL|3|1|NULL");
    }

    #[tokio::test]
    async fn instances_are_counted_from_either_end_and_may_overlap() {
        let instances = Int64Array::from(vec![1, 3, 4, -1, -2, -3, -4]);
        let arguments = vec![
            text("abc/xyz/foo/bar"),
            text("/"),
            column("bigint", instances),
        ];
        assert_eq!(shown("strpos", arguments).await, "4|12|0|12|8|4|0");
        let instances = || column("bigint", Int64Array::from(vec![2, 3, -1, -2, -3]));
        let arguments = vec![text("aaa"), text("aa"), instances()];
        assert_eq!(shown("strpos", arguments).await, "2|0|2|1|0");
        let arguments = vec![text("éaéaé"), text("éaé"), instances()];
        assert_eq!(shown("strpos", arguments).await, "3|0|3|1|0");
        for instance in [0, i64::MIN] {
            assert_eq!(
                shown("strpos", vec![text("a"), text(""), bigint(instance)]).await,
                "ERROR: 'instance' must be a positive or negative number."
            );
        }
        let empty = vec![text("a"), text(""), bigint(5)];
        assert_eq!(shown("strpos", empty).await, "1");
    }

    #[tokio::test]
    async fn prefixes_and_suffixes() {
        let values = || {
            column(
                "varchar",
                StringArray::from(vec![Some("foobar"), None, Some("爱foo"), Some("")]),
            )
        };
        assert_eq!(
            shown("starts_with", vec![values(), text("foo")]).await,
            "true|NULL|false|false"
        );
        assert_eq!(
            shown("ends_with", vec![values(), text("foo")]).await,
            "false|NULL|true|false"
        );
        assert_eq!(
            shown("ends_with", vec![values(), text("")]).await,
            "true|NULL|true|true"
        );
    }
}
