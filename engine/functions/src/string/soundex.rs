//! `soundex`: how an English word sounds.

use std::sync::Arc;

use arrow::array::ArrayRef;
use datafusion::error::Result;

use super::text::{TextArgument, TextWriter};
use crate::call::Call;
use crate::definition::Definition;
use crate::error::FunctionError;

pub(super) fn definitions() -> Vec<Definition> {
    vec![
        Definition::new("soundex", "Encodes a string into a Soundex value")
            .strict("(varchar) -> varchar(4)", soundex),
    ]
}

fn soundex(call: &Call<'_>) -> Result<ArrayRef> {
    let values = TextArgument::of(call, 0)?;
    let mut writer = TextWriter::new(call.rows);
    for row in 0..call.rows {
        if !call.is_null(row) {
            encode(values.value(row), writer.text())?;
        }
        writer.end()?;
    }
    Ok(Arc::new(writer.finish()?))
}

/// The first letter, and the digits of the next consonants that sound otherwise than the one before. Vowels separate, H and W do not.
fn encode(word: &str, code: &mut String) -> Result<(), FunctionError> {
    let mut letters = word
        .chars()
        .filter(|c| u32::from(*c) < 0x1_0000 && c.is_alphabetic())
        .flat_map(char::to_uppercase);
    let Some(first) = letters.next() else {
        return Ok(());
    };
    let mut previous = digit(first)?;
    code.push(first);
    let mut digits = 0;
    for letter in letters {
        if digits == 3 {
            break;
        }
        if matches!(letter, 'H' | 'W') {
            continue;
        }
        let digit = digit(letter)?;
        if digit != '0' && digit != previous {
            code.push(digit);
            digits += 1;
        }
        previous = digit;
    }
    code.extend(std::iter::repeat_n('0', 3 - digits));
    Ok(())
}

fn digit(letter: char) -> Result<char, FunctionError> {
    Ok(match letter {
        'B' | 'F' | 'P' | 'V' => '1',
        'C' | 'G' | 'J' | 'K' | 'Q' | 'S' | 'X' | 'Z' => '2',
        'D' | 'T' => '3',
        'L' => '4',
        'M' | 'N' => '5',
        'R' => '6',
        'A'..='Z' => '0',
        other => {
            return Err(FunctionError::argument(format!(
                "The character is not mapped: {other}"
            )));
        }
    })
}

#[cfg(test)]
mod tests {
    use arrow::array::StringArray;

    use crate::testing::{column, shown, text};

    #[tokio::test]
    async fn words_that_sound_alike_have_the_same_code() {
        let words = StringArray::from(vec![
            Some("Robert"),
            Some("Rupert"),
            None,
            Some("Tymczak"),
            Some("Pfister"),
            Some("Honeyman"),
            Some("Ashcraft"),
            Some("A"),
            Some(""),
            Some("o'hara 💰"),
        ]);
        assert_eq!(
            shown("soundex", vec![column("varchar", words)]).await,
            "R163|R163|NULL|T522|P236|H555|A261|A000||O600"
        );
        assert_eq!(
            shown("soundex", vec![text("Zoë")]).await,
            "ERROR: The character is not mapped: Ë"
        );
    }
}
