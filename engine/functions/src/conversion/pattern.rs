//! Format strings: what `%-8.3f` asks for, checked as Java checks it.

use std::fmt;

use super::pattern_check::check;

/// Why a format string cannot be used, by the name and message of Java's exception.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct FormatError {
    exception: &'static str,
    message: String,
}

impl FormatError {
    pub(super) fn new(exception: &'static str, message: impl Into<String>) -> FormatError {
        FormatError {
            exception,
            message: message.into(),
        }
    }

    pub(super) fn unknown_conversion(conversion: impl fmt::Display) -> FormatError {
        FormatError::new(
            "UnknownFormatConversion",
            format!("Conversion = '{conversion}'"),
        )
    }

    pub(super) fn mismatch(conversion: char, flags: Flags) -> FormatError {
        FormatError::new(
            "FormatFlagsConversionMismatch",
            format!("Conversion = {conversion}, Flags = {flags}"),
        )
    }

    /// A value of a Java class that the conversion does not take.
    pub(super) fn conversion(conversion: char, class: &str) -> FormatError {
        FormatError::new(
            "IllegalFormatConversion",
            format!("{conversion} != {class}"),
        )
    }

    pub(super) fn missing_argument(specifier: &Specifier) -> FormatError {
        FormatError::new(
            "MissingFormatArgument",
            format!("Format specifier '{specifier}'"),
        )
    }
}

impl fmt::Display for FormatError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}: {}", self.exception, self.message)
    }
}

/// The flags, in the order in which Java shows them.
const FLAG_SYMBOLS: &str = "-#+ 0,(<";

/// The flags of a specifier.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Flags(u8);

impl Flags {
    pub(super) const LEFT: Flags = Flags(1);
    pub(super) const ALTERNATE: Flags = Flags(1 << 1);
    pub(super) const PLUS: Flags = Flags(1 << 2);
    pub(super) const BLANK: Flags = Flags(1 << 3);
    pub(super) const ZEROS: Flags = Flags(1 << 4);
    pub(super) const GROUPS: Flags = Flags(1 << 5);
    pub(super) const PARENTHESES: Flags = Flags(1 << 6);
    const PREVIOUS: Flags = Flags(1 << 7);

    /// Reads the symbols.
    fn parse(symbols: &str) -> Result<Flags, FormatError> {
        let mut flags = Flags::default();
        for symbol in symbols.chars() {
            let Some(place) = FLAG_SYMBOLS.find(symbol) else {
                return Err(FormatError::new(
                    "UnknownFormatFlags",
                    format!("Flags = {symbol}"),
                ));
            };
            let flag = Flags(1 << place);
            if flags.has(flag) {
                return Err(FormatError::new(
                    "DuplicateFormatFlags",
                    format!("Flags = '{flag}'"),
                ));
            }
            flags.0 |= flag.0;
        }
        Ok(flags)
    }

    /// Both flags.
    pub(super) const fn and(self, other: Flags) -> Flags {
        Flags(self.0 | other.0)
    }

    /// Whether any of these flags is set.
    pub(super) fn has(self, flags: Flags) -> bool {
        self.0 & flags.0 != 0
    }
}

impl fmt::Display for Flags {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        FLAG_SYMBOLS
            .chars()
            .enumerate()
            .filter(|(place, _)| self.has(Flags(1 << place)))
            .try_for_each(|(_, symbol)| write!(formatter, "{symbol}"))
    }
}

/// Which argument a specifier writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ArgumentIndex {
    /// The next after the last that was taken in order.
    Next,
    /// The same as the specifier before.
    Previous,
    /// Counted from 0.
    At(usize),
}

/// What a specifier writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Conversion {
    Boolean,
    HashCode,
    Text,
    Character,
    Decimal,
    Octal,
    Hexadecimal,
    Scientific,
    General,
    Fixed,
    HexadecimalFloat,
    /// A part of a date or time, by its letter.
    DateTime(char),
    LineBreak,
    Percent,
}

impl Conversion {
    /// The conversion of a letter; those that have none in upper case are told apart by the caller.
    fn of(letter: char) -> Option<Conversion> {
        Some(match letter {
            'b' | 'B' => Conversion::Boolean,
            'h' | 'H' => Conversion::HashCode,
            's' | 'S' => Conversion::Text,
            'c' | 'C' => Conversion::Character,
            'd' => Conversion::Decimal,
            'o' => Conversion::Octal,
            'x' | 'X' => Conversion::Hexadecimal,
            'e' | 'E' => Conversion::Scientific,
            'g' | 'G' => Conversion::General,
            'f' => Conversion::Fixed,
            'a' | 'A' => Conversion::HexadecimalFloat,
            'n' => Conversion::LineBreak,
            '%' => Conversion::Percent,
            _ => return None,
        })
    }
}

/// One `%…` of a format string.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Specifier {
    pub(super) index: ArgumentIndex,
    pub(super) flags: Flags,
    pub(super) width: Option<usize>,
    pub(super) precision: Option<usize>,
    pub(super) conversion: Conversion,
    /// The letter in lower case, as messages show it.
    pub(super) letter: char,
    pub(super) upper_case: bool,
}

