//! What a parenthesis begins: groups, looks around, flags.

use super::reader::wrong;
use super::translator::{Part, PartKind, Translator};
use crate::error::FunctionError;

impl Translator {
    /// What `(` begins.
    pub(super) fn group(&mut self, depth: usize) -> Result<Part, FunctionError> {
        if !self.reader.eat('?') {
            return self.capturing_group(depth);
        }
        match self.reader.next() {
            None => Err(wrong("end pattern in group")),
            Some(':') => {
                let body = self.body(depth)?;
                let kind = match body.kind {
                    kind @ (PartKind::Assertion | PartKind::Empty) => kind,
                    _ => PartKind::Unit,
                };
                let text = format!("(?:{})", body.text);
                Ok(Part { text, kind })
            }
            Some('=') => self.look_around("(?=", depth),
            Some('!') => self.look_around("(?!", depth),
            Some('>') => {
                self.translation.backtracks = true;
                Ok(Part::unit(format!("(?>{})", self.body(depth)?.text)))
            }
            Some('<') if self.reader.eat('=') => self.look_around("(?<=", depth),
            Some('<') if self.reader.eat('!') => self.look_around("(?<!", depth),
            Some('<' | '\'') => {
                self.reader.return_to(self.reader.place() - 1);
                let name = self.new_group_name()?;
                let group = self.translation.groups + 1;
                if self
                    .translation
                    .names
                    .iter()
                    .any(|(known, _)| *known == name)
                {
                    return Err(wrong(&format!("multiplex defined name <{name}>")));
                }
                self.translation.names.push((name, group));
                self.capturing_group(depth)
            }
            Some(c) => self.flags(c, depth),
        }
    }

    fn capturing_group(&mut self, depth: usize) -> Result<Part, FunctionError> {
        self.translation.groups += 1;
        Ok(Part::unit(format!("({})", self.body(depth)?.text)))
    }

    fn look_around(&mut self, open: &str, depth: usize) -> Result<Part, FunctionError> {
        self.translation.backtracks = true;
        Ok(Part::assertion(format!(
            "{open}{})",
            self.body(depth)?.text
        )))
    }

    /// A group's body with the parenthesis that closes it.
    fn body(&mut self, depth: usize) -> Result<Part, FunctionError> {
        let body = self.alternatives(depth + 1)?;
        if !self.reader.eat(')') {
            return Err(wrong("end pattern with unmatched parenthesis"));
        }
        Ok(body)
    }

    /// Flags, of which the first character is read, with what they hold for.
    fn flags(&mut self, first: char, depth: usize) -> Result<Part, FunctionError> {
        let before = self.options;
        let mut options = before;
        let mut on = true;
        let mut flag = Some(first);
        loop {
            match flag {
                None => return Err(wrong("end pattern in group")),
                Some('-') => on = false,
                Some('i') => options.ignore_case = on,
                Some('m') => options.multi_line = on,
                Some('s') => options.dot_all = on,
                Some('x') => options.extended = on,
                Some(end @ (':' | ')')) => {
                    self.options = options;
                    let body = if end == ':' {
                        self.body(depth)
                    } else {
                        self.alternatives(depth + 1)
                    };
                    self.options = before;
                    return Ok(Part::unit(format!("(?:{})", body?.text)));
                }
                Some(_) => return Err(wrong("undefined group option")),
            }
            flag = self.reader.next();
        }
    }

    /// The name between `<` and `>`, or apostrophes.
    pub(super) fn group_name(&mut self) -> Result<String, FunctionError> {
        let close = if self.reader.next() == Some('<') {
            '>'
        } else {
            '\''
        };
        let mut name = String::new();
        loop {
            match self.reader.next() {
                Some(c) if c == close => break,
                None | Some(')') => return Err(wrong(&format!("invalid group name <{name}>"))),
                Some(c) => name.push(c),
            }
        }
        if name.is_empty() {
            return Err(wrong("group name is empty"));
        }
        Ok(name)
    }

    /// A name that a group may have.
    fn new_group_name(&mut self) -> Result<String, FunctionError> {
        let name = self.group_name()?;
        if name.starts_with(|c: char| c.is_ascii_digit() || c == '-') {
            return Err(wrong(&format!("invalid group name <{name}>")));
        }
        if !name.chars().all(|c| c.is_alphanumeric() || c == '_') {
            return Err(wrong(&format!("invalid char in group name <{name}>")));
        }
        Ok(name)
    }
}
