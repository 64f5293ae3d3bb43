//! JSON text in the one form that Trino's `json` type has: no blanks, strings and numbers as Jackson writes them. In one pass, that copies
//! nothing while the text is in this form already.

#[cfg(test)]
mod tests;

use std::borrow::Cow;
use std::cmp::Ordering;
use std::collections::HashMap;

use super::number::{is_plain_double, write_json_double};
use super::scan::{Malformed, RawString, Scanner, Token};
use super::string::{compare, unescape, unescaped, write_string};
use super::walk::{Container, NESTING_MAX, Visitor, walk};

/// What becomes of an object's members.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Members {
    /// They are sorted by key, and the last of those with the same key is kept: a sorted map.
    Sorted,
    /// The last of those with the same key is kept, where the first stood: a tree of nodes.
    Unique,
    /// They stay as they are: a copied stream.
    AsWritten,
}

/// Brings values into this form. It is reused, so that only unusual values allocate.
pub(super) struct Canonicalizer {
    members: Members,
    output: String,
    objects: Vec<Object>,
    entries: Vec<Member>,
    scratch: String,
}

/// An object that is being passed.
struct Object {
    /// Where its members begin in the output.
    body: usize,
    /// The place of its first member among all members of the objects around.
    first: usize,
    /// Whether its members need not be touched, as far as they are known.
    settled: bool,
}

/// A member of an object that is being passed.
#[derive(Debug, Clone, Copy)]
struct Member {
    /// Its key in the input, without quotes.
    key: (usize, usize),
    key_escaped: bool,
    /// Its key and value in the output.
    output: (usize, usize),
}

impl Canonicalizer {
    pub(super) fn new(members: Members) -> Canonicalizer {
        Canonicalizer {
            members,
            output: String::new(),
            objects: Vec::new(),
            entries: Vec::new(),
            scratch: String::new(),
        }
    }

    /// The value that is the whole text.
    pub(super) fn whole<'t>(&'t mut self, text: &'t str) -> Result<&'t str, Malformed> {
        let mut scanner = Scanner::new(text);
        scanner.peek();
        let from = scanner.position();
        let changed = self.pass(&mut scanner)?;
        let to = scanner.position();
        if scanner.peek().is_some() {
            return Err(Malformed);
        }
        Ok(if changed {
            &self.output
        } else {
            text.get(from..to).unwrap_or("")
        })
    }

    /// The value that follows in the text. The scanner is behind it then.
    pub(super) fn value<'t, 'a: 't>(
        &'t mut self,
        scanner: &mut Scanner<'a>,
    ) -> Result<&'t str, Malformed> {
        scanner.peek();
        let from = scanner.position();
        let changed = self.pass(scanner)?;
        let unchanged = scanner.text().get(from..scanner.position()).unwrap_or("");
        Ok(if changed { &self.output } else { unchanged })
    }

    /// Passes a value. True if its form is in the output, false if it is as it stands in the text.
    fn pass(&mut self, scanner: &mut Scanner<'_>) -> Result<bool, Malformed> {
        self.output.clear();
        self.objects.clear();
        self.entries.clear();
        let mut pass = Pass {
            input: scanner.text(),
            copied: scanner.position(),
            changed: false,
            canonicalizer: self,
        };
        walk(scanner, &mut pass)?;
        if pass.changed {
            pass.copy_until(scanner.position());
        }
        Ok(pass.changed)
    }
}

/// A pass over one value.
struct Pass<'c, 'a> {
    input: &'a str,
    /// Up to where the input is in the output, or dropped.
    copied: usize,
    changed: bool,
    canonicalizer: &'c mut Canonicalizer,
}

