//! What a backslash begins outside of classes.

use super::char_class::class_text;
use super::property::{class_letter, property};
use super::reader::wrong;
use super::translator::{Part, PartKind, Translator};
use crate::error::FunctionError;

/// The greatest number of a group that a pattern can refer to.
const GROUP_NUMBER_MAX: usize = 1_000;

impl Translator {
    /// What a backslash begins.
    pub(super) fn escape(&mut self) -> Result<Part, FunctionError> {
        let place = self.reader.place();
        let c = self
            .reader
            .next()
            .ok_or_else(|| wrong("end pattern at escape"))?;
        if let Some(class) = class_letter(c) {
            return Ok(Part::unit(class_text(&class)));
        }
        Ok(match c {
            'b' => Part::assertion("\\b"),
            'B' => Part::assertion("\\B"),
            'A' => Part::assertion("\\A"),
            'z' => Part::assertion("\\z"),
            'Z' => self.end(),
            'G' => {
                self.translation.backtracks = true;
                Part::assertion("\\G")
            }
            'x' if self.reader.peek() == Some('{') => {
                let code = self.reader.braced_code()?.unwrap_or(u32::from('x'));
                self.literal(code)
            }
            'x' if self.reader.peek().is_some() => {
                let byte = self.reader.number(16, 2).unwrap_or(0);
                let code = self.reader.code_of_bytes(byte)?;
                self.literal(code)
            }
            'u' if self.reader.peek().is_some() => {
                let code = self.reader.number(16, 4).unwrap_or(0);
                self.literal(u32::try_from(code).unwrap_or(0))
            }
            '0' => self.octal(2)?,
            '1'..='9' => {
                self.reader.return_to(place);
                self.numbered_reference()?
            }
            'k' if matches!(self.reader.peek(), Some('<' | '\'')) => self.named_reference()?,
            'Q' => self.quoted()?,
            'p' | 'P' => self.property(c)?,
            c => {
                let code = self.reader.escaped_value(c)?;
                self.literal(code)
            }
        })
    }

    fn octal(&mut self, digits_max: usize) -> Result<Part, FunctionError> {
        let byte = self.reader.number(8, digits_max).unwrap_or(0);
        let code = self.reader.code_of_bytes(byte)?;
        Ok(self.literal(code))
    }

    /// `\1`: a group if there are as many before it or the number has one digit, else an octal escape.
    fn numbered_reference(&mut self) -> Result<Part, FunctionError> {
        let place = self.reader.place();
        let number = self.reader.number(10, usize::MAX).unwrap_or(0);
        let group = usize::try_from(number).unwrap_or(usize::MAX);
        if group <= GROUP_NUMBER_MAX && (group <= self.translation.groups || group <= 9) {
            return Ok(self.reference(group));
        }
        self.reader.return_to(place);
        match self.reader.peek() {
            Some(c @ ('8' | '9')) => {
                self.reader.next();
                Ok(self.literal(u32::from(c)))
            }
            _ => self.octal(3),
        }
    }

    /// `\k<name>`, `\k<1>`, or `\k<-1>` for the last group before.
    fn named_reference(&mut self) -> Result<Part, FunctionError> {
        let name = self.group_name()?;
        let known = self
            .translation
            .names
            .iter()
            .find(|(known, _)| *known == name);
        if let Some((_, group)) = known {
            let group = *group;
            return Ok(self.reference(group));
        }
        let groups = self.translation.groups;
        let group = match name.strip_prefix('-') {
            Some(back) => back
                .parse()
                .ok()
                .and_then(|back: usize| (groups + 1).checked_sub(back)),
            None => name.parse().ok(),
        };
        match group {
            Some(0) => Err(wrong(&format!("invalid group name <{name}>"))),
            Some(group) if group <= GROUP_NUMBER_MAX => Ok(self.reference(group)),
            Some(_) => Err(wrong("invalid backref number/name")),
            None => Err(wrong(&format!("undefined name <{name}> reference"))),
        }
    }

    fn reference(&mut self, group: usize) -> Part {
        self.greatest_reference = self.greatest_reference.max(group);
        self.translation.backtracks = true;
        let flag = if self.options.ignore_case { "i" } else { "" };
        Part::unit(format!("(?{flag}:\\{group})"))
    }

    /// The text between `\Q` and `\E`. A quantifier after it is of the last character.
    fn quoted(&mut self) -> Result<Part, FunctionError> {
        let mut text = String::new();
        let mut last: Option<Part> = None;
        while !self.reader.looks_at("\\E") {
            let Some(c) = self.reader.next() else { break };
            let part = self.literal(u32::from(c));
            if let Some(before) = last.replace(part) {
                text.push_str(&before.text);
            }
        }
        self.reader.eat('\\');
        self.reader.eat('E');
        let Some(last) = last else {
            return Ok(Part {
                text,
                kind: PartKind::Empty,
            });
        };
        let last = self.repeated(last)?;
        text.push_str(&last.text);
        Ok(Part {
            text,
            kind: PartKind::Sequence,
        })
    }

    /// `\p{name}` or `\pL`
    fn property(&mut self, letter: char) -> Result<Part, FunctionError> {
        let name = if self.reader.eat('{') {
            self.reader.property_name()?
        } else {
            let c = self.reader.next();
            c.map(String::from)
                .ok_or_else(|| wrong("end pattern at escape"))?
        };
        let mut class = property(&name)?;
        if letter == 'P' {
            class.negate();
        }
        Ok(Part::unit(class_text(&class)))
    }
}
