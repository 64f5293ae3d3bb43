//! `split_to_map` and `split_to_multimap`: text of entries with keys and values.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, ListArray, StringViewArray, UInt32Array};
use datafusion::common::downcast_value;
use datafusion::error::Result;
use memchr::memmem;

use super::text::{TextArgument, TextWriter, list_offsets};
use super::text_map::{Maps, map_array};
use crate::call::Call;
use crate::definition::Definition;
use crate::error::FunctionError;
use crate::higher_order::HigherOrderCall;
use crate::types::Type;

pub(super) fn definitions() -> Vec<Definition> {
    vec![
        Definition::new("split_to_map", "Creates a map using entryDelimiter and keyValueDelimiter")
            .strict("(varchar, varchar, varchar) -> map(varchar, varchar)", split_to_map)
            .higher_order(
                "(varchar, varchar, varchar, function(varchar, varchar, varchar, varchar)) -> map(varchar, varchar)",
                split_to_map_resolving,
            ),
        Definition::new(
            "split_to_multimap",
            "Creates a multimap by splitting a string into key/value pairs",
        )
        .strict("(varchar, varchar, varchar) -> map(varchar, array(varchar))", split_to_multimap),
    ]
}

fn split_to_map(call: &Call<'_>) -> Result<ArrayRef> {
    let texts = TextArgument::of(call, 0)?;
    let entry_delimiters = TextArgument::of(call, 1)?;
    let key_delimiters = TextArgument::of(call, 2)?;
    let mut maps = Maps::new(call.rows);
    let mut seen = HashSet::new();
    for row in 0..call.rows {
        let mut entries = Vec::new();
        seen.clear();
        if !call.is_null(row) {
            let delimiters =
                Delimiters::new(entry_delimiters.value(row), key_delimiters.value(row))?;
            for entry in delimiters.entries(texts.value(row)) {
                let (key, value) = entry.map_err(|entry| bad_entry(&format!("'{entry}'")))?;
                if !seen.insert(key) {
                    return Err(FunctionError::argument(format!(
                        "Duplicate keys ({key}) are not allowed"
                    ))
                    .into());
                }
                entries.push((key, Some(value)));
            }
        }
        maps.push(&entries)?;
    }
    maps.finish(call.returns())
}

/// Values of the same key are merged by the lambda in their order: first for all keys the first two, then the result and the third.
fn split_to_map_resolving(call: &HigherOrderCall<'_>) -> Result<ArrayRef> {
    let lambda = call;
    let call = lambda.call;
    let arguments = [call.strings(0)?, call.strings(1)?, call.strings(2)?];
    let [texts, entry_delimiters, key_delimiters] = &arguments;
    let is_null = |row| arguments.iter().any(|argument| argument.is_null(row));
    let mut entries: Vec<Entry<'_>> = Vec::new();
    let mut ends = Vec::with_capacity(call.rows);
    for row in 0..call.rows {
        if !is_null(row) {
            let delimiters =
                Delimiters::new(entry_delimiters.value(row), key_delimiters.value(row))?;
            let mut places = HashMap::new();
            for entry in delimiters.entries(texts.value(row)) {
                let (key, value) = entry.map_err(|entry| bad_entry(&format!("'{entry}'")))?;
                let place = *places.entry(key).or_insert(entries.len());
                match entries.get_mut(place) {
                    Some(entry) => entry.merged.push(value),
                    None => entries.push(Entry {
                        row,
                        key,
                        value: Some(value.to_owned()),
                        merged: Vec::new(),
                    }),
                }
            }
        }
        ends.push(entries.len());
    }
    let rounds = entries
        .iter()
        .map(|entry| entry.merged.len())
        .max()
        .unwrap_or(0);
    for round in 0..rounds {
        merge(lambda, &mut entries, round)?;
    }
    let mut maps = Maps::new(call.rows);
    let mut start = 0;
    for (row, end) in ends.into_iter().enumerate() {
        if is_null(row) {
            maps.push_null();
            continue;
        }
        let of_row: Vec<(&str, Option<&str>)> = entries
            .get(start..end)
            .unwrap_or_default()
            .iter()
            .map(|entry| (entry.key, entry.value.as_deref()))
            .collect();
        maps.push(&of_row)?;
        start = end;
    }
    maps.finish(call.returns())
}

