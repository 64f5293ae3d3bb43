//! Methods of items: `type()`, `size()`, `double()`, `ceiling()`, `floor()`, `abs()` and `keyvalue()`.

use std::rc::Rc;

use super::arithmetic::{absolute, ceiling, floor};
use super::evaluate::{Evaluated, Evaluation};
use super::item::{Item, Source};
use super::syntax::Method;
use super::value::{Value, Width};
use super::{evaluation_error, item_type_error};
use crate::error::FunctionError;
use crate::json::casts::parse_double;
use crate::json::document::{Document, Kind};
use crate::types::Type;

impl<'a> Evaluation<'_, 'a> {
    /// What a method gives for all items.
    pub(super) fn method(&self, method: Method, items: Vec<Item<'a>>) -> Evaluated<'a> {
        match method {
            // These two take arrays as they are.
            Method::Type => Ok(items.iter().map(|item| text_item(type_of(item))).collect()),
            Method::Size => items.iter().map(|item| self.size(item)).collect(),
            Method::Double => self.each(items, |item| double(item)),
            Method::Ceiling => self.each(items, |item| ceiling(&item.number()?)),
            Method::Floor => self.each(items, |item| floor(&item.number()?)),
            Method::Abs => self.each(items, |item| absolute(&item.number()?)),
            Method::KeyValue => {
                let mut output = Vec::new();
                for item in self.unwrapped(items) {
                    self.key_values(&item, &mut output)?;
                }
                Ok(output)
            }
        }
    }

    fn each(
        &self,
        items: Vec<Item<'a>>,
        method: fn(&Item<'a>) -> Result<Value, FunctionError>,
    ) -> Evaluated<'a> {
        self.unwrapped(items)
            .iter()
            .map(|item| method(item).map(Item::Value))
            .collect()
    }

    fn size(&self, item: &Item<'a>) -> Result<Item<'a>, FunctionError> {
        let size = match item {
            Item::Node(source, id) if item.is_array() => source.document().children(*id).count(),
            _ if self.path.lax => 1,
            _ => return Err(item_type_error("ARRAY", item.type_name())),
        };
        let size = i64::try_from(size).unwrap_or(i64::MAX);
        Ok(Item::Value(Value::Integer(size, Width::Integer)))
    }

    /// An object with the name and the value of each member, and a number that tells the object apart.
    fn key_values(&self, item: &Item<'a>, output: &mut Vec<Item<'a>>) -> Result<(), FunctionError> {
        let (source, id) = match item {
            Item::Node(source, id) if item.is_object() => (source, *id),
            _ => return Err(item_type_error("OBJECT", item.type_name())),
        };
        let document = source.document();
        let object = self.objects.get();
        self.objects.set(object + 1);
        for (key, value) in document.members(id) {
            let (key, value) = (document.text(key), document.text(value));
            let made = format!("{{\"name\":{key},\"value\":{value},\"id\":{object}}}");
            let made = Document::read(made, Vec::new()).ok().flatten();
            let made =
                Rc::new(made.ok_or_else(|| evaluation_error("the JSON object nests too deeply"))?);
            let root = made.root();
            output.push(Item::Node(Source::Made(made), root));
        }
        Ok(())
    }
}

fn text_item<'a>(text: &str) -> Item<'a> {
    Item::Value(Value::Text(text.into()))
}

/// The standard's name of an item's type.
fn type_of(item: &Item<'_>) -> &'static str {
    match item {
        Item::Node(source, id) => match source.document().kind(*id) {
            Kind::Null => "null",
            Kind::True | Kind::False => "boolean",
            Kind::Integer | Kind::Float => "number",
            Kind::String | Kind::Key => "string",
            Kind::Array => "array",
            Kind::Object => "object",
        },
        Item::Value(value) => match value {
            Value::Null => "null",
            Value::Boolean(_) => "boolean",
            Value::Text(_) => "string",
            Value::Integer(..) | Value::Decimal(_) | Value::Real(_) | Value::Double(_) => "number",
            Value::Temporal(data_type, _) => match data_type {
                Type::Date => "date",
                Type::Time(_) => "time without time zone",
                Type::TimeWithTimeZone(_) => "time with time zone",
                Type::Timestamp(_) => "timestamp without time zone",
                _ => "timestamp with time zone",
            },
        },
    }
}

fn double(item: &Item<'_>) -> Result<Value, FunctionError> {
    let value = match item.scalar()? {
        // The nearest double, as Java converts.
        Some(Value::Integer(value, _)) => value as f64,
        Some(Value::Decimal(value)) => value.to_double(),
        Some(Value::Real(value)) => f64::from(value),
        Some(Value::Double(value)) => value,
        Some(Value::Text(text)) => parse_double(&text).ok_or_else(|| evaluation_error(""))?,
        _ => return Err(item_type_error("NUMBER or TEXT", item.type_name())),
    };
    Ok(Value::Double(value))
}
