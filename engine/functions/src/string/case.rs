//! `lower` and `upper`, code point by code point as Java's `Character` maps them: no locales, no mappings to several characters.

use std::sync::Arc;

use arrow::array::ArrayRef;
use datafusion::error::Result;

use super::text::TextWriter;
use crate::call::Call;
use crate::definition::Definition;

pub(super) fn definitions() -> Vec<Definition> {
    vec![
        Definition::new("lower", "Converts the string to lower case")
            .strict("(varchar(x)) -> varchar(x)", lower)
            .strict("(char(x)) -> char(x)", lower),
        Definition::new("upper", "Converts the string to upper case")
            .strict("(varchar(x)) -> varchar(x)", upper)
            .strict("(char(x)) -> char(x)", upper),
    ]
}

fn lower(call: &Call<'_>) -> Result<ArrayRef> {
    mapped(call, str::make_ascii_lowercase, lower_code_point)
}

fn upper(call: &Call<'_>) -> Result<ArrayRef> {
    mapped(call, str::make_ascii_uppercase, upper_code_point)
}

fn mapped(
    call: &Call<'_>,
    map_ascii: fn(&mut str),
    map_code_point: fn(char) -> char,
) -> Result<ArrayRef> {
    let source = call.strings(0)?;
    let mut writer = TextWriter::new(call.rows);
    if source.is_ascii() {
        for row in 0..call.rows {
            writer.push(source.value(row))?;
        }
        map_ascii(writer.text());
        return Ok(Arc::new(writer.finish()?));
    }
    for row in 0..call.rows {
        let value = source.value(row);
        let text = writer.text();
        if value.is_ascii() {
            let start = text.len();
            text.push_str(value);
            if let Some(added) = text.get_mut(start..) {
                map_ascii(added);
            }
        } else {
            text.extend(value.chars().map(map_code_point));
        }
        writer.end()?;
    }
    Ok(Arc::new(writer.finish()?))
}

/// The simple lower case. Rust knows the full one, which differs from it for one character.
fn lower_code_point(c: char) -> char {
    if c.is_ascii() {
        return c.to_ascii_lowercase();
    }
    let mut mapped = c.to_lowercase();
    match (mapped.next(), mapped.next()) {
        (Some(lower), None) => lower,
        _ if c == '\u{130}' => 'i',
        _ => c,
    }
}

/// The simple upper case. Where the full one has several characters, only Greek letters with an iota below have a simple one.
pub(crate) fn upper_code_point(c: char) -> char {
    if c.is_ascii() {
        return c.to_ascii_uppercase();
    }
    let mut mapped = c.to_uppercase();
    match (mapped.next(), mapped.next()) {
        (Some(upper), None) => upper,
        _ => match c {
            '\u{1F80}'..='\u{1F87}' | '\u{1F90}'..='\u{1F97}' | '\u{1FA0}'..='\u{1FA7}' => {
                char::from_u32(u32::from(c) + 8).unwrap_or(c)
            }
            '\u{1FB3}' => '\u{1FBC}',
            '\u{1FC3}' => '\u{1FCC}',
            '\u{1FF3}' => '\u{1FFC}',
            _ => c,
        },
    }
}

#[cfg(test)]
mod tests {
    use arrow::array::StringArray;

    use crate::testing::{call, column, shown, text};

    #[tokio::test]
    async fn ascii_and_other_letters_are_mapped_one_to_one() {
        let values = || StringArray::from(vec![Some("Hello1"), None, Some(""), Some("ÖSTERß𐐭İ")]);
        assert_eq!(
            shown("upper", vec![column("varchar", values())]).await,
            "HELLO1|NULL||ÖSTERß𐐅İ"
        );
        assert_eq!(
            shown("lower", vec![column("varchar", values())]).await,
            "hello1|NULL||österß𐐭i"
        );
        assert_eq!(shown("upper", vec![text("ᾀᾳŉﬁıµ")]).await, "ᾈᾼŉﬁIΜ");
    }

    #[tokio::test]
    async fn the_type_of_the_argument_is_kept() {
        let values = StringArray::from(vec!["Ab  "]);
        let (_, returns) = call("lower", vec![column("char(4)", values)])
            .await
            .unwrap();
        assert_eq!(returns.to_string(), "char(4)");
    }
}