/// A key of a row, its value so far, and those to merge with it.
struct Entry<'a> {
    row: usize,
    key: &'a str,
    value: Option<String>,
    merged: Vec<&'a str>,
}

fn merge(lambda: &HigherOrderCall<'_>, entries: &mut [Entry<'_>], round: usize) -> Result<()> {
    let mut merging: Vec<&mut Entry<'_>> = entries
        .iter_mut()
        .filter(|entry| entry.merged.len() > round)
        .collect();
    let rows: UInt32Array = merging
        .iter()
        .map(|entry| u32::try_from(entry.row).ok())
        .collect();
    let keys = StringViewArray::from_iter_values(merging.iter().map(|entry| entry.key));
    let values: StringViewArray = merging.iter().map(|entry| entry.value.as_deref()).collect();
    let others: StringViewArray = merging
        .iter()
        .map(|entry| entry.merged.get(round).copied())
        .collect();
    let merged = lambda.evaluate(
        3,
        &[Arc::new(keys), Arc::new(values), Arc::new(others)],
        &rows,
    )?;
    let merged = downcast_value!(merged, StringViewArray);
    for (entry, value) in merging.iter_mut().zip(merged) {
        entry.value = value.map(str::to_owned);
    }
    Ok(())
}

fn split_to_multimap(call: &Call<'_>) -> Result<ArrayRef> {
    let texts = TextArgument::of(call, 0)?;
    let entry_delimiters = TextArgument::of(call, 1)?;
    let key_delimiters = TextArgument::of(call, 2)?;
    let mut keys = TextWriter::new(call.rows);
    let mut values = TextWriter::new(call.rows);
    let mut key_counts = Vec::with_capacity(call.rows);
    let mut value_counts = Vec::new();
    for row in 0..call.rows {
        let mut entries: Vec<(&str, Vec<&str>)> = Vec::new();
        if !call.is_null(row) {
            let delimiters =
                Delimiters::new(entry_delimiters.value(row), key_delimiters.value(row))?;
            let mut places = HashMap::new();
            for entry in delimiters.entries(texts.value(row)) {
                let (key, value) = entry.map_err(bad_entry)?;
                let place = *places.entry(key).or_insert(entries.len());
                match entries.get_mut(place) {
                    Some((_, values)) => values.push(value),
                    None => entries.push((key, vec![value])),
                }
            }
        }
        key_counts.push(entries.len());
        for (key, of_key) in entries {
            keys.push(key)?;
            value_counts.push(of_key.len());
            for value in of_key {
                values.push(value)?;
            }
        }
    }
    let lists = ListArray::try_new(
        Type::VARCHAR.element_field(),
        list_offsets(&value_counts)?,
        Arc::new(values.finish()?),
        None,
    )?;
    map_array(
        call.returns(),
        &key_counts,
        keys.finish()?,
        Arc::new(lists),
        None,
    )
}

fn bad_entry(entry: &str) -> FunctionError {
    FunctionError::argument(format!(
        "Key-value delimiter must appear exactly once in each entry. Bad input: {entry}"
    ))
}

/// What separates entries from each other, and keys from values.
struct Delimiters<'d> {
    entry: &'d str,
    key: &'d str,
}

