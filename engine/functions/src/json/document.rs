//! An index over the values of a JSON text: flat, in the order of the text, read in one pass into memory that rows share.

use std::borrow::Cow;
use std::collections::HashMap;

use super::scan::{Malformed, RawString, Scanner, Token};
use super::string::unescaped;
use super::walk::{Container, NESTING_MAX, Visitor, walk};

/// Up to so many members, comparing all pairs of keys is cheaper than hashing them.
const SMALL_OBJECT: usize = 8;

/// What a value is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Null,
    True,
    False,
    Integer,
    Float,
    String,
    Array,
    Object,
    /// A member's key. It stands before the member's value.
    Key,
}

impl Kind {
    /// Jackson's name, that errors show.
    pub(super) fn name(self) -> &'static str {
        match self {
            Kind::Null => "NULL",
            Kind::True | Kind::False => "BOOLEAN",
            Kind::Integer | Kind::Float => "NUMBER",
            Kind::String | Kind::Key => "STRING",
            Kind::Array => "ARRAY",
            Kind::Object => "OBJECT",
        }
    }
}

/// A value of a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct NodeId(u32);

/// Where a value stands.
#[derive(Debug, Clone, Copy)]
pub(super) struct Node {
    kind: Kind,
    escaped: bool,
    /// Its text.
    from: u32,
    to: u32,
    /// The node behind it and what it holds.
    after: u32,
}

/// A JSON text with the index over its values.
#[derive(Debug)]
pub(super) struct Document<'a> {
    text: Cow<'a, str>,
    nodes: Vec<Node>,
}

impl<'a> Document<'a> {
    /// Reads the first value of a text; nothing where there is none. What stands behind it is not looked at, as in Trino. The memory is
    /// that of a document that is no longer needed.
    pub(super) fn read(
        text: impl Into<Cow<'a, str>>,
        mut memory: Vec<Node>,
    ) -> Result<Option<Document<'a>>, Malformed> {
        let text = text.into();
        memory.clear();
        // All positions fit, if the end does.
        u32::try_from(text.len()).map_err(|_| Malformed)?;
        let mut scanner = Scanner::new(&text);
        if scanner.peek().is_none() {
            return Ok(None);
        }
        let mut indexing = Indexing {
            nodes: &mut memory,
            open: Vec::new(),
            number_alone: false,
        };
        walk(&mut scanner, &mut indexing)?;
        if indexing.number_alone && !scanner.ends_root_number() {
            return Err(Malformed);
        }
        Ok(Some(Document {
            text,
            nodes: memory,
        }))
    }

    /// Its memory, for the next document.
    pub(super) fn into_memory(self) -> Vec<Node> {
        self.nodes
    }

    /// The value that holds all others.
    pub(super) fn root(&self) -> NodeId {
        NodeId(0)
    }

    fn node(&self, id: NodeId) -> Option<&Node> {
        self.nodes.get(usize::try_from(id.0).ok()?)
    }

    /// What a value is.
    pub(super) fn kind(&self, id: NodeId) -> Kind {
        self.node(id).map_or(Kind::Null, |node| node.kind)
    }

    /// A value as it stands in the text.
    pub(super) fn text(&self, id: NodeId) -> &str {
        let range = self.node(id).and_then(|node| {
            Some(usize::try_from(node.from).ok()?..usize::try_from(node.to).ok()?)
        });
        range.and_then(|range| self.text.get(range)).unwrap_or("")
    }

    /// What a string or a key holds.
    pub(super) fn string(&self, id: NodeId) -> Cow<'_, str> {
        unescaped(self.raw_string(id))
    }

    fn raw_string(&self, id: NodeId) -> RawString<'_> {
        let quoted = self.text(id);
        RawString {
            text: quoted.get(1..quoted.len().saturating_sub(1)).unwrap_or(""),
            escaped: self.node(id).is_some_and(|node| node.escaped),
        }
    }

    /// The values that an array holds, or the keys and values of an object in turn.
    pub(super) fn children(&self, id: NodeId) -> impl Iterator<Item = NodeId> {
        let end = self.node(id).map_or(0, |node| node.after);
        let mut next = id.0 + 1;
        std::iter::from_fn(move || {
            let child = NodeId(next);
            if next >= end {
                return None;
            }
            next = self.node(child)?.after;
            Some(child)
        })
    }

    /// The keys and values of an object, also those that others with the same key replace.
    fn written_members(&self, id: NodeId) -> impl Iterator<Item = (NodeId, NodeId)> {
        let mut children = self.children(id);
        std::iter::from_fn(move || Some((children.next()?, children.next()?)))
    }

    /// The value of a key in an object: the last one if there are several.
    pub(super) fn member(&self, id: NodeId, key: &str) -> Option<NodeId> {
        self.written_members(id)
            .filter(|(found, _)| {
                let raw = self.raw_string(*found);
                if raw.escaped {
                    unescaped(raw) == key
                } else {
                    raw.text == key
                }
            })
            .last()
            .map(|(_, value)| value)
    }

    /// The keys and values of an object. Of members with the same key the last value counts, at the place of the first.
    pub(super) fn members(&self, id: NodeId) -> Vec<(NodeId, NodeId)> {
        let written: Vec<_> = self.written_members(id).collect();
        let mut members: Vec<(NodeId, NodeId)> = Vec::with_capacity(written.len());
        let mut places: HashMap<Cow<'_, str>, usize> = HashMap::new();
        for (key, value) in &written {
            let text = self.string(*key);
            let place = if written.len() <= SMALL_OBJECT {
                members
                    .iter()
                    .position(|(known, _)| self.string(*known) == text)
            } else {
                let place = *places.entry(text).or_insert(members.len());
                (place < members.len()).then_some(place)
            };
            match place.and_then(|place| members.get_mut(place)) {
                Some((_, kept)) => *kept = *value,
                None => members.push((*key, *value)),
            }
        }
        members
    }
}

