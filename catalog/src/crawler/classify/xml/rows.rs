//! The row elements of an XML document, and the columns that their attributes and children give.

use super::events::{Event, Events, begins_name};
use crate::crawler::classify::inferred_type::InferredType;
use crate::crawler::classify::sample::SampleText;
use crate::crawler::classify::scalar_text::field_type;

type Fields = Vec<(String, InferredType)>;

/// The deepest nesting below a row; what nests deeper is text.
const DEPTH_MAX: usize = 32;

/// The most distinct fields of an element: each is compared with all others.
const FIELDS_MAX: usize = 1_000;

/// The field of an element's text beside its attributes or children.
const TEXT_FIELD: &str = "content";

/// What was found in an XML file.
#[derive(Debug)]
pub(in crate::crawler::classify) struct XmlFindings {
    pub columns: Fields,
    pub records: u64,
}

/// Whether the file begins as XML does: with its declaration, a comment, a document type or a tag. HTML is none.
pub(in crate::crawler::classify) fn is_xml(sample: SampleText<'_>) -> bool {
    let text = sample.text.trim_start();
    let begins = |prefix: &str| {
        text.get(..prefix.len())
            .is_some_and(|begin| begin.eq_ignore_ascii_case(prefix))
    };
    if begins("<!doctype html") || begins("<html") {
        return false;
    }
    let has_element = || {
        let first = Events::new(text).find(|event| matches!(event, Event::Open { .. }));
        // A long comment may reach beyond the sample.
        first.is_some() || !sample.is_whole
    };
    if ["<?xml", "<!--", "<!doctype"]
        .iter()
        .any(|prefix| begins(prefix))
    {
        return has_element();
    }
    text.strip_prefix('<').is_some_and(begins_name) && has_element()
}

/// The columns of the elements called `row_tag`; `None` where there is none. A row that the cut left incomplete counts
/// if it is the only one. As in Glue, an element without content is no row.
pub(in crate::crawler::classify) fn read_rows(
    sample: SampleText<'_>,
    row_tag: &str,
) -> Option<XmlFindings> {
    if !is_xml(sample) {
        return None;
    }
    let mut columns = InferredType::Null;
    let mut records: u64 = 0;
    // The row under way and the elements within it.
    let mut open: Vec<Element<'_>> = Vec::new();
    let mut depth_below: usize = 0;
    for event in Events::new(sample.text) {
        match event {
            Event::Open {
                name,
                attributes,
                is_empty,
            } => {
                if open.is_empty() && (name != row_tag || is_empty) {
                    continue;
                }
                if depth_below > 0 || open.len() >= DEPTH_MAX {
                    depth_below = depth_below.saturating_add(usize::from(!is_empty));
                    continue;
                }
                let element = Element::new(name, &attributes);
                if !is_empty {
                    open.push(element);
                } else if let Some(parent) = open.last_mut() {
                    parent.add_child(element);
                }
            }
            Event::Text(text) => {
                if let Some(element) = open.last_mut() {
                    element.add_text(text, depth_below > 0);
                }
            }
            Event::Close(_) if depth_below > 0 => depth_below = depth_below.saturating_sub(1),
            Event::Close(name) => {
                let Some(element) = open.pop() else { continue };
                if element.name != name {
                    // Not well-formed: what came before still counts.
                    break;
                }
                if let Some(parent) = open.last_mut() {
                    parent.add_child(element);
                } else {
                    records = records.saturating_add(1);
                    columns = combine(columns, element.into_row());
                }
            }
        }
    }
    if records == 0 && !sample.is_whole {
        while let Some(element) = open.pop() {
            if let Some(parent) = open.last_mut() {
                parent.add_child(element);
            } else {
                records = 1;
                columns = element.into_row();
            }
        }
    }
    match columns {
        InferredType::Struct(fields) if records > 0 => Some(XmlFindings {
            columns: fields.into_iter().collect(),
            records,
        }),
        _ => None,
    }
}

/// An element that is under way.
#[derive(Debug)]
struct Element<'a> {
    name: &'a str,
    /// Those that occur more than once are arrays.
    fields: Fields,
    text: InferredType,
}

impl<'a> Element<'a> {
    fn new(name: &'a str, attributes: &[(&'a str, &'a str)]) -> Self {
        let mut element = Element {
            name,
            fields: Vec::new(),
            text: InferredType::Null,
        };
        for (name, value) in attributes {
            element.add_field(name, field_type(value.trim()));
        }
        element
    }

    fn add_text(&mut self, text: &str, is_part: bool) {
        let text = text.trim();
        if text.is_empty() {
            return;
        }
        let is_first = self.text == InferredType::Null && !is_part;
        self.text = if is_first {
            field_type(text)
        } else {
            InferredType::String
        };
    }

    fn add_child(&mut self, child: Element<'_>) {
        let name = child.name;
        self.add_field(name, child.into_type());
    }