impl<'d> Delimiters<'d> {
    fn new(entry: &'d str, key: &'d str) -> Result<Delimiters<'d>, FunctionError> {
        let wrong = if entry.is_empty() {
            "entryDelimiter is empty"
        } else if key.is_empty() {
            "keyValueDelimiter is empty"
        } else if entry == key {
            "entryDelimiter and keyValueDelimiter must not be the same"
        } else {
            return Ok(Delimiters { entry, key });
        };
        Err(FunctionError::argument(wrong))
    }

    /// The keys and values of a text; the whole entry where it is none. Nothing follows a delimiter at the end.
    fn entries<'t>(
        &self,
        text: &'t str,
    ) -> impl Iterator<Item = Result<(&'t str, &'t str), &'t str>> {
        let mut rest = text;
        std::iter::from_fn(move || {
            if rest.is_empty() {
                return None;
            }
            let entry = match memmem::find(rest.as_bytes(), self.entry.as_bytes()) {
                Some(end) => {
                    let entry = rest.get(..end).unwrap_or("");
                    rest = rest.get(end + self.entry.len()..).unwrap_or("");
                    entry
                }
                None => std::mem::take(&mut rest),
            };
            Some(match entry.split_once(self.key) {
                Some((key, value)) if !value.contains(self.key) => Ok((key, value)),
                _ => Err(entry),
            })
        })
    }
}

#[cfg(test)]
mod tests {
    use arrow::array::StringArray;

    use crate::testing::{apply, column, lambda, shown, text};

    fn lines() -> StringArray {
        StringArray::from(vec![
            Some("a=1,b=2"),
            None,
            Some(""),
            Some("=,c=,爱=信"),
            Some("k=v,"),
        ])
    }

    #[tokio::test]
    async fn entries_become_a_map() {
        assert_eq!(
            shown(
                "split_to_map",
                vec![column("varchar", lines()), text(","), text("=")]
            )
            .await,
            "{a: 1, b: 2}|NULL|{}|{: , 爱: 信, c: }|{k: v}"
        );
        let arguments = vec![text("key => value"), text(","), text("=>")];
        assert_eq!(shown("split_to_map", arguments).await, "{key :  value}");
    }

    #[tokio::test]
    async fn wrong_entries_and_delimiters_are_errors() {
        let bad = "Key-value delimiter must appear exactly once in each entry. Bad input: ";
        for (line, entry, key, expected) in [
            (
                "a=1,a=2",
                ",",
                "=",
                "Duplicate keys (a) are not allowed".to_owned(),
            ),
            ("key", ",", "=", format!("{bad}'key'")),
            ("a=1,k==v", ",", "=", format!("{bad}'k==v'")),
            ("a=1,,b=2", ",", "=", format!("{bad}''")),
            ("", "", "=", "entryDelimiter is empty".to_owned()),
            ("", ",", "", "keyValueDelimiter is empty".to_owned()),
            (
                "",
                "仿",
                "仿",
                "entryDelimiter and keyValueDelimiter must not be the same".to_owned(),
            ),
        ] {
            assert_eq!(
                shown("split_to_map", vec![text(line), text(entry), text(key)]).await,
                format!("ERROR: {expected}")
            );
        }
        assert_eq!(
            shown("split_to_multimap", vec![text("key"), text(","), text("=")]).await,
            format!("ERROR: {bad}key")
        );
    }

    #[tokio::test]
    async fn a_lambda_resolves_duplicate_keys() {
        let joined = || {
            lambda(3, |of| {
                apply("concat", vec![of[0].clone(), of[1].clone(), of[2].clone()])
            })
        };
        let lines = StringArray::from(vec![Some("a:1;b:2;a:3;a:4"), None, Some("b:5;b:6")]);
        let arguments = vec![column("varchar", lines), text(";"), text(":"), joined()];
        assert_eq!(
            shown("split_to_map", arguments).await,
            "{a: aa134, b: 2}|NULL|{b: b56}"
        );
    }

    #[tokio::test]
    async fn a_multimap_keeps_all_values_in_order() {
        let lines = StringArray::from(vec![Some("z=1,a=2,z=3"), None, Some("")]);
        let arguments = vec![column("varchar", lines), text(","), text("=")];
        assert_eq!(
            shown("split_to_multimap", arguments).await,
            "{z: [1, 3], a: [2]}|NULL|{}"
        );
    }
}