struct Indexing<'n> {
    nodes: &'n mut Vec<Node>,
    /// The places of the containers around.
    open: Vec<usize>,
    /// Whether the whole value is a number.
    number_alone: bool,
}

impl Indexing<'_> {
    fn push(&mut self, kind: Kind, escaped: bool, from: usize, to: usize) -> Result<(), Malformed> {
        let position = |value: usize| u32::try_from(value).map_err(|_| Malformed);
        let node = Node {
            kind,
            escaped,
            from: position(from)?,
            to: position(to)?,
            after: position(self.nodes.len() + 1)?,
        };
        self.nodes.push(node);
        Ok(())
    }
}

impl Visitor for Indexing<'_> {
    #[inline]
    fn blanks(&mut self, _: usize, _: usize) {}

    fn open(&mut self, container: Container, at: usize) -> Result<(), Malformed> {
        if self.open.len() >= NESTING_MAX {
            return Err(Malformed);
        }
        let kind = match container {
            Container::Object => Kind::Object,
            Container::Array => Kind::Array,
        };
        self.open.push(self.nodes.len());
        self.push(kind, false, at, at)
    }

    #[inline]
    fn key(&mut self, key: RawString<'_>, from: usize, to: usize) -> Result<(), Malformed> {
        self.push(Kind::Key, key.escaped, from, to)
    }

    #[inline]
    fn scalar(&mut self, token: Token<'_>, from: usize, to: usize) -> Result<(), Malformed> {
        let (kind, escaped) = match token {
            Token::Null => (Kind::Null, false),
            Token::Boolean(true) => (Kind::True, false),
            Token::Boolean(false) => (Kind::False, false),
            Token::Integer(_) => (Kind::Integer, false),
            Token::Float(_) => (Kind::Float, false),
            Token::String(raw) => (Kind::String, raw.escaped),
        };
        self.number_alone = self.open.is_empty() && matches!(kind, Kind::Integer | Kind::Float);
        self.push(kind, escaped, from, to)
    }

    #[inline]
    fn comma(&mut self, _: Container, _: usize) {}

    fn close(&mut self, _: Container, at: usize) -> Result<(), Malformed> {
        let to = u32::try_from(at + 1).map_err(|_| Malformed)?;
        let after = u32::try_from(self.nodes.len()).map_err(|_| Malformed)?;
        if let Some(node) = self.open.pop().and_then(|place| self.nodes.get_mut(place)) {
            node.to = to;
            node.after = after;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::{Document, Kind};
    use crate::json::scan::Malformed;

    fn read(text: &str) -> Document<'_> {
        Document::read(text, Vec::new()).unwrap().unwrap()
    }

    #[test]
    fn values_are_found_in_their_containers() {
        let document = read(r#" {"a": [1, {"b": "x\n"}, []], "c\u0064": null} "#);
        let root = document.root();
        assert_eq!(document.kind(root), Kind::Object);
        let array = document.member(root, "a").unwrap();
        let elements: Vec<_> = document
            .children(array)
            .map(|id| document.text(id))
            .collect();
        assert_eq!(elements, ["1", r#"{"b": "x\n"}"#, "[]"]);
        let inner = document.children(array).nth(1).unwrap();
        let text = document.member(inner, "b").unwrap();
        assert_eq!(document.string(text), "x\n");
        assert_eq!(
            document.member(root, "cd").map(|id| document.kind(id)),
            Some(Kind::Null)
        );
        assert_eq!(document.member(root, "b"), None);
        assert_eq!(document.children(text).count(), 0);
    }

    #[test]
    fn the_last_of_equal_keys_counts_at_the_place_of_the_first() {
        for count in [2, 30] {
            let members: Vec<String> = (0..count).map(|key| format!("\"k{key}\":{key}")).collect();
            let text = format!("{{{},\"\\u006b0\":\"last\"}}", members.join(","));
            let document = read(&text);
            let found: Vec<_> = document
                .members(document.root())
                .into_iter()
                .map(|(key, value)| format!("{}={}", document.string(key), document.text(value)))
                .collect();
            assert_eq!(found.len(), count);
            assert_eq!(found[0], "k0=\"last\"");
            assert_eq!(found[1], "k1=1");
            assert_eq!(
                document
                    .member(document.root(), "k0")
                    .map(|id| document.text(id)),
                Some("\"last\"")
            );
        }
    }

    #[test]
    fn one_value_is_read_and_the_rest_left() {
        assert_eq!(read("[1] x").text(read("[1] x").root()), "[1]");
        assert_eq!(read("1 x").text(read("1 x").root()), "1");
        assert!(Document::read("", Vec::new()).unwrap().is_none());
        for text in ["1x", "[1", "x", "{\"a\" 1}"] {
            assert_eq!(
                Document::read(text, Vec::new()).err(),
                Some(Malformed),
                "{text}"
            );
        }
        let deep = "[".repeat(20_000) + &"]".repeat(20_000);
        assert_eq!(Document::read(deep, Vec::new()).err(), Some(Malformed));
    }
}
