//! Steps from items to others: members, elements, filters.

use super::evaluate::{Evaluated, Evaluation, Scope};
use super::item::Item;
use super::syntax::{Accessor, Subscript};
use super::value::Value;
use super::{evaluation_error, item_type_error, structural_error};
use crate::error::FunctionError;
use crate::json::document::{Document, Kind, NodeId};

/// The least double that no `bigint` is as great as.
const BIGINT_BOUND: f64 = 9_223_372_036_854_775_808.0;

/// How many items subscripts and descendants may lead to. Repeated, they could multiply the items of a text without bound.
const ITEMS_MAX: usize = if cfg!(test) { 1 << 12 } else { 1 << 22 };

impl<'a> Evaluation<'_, 'a> {
    /// What an accessor leads to from all items.
    pub(super) fn access(
        &self,
        items: Vec<Item<'a>>,
        accessor: &Accessor,
        scope: Scope<'_, 'a>,
    ) -> Evaluated<'a> {
        match accessor {
            Accessor::Member(key) => self.members(items, Some(key)),
            Accessor::AnyMember => self.members(items, None),
            Accessor::DescendantMember(key) => descendants(&items, key),
            Accessor::AnyElement => self.elements(items, None, scope),
            Accessor::Elements(subscripts) => self.elements(items, Some(subscripts), scope),
            Accessor::Filter(predicate) => {
                let mut items = self.unwrapped(items);
                items.retain(|item| {
                    let scope = Scope {
                        current: Some(item),
                        ..scope
                    };
                    self.predicate(predicate, scope) == Some(true)
                });
                Ok(items)
            }
            Accessor::Method(method) => self.method(*method, items),
        }
    }

    /// The values of a key, or of all keys, in objects.
    fn members(&self, items: Vec<Item<'a>>, key: Option<&str>) -> Evaluated<'a> {
        let mut output = Vec::new();
        for item in self.unwrapped(items) {
            let (source, id) = match &item {
                Item::Node(source, id) if item.is_object() => (source, *id),
                _ if self.path.lax => continue,
                _ => return Err(item_type_error("OBJECT", item.type_name())),
            };
            let document = source.document();
            match key {
                None => output.extend(
                    document
                        .members(id)
                        .into_iter()
                        .map(|(_, value)| Item::Node(source.clone(), value)),
                ),
                Some(key) => match document.member(id, key) {
                    Some(value) => output.push(Item::Node(source.clone(), value)),
                    None if self.path.lax => {}
                    None => {
                        return Err(structural_error(format!(
                            "missing member '{key}' in JSON object"
                        )));
                    }
                },
            }
        }
        Ok(output)
    }

    /// The elements of arrays at subscripts, or all. In lax mode other items are arrays of one element.
    fn elements(
        &self,
        items: Vec<Item<'a>>,
        subscripts: Option<&[Subscript]>,
        scope: Scope<'_, 'a>,
    ) -> Evaluated<'a> {
        let mut output = Vec::new();
        for item in items {
            let elements: Vec<Item<'a>> = match &item {
                Item::Node(source, id) if item.is_array() => {
                    let elements = source.document().children(*id);
                    elements
                        .map(|element| Item::Node(source.clone(), element))
                        .collect()
                }
                _ if self.path.lax => vec![item],
                _ => return Err(item_type_error("ARRAY", item.type_name())),
            };
            match subscripts {
                None => output.extend(elements),
                Some(subscripts) => self.subscripted(&elements, subscripts, scope, &mut output)?,
            }
        }
        Ok(output)
    }

    fn subscripted(
        &self,
        elements: &[Item<'a>],
        subscripts: &[Subscript],
        scope: Scope<'_, 'a>,
        output: &mut Vec<Item<'a>>,
    ) -> Result<(), FunctionError> {
        let size = i64::try_from(elements.len()).unwrap_or(i64::MAX);
        if size == 0 {
            return if self.path.lax {
                Ok(())
            } else {
                Err(structural_error("invalid array subscript for empty array"))
            };
        }
        let scope = Scope {
            last: Some(size - 1),
            ..scope
        };
        let index = |items: Vec<Item<'a>>, end: &str| match items.as_slice() {
            [item] => array_index(item),
            _ => Err(evaluation_error(format!(
                "array subscript '{end}' value must be singleton numeric"
            ))),
        };
        for subscript in subscripts {
            let from = self.expression(&subscript.from, scope)?;
            let to = match &subscript.to {
                Some(to) => Some(self.expression(to, scope)?),
                None => None,
            };
            let from = index(from, "from")?;
            let to = match to {
                Some(to) => index(to, "to")?,
                None => from,
            };
            let within = 0 <= from && from <= to && to < size;
            if !within && !self.path.lax {
                return Err(structural_error(format!(
                    "invalid array subscript: [{from}, {to}] for array of size {size}"
                )));
            }
            let (from, to) = (from.max(0), to.min(size - 1));
            if let (Ok(from), Ok(to)) = (usize::try_from(from), usize::try_from(to)) {
                output.extend_from_slice(elements.get(from..=to).unwrap_or_default());
                check_number(output.len())?;
            }
        }
        Ok(())
    }
}