    fn add_field(&mut self, name: &str, inferred: InferredType) {
        let known = self.fields.iter_mut().find(|(known, _)| known == name);
        if let Some((_, field)) = known {
            let first = std::mem::take(field);
            *field = match first {
                InferredType::Array(elements) => {
                    InferredType::Array(Box::new(combine(*elements, inferred)))
                }
                lone => InferredType::Array(Box::new(combine(lone, inferred))),
            };
        } else if self.fields.len() < FIELDS_MAX {
            self.fields.push((name.to_owned(), inferred));
        }
    }

    fn into_type(mut self) -> InferredType {
        if self.fields.is_empty() {
            return self.text;
        }
        let text = std::mem::take(&mut self.text);
        if text != InferredType::Null {
            self.add_field(TEXT_FIELD, text);
        }
        InferredType::Struct(self.fields)
    }

    /// A row has columns even where it has nothing but text.
    fn into_row(mut self) -> InferredType {
        if self.fields.is_empty() {
            let text = std::mem::take(&mut self.text);
            return InferredType::Struct(vec![(TEXT_FIELD.to_owned(), text)]);
        }
        self.into_type()
    }
}

/// Merges what the same element is in two places. Where it occurs several times in one of them only, it is an array in
/// both.
fn combine(first: InferredType, second: InferredType) -> InferredType {
    use InferredType::{Array, Null, Struct};
    match (first, second) {
        (Null, other) | (other, Null) => other,
        (Array(first), Array(second)) => Array(Box::new(combine(*first, *second))),
        (Array(elements), lone) | (lone, Array(elements)) => {
            Array(Box::new(combine(*elements, lone)))
        }
        (Struct(mut fields), Struct(others)) => {
            for (name, other) in others {
                let has_room = fields.len() < FIELDS_MAX;
                match fields.iter_mut().find(|(known, _)| *known == name) {
                    Some((_, field)) => *field = combine(std::mem::take(field), other),
                    None if has_room => fields.push((name, other)),
                    None => {}
                }
            }
            Struct(fields)
        }
        // An element with and without attributes: its text is the struct's.
        (Struct(mut fields), text) | (text, Struct(mut fields)) => {
            match fields.iter_mut().find(|(known, _)| known == TEXT_FIELD) {
                Some((_, field)) => *field = combine(std::mem::take(field), text),
                None => fields.push((TEXT_FIELD.to_owned(), text)),
            }
            Struct(fields)
        }
        (first, second) => first.merge(second).0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(text: &str, is_whole: bool) -> Option<(String, u64)> {
        let findings = read_rows(SampleText { text, is_whole }, "row")?;
        let columns: Vec<String> = findings
            .columns
            .iter()
            .map(|(name, column)| format!("{name} {}", column.hive_text()))
            .collect();
        Some((columns.join("; "), findings.records))
    }

    #[test]
    fn xml_is_told_by_its_beginning() {
        for (text, expected) in [
            ("<?xml version=\"1.0\"?>\n<a/>", true),
            ("\n<!-- c --><a>", true),
            ("<a><b>", true),
            ("<html><body>", false),
            ("<!DOCTYPE html><html>", false),
            ("<34>1 2003-10-11T22:14:15.003Z host", false),
            ("<- arrow", false),
            ("<a, b", false),
            ("a<b>", false),
            ("", false),
        ] {
            let is_whole = true;
            assert_eq!(is_xml(SampleText { text, is_whole }), expected, "{text}");
        }
    }

    #[test]
    fn attributes_and_children_are_columns() {
        let text = "<?xml version=\"1.0\"?><rows>\
            <row id=\"1\"><name>Ada</name><born>1815-12-10</born><tag>a</tag><tag>b</tag></row>\
            <row id=\"2.5\"><name>Alan</name><tag>c</tag><home zip=\"01234\"><city>London</city></home></row>\
            <row/></rows>";
        let columns = "id double; name string; born date; tag array<string>; home struct<zip:string,city:string>";
        assert_eq!(rows(text, true), Some((columns.to_owned(), 2)));
        assert_eq!(rows("<rows><other>1</other></rows>", true), None);
        assert_eq!(
            rows("<row>5</row>", true),
            Some(("content int".to_owned(), 1))
        );
    }

    #[test]
    fn text_beside_attributes_is_a_field() {
        let text = "<rows><row><p>1</p></row><row><p currency=\"EUR\">2.5</p></row></rows>";
        let columns = "p struct<currency:string,content:double>";
        assert_eq!(rows(text, true), Some((columns.to_owned(), 2)));
    }

    #[test]
    fn a_row_that_the_cut_left_incomplete_is_ignored_unless_it_is_the_only_one() {
        let one = Some(("a int".to_owned(), 1));
        assert_eq!(
            rows("<rows><row><a>1</a></row><row><a>x</a><b>", false),
            one
        );
        assert_eq!(rows("<rows><row><a>1</a><b>", false).unwrap().1, 1);
        assert_eq!(rows("<rows><row><a>1</a><b>", true), None);
    }

    #[test]
    fn nesting_beyond_the_bound_is_text() {
        let text = format!("<row>{}1{}</row>", "<a>".repeat(1000), "</a>".repeat(1000));
        let (columns, records) = rows(&text, true).unwrap();
        assert_eq!(records, 1);
        assert!(columns.contains("a:string"), "{columns}");
    }
}