impl Specifier {
    /// Flags that contradict each other. Java shows its flag for upper case among them.
    pub(super) fn wrong_flags(&self) -> FormatError {
        let mut flags = self.flags.to_string();
        if self.upper_case {
            flags.insert(usize::from(self.flags.has(Flags::LEFT)), '^');
        }
        FormatError::new("IllegalFormatFlags", format!("Flags = '{flags}'"))
    }
}

/// As Java's messages show it.
impl fmt::Display for Specifier {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "%{}", self.flags)?;
        if let ArgumentIndex::At(place) = self.index {
            write!(formatter, "{}$", place + 1)?;
        }
        if let Some(width) = self.width {
            write!(formatter, "{width}")?;
        }
        if let Some(precision) = self.precision {
            write!(formatter, ".{precision}")?;
        }
        if let Conversion::DateTime(_) = self.conversion {
            formatter.write_str(if self.upper_case { "T" } else { "t" })?;
        }
        let letter = if self.upper_case {
            self.letter.to_ascii_uppercase()
        } else {
            self.letter
        };
        write!(formatter, "{letter}")
    }
}

/// A part of a format string.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Piece {
    Literal(String),
    Specifier(Specifier),
}

/// Reads a format string.
pub(super) fn parse_pattern(format: &str) -> Result<Vec<Piece>, FormatError> {
    let mut pieces = Vec::new();
    let mut rest = format;
    while let Some((literal, specifier)) = rest.split_once('%') {
        if !literal.is_empty() {
            pieces.push(Piece::Literal(literal.to_owned()));
        }
        let (specifier, after) = parse_specifier(specifier)?;
        pieces.push(Piece::Specifier(specifier));
        rest = after;
    }
    if !rest.is_empty() {
        pieces.push(Piece::Literal(rest.to_owned()));
    }
    Ok(pieces)
}

/// The text up to the first character that is none of those, and the text from there.
fn split_while(text: &str, belongs: impl Fn(char) -> bool) -> (&str, &str) {
    let end = text.find(|c| !belongs(c)).unwrap_or(text.len());
    text.split_at_checked(end).unwrap_or((text, ""))
}

/// Reads what stands after a `%`: `[index$][flags][width][.precision][t]conversion`.
fn parse_specifier(text: &str) -> Result<(Specifier, &str), FormatError> {
    let Some(first) = text.chars().next() else {
        return Err(FormatError::unknown_conversion('%'));
    };
    let no_specifier = || FormatError::unknown_conversion(first);
    let (number, after_number) = split_while(text, |c| c.is_ascii_digit());
    let (index_text, rest) = match after_number.strip_prefix('$') {
        Some(rest) if !number.is_empty() => (Some(number), rest),
        _ => (None, text),
    };
    let (flags_text, rest) = split_while(rest, |c| FLAG_SYMBOLS.contains(c));
    let (width_text, rest) = split_while(rest, |c| c.is_ascii_digit());
    let (precision_text, rest) = match rest.strip_prefix('.') {
        Some(after) => {
            let (digits, rest) = split_while(after, |c| c.is_ascii_digit());
            if digits.is_empty() {
                return Err(no_specifier());
            }
            (Some(digits), rest)
        }
        None => (None, rest),
    };
    let mut letters = rest.chars();
    let (date_time, letter) = match letters.next() {
        Some(prefix @ ('t' | 'T')) => match letters.clone().next() {
            Some(letter) if letter.is_ascii_alphabetic() || letter == '%' => {
                letters.next();
                (Some(prefix), letter)
            }
            _ => (None, prefix),
        },
        Some(letter) if letter.is_ascii_alphabetic() || letter == '%' => (None, letter),
        _ => return Err(no_specifier()),
    };

    let mut index = match index_text.map(str::parse::<i32>) {
        None => ArgumentIndex::Next,
        Some(parsed) => {
            let index = parsed.unwrap_or(i32::MIN);
            match usize::try_from(index) {
                Ok(index @ 1..) => ArgumentIndex::At(index - 1),
                _ => {
                    return Err(FormatError::new(
                        "IllegalFormatArgumentIndex",
                        format!("Illegal format argument index = {index}"),
                    ));
                }
            }
        }
    };
    let flags = Flags::parse(flags_text)?;
    if flags.has(Flags::PREVIOUS) {
        index = ArgumentIndex::Previous;
    }
    let width = parse_size(width_text, "IllegalFormatWidth")?;
    let precision = match precision_text {
        Some(digits) => parse_size(digits, "IllegalFormatPrecision")?,
        None => None,
    };
    let specifier = match date_time {
        Some(prefix) => Specifier {
            index,
            flags,
            width,
            precision,
            conversion: Conversion::DateTime(letter),
            letter,
            upper_case: prefix == 'T',
        },
        None => Specifier {
            index,
            flags,
            width,
            precision,
            conversion: Conversion::of(letter)
                .ok_or_else(|| FormatError::unknown_conversion(letter))?,
            letter: letter.to_ascii_lowercase(),
            upper_case: letter.is_ascii_uppercase(),
        },
    };
    check(&specifier)?;
    Ok((specifier, letters.as_str()))
}

/// A width or precision; none for no digits.
fn parse_size(digits: &str, exception: &'static str) -> Result<Option<usize>, FormatError> {
    if digits.is_empty() {
        return Ok(None);
    }
    digits
        .parse::<i32>()
        .ok()
        .and_then(|size| usize::try_from(size).ok())
        .map(Some)
        .ok_or_else(|| FormatError::new(exception, i32::MIN.to_string()))
}
