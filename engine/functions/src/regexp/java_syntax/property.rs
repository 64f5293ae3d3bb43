//! Named sets of characters: `\p{name}`, `[:name:]`, and the classes of single letters.

use regex_syntax::hir::{Class, ClassUnicode, ClassUnicodeRange, HirKind};
use unicode_blocks::find_unicode_block;

use super::reader::wrong;
use crate::error::FunctionError;

/// The set of `\w`, which is ASCII.
pub(super) fn word() -> ClassUnicode {
    ranges(&[('0', '9'), ('A', 'Z'), ('_', '_'), ('a', 'z')])
}

/// The set of `\d`, which is ASCII.
pub(super) fn digit() -> ClassUnicode {
    ranges(&[('0', '9')])
}

/// The set of `\s`, which is ASCII.
pub(super) fn space() -> ClassUnicode {
    ranges(&[('\t', '\r'), (' ', ' ')])
}

/// The set of a class letter, `w`, `d` or `s`, or of a capital its complement; `None` for other letters.
pub(super) fn class_letter(c: char) -> Option<ClassUnicode> {
    let mut class = match c.to_ascii_lowercase() {
        'w' => word(),
        'd' => digit(),
        's' => space(),
        _ => return None,
    };
    if c.is_ascii_uppercase() {
        class.negate();
    }
    Some(class)
}

fn ranges(ranges: &[(char, char)]) -> ClassUnicode {
    ClassUnicode::new(
        ranges
            .iter()
            .map(|(first, last)| ClassUnicodeRange::new(*first, *last)),
    )
}

/// The set of `[:name:]`. It is Unicode's, as all sets with names.
pub(super) fn posix(name: &str) -> Option<ClassUnicode> {
    parsed(match name {
        "alnum" => r"[\p{Alphabetic}\p{Nd}]",
        "alpha" => r"\p{Alphabetic}",
        "ascii" => r"[\x00-\x7F]",
        "blank" => r"[\p{Zs}\t]",
        "cntrl" => r"\p{Cc}",
        "digit" => r"\p{Nd}",
        "graph" => r"[^\p{White_Space}\p{Cc}\p{Cn}]",
        "lower" => r"\p{Lowercase}",
        "print" => r"[[^\p{White_Space}\p{Cc}\p{Cn}]\p{Zs}]",
        "punct" => r"\p{P}",
        "space" => r"\p{White_Space}",
        "upper" => r"\p{Uppercase}",
        "xdigit" => "[0-9A-Fa-f]",
        "word" => r"\w",
        _ => return None,
    })
}

/// The set of `\p{name}`: a POSIX class, a category, script, binary property or, after `In`, block. Names of Java that Trino does not know
/// have Java's meaning: with `Is` before them, or of a method of `Character`.
pub(super) fn property(name: &str) -> Result<ClassUnicode, FunctionError> {
    let plain: String = name
        .chars()
        .filter(|c| !matches!(c, ' ' | '-' | '_'))
        .map(|c| c.to_ascii_lowercase())
        .collect();
    posix(&plain)
        .or_else(|| other(&plain))
        .or_else(|| block(plain.strip_prefix("in")?))
        .or_else(|| {
            block(
                plain
                    .strip_prefix("block=")
                    .or_else(|| plain.strip_prefix("blk="))?,
            )
        })
        .or_else(|| unicode(name))
        .or_else(|| {
            let stripped = plain.strip_prefix("is")?;
            posix(stripped).or_else(|| unicode(stripped))
        })
        .ok_or_else(|| wrong(&format!("invalid character property name {{{name}}}")))
}

