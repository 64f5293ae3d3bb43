//! The tokens of bracketed character classes.

use regex_syntax::hir::ClassUnicode;

use super::property::{class_letter, posix, property};
use super::reader::{PatternReader, wrong};
use crate::error::FunctionError;

/// What is read next within a class.
pub(super) enum Token {
    /// A character or its escape. `plain` if it stands for itself without a backslash.
    Code {
        code: u32,
        plain: bool,
    },
    /// A set with a name, and the code that Joni keeps for it.
    Set {
        class: ClassUnicode,
        code: u32,
    },
    Range,
    And,
    Open,
    Close,
}

impl Token {
    /// The code that Joni has in a token after a range and `-`; it takes it for the hyphen's.
    pub(super) fn code(&self) -> u32 {
        match self {
            Token::Code { code, .. } | Token::Set { code, .. } => *code,
            Token::Range => u32::from('-'),
            Token::And => u32::from('&'),
            Token::Open => u32::from('['),
            Token::Close => u32::from(']'),
        }
    }
}

pub(super) fn next_token(reader: &mut PatternReader) -> Result<Token, FunctionError> {
    let Some(c) = reader.next() else {
        return Err(wrong("premature end of char-class"));
    };
    Ok(match c {
        ']' => Token::Close,
        '-' => Token::Range,
        '&' if reader.eat('&') => Token::And,
        '[' => bracket_token(reader)?,
        '\\' => escape_token(reader)?,
        c => Token::Code {
            code: u32::from(c),
            plain: true,
        },
    })
}

/// A nested class, or a POSIX class.
fn bracket_token(reader: &mut PatternReader) -> Result<Token, FunctionError> {
    let place = reader.place();
    if !reader.eat(':') || !closes_posix(reader) {
        reader.return_to(place);
        return Ok(Token::Open);
    }
    let negated = reader.eat('^');
    let mut name = String::new();
    while let Some(c) = reader.peek().filter(|c| *c != ':' && *c != ']') {
        name.push(c);
        reader.next();
    }
    match posix(&name) {
        Some(mut class) if reader.looks_at(":]") => {
            reader.next();
            reader.next();
            if negated {
                class.negate();
            }
            Ok(Token::Set {
                class,
                code: u32::from('['),
            })
        }
        _ if reader.looks_at(":]") => Err(wrong("invalid POSIX bracket type")),
        _ => {
            reader.return_to(place);
            Ok(Token::Code {
                code: u32::from('['),
                plain: false,
            })
        }
    }
}

/// Whether `:]` follows before another `]`.
fn closes_posix(reader: &PatternReader) -> bool {
    let mut previous = None;
    let mut escaped = false;
    let mut closes = false;
    reader.position(|c| {
        if !escaped && *c == ']' {
            closes = previous == Some(':');
            return true;
        }
        previous = (!escaped).then_some(*c);
        escaped = !escaped && *c == '\\';
        false
    });
    closes
}

fn escape_token(reader: &mut PatternReader) -> Result<Token, FunctionError> {
    let c = reader
        .next()
        .ok_or_else(|| wrong("end pattern at escape"))?;
    if let Some(class) = class_letter(c) {
        return Ok(Token::Set {
            class,
            code: u32::from(c),
        });
    }
    let code = match c {
        'p' | 'P' if reader.eat('{') => {
            let mut class = property(&reader.property_name()?)?;
            if c == 'P' {
                class.negate();
            }
            return Ok(Token::Set {
                class,
                code: u32::from(c),
            });
        }
        'x' if reader.peek() == Some('{') => reader.braced_code()?.unwrap_or(u32::from('x')),
        'x' if reader.peek().is_some() => {
            let byte = reader.number(16, 2).unwrap_or(0);
            reader.code_of_bytes(byte)?
        }
        'u' if reader.peek().is_some() => {
            u32::try_from(reader.number(16, 4).unwrap_or(0)).unwrap_or(0)
        }
        '0'..='7' => {
            reader.return_to(reader.place() - 1);
            let byte = reader.number(8, 3).unwrap_or(0);
            reader.code_of_bytes(byte)?
        }
        c => reader.escaped_value(c)?,
    };
    Ok(Token::Code { code, plain: false })
}
