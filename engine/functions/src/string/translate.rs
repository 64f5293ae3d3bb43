//! `translate`: characters by characters.

use std::collections::HashMap;
use std::sync::Arc;

use arrow::array::ArrayRef;
use datafusion::error::Result;

use super::text::{TextArgument, TextWriter};
use crate::call::Call;
use crate::definition::Definition;

pub(super) fn definitions() -> Vec<Definition> {
    vec![
        Definition::new(
            "translate",
            "Translate characters from the source string based on original and translations strings",
        )
        .strict("(varchar, varchar, varchar) -> varchar", translate),
    ]
}

fn translate(call: &Call<'_>) -> Result<ArrayRef> {
    let texts = TextArgument::of(call, 0)?;
    let from = TextArgument::of(call, 1)?;
    let to = TextArgument::of(call, 2)?;
    let mut prepared: Option<(usize, Table)> = None;
    let mut writer = TextWriter::new(call.rows);
    for row in 0..call.rows {
        if !call.is_null(row) {
            let table = match &mut prepared {
                Some((at, table)) if from.same(*at, row) && to.same(*at, row) => table,
                other => {
                    &mut other
                        .insert((row, Table::of(from.value(row), to.value(row))))
                        .1
                }
            };
            table.write(texts.value(row), writer.text());
        }
        writer.end()?;
    }
    Ok(Arc::new(writer.finish()?))
}

/// What characters become; `None` for those that are left out.
struct Table {
    ascii: [Option<char>; 128],
    others: HashMap<char, Option<char>>,
    /// Whether a byte may begin a character that becomes another.
    changes: [bool; 256],
}

impl Table {
    /// Characters of one text become those at the same place of the other. The first counts where one is there twice.
    fn of(from: &str, to: &str) -> Table {
        let mut table = Table {
            ascii: [None; 128],
            others: HashMap::new(),
            changes: [false; 256],
        };
        for (entry, c) in table.ascii.iter_mut().zip('\0'..) {
            *entry = Some(c);
        }
        let mut targets = to.chars();
        let mut translated: Vec<(char, Option<char>)> =
            from.chars().map(|c| (c, targets.next())).collect();
        translated.reverse();
        for (c, target) in translated {
            let mut bytes = [0; 4];
            let first = c.encode_utf8(&mut bytes).bytes().next();
            if let Some(changes) = first.and_then(|first| table.changes.get_mut(usize::from(first)))
            {
                *changes = true;
            }
            match table
                .ascii
                .get_mut(usize::try_from(u32::from(c)).unwrap_or(usize::MAX))
            {
                Some(entry) => *entry = target,
                None => {
                    table.others.insert(c, target);
                }
            }
        }
        table
    }

    /// Adds the translated text. What stays as it is is copied in one piece.
    fn write(&self, text: &str, to: &mut String) {
        let mut rest = text;
        while let Some(kept) = rest
            .bytes()
            .position(|byte| self.changes.get(usize::from(byte)) == Some(&true))
        {
            let (before, from) = rest.split_at(kept);
            to.push_str(before);
            let mut characters = from.chars();
            to.extend(characters.next().and_then(|c| self.get(c)));
            rest = characters.as_str();
        }
        to.push_str(rest);
    }

    fn get(&self, c: char) -> Option<char> {
        match self
            .ascii
            .get(usize::try_from(u32::from(c)).unwrap_or(usize::MAX))
        {
            Some(entry) => *entry,
            None => self.others.get(&c).copied().unwrap_or(Some(c)),
        }
    }
}

#[cfg(test)]
mod tests {
    use arrow::array::StringArray;

    use crate::testing::{column, shown, text};

    #[tokio::test]
    async fn characters_become_others_or_vanish() {
        let cases = [
            ("abcd", "", "", "abcd"),
            ("abcda", "a", "z", "zbcdz"),
            ("Palhoça", "ç", "c", "Palhoca"),
            ("abcd", "b", "😀", "a😀cd"),
            ("abcd", "a", "", "bcd"),
            ("abcd", "a", "zy", "zbcd"),
            ("abcd", "ac", "z", "zbd"),
            ("abcd", "aac", "zq", "zbd"),
            ("𠀀bcd𠀀", "𠀀b", "z", "zcdz"),
        ];
        for (source, from, to, expected) in cases {
            let arguments = vec![text(source), text(from), text(to)];
            assert_eq!(
                shown("translate", arguments).await,
                expected,
                "{source} {from} {to}"
            );
        }
    }

    #[tokio::test]
    async fn tables_may_vary_by_row() {
        let column = |values: Vec<Option<&str>>| column("varchar", StringArray::from(values));
        let arguments = vec![
            column(vec![
                Some("abc"),
                Some("abc"),
                None,
                Some("abc"),
                Some("abc"),
            ]),
            column(vec![Some("a"), Some("a"), Some("b"), Some("b"), None]),
            column(vec![Some("x"), Some("x"), Some("y"), Some("y"), Some("z")]),
        ];
        assert_eq!(shown("translate", arguments).await, "xbc|xbc|NULL|ayc|NULL");
    }
}