fn other(name: &str) -> Option<ClassUnicode> {
    parsed(match name {
        "any" => r"[\x{0}-\x{10FFFF}]",
        "assigned" | "javadefined" => r"\P{Cn}",
        "newline" => r"\n",
        "cs" | "surrogate" => r"[^\x{0}-\x{10FFFF}]",
        "javaalphabetic" => r"\p{Alphabetic}",
        "javadigit" => r"\p{Nd}",
        "javaideographic" => r"\p{Ideographic}",
        "javaisocontrol" => r"\p{Cc}",
        "javaletter" => r"\p{L}",
        "javaletterordigit" => r"[\p{L}\p{Nd}]",
        "javalowercase" => r"\p{Lowercase}",
        "javaspacechar" => r"\p{Z}",
        "javatitlecase" => r"\p{Lt}",
        "javauppercase" => r"\p{Uppercase}",
        "javawhitespace" => r"[\p{Z}\t-\r\x1C-\x1F&&[^\u{A0}\u{2007}\u{202F}]]",
        _ => return None,
    })
}

/// What Unicode calls so.
fn unicode(name: &str) -> Option<ClassUnicode> {
    let known = name
        .chars()
        .all(|c| c.is_ascii_alphanumeric() || matches!(c, ' ' | '-' | '_' | '=' | '.'));
    if !known || name.is_empty() {
        return None;
    }
    parsed(&format!("\\p{{{name}}}"))
}

/// The block of that name, in small letters without blanks.
fn block(name: &str) -> Option<ClassUnicode> {
    let mut code = 0;
    while code <= u32::from(char::MAX) {
        let Some(block) = char::from_u32(code).and_then(find_unicode_block) else {
            // Blocks begin at multiples of 16.
            code += 16;
            continue;
        };
        let found: String = block
            .name()
            .chars()
            .filter(char::is_ascii_alphanumeric)
            .map(|c| c.to_ascii_lowercase())
            .collect();
        if found == name {
            let first = char::from_u32(block.start())?;
            let last = char::from_u32(block.end())?;
            return Some(ranges(&[(first, last)]));
        }
        code = block.end().max(code) + 1;
    }
    None
}

/// The set that a class of the regex crate is.
fn parsed(class: &str) -> Option<ClassUnicode> {
    match regex_syntax::parse(class).ok()?.into_kind() {
        HirKind::Class(Class::Unicode(class)) => Some(class),
        HirKind::Literal(literal) => {
            let text = std::str::from_utf8(&literal.0).ok()?;
            let c = text.chars().next()?;
            Some(ranges(&[(c, c)]))
        }
        HirKind::Class(Class::Bytes(_)) => Some(ClassUnicode::empty()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::property;

    fn contains(name: &str, c: char) -> bool {
        let class = property(name).unwrap_or_else(|error| panic!("{name}: {error}"));
        class
            .iter()
            .any(|range| (range.start()..=range.end()).contains(&c))
    }

    #[test]
    fn names_of_all_kinds_are_known() {
        for (name, inside, outside) in [
            ("L", 'é', '1'),
            ("Lu", 'É', 'é'),
            ("Letter", 'é', '1'),
            ("Alpha", 'é', '1'),
            ("punct", '!', '+'),
            ("Hiragana", 'ひ', 'カ'),
            ("OldItalic", '\u{10300}', 'a'),
            ("IsLatin", 'é', 'я'),
            ("IsAlphabetic", 'я', '1'),
            ("script=Greek", 'α', 'a'),
            ("InGreekandCoptic", 'α', 'a'),
            ("InCyrillic", 'я', 'a'),
            ("In_Latin-1 Supplement", 'é', 'e'),
            ("blk=BasicLatin", 'e', 'é'),
            ("javaLowerCase", 'é', 'É'),
            ("javaWhitespace", '\u{2003}', '\u{A0}'),
            ("newline", '\n', '\r'),
        ] {
            assert!(contains(name, inside), "{name} {inside}");
            assert!(!contains(name, outside), "{name} {outside}");
        }
        assert!(contains("Any", '\u{10FFFF}'));
        assert!(property("Surrogate").unwrap().ranges().is_empty());
        for unknown in ["", "NoSuch", "InNoSuch", "L}", "L&&M"] {
            let error = property(unknown).unwrap_err();
            assert_eq!(
                error.message,
                format!("invalid character property name {{{unknown}}}")
            );
        }
    }
}