/// The index that a number means. JSON numbers are cut, SQL's are rounded.
fn array_index(item: &Item<'_>) -> Result<i64, FunctionError> {
    let overflow = || evaluation_error("");
    let (number, rounded) = match item {
        Item::Node(source, id) => {
            let document = source.document();
            let text = document.text(*id);
            let unfit = || evaluation_error(format!("cannot convert value {text} to long"));
            match document.kind(*id) {
                Kind::Integer => return text.parse().map_err(|_| unfit()),
                Kind::Float => (text.parse::<f64>().map_err(|_| unfit())?, false),
                _ => return Err(item_type_error("NUMBER", item.type_name())),
            }
        }
        Item::Value(Value::Integer(value, _)) => return Ok(*value),
        Item::Value(Value::Decimal(value)) => {
            return i64::try_from(value.rounded()).map_err(|_| overflow());
        }
        Item::Value(Value::Real(value)) => (f64::from(*value), true),
        Item::Value(Value::Double(value)) => (*value, true),
        Item::Value(value) => return Err(item_type_error("NUMBER", value.type_name())),
    };
    let whole = if rounded {
        number.round()
    } else {
        number.trunc()
    };
    if (-BIGINT_BOUND..BIGINT_BOUND).contains(&whole) {
        // Whole, and within the bounds of the type.
        Ok(whole as i64)
    } else {
        Err(overflow())
    }
}

/// The values of a key in objects of whatever depth, those of an object before those of what it holds.
fn descendants<'a>(items: &[Item<'a>], key: &str) -> Evaluated<'a> {
    let mut output = Vec::new();
    for item in items {
        let Item::Node(source, id) = item else {
            continue;
        };
        let document = source.document();
        let mut pending = vec![*id];
        while let Some(id) = pending.pop() {
            if document.kind(id) == Kind::Object
                && let Some(value) = document.member(id, key)
            {
                output.push(Item::Node(source.clone(), value));
                check_number(output.len())?;
            }
            let known = pending.len();
            pending.extend(held(document, id));
            // The first is looked at first.
            if let Some(new) = pending.get_mut(known..) {
                new.reverse();
            }
        }
    }
    Ok(output)
}

fn check_number(items: usize) -> Result<(), FunctionError> {
    if items <= ITEMS_MAX {
        return Ok(());
    }
    Err(evaluation_error(format!(
        "the sequence has more than {ITEMS_MAX} items"
    )))
}

/// The values that a value holds.
fn held(document: &Document<'_>, id: NodeId) -> Vec<NodeId> {
    match document.kind(id) {
        Kind::Object => document
            .members(id)
            .into_iter()
            .map(|(_, value)| value)
            .collect(),
        Kind::Array => document.children(id).collect(),
        _ => Vec::new(),
    }
}
