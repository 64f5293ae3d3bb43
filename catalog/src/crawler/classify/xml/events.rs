//! `Events`: the tags and texts of an XML document, as far as it is well-formed.

/// A tag or a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Event<'a> {
    /// An element begins; with `is_empty` it ends there too.
    Open {
        name: &'a str,
        attributes: Vec<(&'a str, &'a str)>,
        is_empty: bool,
    },
    /// An element ends.
    Close(&'a str),
    /// What stands between tags, entities as they are written.
    Text(&'a str),
}

/// Ends with the text, or where it is not XML any more.
#[derive(Debug, Clone)]
pub(super) struct Events<'a> {
    rest: &'a str,
}

impl<'a> Events<'a> {
    pub fn new(text: &'a str) -> Self {
        Events { rest: text }
    }

    /// What stands before `end`, which must come; both are consumed.
    fn take_until(&mut self, end: &str) -> Option<&'a str> {
        let (before, after) = self.rest.split_once(end)?;
        self.rest = after;
        Some(before)
    }

    fn next_event(&mut self) -> Option<Event<'a>> {
        loop {
            let Some(markup) = self.rest.strip_prefix('<') else {
                let end = self.rest.find('<')?;
                let (text, rest) = self.rest.split_at_checked(end)?;
                self.rest = rest;
                return Some(Event::Text(text));
            };
            if let Some(data) = markup.strip_prefix("![CDATA[") {
                self.rest = data;
                return self.take_until("]]>").map(Event::Text);
            }
            if let Some(name) = markup.strip_prefix('/') {
                self.rest = name;
                return self.take_until(">").map(|name| Event::Close(name.trim()));
            }
            if markup.starts_with("!--") {
                self.take_until("-->")?;
            } else if markup.starts_with('?') {
                self.take_until("?>")?;
            } else if markup.starts_with('!') {
                self.skip_document_type()?;
            } else {
                self.rest = markup;
                return self.open_tag();
            }
        }
    }

    /// A document type may have declarations of its own in brackets.
    fn skip_document_type(&mut self) -> Option<()> {
        let bracket = self.rest.find('[').unwrap_or(usize::MAX);
        if self.rest.find('>')? < bracket {
            self.take_until(">")?;
        } else {
            self.take_until("]")?;
            self.take_until(">")?;
        }
        Some(())
    }

    fn open_tag(&mut self) -> Option<Event<'a>> {
        let end = self
            .rest
            .find(|character: char| character.is_whitespace() || matches!(character, '/' | '>'))?;
        let (name, mut rest) = self.rest.split_at_checked(end)?;
        if !begins_name(name) || name.contains(['<', '"', '\'', '=', '&']) {
            return None;
        }
        let mut attributes = Vec::new();
        let is_empty = loop {
            rest = rest.trim_start();
            if let Some(after) = rest.strip_prefix('>') {
                rest = after;
                break false;
            }
            if let Some(after) = rest.strip_prefix("/>") {
                rest = after;
                break true;
            }
            let (attribute, after) = rest.split_once('=')?;
            if !begins_name(attribute) || attribute.contains(['<', '>']) {
                return None;
            }
            let after = after.trim_start();
            let quote = after
                .chars()
                .next()
                .filter(|first| matches!(first, '"' | '\''))?;
            let (value, after) = after.strip_prefix(quote)?.split_once(quote)?;
            attributes.push((attribute.trim_end(), value));
            rest = after;
        };
        self.rest = rest;
        Some(Event::Open {
            name,
            attributes,
            is_empty,
        })
    }
}

impl<'a> Iterator for Events<'a> {
    type Item = Event<'a>;

    fn next(&mut self) -> Option<Event<'a>> {
        let event = self.next_event();
        if event.is_none() {
            self.rest = "";
        }
        event
    }
}

/// Whether `text` begins as the name of an element or an attribute does.
pub(super) fn begins_name(text: &str) -> bool {
    text.starts_with(|first: char| first.is_alphabetic() || matches!(first, '_' | ':'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_that_is_no_element_is_skipped() {
        let text = "<?xml version=\"1.0\"?><!DOCTYPE a [<!ENTITY x \"y\">]><!-- <b> -->\
            <a x='1>' y = \"2\"><![CDATA[<c>]]><d/>t&amp;</a>";
        let open = |name, attributes, is_empty| Event::Open {
            name,
            attributes,
            is_empty,
        };
        let events: Vec<Event<'_>> = Events::new(text).collect();
        assert_eq!(
            events,
            [
                open("a", vec![("x", "1>"), ("y", "2")], false),
                Event::Text("<c>"),
                open("d", vec![], true),
                Event::Text("t&amp;"),
                Event::Close("a"),
            ]
        );
    }

    #[test]
    fn events_end_where_the_text_is_cut_or_no_xml() {
        for text in [
            "<a", "<a x", "<a x=1>", "<!--", "<1>", "text", "</a", "<a <b>",
        ] {
            assert_eq!(Events::new(text).next(), None, "{text}");
        }
    }
}