impl<'a> Pass<'_, 'a> {
    fn copy_until(&mut self, to: usize) {
        let pending = self.input.get(self.copied..to).unwrap_or("");
        self.canonicalizer.output.push_str(pending);
        self.copied = to;
    }

    fn replace(&mut self, from: usize, to: usize, with: &str) {
        self.copy_until(from);
        self.canonicalizer.output.push_str(with);
        self.copied = to;
        self.changed = true;
    }

    /// Where a place of the input that is not copied yet will be in the output.
    fn place(&self, at: usize) -> usize {
        self.canonicalizer.output.len() + at.saturating_sub(self.copied)
    }

    fn key_of(&self, member: Member) -> RawString<'a> {
        RawString {
            text: self.input.get(member.key.0..member.key.1).unwrap_or(""),
            escaped: member.key_escaped,
        }
    }

    fn string(&mut self, raw: RawString<'_>, from: usize, to: usize) -> Result<(), Malformed> {
        if !raw.escaped {
            return Ok(());
        }
        let mut meant = String::with_capacity(raw.text.len());
        if !unescape(raw.text, &mut meant) {
            return Err(Malformed);
        }
        let mut written = String::with_capacity(raw.text.len() + 2);
        write_string(&meant, &mut written);
        if self.input.get(from..to) != Some(&written) {
            self.replace(from, to, &written);
        }
        Ok(())
    }

    /// Ends the member before a comma or a closing bracket.
    fn end_member(&mut self, at: usize) {
        let place = self.place(at);
        if let Some(member) = self.canonicalizer.entries.last_mut() {
            member.output.1 = place;
        }
    }

    /// The members of an object in the order and number that they should have.
    fn arranged(&self, members: &[Member]) -> Vec<Member> {
        match self.canonicalizer.members {
            Members::AsWritten => members.to_vec(),
            Members::Sorted => {
                let mut sorted = members.to_vec();
                sorted.sort_by(|left, right| compare(self.key_of(*left), self.key_of(*right)));
                let mut arranged: Vec<Member> = Vec::with_capacity(sorted.len());
                for member in sorted {
                    match arranged.last_mut() {
                        Some(last) if compare(self.key_of(*last), self.key_of(member)).is_eq() => {
                            *last = member;
                        }
                        _ => arranged.push(member),
                    }
                }
                arranged
            }
            Members::Unique => {
                let mut places: HashMap<Cow<'_, str>, usize> = HashMap::new();
                let mut arranged = Vec::with_capacity(members.len());
                for member in members {
                    let place = *places
                        .entry(unescaped(self.key_of(*member)))
                        .or_insert(arranged.len());
                    match arranged.get_mut(place) {
                        Some(kept) => *kept = *member,
                        None => arranged.push(*member),
                    }
                }
                arranged
            }
        }
    }

    /// Writes the members of the object that is closed anew.
    fn arrange(&mut self, object: &Object, at: usize) {
        self.copy_until(at);
        self.changed = true;
        let members = self
            .canonicalizer
            .entries
            .get(object.first..)
            .unwrap_or_default();
        let arranged = self.arranged(members);
        let Canonicalizer {
            output, scratch, ..
        } = &mut *self.canonicalizer;
        scratch.clear();
        for member in arranged {
            if !scratch.is_empty() {
                scratch.push(',');
            }
            scratch.push_str(output.get(member.output.0..member.output.1).unwrap_or(""));
        }
        output.truncate(object.body);
        output.push_str(scratch);
    }

    /// Whether a key is in the object already, or before the one that stands last in it.
    fn unsettles(&self, object: &Object, key: RawString<'_>) -> bool {
        let members = self
            .canonicalizer
            .entries
            .get(object.first..)
            .unwrap_or_default();
        match self.canonicalizer.members {
            Members::AsWritten => false,
            Members::Sorted => members
                .last()
                .is_some_and(|last| compare(self.key_of(*last), key) != Ordering::Less),
            // Larger objects are looked at when they are complete.
            Members::Unique => {
                members.len() >= SMALL_OBJECT
                    || members.iter().any(|member| {
                        let known = self.key_of(*member);
                        if known.escaped || key.escaped {
                            compare(known, key).is_eq()
                        } else {
                            known.text == key.text
                        }
                    })
            }
        }
    }
}

/// Up to so many members, comparing all pairs of keys is cheaper than hashing them.
const SMALL_OBJECT: usize = 16;

impl Visitor for Pass<'_, '_> {
    #[inline]
    fn blanks(&mut self, from: usize, to: usize) {
        self.replace(from, to, "");
    }

    #[inline]
    fn open(&mut self, container: Container, at: usize) -> Result<(), Malformed> {
        if container == Container::Array || self.canonicalizer.members == Members::AsWritten {
            return Ok(());
        }
        if self.canonicalizer.objects.len() >= NESTING_MAX {
            return Err(Malformed);
        }
        let object = Object {
            body: self.place(at) + 1,
            first: self.canonicalizer.entries.len(),
            settled: true,
        };
        self.canonicalizer.objects.push(object);
        Ok(())
    }

    #[inline]
    fn key(&mut self, key: RawString<'_>, from: usize, to: usize) -> Result<(), Malformed> {
        if let Some(object) = self.canonicalizer.objects.last() {
            if object.settled
                && self.unsettles(object, key)
                && let Some(object) = self.canonicalizer.objects.last_mut()
            {
                object.settled = false;
            }
            let place = self.place(from);
            self.canonicalizer.entries.push(Member {
                key: (from + 1, to.saturating_sub(1)),
                key_escaped: key.escaped,
                output: (place, place),
            });
        }
        self.string(key, from, to)
    }

    #[inline]
    fn scalar(&mut self, token: Token<'_>, from: usize, to: usize) -> Result<(), Malformed> {
        match token {
            Token::String(raw) => self.string(raw, from, to)?,
            Token::Integer("-0") => self.replace(from, to, "0"),
            Token::Float(text) if !is_plain_double(text) => {
                let mut written = String::new();
                write_json_double(text.parse().map_err(|_| Malformed)?, &mut written);
                if written != text {
                    self.replace(from, to, &written);
                }
            }
            _ => {}
        }
        Ok(())
    }

    #[inline]
    fn comma(&mut self, container: Container, at: usize) {
        if container == Container::Object {
            self.end_member(at);
        }
    }

    #[inline]
    fn close(&mut self, container: Container, at: usize) -> Result<(), Malformed> {
        if container == Container::Array {
            return Ok(());
        }
        if let Some(object) = self.canonicalizer.objects.pop() {
            self.end_member(at);
            if !object.settled {
                self.arrange(&object, at);
            }
            self.canonicalizer.entries.truncate(object.first);
        }
        Ok(())
    }
}
